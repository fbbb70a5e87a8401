"""The rows of the global index: the names that sources define, and the files, modules and folders themselves."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping

from incdoc.languages.outline import Outline
from incdoc.languages.public import is_private_name
from incdoc.languages.registry import load
from incdoc.links.changes import EntriesChanged, IndexChanged
from incdoc.links.index_ranges import DEEPEST_PREFIX, beginning, key_of
from incdoc.links.tables import PRIVATE, PUBLIC, TESTS
from incdoc.thresholds import ENTRIES_ONE_BY_ONE

_Row = tuple[str, str, str, str, str, int, int]
"""Key, name, path, kind, place, section, bytes that its line in the index takes at most."""
_Name = tuple[str, str]
"""(name, kind)."""


class IndexRows:
    """The rows that one update adds and removes."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._added: list[_Row] = []
        self._removed: list[_Row] = []

    def names(self, path: str, outline: Outline | None, test: bool, known: bool) -> tuple[set[_Name], set[_Name]]:
        """Take the names that a source defines; returns those that it defined, and those that it does. ``known``:
        whether there may be rows of it."""
        new = set(_of_names(path, outline, test)) if outline is not None else set()
        old = self._replace(path, "", new, known)
        return {(row[1], row[3]) for row in old}, {(row[1], row[3]) for row in new}

    def source(
        self, path: str, entry: tuple[str, str, str] | None, hands_on: bool, test: bool, known: bool
    ) -> None:  # fmt: skip
        """Take a source itself, as a file and as a module of its language. ``entry``: what ``Resolver.entry`` gives;
        None if it has no pages. ``hands_on``: it is known by its other name."""
        new: set[_Row] = set()
        section = TESTS if test else PUBLIC
        if entry is not None:
            word, name, last = entry
            if not word or not hands_on:
                new.add(_row(path.rpartition("/")[2], path, "file", "source", section))
            if word:
                hidden = section == PUBLIC and is_private_name(last)
                new.add(_row(last, path, word, "source", PRIVATE if hidden else section, name))
        self._replace(path, "source", new, known)

    def folder(self, path: str, there: bool) -> None:
        """Take a folder that appeared or went."""
        row = _row(path.rpartition("/")[2], path, "folder", "folder", PUBLIC)
        (self._added if there else self._removed).append(row)

    def _replace(self, path: str, place: str, new: set[_Row], known: bool) -> set[_Row]:
        """Note how the rows of what is at a path differ; returns those that were there."""
        query = "SELECT sort, name, path, kind, place, section, size FROM keyword WHERE path = ? AND place = ?"
        old = set(self._db.execute(query, (path, place))) if known else set()
        self._added += new - old
        self._removed += old - new
        return old

    def write(self) -> list[EntriesChanged | IndexChanged]:
        """Write all rows; returns what changed."""
        keys = {beginning(row[0]) for row in (*self._added, *self._removed)}
        paths = frozenset(row[2] for row in (*self._added, *self._removed))
        sizes: dict[str, int] = {}
        for sign, rows in ((1, self._added), (-1, self._removed)):
            for row in rows:
                deepest = row[0][:DEEPEST_PREFIX]
                sizes[deepest] = sizes.get(deepest, 0) + sign * row[-1]
        self._db.executemany(
            "DELETE FROM keyword WHERE sort = ? AND name = ? AND path = ? AND kind = ? AND place = ?",
            [row[:5] for row in self._removed],
        )
        self._db.executemany("INSERT OR REPLACE INTO keyword VALUES (?, ?, ?, ?, ?, ?, ?)", sorted(self._added))
        self._db.executemany(
            "INSERT INTO prefix VALUES (?, ?) ON CONFLICT (prefix) DO UPDATE SET size = size + excluded.size",
            sorted(_prefix_sizes(sizes).items()),
        )
        self._db.execute("DELETE FROM prefix WHERE size <= 0")
        self._added.clear()
        self._removed.clear()
        beginnings = keys if len(keys) <= ENTRIES_ONE_BY_ONE else {key[:1] for key in keys}
        return [*map(EntriesChanged, beginnings), *([IndexChanged(paths)] if keys else [])]


def _of_names(path: str, outline: Outline, test: bool) -> Iterator[_Row]:
    """Each name, and a member also by the last part of its name."""
    language = load(outline.language)
    members = {kind.name for kind in language.kinds if kind.shown in ("block", "member")} if language.refers else set()
    links = 2 * len(path.encode()) + 48
    for name, kind in outline.keywords:
        section = TESTS if test else PRIVATE if (name, kind) in outline.private else PUBLIC
        size = len(name.encode()) + links
        yield key_of(name), name, path, kind, "", section, size
        last = name.rpartition(language.separator)[2]
        if last != name and kind in members and not last.startswith("__"):
            yield key_of(last), name, path, kind, "", section, size


def _row(listed: str, path: str, kind: str, place: str, section: int, name: str = "") -> _Row:
    """The row of a source or a folder itself."""
    name = name or path
    return key_of(listed), name, path, kind, place, section, len(name.encode()) + 2 * len(path.encode()) + 48


def _prefix_sizes(deepest: Mapping[str, int]) -> dict[str, int]:
    """Bytes below every prefix, of the bytes below the deepest ones."""
    sizes: dict[str, int] = {}
    for prefix, size in deepest.items():
        for length in range(1, len(prefix) + 1):
            shorter = prefix[:length]
            sizes[shorter] = sizes.get(shorter, 0) + size
    return sizes
