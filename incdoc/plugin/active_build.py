"""The session of this process, which the tasks, reporter, backend and checker of a run share."""

from __future__ import annotations

import atexit
import os
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from incdoc.config import Config
    from incdoc.engine.build import Build
    from incdoc.engine.session import Session
    from incdoc.engine.shard import Shard
    from incdoc.engine.workspace import Workspace
    from incdoc.executors.dask import Probe
    from incdoc.executors.protocol import Executor, Executors
    from incdoc.plugin.progress import Progress


class Options:
    """Options of the command line that doit's own objects do not pass on."""

    def __init__(self) -> None:
        self.jobs: int | None = None
        self.executor: str | None = None
        self.stats = ""
        self.quiet = False
        self.color = "auto"
        self.here = ""
        """The folder in which the command was started."""
        self.verify = 0
        """How much of what a shared cache has is read all the same, in percent."""
        self.prefetch = True
        """Whether work is submitted before its task runs; not if doit itself runs tasks in processes."""
        self.always = False
        self.shard: Shard | None = None
        """The part of the pages to make; None: all of them."""


def _same(root: str, other: str) -> bool:
    return root == other or root == os.path.realpath(other)  # cached: it reads the disk, and every task calls this


class ActiveBuild:
    """The one session, and its workspace. ``close`` may be called twice."""

    def __init__(self) -> None:
        self.options = Options()
        self.pool: Executor | None = None
        """The executor; None: worker processes on this machine."""
        self.readers: Executor | None = None
        """Another one that reads sources; it needs neither this process's disk nor its memory."""
        self.session: Session | None = None
        self.workspace: Workspace | None = None
        self.warm = False
        """Whether the workspace is kept when a session ends: more builds will follow."""
        self.again = False
        """Whether this build repeats the tasks of an earlier one, some of which may make no page now."""
        self.unknown: list[str] = []
        self.failed = False
        """Whether a task failed with an error message."""
        self.broke = False
        """Whether a task ended with an exception of its own code."""
        self.top = ""
        """The project whose tasks a ``dodo.py`` has."""
        self.prefix = ""
        """What the names of incdoc's tasks begin with, where a ``dodo.py`` says so."""
        self.warnings: list[str] = []
        """What was said in this build that the user may have to act on."""
        self.progress: Progress | None = None
        """What a read-only command shows while it works."""
        self._unknown_set: set[str] = set()
        self._pid = 0

    def say(self, line: str) -> None:
        """Print a warning on standard error, and count it."""
        self.warnings.append(line)
        self.note(line)

    def note(self, line: str) -> None:
        """Print a line for the user on standard error."""
        if not self.options.quiet:
            from incdoc.plugin.terminal import safe

            if self.progress is not None:
                self.progress.clear()
            print(line, file=safe(sys.stderr), flush=True)

    def open(self, root: str, own: bool) -> Session:
        """The session of the repository at ``root``, scanned. ``own``: it may write. Raises IncdocError."""
        if self.session is not None and _same(self.session.config.root, root):
            return self._as_asked(self.session, own)
        return self.begin(self.prepare(root, own))

    def build(self, root: str) -> Build:
        """A session that may write; where the open one only reads, another that was not scanned takes its place."""
        from incdoc.engine.build import Build

        session = self.open(root, own=True)
        assert isinstance(session, Build)
        return session

    def _as_asked(self, session: Session, own: bool) -> Session:
        from incdoc.engine.mode import Mode

        mode = session.workspace.mode
        if mode is Mode.BUILD and self._pid != os.getpid():
            from incdoc.engine.build import Worker

            self.session = Worker(session)
        elif own and mode is Mode.QUERY:  # a command that reads, such as ``clean``, is about to write
            self.close()
            self.session = self._session(self.prepare(session.config.root, own))
        else:
            return session
        return self.session

    def prepare(self, root: str, own: bool) -> Workspace:
        """A workspace for the repository at ``root``. Raises IncdocError."""
        from incdoc.config import load
        from incdoc.engine.mode import Mode
        from incdoc.engine.workspace import Workspace

        config = load(root, self.options.jobs, self.options.executor)
        self._pid = os.getpid()
        mode = Mode.BUILD if own else Mode.QUERY
        self.workspace = Workspace(config, self.executors(config), self.say, mode)
        self.workspace.note = self.note
        self.workspace.sampled = self.options.verify
        if mode is Mode.QUERY:
            from incdoc.plugin.progress import Progress

            self.progress = Progress(self.options.quiet)
            self.workspace.progress = self.progress.step
        return self.workspace

    def executors(self, config: Config) -> Executors:
        """The chosen executors, or worker processes."""
        from incdoc.executors import Executors, Serial

        pool = _executor(config) if self.pool is None else self.pool
        return Executors(self.readers or pool, pool, Serial())

    def _session(self, workspace: Workspace) -> Session:
        from incdoc.engine.mode import Mode

        if workspace.mode is Mode.QUERY:
            from incdoc.engine.session import Session

            return Session(workspace)
        from incdoc.engine.build import Build
        from incdoc.engine.shard import WHOLE

        workspace.lock_tree()
        return Build(workspace, self.options.shard or WHOLE)

    def begin(self, workspace: Workspace, changed: Iterable[str] | None = None) -> Session:
        """A scanned session. ``changed``: the only paths that can have changed; then the scan costs only those."""
        from incdoc.config import IncdocError

        session = self.session = self._session(workspace)
        self._unknown_set = set()
        self.warnings = []
        self.failed = self.broke = False
        if changed is not None:
            self.unknown = session.follow(changed)
            return session
        try:
            self.unknown = session.scan(self.options.always, self.options.prefetch, refuses=not self.warm)
        except IncdocError:
            # ``scan`` deletes a damaged store; nothing was done yet, so it can start again
            if not session.store.is_discarded:
                raise
            workspace.forget_store()
            self.unknown = session.scan(self.options.always, self.options.prefetch, refuses=not self.warm)
        return session

    def unknown_set(self) -> set[str]:
        """``unknown`` as a set."""
        if len(self._unknown_set) != len(self.unknown):
            self._unknown_set = set(self.unknown)
        return self._unknown_set

    def close(self) -> None:
        """End the session and write ``--stats``."""
        session, self.session = self.session, None
        if session is None or os.getpid() != self._pid:
            return
        from incdoc.config import IncdocError

        try:
            session.end()
            if not self.warm:
                session.share()
                session.workspace.save()
        except IncdocError as error:
            self._fail(str(error))
        try:
            if not self.warm:
                session.workspace.close()
        except IncdocError as error:
            self._fail(str(error))
        try:
            if self.options.stats:
                with open(self.options.stats, "wb") as stream:
                    stream.write(session.statistics.json())
        except OSError as error:
            self._fail(f"--stats: {self.options.stats} cannot be written: {error.strerror}. Name another file.")

    def _fail(self, sentence: str) -> None:
        self.failed = True
        self.say(f"incdoc: {sentence}")


def _executor(config: Config) -> Executor:
    """The executor that the settings name."""
    from incdoc.executors import Pool, Serial

    name, _, address = config.executor.partition("=")
    if name == "serial":
        return Serial()
    if name == "dask":
        from incdoc.executors.dask import Dask

        return Dask(address, config.workers, lambda: _probe(config))
    return Pool(config.workers)


def _probe(config: Config) -> Probe:
    from incdoc.engine.releases import probe

    return probe(config)


def on_broken_pipe() -> int:
    """Print nothing from now on, because the reader of the output closed the pipe, as ``| head`` does. Returns the exit
    status that a shell reports for a process killed by SIGPIPE."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # else Python prints an error when it ends
    return 141


active_build = ActiveBuild()
atexit.register(active_build.close)
