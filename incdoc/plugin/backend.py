"""doit's BACKEND: its task state in incdoc's store, committed during the run.

``doit forget`` affects the pages too: a forgotten page task has no key any more, a forgotten ``parse`` no facts.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from doit.exceptions import InvalidCommand

from incdoc.engine.mode import Mode
from incdoc.plugin.active_build import active_build
from incdoc.plugin.tasks import PARSE, own_kind, planned

if TYPE_CHECKING:
    from incdoc.store import Store


class StoreBackend:
    """doit's interface of a backend. ``name``: the database file; ``codec``: doit's codec of one task's data."""

    desc = "incdoc's store"

    def __init__(self, name: str, codec: Any, *, module_name: str | None = None) -> None:
        self.name = os.path.abspath(name)
        self.codec = codec
        self._snapshot: Store | None = None
        self._read: dict[str, dict[str, Any]] = {}
        self._dirty: set[str] = set()
        self._recorded: set[str] | None = None
        self._lock: Any = None

    @property
    def _store(self) -> Store:
        """The store of a build; for a read-only command, a snapshot."""
        from incdoc.store import open_store

        session = active_build.session
        if self._lock is not None or (session is not None and session.workspace.mode is Mode.BUILD):
            return open_store(self.name)
        if session is not None and session.store.path == self.name:
            return session.store
        if self._snapshot is None:
            from incdoc.store.snapshot import Snapshot

            self._snapshot = Snapshot(self.name)
        return self._snapshot

    @contextmanager
    def _discards_damage(self) -> Iterator[None]:
        from incdoc.config import IncdocError

        try:
            with self._store.discards_damage():
                yield
        except IncdocError as error:
            raise InvalidCommand(str(error)) from None  # doit prints its message, and a traceback for other exceptions

    def _own(self) -> None:
        """A command that forgets or ignores a task is no build, and must not change the store under one."""
        session = active_build.session
        if self._lock is not None or (session is not None and session.workspace.mode is Mode.BUILD):
            return
        from incdoc.config import IncdocError
        from incdoc.store import CacheFolder, Lock, lock_path

        active_build.close()  # the snapshot of a read-only command keeps builds waiting
        self._leave_snapshot()
        lock = Lock(lock_path(self.name))
        try:
            if session is not None:
                CacheFolder.of(session.config).make()
            lock.acquire(active_build.say)
        except IncdocError as error:
            raise InvalidCommand(str(error)) from None
        self._lock = lock

    def _leave_snapshot(self) -> None:
        if self._snapshot is not None:
            self._snapshot.close()
            self._snapshot = None

    def get(self, task_id: str, dependency: str) -> Any:
        """A value, or None."""
        value = self._data(task_id).get(dependency)
        if value is None and dependency[-1:] != ":" and own_kind(task_id) == PARSE and ":" in task_id:
            from incdoc.store.facts import unpack_key

            # facts that were found by content, or by a run that was killed, were never "executed" for doit
            with self._discards_damage():
                source = self._store.sources.get(planned(task_id).partition(":")[2])
            return unpack_key(source[0])[0].hex() or None if source is not None else None
        return value

    def set(self, task_id: str, dependency: str, value: Any) -> None:
        """Keep a value; for incdoc's own tasks only ``ignore``, because their results are in the store already."""
        if dependency != _IGNORE and own_kind(task_id):
            return
        self._data(task_id)[dependency] = value
        self._dirty.add(task_id)
        if len(self._dirty) > _BATCH:
            self._write(keep=task_id)

    def in_(self, task_id: str) -> bool:
        """Whether the task is known."""
        return bool(self._data(task_id))

    def remove(self, task_id: str) -> None:
        """Forget a task, and its key or facts."""
        self._own()
        self._read[task_id] = {}
        self._dirty.discard(task_id)
        with self._discards_damage():
            self._store.states.put(task_id, None)
            self._store.forget(planned(task_id))

    def remove_all(self) -> None:
        """Forget every task."""
        self._own()
        self._read.clear()
        self._dirty.clear()
        with self._discards_damage():
            self._store.states.clear()
            self._store.forget_all()

    def dump(self) -> None:
        """Write the waiting values; called once, at the end."""
        if self._dirty:
            self._own()
        if self._lock is not None or active_build.session is not None:
            with self._discards_damage():
                self._write()
                if self._lock is None:
                    self._store.flush()
                else:
                    self._store.close()
        if self._lock is not None:
            self._lock.release()
            self._lock = None
        self._leave_snapshot()

    def _data(self, task_id: str) -> dict[str, Any]:
        data = self._read.get(task_id)
        if data is None:
            if self._recorded is None:
                with self._discards_damage():
                    self._recorded = self._store.states.tasks()
            text = None
            if task_id in self._recorded:
                with self._discards_damage():
                    text = self._store.states.get(task_id)
            data = self._read[task_id] = self.codec.decode(text) if text else {}
        return data

    def _write(self, keep: str = "") -> None:
        for task_id in self._dirty - {keep}:
            if self._recorded is not None:
                self._recorded.add(task_id)
            self._store.states.put(task_id, self.codec.encode(self._read.pop(task_id)))
        self._dirty &= {keep}


_BATCH = 256
_IGNORE = "ignore:"
