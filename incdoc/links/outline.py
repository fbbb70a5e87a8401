"""The part of a source's facts that the links and its summary need: names without most of their texts.

The worker that reads the facts makes it at once, so that linking all sources decodes no facts. It is sent from the
worker to the build and never stored.
"""

from __future__ import annotations

from msgspec import Struct, msgpack

from incdoc.languages.facts import Facts, Import, first_sentence

# the kinds that a keyword index lists, under these headings, in this order
HEADINGS = {
    "class": "Classes",
    "function": "Functions",
    "method": "Methods",
    "constant": "Constants",
    "variable": "Constants",
    "type alias": "Constants",
    "heading": "Headings",
    "key": "Keys",
    "target": "Targets",
}


class Outline(Struct, frozen=True, array_like=True):
    """A part of ``Facts``, and values computed from the rest."""

    language: str
    lines: int
    summary: str = ""
    """The first sentence of its docstring."""
    binary: bool = False
    guard: bool = False
    """Whether it has a main guard."""
    counts: tuple[tuple[str, int], ...] = ()
    """(kind of definition, how many), sorted."""
    keywords: frozenset[tuple[str, str]] = frozenset()
    """(name, kind) of each name that an index lists."""
    imports: tuple[Import, ...] = ()
    exports: tuple[str, ...] | None = None
    classes: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """(qualified name, bases as written) in the order of the source."""
    links: tuple[str, ...] = ()
    """The links of a document, as written."""

    @staticmethod
    def of(facts: Facts) -> Outline:
        """The outline of a source with these facts."""
        counts: dict[str, int] = {}
        for definition in facts.definitions:
            counts[definition.kind] = counts.get(definition.kind, 0) + 1
        return Outline(
            language=facts.language,
            lines=facts.lines,
            summary=first_sentence(facts.doc),
            binary=facts.binary,
            guard=any(mark.kind == "main guard" for mark in facts.marks),
            counts=tuple(sorted(counts.items())),
            keywords=frozenset([(d.name, d.kind) for d in facts.definitions if d.kind in HEADINGS and d.name]),
            imports=facts.imports,
            exports=facts.exports,
            classes=tuple([(d.name, d.bases) for d in facts.definitions if d.kind == "class"]),
            links=tuple([mark.text for mark in facts.marks if mark.kind == "link"]),
        )


encode = msgpack.Encoder().encode
decode = msgpack.Decoder(Outline).decode
