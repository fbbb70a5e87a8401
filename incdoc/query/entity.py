"""One thing in several files: what a header declares and a source defines, or several do, each for a system.

Links lead to the declaration, because that is what others include. So the answer about one place is that about all.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from incdoc.languages.facts import DECLARED, Definition
from incdoc.query.repository import Repository


class Place(NamedTuple):
    """The definitions of a name in one file. ``declares``: none of them has a body or a value."""

    path: str
    name: str
    definitions: tuple[Definition, ...]
    declares: bool


def places(repository: Repository, path: str, name: str) -> list[Place]:
    """The files in which the thing is that a name of a source means: where it is defined first, of these the source
    itself, and then where it is declared, by path. Just the source where nothing says that another file has it."""
    found: dict[str, Place] = {}
    waiting = [path]
    while waiting:
        each = waiting.pop()
        found[each] = place = _place(repository, each, name)
        entities = {one.entity for one in place.definitions if one.entity}
        joined = {other for entity, other in repository.tables.counterparts(each) if entity in entities}
        waiting += joined - found.keys() - set(waiting)
    return sorted(found.values(), key=lambda each: (each.declares, each.path != path, each.path))


def _place(repository: Repository, path: str, name: str) -> Place:
    definitions = tuple(repository.definitions(path, name))
    return Place(path, name, definitions, bool(definitions) and all(DECLARED in each.traits for each in definitions))


def heads(repository: Repository, found: Iterable[Place]) -> tuple[str, ...]:
    """The heads of a thing: those of its declarations, which have the defaults, and of what is declared nowhere."""
    by_declaration = sorted(found, key=lambda each: not each.declares)
    declared = {one.entity for each in by_declaration if each.declares for one in each.definitions if one.entity}
    return tuple(
        dict.fromkeys(
            repository.head(each.path, one)
            for each in by_declaration
            for one in each.definitions
            if each.declares or one.entity not in declared
        )
    )


def documentation(found: Iterable[Place]) -> str:
    """What is said of a thing, that of its declarations first."""
    by_declaration = sorted(found, key=lambda each: not each.declares)
    return "\n\n".join(dict.fromkeys(one.doc for each in by_declaration for one in each.definitions if one.doc))
