"""Jupyter notebooks: bytes -> Facts: the headings of their Markdown and the definitions and imports of their Python.

The cells of a language are read as one source. Lines are those of the file, where each line of a cell has its own.
What a cell printed or drew is not read.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from msgspec import structs

from ..facts import Definition, Facts
from ..json.extract import grammar
from ..json.strings import string
from ..limits import bounded
from ..markdown.extract import extract as read_markdown
from ..python.extract import extract as read_python
from ..text import characters

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tree_sitter import Node

_MAGIC = re.compile(r"(\s*)(?:[%!?].*|[\w.]+\?{1,2}\s*)")


class _Line(NamedTuple):
    text: str
    line: int


def extract(data: bytes) -> Facts:
    """The facts of one notebook. Pure; never raises, whatever the bytes are."""

    def with_cells(plain: Facts) -> Facts:
        source = characters(data).encode()
        root = grammar().parse(source).root_node
        return _read_cells(source, dict(_members(source, root)), plain.lines)

    return bounded("notebook", data, with_cells)


def _read_cells(data: bytes, top: dict[str, Node], lines: int) -> Facts:
    cells: dict[str, list[_Line]] = {"markdown": [], "code": []}
    language = "python"
    metadata = top.get("metadata")
    if metadata is not None:
        for value in _deep(data, metadata, ("language_info", "name"), ("kernelspec", "language")):
            language = string(data, value).lower() or language
            break
    for cell in top["cells"].named_children if "cells" in top else ():
        members = dict(_members(data, cell))
        if "cell_type" in members and "source" in members:
            kind = string(data, members["cell_type"])
            if kind in cells:
                cells[kind] += _lines(data, members["source"], magic=kind == "code")
                cells[kind].append(_Line("", cells[kind][-1].line if cells[kind] else 1))
    prose = _read(cells["markdown"], read_markdown)
    code = _read(cells["code"], read_python) if language.startswith("python") else Facts("notebook", 0)
    return Facts(
        "notebook",
        lines,
        prose.doc or ("" if prose.title else code.doc),
        tuple(sorted([*prose.definitions, *code.definitions], key=lambda each: (each.line, -each.end))),
        tuple(sorted([*code.imports], key=lambda each: each.line)),
        findings=code.findings,
        to_do=tuple(sorted([*prose.to_do, *code.to_do], key=lambda each: each.line)),
        links=prose.links,
        examples=code.examples,
        refused=prose.refused or code.refused,
        title=prose.title,
    )


def _read(cells: list[_Line], read: Callable[[bytes], Facts]) -> Facts:
    found = read("\n".join(each.text for each in cells).encode("utf-8", "replace"))
    lines = [each.line for each in cells] or [1]

    def at(line: int) -> int:
        return lines[min(line, len(lines)) - 1]

    def moved(each: Definition) -> Definition:
        raises = tuple((name, at(line)) for name, line in each.raises)
        return structs.replace(each, line=at(each.line), end=at(each.end), raises=raises)

    return structs.replace(
        found,
        definitions=tuple(moved(each) for each in found.definitions),
        imports=tuple(structs.replace(each, line=at(each.line)) for each in found.imports),
        findings=tuple(structs.replace(each, line=at(each.line), end=at(each.end)) for each in found.findings),
        to_do=tuple(structs.replace(each, line=at(each.line)) for each in found.to_do),
        links=tuple(structs.replace(each, line=at(each.line)) for each in found.links),
        examples=tuple(structs.replace(each, line=at(each.line)) for each in found.examples),
    )


def _members(data: bytes, node: Node) -> Iterator[tuple[str, Node]]:
    """(key, value) of an object, or of the object in a document."""
    if node.type == "document":
        for child in node.named_children:
            yield from _members(data, child)
    elif node.type == "object":
        for pair in node.named_children:
            key, value = pair.child_by_field_name("key"), pair.child_by_field_name("value")
            if key is not None and value is not None:
                yield string(data, key), value


def _deep(data: bytes, node: Node, *paths: tuple[str, str]) -> Iterator[Node]:
    for outer, inner in paths:
        around = dict(_members(data, node)).get(outer)
        if around is not None and (found := dict(_members(data, around)).get(inner)) is not None:
            yield found


def _lines(data: bytes, source: Node, magic: bool) -> Iterator[_Line]:
    """The lines of a cell, which is a string, or a list of strings that end where lines do."""
    pieces = (
        [source] if source.type == "string" else [child for child in source.named_children if child.type == "string"]
    )
    left, line = "", 1
    cell_magic = False
    for number, piece in enumerate(pieces):
        said = string(data, piece)
        line = piece.start_point[0] + 1
        *whole, left = (left + said).split("\n")
        for each in whole:
            cell_magic = cell_magic or (magic and number == 0 and each.startswith("%%"))
            yield _Line(_without_magic(each, cell_magic) if magic else each, line)
    if left:
        yield _Line(_without_magic(left, cell_magic) if magic else left, line)


def _without_magic(line: str, whole_cell: bool) -> str:
    """A line of Python; IPython's commands are comments."""
    if whole_cell:
        return "#"
    found = _MAGIC.fullmatch(line)
    return f"{found[1] or ''}pass" if found else line
