"""The store: one SQLite database, opened once a process, written in short transactions.

A writer collects rows and commits them in batches (``flush``), so that a killed run keeps what it had finished and
no transaction stays open while another process (a forked worker of ``doit -n``) wants to write.
"""

from __future__ import annotations

import os
import sqlite3
import time
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from incdoc.config import IncdocError
from incdoc.store.lock import make_cache, unwritable
from incdoc.store.schema import TABLES, VERSION

if TYPE_CHECKING:
    from incdoc.config import Config

_BATCH = 512
_SECONDS = 0.5
_BUSY_SECONDS = 30.0


def file_name() -> str:
    """The store's file below the cache folder."""
    return f"store-{VERSION}.db"


class Store:
    """The database at ``path``; made when it is not there, made anew when it is damaged.

    Threads may share it where they take turns, as those of a Session do. After a fork the child opens a connection of
    its own at its first use.
    """

    def __init__(self, path: str, clock: Callable[[], float] = time.monotonic) -> None:
        self.path = path
        self._clock = clock
        """Seconds: says how long rows have waited."""
        self._pid = 0
        self._connection: sqlite3.Connection | None = None
        self._facts: dict[bytes, bytes] = {}
        self._pages: dict[str, tuple[str, bytes, bytes]] = {}
        self._by_task: dict[str, list[str]] = {}
        """The keys of ``_pages`` by task."""
        self._states: dict[str, str | None] = {}
        self._done: set[str] = set()
        self._flushed = clock()
        self._in_transaction = False

    @property
    def db(self) -> sqlite3.Connection:
        """This process's connection, in autocommit mode."""
        if self._connection is None or self._pid != os.getpid():
            self._forget_parent()
            self._connection = self._open()
            self._pid = os.getpid()
        return self._connection

    def _forget_parent(self) -> None:
        # a connection must not be closed in a forked child: the parent's locks would go with it
        if self._connection is not None:
            _INHERITED.append(self._connection)
            self._facts, self._pages, self._states, self._done = {}, {}, {}, set()
            self._by_task = {}

    def _open(self) -> sqlite3.Connection:
        try:
            make_cache(os.path.dirname(self.path))
        except OSError as error:
            raise unwritable(error.filename, error.strerror) from error
        try:
            return self._connect_in_turn()
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError:
            self.discard()
            return self._connect()

    def _connect_in_turn(self) -> sqlite3.Connection:
        """Two processes that make the file at once: the change to WAL does not wait for another's, so wait here."""
        deadline = time.monotonic() + _BUSY_SECONDS
        while True:
            try:
                return self._connect()
            except sqlite3.OperationalError as error:
                if "locked" not in str(error) or time.monotonic() > deadline:
                    raise
                time.sleep(0.01)

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self.path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False, cached_statements=256
        )
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=NORMAL")
            if connection.execute("PRAGMA user_version").fetchone()[0] != VERSION:
                connection.executescript(TABLES)
                connection.execute(f"PRAGMA user_version={VERSION}")
        except BaseException:
            connection.close()
            raise
        return connection

    @property
    def writable(self) -> sqlite3.Connection:
        """The connection for whoever writes."""
        return self.db

    @property
    def is_open(self) -> bool:
        """Whether the database is in use; it is not after ``discard``."""
        return self._connection is not None

    def generation(self) -> tuple[int, int]:
        """Stays the same until another process, or another database in its place, wrote something."""
        try:
            inode = os.stat(self.path).st_ino
        except FileNotFoundError:
            inode = 0
        return inode, self.db.execute("PRAGMA data_version").fetchone()[0]

    def discard(self) -> None:
        """Delete the database: what it knew is made again."""
        if self._connection is not None and self._pid == os.getpid():
            self._connection.close()
        self._connection = None
        for suffix in ("", "-wal", "-shm"):
            with suppress(FileNotFoundError):
                os.unlink(self.path + suffix)

    @contextmanager
    def healing(self) -> Iterator[None]:
        """A database whose damage shows in here is deleted. Raises IncdocError then: what was read before may lie; and
        where the file cannot be used, as on a full disk."""
        try:
            yield
        except sqlite3.DatabaseError as error:
            raise self.healed(error) from error

    def healed(self, error: sqlite3.DatabaseError) -> IncdocError:
        """What to say of an error of the database; one that is damaged is deleted."""
        if isinstance(error, sqlite3.OperationalError):
            return unwritable(self.path, error)
        self.discard()
        return IncdocError(f"The cache {os.path.dirname(self.path)} was damaged and is deleted: build again.")

    def close(self) -> None:
        """Write what is waiting and let go of the file."""
        if self._connection is not None and self._pid != os.getpid():
            return  # the parent's
        try:
            with self.healing():
                self.flush()
        finally:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing; waits for another writer."""
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

    # what waits to be written

    def flush(self) -> None:
        """Commit every row that waits."""
        self._flushed = self._clock()
        if not (self._facts or self._pages or self._states or self._done):
            return
        facts, self._facts = self._facts, {}
        pages, self._pages = self._pages, {}
        self._by_task.clear()
        states, self._states = self._states, {}
        done, self._done = self._done, set()
        with self.transaction() as db:
            db.executemany("INSERT OR REPLACE INTO fact VALUES (?, ?)", facts.items())
            db.executemany(
                "INSERT OR REPLACE INTO page VALUES (?, ?, ?, ?)",
                [(path, task, key, digest) for path, (task, key, digest) in pages.items()],
            )
            db.executemany("DELETE FROM pending WHERE task = ?", [(task,) for task in done])
            db.executemany(
                "INSERT OR REPLACE INTO doit VALUES (?, ?)",
                [(task, data) for task, data in states.items() if data is not None],
            )
            db.executemany(
                "DELETE FROM doit WHERE task = ?", [(task,) for task, data in states.items() if data is None]
            )

    def _written(self) -> None:
        if self._in_transaction:  # of a link that met facts which were lost; the rows wait for its end
            return
        waiting = len(self._facts) + len(self._pages) + len(self._states)
        if waiting >= _BATCH or self._clock() - self._flushed > _SECONDS:
            self.flush()

    # facts

    def put_facts(self, key: bytes, data: bytes) -> None:
        """Keep the encoded facts of one content."""
        self._facts[key] = zlib.crc32(data).to_bytes(4, "big") + data
        self._written()

    def get_facts(self, key: bytes) -> bytes | None:
        """The encoded facts of one content, or None where they are not there or damaged."""
        row = self._facts.get(key)
        if row is None:
            found = self.db.execute("SELECT data FROM fact WHERE key = ?", (key,)).fetchone()
            if found is None:
                return None
            row = bytes(found[0])
        if zlib.crc32(row[4:]).to_bytes(4, "big") != row[:4]:
            return None
        return row[4:]

    def known_facts(self, keys: Iterable[bytes]) -> set[bytes]:
        """Which of ``keys`` the store has facts for."""
        wanted = list(keys)
        found = {key for key in wanted if key in self._facts}
        for start in range(0, len(wanted), 500):
            chunk = wanted[start : start + 500]
            marks = ",".join("?" * len(chunk))
            found.update(
                bytes(key) for (key,) in self.db.execute(f"SELECT key FROM fact WHERE key IN ({marks})", chunk)
            )
        return found

    # sources, as the link tables have them

    def source(self, path: str) -> tuple[bytes, bytes] | None:
        """(identity, encoded card) of a source."""
        row = self.db.execute("SELECT identity, card FROM source WHERE path = ?", (path,)).fetchone()
        return (bytes(row[0]), bytes(row[1])) if row else None

    def sources(self) -> dict[str, tuple[bytes, bytes]]:
        """``source`` of all."""
        rows = self.db.execute("SELECT path, identity, card FROM source")
        return {path: (bytes(identity), card) for path, identity, card in rows}

    def has_sources(self) -> bool:
        """Whether there is any."""
        return self.db.execute("SELECT 1 FROM source LIMIT 1").fetchone() is not None

    def odd_sources(self) -> list[str]:
        """Those that are read for no facts: links, devices, binary files."""
        return [path for (path,) in self.db.execute("SELECT path FROM source WHERE identity = x''")]

    def blob_of(self, path: str) -> str | None:
        """The blob id, in hex, of a source whose facts are known."""
        row = self.source(path)
        return row[0][:-8].hex() or None if row else None

    # pages

    def put_page(self, path: str, task: str, key: bytes, digest: bytes) -> None:
        """Record that ``path`` holds the text of ``key``."""
        self._pages[path] = (task, key, digest)
        self._by_task.setdefault(task, []).append(path)
        self._written()

    def get_page(self, path: str) -> tuple[str, bytes, bytes] | None:
        """(task, key, digest of the text) of a page as it was written."""
        if path in self._pages:
            return self._pages[path]
        row = self.db.execute("SELECT task, key, digest FROM page WHERE path = ?", (path,)).fetchone()
        return (row[0], bytes(row[1]), bytes(row[2])) if row else None

    def task_pages(self, task: str) -> list[str]:
        """The pages that a task wrote, sorted."""
        return sorted(self.task_keys(task))

    def task_keys(self, task: str) -> dict[str, bytes]:
        """The pages that a task wrote, and the key that they hold the text of."""
        rows = self.db.execute("SELECT path, key FROM page WHERE task = ?", (task,))
        found = {str(path): bytes(key) for path, key in rows if path not in self._pages}
        for path in self._by_task.get(task, ()):
            if path in self._pages and self._pages[path][0] == task:
                found[path] = self._pages[path][1]
        return found

    def page_keys(self) -> dict[str, dict[str, bytes]]:
        """``task_keys`` of every task that wrote a page."""
        found: dict[str, dict[str, bytes]] = {}
        for path, (task, key, _) in self.all_pages().items():
            found.setdefault(task, {})[path] = key
        return found

    def all_pages(self) -> dict[str, tuple[str, bytes, bytes]]:
        """Every recorded page."""
        self.flush()
        return {
            path: (task, bytes(key), bytes(digest))
            for path, task, key, digest in self.db.execute("SELECT path, task, key, digest FROM page")
        }

    def page_count(self) -> int:
        """How many pages are recorded."""
        self.flush()
        return int(self.db.execute("SELECT count(*) FROM page").fetchone()[0])

    def has_pages(self) -> bool:
        """Whether there is any."""
        return self.db.execute("SELECT 1 FROM page LIMIT 1").fetchone() is not None

    def tasks_from(self, prefix: str) -> list[str]:
        """The tasks of recorded pages whose names begin with ``prefix``."""
        rows = self.db.execute(
            "SELECT DISTINCT task FROM page WHERE task >= ? AND task < ?", (prefix, prefix + "\U0010ffff")
        )
        return [task for (task,) in rows]

    def page_digests(self) -> dict[str, bytes]:
        """The digest of the text of every recorded page."""
        self.flush()
        return dict(self.db.execute("SELECT path, digest FROM page").fetchall())

    def drop_page(self, path: str) -> None:
        """Forget a page."""
        self._pages.pop(path, None)
        self.writable.execute("DELETE FROM page WHERE path = ?", (path,))

    def finish(self, task: str) -> None:
        """The task's pages are what its inputs say: it is no longer pending."""
        self._done.add(task)

    def pending(self) -> dict[str, str]:
        """Tasks to look at and why."""
        return dict(self.db.execute("SELECT task, reason FROM pending ORDER BY task").fetchall())

    # singletons

    def get_meta(self, key: str) -> bytes | None:
        """A singleton's value."""
        row = self.db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return bytes(row[0]) if row else None

    def put_meta(self, key: str, value: bytes) -> None:
        """Replace a singleton's value."""
        self.writable.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    # stamps

    def get_stamps(self, kind: str) -> tuple[bytes, list[tuple[str, bytes]]]:
        """(encoded stamps, rows that changed since) of ``sources`` or ``pages``."""
        rows = self.db.execute("SELECT path, row FROM stamp WHERE kind = ?", (kind,))
        return self.get_meta(kind) or b"", [(os.fsdecode(bytes(path)), bytes(row)) for path, row in rows]

    def put_stamps(self, kind: str, data: bytes, state: bytes) -> None:
        """Replace the encoded stamps. ``state``: what the link tables are up to, where the stamps are too."""
        with self.transaction() as db:
            db.execute("DELETE FROM stamp WHERE kind = ?", (kind,))
            db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (kind, data))
            db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (f"{kind}:state", state))

    def add_stamps(self, kind: str, rows: Iterable[tuple[str, bytes]], state: bytes) -> None:
        """Note rows that changed since ``put_stamps``."""
        with self.transaction() as db:
            db.executemany(
                "INSERT OR REPLACE INTO stamp VALUES (?, ?, ?)", ((kind, os.fsencode(path), row) for path, row in rows)
            )
            db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (f"{kind}:state", state))

    def stamp_count(self, kind: str) -> int:
        """How many rows were noted since ``put_stamps``."""
        return int(self.db.execute("SELECT count(*) FROM stamp WHERE kind = ?", (kind,)).fetchone()[0])

    # doit's state

    def put_state(self, task: str, data: str | None) -> None:
        """Keep (or, with None, forget) doit's record of a task."""
        self._states[task] = data
        self._written()

    def get_state(self, task: str) -> str | None:
        """doit's record of a task."""
        if task in self._states:
            return self._states[task]
        row = self.db.execute("SELECT data FROM doit WHERE task = ?", (task,)).fetchone()
        return str(row[0]) if row else None

    def recorded_states(self) -> set[str]:
        """The tasks that doit has a record of."""
        self.flush()
        return {str(task) for (task,) in self.db.execute("SELECT task FROM doit")}

    def clear_states(self) -> None:
        """Forget doit's record of every task."""
        self._states.clear()
        self.writable.execute("DELETE FROM doit")

    def forget(self, task: str) -> None:
        """A task's page has no key any more, a source's facts are unknown: the next build makes them."""
        self.flush()
        kind, _, subject = task.partition(":")
        with self.transaction() as db:
            if kind == "parse":
                row = db.execute("SELECT identity FROM source WHERE path = ?", (subject,)).fetchone()
                if row:
                    db.execute("DELETE FROM fact WHERE key = ?", (row[0],))
                    db.execute("UPDATE source SET identity = x'00' WHERE path = ?", (subject,))
                    db.execute("DELETE FROM meta WHERE key = 'linked'")
            else:
                db.execute("UPDATE page SET key = x'' WHERE task = ?", (task,))
                db.execute(
                    "INSERT OR IGNORE INTO pending SELECT DISTINCT task, 'it was forgotten' FROM page WHERE task = ?",
                    (task,),
                )

    def forget_all(self) -> None:
        """No key and no facts are known any more."""
        self.flush()
        with self.transaction() as db:
            db.execute("DELETE FROM fact")
            db.execute("UPDATE source SET identity = x'00'")
            db.execute("DELETE FROM meta WHERE key = 'linked'")
            db.execute("UPDATE page SET key = x''")
            db.execute("INSERT OR IGNORE INTO pending SELECT DISTINCT task, 'it was forgotten' FROM page")

    def query(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        return self.db.execute(sql, values).fetchall()


_INHERITED: list[sqlite3.Connection] = []

_open_stores: dict[str, Store] = {}


def store_path(config: Config) -> str:
    """Where a repository's store is."""
    return os.path.join(config.root, config.cache, file_name())


def open_store(path: str, clock: Callable[[], float] = time.monotonic) -> Store:
    """The one Store of this process at ``path``: doit's backend and the build share it. ``clock`` counts at the first
    call for a path."""
    path = os.path.abspath(path)
    if path not in _open_stores:
        _open_stores[path] = Store(path, clock)
    return _open_stores[path]
