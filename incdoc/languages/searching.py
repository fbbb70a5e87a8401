"""The findings of a source, each with the definition around it."""

from __future__ import annotations

from bisect import bisect_right
from functools import cache
from typing import TYPE_CHECKING

from .findings import Rules, find, needles
from .words import Words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Tree

    from .facts import Definition, Finding
    from .limits import Budget


def search(rules: Rules, data: bytes, tree: Tree, owners: Owners) -> tuple[Finding, ...]:
    """Where the rules match."""
    return find(rules, tree, data, _needles(rules).places(data), {}, owners.name)


@cache
def _needles(rules: Rules) -> Words:
    return Words(needles(rules))


class Owners:
    """The innermost definition around a byte. ``found``: (first byte, byte after the last one, definition), outer ones
    first."""

    def __init__(self, found: list[tuple[int, int, Definition]], names: Budget) -> None:
        self._found = found
        self._names = names
        self._starts = [start for start, _, _ in found]
        self._outer: list[int] = []
        """The number of the definition around each; -1 without one."""
        stack: list[int] = []
        for number, (start, _, _) in enumerate(found):
            while stack and found[stack[-1]][1] <= start:
                stack.pop()
            self._outer.append(stack[-1] if stack else -1)
            stack.append(number)

    def every(self) -> Iterator[Definition]:
        """All definitions."""
        return (each for _, _, each in self._found)

    def names(self) -> set[bytes]:
        """The names of the outermost ones."""
        return {each[2].name.encode() for each, outer in zip(self._found, self._outer, strict=True) if outer < 0}

    def around(self, at: int, kind: str) -> str:
        """The qualified name of the innermost one of a kind; empty without one."""
        number = bisect_right(self._starts, at) - 1
        while number >= 0 and (self._found[number][1] <= at or self._found[number][2].kind != kind):
            number = self._outer[number]
        return self._found[number][2].name if number >= 0 else ""

    def innermost(self, at: int) -> int:
        """The number of the innermost one; -1 without one."""
        number = bisect_right(self._starts, at) - 1
        while number >= 0 and (self._found[number][1] <= at or self._found[number][2].kind == "namespace"):
            number = self._outer[number]
        return number

    def named(self, number: int) -> str:
        """The qualified name of the definition with a number, which the facts hold once more."""
        if number < 0:
            return ""
        name = self._found[number][2].name
        self._names.spend(name)
        return name

    def kind(self, number: int) -> str:
        """The kind of the definition with a number; empty without one."""
        return self._found[number][2].kind if number >= 0 else ""

    def chain(self, number: int) -> Iterator[Definition]:
        """The definition with a number, and those around it, the inner ones first."""
        while number >= 0:
            yield self._found[number][2]
            number = self._outer[number]

    def name(self, at: int) -> str:
        """The qualified name of the innermost one."""
        return self.named(self.innermost(at))
