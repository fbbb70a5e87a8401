"""What classes have of the classes of this repository that they derive from, directly or not."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Iterator
from itertools import islice

from msgspec import Struct
from msgspec.structs import replace

from incdoc.languages.resolution import Base
from incdoc.links.tables import Tables

_MOST_ANCESTORS = 16
"""Classes above one, the nearest: a source of nothing but classes below each other must not have pages that are many
times as long."""
MOST_ORDERED = 64
"""Classes above one that are put in order; of a class with more, the nearest are those with the fewest between."""
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


def inherited_by(
    tables: Tables, path: str, bases: tuple[Base, ...], test: bool, most: int = MOST_NAMES
) -> tuple[Inherited, ...]:
    """For each class of a source with ``bases``, what it has of each class above it, the nearest first. A ``test`` has
    the same of what it tests again and again: of that only what its classes define themselves. ``most``: names of one
    class above."""
    found = _Ancestors(tables).inherited(path, bases, most) if bases else ()
    if test:
        return tuple(replace(each, names=(), count=0) for each in found if each.replaced)
    return tuple(found)


class _Ancestors:
    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._bases: dict[str, dict[str, dict[str, list[Place]]]] = {}
        self._orders: dict[Place, list[Place]] = {}

    def inherited(self, path: str, bases: tuple[Base, ...], most: int) -> Iterator[Inherited]:
        for owner in dict.fromkeys(base.owner for base in bases):
            own = {each.name: each.block for each in self._tables.members(path).get(owner, ())}
            taken: set[str] = set()
            for place in self._above((path, owner))[:_MOST_ANCESTORS]:
                members = self._tables.members(place[0]).get(place[1], ())
                found = [each.name for each in members if each.name not in taken]
                kept = [each for each in found if each not in own]
                replaced = tuple(each for each in found if own.get(each))
                taken.update(found)
                if kept or replaced:
                    yield Inherited(owner, *place, tuple(kept[:most]), len(kept), replaced)

    def _above(self, start: Place) -> list[Place]:
        """The classes above one, in the order in which they are searched for a member."""
        reached = list(islice(self._reached(start), MOST_ORDERED + 1))
        return self._order(start) if len(reached) <= MOST_ORDERED else reached

    def _reached(self, start: Place) -> Iterator[Place]:
        seen = {start}
        queue = deque(self._bases_of(start))
        while queue:
            place = queue.popleft()
            if place not in seen:
                seen.add(place)
                yield place
                queue.extend(self._bases_of(place))

    def _order(self, place: Place) -> list[Place]:
        """C3, which is the order of Python. Elsewhere a member of two classes would be ambiguous."""
        known = self._orders.get(place)
        if known is None:
            self._orders[place] = []  # for classes that derive from each other
            bases = self._bases_of(place)
            merged = _merged([*([base, *self._order(base)] for base in bases), bases])
            known = self._orders[place] = [each for each in dict.fromkeys(merged) if each != place]
        return known

    def _bases_of(self, place: Place) -> list[Place]:
        """In the order of the source; those of which it is one are sorted, so that no order of branches counts."""
        path, owner = place
        found = self._bases.get(path)
        if found is None:
            found = self._bases[path] = {}
            for each in self._tables.resolver.resolve(path).bases:
                found.setdefault(each.owner, {}).setdefault(each.text, []).append((each.path, each.name))
        return list(dict.fromkeys(base for several in found.get(owner, {}).values() for base in sorted(several)))


def _merged(orders: Iterable[list[Place]]) -> Iterator[Place]:
    """Each class before those that are behind it anywhere; where that cannot be, the first that is left."""
    waiting = [deque(each) for each in orders if each]
    behind = Counter(place for order in waiting for place in islice(order, 1, None))
    while waiting:
        first = next((order[0] for order in waiting if not behind[order[0]]), waiting[0][0])
        yield first
        for order in waiting:
            if order[0] == first:
                order.popleft()
                if order:
                    behind[order[0]] -= 1
        waiting = [order for order in waiting if order]
