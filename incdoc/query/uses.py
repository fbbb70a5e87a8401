"""Who uses a definition, and where: from the link tables, with the lines of the text of the users as it is now."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from incdoc.query.answers import Other, UserOf, Users
from incdoc.query.entity import Place, places
from incdoc.query.find import Meaning
from incdoc.query.repository import Repository

_MOST_LINES = 20
"""Lines of one user."""


def uses(repository: Repository, meaning: Meaning, limit: int) -> Users:
    """The users of a definition by file, tests last; of a source those that import it."""
    spread = places(repository, meaning.path, meaning.name) if meaning.name else []
    path, name = spread[0].path if spread else meaning.path, meaning.name
    tables = repository.tables
    found = users_of_places(repository, spread) if spread else users_of(repository, path, name)
    shown = tuple(_with_lines(repository, path, name, each) for each in found[:limit])
    importers = list(tables.importers(path)) if not name else importing(repository, path, name)
    importers.sort(key=lambda each: (repository.is_test(each), each))
    subclasses = subclasses_of(repository, path, name)
    subject = repository.hit(path, name, meaning.kind, meaning.section)
    told = [
        path,
        *(each.path for each in spread),
        *(each.path for each in shown),
        *importers[:limit],
        *(each.path for each in subclasses),
    ]
    return Users(
        subject=subject,
        users=shown,
        total=len(found),
        importers=tuple(importers[:limit]),
        importers_total=len(importers),
        subclasses=subclasses,
        blobs=repository.blobs(told),
    )


def subclasses_of(repository: Repository, path: str, name: str) -> tuple[Other, ...]:
    """The classes that derive from one directly."""
    return tuple(Other(file, derived) for base, file, derived in repository.tables.subclasses(path) if base == name)


def importing(repository: Repository, path: str, name: str) -> list[str]:
    """The sources that import a definition by its name."""
    rows = repository.tables.store.query(
        "SELECT DISTINCT path FROM use WHERE target = ? AND how = 2 AND name = ? ORDER BY path", path, name
    )
    return [str(each) for (each,) in rows]


def users_of_places(repository: Repository, found: Iterable[Place]) -> list[UserOf]:
    """The users of a thing by each of its places, in the order of ``users_of``."""
    users: dict[tuple[str, str, str], UserOf] = {}
    for place in found:
        for each in users_of(repository, place.path, place.name):
            known = users.get(key := (each.path, each.name, each.uses), each)
            users[key] = replace(each, called=each.called or known.called)
    return sorted(users.values(), key=_order)


def _order(user: UserOf) -> tuple[bool, str, str, str]:
    return user.test, user.path, user.name, user.uses


def users_of(repository: Repository, path: str, name: str) -> list[UserOf]:
    """The definitions that use one, or a member of it; with an empty name all users of the source. Sorted by file,
    those of tests last."""
    found: dict[tuple[str, str, str], bool] = {}
    for user, used in repository.tables.usages(path):
        for defined, rest, owner, called in used:
            place = _place(repository, path, defined, rest)
            if not name or place == name or _is_in(repository, path, place, name):
                key = (user, owner, place if place != name else "")
                found[key] = found.get(key, False) or called
    for each in repository.facts(path).definitions if name else ():
        outside = each.name != name and not _is_in(repository, path, each.name, name)
        for callee in each.calls if outside else ():
            if callee == name or _is_in(repository, path, callee, name):
                found[path, each.name, callee if callee != name else ""] = True
    return sorted(
        (
            UserOf(user, owner, called, repository.is_test(user), member)
            for (user, owner, member), called in found.items()
        ),
        key=_order,
    )


def _is_in(repository: Repository, path: str, inner: str, name: str) -> bool:
    return inner.startswith(f"{name}{repository.language(path).separator}")


def _place(repository: Repository, path: str, name: str, attributes: str) -> str:
    """The definition that a name with attributes after it means."""
    separator = repository.language(path).separator
    for part in attributes.split(separator):
        if not part or not repository.definitions(path, f"{name}{separator}{part}"):
            break
        name += separator + part
    return name


def _with_lines(repository: Repository, path: str, name: str, user: UserOf) -> UserOf:
    lines = _lines(repository, path, name, user)
    return replace(user, lines=lines[:_MOST_LINES], more_lines=len(lines[_MOST_LINES:]))


def _lines(repository: Repository, path: str, name: str, user: UserOf) -> tuple[int, ...]:
    """The lines of a user that have the name: where they are in its text, or the first line of its definition."""
    used = user.uses or name
    if not used:
        return ()
    last = repository.last(path, used)
    words = [last, *_aliases(repository, user.path, last)]
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, words))})(?!\w)")
    lines = repository.text(user.path).split("\n")
    found = []
    for first, end in _spans(repository, user.path, user.name, len(lines)):
        found += [number for number in range(first, min(end, len(lines)) + 1) if pattern.search(lines[number - 1])]
    if not found:
        return tuple(each.line for each in repository.definitions(user.path, user.name)[:1])
    return tuple(found)


def _spans(repository: Repository, path: str, owner: str, lines: int) -> Iterator[tuple[int, int]]:
    """The lines of a definition; of a module those that are in none."""
    if owner:
        yield from ((each.line, each.end) for each in repository.definitions(path, owner))
        return
    following = 1
    for each in repository.facts(path).definitions:
        if each.line >= following and repository.kind_shown(path, each) == "block":
            yield following, each.line - 1
            following = each.end + 1
    yield following, lines


def _aliases(repository: Repository, path: str, name: str) -> list[str]:
    return [each.alias for each in repository.facts(path).imports if each.alias and each.name == name]
