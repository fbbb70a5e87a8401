"""Where sources come from: which are generated, vendored or minified, and what shows it.

An **origin** is one of these with its evidence: an attribute in a ``.gitattributes`` file of the sources, a mark in the
source's bytes, or its path. Attributes decide: set, they are the evidence, and ``-linguist-generated`` or
``linguist-generated=false`` takes back what bytes and path show. So a source's origins also depend on the
``.gitattributes`` files of the folders above it. ``complete`` adds the sources whose origins such a file changes to the
changes of an update, with the facts that the store has of them.

A source with an origin that the settings leave out is in the tables as what no facts are read of.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import takewhile
from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from incdoc.languages import gitattributes
from incdoc.languages.gitattributes import FILE, Line, States, Verdict, as_bytes, as_text, rules_of, verdicts
from incdoc.languages.marks import GENERATED, MINIFIED, VENDORED, by_path
from incdoc.links.summary import Origin, make
from incdoc.sources.globs import path_pattern
from incdoc.sources.paths import ancestors, join, parent

if TYPE_CHECKING:
    from incdoc.languages.outline import Outline
    from incdoc.links.tables import Tables
    from incdoc.links.update import SourceChange

_DECIDES = {
    GENERATED: gitattributes.GENERATED,
    MINIFIED: gitattributes.GENERATED,
    VENDORED: gitattributes.VENDORED,
}
"""The attribute that decides about each kind."""


class _Level(NamedTuple):
    """One ``.gitattributes`` file above a path."""

    file: str
    below: int
    """How many characters of a path are its folder's."""
    rules: list[tuple[re.Pattern[str], str, States]]
    """The last line first."""


class Attributes:
    """What the ``.gitattributes`` files say of paths. ``manifest(path)``: what one of them says, as its facts have it;
    empty where there is none."""

    def __init__(self, manifest: Callable[[str], str]) -> None:
        self._manifest = manifest
        self._levels: dict[str, list[_Level]] = {}
        self._macros = rules_of(manifest(FILE)).macros

    def of(self, path: str) -> dict[str, Verdict]:
        """By attribute; those of which nothing is said are left out."""
        levels = self._of_folder(parent(path))
        return verdicts(self._matching(levels, path), self._macros) if levels else {}

    def _matching(self, levels: list[_Level], path: str) -> Iterator[Line]:
        for level in levels:
            inside = as_bytes(path[level.below :])
            for regex, pattern, states in level.rules:
                if regex.fullmatch(inside):
                    yield Line(level.file, pattern, states)

    def _of_folder(self, folder: str) -> list[_Level]:
        """Those that hold for the files of a folder, the nearest first."""
        missing = list(takewhile(lambda each: each not in self._levels, ancestors(folder)))
        for each in reversed(missing):
            above = self._levels[parent(each)] if each else []
            own = self._level(join(each, FILE), len(each) + 1 if each else 0)
            self._levels[each] = [own, *above] if own.rules else above
        return self._levels[folder]

    def _level(self, file: str, below: int) -> _Level:
        lines = reversed(rules_of(self._manifest(file)).lines)
        compiled = ((path_pattern(pattern), pattern, states) for pattern, states in lines)
        return _Level(file, below, [(regex, pattern, states) for regex, pattern, states in compiled if regex])


def origins(path: str, marked: Iterable[str], attributes: Attributes) -> tuple[Origin, ...]:
    """The origins of a source; ``marked``: the kinds of which its bytes have a mark."""
    if path.rpartition("/")[2] == FILE:
        return ()
    said = attributes.of(path)
    found = {kind: Origin(kind, "path", part) for kind, part in by_path(path)}
    found |= {kind: Origin(kind, "mark") for kind in marked}
    for kind, name in _DECIDES.items():
        if (verdict := said.get(name)) is None:
            continue
        if not verdict.state:
            found.pop(kind, None)
        elif kind != MINIFIED:  # which no attribute says
            found[kind] = Origin(kind, "attribute", verdict.file, as_text(verdict.pattern))
    return tuple(found[kind] for kind in _DECIDES if kind in found)


def complete(tables: Tables, changes: list[SourceChange]) -> list[SourceChange]:
    """The changes with the origins of their sources, and the changes of those sources whose origins are other ones
    because a ``.gitattributes`` file changed."""
    by_name = {change.path: change for change in changes}
    attributes = Attributes(lambda file: _manifest(tables, by_name, file))
    found = [_with_origins(tables, change, attributes) for change in changes]
    changed = [path for path in by_name if path.rpartition("/")[2] == FILE and _says_otherwise(tables, by_name[path])]
    seen = set(by_name)
    for file in sorted(changed):
        for path in tables.below(parent(file)):
            if path not in seen:
                seen.add(path)
                if change := _reconsidered(tables, path, attributes, file):
                    found.append(change)
    return found


def _manifest(tables: Tables, changes: dict[str, SourceChange], file: str) -> str:
    if file in changes:
        outline: Outline | None = changes[file].outline
    else:
        outline = tables.outline(file) if tables.exists(file) else None
    return outline.manifest if outline is not None else ""


def _says_otherwise(tables: Tables, change: SourceChange) -> bool:
    return _manifest(tables, {}, change.path) != _manifest(tables, {change.path: change}, change.path)


def _with_origins(tables: Tables, change: SourceChange, attributes: Attributes) -> SourceChange:
    summary = change.summary
    if summary is None or summary.kind != "file":
        return change
    found = origins(change.path, summary.marked, attributes)
    if not found:
        return change
    summary = replace(summary, origins=found)
    if not tables.leaves_out:
        return replace(change, summary=summary)
    return replace(change, summary=summary.left_out(change.facts_key), facts_key=b"", outline=None)


def _reconsidered(tables: Tables, path: str, attributes: Attributes, file: str) -> SourceChange | None:
    """The change of a source that did not change itself; None if its origins are the same."""
    from incdoc.links.update import SourceChange

    old, facts_key = tables.recorded(path)
    if not facts_key or origins(path, old.marked, attributes) == old.origins:
        return None
    outline = tables.outline_at(path, facts_key)
    if outline is None:
        return None
    summary = make(tables.languages, path, old.size, outline)
    why = f"is marked otherwise by {file}"
    return _with_origins(tables, SourceChange(path, facts_key, summary, why, outline), attributes)
