"""The state that a process keeps between builds of one repository: a command builds once, a watch many times."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from incdoc.config import Config, IncdocError, SettingError, SourceError
from incdoc.engine.garbage import Pause
from incdoc.engine.keys import digests, reach
from incdoc.engine.mode import Mode
from incdoc.engine.output import OutputFolder, writer_of
from incdoc.engine.stamp_store import load_stamps, save_stamps
from incdoc.engine.versions import links_version
from incdoc.languages import Languages
from incdoc.pages.kinds import active, kind_of, task_of
from incdoc.pages.write import Comparer, Writer
from incdoc.sources import Entry, Listing, Stamps, git, read_file
from incdoc.sources.blob import printable
from incdoc.sources.objects import Objects, absent
from incdoc.store import WAIT_SECONDS, CacheFolder, Lock, Store, lock_path, open_store, store_path
from incdoc.store.lock import unwritable
from incdoc.thresholds import SOURCES_WITHOUT_POOL

if TYPE_CHECKING:
    from incdoc.engine.plan import Planner
    from incdoc.engine.sharing import Sharing
    from incdoc.engine.worker import Maker
    from incdoc.executors.protocol import Executor, Executors, Submitter
    from incdoc.links.tables import Tables

_WRITES = (Mode.BUILD, Mode.WORKER)
_WARM_SIZE = 64 * 1024
_WARM_EACH = 3


class Workspace:
    """An open store, the link tables as they were read, compiled templates, workers.

    ``executors`` run work in other processes and in this one; ``say`` gets lines for the user; ``blank``: a
    snapshot is empty, whatever is in the store. A watch makes a new workspace when all files are checked: after a
    change of settings or templates, another build, lost events. Raises SettingError where a query or a dry run cannot
    use the cache folder.
    """

    def __init__(
        self,
        config: Config,
        executors: Executors,
        say: Callable[[str], None],
        mode: Mode,
        *,
        blank: bool = False,
    ) -> None:
        self.config = config
        self.languages = Languages.of(config)
        self.executors = executors
        self.say = say
        self.note = say
        """Gets lines about the run, which the user need not act on."""
        self.progress: Callable[[str, int, int], None] = lambda stage, done, total: None
        """Gets (stage, steps that are done, all steps) while work is done that no task of doit's does; an empty stage
        at its end."""
        self.shares = config.remote is not None and not blank
        """Whether facts may come from a shared cache: not where everything is made from nothing."""
        self.sampled = 0
        """How many of each hundred sources whose facts a shared cache has are read all the same."""
        self.mode = mode
        self.still_written: Callable[[Mapping[str, Entry | None]], Iterable[str]] = lambda changes: ()
        """Returns the changed sources that are still being written, and are left for the next build."""
        self.listing: Listing | None = None
        """The listing of the last build."""
        self.stamps_state = b""
        """The state of the sources to which this process's stamps belong."""
        self.linked = b""
        """The state of the sources to which the link tables belong; empty if it is not known."""
        self.indexed: set[str] = set()
        """The sources and folders whose entries in the global index changed; for a search, which forgets them."""
        self.incomplete = False
        """Whether a read-only command's answer leaves out a source that could not be read."""
        self.lock = Lock(lock_path(store_path(config)))
        self._objects = Objects(config.root)
        self.reach = reach(config)
        """What ``digests`` are made of."""
        self.store = open_store(store_path(config)) if mode in _WRITES else _snapshot(config, blank)
        """The store; for a query or a dry run a snapshot of it."""
        self._made = _Made(self)
        self._pause = Pause()
        if mode is Mode.DRY_RUN:
            self._pause.begin()

    @cached_property
    def sharing(self) -> Sharing:
        """The shared cache that the settings name."""
        from incdoc.engine.sharing import Sharing

        return Sharing(self.config, self.languages, self._note, self.sampled)

    def _note(self, line: str) -> None:
        self.note(line)

    def in_worker(self) -> Workspace:
        """A workspace for a process that doit forked from this one."""
        return Workspace(self.config, self.executors, self.say, Mode.WORKER)

    def writer(self, config: Config | None = None) -> Writer:
        """A writer of pages of this project, or as other settings say; to be closed."""
        return writer_of(config or self.config, self.store, Writer if self.mode in _WRITES else Comparer)

    def content(self, path: str, blob: bytes) -> bytes:
        """The bytes of a source that the checkout leaves out. Raises SourceError where git does not have them."""
        data = self._objects.read(blob)
        if data is None:
            raise absent(path)
        return data

    @cached_property
    def digests(self) -> dict[str, bytes]:
        """What every page of a kind depends on besides its inputs."""
        return digests(self.config)

    @property
    def links_version(self) -> bytes:
        """What the rows of the link tables depend on besides facts and the listing."""
        return links_version(self.languages.names, active(self.config), self.config.leaves_out)

    @property
    def tables(self) -> Tables:
        """The link tables of the store."""
        return self._made.tables

    @property
    def planner(self) -> Planner:
        """Plans from the tables."""
        return self._made.planner

    @property
    def maker(self) -> Maker:
        """Makes pages from the tables; keeps compiled templates."""
        return self._made.maker

    @property
    def output_folder(self) -> OutputFolder:
        """The pages on disk."""
        return self._made.output_folder

    def forget_store(self) -> None:
        """The store was deleted because of damage: drop everything that was read from it."""
        self._made.close()
        self._made = _Made(self)

    @property
    def stamps(self) -> Stamps:
        """Those of the last scan, of this process or an earlier one; none that another version of incdoc noted."""
        if self.listing is not None:
            return self.listing.stamps
        if self.store.get_meta("links") != self.links_version:
            stamps = Stamps()
            stamps.whole = True  # the rows of what is gone by now must not stay
            return stamps
        self.stamps_state = self.store.get_meta("sources:state") or b""
        return load_stamps(self.store, "sources")

    def lock_tree(self, seconds: float = WAIT_SECONDS) -> None:
        """Lock the tree for a build, within so many ``seconds``. Raises BusyError; SourceError if the root does not
        exist, SettingError if the cache folder cannot be used."""
        assert self.mode is Mode.BUILD
        if self.lock.held:
            return
        self.require_root()
        cache = CacheFolder.of(self.config)
        cache.examine()
        refuse_tracked(self.config, self.store)
        try:
            cache.make()
        except OSError as error:
            raise unwritable(cache.path, error.strerror) from error
        try:
            self.lock.acquire(self.note, seconds)
        except SettingError:
            self.require_root()  # it may have been deleted while this process waited
            raise
        try:
            cache.clean()
        except BaseException:
            self.lock.release()
            raise
        self._pause.begin()

    def let_go(self) -> None:
        """Release the lock, so that other processes can build; everything is in the store, whose file is closed."""
        if not self.lock.held:
            return
        try:
            self.store.close()
        finally:
            self.lock.release()

    def fresh_workers(self) -> Executor:
        """End the workers that make pages; new ones inherit the memory of this process as it is now."""
        self.executors.pages.close()
        gc.freeze()  # garbage collection in forked workers must not touch shared memory
        return self.executors.pages

    def end_workers(self) -> None:
        """End the workers until there is work for them."""
        for executor in self.executors.distinct():
            executor.close()

    def kill_workers(self) -> None:
        """End the workers at once."""
        for executor in self.executors.distinct():
            executor.restart()

    def require_root(self) -> None:
        """Raise SourceError if the root does not exist: it is not created."""
        if not os.path.isdir(self.config.root):
            raise SourceError(
                f"{printable(self.config.root)} does not exist: nothing is built. "
                "Create the folder, or select another with -d."
            )

    def readers(self, count: int) -> Submitter:
        """The executor for reading ``count`` sources."""
        return self.executors.facts.few if count <= SOURCES_WITHOUT_POOL else self.executors.facts

    def warm_up(self) -> None:
        """Read and render a few sources without keeping or writing anything, so that the next build is fast."""
        from incdoc.engine.fact_reader import collected, item, reading

        if self.listing is None:
            return
        by_size: dict[str, list[Entry]] = {}
        for entry in sorted(self.listing.entries.values(), key=lambda entry: -entry.size):
            if entry.kind == "file" and entry.size <= _WARM_SIZE:
                by_size.setdefault(self.languages.detect(entry.path).language, []).append(entry)
        for language, entries in by_size.items():
            for entry in entries[:_WARM_EACH] if language != "binary" else ():
                try:
                    data = read_file(os.path.join(self.config.root, entry.path))[0]
                    alone = reading(self.readers(1), iter([item(self.languages, entry.path, data)]))
                    collected(alone, entry.path, self.config)
                    for name in active(self.config):
                        nearest = next(iter(kind_of(name).appears_with(entry.path, parsed=True, documented=True)), None)
                        planned = self.planner.page(task_of(name, nearest)) if nearest is not None else None
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
                self.stamps_state = self.linked
            self.output_folder.save()

    def rest(self) -> None:
        """End what only a build needs; the next build starts it again."""
        self._objects.close()
        if "sharing" in self.__dict__:
            self.sharing.close()

    def close(self) -> None:
        """End the workers, close the store and release the lock."""
        for executor in self.executors.distinct():
            executor.end()
        self.rest()
        self._made.close()
        try:
            self.store.close()
        finally:
            self.lock.release()
            self._pause.end()


