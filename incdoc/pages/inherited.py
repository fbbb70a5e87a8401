"""What classes have of the classes of this repository that they derive from, directly or not."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from incdoc.languages.resolution import Base
from incdoc.links.tables import Tables

_MOST_ANCESTORS = 16
"""Classes above one, the nearest: a source of nothing but classes below each other must not have pages that are many
times as long."""
MOST_NAMES = 20
"""Names of a base that are shown; the page of the base has all."""


Place = tuple[str, str]
"""(path, class)."""


class Inherited(Struct, frozen=True, array_like=True):
    """What one class has of one above it. ``path``, ``base``: where that is and what it is called there."""

    owner: str
    path: str
    base: str
    names: tuple[str, ...]
    """The first members that it takes over."""
    count: int
    """How many it takes over."""
    replaced: tuple[str, ...]
    """Those that it defines itself in a block of its own, and has of no nearer class."""


def inherited_by(tables: Tables, path: str, bases: tuple[Base, ...], test: bool) -> tuple[Inherited, ...]:
    """For each class of a source with ``bases``, what it has of each class above it, the nearest first. A ``test`` has
    the same of what it tests again and again: of that only what its classes define themselves."""
    found = _Ancestors(tables).inherited(path, bases) if bases else ()
    if test:
        return tuple(replace(each, names=(), count=0) for each in found if each.replaced)
    return tuple(found)


class _Ancestors:
    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._above: dict[str, dict[str, list[Place]]] = {}

    def inherited(self, path: str, bases: tuple[Base, ...]) -> Iterator[Inherited]:
        for owner in dict.fromkeys(base.owner for base in bases):
            own = {each.name: each.block for each in self._tables.members(path).get(owner, ())}
            taken: set[str] = set()
            seen = {(path, owner)}
            queue = deque(self._bases_of(path, owner))
            while queue and len(seen) <= _MOST_ANCESTORS:
                place = queue.popleft()
                if place in seen:
                    continue
                seen.add(place)
                members = self._tables.members(place[0]).get(place[1], ())
                found = [each.name for each in members if each.name not in taken]
                kept = [each for each in found if each not in own]
                replaced = tuple(each for each in found if own.get(each))
                taken.update(found)
                if kept or replaced:
                    yield Inherited(owner, *place, tuple(kept[:MOST_NAMES]), len(kept), replaced)
                queue.extend(self._bases_of(*place))

    def _bases_of(self, path: str, owner: str) -> list[Place]:
        found = self._above.get(path)
        if found is None:
            found = self._above[path] = {}
            for each in self._tables.resolver.resolve(path).bases:
                found.setdefault(each.owner, []).append((each.path, each.name))
        return found.get(owner, [])
