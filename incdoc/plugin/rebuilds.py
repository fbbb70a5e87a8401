"""The rebuilds of a watch, as a generator: ``for rebuilt in rebuilds``. Nothing is printed here.

Every rebuild is a ``run`` of doit, through the same loader and the same plan. The workspace is kept between two
rebuilds: the open store, the link tables in memory, compiled templates, the listing of the disk. The tree is locked
only during a rebuild, so that another build waits at most that long. The store's generation shows whether another
build ran in between; then all files are checked.
"""

from __future__ import annotations

import gc
import os
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from doit.cmd_run import Run
from doit.exceptions import InvalidCommand, InvalidDodoFile, InvalidTask

from incdoc.config import PINS, SETTINGS_FILES
from incdoc.plugin.active_build import active_build
from incdoc.plugin.tasks import own_kind
from incdoc.sources.blob import escape_non_utf8
from incdoc.thresholds import CHANGES_READ_TWICE, HINTS_FOLLOWED

if TYPE_CHECKING:
    from incdoc.engine.session import Session
    from incdoc.engine.statistics import Statistics
    from incdoc.engine.workspace import Workspace
    from incdoc.sources import Entry
    from incdoc.watch import Hints, Watcher

_MOST_UNCOLLECTED = 200
"""Rebuilds without a pause between them, after which garbage is collected: each leaves 30 KB."""
_SETTINGS = frozenset((*SETTINGS_FILES, PINS))


class Started(NamedTuple):
    """The first build: its counts, and how many folders are watched."""

    statistics: Statistics
    folders: int


class Rebuilt(NamedTuple):
    """A rebuild. ``cause``: the changed source, or why all files were checked; ``pages``: how many were written;
    ``removed``: how many were deleted; ``problem``: a sentence or a traceback if it failed."""

    cause: str
    pages: int = 0
    removed: int = 0
    milliseconds: float = 0.0
    problem: str = ""


