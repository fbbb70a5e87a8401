"""What is in a file or a folder, and the most useful outline within a budget.

The map's order is a function of the repository alone: what packages hand on to users, then what most files import by
name, then the public names of the files that most import; among equals by path and line. Members follow after all of
these, in the same order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from incdoc.languages.facts import Definition
from incdoc.languages.public import by_owner, is_private_name, public_definitions
from incdoc.languages.sentences import first_sentence
from incdoc.links.tables import span
from incdoc.pages.folders import describe, describing
from incdoc.query.answers import FileLine, FolderOutlined, Line, Mapped, MappedFile, Outlined
from incdoc.query.repository import Repository, one_line

_FEW = 8
"""Public names of a file in the outline of its folder."""
_MOST_PACKAGES = 64
"""Packages whose public names are read: those nearest to the top."""
_MOST_CHOSEN = 5000
"""Definitions that a map has at the most."""
_MISSED = 32
"""Definitions one after the other for which there was no room, after which the map is full."""


def line_of(repository: Repository, path: str, definition: Definition, depth: int) -> Line:
    """A definition in an outline."""
    return Line(
        definition.name,
        repository.kind(path, definition),
        definition.line,
        definition.end,
        depth,
        one_line(repository.head(path, definition)) or definition.name,
        first_sentence(definition.doc) if definition.doc else "",
    )


def outline(repository: Repository, path: str, limit: int) -> Outlined:
    """The definitions of a file."""
    separator = repository.language(path).separator
    shown = [each for each in repository.facts(path).definitions if repository.kind_shown(path, each) != "no"]
    names = {each.name for each in shown}
    lines = []
    for each in shown[:limit]:
        around, depth = each.name.rpartition(separator)[0], 0
        while around:
            depth += around in names
            around = around.rpartition(separator)[0]
        lines.append(line_of(repository, path, each, depth))
    summary = repository.summary(path)
    return Outlined(
        path=path,
        summary=summary.first_sentence if summary is not None else "",
        total=len(shown),
        lines=tuple(lines),
        blobs=repository.blobs([path]),
    )


def outline_folder(repository: Repository, folder: str, limit: int) -> FolderOutlined:
    """The files of a folder, then its subfolders."""
    tables = repository.tables
    summaries = tables.summaries(folder)
    files = [
        FileLine(path, "file", each.first_sentence, tuple(name for _, _, name in each.names[:_FEW]), each.public)
        for path, each in summaries.items()
    ]
    files += [_folder_line(repository, each) for each in tables.subfolders(folder)]
    about = describe(tables, folder)
    blobs = repository.blobs(each.path for each in files[:limit] if each.kind == "file")
    shown = tuple(files[:limit])
    return FolderOutlined(path=folder, summary=about.paragraph, total=len(files), files=shown, blobs=blobs)


def _folder_line(repository: Repository, folder: str) -> FileLine:
    origin = describing(repository.tables, folder)
    return FileLine(folder, "folder", _about(repository, origin), count=repository.tables.source_count(folder))


# --- the map --------------------------------------------------------------------------------------------------


def approximate(text: str) -> int:
    """Tokens of a text: one for each 4 bytes of UTF-8, and those that are left."""
    return -(-len(text.encode("utf-8", "replace")) // 4)


class Candidate(NamedTuple):
    """A definition of which a map may tell, in the order of use."""

    tier: int
    uses: int
    """Less than 0: the most used is first."""
    path: str
    line: int
    definition: Definition


def make_map(
    repository: Repository,
    folder: str,
    budget: int,
    count: Callable[[str], int],
    method: str,
    write: Callable[[MappedFile], Iterator[str]],
) -> Mapped:
    """The most useful outline of a folder. ``count``: the tokens of a text; ``write``: the lines of the map for a file,
    which are counted."""
    candidates = list(_candidates(repository, folder))
    candidates.sort(key=lambda each: (each.tier, each.uses, each.path, each.line, each.definition.name))
    chosen: dict[str, dict[str, Line]] = {}
    used = shown = 0

    def add(path: str, definition: Definition, depth: int) -> bool:
        """Whether there was room."""
        nonlocal used, shown
        line = line_of(repository, path, definition, depth)
        own = list(write(MappedFile(path, _about(repository, path), (line,))))
        text = "\n".join(own[1:] if path in chosen else own) + "\n"
        tokens = count(text)
        if used + tokens > budget:
            return False
        used += tokens
        shown += 1
        chosen.setdefault(path, {})[f"{definition.name}@{definition.line}"] = line
        return True

    taken: list[Candidate] = []
    missed = 0
    for each in candidates[:_MOST_CHOSEN]:
        if missed == _MISSED:
            break
        fits = add(each.path, each.definition, 0)
        missed = 0 if fits else missed + 1
        taken += [each] if fits else []
    members = (
        (each.path, member) for each in taken for member in _public_members(repository, each.path, each.definition)
    )
    for path, member in members if missed < _MISSED else ():
        if missed == _MISSED:
            break
        missed = 0 if add(path, member, 1) else missed + 1
    files = tuple(
        MappedFile(path, _about(repository, path), tuple(sorted(chosen[path].values(), key=lambda each: each.line)))
        for path in sorted(chosen)
    )
    return Mapped(
        path=folder,
        budget=budget,
        count=method,
        tokens=used,
        total=len(candidates),
        shown=shown,
        files=files,
        blobs=repository.blobs(sorted(chosen)),
    )


def _about(repository: Repository, path: str) -> str:
    summary = repository.summary(path) if path else None
    return summary.first_sentence if summary is not None else ""


def _candidates(repository: Repository, folder: str) -> Iterator[Candidate]:
    """The public definitions of what is no test and was written here, by file: facts are read only of files that count
    as much as the best of them."""
    tables = repository.tables
    tables.preload_sources()
    below = span(folder)
    paths = [
        path
        for path in tables.below(folder)
        if (each := repository.summary(path)) is not None and not each.test and not each.origins and each.public
    ]
    offered = _offered(repository, paths)
    db = tables.store.query
    importers = dict(
        db(
            "SELECT target, count(DISTINCT path) FROM use WHERE how = 1 AND target >= ? AND target < ? GROUP BY target",
            *below,
        )
    )
    mentions: dict[str, dict[str, int]] = {}
    for target, name, count in db(
        "SELECT target, name, count(DISTINCT path) FROM use WHERE how = 2 AND target >= ? AND target < ?"
        " GROUP BY target, name",
        *below,
    ):
        mentions.setdefault(target, {})[name] = count
    order = sorted(paths, key=lambda path: (path not in offered, -importers.get(path, 0), path))
    found = 0
    for path in order:
        if found >= _MOST_CHOSEN:
            return
        own, by_name = offered.get(path, set()), mentions.get(path, {})
        for definition in public_definitions(repository.facts(path), repository.language(path)):
            named = by_name.get(definition.name, 0)
            tier = 0 if definition.name in own else 1 if named else 2
            found += 1
            yield Candidate(tier, -(named or importers.get(path, 0)), path, definition.line, definition)


def _offered(repository: Repository, paths: list[str]) -> dict[str, set[str]]:
    """By source, the names that packages hand on to users."""
    found: dict[str, set[str]] = {}
    linker = repository.tables.resolver.linker
    packages = [path for path in repository.tables.below("") if linker(path).hands_on(path)]
    packages = [path for path in packages if not repository.is_test(path)]
    for path in sorted(packages, key=lambda each: (each.count("/"), each))[:_MOST_PACKAGES]:
        for place in linker(path).offers(path, set(), set()).values():
            if place.name:
                found.setdefault(place.path, set()).add(place.name)
    known = set(paths)
    return {path: names for path, names in found.items() if path in known}


def _public_members(repository: Repository, path: str, definition: Definition) -> Iterator[Definition]:
    language = repository.language(path)
    seen: set[str] = set()
    for each in by_owner(repository.facts(path), language).get(definition.name, ()):
        last = repository.last(path, each.name)
        plain = not is_private_name(last) and not last.startswith("__")
        shown = repository.kind_shown(path, each) in ("block", "member")
        if plain and shown and each.name not in seen and not language.hides(each):
            seen.add(each.name)
            yield each
