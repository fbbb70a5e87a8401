"""What the languages share that find where a source uses what its imports bind.

The bytes give the candidates: the words that an import binds. What else binds such a word hides the import in its own
scope: a parameter, a local name.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING

from msgspec import structs

from .facts import FREE, OWN, Use
from .words import alone

if TYPE_CHECKING:
    from tree_sitter import Node

    from .facts import Definition, Facts

MOST_USES = 20_000
"""Of one source: those that come first."""
MOST_IMPORTS = 8
"""Of one name in one scope, as in branches: those that come first."""
_NO_NAMES = frozenset(("package", "module", "field"))
"""Kinds of definitions that a source does not call by their names."""
_FEW = 128
"""Names that are searched for one by one, which takes a tenth of the time of looking at all words."""
_WORDS = bytes(c if c > 127 or chr(c).isalnum() or c == ord("_") else 32 for c in range(256))


def occurrences(data: bytes, names: Collection[bytes]) -> Iterator[tuple[int, bytes]]:
    """(where, name) of the words of a source that are among ``names``, in order; without those after a dot."""
    every = _few(data, names) if len(names) <= _FEW else _many(data, names)
    return ((start, word) for start, word in every if data[start - 1 : start] != b".")


def _few(data: bytes, names: Collection[bytes]) -> list[tuple[int, bytes]]:
    return sorted((start, word) for word in names for start in alone(data, word))


def _many(data: bytes, names: Collection[bytes]) -> Iterator[tuple[int, bytes]]:
    words = data.translate(_WORDS).split(b" ")
    for at, (word, end) in enumerate(zip(words, accumulate(map(len, words)), strict=True)):
        if word in names:
            yield end + at - len(word), word


def own(
    uses: Iterable[Use], definitions: Sequence[Definition], separator: str
) -> tuple[list[Definition], tuple[Use, ...]]:
    """The definitions, with what they call of each other, and the uses of what the source does not define."""
    names = {each.name for each in definitions if each.kind not in _NO_NAMES}
    fields = {each.name for each in definitions} - names
    calls: dict[str, set[str]] = {}
    others = set()
    for use in uses:
        if use.item == FREE and use.rest in names:
            if use.called:
                calls.setdefault(use.owner, set()).add(use.rest)
            continue
        first, _, rest = use.rest.partition(separator)
        # what follows a name of the source may be a member that another source of the package defines
        if use.item != FREE or first not in names or (rest and use.rest not in fields):
            others.add(use)
    found = [
        structs.replace(each, calls=tuple(sorted(calls[each.name]))) if each.name in calls else each
        for each in definitions
    ]
    return found, tuple(sorted(others))


def of_own(find: Callable[..., Iterable[Use]], name: str, separator: str) -> Callable[..., Iterator[Use]]:
    """What finds the uses of one name of the source itself (``OWN``) among the free ones that ``find`` finds."""

    def found(*arguments: object) -> Iterator[Use]:
        for each in find(*arguments):
            if each.item == FREE and (each.rest == name or each.rest.startswith(name + separator)):
                yield structs.replace(each, item=OWN, rest=each.rest[len(name) + len(separator) :])

    return found


def own_uses(facts: Facts) -> tuple[Use, ...]:
    """The uses of what the source itself defines, where these were sought."""
    return tuple(each for each in facts.uses if each.item == OWN)


def bind(bound: dict[bytes, list[int]], local: str, number: int) -> None:
    """Note that the import of a number binds a name."""
    found = bound.setdefault(local.encode(), [])
    if len(found) < MOST_IMPORTS:
        found.append(number)


def scope_of(around: Node, named: Collection[int], scopes: Collection[int]) -> tuple[int, int] | None:
    """Where a name has the meaning that ``around`` gives it; None if that is the whole source. ``named``: the types of
    nodes whose own names are known around them; ``scopes``: those of nodes outside of which a name is not known."""
    at = around.parent if around.kind_id in named else around
    while at is not None and at.kind_id not in scopes:
        at = at.parent
    return at.byte_range if at is not None and at.parent is not None else None


class Hidden:
    """The scopes in which a word means something else than an import."""

    def __init__(self) -> None:
        self._scopes: dict[bytes, list[tuple[int, int]]] = {}
        self._ends: dict[bytes, tuple[list[int], list[int]]] = {}
        """By word: where its scopes begin, and the largest end of those that began so far."""

    def add(self, word: bytes, scope: tuple[int, int]) -> None:
        """A scope, as its first byte and the one after its last, in which something else binds the word. All are added
        before any is asked for."""
        self._scopes.setdefault(word, []).append(scope)

    def covers(self, word: bytes, at: int) -> bool:
        """Whether a byte is in such a scope."""
        if word not in self._scopes:
            return False
        found = self._ends.get(word)
        if found is None:
            scopes = sorted(self._scopes[word])
            starts = [start for start, _ in scopes]
            found = self._ends[word] = starts, list(accumulate((end for _, end in scopes), max))
        number = bisect_right(found[0], at) - 1
        return number >= 0 and found[1][number] > at
