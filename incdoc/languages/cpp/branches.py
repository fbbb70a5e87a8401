"""Conditional groups of which one branch only can be parsed.

``#if A`` / ``if (a) {`` / ``#else`` / ``{`` / ``#endif`` is no statement in any of its branches. Where the braces of a
branch do not balance, or the group begins within a statement, the first branch is kept and the rest blanked.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .masking import Directive

_OPENING = frozenset({b"if", b"ifdef", b"ifndef"})
_MIDDLE = frozenset({b"else", b"elif", b"elifdef", b"elifndef"})
_FALSE = re.compile(rb"\s*(?:0|false)\s*\Z")
_EXTERN_C = re.compile(rb"\s*(?:extern\s*\"[^\"]*\"\s*\{|\}\s*;?)\s*\Z")
_STATEMENT_END = b";"
_STATEMENT_ENDS = frozenset({_STATEMENT_END, b"{", b"}", b":", b")", b","})

Span = tuple[int, int]


class Group(NamedTuple):
    """``#if`` to ``#endif``: its directives in order."""

    parts: tuple[Directive, ...]

    @property
    def branches(self) -> Iterator[Span]:
        """What is between the directives."""
        for before, after in zip(self.parts, self.parts[1:], strict=False):
            yield before.end, after.start

    def but_one(self) -> Iterator[Span]:
        """The spans that go if one branch is kept: the first, or the second one of ``#if 0``."""
        false = self.parts[0].word == b"if" and _FALSE.match(self.parts[0].rest)
        kept = 1 if false and len(self.parts) > 2 else 0
        for number, (start, end) in enumerate(self.branches):
            directive = self.parts[number]
            yield directive.start, directive.end
            if number != kept:
                yield start, end
        yield self.parts[-1].start, self.parts[-1].end


def groups(directives: Iterable[Directive]) -> list[Group]:
    """The complete groups, inner before outer."""
    found: list[Group] = []
    stack: list[list[Directive]] = []
    for each in directives:
        if each.word in _OPENING:
            stack.append([each])
        elif stack and each.word in _MIDDLE:
            stack[-1].append(each)
        elif stack and each.word == b"endif":
            found.append(Group((*stack.pop(), each)))
    return found


class Balance:
    """What is open before each directive: braces, parentheses, a statement."""

    def __init__(self, code: bytes, directives: Iterable[Directive]) -> None:
        self._open: dict[int, tuple[int, int]] = {}
        self._within: set[int] = set()
        braces = parentheses = counted = 0
        last = _STATEMENT_END
        for each in directives:
            text = code[counted : each.start]
            braces += text.count(b"{") - text.count(b"}")
            parentheses += text.count(b"(") - text.count(b")")
            self._open[each.start] = braces, parentheses
            last = text.rstrip()[-1:] or last
            if last not in _STATEMENT_ENDS:
                self._within.add(each.start)
            counted = each.start

    def unparsable(self, group: Group) -> bool:
        """Whether a branch opens or closes what it does not close or open, or the group begins within a statement."""
        start = group.parts[0].start
        return start in self._within or any(self._open[each.start] != self._open[start] for each in group.parts)


def linkage(code: bytes, group: Group) -> bool:
    """Whether it only opens or closes ``extern "C"``."""
    start, end = group.parts[0].end, group.parts[-1].start
    return len(group.parts) == 2 and end - start < 200 and _EXTERN_C.match(code[start:end]) is not None
