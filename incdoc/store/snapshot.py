"""A store for read-only commands: read in its place, written to in memory.

Nothing is created, locked for others or changed on the disk, not even the files that SQLite keeps beside a database.
The file is read in place, and copied into memory at the first write: a command that writes nothing pays for no copy.
A damaged file counts as missing.

If a build is writing to the file, or was killed while it did, a part of the data is in SQLite's log. Then everything
is copied at once, through SQLite and its log, without making or writing SQLite's shared-memory file. While an owner is
at work, the copy is what it has committed, and that the file was sound is the owner's to know.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from typing import NoReturn
from urllib.parse import quote

from incdoc.store.database import SLICE, Store, check_schema, distrust
from incdoc.store.lock import share, unshare
from incdoc.store.schema import TABLES


class Snapshot(Store):
    """The database at ``path`` as it is now; an empty one if it cannot be read, or if ``blank``.

    Forked children share it: no other process writes to what it reads. Raises SettingError where its folder is not
    incdoc's.
    """

    def __init__(self, path: str, blank: bool = False) -> None:
        super().__init__(path)
        self._in_memory = False
        self._share: int | None = None
        self._pid = os.getpid()
        self._connection = self._blank() if blank else self._read()

    @classmethod
    def copy_of(cls, store: Store) -> Snapshot:
        """A copy of a store in memory."""
        store.flush()
        found = cls(store.path, blank=True)
        store.db.backup(found.db)
        return found

    def _read(self) -> sqlite3.Connection:
        if not self.cache.examine():
            return self._blank()
        self._share = share(self.cache)
        try:
            if self.cache.stat(self._name) is None:
                return self._blank()
            self._sums = self._read_sums()
            found = self._copied_with_log() if self._share is None or self._has_log() else self._in_place()
        except (sqlite3.Error, OSError):
            found = None
        self.was_damaged = found is None
        return found or self._blank()

    def _in_place(self) -> sqlite3.Connection | None:
        if self._sums is None or not self._is_as_sealed(0 if not self.is_written_here(self._sums) else SLICE):
            return None
        return self._opened("immutable=1")

    def _copied_with_log(self) -> sqlite3.Connection | None:
        with closing(self._opened("readonly_shm=1")) as file:
            image, seal = bytearray(file.serialize()), self._seal_of(file)
        if self._share is not None and (
            self._sums is None or not (self._sums.is_of(image) or (seal == self._sums.id and self._is_as_sealed()))
        ):
            return None
        image[18:20] = b"\1\1"  # in memory there is no log
        memory = _memory()
        memory.deserialize(bytes(image))
        self._in_memory = True
        return memory

    def _opened(self, how: str) -> sqlite3.Connection:
        address = f"file:{quote(self.path)}?mode=ro&{how}"
        file = sqlite3.connect(address, uri=True, isolation_level=None, check_same_thread=False)
        try:
            distrust(file)
            check_schema(file)
        except BaseException:
            file.close()
            raise
        return file

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
        """The connection to the file, or to the copy in memory."""
        if self._connection is None:
            self._connection = self._blank()
        return self._connection

    @property
    def is_as_closed(self) -> bool:
        return not self._in_memory

    @property
    def writable(self) -> sqlite3.Connection:
        """The copy in memory."""
        if not self._in_memory:
            self._connection = self._copied(self.db)
        return self.db

    def discard(self) -> None:
        """Do not use a damaged database; the file stays, and the next build handles it."""
        self._close_connection()
        self.is_discarded = True

    def is_sound(self) -> bool:
        """Whether the file is still as it was when it was opened."""
        return self._in_memory or self._is_as_sealed()

    def close(self) -> None:
        """Close the file."""
        self._close_connection()
        unshare(self._share)
        self._share = None

    def _open(self) -> NoReturn:
        raise AssertionError("a snapshot is opened once")


def _memory() -> sqlite3.Connection:
    return sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)


def _empty() -> sqlite3.Connection:
    memory = _memory()
    memory.executescript(TABLES)
    return memory
