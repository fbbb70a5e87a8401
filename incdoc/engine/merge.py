"""Join the caches of other builds, such as those of the parts of one build, into the cache of this project.

The caches are only read. What is taken of them:

facts      by content, if they are facts of a language that is chosen here
records    of the pages of a task that is pending here: all of a task's or none. The task stays pending, and the next
           build compares the key, so that a record of another state of the tree costs time and no more
fragments  of joined files, if the cache belongs to the state of the sources and the settings that the link tables here
           have: no key says what a fragment was made of

Rows of several caches that should be equal and differ are left out, all of them, and so is what does not have the form
that this release writes. The link tables are made here, from the facts.

Rejected: taking over the link tables of a part (no row of them can be checked); planning every page at once, since
the next build does that in its workers.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import suppress
from heapq import merge
from itertools import groupby
from operator import itemgetter
from typing import Any

from msgspec import DecodeError, Struct

from incdoc.config import SITE, Config, IncdocError
from incdoc.engine.plan import decode_facts
from incdoc.engine.session import Session
from incdoc.languages import Languages
from incdoc.languages.registry import kinds_of, package_of
from incdoc.pages import paths
from incdoc.pages.kinds import joined, kind_of, path_of, split
from incdoc.store import Store
from incdoc.store.fragments import digest_of
from incdoc.store.snapshot import Snapshot
from incdoc.store.sums import unsummed

_LARGEST = 256 << 20
"""Bytes of a row: the facts of the largest source take a tenth of that."""
_KEY_BYTES = 16
_DIGEST_BYTES = (20, 32)
_STATIC = "site_files"
"""The one kind whose task makes several files that are not parts of one page."""

_FACTS = (
    "SELECT key, data FROM fact WHERE typeof(key) = 'blob' AND typeof(data) = 'blob' AND length(data) < ? ORDER BY key"
)
_RECORDS = (
    "SELECT task, path, key, digest FROM page WHERE typeof(task) = 'text' AND typeof(path) = 'text' "
    "AND typeof(key) = 'blob' AND typeof(digest) = 'blob' ORDER BY task, path"
)
_FRAGMENTS = (
    "SELECT kind, path, digest, data FROM fragment WHERE typeof(kind) = 'text' AND typeof(path) = 'text' "
    "AND typeof(digest) = 'blob' AND typeof(data) = 'blob' AND length(data) < ? ORDER BY kind, path"
)

Row = tuple[Any, ...]
Keyed = tuple[Any, Any]
"""What rows of several caches have in common, and what must be equal then."""


class Merged(Struct):
    """How much was taken; ``left_out``: rows that are wrong, or contradict each other."""

    facts: int = 0
    records: int = 0
    fragments: int = 0
    left_out: int = 0


class Merge:
    """Joins ``caches`` into the store of a build. ``facts`` comes before the session's scan, ``pages`` after it."""

    def __init__(self, caches: Iterable[Snapshot]) -> None:
        self._caches = list(caches)
        self.damaged: set[str] = set()
        """The paths of the caches in which damage was found on the way: what follows it is left out."""
        self.count = Merged()

    def facts(self, store: Store, languages: Languages) -> None:
        """Take the facts that ``store`` does not have."""
        known = {bytes(key) for (key,) in store.query("SELECT key FROM fact")}
        rows = [((key, data) for key, data in self._rows(cache, _FACTS, _LARGEST)) for cache in self._caches]
        for key, data in self._agreed(rows):
            if key in known:
                continue
            value = unsummed(key, data)
            if value is None or not _are_facts(languages, value):
                self.count.left_out += 1
                continue
            store.facts.put(key, value)
            self.count.facts += 1
        store.flush()

    def pages(self, session: Session) -> None:
        """Take records and fragments. Reads the sources that no cache has facts of, and links."""
        wanted = session.tasks()
        self._take_records(session, wanted)
        self._take_fragments(session)
        session.store.flush()

    def _take_records(self, session: Session, wanted: dict[str, str]) -> None:
        store = session.store
        for task, rows in self._agreed([self._records(cache) for cache in self._caches]):
            if task not in wanted:  # what is recorded here is up to date
                self.count.left_out += 0 if store.pages.of(task) else len(rows)
            elif not _are_records(session.config, task, rows):
                self.count.left_out += len(rows)
            else:
                self._record(session, task, rows)

    def _record(self, session: Session, task: str, rows: tuple[Row, ...]) -> None:
        store, output_folder = session.store, session.workspace.output_folder
        output_folder.remove(task, set(store.pages.of(task)) - {page for page, *_ in rows})
        for page, key, digest in rows:
            store.pages.put(page, task, key, digest)
        output_folder.expect(page for page, *_ in rows)
        self.count.records += len(rows)

    def _records(self, cache: Snapshot) -> Iterator[Keyed]:
        """(task, its pages)."""
        for task, rows in groupby(self._rows(cache, _RECORDS), key=itemgetter(0)):
            yield task, tuple(row[1:] for row in rows)

    def _take_fragments(self, session: Session) -> None:
        state = session.store.get_meta("linked")
        for name in joined(session.config):
            digest = session.workspace.digests[name]
            fitting = [cache for cache in self._caches if state and _states(cache, name) == (state, digest)]
            known = session.store.fragments.digests(name)
            there = set(kind_of(name).divided(session.workspace.tables))  # type: ignore[attr-defined]
            for (_, path), (found, data) in self._agreed([self._fragments(cache, name) for cache in fitting]):
                if path in known:
                    continue
                if path not in there or digest_of(data) != found:
                    self.count.left_out += 1
                    continue
                session.store.fragments.put(name, path, data)
                self.count.fragments += 1

    def _fragments(self, cache: Snapshot, name: str) -> Iterator[Keyed]:
        for kind, path, digest, data in self._rows(cache, _FRAGMENTS, _LARGEST):
            if kind == name:
                yield (kind, path), (digest, data)

    # ------------------------------------------------------------------ rows of several caches

    def _agreed(self, streams: Iterable[Iterator[Keyed]]) -> Iterator[Keyed]:
        """What no two of the sorted streams contradict each other about."""
        for key, group in groupby(merge(*streams, key=itemgetter(0)), key=itemgetter(0)):
            first, *others = (value for _, value in group)
            if all(other == first for other in others):
                yield key, first
            else:
                self.count.left_out += 1 + len(others)

    def _rows(self, cache: Snapshot, query: str, *values: Any) -> Iterator[Row]:
        """The rows of a cache, until damage is found."""
        try:
            yield from cache.db.execute(query, values)
        except sqlite3.Error:
            self.damaged.add(cache.path)


