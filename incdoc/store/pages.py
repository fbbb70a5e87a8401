"""Pages as they were written, and the tasks whose pages may have to be written again.

A page without a key that is not pending would never be made again: whatever takes a key away marks its task.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from incdoc.config import SITE

if TYPE_CHECKING:
    from incdoc.store.database import Store

PAGE_COUNT = "page count"
"""The singleton that is the number of recorded pages. It is there only while nothing was written since."""

Page = tuple[str, bytes, bytes]
"""(task, key, digest of the text)."""


class Pages:
    """The tables ``page`` and ``pending`` of ``store``."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.waiting: dict[str, Page] = {}
        """Pages that are not written yet."""
        self._by_task: dict[str, list[str]] = {}
        """The keys of ``waiting`` by task."""
        self.done: set[str] = set()
        """Tasks that are still in ``pending``, but need not be."""

    def put(self, path: str, task: str, key: bytes, digest: bytes) -> None:
        """Record that ``path`` holds the text of ``key``."""
        self.waiting[path] = (task, key, digest)
        self._by_task.setdefault(task, []).append(path)
        self._store.written()

    def get(self, path: str) -> Page | None:
        """A page as it was written."""
        if path in self.waiting:
            return self.waiting[path]
        row = self._store.db.execute("SELECT task, key, digest FROM page WHERE path = ?", (path,)).fetchone()
        return (row[0], bytes(row[1]), bytes(row[2])) if row else None

    def of(self, task: str) -> list[str]:
        """The pages that a task wrote, sorted."""
        return sorted(self.keys_of(task))

    def keys_of(self, task: str) -> dict[str, bytes]:
        """The pages that a task wrote, and the key that they hold the text of."""
        rows = self._store.db.execute("SELECT path, key FROM page WHERE task = ?", (task,))
        found = {str(path): bytes(key) for path, key in rows if path not in self.waiting}
        for path in self._by_task.get(task, ()):
            if path in self.waiting and self.waiting[path][0] == task:
                found[path] = self.waiting[path][1]
        return found

    def by_task(self) -> dict[str, dict[str, bytes]]:
        """``keys_of`` every task that wrote a page."""
        found: dict[str, dict[str, bytes]] = {}
        for path, (task, key, _) in self.all().items():
            found.setdefault(task, {})[path] = key
        return found

    def all(self) -> dict[str, Page]:
        """Every recorded page."""
        self._store.flush()
        return {
            path: (task, bytes(key), bytes(digest))
            for path, task, key, digest in self._store.db.execute("SELECT path, task, key, digest FROM page")
        }

    def count(self) -> int:
        """How many pages are recorded. To count 60,000 takes 5 ms: a run that writes nothing reads what the last one
        counted."""
        self._store.flush()
        if self._store.is_as_closed and (known := self._store.get_meta(PAGE_COUNT)) is not None:
            return int(known)
        return int(self._store.db.execute("SELECT count(*) FROM page").fetchone()[0])

    def any(self) -> bool:
        """Whether any page is recorded."""
        return self._store.db.execute("SELECT 1 FROM page LIMIT 1").fetchone() is not None

    def tasks_from(self, prefix: str) -> list[str]:
        """The tasks of recorded pages whose names begin with ``prefix``."""
        rows = self._store.db.execute(
            "SELECT DISTINCT task FROM page WHERE task >= ? AND task < ?", (prefix, prefix + "\U0010ffff")
        )
        return [task for (task,) in rows]

    def digests(self) -> dict[str, bytes]:
        """The digest of the text of every recorded page."""
        self._store.flush()
        return dict(self._store.db.execute("SELECT path, digest FROM page").fetchall())

    def unmarked(self) -> dict[str, bytes]:
        """The digest of every recorded page that has no mark."""
        self._store.flush()
        query = "SELECT path, digest FROM page WHERE path NOT LIKE '%.md' AND path NOT LIKE ?"
        return dict(self._store.db.execute(query, (f"{SITE}%",)).fetchall())

    def drop(self, path: str) -> None:
        """Forget a page."""
        self.waiting.pop(path, None)
        self._store.writable.execute("DELETE FROM page WHERE path = ?", (path,))

    def drop_all(self, of_site: bool, reason: str) -> None:
        """Forget every page of the site, or every other page; their tasks are pending."""
        which = f"path {'' if of_site else 'NOT '}LIKE ?"
        with self._store.transaction() as db:
            tasks = db.execute(f"SELECT DISTINCT task FROM page WHERE {which}", (f"{SITE}%",)).fetchall()
            self.mark((task, reason) for (task,) in tasks)
            db.execute(f"DELETE FROM page WHERE {which}", (f"{SITE}%",))

    def lose(self, pages: Mapping[str, tuple[str, str]], gone: Iterable[str]) -> None:
        """``pages``, each with its task and a reason, are not as they were written, and their tasks are pending. The
        records of those that are ``gone`` are dropped too: the others must be deleted if their sources are removed.
        No page of such a task keeps its key, which would say that the task is done."""
        lost = list(gone)
        with self._store.transaction() as db:
            self.mark(pages.values())
            db.executemany("UPDATE page SET key = x'' WHERE path = ?", [(path,) for path in pages])
            db.executemany("UPDATE page SET key = x'' WHERE task = ?", {(pages[path][0],) for path in lost})
            db.executemany("DELETE FROM page WHERE path = ?", [(path,) for path in lost])

    def forget(self, task: str, reason: str) -> None:
        """Drop the key of a task, which is pending if it has a page."""
        with self._store.transaction() as db:
            self.mark([(task, reason)] if self.of(task) else [])
            db.execute("UPDATE page SET key = x'' WHERE task = ?", (task,))

    def forget_all(self, reason: str) -> None:
        """Drop the key of every task."""
        with self._store.transaction() as db:
            self.mark((task, reason) for task in self._tasks())
            db.execute("UPDATE page SET key = x''")

    def _tasks(self) -> set[str]:
        return {task for (task,) in self._store.db.execute("SELECT DISTINCT task FROM page")}

    # the tasks whose pages may differ

    def mark(self, reasons: Iterable[tuple[str, str]], replace: bool = False) -> None:
        """Put tasks into ``pending``, each with its reason; a task that is there keeps its own, unless ``replace``. The
        one place that adds to it."""
        rows = list(reasons)
        if rows:
            with self._store.transaction() as db:
                db.executemany(f"INSERT OR {'REPLACE' if replace else 'IGNORE'} INTO pending VALUES (?, ?)", rows)

    def pending(self) -> dict[str, str]:
        """Tasks whose pages may have to be made again, and why."""
        return dict(self._store.db.execute("SELECT task, reason FROM pending ORDER BY task").fetchall())

    def pending_of(self, kind: str) -> dict[str, str]:
        """The subjects of pending tasks of a kind, in order, and why."""
        query = "SELECT task, reason FROM pending WHERE task >= ? AND task < ? ORDER BY task"
        return {task[len(kind) + 1 :]: reason for task, reason in self._store.query(query, f"{kind}:", f"{kind};")}

    def join_pending(self, kind: str, subjects: Mapping[str, str], whole: str) -> None:
        """Put the task of one subject in place of those of ``subjects``, with the first of their reasons."""
        with self._store.transaction() as db:
            db.executemany("DELETE FROM pending WHERE task = ?", [(f"{kind}:{subject}",) for subject in subjects])
            self.mark([(f"{kind}:{whole}", next(iter(subjects.values())))])

    def finish(self, task: str) -> None:
        """Remove a task from ``pending``: its pages are up to date."""
        self.done.add(task)

    def finish_all(self) -> None:
        """Empty ``pending``."""
        self._store.writable.execute("DELETE FROM pending")

    def write(self, db: sqlite3.Connection) -> None:
        """Write the rows that wait."""
        rows, self.waiting = self.waiting, {}
        done, self.done = self.done, set()
        self._by_task.clear()
        db.executemany(
            "INSERT OR REPLACE INTO page VALUES (?, ?, ?, ?)",
            [(path, task, key, digest) for path, (task, key, digest) in rows.items()],
        )
        db.executemany("DELETE FROM pending WHERE task = ?", [(task,) for task in done])
