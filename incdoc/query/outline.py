"""What is in a file or a folder, and the most useful outline within a budget.

The map's order is that of ``pages.useful``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import NamedTuple

from incdoc.languages.facts import Definition
from incdoc.languages.public import public_definitions
from incdoc.languages.sentences import first_sentence
from incdoc.links.summary import FileSummary
from incdoc.links.tables import span
from incdoc.pages.folders import contents, describe, folder_line
from incdoc.pages.useful import Room, handed_on, is_candidate, nearest, public_members, rank
from incdoc.query.answers import FileLine, FolderOutlined, Line, Mapped, MappedFile, Outlined
from incdoc.query.repository import Repository, one_line

_FEW = 8
"""Public names of a file in the outline of its folder."""
_MOST_OPENING = 12
"""Lines of a read-me."""
_DECORATION = re.compile(r"\s*(?:<|\[?!\[|[=~-]{3,}\s*$)")
"""What begins a line of a read-me that says nothing: HTML, a picture, the line below a title."""
_MOST_CHOSEN = 5000
"""Definitions that a map has at the most."""


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
    files = [_file_line(repository, path, each) for path, each in summaries.items()]
    files += [_folder_line(repository, each) for each in tables.subfolders(folder)]
    about = describe(tables, folder)
    blobs = repository.blobs(each.path for each in files[:limit] if each.kind == "file")
    shown = tuple(files[:limit])
    return FolderOutlined(
        path=folder,
        summary=about.paragraph,
        opening=_opening(repository, about.origin) if about.origin else "",
        contents="" if about.paragraph else contents(summaries, tables.subfolders(folder)),
        total=len(files),
        files=shown,
        blobs=blobs,
    )


def _opening(repository: Repository, path: str) -> str:
    """What a text for people says between its first two headings; empty of a source of code."""
    if not repository.language(path).prose:
        return ""
    headings = [each.line for each in repository.facts(path).definitions]
    start, end = (headings[0], headings[1] - 1 if len(headings) > 1 else None) if headings else (0, None)
    lines = [each for each in repository.text(path).split("\n")[start:end] if not _DECORATION.match(each)]
    text = "\n".join(lines).strip("\n").split("\n")
    more = len(text) - _MOST_OPENING
    return "\n".join([*text[:_MOST_OPENING], *([f"({more} more lines: {path})"] if more > 1 else text[_MOST_OPENING:])])


def _file_line(repository: Repository, path: str, summary: FileSummary) -> FileLine:
    """A file with what it is for: where only one name of it is public, that is what this is for."""
    names = tuple(name for _, _, name in summary.names[:_FEW])
    said = summary.first_sentence
    if not said and summary.public == 1 and names and not summary.test:
        docs = (each.doc for each in repository.definitions(path, names[0]) if each.doc)
        said = first_sentence(next(docs, ""))
    return FileLine(path, "file", said, names, summary.public)


def _folder_line(repository: Repository, folder: str) -> FileLine:
    said = folder_line(repository.tables, folder).summary
    return FileLine(folder, "folder", said, count=repository.tables.source_count(folder))


# --- the map --------------------------------------------------------------------------------------------------


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
    room = Room(budget, count)

    def add(path: str, definition: Definition, depth: int) -> bool:
        """Whether there was room."""
        line = line_of(repository, path, definition, depth)
        own = list(write(MappedFile(path, _about(repository, path), (line,))))
        fits = room.take("\n".join(own[1:] if path in chosen else own) + "\n")
        if fits:
            chosen.setdefault(path, {})[f"{definition.name}@{definition.line}"] = line
        return fits

    taken: list[Candidate] = []
    for each in candidates[:_MOST_CHOSEN]:
        if room.is_full:
            break
        taken += [each] if add(each.path, each.definition, 0) else []
    members = cache(lambda path: public_members(repository.facts(path), repository.language(path)))
    shown = len(taken)
    for each in taken:
        for member in members(each.path)(each.definition.name) if not room.is_full else ():
            shown += not room.is_full and add(each.path, member, 1)
    files = tuple(
        MappedFile(path, _about(repository, path), tuple(sorted(chosen[path].values(), key=lambda each: each.line)))
        for path in sorted(chosen)
    )
    return Mapped(
        path=folder,
        budget=budget,
        count=method,
        tokens=room.used,
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
    paths = [path for path in tables.below(folder) if is_candidate(repository.summary(path))]
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
            found += 1
            tier, uses = rank(definition.name in own, named, importers.get(path, 0))
            yield Candidate(tier, uses, path, definition.line, definition)


def _offered(repository: Repository, paths: list[str]) -> dict[str, set[str]]:
    """By source, the names that packages hand on to users."""
    found: dict[str, set[str]] = {}
    linker = repository.tables.resolver.linker
    packages = [path for path in repository.tables.below("") if linker(path).hands_on(path)]
    for path in nearest(path for path in packages if not repository.is_test(path)):
        for place in handed_on(repository.tables, path):
            found.setdefault(place.path, set()).add(place.name)
    known = set(paths)
    return {path: names for path, names in found.items() if path in known}
