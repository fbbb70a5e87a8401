"""The store: one SQLite database, opened once a process, written in short transactions.

A writer collects rows and commits them in batches (``flush``), so that a killed run keeps what it had finished and
no transaction stays open while another process (a forked worker of ``doit -n``) wants to write.

The **owner** of the store holds the tree's lock for as long as its connection is open. When it opens the file it
verifies it (see sums) and deletes what is damaged; when it closes the connection it seals. Forked children, and
workers elsewhere, **join** an owner: they do neither.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from incdoc.config import IncdocError
from incdoc.store.cache import APPLICATION, CacheFolder
from incdoc.store.doit_state import DoitState
from incdoc.store.facts import Facts
from incdoc.store.fragments import Fragments
from incdoc.store.lock import unwritable
from incdoc.store.pages import PAGE_COUNT, Pages
from incdoc.store.schema import STATEMENTS, TABLES, VERSION
from incdoc.store.sources import Sources
from incdoc.store.stamps import StampRows
from incdoc.store.sums import Sums, stat_of, summed, unsummed

if TYPE_CHECKING:
    from typing import BinaryIO

    from incdoc.config import Config

_BATCH = 512
_SECONDS = 0.5
_BUSY_SECONDS = 30.0
_LONG_LOG = 64 << 20
"""A log of so many bytes is moved into the file in the middle of a build."""
SLICE = 256
"""Pages of a file that nothing wrote to, that are read and compared all the same."""
_SEAL = "seal"
"""The singleton that is the id of the sums of the file that the log follows."""
_WRITE_ERRORS = frozenset(
    (
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR_WRITE,
        sqlite3.SQLITE_IOERR_FSYNC,
        sqlite3.SQLITE_IOERR_TRUNCATE,
        sqlite3.SQLITE_IOERR_SHMSIZE,
    )
)
"""The system failed to write, as on a full disk; the database need not be damaged."""
_FORGOTTEN = "it was forgotten"
DAMAGED = "The cache {} was damaged and has been deleted. Build again."
"""What a user is told; the name of the cache folder is to be filled in."""


def file_name() -> str:
    """The name of the store's file in the cache folder."""
    return f"store-{VERSION}.db"