def _states(cache: Snapshot, name: str) -> tuple[bytes | None, bytes | None]:
    """The state of the link tables of a cache, and of the settings and the code of a kind."""
    with suppress(sqlite3.Error):
        return cache.get_meta("linked"), cache.get_meta(f"kind:{name}")
    return None, None


def _are_facts(languages: Languages, data: bytes) -> bool:
    try:
        facts = decode_facts(data)
        if package_of(facts.language) not in languages.every:
            return False
        kinds = kinds_of(facts.language)
        return all(each.kind in kinds for each in facts.definitions)
    except (DecodeError, ValueError, RecursionError, LookupError, ImportError, IncdocError):
        return False


def _are_records(config: Config, task: str, rows: tuple[Row, ...]) -> bool:
    """Whether these may be all files that a task makes: a page with its parts, and what the site has of each. What the
    search says of the definitions on a page is not there if that is nothing."""
    if any(len(key) != _KEY_BYTES or len(digest) not in _DIGEST_BYTES for _, key, digest in rows):
        return False
    if len({key for _, key, _ in rows}) > 1:
        return False
    found = {page for page, *_ in rows}
    pages, others = _files_of(config, task, sum(not page.startswith(SITE) for page in found))
    return pages <= found <= pages | others


def _files_of(config: Config, task: str, parts: int) -> tuple[set[str], set[str]]:
    """The files that a task makes of a page in so many parts, and those that it may make."""
    if split(task)[0] == _STATIC:
        from incdoc.site.kinds import SiteFiles

        return {*SiteFiles.paths()}, set()
    first = path_of(task)
    if not first.endswith(".md"):
        return {first}, set()
    pages = [paths.part_path(first, number) for number in range(1, parts + 1)]
    if not config.site:
        return {*pages}, set()
    from incdoc.site.places import beside

    return {*pages, *(beside(page)[0] for page in pages)}, {*beside(first)[1:]}
