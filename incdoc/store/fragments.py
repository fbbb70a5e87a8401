"""Fragments of the files that are joined of a part for each source, by the kind of the file and the source.

A row is there only as long as it is what the link tables say: ``settle`` deletes those that a change of the tables
touched. So a row that is missing costs the time to make it, and a build that is killed leaves none that is wrong.
"""

from __future__ import annotations

import sqlite3
from hashlib import blake2b
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from incdoc.store.database import Store

WHOLE = "/"
"""The subject of the one task of such a kind: the file."""
Fragment = tuple[str, bytes]
"""(source, its part)."""


class Fragments:
    """The table ``fragment`` of ``store``."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.waiting: dict[tuple[str, str], bytes] = {}
        """Rows that are not written yet."""

    def put(self, kind: str, path: str, data: bytes) -> None:
        """Keep the part of a source. A worker hands it on: it may not write meanwhile."""
        self.waiting[kind, path] = data

    def made(self, kind: str) -> tuple[Fragment, ...]:
        """The parts that wait, for another process that keeps them."""
        return tuple((path, data) for (of, path), data in self.waiting.items() if of == kind)

    def digests(self, kind: str) -> dict[str, bytes]:
        """By source, a digest of its part; empty if it has no text."""
        rows = self._store.db.execute("SELECT path, digest FROM fragment WHERE kind = ?", (kind,))
        found = {str(path): bytes(digest) for path, digest in rows}
        return found | {path: digest_of(data) for path, data in self.made(kind)}

    def texts(self, kind: str) -> dict[str, bytes]:
        """By source, its part."""
        rows = self._store.db.execute("SELECT path, data FROM fragment WHERE kind = ?", (kind,))
        return {str(path): bytes(data) for path, data in rows} | dict(self.made(kind))

    def drop(self, kind: str) -> None:
        """Delete the parts of a kind."""
        self._store.flush()
        if self._store.query("SELECT 1 FROM fragment WHERE kind = ? LIMIT 1", kind):
            self._store.writable.execute("DELETE FROM fragment WHERE kind = ?", (kind,))

    def drop_all(self) -> None:
        """Delete every part."""
        self._store.writable.execute("DELETE FROM fragment")

    def settle(self, kind: str) -> None:
        """Delete the parts of the sources whose tasks of this kind are pending; instead the task of the file is."""
        touched = self._store.pages.pending_of(kind)
        touched.pop(WHOLE, None)
        if not touched:
            return
        self._store.flush()
        with self._store.transaction() as db:
            db.executemany("DELETE FROM fragment WHERE kind = ? AND path = ?", [(kind, path) for path in touched])
            self._store.pages.join_pending(kind, touched, WHOLE)

    def write(self, db: sqlite3.Connection) -> None:
        """Write the rows that wait."""
        rows, self.waiting = self.waiting, {}
        db.executemany(
            "INSERT OR REPLACE INTO fragment VALUES (?, ?, ?, ?)",
            [(kind, path, digest_of(data), data) for (kind, path), data in rows.items()],
        )


def digest_of(data: bytes) -> bytes:
    """What tells the parts of a source apart; empty of one without text."""
    return blake2b(data, digest_size=16).digest() if data else b""