class Rebuilds:
    """The first build and those that follow; to be ended. ``run`` runs doit once, for ``command``; ``say`` gets what
    the watcher reports; ``interrupted`` says whether a signal was received, which doit may have swallowed; ``look``
    gets the session of each build, before the tree is unlocked."""

    def __init__(
        self,
        run: Callable[[], object],
        command: Run,
        say: Callable[[str], None],
        interrupted: Callable[[], bool],
        look: Callable[[Session], object] = lambda session: None,
    ) -> None:
        self._look = look
        self._run_doit = run
        self._command = command
        self._say = say
        self._interrupted = interrupted
        self._watcher: Watcher | None = None
        self._folder = ""
        self._generation: object = None
        self._uncollected = 0
        """Rebuilds since garbage was collected."""

    def start(self, root: str, every: float) -> Started:
        """Arm, then build, so that changes during the build make events. ``every``: seconds without a change after
        which all files are checked. Raises InvalidDodoFile."""
        from incdoc.config import IncdocError
        from incdoc.watch import Timing, Watcher

        self._folder = os.getcwd()
        active_build.warm = True
        try:
            workspace = self._prepare(root)
            self._watcher = Watcher(workspace.config, self._say, self._sources, Timing(idle=every))
            session = active_build.begin(workspace)
            self._run(session)
            active_build.again = True
            self._look(session)
            workspace.warm_up()
        except IncdocError as error:
            raise InvalidDodoFile(str(error)) from None
        finally:
            self._rest()
        return Started(session.statistics, len(self._watcher))

    def __iter__(self) -> Iterator[Rebuilt]:
        """Rebuild until interrupted; ``start`` comes first. Each rebuild that did something, or failed."""
        assert self._watcher is not None
        for hints in self._watcher:
            rebuilt = self._rebuild(hints) if hints else self._tidy()
            if rebuilt is not None:
                yield rebuilt

    def _prepare(self, root: str) -> Workspace:
        workspace = active_build.prepare(root, own=True)
        workspace.still_written = self._still_written
        return workspace

    @property
    def _workspace(self) -> Workspace:
        assert active_build.workspace is not None
        return active_build.workspace

    def _sources(self) -> list[str]:
        listing = self._workspace.listing
        return list(listing.entries) if listing is not None else []

    # ------------------------------------------------------------------ one build

    def _rebuild(self, hints: Hints) -> Rebuilt | None:
        began = time.perf_counter()
        found: Rebuilt | None = None

        def build() -> None:
            nonlocal found
            session = self._begin(hints)
            if session.work_left() or self._has_own_tasks():
                self._run(session)
                self._look(session)
                found = _rebuilt(hints, session, (time.perf_counter() - began) * 1000)
            self._rest()

        problem = self._problem_of(build)
        self._uncollected += 1
        if self._uncollected >= _MOST_UNCOLLECTED:
            self._collect()
        return Rebuilt(hints.everything, problem=problem) if problem else found

    def _problem_of(self, act: Callable[[], None]) -> str:
        """Do something, and go on watching if it fails: what went wrong, else empty."""
        from incdoc.config import IncdocError

        try:
            act()
        except BrokenPipeError:
            raise  # the reader of the lines closed the pipe
        except (IncdocError, InvalidCommand, InvalidDodoFile, InvalidTask) as error:
            problem = str(error)
        except Exception:  # noqa: BLE001 - a fault in one rebuild must not end the watch
            problem = traceback.format_exc()
            try:
                self._workspace.require_root()
            except IncdocError as error:  # the fault is that files vanished in the midst of a build
                problem = str(error)
        else:
            return ""
        with suppress(Exception):  # work that could not be written is done again
            self._rest()
        self._generation = None  # the hints were not built: the next rebuild checks all files
        return problem

    def _begin(self, hints: Hints) -> Session:
        """The scanned session of a rebuild; the tree is locked."""
        workspace = self._workspace
        everything = hints.everything or self._reaches_settings(hints)
        workspace.lock_tree()
        if everything or self._is_built_since(workspace):
            os.chdir(self._folder)  # the root may be another folder by now
            workspace = self._renew(workspace)
            return active_build.begin(workspace)
        if len(hints.paths) > HINTS_FOLLOWED or any(path != escape_non_utf8(path) for path in hints.paths):
            return active_build.begin(workspace)
        return active_build.begin(workspace, changed=self._known_below(hints.paths))

    def _is_built_since(self, workspace: Workspace) -> bool:
        """Whether another process wrote to the store since this one let go of it. The tree is owned."""
        workspace.store.open()
        return workspace.store.generation != self._generation

    def _reaches_settings(self, hints: Hints) -> bool:
        templates = self._workspace.config.templates
        return bool(hints.paths & _SETTINGS) or bool(
            templates and any(path.startswith(templates + "/") or path == templates for path in hints.paths)
        )

    def _renew(self, old: Workspace) -> Workspace:
        """A workspace for the settings as they are now. Raises IncdocError and keeps the old one."""
        from incdoc.config import load

        config = load(old.config.root, active_build.options.jobs, active_build.options.executor)
        if not self._is_built_since(old):  # else another build has written newer state
            old.save()
        old.close()
        workspace = self._prepare(config.root)
        if config != old.config and self._watcher is not None:
            self._watcher.arm(config)
        return workspace

    def _known_below(self, hinted: frozenset[str]) -> set[str]:
        """The paths, and for each that is no source the known paths below it: it may be a deleted folder."""
        paths = set(hinted)
        listing = self._workspace.listing
        assert listing is not None
        for path in hinted - listing.entries.keys():
            paths.update(self._workspace.tables.below(escape_non_utf8(path)))
        return paths

    def _run(self, session: Session) -> None:
        command = self._command
        command.dep_manager = None
        active_build.session = session
        self._run_doit()
        active_build.close()
        if self._interrupted():
            raise KeyboardInterrupt

    def _has_own_tasks(self) -> bool:
        return any(not own_kind(task.name) for task in self._command.task_list)

    def _rest(self) -> None:
        """After a build: release the lock."""
        active_build.session = None
        workspace = active_build.workspace
        if workspace is not None and workspace.lock.held:
            workspace.let_go()  # rows of this build must not overwrite those of a later one
            self._generation = workspace.store.generation

    def _still_written(self, changes: Mapping[str, Entry | None]) -> list[str]:
        """Changed sources that are being written, or were written since they were read."""
        from incdoc.watch.writers import is_being_written

        root = self._workspace.config.root
        files = [entry for entry in changes.values() if entry is not None and entry.kind == "file"]
        found = [
            entry.path
            for entry in files
            if is_being_written(f"{root}/{entry.path}") or (len(files) <= CHANGES_READ_TWICE and _differs(root, entry))
        ]
        if found and self._watcher is not None:
            self._watcher.postpone(found)
        return found

    # ------------------------------------------------------------------ between builds

    def _tidy(self) -> Rebuilt | None:
        """While nothing changes: write stamps and collect garbage."""
        problem = self._problem_of(lambda: self._save(self._workspace))
        self._workspace.end_workers()
        self._collect()
        return Rebuilt("", problem=problem) if problem else None

    def _collect(self) -> None:
        """Collect garbage, which the collector of a build leaves."""
        self._uncollected = 0
        gc.unfreeze()
        gc.collect()

    def _save(self, workspace: Workspace) -> None:
        from incdoc.config import BusyError, SourceError

        try:
            workspace.lock_tree(seconds=0)
        except (BusyError, SourceError):
            return  # another build writes it too; for a deleted root nothing is written
        try:
            if not self._is_built_since(workspace):
                workspace.save()
                workspace.let_go()
                self._generation = workspace.store.generation
        finally:
            workspace.let_go()

    def end(self) -> None:
        """End workers and threads at once; finished work is kept."""
        from incdoc.config import IncdocError

        if self._watcher is not None:
            self._watcher.close()
        workspace, active_build.workspace, active_build.session = active_build.workspace, None, None
        if workspace is not None:
            workspace.kill_workers()
            with suppress(IncdocError):  # a cache that cannot be written was reported before
                if not workspace.lock.held:
                    self._save(workspace)
                workspace.close()


def _differs(root: str, entry: Entry) -> bool:
    from incdoc.config import SourceError
    from incdoc.sources import algorithm_of, hash_file

    try:
        return hash_file(f"{root}/{entry.path}", algorithm_of(entry.blob))[0] != entry.blob
    except SourceError:
        return False  # deleted or unreadable: another event reports that


def _rebuilt(hints: Hints, session: Session, milliseconds: float) -> Rebuilt | None:
    """None if nothing was done."""
    done = session.statistics
    if not (done.parsed or done.reused or done.rendered or done.removed or session.page_builder.failed):
        return None
    return Rebuilt(_cause(hints, session), done.written, done.removed, milliseconds)


def _cause(hints: Hints, session: Session) -> str:
    if hints.everything:
        return hints.everything
    first, *others = sorted(session.changes.entries or {escape_non_utf8(path) for path in hints.paths})
    return f"{first} and {len(others):,} more" if others else first
