"""What languages share whose comments begin with ``#`` or whose definitions are lines: names, values, comments."""

from __future__ import annotations

import re
from functools import cached_property, lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING

from msgspec import structs

from . import text
from .facts import Definition, Facts, Finding, Import
from .limits import Budget, bounded

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tree_sitter import Node

LONGEST_VALUE = 80
"""Characters of a value that is shown behind its key."""
LONGEST_HEAD = 200
"""Characters of a line that is shown as a declaration."""
_LONGEST_LOOK = 1024
"""What is longer is not looked at: a line may be all of the file, and be that of each definition in it."""
_PLAIN_KEY = re.compile(r"[^\s.\"'\[\]{}]+\Z")
_PARTS = re.compile(r'(?:^|\.)(?:"((?:[^"\\]|\\.)*)"|([^."]*))', re.DOTALL)
_UNQUOTE = re.compile(r"\\(.)", re.DOTALL)
_MARK = re.compile(r"^\s*#+!? ?")
_LINE = attrgetter("line")
_RULE = re.compile(r"[-=#*~]{3,}")
_PREAMBLE = re.compile(r"#!|#\s*(?:syntax|escape|check)\s*=|#.*-\*-|#\s*vim?:|#\s*yaml-language-server|#\s*yamllint")


class Source:
    """A source whose comments begin with ``#``, with the names that its facts may have. Rows are 0-based."""

    def __init__(self, data: bytes, owned: bool) -> None:
        self.text = text.characters(data).replace("\r\n", "\n").replace("\r", "\n")
        self.rows = self.text.split("\n")
        self.names = Budget(len(data))
        self.definitions: list[Definition] = []
        self.imports: list[Import] = []
        self.errors: list[tuple[int, int]] = []
        self.owned = owned
        """Whether a comment directly above the first statement is about that, not about the file."""
        self.findings: tuple[Finding, ...] = ()
        self.unsearched = ""
        """What ``Facts.unsearched`` is."""
        self.manifest = ""
        """What ``Facts.manifest`` is."""
        self.package = ""
        """What ``Facts.package`` is."""
        self.said: str | None = None
        """The documentation of the file; None: the first comment."""
        self.title = ""
        """What ``Facts.title`` is."""
        self.above = lru_cache(maxsize=1)(self._above)
        """The comment that ends directly above a row. Several definitions may begin in one."""

    def define(
        self, kind: str, name: str, row: int, last: int, signature: str = "", doc: str | None = None, head: str = ""
    ) -> Definition:
        """Add a definition in the rows from ``row`` to ``last``; its documentation is the comment above, and its head
        the first row, if none is given."""
        rows, names = self.rows, self.names
        commented = doc is None and row > 0 and rows[row - 1].lstrip().startswith("#")
        said = self.above(row) if commented else doc or ""
        head = shown(head or rows[row], LONGEST_HEAD)
        if head.endswith("{"):
            head = head[:-1].rstrip()
        names.spend(signature, said, head)
        end = last + 1 if last > row else row + 1
        found = Definition(kind, names.take(name), row + 1, end, signature, said, declaration=head)
        self.definitions.append(found)
        return found

    @cached_property
    def data(self) -> bytes:
        """What a grammar is given."""
        return self.text.encode()

    def written(self, node: Node) -> str:
        """The text of a node."""
        return self.data[node.start_byte : node.end_byte].decode()

    def value(self, node: Node) -> str:
        """The text of a node as ``shown``, which is not made where it is long: nodes are inside one another."""
        if node.end_byte - node.start_byte > 4 * _LONGEST_LOOK:  # the bytes of a character
            return "…"
        return shown(self.written(node))

    def _above(self, row: int) -> str:
        """Without what is about the whole file."""
        first = row
        while first > 0 and self._is_comment(first - 1):
            first -= 1
        if first == row or (first == self.top[0] and self.about):
            return ""
        said = words(self.rows[first:row])
        return "" if text.TO_DO.match(said) else said

    def _is_comment(self, row: int) -> bool:
        line = self.rows[row].lstrip()
        return line[:1] == "#" and not _PREAMBLE.match(line)

    @cached_property
    def top(self) -> tuple[int, int]:
        """The rows of the first comment, if there is nothing but blank lines and directives above it."""
        first = 0
        while first < len(self.rows) and (not self.rows[first].strip() or _PREAMBLE.match(self.rows[first])):
            first += 1
        last = first
        while last < len(self.rows) and self._is_comment(last):
            last += 1
        return first, last

    @cached_property
    def about(self) -> str:
        """What the first comment says of the file; nothing if it is a licence, or about what is directly below it."""
        first, last = self.top
        below = self.rows[last] if last < len(self.rows) else ""
        said = "" if first == last or (self.owned and below.strip()) else words(self.rows[first:last])
        return "" if text.LEGAL.search(said) or text.TO_DO.match(said) else said


def words(rows: Sequence[str]) -> str:
    """The text of comment lines."""
    lines = [_MARK.sub("", row).rstrip() for row in rows]
    lines = ["" if _RULE.fullmatch(line.strip()) else line for line in lines]
    return text.clean("\n" + "\n".join(lines)).strip()


def facts(language: str, data: bytes, read: Callable[[Source], None], owned: bool = False) -> Facts:
    """The facts of a source that ``read`` adds to. ``owned``: as in ``Source``."""

    def with_names(plain: Facts) -> Facts:
        source = Source(data, owned)
        read(source)
        return structs.replace(
            plain,
            doc=source.about if source.said is None else source.said,
            definitions=tuple(_sorted(source.definitions)),
            imports=tuple(sorted(source.imports, key=_LINE)),
            errors=tuple(sorted(source.errors)),
            findings=source.findings,
            unsearched=source.unsearched,
            manifest=source.manifest,
            package=source.package,
            title=source.title,
        )

    return bounded(language, data, with_names)


def _sorted(definitions: list[Definition]) -> list[Definition]:
    """By line, outer ones first. Hardly any source has two in a line, and their other keys take as long as all else."""
    if len({each.line for each in definitions}) == len(definitions):
        return sorted(definitions, key=_LINE)
    return sorted(definitions, key=lambda each: (each.line, -each.end, each.name.count(".")))


def part(key: str) -> str:
    """A key as a part of a qualified name: quoted if it has a character that a plain one has not."""
    return (
        key
        if key.isidentifier() or _PLAIN_KEY.match(key)
        else '"' + key.replace("\\", "\\\\").replace('"', '\\"') + '"'
    )


def parts(name: str) -> tuple[str, ...]:
    """The keys of a qualified name."""
    if '"' not in name:
        return tuple(name.split("."))
    return tuple(_UNQUOTE.sub(r"\1", quoted) if quoted else plain for quoted, plain in _PARTS.findall(name))


def shown(value: str, most: int = LONGEST_VALUE) -> str:
    """A value in one line; an ellipsis if it is long."""
    if len(value) > _LONGEST_LOOK:
        return "…"
    folded = value.strip()
    if "  " in folded or not folded.isprintable():  # of white space only single blanks are printable
        folded = " ".join(folded.split())
    return folded if len(folded) <= most else "…"
