"""Statements of languages with braces and semicolons that are read without a grammar, and the comments above them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from . import text

_TOKEN = re.compile(
    r"""//[^\n]*|/\*.*?(?:\*/|\Z)|"(?:[^"\\\n]|\\.)*+"?|'(?:[^'\\\n]|\\.)*+'?|[{};]|\n|[^\S\n]+|[^/"'{};\s]+|.""",
    re.DOTALL,
)


_BEHIND = re.compile(r"[^\S\n]*+(//[^\n]*+|/\*[^\n*]*+\*/[^\S\n]*+$)", re.MULTILINE)


class Statement(NamedTuple):
    """``ending``: ``{`` of a block that begins, ``}`` of one that ends, or ``;``. Rows are 0-based."""

    text: str
    row: int
    last: int
    ending: str
    beside: str
    """What a comment behind it in its last row says."""


class Tokens:
    """The statements of a text, and its comments."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._comments: dict[int, tuple[int, str]] = {}
        """By the row of its end: the row of its beginning, and its text."""
        self._comments_from: dict[int, int] = {}
        """By the row of its beginning: the row of its end."""
        self._first = -1
        """The row of the first statement."""

    def statements(self) -> Iterator[Statement]:
        """Each with its comments and line ends dropped."""
        row = begun = 0
        pieces: list[str] = []
        empty = True
        ended = -1  # the row of the last ending
        for found in _TOKEN.finditer(self._source):
            token = found[0]
            ends = token.count("\n")
            if token.startswith(("//", "/*")):
                if empty and row != ended:
                    self._comments[row + ends] = (row, token)
                    self._comments_from[row] = row + ends
            elif token in "{};":
                if empty:
                    begun = row
                if self._first < 0:
                    self._first = begun
                behind = _BEHIND.match(self._source, found.end())
                yield Statement("".join(pieces).strip(), begun, row, token, _words(behind[1]).strip() if behind else "")
                pieces, empty, ended = [], True, row
            elif token.isspace():
                pieces.append(" ")
            else:
                if empty:
                    begun, empty = row, False
                pieces.append(token)
            row += ends

    def above(self, row: int) -> str:
        """What the comments directly above a row say."""
        found: list[str] = []
        while (comment := self._comments.get(row - 1)) is not None:
            row = comment[0]
            found.append(_words(comment[1]))
        return text.clean("\n" + "\n".join(reversed(found))).strip()

    def about(self) -> str:
        """What the first comment says of the file, if it is not about the first statement and no licence."""
        last = -1
        for end, (begin, _) in sorted(self._comments.items()):
            if begin <= last:
                continue  # of the group that was looked at
            last = end
            while (following := self._comments_from.get(last + 1)) is not None:
                last = following
            if last + 1 == self._first or begin > self._first >= 0:
                return ""
            said = self.above(last + 1)
            if said and not text.LEGAL.search(said):
                return said
        return ""


def _words(comment: str) -> str:
    if comment.startswith("//"):
        return re.sub(r"^//[/!]* ?", "", comment)
    inner = re.sub(r"^/\*+!?|\**/$", "", comment)
    return "\n".join(re.sub(r"^\s*\* ?", "", line).rstrip() for line in inner.split("\n")).strip("\n")