class Store:
    """The database at ``path``; created if it does not exist, and again if it is damaged. ``joins``: another process
    owns it.

    Threads may share it if they take turns, as those of a Session do. After a fork the child opens its own connection
    when it first uses it.
    """

    def __init__(self, path: str, joins: bool = False, clock: Callable[[], float] = time.monotonic) -> None:
        self.path = path
        self._clock = clock
        """Returns seconds; measures how long rows have waited."""
        self.cache = CacheFolder.at(os.path.dirname(path))
        self.was_damaged = False
        """Whether what was there when it was opened was damaged, and is deleted."""
        self.is_discarded = False
        """Whether it was deleted because of damage, and has not been opened since."""
        self.shared = False
        """Whether children of this process may write too, as under ``doit -n``."""
        self._name = os.path.basename(path)
        self._sums: Sums | None = None
        self._follows = False
        """Whether this process has seen that the log, if there is one, begins with the id of the sums."""
        self._read_files: list[BinaryIO] = []
        """Closed after the connection: POSIX locks of a process go with any descriptor of the file that it closes."""
        self._joins = joins
        self._pid = 0
        self._connection: sqlite3.Connection | None = None
        self.sources = Sources(self)
        self._make_tables()
        self._flushed = clock()
        self._in_transaction = False

    def _make_tables(self) -> None:
        self.facts = Facts(self)
        self.pages = Pages(self)
        self.fragments = Fragments(self)
        self.stamps = StampRows(self)
        self.states = DoitState(self)

    @property
    def db(self) -> sqlite3.Connection:
        """This process's connection, in autocommit mode."""
        if self._connection is None or self._pid != os.getpid():
            self._forget_parent()
            self._connection = self._open()
            self._pid = os.getpid()
            self.is_discarded = False
        return self._connection

    def open(self) -> None:
        """Have the database verified, where it is not in use yet."""
        self.db  # noqa: B018

    def _forget_parent(self) -> None:
        # a connection must not be closed in a forked child: the parent's locks would go with it
        if self._connection is not None:
            _INHERITED.append(self._connection)
            self._make_tables()  # the rows that wait are the parent's
            self._follows = False
            self._joins = True

    # ------------------------------------------------------------------ opening

    def _open(self) -> sqlite3.Connection:
        self.was_damaged = False
        try:
            self.cache.make()
            if self._joins:
                return self._connect()
            try:
                connection = self._verified()
                if connection is not None:
                    return connection
            except sqlite3.OperationalError as error:
                if self._is_as_sealed():
                    raise unwritable(self.path, error) from error
            except sqlite3.DatabaseError:
                pass
            self.was_damaged = self.cache.stat(self._name) is not None
            self._delete()
            return self._create()
        except OSError as error:
            raise unwritable(self.path, error.strerror) from error

    def _verified(self) -> sqlite3.Connection | None:
        """A connection to the database that is there; None where it is damaged, or there is none."""
        self.cache.delete([f"{self._name}-journal"])  # it is of a store that was never finished, or a trap
        self._follows = False
        self._sums = self._read_sums()
        if self._sums is None or self.cache.stat(self._name) is None:
            return None
        if not self._has_log():
            if self.is_written_here(self._sums):
                return self._connect() if self._is_as_sealed(SLICE) else None
            if not self._is_as_sealed():
                return None
            connection = self._connect()
            self._note_stat()
            return connection
        as_sealed = self._is_as_sealed()
        connection = self._connect()
        try:
            image = connection.serialize()
            if (as_sealed and self._seal_of(connection) == self._sums.id) or self._sums.is_of(image):
                self._connection, self._pid = connection, os.getpid()
                self._seal(Sums.of_image(image, self._sums.size))
                return connection
        except BaseException:
            self._connection = None
            connection.close()
            raise
        connection.close()
        return None

    def _connect(self) -> sqlite3.Connection:
        """A connection to the database that is there. Raises sqlite3.DatabaseError where it is no store."""
        connection = sqlite3.connect(
            self.path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False, cached_statements=256
        )
        try:
            distrust(connection)
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=OFF")  # what a failure of power leaves is verified
            connection.execute("PRAGMA wal_autocheckpoint=0")
            check_schema(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _create(self) -> sqlite3.Connection:
        """A new database, sealed: a build that is killed from now on keeps what it had finished."""
        with sqlite3.connect(self.path, timeout=_BUSY_SECONDS, isolation_level=None) as connection:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.executescript(f"BEGIN;{TABLES}PRAGMA application_id={APPLICATION};COMMIT;")
            connection.execute(f"PRAGMA user_version={VERSION}")
        connection.close()
        with self._file() as file:
            data = file.read()
        self._sums = Sums.of_image(data, int.from_bytes(data[16:18], "big"))
        self._note_stat()
        return self._connect()

    def _read_sums(self) -> Sums | None:
        return Sums.decode(self.cache.read(_sums_name(self._name)))

    def _write_sums(self, sums: Sums) -> None:
        self.cache.replace(_sums_name(self._name), sums.encode())
        self._sums = sums

    def _note_stat(self) -> None:
        found = self.cache.stat(self._name)
        if self._sums is not None and found is not None:
            self._write_sums(self._sums.sealed(found))

    def _has_log(self) -> bool:
        found = self.cache.stat(f"{self._name}-wal")
        return found is not None and found.st_size > 0

    def _file(self) -> BinaryIO:
        return open(self.cache.open(self._name, os.O_RDONLY), "rb", buffering=0)

    def is_written_here(self, sums: Sums | None = None) -> bool:
        """Whether incdoc, on this machine, was the last to write to the file: it was not copied, nor cloned. So it is
        where there is no file."""
        found = self.cache.stat(self._name)
        if found is None:
            return True
        sums = sums or self._read_sums()
        return sums is not None and sums.stat == stat_of(found) and not self._has_log()

    def _is_as_sealed(self, count: int = 0) -> bool:
        """Whether the file matches its sums; ``count``: check only so many pages, others in each build."""
        if self._sums is None or self.cache.stat(self._name) is None:
            return False
        file = self._file()
        try:
            if not count:
                return self._sums.is_of_file(file)
            parts = -(-self._sums.length // count)
            return self._sums.is_of_part(file, time.time_ns() // 1000 % max(parts, 1) * count, count)
        finally:
            if self._connection is None:
                file.close()
            else:
                self._read_files.append(file)

    def _seal_of(self, connection: sqlite3.Connection) -> bytes | None:
        row = connection.execute("SELECT value FROM meta WHERE key = ?", (_SEAL,)).fetchone()
        return unsummed(_SEAL.encode(), bytes(row[0])) if row else None

    # ------------------------------------------------------------------ sealing

    def seal(self) -> None:
        """Move the log into the file. Only the owner does, and no child of it may write meanwhile."""
        if self._connection is None or self._sums is None or not self._has_log():
            return
        with open(self.cache.open(f"{self._name}-wal", os.O_RDONLY), "rb", buffering=0) as log:
            sums = self._sums.after(log)
        self._seal(sums or Sums.of_image(self.db.serialize(), self._sums.size))

    def _seal(self, sums: Sums) -> None:
        """``sums``: of file and log together."""
        assert self._connection is not None
        before = self._connection.execute("PRAGMA data_version").fetchone()
        self._write_sums(sums)
        self._follows = False
        busy = self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        if busy:  # another process reads: the sums are of file and log until the next time
            return
        if self._connection.execute("PRAGMA data_version").fetchone() != before:  # another process committed
            self._write_sums(Sums.of_image(self._connection.serialize(), sums.size))
        self._note_stat()

    def _follow(self, db: sqlite3.Connection) -> None:
        """Before the first row that is written: let the log begin with the id of the sums."""
        self._follows = True
        sums = self._read_sums() if self._joins else self._sums
        if sums is not None:
            db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (_SEAL, summed(_SEAL.encode(), sums.id)))
        db.execute("DELETE FROM meta WHERE key = ?", (PAGE_COUNT,))

    @property
    def writable(self) -> sqlite3.Connection:
        """A connection for writing."""
        db = self.db
        if not self._follows and not self._in_transaction:
            self._follow(db)
        return db

    @property
    def generation(self) -> bytes:
        """Of the file as it was sealed last, by any process; empty where that is not known."""
        return self._sums.id if self._sums is not None else b""

    # ------------------------------------------------------------------ damage

    def discard(self) -> None:
        """Delete the database: its contents are made again."""
        self._close_connection()
        self._delete()
        self.is_discarded = True

    def _delete(self) -> None:
        names = [self._name + suffix for suffix in ("", "-wal", "-shm", "-journal")]
        self.cache.delete([_sums_name(self._name), *names])
        self._sums = None

    @contextmanager
    def discards_damage(self) -> Iterator[None]:
        """A database whose damage shows in here is deleted. Raises IncdocError then: what was read before may be wrong;
        and where the file cannot be used, as on a full disk."""
        try:
            yield
        except sqlite3.DatabaseError as error:
            raise self.damage(error) from error

    def damage(self, error: Exception) -> IncdocError:
        """The exception for an error of the database; a damaged one is deleted."""
        failed = isinstance(error, sqlite3.OperationalError)
        if failed and (getattr(error, "sqlite_errorcode", 0) in _WRITE_ERRORS or self.is_sound()):
            return unwritable(self.path, error)
        self.discard()
        return IncdocError(DAMAGED.format(self.cache.name))

    def is_sound(self) -> bool:
        """Whether the file, all of it, is still as it was when it was opened."""
        return self._is_as_sealed()

    def close(self) -> None:
        """Write what is waiting, seal, and let go of the file; it may be opened again."""
        if self._connection is not None and self._pid != os.getpid():
            return  # the parent's
        try:
            with self.discards_damage():
                self.flush()
                if not self._joins:
                    if self._connection is not None and self._follows:
                        self.put_meta(PAGE_COUNT, str(self.pages.count()).encode())
                    self.seal()
        except OSError as error:
            raise unwritable(self.path, error.strerror) from error
        finally:
            self._close_connection()

    def _close_connection(self) -> None:
        if self._connection is not None and self._pid == os.getpid():
            self._connection.close()
        self._connection = None
        while self._read_files:
            self._read_files.pop().close()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """A transaction, or a part of the one that is open; waits for another writer."""
        if self._in_transaction:
            yield self.db
            return
        db = self.writable
        db.execute("BEGIN IMMEDIATE")
        self._in_transaction = True
        try:
            yield db
        except BaseException:
            db.execute("ROLLBACK")
            raise
        finally:
            self._in_transaction = False
        db.execute("COMMIT")

    # rows that wait to be written

    def flush(self) -> None:
        """Commit every row that waits."""
        self._flushed = self._clock()
        tables = self.facts, self.pages, self.fragments, self.states  # in a forked child, ``db`` makes others first
        if not (self.pages.done or any(table.waiting for table in tables)):
            return
        with self.transaction() as db:
            for table in tables:
                table.write(db)
        self._shorten_log()

    def _shorten_log(self) -> None:
        """Move a long log into the file, where this process alone writes."""
        if not (self._joins or self.shared):
            found = self.cache.stat(f"{self._name}-wal")
            if found is not None and found.st_size > _LONG_LOG:
                self.seal()

    def written(self) -> None:
        """Note that a row waits; write all of them if there are many, or they have waited for long."""
        if self._in_transaction:  # linking found lost facts and reads them again; the rows wait until it ends
            return
        waiting = len(self.facts.waiting) + len(self.pages.waiting) + len(self.states.waiting)
        if waiting >= _BATCH or self._clock() - self._flushed > _SECONDS:
            self.flush()

    @property
    def is_as_closed(self) -> bool:
        """Whether nothing was written since the database was closed by its last owner."""
        return not self._follows

    # singletons

    def get_meta(self, key: str) -> bytes | None:
        """A singleton's value."""
        row = self.db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        if row is None:
            return None
        value = unsummed(key.encode(), bytes(row[0]))
        if value is None:
            raise sqlite3.DatabaseError(f"the row of {key} is damaged")
        return value

    def put_meta(self, key: str, value: bytes) -> None:
        """Replace a singleton's value."""
        self.writable.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, summed(key.encode(), value)))

    def drop_meta(self, key: str) -> None:
        """Forget a singleton."""
        self.writable.execute("DELETE FROM meta WHERE key = ?", (key,))

    # what several tables know

    def forget(self, task: str) -> None:
        """Drop a task's key, or a source's facts: the next build makes them again."""
        self.flush()
        kind, _, subject = task.partition(":")
        if kind != "parse":
            self.pages.forget(task, _FORGOTTEN)
        elif (source := self.sources.get(subject)) is not None:
            with self.transaction():
                self.facts.forget(source[0])
                self.sources.forget(subject)

    def forget_all(self) -> None:
        """Drop all keys and facts."""
        self.flush()
        with self.transaction():
            self.facts.forget_all()
            self.fragments.drop_all()
            self.sources.forget()
            self.pages.forget_all(_FORGOTTEN)

    def query(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        return self.db.execute(sql, values).fetchall()


_INHERITED: list[sqlite3.Connection] = []

_open_stores: dict[str, Store] = {}


def store_path(config: Config) -> str:
    """Where a repository's store is."""
    return os.path.join(config.root, config.cache, file_name())


def open_store(path: str, joins: bool = False, clock: Callable[[], float] = time.monotonic) -> Store:
    """The one Store of this process at ``path``: doit's backend and the build share it. ``clock`` counts at the first
    call for a path."""
    path = os.path.abspath(path)
    if path not in _open_stores:
        _open_stores[path] = Store(path, joins, clock)
    return _open_stores[path]


def distrust(connection: sqlite3.Connection) -> None:
    """Disable what a database file from another computer could use to run code or to return wrong data."""
    connection.execute("PRAGMA trusted_schema=OFF")
    connection.execute("PRAGMA cell_size_check=ON")


def check_schema(connection: sqlite3.Connection) -> None:
    """Raise sqlite3.DatabaseError where a database is not a store of this release, and of nothing else."""
    rows = connection.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version != VERSION or len(rows) != len(STATEMENTS) or {sql for (sql,) in rows} != STATEMENTS:
        raise sqlite3.DatabaseError("the tables are not those of a store")


def _sums_name(database: str) -> str:
    return database.removesuffix(".db") + ".sum"
