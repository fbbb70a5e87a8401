"""Where names are in the text of a source: the facts have lines, and no columns.

A **place** is (line, first column, column after the last one), from 0, in characters. A name is where the facts say
that it is defined or used, on the lines of that definition, where the grammar finds a name, and no text and no comment.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from incdoc.languages.facts import Definition, Facts
from incdoc.languages.language import Language
from incdoc.languages.limits import LimitError
from incdoc.languages.text import characters

if TYPE_CHECKING:
    from tree_sitter import Tree

Place = tuple[int, int, int]
_BETWEEN = r"\s*(?:\?\.|\.|::|->)\s*"
"""Between the parts of a name in code, in any language."""
_ALONE = r"(?<![\w$.])(?<!::)(?<!->)"
"""Before a name that is no member of another one."""
_OWN = r"(?<![\w$])(?:self|cls|this|Self)\s*(?:\?\.|\.|::|->)\s*"
"""Before a member of the object that the code belongs to."""
_WORDS = re.compile(r"\w+")
_HEAD = 20
"""Lines of a definition in which its name is."""


class Positions:
    """The places in one source, of which ``data`` are the bytes."""

    def __init__(self, facts: Facts, language: Language, data: bytes) -> None:
        self._language = language
        text = characters(data, facts.format.cookie)
        self._lines = text.split("\n")
        self._tree = None if facts.refused or facts.binary else _tree(language, text)
        self._blocks = {kind.name for kind in language.kinds if kind.shown == "block"}
        self._definitions = facts.definitions
        self._rows_of: dict[str, dict[int, None]] = {}
        self._first = int(facts.format.bom)
        """Characters before the first line."""

    def of_definition(self, definition: Definition) -> Place:
        """Its name; all of its first line if that does not have it as it is."""
        last = definition.name.rpartition(self._language.separator)[2]
        pattern = re.compile(_word(last)) if last else None
        first = definition.line - 1
        for row in range(first, min(definition.end, first + _HEAD, len(self._lines))) if pattern else ():
            for found in pattern.finditer(self._lines[row]) if pattern else ():
                if self._is_name(row, *found.span()):
                    return self._place(row, *found.span())
        line = self._lines[first] if first < len(self._lines) else ""
        bare = line.strip()
        start = line.find(bare)
        return self._place(first, start, start + len(bare))

    def of_uses(self, owner: str, written: Sequence[str], counts: int) -> Iterator[Place]:
        """Where a definition (the module: an empty name) has a name with members, ``written`` part by part: the places
        of the part with the number ``counts``."""
        pattern = _ALONE + _BETWEEN.join(
            f"({_word(part)})" if number == counts else _word(part) for number, part in enumerate(written)
        )
        return self._found(owner, written[counts], pattern)

    def of_calls(self, owner: str, name: str) -> Iterator[Place]:
        """Where a definition calls another one of its source."""
        last = name.rpartition(self._language.separator)[2]
        called = f"({_word(last)})" + r"\s*\("
        if last == name:
            return self._found(owner, last, _ALONE + called)
        found = list(self._found(owner, last, _OWN + called))
        return iter(found or self._found(owner, last, _ALONE + called))

    def of_import(self, line: int, name: str) -> Iterator[Place]:
        """Where the line of an import has a name."""
        if 1 <= line <= len(self._lines):
            for found in re.finditer(_word(name), self._lines[line - 1]):
                if self._is_name(line - 1, *found.span()):
                    yield self._place(line - 1, *found.span())
                    return

    def _found(self, owner: str, name: str, pattern: str) -> Iterator[Place]:
        if self._tree is None:
            return
        expression = re.compile(pattern)
        if owner not in self._rows_of:
            self._rows_of[owner] = self._rows(owner)
        for row in self._both(self._rows_of[owner], name):
            for found in expression.finditer(self._lines[row]) if name in self._lines[row] else ():
                if self._is_name(row, *found.span(1)):
                    yield self._place(row, *found.span(1))

    def _both(self, rows: Collection[int], name: str) -> Iterator[int]:
        """Those of some lines that may have a name, in order. Many lines may have it, and few be of a definition."""
        word = _WORDS.search(name)
        having = self._having.get(word[0], ()) if word is not None else rows
        fewer, other = (rows, having) if len(rows) < len(having) else (having, rows)
        return (row for row in fewer if fewer is rows or row in other)

    @cached_property
    def _having(self) -> dict[str, list[int]]:
        """By word, the lines that have it."""
        found: dict[str, list[int]] = {}
        for row, line in enumerate(self._lines):
            for word in set(_WORDS.findall(line)):
                found.setdefault(word, []).append(row)
        return found

    @cached_property
    def _spans(self) -> dict[str, list[tuple[int, int]]]:
        """By name, the lines of its definitions; those of the module."""
        found = {"": [(0, len(self._lines))]}
        for each in self._definitions:
            found.setdefault(each.name, []).append((each.line - 1, min(each.end, len(self._lines))))
        return found

    @cached_property
    def _inner(self) -> dict[str, list[tuple[int, int]]]:
        """By name, the lines of the blocks in it: without the first ones, which may have names of what is around."""
        found: dict[str, list[tuple[int, int]]] = {}
        for each in self._definitions:
            around = each.name if each.kind in self._blocks else ""
            while around:
                around = around.rpartition(self._language.separator)[0]
                found.setdefault(around, []).append((each.line, each.end))
        return found

    def _rows(self, owner: str) -> dict[int, None]:
        """The lines of a definition, in order, without those of others in it."""
        rows = {row for span in self._spans.get(owner, ()) for row in range(*span)}
        for span in self._inner.get(owner, ()):
            rows.difference_update(range(*span))
        return dict.fromkeys(sorted(rows))

    def _is_name(self, row: int, start: int, end: int) -> bool:
        """Whether the grammar has a name there; true without a grammar."""
        if self._tree is None:
            return True
        line = self._lines[row]
        first = len(line[:start].encode("utf-8", "replace"))
        last = first + len(line[start:end].encode("utf-8", "replace"))
        node = self._tree.root_node.descendant_for_point_range((row, first), (row, last))
        return node is not None and node.type.endswith("identifier")

    def _place(self, row: int, start: int, end: int) -> Place:
        shift = 0 if row else self._first
        return row, start + shift, end + shift


def _tree(language: Language, text: str) -> Tree | None:
    try:
        return language.tree(text.encode("utf-8", "replace"))
    except LimitError:
        return None


def _word(name: str) -> str:
    before = r"(?<![\w$])" if name[:1].isalnum() or name[:1] in "_$" else ""
    after = r"(?![\w$])" if name[-1:].isalnum() or name[-1:] in "_$" else ""
    return f"{before}{re.escape(name)}{after}"
