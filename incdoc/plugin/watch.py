"""doit's COMMAND ``watch``: build once, then rebuild what each change reaches, in one process.

Every rebuild is a ``run`` of doit, through the same loader and the same plan. The workspace is kept between two
rebuilds: the open store, the link tables in memory, compiled templates, the listing of the disk. The tree is locked
only during a rebuild, so that another build waits at most that long. The store's generation shows whether another
build ran in between; then all files are checked.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
import time
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from types import FrameType
from typing import TYPE_CHECKING, Any

from doit.cmd_base import DodoTaskLoader
from doit.cmd_run import Run
from doit.exceptions import InvalidCommand, InvalidDodoFile, InvalidTask

from incdoc.plugin.active_build import active_build, on_broken_pipe
from incdoc.plugin.loader import ProjectLoader
from incdoc.plugin.tasks import ALL
from incdoc.plugin.terminal import one_line, safe
from incdoc.sources.blob import escape_non_utf8

if TYPE_CHECKING:
    from incdoc.engine.session import Session
    from incdoc.engine.statistics import Statistics
    from incdoc.engine.workspace import Workspace
    from incdoc.sources import Entry
    from incdoc.watch import Hints, Watcher

opt_every = {
    "section": "incdoc",
    "name": "every",
    "short": "",
    "long": "every",
    "type": float,
    "default": 300.0,
    "help": "check all files after so many seconds without a change, in case an event was lost [default: 300]",
}
_SETTINGS = frozenset(("pyproject.toml", "incdoc.toml"))
_LONGEST_WAIT = 1_000_000
_MANY = 500
"""With more paths, everything is listed: git is slow to answer for each path whether it is ignored."""
_READ_AGAIN = 16
"""Up to so many changed files are read twice, to see whether they are still being written."""
_NOT_HERE = {"always": False, "single": False, "pdb": False, "num_process": 0, "par_type": "process"}
"""Options of doit's ``run`` that are not offered here, and their values."""


class Watch(Run):  # type: ignore[misc]  # doit has no types
    """doit's ``run``, again and again."""

    name = "watch"
    doc_purpose = "build, then rebuild what each change reaches, until Ctrl-C"
    doc_usage = "[TASK...]"
    doc_description = "Prints a line when it is ready, and one for each rebuild: the cause, what was written, the time."
    cmd_options = (*(option for option in Run.cmd_options if option["name"] not in _NOT_HERE), opt_every)

    def __init__(self, task_loader: Any, **kwargs: Any) -> None:
        if type(task_loader) is DodoTaskLoader:  # rebuilds need the loader that prunes
            given, task_loader = task_loader, ProjectLoader()
            task_loader.cmd_names, task_loader.config = given.cmd_names, given.config
        super().__init__(task_loader=task_loader, **kwargs)

    def execute(self, params: Any, args: list[str]) -> int:
        """Build and watch. The exit status is 0 after Ctrl-C."""
        params.update(_NOT_HERE)
        with _Interrupts() as interrupts:
            rounds = _Rounds(lambda: super(Watch, self).execute(params, args), self, interrupts)
            try:
                try:
                    self._watch(rounds, params)
                finally:
                    interrupts.ignore()
                    rounds.end()
            except KeyboardInterrupt:
                return interrupts.status
            except BrokenPipeError:
                on_broken_pipe()
        return 0

    def _watch(self, rounds: _Rounds, params: Any) -> None:
        if not 0 < params["every"] <= _LONGEST_WAIT:
            raise InvalidCommand(f"--every takes seconds, more than 0 and at most {_LONGEST_WAIT:,}.")
        self.loader.setup(params)
        if not self.loader.root:
            raise InvalidCommand("dodo.py does not have incdoc's tasks: add globals().update(incdoc.tasks()) to it.")
        rounds.start(self.loader.root, params["every"])
        rounds.go_on()


