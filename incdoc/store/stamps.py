"""The stamps of ``sources``, ``pages`` and ``folders``: one value of all, and rows that changed since."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from incdoc.store.database import Store


class StampRows:
    """The table ``stamp`` of ``store``, and the singletons that have the names of its kinds."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def get(self, kind: str) -> tuple[bytes, list[tuple[str, bytes]]]:
        """(encoded stamps, rows that changed since)."""
        db = self._store.db
        rows = db.execute("SELECT path, row FROM stamp WHERE kind = ?", (kind,))
        data = db.execute("SELECT value FROM meta WHERE key = ?", (kind,)).fetchone()
        return bytes(data[0]) if data else b"", [(os.fsdecode(bytes(path)), bytes(row)) for path, row in rows]

    def put(self, kind: str, data: bytes, state: bytes) -> None:
        """Replace the encoded stamps. ``state``: that of the link tables, if the stamps belong to it."""
        with self._store.transaction() as db:
            db.execute("DELETE FROM stamp WHERE kind = ?", (kind,))
            db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (kind, data))
            self._store.put_meta(f"{kind}:state", state)

    def add(self, kind: str, rows: Iterable[tuple[str, bytes]], state: bytes) -> None:
        """Note rows that changed since ``put``."""
        with self._store.transaction() as db:
            db.executemany(
                "INSERT OR REPLACE INTO stamp VALUES (?, ?, ?)", ((kind, os.fsencode(path), row) for path, row in rows)
            )
            self._store.put_meta(f"{kind}:state", state)

    def count(self, kind: str) -> int:
        """How many rows were noted since ``put``."""
        return int(self._store.db.execute("SELECT count(*) FROM stamp WHERE kind = ?", (kind,)).fetchone()[0])
