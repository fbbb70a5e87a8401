"""The sources as the link tables have them: read here, written by ``links.update``."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from incdoc.store.database import Store

_UNKNOWN = b"\0"
"""A facts key that no content has: the source is read again."""


class Sources:
    """The table ``source`` of ``store``."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def get(self, path: str) -> tuple[bytes, bytes] | None:
        """(facts_key, encoded summary) of a source."""
        row = self._store.db.execute("SELECT facts_key, summary FROM source WHERE path = ?", (path,)).fetchone()
        return (bytes(row[0]), bytes(row[1])) if row else None

    def all(self) -> dict[str, tuple[bytes, bytes]]:
        """(path, facts_key, encoded summary) of every source."""
        rows = self._store.db.execute("SELECT path, facts_key, summary FROM source")
        return {path: (bytes(facts_key), summary) for path, facts_key, summary in rows}

    def any(self) -> bool:
        """Whether any source is recorded."""
        return self._store.db.execute("SELECT 1 FROM source LIMIT 1").fetchone() is not None

    def opaque(self) -> list[str]:
        """The sources of which no facts are read: links, devices, binary files."""
        return [path for (path,) in self._store.db.execute("SELECT path FROM source WHERE facts_key = x''")]

    def forget(self, path: str = "") -> None:
        """Let a source be read again, by default every one."""
        where, values = ("WHERE path = ?", (path,)) if path else ("", ())
        self._store.writable.execute(f"UPDATE source SET facts_key = ? {where}", (_UNKNOWN, *values))
        self._store.drop_meta("linked")
