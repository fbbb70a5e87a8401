"""Who uses a definition, and where: from the link tables, with the lines of the text of the users as it is now."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from incdoc.languages.facts import Definition
from incdoc.query.answers import Naming, Other, Site, UserOf, Users
from incdoc.query.entity import Place, places
from incdoc.query.find import Meaning
from incdoc.query.naming import namings, words
from incdoc.query.repository import Repository

_MOST_LINES = 20
"""Lines of one user."""
_MOST_DECORATED = 30
"""Lines above a definition in which its decorators are."""
_QUOTES = " \t\r\"'/*!#"
"""What may be around a line of documentation in the source."""
OBJECTS = "Calls on objects are not followed."


def uses(repository: Repository, meaning: Meaning, limit: int) -> Users:
    """The users of a definition by file, tests last; of a source those that import it."""
    spread = places(repository, meaning.path, meaning.name) if meaning.name else []
    path, name = spread[0].path if spread else meaning.path, meaning.name
    tables = repository.tables
    found = users_of_places(repository, spread) if spread else users_of(repository, path, name)
    shown = tuple(_with_lines(repository, path, name, each) for each in found[:limit])
    importers = list(tables.importers(path)) if not name else importing(repository, path, name)
    importers.sort(key=lambda each: (repository.is_test(each), each))
    named = list(namings(repository, path, name, importers[:limit])) if name else []
    sites = tuple(Site(place.path, each.line) for place in spread for each in place.definitions)
    if name and _is_outermost(repository, path, name):
        named[_before_documents(named) : 0] = words(repository, name, _told(sites, shown, named))
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
        places=sites,
        importers=tuple(importers[:limit]),
        importers_total=len(importers),
        subclasses=subclasses,
        named=tuple(named),
        unfollowed=unfollowed(repository, path, name) if name else "",
        blobs=repository.blobs(told),
    )


def _is_outermost(repository: Repository, path: str, name: str) -> bool:
    """Whether a definition is in no class: the names of members are those of others too."""
    outermost = repository.outermost(path, name)
    return outermost is not None and outermost.name == name


def _before_documents(named: list[Naming]) -> int:
    return next((at for at, each in enumerate(named) if each.how == "document"), len(named))


def _told(sites: Iterable[Site], users: Iterable[UserOf], named: Iterable[Naming]) -> dict[str, set[int]]:
    """By source that defines, uses or imports a definition, the lines that are told of. A user with more lines than are
    told has all of them in its source: that is left out."""
    told: dict[str, set[int]] = {each.path: set() for each in sites}
    for site in sites:
        told[site.path].add(site.line)
    for naming in named:
        if naming.how != "document":
            told.setdefault(naming.path, set()).update(naming.lines)
    for user in users:
        told.setdefault(user.path, set()).update(user.lines)
    for user in users:
        if user.more_lines:
            told.pop(user.path, None)
    return told


def subclasses_of(repository: Repository, path: str, name: str) -> tuple[Other, ...]:
    """The classes that derive from one directly."""
    return tuple(Other(file, derived) for base, file, derived in repository.tables.subclasses(path) if base == name)


def unfollowed(repository: Repository, path: str, name: str) -> str:
    """A sentence that says which uses of a definition are not known; empty if all by its name are."""
    language = repository.language(path)
    definition = next(iter(repository.definitions(path, name)), None)
    if definition is None or definition.kind in language.followed:
        return OBJECTS if definition is not None and definition.kind == "method" else ""
    kind = next(each for each in language.kinds if each.name == definition.kind)
    return f"Uses of {kind.words} are not followed in {language.title or 'such files'}."


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
            place, left = _place(repository, path, defined, rest)
            if not name or place == name or _is_in(repository, path, place, name):
                key = (user, owner, place if place != name else "")
                found[key] = found.get(key, False) or (called and not left)
    for owner, place, called in _own_uses(repository, path, name) if name else ():
        outside = owner != name and not _is_in(repository, path, owner, name)
        if outside and (place == name or _is_in(repository, path, place, name)):
            key = (path, owner, place if place != name else "")
            found[key] = found.get(key, False) or called
    return sorted(
        (
            UserOf(user, owner, called, repository.is_test(user), member)
            for (user, owner, member), called in found.items()
        ),
        key=_order,
    )


def _own_uses(repository: Repository, path: str, name: str) -> Iterator[tuple[str, str, bool]]:
    """(definition, what it uses, whether it calls that) of the source itself, calls by ``self`` included."""
    for each in repository.facts(path).definitions:
        yield from ((each.name, callee, True) for callee in each.calls)
    outermost = repository.outermost(path, name)
    if outermost is not None:
        for use in repository.own_uses(path, outermost):
            place, left = _place(repository, path, outermost.name, use.rest)
            yield use.owner, place, use.called and not left


def _is_in(repository: Repository, path: str, inner: str, name: str) -> bool:
    return inner.startswith(f"{name}{repository.language(path).separator}")


def _place(repository: Repository, path: str, name: str, attributes: str) -> tuple[str, str]:
    """The definition that a name with attributes after it means, and the attributes that are left after that."""
    separator = repository.language(path).separator
    while attributes:
        part, _, rest = attributes.partition(separator)
        if not repository.definitions(path, f"{name}{separator}{part}"):
            break
        name, attributes = f"{name}{separator}{part}", rest
    return name, attributes


def _with_lines(repository: Repository, path: str, name: str, user: UserOf) -> UserOf:
    lines = _lines(repository, path, name, user)
    return replace(user, lines=lines[:_MOST_LINES], more_lines=len(lines[_MOST_LINES:]))


def _lines(repository: Repository, path: str, name: str, user: UserOf) -> tuple[int, ...]:
    """The lines of a user that have the name, without those of its documentation: where they are in its text, or the
    first line of its definition."""
    used = user.uses or name
    if not used:
        return ()
    last = repository.last(path, used)
    words = [last, *_aliases(repository, user.path, last)]
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, words))})(?!\w)")
    lines = repository.text(user.path).split("\n")
    owners = repository.definitions(user.path, user.name)
    found: list[int] = []
    for first, end in _spans(repository, user.path, user.name, lines):
        found += [number for number in range(first, min(end, len(lines)) + 1) if pattern.search(lines[number - 1])]
    documented = {line.strip(_QUOTES) for each in owners for line in each.doc.split("\n")}
    found = [number for number in found if lines[number - 1].strip(_QUOTES) not in documented]
    if not found:
        return tuple(each.line for each in owners[:1])
    return tuple(found)


def _spans(repository: Repository, path: str, owner: str, lines: list[str]) -> Iterator[tuple[int, int]]:
    """The lines of a definition with its decorators; of a module those that are in none."""
    if owner:
        yield from ((_first(each, lines), each.end) for each in repository.definitions(path, owner))
        return
    following = 1
    for each in repository.facts(path).definitions:
        if each.line >= following and repository.kind_shown(path, each) == "block":
            yield following, each.line - 1
            following = each.end + 1
    yield following, len(lines)


def _first(definition: Definition, lines: list[str]) -> int:
    """The line of its first decorator, or its own: what is above it, without a gap and as far to the right."""
    first = definition.line
    head = lines[first - 1] if first <= len(lines) else ""
    indent = head[: len(head) - len(head.lstrip())]
    for number in range(first - 1, max(0, first - _MOST_DECORATED) if definition.decorators else first - 1, -1):
        above = lines[number - 1]
        if not above.strip() or not above.startswith(indent):
            break
        if above.startswith((f"{indent}@", f"{indent}#[")):
            first = number
    return first


def _aliases(repository: Repository, path: str, name: str) -> list[str]:
    return [each.alias for each in repository.facts(path).imports if each.alias and each.name == name]
