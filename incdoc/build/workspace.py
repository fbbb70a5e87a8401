"""What a process keeps of one repository from one build to the next: a command builds once, a watch many times."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable

from incdoc.build.ahead import Executor
from incdoc.build.plan import Planner, open_tables
from incdoc.build.shelf import Shelf
from incdoc.build.work import Maker
from incdoc.config import Config
from incdoc.links.tables import Tables
from incdoc.pages.write import clean_scratch
from incdoc.sources import Listing, Stamps
from incdoc.store import Lock, Store


class Workspace:
    """An open store, the link tables as they were read, compiled templates, workers.

    ``pool`` and ``serial`` run work elsewhere and on the spot; ``say`` takes a line for people. Made anew where
    ``config`` or a template changed.
    """

    def __init__(self, config: Config, pool: Executor, serial: Executor, say: Callable[[str], None]) -> None:
        self.config = config
        self.pool = pool
        self.serial = serial
        self.say = say
        self.listing: Listing | None = None
        """The disk as the last build saw it."""
        self._pid = os.getpid()
        self.lock = Lock(os.path.join(config.root, config.cache, "lock"))
        self._open(copy=False)

    def _open(self, copy: bool) -> None:
        self.tables: Tables = open_tables(self.config, copy=copy)
        self.planner = Planner(self.tables, self.config)
        self.maker = Maker(self.config, self.tables, self.planner)
        self._shelf: Shelf | None = None

    @property
    def forked(self) -> bool:
        """Whether this is a copy in a process that doit forked to run one task."""
        return os.getpid() != self._pid

    @property
    def store(self) -> Store:
        """The store behind the tables."""
        return self.tables.store

    @property
    def shelf(self) -> Shelf:
        """The pages on disk."""
        if self._shelf is None:
            self._shelf = Shelf(self.config, self.store)
        return self._shelf

    @property
    def stamps(self) -> Stamps:
        """Those of the last scan, of this process or an earlier one."""
        return self.listing.stamps if self.listing else Stamps.decode(self.store.get_meta("sources") or b"")

    def own(self) -> None:
        """Become the tree's one builder. Raises BusyError."""
        if self.lock.held:
            return
        self.lock.acquire(self.say)
        gc.disable()  # a build makes millions of objects and hardly a cycle
        _mark_cache(self.config)
        clean_scratch(self.config.root, self.config.cache)

    def look_ahead(self) -> None:
        """From now on in a copy of the store: whoever only asks sees what a build would do, and leaves no trace."""
        self.store.flush()
        self._open(copy=True)

    def save(self) -> None:
        """Write the stamps, so that the next process need not read."""
        if not self.lock.held:
            return
        if self.listing is not None and self.listing.stamps.changed:
            self.store.put_meta("sources", self.listing.stamps.encode())
            self.listing.stamps.changed = False
        self.shelf.save()

    def close(self) -> None:
        """End the workers, let go of store and tree."""
        self.pool.close()
        self.maker.close()
        self.store.close()
        self.lock.release()


def _mark_cache(config: Config) -> None:
    """The cache folder keeps itself out of git."""
    ignore = os.path.join(config.root, config.cache, ".gitignore")
    if not os.path.exists(ignore):
        with open(ignore, "w", encoding="utf-8") as stream:
            stream.write("*\n")