class _Made:
    """What is made from the rows of a workspace's store, each when it is first needed."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._maker: Maker | None = None
        self._output_folder: OutputFolder | None = None

    @cached_property
    def tables(self) -> Tables:
        from incdoc.engine.plan import tables_of

        return tables_of(self._workspace.config, self._workspace.store)

    @cached_property
    def planner(self) -> Planner:
        from incdoc.engine.plan import Planner

        return Planner(self.tables, self._workspace.config, self._workspace.digests)

    @property
    def maker(self) -> Maker:
        if self._maker is None:
            from incdoc.engine.worker import Maker

            self._maker = Maker(self._workspace.config, self.tables, self.planner, self._workspace.writer())
        return self._maker

    @property
    def output_folder(self) -> OutputFolder:
        if self._output_folder is None:
            workspace = self._workspace
            keeps = workspace.mode is not Mode.DRY_RUN
            self._output_folder = OutputFolder(workspace.config, workspace.store, workspace.writer, keeps)
        return self._output_folder

    def close(self) -> None:
        if self._output_folder is not None:
            self._output_folder.close()
        if self._maker is not None:
            self._maker.close()


def _snapshot(config: Config, blank: bool) -> Store:
    from incdoc.store.snapshot import Snapshot

    path = store_path(config)
    CacheFolder.of(config).examine()
    if not blank:
        refuse_tracked(config, Store(path))
    return Snapshot(path, blank)


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
