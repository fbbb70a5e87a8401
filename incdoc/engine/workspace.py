"""The state that a process keeps between builds of one repository: a command builds once, a watch many times."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from msgspec.structs import replace

from incdoc.config import Config, IncdocError, SettingError, SourceError
from incdoc.engine.keys import digests
from incdoc.engine.output import OutputFolder, writer_of
from incdoc.engine.stamp_store import load_stamps, save_stamps
from incdoc.engine.tasks import KINDS
from incdoc.engine.versions import links_version
from incdoc.pages.write import Comparer, Writer
from incdoc.sources import Entry, Listing, Stamps, git, read_file
from incdoc.sources.blob import printable
from incdoc.sources.objects import Objects, absent
from incdoc.store import WAIT_SECONDS, CacheFolder, Lock, Store, lock_path, open_store, store_path
from incdoc.store.lock import unwritable

if TYPE_CHECKING:
    from incdoc.engine.plan import Planner
    from incdoc.engine.worker import Maker
    from incdoc.executors.prefetch import Executor, Submitter
    from incdoc.links.tables import Tables

FEW = 8
"""Up to so many sources are read by one worker or two: a pool takes longer to start."""
FEW_PAGES = 48
"""Up to so many pages are made on the spot: a thousand take a second, and workers for them inherit all link tables."""
_WARM_SIZE = 64 * 1024
_WARM_EACH = 3


class Workspace:
    """An open store, the link tables as they were read, compiled templates, workers.

    ``pool`` and ``serial`` run work in other processes and in this one; ``say`` gets lines for the user. A watch makes
    a new workspace when all files are checked: after a change of settings or templates, another build, lost events.
    """

    def __init__(self, config: Config, pool: Executor, serial: Executor, say: Callable[[str], None]) -> None:
        self.config = config
        self.pool = pool
        self.serial = serial
        self.say = say
        self.still_written: Callable[[Mapping[str, Entry | None]], Iterable[str]] = lambda changes: ()
        """Returns the changed sources that are still being written, and are left for the next build."""
        self.listing: Listing | None = None
        """The listing of the last build."""
        self.stamped = b""
        """The state of the sources to which this process's stamps belong."""
        self.linked = b""
        """The state of the sources to which the link tables belong; empty if it is not known."""
        self.is_dry_run = False
        """Whether everything is done as in a build, but nothing is written to the disk."""
        self.incomplete = False
        """Whether a read-only command's answer leaves out a source that could not be read."""
        self._pid = os.getpid()
        self.lock = Lock(lock_path(store_path(config)))
        self._copy: Store | None = None
        self._objects = Objects(config.root)
        self.digests = digests(config)
        """What every page of a kind depends on besides its inputs."""

    def writer(self, output: str = "") -> Writer:
        """A writer of pages below ``output``, by default that of the settings; to be closed."""
        config = replace(self.config, output=output) if output else self.config
        return writer_of(config, Comparer if self.is_dry_run else Writer)

    def content(self, path: str, blob: bytes) -> bytes:
        """The bytes of a source that the checkout leaves out. Raises SourceError where git does not have them."""
        data = self._objects.read(blob)
        if data is None:
            raise absent(path)
        return data

    @property
    def forked(self) -> bool:
        """Whether this is a copy in a process that doit forked for one task."""
        return os.getpid() != self._pid

    @property
    def store(self) -> Store:
        """The store; in read-only commands a snapshot."""
        return self._copy or self._own_store

    @cached_property
    def _own_store(self) -> Store:
        return open_store(store_path(self.config))

    @cached_property
    def tables(self) -> Tables:
        """The link tables of the store."""
        from incdoc.engine.plan import tables_of

        return tables_of(self.config, self.store)

    @cached_property
    def planner(self) -> Planner:
        """Plans from the tables."""
        from incdoc.engine.plan import Planner

        return Planner(self.tables, self.config, self.digests)

    @cached_property
    def maker(self) -> Maker:
        """Makes pages from the tables; keeps compiled templates."""
        from incdoc.engine.worker import Maker

        return Maker(self.config, self.tables, self.planner, self.writer())

    @cached_property
    def output_folder(self) -> OutputFolder:
        """The pages on disk."""
        return OutputFolder(self.config, self.store, self.writer, keeps=not self.is_dry_run)

    @property
    def stamps(self) -> Stamps:
        """Those of the last scan, of this process or an earlier one; none that another version of incdoc noted."""
        if self.listing is not None:
            return self.listing.stamps
        if self.store.get_meta("links") != links_version():
            return Stamps()
        self.stamped = self.store.get_meta("sources:state") or b""
        return load_stamps(self.store, "sources")

    def lock_tree(self, seconds: float = WAIT_SECONDS) -> None:
        """Lock the tree for a build, within so many ``seconds``. Raises BusyError; SourceError if the root does not
        exist, SettingError if the cache folder cannot be used."""
        if self.lock.held:
            return
        self.require_root()
        cache = CacheFolder.of(self.config)
        cache.examine()
        self._leave_snapshot()
        refuse_tracked(self.config, self._own_store)
        try:
            cache.make()
        except OSError as error:
            raise unwritable(cache.path, error.strerror) from error
        try:
            self.lock.acquire(self.say, seconds)
        except SettingError:
            self.require_root()  # it may have been deleted while this process waited
            raise
        try:
            cache.clean()
        except BaseException:
            self.lock.release()
            raise
        gc.disable()  # a build makes millions of objects and hardly any cycles

    def let_go(self) -> None:
        """Let others build: what is known is in the store, whose file is closed."""
        if not self.lock.held:
            return
        try:
            self._own_store.close()
        finally:
            self.lock.release()

    def fresh_workers(self) -> Executor:
        """End the workers; new ones inherit the memory of this process as it is now."""
        self.pool.close()
        gc.freeze()  # garbage collection in forked workers must not touch shared memory
        return self.pool

    def require_root(self) -> None:
        """Raise SourceError if the root does not exist: it is not made again."""
        if not os.path.isdir(self.config.root):
            raise SourceError(f"{printable(self.config.root)} does not exist: nothing is built.")

    def readers(self, count: int) -> Submitter:
        """What reads so many sources."""
        return self.pool.few if count <= FEW else self.pool

    @property
    def builds(self) -> bool:
        """Whether this is a build or a dry run, not a read-only command."""
        return self.lock.held or self.is_dry_run

    def dry_run(self, blank: bool = False) -> None:
        """Build without writing: in a snapshot of the store, with a comparing writer. ``blank``: without the store."""
        gc.disable()
        self.is_dry_run = True
        self._continue_in_snapshot(blank)

    def use_snapshot(self) -> None:
        """Use a snapshot of the store from now on: read-only commands see what a build would do, and write nothing."""
        if self._copy is None:
            self._continue_in_snapshot()

    def _continue_in_snapshot(self, blank: bool = False) -> None:
        from incdoc.store.snapshot import Snapshot

        self._copy = Snapshot(store_path(self.config), blank=True)  # of a folder that is refused, nothing is used
        CacheFolder.of(self.config).examine()
        if not blank:
            refuse_tracked(self.config, self._copy)
            self._copy = Snapshot(store_path(self.config))
        self.forget_tables()

    def _leave_snapshot(self) -> None:
        """Build from now on, after a read-only question."""
        if self._copy is not None:
            self._copy.close()
            self._copy = None
            self.forget_tables()

    def forget_tables(self) -> None:
        """What was read of the store is not so any more."""
        for made in ("tables", "planner", "maker", "output_folder"):
            self.__dict__.pop(made, None)

    def warm_up(self) -> None:
        """Read and render a few sources without keeping or writing anything, so that the next build is fast."""
        from incdoc import languages
        from incdoc.engine.fact_reader import collected, item, reading
        from incdoc.links.names import parent

        if self.listing is None:
            return
        by_size: dict[str, list[Entry]] = {}
        for entry in sorted(self.listing.entries.values(), key=lambda entry: -entry.size):
            if entry.kind == "file" and entry.size <= _WARM_SIZE:
                by_size.setdefault(languages.detect(entry.path).extractor, []).append(entry)
        for extractor, entries in by_size.items():
            for entry in entries[:_WARM_EACH] if extractor != "binary" else ():
                try:
                    data = read_file(os.path.join(self.config.root, entry.path))[0]
                    collected(reading(self.readers(1), iter([item(entry.path, data)])), entry.path)
                    folder = parent(entry.path) or "."
                    for kind in KINDS:
                        subject = entry.path if kind in ("docs", "kw") else "/" if kind == "keywords" else folder
                        planned = self.planner.page(f"{kind}:{subject}")
                        if planned is not None:
                            self.maker.texts(planned)
                except IncdocError:
                    continue  # the next build reports it

    def save(self) -> None:
        """Write the stamps, so that the next process need not read files."""
        if not self.lock.held:
            return
        with self.store.discards_damage():
            if self.listing is not None:
                save_stamps(self.store, "sources", self.listing.stamps, self.linked)
                self.stamped = self.linked
            self.output_folder.save()

    def rest(self) -> None:
        """End what only a build needs, until the next one."""
        self._objects.close()

    def close(self) -> None:
        """End the workers, close the store and release the lock."""
        self.pool.end()
        self.rest()
        if "output_folder" in self.__dict__:
            self.output_folder.close()
        if "maker" in self.__dict__:
            from incdoc.engine.worker import prepare

            prepare(None)  # a later build of this process must not make pages from these tables
            self.maker.close()
        try:
            self.store.close()
        finally:
            self.lock.release()


def refuse_tracked(config: Config, store: Store) -> None:
    """Raise SettingError where git tracks a store that incdoc did not write on this machine: a clone brought it.

    Git is asked only where the file was copied or damaged, or a build was killed.
    """
    if store.is_written_here():
        return
    repository = git.find(config.root)
    tracked = git.ask(config.root, "ls-files", "-z", "--cached", "--", config.cache) if repository else None
    names = (tracked or b"").decode("utf-8", "replace").split("\0")
    if any(name.rpartition("/")[2].startswith("store-") for name in names):
        raise SettingError(
            f"cache folder {config.cache} is tracked by git, so it may come from another computer and is not used. "
            f"Take it out of git and delete it: git rm -r -q --cached {config.cache} && rm -r {config.cache}"
        )
