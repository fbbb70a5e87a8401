"""The comments of a source as documentation: of a definition, or of the file."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from functools import lru_cache
from typing import TYPE_CHECKING

from ..text import LEGAL, clean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .masking import Directive

Span = tuple[int, int]

_OPENING = re.compile(r"/(?:/[/!]*<?|\*[*!]*<?)[ \t]?")
_CLOSING = re.compile(r"\**\*/\s*\Z")
_STARS = re.compile(r"[ \t]*\*(?!\*)[ \t]?")
_RULE = re.compile(r"[\s\-=*#~/+_.]*\Z")
_BRIEF = re.compile(r"^([ \t]*)[@\\](?:brief|short)[ \t]+", re.MULTILINE)
_FILE = re.compile(r"^[ \t]*[@\\]file\b[^\n]*\n?", re.MULTILINE)
_DROPPED = re.compile(
    r"^[ \t]*[@\\](?:ingroup|addtogroup|defgroup|name|class|struct|fn|author|date|version)\b[^\n]*\n?", re.MULTILINE
)
_GROUP = re.compile(r"^[ \t]*[@\\][{}][ \t]*$", re.MULTILINE)
_PLAIN_AFTER = re.compile(rb"[^\S\n]*[,;]?[^\S\n]*(?=/[/*])")


_NO_DOC = re.compile(
    rb"/[/*][ \t]*(?:implicit|NOLINT\w*(?:\([^()]*\))?|clang-format \w+)[ \t]*(?:\*/)?\Z", re.IGNORECASE
)
"""For tools, between the documentation and what it documents."""


class Comments:
    """The comments of ``data``, which is UTF-8, in the order of the source."""

    def __init__(self, data: bytes, spans: Sequence[Span], blanked: Sequence[Span]) -> None:
        self._data = data
        self._spans = spans
        self._ends = [end for _, end in spans]
        self._starts = [start for start, _ in spans]
        self._blanked = sorted(blanked)
        self._blanked_ends = [end for _, end in self._blanked]
        # several definitions may begin or end at one byte: each of its declarators
        self.begin = lru_cache(maxsize=4)(self._begin)
        self.above = lru_cache(maxsize=4)(self._above)
        self.after = lru_cache(maxsize=4)(self._after)

    def _begin(self, at: int) -> int:
        """Where the attributes begin that were blanked directly before a byte."""
        while (number := bisect_right(self._blanked_ends, at) - 1) >= 0:
            start, end = self._blanked[number]
            if start >= at or self._data[end:at].strip() or self._data.count(b"\n", end, at) > 1:
                break
            at = start
        return at

    def _above(self, at: int) -> str:
        """What is said directly above a definition; empty if there is a blank line, or code, between."""
        number = bisect_right(self._ends, at) - 1
        below = at
        if (
            number >= 0
            and _NO_DOC.match(self._data, *self._spans[number])
            and self._data[self._ends[number] : at].isspace()
        ):
            below = self._starts[number]
            number -= 1
        last = number
        while number >= 0:
            start, end = self._spans[number]
            between = self._data[end:below] if below - end < 400 else b"\n\n"
            if between.count(b"\n") > 1 or between.strip() or not self._alone(start):
                break
            if number < last and not self._line_comment(number):
                break
            below = start
            number -= 1
            if not self._line_comment(number + 1):
                break
        found = [self._words(each) for each in range(number + 1, last + 1)]
        return _doc("\n".join(found)) if found else ""

    def _after(self, at: int, plain: bool) -> str:
        """What is said on the same line behind a definition that ends at a byte; ``plain``: by any comment, not only
        by one that says so."""
        match = _PLAIN_AFTER.match(self._data, at)
        if match is None:
            return ""
        number = bisect_left(self._starts, match.end())
        if number >= len(self._starts) or self._starts[number] != match.end():
            return ""
        if not plain and self._data[match.end() + 2 : match.end() + 4].find(b"<") < 0:
            return ""
        last = number
        # line comments below each other at the same column continue it
        while (
            last + 1 < len(self._spans) and self._line_comment(last) and self._line_comment(last + 1)
            and self._column(last) == self._column(last + 1)
            and self._data[self._ends[last] : self._starts[last + 1]].count(b"\n") == 1
            and self._data[self._ends[last] : self._starts[last + 1]].isspace()
        ):  # fmt: skip
            last += 1
        return _doc("\n".join(self._words(each) for each in range(number, last + 1)))

    def of_file(self, directives: Sequence[Directive], code: bytes) -> str:
        """What the comments at the beginning say: the first that is no licence, above the first include and code."""
        first = len(code) - len(code.lstrip())
        includes = [each.start for each in directives if each.word in (b"include", b"import")]
        border = min([first, *includes[:1]])
        starts = [each.start for each in directives] + [first]
        number = 0
        while number < len(self._spans) and self._starts[number] < border:
            last = number
            while (
                last + 1 < len(self._spans) and self._line_comment(last) and self._line_comment(last + 1)
                and self._data.count(b"\n", self._ends[last], self._starts[last + 1]) == 1
                and self._starts[last + 1] < border
            ):  # fmt: skip
                last += 1
            said = "\n".join(self._words(each) for each in range(number, last + 1))
            attached = (
                first < len(code)
                and self._ends[last] <= first
                and self._data.count(b"\n", self._ends[last], first) <= 1
            )
            attached = attached and not any(self._ends[last] <= start < first for start in starts)
            doc = _doc(said)
            if doc and not attached and not LEGAL.search(said):
                return doc
            number = last + 1
        return ""

    def _attached(self, end: int, starts: Sequence[int]) -> bool:
        """Whether a comment is directly above the first definition; ``starts``: of the directives, then of the code."""
        first = starts[-1]
        if first >= len(self._data) or self._data.count(b"\n", end, first) > 1:
            return False
        return not any(end <= start < first for start in starts)

    def _column(self, number: int) -> int:
        start = self._starts[number]
        return start - self._data.rfind(b"\n", 0, start)

    def _alone(self, start: int) -> bool:
        before = self._data[self._data.rfind(b"\n", 0, start) + 1 : start]
        return not before or before.isspace()

    def _line_comment(self, number: int) -> bool:
        start = self._starts[number]
        return self._data[start + 1] == 0x2F

    def _words(self, number: int) -> str:
        start, end = self._spans[number]
        text = self._data[start:end].decode("utf-8", "replace").replace("\r", "")
        opening = _OPENING.match(text)
        inner = text[opening.end() :] if opening else text
        if text.startswith("//"):
            return "" if _RULE.match(inner) else inner.replace("\\\n", "\n").rstrip()
        inner = _CLOSING.sub("", inner).rstrip("* \t\n")
        first, *rest = inner.split("\n")
        written = [line for line in rest if line.strip()]
        if written and all(line.lstrip().startswith("*") for line in written):
            rest = [_STARS.sub("", line, count=1) for line in rest]
            return "\n".join([first, *(line for line in rest)])
        return clean(inner)


def _doc(text: str) -> str:
    """A comment without what only Doxygen needs, and without lines that are drawn."""
    if "@" in text or "\\" in text:
        text = _BRIEF.sub(r"\1", text)
        text = _FILE.sub("", text)
        text = _DROPPED.sub("", text)
        text = _GROUP.sub("", text)
    lines = ["" if _RULE.match(line) else line for line in text.split("\n")]
    return clean("\n".join(lines)).strip("\n").rstrip()
