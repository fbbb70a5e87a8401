"""A store for whoever only asks: read where it lies, written to in memory.

Nothing is created, locked for others or changed on the disk, not even the files that SQLite keeps beside a database.
The file is read as it stands, and copied into memory at the first write: whoever writes nothing pays for no copy.

A file that is being written, or was when its writer was killed, has a part in SQLite's log. Then everything is
copied at once, through SQLite and its log, without SQLite's own shared file being made or written.
"""

from __future__ import annotations

import os
import sqlite3
from typing import NoReturn
from urllib.parse import quote

from incdoc.store.database import Store
from incdoc.store.lock import lock_path, share, unshare
from incdoc.store.schema import TABLES, VERSION


class Snapshot(Store):
    """The database at ``path`` as it is now; an empty one where there is none that can be read, or where ``blank``.

    Forked children share it: nobody else writes to what it reads.
    """

    def __init__(self, path: str, blank: bool = False) -> None:
        super().__init__(path)
        self._in_memory = False
        self._share: int | None = None
        self._pid = os.getpid()
        self._connection = _empty() if blank else self._read()
        self._in_memory |= blank

    @classmethod
    def copy_of(cls, store: Store) -> Snapshot:
        """A store as it is now, all in memory."""
        store.flush()
        found = cls(store.path, blank=True)
        store.db.backup(found.db)
        return found

    def _read(self) -> sqlite3.Connection:
        self._share = share(lock_path(self.path))
        quiet = self._share is not None and not _has_log(self.path)
        address = f"file:{quote(self.path)}?mode=ro&" + ("immutable=1" if quiet else "readonly_shm=1")
        try:
            file = sqlite3.connect(address, uri=True, isolation_level=None, check_same_thread=False)
            if file.execute("PRAGMA user_version").fetchone()[0] != VERSION:
                file.close()
                return self._blank()
            return file if quiet else self._copied(file)
        except sqlite3.Error:
            return self._blank()

    def _blank(self) -> sqlite3.Connection:
        self._in_memory = True
        return _empty()

    def _copied(self, file: sqlite3.Connection) -> sqlite3.Connection:
        memory = _memory()
        file.backup(memory)
        file.close()
        self._in_memory = True
        return memory

    @property
    def db(self) -> sqlite3.Connection:
        """The file, or what became of it in memory."""
        if self._connection is None:
            self._connection = self._blank()
        return self._connection

    @property
    def writable(self) -> sqlite3.Connection:
        """The copy in memory."""
        if not self._in_memory:
            self._connection = self._copied(self.db)
        return self.db

    def discard(self) -> None:
        """What is damaged is not used; the file stays for the next build to find."""
        if self._connection is not None:
            self._connection.close()
        self._connection = None

    def close(self) -> None:
        """Let go of the file."""
        self.discard()
        unshare(self._share)
        self._share = None

    def _open(self) -> NoReturn:
        raise AssertionError("a snapshot is opened once")


def _has_log(path: str) -> bool:
    try:
        return os.path.getsize(path + "-wal") > 0
    except OSError:
        return False


def _memory() -> sqlite3.Connection:
    return sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)


def _empty() -> sqlite3.Connection:
    memory = _memory()
    memory.executescript(TABLES)
    return memory
