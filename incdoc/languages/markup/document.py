"""Blocks and spans: what a documentation says, without its markup.

Named tuples, because a build makes hundreds of thousands. They are never stored.
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

MOST_CHARACTERS = 1 << 18
"""A longer documentation is shown as it is written."""
DEEPEST = 5
"""Levels of lists and quotations; what is deeper is shown as it is written."""
AUTO, PLAIN = "auto", "plain"
"""The styles that every reader knows: what the text shows, and no markup at all."""


class Span(NamedTuple):
    """``kind``: ``text``, ``code``, ``strong``, ``emphasis``, ``link`` (to the address ``target``), ``name`` (of the
    definition ``target``, shown as code), ``title`` (of the same, shown as text)."""

    kind: str
    text: str
    target: str = ""


Spans: TypeAlias = tuple[Span, ...]


class Paragraph(NamedTuple):
    """Text."""

    spans: Spans


class Heading(NamedTuple):
    """A title within the documentation."""

    spans: Spans


class Code(NamedTuple):
    """Lines to be shown as they are. ``info``: what they are written in, if that is known."""

    text: str
    info: str = ""


class Items(NamedTuple):
    """A list. ``first``: the number of its first item; 0 if it has no numbers."""

    items: tuple[Blocks, ...]
    first: int = 0


class Quote(NamedTuple):
    """An indented part."""

    blocks: Blocks


class Note(NamedTuple):
    """A part to be noticed: ``Warning``, ``Deprecated since version 3.1``."""

    title: str
    blocks: Blocks


class Table(NamedTuple):
    """Rows of cells; the first one is the header."""

    rows: tuple[tuple[Spans, ...], ...]


class Field(NamedTuple):
    """A parameter, a result, an exception. ``name`` and ``type``: as written; empty if it has none."""

    name: str
    type: str
    blocks: Blocks
    default: str = ""


class Fields(NamedTuple):
    """A section with a row for each of its fields. ``kind``: one of ``KINDS``; ``title``: the source's own, if it is
    not that of the kind."""

    kind: str
    fields: tuple[Field, ...]
    title: str = ""


Block: TypeAlias = Paragraph | Heading | Code | Items | Quote | Note | Table | Fields
Blocks: TypeAlias = tuple[Block, ...]

KINDS = {
    "type parameters": "Type parameters",
    "parameters": "Parameters",
    "other parameters": "Other parameters",
    "returns": "Returns",
    "yields": "Yields",
    "receives": "Receives",
    "raises": "Raises",
    "warns": "Warns",
    "attributes": "Attributes",
    "functions": "Functions",
    "classes": "Classes",
    "type aliases": "Type aliases",
    "modules": "Modules",
}
"""The kinds of fields with their titles, in the order in which fields without a place of their own are shown."""


def plain(text: str) -> Blocks:
    """The text as it is written."""
    return (Code(text, "text"),) if text.strip() else ()
