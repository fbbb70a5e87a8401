"""A definition while its body is being read."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from ..facts import Definition
from ..limits import Budget

if TYPE_CHECKING:
    from collections.abc import Mapping

_NONE: frozenset[str] = frozenset()
_NOTHING: Mapping[str, Scope] = MappingProxyType({})
_UNBOUND: Mapping[str, int] = MappingProxyType({})


class Scope:
    """The module (kind ``module``, no name), a class, or a function with the range of bytes it spans."""

    __slots__ = (
        "bases",
        "body",
        "budget",
        "callable",
        "calls",
        "condition",
        "decorators",
        "doc",
        "end",
        "kind",
        "line",
        "members",
        "name",
        "named",
        "names",
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
        self.signature = self.doc = self.condition = ""
        self.decorators: tuple[str, ...] = ()
        self.bases: tuple[str, ...] = ()
        # most definitions have none of these: shared empty values cost nothing
        self.traits: frozenset[str] = _NONE
        self.raises: list[tuple[str, int]] | None = None
        self.calls: frozenset[str] = _NONE
        self.members: Mapping[str, Scope] = _NOTHING
        """Classes and functions defined directly in it, by their simple name; the last one of each name."""
        self.names: Mapping[str, int] = _UNBOUND
        """Of a class: the numbers of the definitions that its body makes of other names; the first of each name."""

    def define(self, name: str, scope: Scope) -> None:
        """Record a class or function that is defined directly in this scope."""
        if self.members is _NOTHING:
            self.members = {}
        assert isinstance(self.members, dict)
        self.members[name] = scope

    def binds(self, name: str, number: int) -> None:
        """Record a name that is no class and no function."""
        if self.names is _UNBOUND:
            self.names = {}
        assert isinstance(self.names, dict)
        self.names.setdefault(name, number)

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
            condition=self.condition,
        )


def find(name: str, scope: Scope | None) -> Scope | None:
    """The definition that a name means in ``scope``: a class's own names are not visible in its methods."""
    first, *rest = name.split(".")
    at = scope
    while at is not None:
        if (at is scope or at.kind != "class") and first in at.members:
            found: Scope | None = at.members[first]
            for part in rest:
                found = found.members.get(part) if found else None
            return found
        at = at.parent
    return None
