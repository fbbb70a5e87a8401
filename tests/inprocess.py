"""The real command, run in this process again and again: hundreds of builds in the time of ten processes.

doit and incdoc's loader, backend, checker and reporter are those of the ``incdoc`` command; only workers are missing.
"""

from __future__ import annotations

import contextlib
import functools
import gc
import importlib.metadata
import io
import json
import os
import signal
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import doit.plugin

from incdoc.executors import Serial
from incdoc.plugin.active_build import active_build
from incdoc.plugin.loader import BareLoader
from incdoc.plugin.main import Main
from incdoc.plugin.reporter import ProgressReporter
from incdoc.store import file_name, open_store
from tests.tally import count

if TYPE_CHECKING:
    from types import FrameType

doit.plugin.entry_points = functools.cache(importlib.metadata.entry_points)  # a quarter of a small build's time
_ran: list[str] = []
_runs = 0
_STATS = Path(tempfile.gettempdir(), f"incdoc-{os.getpid()}.stats.json")


class Ran(NamedTuple):
    """One run. ``tasks``: those of a source or a page whose action was executed, in order."""

    status: int
    said: str
    counts: dict[str, Any]
    tasks: list[str]


class _Recorder(ProgressReporter):
    """incdoc's reporter, which notes what ran."""

    def execute_task(self, task: Any) -> None:
        if task.actions and task.name != "prune":
            _ran.append(task.name)
        super().execute_task(task)


class _Loader(BareLoader):
    def load_doit_config(self) -> dict[str, Any]:
        return super().load_doit_config() | {"reporter": _Recorder}


def run(folder: Path, *arguments: str, here: str = ".") -> Ran:
    """``incdoc ARGUMENTS`` for the project in ``folder``, started in its folder ``here``; options and tasks are those
    of ``run``."""
    global _runs  # noqa: PLW0603 - of this process, like what it counts
    _runs += 1
    _STATS.unlink(missing_ok=True)
    builds = not arguments or arguments[0].startswith("-") or ":" in arguments[0]
    command = ("run", "--stats", str(_STATS), *arguments) if builds else arguments
    if builds:
        count("builds")
    said = io.StringIO()
    former = os.getcwd()
    os.chdir(folder / here)
    _ran.clear()
    active_build.pool = Serial()
    # what a killed build has kept follows from its work alone, however slow the machine is
    open_store(str(folder / ".incdoc" / file_name()), clock=lambda: 0.0)
    main = Main()
    main.task_loader = _Loader()
    try:
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            status = main.run(list(command))
            active_build.close()
    finally:
        os.chdir(former)
        gc.enable()  # a build turns it off for the rest of its process
        if _runs % 50 == 0:
            gc.unfreeze()
            gc.collect()
    counts = json.loads(_STATS.read_bytes()) if _STATS.exists() else {}
    return Ran(int(status or 0), said.getvalue(), counts, list(_ran))


MOMENTS = frozenset({"execute", "executemany", "rename", "unlink", "mkdir", "write", "open", "rmdir", "ftruncate"})
"""Calls before and after which a build can be killed: each may leave something on the disk."""


def run_killed(folder: Path, moment: int) -> bool:
    """A build in a process of its own that is killed at the ``moment``-th of its MOMENTS; whether it got that far."""
    child = os.fork()
    if child == 0:
        left = moment

        def hook(_: FrameType, event: str, called: Any) -> None:
            nonlocal left
            if event in ("c_call", "c_return") and called.__name__ in MOMENTS:
                left -= 1
                if left == 0:
                    os.kill(os.getpid(), signal.SIGKILL)

        try:
            sys.setprofile(hook)
            run(folder, "--verbosity=0")  # a slow machine would print progress, which moves the moments
        finally:
            os._exit(0)
    killed = os.WIFSIGNALED(os.waitpid(child, 0)[1])
    if killed:
        count("kills")
    return killed
