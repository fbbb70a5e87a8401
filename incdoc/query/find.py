"""Which names are like a sought one, and what a name means.

The store's tables are asked, so that one question costs no index in memory: SQLite leaves out the names that do not
have the sought text, and the search of the live reader puts the rest in order.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from difflib import get_close_matches
from fnmatch import translate
from typing import NamedTuple

from incdoc.links.index_ranges import key_of
from incdoc.links.tables import PUBLIC, span
from incdoc.query.answers import Choice, Found, Hit, Nothing
from incdoc.query.entity import Place, places
from incdoc.query.repository import Repository, parts
from incdoc.site.names import Names, Row

MOST = 20
"""Names that an answer has, unless more are asked for."""
_LONGEST = 200
"""Characters of what is sought; no name is longer."""
_NEAR = 3
_COMPARED = 4000
"""Names that a wrong one is compared with: each takes some microseconds."""
_EXACT, _INNER, _IMPORTED = range(3)


class Meaning(NamedTuple):
    """What a name may mean: a definition, or with an empty ``name`` the source itself."""

    path: str
    name: str
    kind: str = ""
    section: int = PUBLIC


def find(
    repository: Repository, sought: str, kind: str = "", path: str = "", language: str = "", limit: int = MOST
) -> Found:
    """The names that are the sought one, begin with it, have a word that does, or have it anywhere. ``path``: a folder,
    a file, or a pattern with ``*``; ``language``: the name or title of one."""
    sought = " ".join(sought.split())[:_LONGEST]
    rows = list(_rows(repository, sought, kind, path, language)) if sought else []
    names = Names(lambda path: (), lambda path: "")
    names.fill(rows)
    ordered = names.search(sought, limit=len(rows)) if rows else []
    wanted = parts(sought)
    ordered.sort(key=lambda row: parts(row.name)[-len(wanted) :] != wanted)
    hits = tuple(_hit(repository, row) for row in ordered[:limit])
    narrowed = bool(kind or path or language)
    near = () if ordered or narrowed else near_names(repository, sought)
    blobs = repository.blobs(hit.path for hit in hits)
    return Found(sought=sought, total=len(ordered), hits=hits, near=near, blobs=blobs)


def _hit(repository: Repository, row: Row) -> Hit:
    if row.place == "folder":
        return Hit(row.name, row.kind, row.path)
    return repository.hit(row.path, "" if row.place else row.name, row.kind, row.section)


def _rows(repository: Repository, sought: str, kind: str, path: str, language: str) -> Iterator[Row]:
    where, values = ["1"], []
    if len(sought) == 1:  # a letter is in most names
        first = key_of(sought)[:-1]
        where.append("sort >= ? AND sort < ?")
        values += [first, f"{first}\x7f"]
    elif sought.isascii():  # SQLite compares without case in ASCII alone
        where.append("name LIKE ? ESCAPE '\\'")
        values.append("%" + re.sub(r"([%_\\])", r"\\\1", sought) + "%")
    if kind:
        where.append("kind = ?")
        values.append(kind)
    folder = path.strip("/")
    pattern = re.compile(translate(folder)) if any(sign in folder for sign in "*?[") else None
    if folder and folder != "." and pattern is None:
        where.append("(path = ? OR (path >= ? AND path < ?))")
        values += [folder, *span(folder)]
    query = f"SELECT name, kind, path, place, section FROM keyword WHERE {' AND '.join(where)}"
    wanted = language.casefold()
    known: dict[str, bool] = {}
    # sorted here: SQLite would read the rows in the order of another index, which takes ten times as long
    found = {Row._make(row) for row in repository.tables.store.query(query, *values)}
    for row in sorted(found, key=lambda row: row.path):
        if row.path not in known:
            known[row.path] = (pattern is None or pattern.match(row.path) is not None) and (
                not wanted or _is_of(repository, row.path, wanted)
            )
        if known[row.path]:
            yield row


def _is_of(repository: Repository, path: str, wanted: str) -> bool:
    language = repository.language(path)
    return wanted in (language.name.casefold(), language.title.casefold())


# --- what a name means ----------------------------------------------------------------------------------------


def meanings(repository: Repository, given: str) -> list[list[Meaning]]:
    """What a name means, in groups: the first has what it means most likely, several where that is not clear. It may
    be qualified, by its module too, as users import it, or by the file: ``src/a.py:Class.method``."""
    for colon in re.finditer(":(?!:)", given):
        path, name = given[: colon.start()], given[colon.end() :]
        if name and repository.is_source(path):
            found = [each for each in _defined(repository, name) if each.path == path]
            return _grouped(repository, parts(name), found)
    wanted = parts(given)
    if not wanted:
        return []
    imported = list(_imported(repository, wanted))
    groups = _grouped(repository, wanted, _defined(repository, given))
    groups = groups or [found for found in (_inherited(repository, given, wanted),) if found]
    known = {each[:2] for group in groups for each in group}
    modules = [each for each in _modules(repository, wanted) if each[:2] not in known]
    first = [each for each in imported if len(wanted) > 1]
    return [group for group in ([_with_kind(groups, each) for each in first], *groups, modules) if group]


def _inherited(repository: Repository, given: str, wanted: tuple[str, ...]) -> list[Meaning]:
    """The members of the bases of a class, where a name is that of a member that the class itself does not have."""
    if len(wanted) < 2:
        return []
    owner = given[: given.rindex(wanted[-1])].rstrip(":.#/")
    classes = _grouped(repository, parts(owner), _defined(repository, owner))
    waiting = [each[:2] for each in (classes[0] if classes else ())]
    seen: set[tuple[str, str]] = set()
    while waiting:
        path, name = waiting.pop(0)
        member = f"{name}{repository.language(path).separator}{wanted[-1]}"
        if definitions := repository.definitions(path, member):
            return [Meaning(path, member, definitions[0].kind)]
        seen.add((path, name))
        bases = repository.tables.resolver.resolve(path).bases
        waiting += [
            (each.path, each.name) for each in bases if each.owner == name and (each.path, each.name) not in seen
        ]
    return []


def _with_kind(groups: list[list[Meaning]], meaning: Meaning) -> Meaning:
    return next((each for group in groups for each in group if each[:2] == meaning[:2]), meaning)


def _defined(repository: Repository, given: str) -> list[Meaning]:
    """The definitions that have the last part of a name, or the name."""
    wanted = parts(given)
    keys = sorted(
        {key_of(each) for each in (given, wanted[-1] if wanted else given, ".".join(wanted), "::".join(wanted))}
    )
    marks = ", ".join("?" * len(keys))
    rows = repository.tables.store.query(
        f"SELECT DISTINCT name, kind, path, section FROM keyword WHERE sort IN ({marks}) AND place = ''"
        " ORDER BY path, name, kind",
        *keys,
    )
    found: dict[tuple[str, str], Meaning] = {}
    for name, kind, path, section in rows:  # one of two kinds, as in branches, is one thing
        found.setdefault((path, name), Meaning(path, name, kind, section))
    return [each for each in found.values() if parts(each.name)[-1:] == wanted[-1:] or each.name == given]


def _grouped(repository: Repository, wanted: tuple[str, ...], found: Iterable[Meaning]) -> list[list[Meaning]]:
    """The definitions that a name may mean: of code before headings and keys, what has it as a whole first, public
    before tests before private."""
    groups: dict[tuple[bool, int, int], list[Meaning]] = {}
    ranked = [(each, rank) for each in found if (rank := _rank(repository, wanted, each)) is not None]
    meant = set(_without_constructors(repository, [each for each, _ in ranked]))
    for each, rank in ranked:
        if each in meant:
            groups.setdefault((not repository.language(each.path).refers, rank, each.section), []).append(each)
    return [_one_of_places(repository, groups[key]) for key in sorted(groups)]


def _rank(repository: Repository, wanted: tuple[str, ...], each: Meaning) -> int | None:
    name = parts(each.name)
    if name == wanted:
        return _EXACT
    if name[-len(wanted) :] == wanted:
        return _INNER
    rest = wanted[: -len(name)]
    if len(wanted) > len(name) and wanted[-len(name) :] == name:
        modules = [parts(module) for module in repository.tables.resolver.linker(each.path).names(each.path)]
        path = parts(each.path.rpartition(".")[0] or each.path)
        if any(module[-len(rest) :] == rest for module in (*modules, path)):
            return _EXACT
    return None


def _one_of_places(repository: Repository, group: list[Meaning]) -> list[Meaning]:
    """A declaration and its definition mean the same: the definition is taken, if it is in the group."""
    known = {each[:2]: each for each in group}
    kept: dict[Meaning, None] = {}
    for each in group if len(group) > 1 else ():
        found = places(repository, each.path, each.name)
        kept[min((known[one[:2]] for one in found if one[:2] in known), key=_defining(found))] = None
    return list(kept) or group


def _defining(found: list[Place]) -> Callable[[Meaning], tuple[bool, str]]:
    """What puts a definition before a declaration."""
    declares = {each[:2]: each.declares for each in found}
    return lambda each: (declares[each.path, each.name], each.path)


def _without_constructors(repository: Repository, found: list[Meaning]) -> list[Meaning]:
    """Without the constructors of classes that are meant too: they are members of these."""
    classes = {each.name for each in found}
    kept = []
    for each in found:
        around, separator, last = each.name.rpartition(repository.language(each.path).separator)
        if not (separator and around in classes and parts(around)[-1:] == (last,)):
            kept.append(each)
    return kept


def _imported(repository: Repository, wanted: tuple[str, ...]) -> Iterator[Meaning]:
    """What can be imported under the name from a source that hands on: ``httpx.Client``."""
    tables = repository.tables
    seen: set[tuple[str, str]] = set()
    for language in map(tables.languages.__getitem__, tables.languages.names):
        for count in range(len(wanted) - 1, 0, -1):
            module = language.separator.join(wanted[:count])
            for path in tables.named(language.family or language.name, module):
                linker = tables.resolver.linker(path)
                if not linker.hands_on(path):
                    continue
                place = linker.offers(path, set(), set()).get(wanted[count])
                if place is None:
                    continue
                separator = repository.language(place.path).separator
                name = separator.join([*filter(None, [place.name]), *wanted[count + 1 :]])
                if (place.path, name) not in seen and (not name or repository.definitions(place.path, name)):
                    seen.add((place.path, name))
                    yield Meaning(place.path, name)


def _modules(repository: Repository, wanted: tuple[str, ...]) -> Iterator[Meaning]:
    """The sources that have the name, or that the last parts of their names are."""
    rows = repository.tables.store.query(
        "SELECT DISTINCT name, kind, path FROM keyword WHERE sort = ? AND place = 'source' ORDER BY path",
        key_of(wanted[-1]),
    )
    for name, kind, path in rows:
        if parts(name)[-len(wanted) :] == wanted:
            yield Meaning(path, "", kind)


def choice(repository: Repository, sought: str, group: list[Meaning], limit: int) -> Choice:
    """Several meanings, shortly."""
    hits = tuple(repository.hit(each.path, each.name, each.kind, each.section) for each in group[:limit])
    return Choice(sought=sought, total=len(group), hits=hits, blobs=repository.blobs(hit.path for hit in hits))


def nothing(repository: Repository, sought: str) -> Nothing:
    """That there is no such thing, with what was perhaps meant."""
    return Nothing(sought=sought, near=near_names(repository, sought))


def near_names(repository: Repository, sought: str) -> tuple[str, ...]:
    """The nearest names that begin as the sought one does."""
    wanted = parts(sought)
    last = wanted[-1] if wanted else sought
    if not last or len(last) > 200:
        return ()
    begin = key_of(last)[:1]
    rows = repository.tables.store.query(
        f"SELECT DISTINCT name FROM keyword WHERE sort >= ? AND sort < ? AND section = {PUBLIC}"
        " AND length(name) >= ? ORDER BY abs(length(name) - ?), name LIMIT ?",
        begin,
        begin + "\x7f",
        max(1, len(last) - 3),
        len(last),
        _COMPARED,
    )
    names = {name: parts(name)[-1:] or (name,) for (name,) in rows}
    lasts: dict[str, str] = {}
    for name, (each,) in names.items():
        lasts.setdefault(each, name)
    return tuple(lasts[each] for each in get_close_matches(last, list(lasts), _NEAR, 0.7))
