"""doit's own records of tasks."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from incdoc.store.database import Store


class DoitState:
    """The table ``doit`` of ``store``."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.waiting: dict[str, str | None] = {}
        """Rows that are not written yet; None for one to be deleted."""

    def put(self, task: str, data: str | None) -> None:
        """Keep (or, with None, forget) doit's record of a task."""
        self.waiting[task] = data
        self._store.written()

    def get(self, task: str) -> str | None:
        """doit's record of a task."""
        if task in self.waiting:
            return self.waiting[task]
        row = self._store.db.execute("SELECT data FROM doit WHERE task = ?", (task,)).fetchone()
        return str(row[0]) if row else None

    def tasks(self) -> set[str]:
        """The tasks that doit has a record of."""
        self._store.flush()
        return {str(task) for (task,) in self._store.db.execute("SELECT task FROM doit")}

    def clear(self) -> None:
        """Forget doit's record of every task."""
        self.waiting.clear()
        self._store.writable.execute("DELETE FROM doit")

    def write(self, db: sqlite3.Connection) -> None:
        """Write the rows that wait."""
        rows, self.waiting = self.waiting, {}
        db.executemany(
            "INSERT OR REPLACE INTO doit VALUES (?, ?)",
            [(task, data) for task, data in rows.items() if data is not None],
        )
        db.executemany("DELETE FROM doit WHERE task = ?", [(task,) for task, data in rows.items() if data is None])
