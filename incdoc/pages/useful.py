"""Which definitions of a repository are worth the most in a bounded text, and what such a text takes of its budget.

The order is a function of the repository alone: what packages hand on to users, then what most files import by name,
then the public names of the files that most import; among equals by path and place. Members follow after all of these,
in the same order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from incdoc.languages.facts import Definition, Facts
from incdoc.languages.language import Language
from incdoc.languages.public import by_owner, is_private_name
from incdoc.languages.resolution import Place
from incdoc.links.summary import FileSummary
from incdoc.links.tables import Tables

_MOST_PACKAGES = 64
"""Packages whose public names count: those nearest to the top."""
_MISSED = 32
"""Texts one after the other for which there was no room, after which there is none."""


def approximate(text: str) -> int:
    """Tokens of a text: one for each 4 bytes of UTF-8, and those that are left."""
    return -(-len(text.encode("utf-8", "replace")) // 4)


class Room:
    """What is left of a ``budget`` of tokens. ``count``: the tokens of a text."""

    def __init__(self, budget: int, count: Callable[[str], int] = approximate) -> None:
        self._budget = budget
        self._count = count
        self._missed = 0
        self.used = 0

    def take(self, text: str) -> bool:
        """Whether there is room for a text; if so, it is taken."""
        tokens = self._count(text)
        fits = self.used + tokens <= self._budget
        self.used += tokens if fits else 0
        self._missed = 0 if fits else self._missed + 1
        return fits

    @property
    def is_full(self) -> bool:
        """Whether it is not worth while to try more."""
        return self._missed >= _MISSED


def rank(offered: bool, named: int, importers: int) -> tuple[int, int]:
    """What to sort definitions by. ``offered``: a package hands it on; ``named``: how many files import it by name;
    ``importers``: how many import its file."""
    return 0 if offered else 1 if named else 2, -(named or importers)


def is_candidate(summary: FileSummary | None) -> bool:
    """Whether a source has definitions that count: public ones, of what is no test and was written here."""
    return summary is not None and not summary.test and not summary.origins and summary.public > 0


def nearest(packages: Iterable[str]) -> list[str]:
    """The packages whose public names count."""
    return sorted(packages, key=lambda path: (path.count("/"), path))[:_MOST_PACKAGES]


def handed_on(tables: Tables, path: str) -> list[Place]:
    """The definitions that a source hands on to its users, sorted."""
    linker = tables.resolver.linker(path)
    places = linker.offers(path, set(), set()).values() if linker.hands_on(path) else ()
    return sorted({place for place in places if place.name})


def public_members(facts: Facts, language: Language) -> Callable[[str], Iterator[Definition]]:
    """By the name of a definition of a source, its members for users, each name once."""
    owners = by_owner(facts, language)
    shown = {kind.name: kind.shown in ("block", "member") for kind in language.kinds}

    def found(owner: str) -> Iterator[Definition]:
        seen: set[str] = set()
        for each in owners.get(owner, ()):
            last = each.name.rpartition(language.separator)[2]
            plain = not is_private_name(last) and not last.startswith("__")
            if plain and shown[each.kind] and each.name not in seen and not language.hides(each):
                seen.add(each.name)
                yield each

    return found