class _Rounds:
    """The first build and those that follow. ``run`` runs doit once, for ``command``."""

    def __init__(self, run: Any, command: Watch, interrupts: _Interrupts) -> None:
        self._run_doit = run
        self._interrupts = interrupts
        self._command = command
        self._watcher: Watcher | None = None
        self._folder = ""
        self._generation: object = None

    def start(self, root: str, every: float) -> None:
        """Arm, then build, so that changes during the build make events. Raises InvalidDodoFile."""
        from incdoc.config import IncdocError
        from incdoc.watch import Timing, Watcher

        self._folder = os.getcwd()
        active_build.warm = True
        try:
            workspace = self._prepare(root)
            self._watcher = Watcher(workspace.config, _say, self._sources, Timing(idle=every))
            session = active_build.begin(workspace, own=True)
            self._run(session)
            active_build.again = True
            workspace.warm_up()
        except IncdocError as error:
            raise InvalidDodoFile(str(error)) from None
        finally:
            self._rest()
        _say(session.statistics.line())
        _say(f"watching {root} ({len(self._watcher):,} folders); Ctrl-C ends it")

    def go_on(self) -> None:
        """Rebuild until interrupted."""
        assert self._watcher is not None
        for hints in self._watcher:
            if hints:
                self._rebuild(hints)
            else:
                self._tidy()

    def _prepare(self, root: str) -> Workspace:
        workspace = active_build.prepare(root)
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

    def _rebuild(self, hints: Hints) -> None:
        began = time.perf_counter()
        with self._shown():
            session = self._begin(hints)
            if session.work_left() or self._has_own_tasks():
                self._run(session)
                if line := _done(session.statistics):
                    _say(f"{_cause(hints, session)}: {line}, {(time.perf_counter() - began) * 1000:.0f} ms")
            self._rest()

    @contextmanager
    def _shown(self) -> Iterator[None]:
        """Print errors, and go on watching."""
        from incdoc.config import IncdocError

        try:
            yield
        except BrokenPipeError:
            raise  # the reader of the lines closed the pipe
        except (IncdocError, InvalidCommand, InvalidDodoFile, InvalidTask) as error:
            self._fail(str(error))
        except Exception:  # noqa: BLE001 - a fault in one rebuild must not end the watch
            fault = traceback.format_exc()
            try:
                self._workspace.require_root()
            except IncdocError as error:  # the fault is that files vanished in the midst of a build
                fault = str(error)
            self._fail(fault)

    def _fail(self, text: str) -> None:
        """The hints were not built: the next rebuild checks all files."""
        with suppress(Exception):  # work that could not be written is done again
            self._rest()
        self._generation = None
        print(f"incdoc: {text}", file=safe(sys.stderr), flush=True)

    def _begin(self, hints: Hints) -> Session:
        """The scanned session of a rebuild; the tree is locked."""
        workspace = self._workspace
        everything = hints.everything or self._reaches_settings(hints)
        workspace.lock_tree()
        if everything or self._is_built_since(workspace):
            os.chdir(self._folder)  # the root may be another folder by now
            workspace = self._renew(workspace)
            return active_build.begin(workspace, own=True)
        if len(hints.paths) > _MANY or any(path != escape_non_utf8(path) for path in hints.paths):
            return active_build.begin(workspace, own=True)
        return active_build.begin(workspace, own=True, changed=self._known_below(hints.paths))

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

        config = load(old.config.root, jobs=active_build.options.jobs)
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
        if self._interrupts.came:
            raise KeyboardInterrupt

    def _has_own_tasks(self) -> bool:
        return any(task.name.partition(":")[0] not in ALL for task in self._command.task_list)

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
            if is_being_written(f"{root}/{entry.path}") or (len(files) <= _READ_AGAIN and _differs(root, entry))
        ]
        if found and self._watcher is not None:
            self._watcher.postpone(found)
        return found

    # ------------------------------------------------------------------ between builds

    def _tidy(self) -> None:
        """While nothing happens: write stamps and collect garbage."""
        with self._shown():
            self._save(self._workspace)
        self._workspace.pool.close()
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
            workspace.pool.restart()
            with suppress(IncdocError):  # a cache that cannot be written was reported before
                if not workspace.lock.held:
                    self._save(workspace)
                workspace.close()


class _Interrupts:
    """Ctrl-C and SIGTERM interrupt at any point; during the shutdown, further ones are ignored."""

    def __init__(self) -> None:
        self.status = 0
        self.came = False
        """Whether a signal was received: Python drops a handler's exception in some places, such as a finalizer."""

    def __enter__(self) -> _Interrupts:
        self._before = {number: signal.signal(number, self._raise) for number in (signal.SIGINT, signal.SIGTERM)}
        return self

    def _raise(self, number: int, frame: FrameType | None) -> None:
        self.came = True
        self.status = 0 if number == signal.SIGINT else 128 + number
        raise KeyboardInterrupt

    def ignore(self) -> None:
        """Ignore signals from now on, for the shutdown."""
        for number in self._before:
            signal.signal(number, signal.SIG_IGN)

    def __exit__(self, *_: object) -> None:
        if not self.came:
            for number, handler in self._before.items():
                signal.signal(number, handler)


def _differs(root: str, entry: Entry) -> bool:
    from incdoc.config import SourceError
    from incdoc.sources import algorithm_of, hash_file

    try:
        return hash_file(f"{root}/{entry.path}", algorithm_of(entry.blob))[0] != entry.blob
    except SourceError:
        return False  # deleted or unreadable: another event reports that


def _done(statistics: Statistics) -> str:
    """A text about what a rebuild did; empty if it did nothing."""
    if not (statistics.parsed or statistics.reused or statistics.rendered or statistics.removed):
        return ""
    removed = f", {statistics.removed:,} removed" if statistics.removed else ""
    return f"{statistics.written:,} page{'s' * (statistics.written != 1)} written{removed}"


def _cause(hints: Hints, session: Session) -> str:
    if hints.everything:
        return hints.everything
    first, *others = sorted(session.changes.entries or {escape_non_utf8(path) for path in hints.paths})
    return f"{first} and {len(others):,} more" if others else first


def _say(line: str) -> None:
    print(f"incdoc: {one_line(line)}", file=safe(sys.stdout), flush=True)
