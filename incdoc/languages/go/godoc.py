"""Comments of Go, as godoc reads them: paragraphs, titles, indented code and lists, and names in brackets."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ..markup.blocks import dedent, targets_of
from ..markup.document import MOST_CHARACTERS, PLAIN, Block, Blocks, Code, Heading, Items, Note, Paragraph, plain
from ..markup.inline import Dialect, spans

_DIALECT = Dialect.of(short=True)
_ITEM = re.compile(r"[ \t]+(?:[-*+•]|(?P<number>[0-9]{1,4})[.)])[ \t]+")
_DEFINITION = re.compile(r"\[[^\[\]]{1,200}\]:[ \t]+\S{1,1000}$")
_DEPRECATED = "Deprecated:"


def read(text: str, style: str) -> Blocks:
    """The blocks of a comment."""
    if style == PLAIN or len(text) > MOST_CHARACTERS:
        return plain(text)
    targets = targets_of(text)
    return tuple(_blocks(text.split("\n"), targets))


def _blocks(lines: Sequence[str], targets: dict[str, str]) -> Iterator[Block]:
    at = 0
    while at < len(lines):
        line = lines[at]
        if not line.strip() or _DEFINITION.match(line):
            at += 1
        elif line[0] in " \t":
            end = _end(lines, at)
            yield _indented(lines[at:end], targets)
            at = end
        elif line.startswith("# ") and not (at + 1 < len(lines) and lines[at + 1].strip()):
            yield Heading(spans(line[2:], _DIALECT, targets))
            at += 1
        else:
            end = at
            while end < len(lines) and lines[end].strip() and lines[end][0] not in " \t":
                end += 1
            said = "\n".join(lines[at:end])
            if said.startswith(_DEPRECATED):
                yield Note("Deprecated", (Paragraph(spans(said[len(_DEPRECATED) :], _DIALECT, targets)),))
            else:
                yield Paragraph(spans(said, _DIALECT, targets))
            at = end


def _end(lines: Sequence[str], at: int) -> int:
    """Where an indented part ends; blank lines in it belong to it."""
    listed = _ITEM.match(lines[at]) is not None
    end = last = at
    while end < len(lines) and (not lines[end].strip() or lines[end][0] in " \t"):
        if lines[end].strip():
            if last < end and (_ITEM.match(lines[end]) is not None) != listed:
                break
            last = end + 1
        end += 1
    return last


def _indented(lines: Sequence[str], targets: dict[str, str]) -> Block:
    """A list, if the first line is an item; else code."""
    first = _ITEM.match(lines[0])
    if first is None:
        return Code("\n".join(dedent([line.expandtabs(4) for line in lines])), "go")
    items: list[list[str]] = []
    for line in lines:
        if match := _ITEM.match(line):
            items.append([line[match.end() :]])
        else:
            items[-1].append(line.strip())
    number = int(first["number"]) if first["number"] else 0
    return Items(tuple((Paragraph(spans("\n".join(item), _DIALECT, targets)),) for item in items), number)
