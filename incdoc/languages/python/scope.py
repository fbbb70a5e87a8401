"""A definition while its body is being read."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from ..facts import Definition

if TYPE_CHECKING:
    from collections.abc import Mapping

NAMES_A_BYTE, NAMES = 8, 64 * 1024
_NONE: frozenset[str] = frozenset()
_NOTHING: Mapping[str, Scope] = MappingProxyType({})


class NamesError(Exception):
    """The names in a source's facts would take too much."""


class Budget:
    """The characters that qualified names may still take in the facts of a source: each repeats all around it."""

    __slots__ = ("left", "most")

    def __init__(self, size: int) -> None:
        self.most = self.left = NAMES_A_BYTE * size + NAMES

    def take(self, name: str) -> str:
        """``name``, which the facts hold once more. Raises NamesError."""
        self.left -= len(name)
        if self.left < 0:
            raise NamesError(f"qualified names of more than {self.most:,} characters in all")
        return name


class Scope:
    """The module (kind ``module``, no name), a class, or a function with the range of bytes it spans."""

    __slots__ = (
        "bases",
        "body",
        "budget",
        "callable",
        "calls",
        "decorators",
        "doc",
        "end",
        "kind",
        "line",
        "members",
        "name",
        "named",
        "parent",
        "raises",
        "signature",
        "simple",
        "start",
        "stop",
        "top",
        "traits",
    )

    def __init__(self, kind: str, simple: str, parent: Scope | None, start: int, stop: int) -> None:
        self.kind = kind
        self.callable = kind in ("function", "method")
        self.simple = simple
        self.budget: Budget = parent.budget if parent else Budget(stop)
        self.name = parent.qualified(simple) if parent else simple
        self.parent = parent
        self.start = start
        self.stop = stop
        self.top = start
        """Where its decorators begin."""
        self.body = stop
        """Where the body begins: code before it belongs to the scope around."""
        self.named = start
        """Where its name begins."""
        self.line = self.end = 0
        self.signature = self.doc = ""
        self.decorators: tuple[str, ...] = ()
        self.bases: tuple[str, ...] = ()
        # most definitions have none of these: shared empty values cost nothing
        self.traits: frozenset[str] = _NONE
        self.raises: list[tuple[str, int]] | None = None
        self.calls: frozenset[str] = _NONE
        self.members: Mapping[str, Scope] = _NOTHING
        """Classes and functions defined directly in it, by their simple name; the last one of each name."""

    def define(self, name: str, scope: Scope) -> None:
        """Record a class or function that is defined directly in this scope."""
        if self.members is _NOTHING:
            self.members = {}
        assert isinstance(self.members, dict)
        self.members[name] = scope

    def qualified(self, name: str) -> str:
        """``name`` qualified within the file."""
        return self.budget.take(f"{self.name}.{name}" if self.name else name)

    def definition(self) -> Definition:
        """The finished value."""
        return Definition(
            self.kind,
            self.name,
            self.line,
            self.end,
            self.signature,
            self.doc,
            tuple(sorted(self.traits)) if self.traits else (),
            self.decorators,
            self.bases,
            tuple(self.raises) if self.raises else (),
            tuple(sorted(self.calls)) if self.calls else (),
        )
