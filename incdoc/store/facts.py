"""Facts by content: what was read out of each source, encoded."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import TYPE_CHECKING, Protocol

from incdoc.store.sums import summed, unsummed

if TYPE_CHECKING:
    from incdoc.store.database import Store

_CHUNK = 500
VERSION_BYTES = 8


def pack_key(blob: bytes, version: bytes) -> bytes:
    """A facts key: the blob id of a content, and VERSION_BYTES of what reads it."""
    return blob + version


def unpack_key(key: bytes) -> tuple[bytes, bytes]:
    """(blob id, version) of a facts key."""
    return key[:-VERSION_BYTES], key[-VERSION_BYTES:]


class FactCache(Protocol):
    """Where facts are kept by their keys: this store, or one that several machines share. A row that is wrong is a
    miss, never an error."""

    def known(self, keys: Iterable[bytes]) -> set[bytes]:
        """Which of ``keys`` there are facts for; one of them may be damaged all the same."""

    def get(self, key: bytes) -> bytes | None:
        """The encoded facts of one content; None if they are missing or damaged."""

    def put(self, key: bytes, data: bytes) -> None:
        """Keep the encoded facts of one content."""


class Facts:
    """The table ``fact`` of ``store``: a FactCache."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.waiting: dict[bytes, bytes] = {}
        """Rows that are not written yet."""

    def put(self, key: bytes, data: bytes) -> None:
        """Keep the encoded facts of one content."""
        self.waiting[key] = summed(key, data)
        self._store.written()

    def get(self, key: bytes) -> bytes | None:
        """The encoded facts of one content; None if they are missing or damaged."""
        row = self.waiting.get(key)
        if row is None:
            found = self._store.db.execute("SELECT data FROM fact WHERE key = ?", (key,)).fetchone()
            if found is None:
                return None
            row = bytes(found[0])
        return unsummed(key, row)

    def known(self, keys: Iterable[bytes]) -> set[bytes]:
        """Which of ``keys`` the store has facts for."""
        wanted = list(keys)
        found = {key for key in wanted if key in self.waiting}
        for start in range(0, len(wanted), _CHUNK):
            chunk = wanted[start : start + _CHUNK]
            marks = ",".join("?" * len(chunk))
            found.update(
                bytes(key) for (key,) in self._store.db.execute(f"SELECT key FROM fact WHERE key IN ({marks})", chunk)
            )
        return found

    def forget(self, key: bytes) -> None:
        """Drop the facts of one content."""
        self._store.writable.execute("DELETE FROM fact WHERE key = ?", (key,))

    def forget_all(self) -> None:
        """Drop all facts."""
        self._store.writable.execute("DELETE FROM fact")

    def write(self, db: sqlite3.Connection) -> None:
        """Write the rows that wait."""
        rows, self.waiting = self.waiting, {}
        db.executemany("INSERT OR REPLACE INTO fact VALUES (?, ?)", rows.items())
