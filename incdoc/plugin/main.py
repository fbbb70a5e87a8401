"""The ``incdoc`` command: doit with incdoc's loader, and without a ``dodo.py``.

Neither ``dodo.py`` nor ``[tool.doit]`` of the repository is read: they can name code to run, and documenting a
repository must not run any of its code.
"""

from __future__ import annotations

import atexit
import os
import sys
import threading
from contextlib import suppress
from typing import Any, NamedTuple, NoReturn

import doit.plugin
from doit.cmd_base import Command
from doit.cmd_forget import Forget
from doit.cmd_run import Run
from doit.cmdparse import CmdParseError
from doit.doit_cmd import DoitMain
from doit.exceptions import InvalidCommand

from incdoc.plugin.active_build import active_build, on_broken_pipe
from incdoc.plugin.affected import Affected
from incdoc.plugin.check import Check
from incdoc.plugin.diff import Diff
from incdoc.plugin.init import Init
from incdoc.plugin.loader import BareLoader
from incdoc.plugin.serve import Serve
from incdoc.plugin.terminal import protect
from incdoc.plugin.watch import Watch
from incdoc.plugin.why import Why

opt_verify = {
    "name": "verify",
    "short": "",
    "long": "verify",
    "type": int,
    "default": 0,
    "help": "after the build, make N percent of the pages again without the cache, and compare",
}


class _EntryPoint(NamedTuple):
    """The part of an entry point that doit reads."""

    name: str
    module: str
    attr: str


_PLUGINS = {
    "doit.BACKEND": [_EntryPoint("incdoc", "incdoc.plugin.backend", "StoreBackend")],
    "doit.REPORTER": [_EntryPoint("incdoc", "incdoc.plugin.reporter", "ProgressReporter")],
}
"""Plugins that doit finds, by group. It would search every installed distribution three times, which takes as long as
the search for what changed in 10,000 sources, and would load plugins that have nothing to do with pages."""


def _entry_points(group: str) -> list[_EntryPoint]:
    return _PLUGINS.get(group, [])


class RunPages(Run):  # type: ignore[misc]  # doit has no types
    """doit's ``run``, but its exit status is 1 if the only errors are failed tasks.

    doit, when it goes on after a failure, counts the failed task's group as an error and ends with 2.
    """

    name = "run"
    cmd_options = (*Run.cmd_options, opt_verify)

    def execute(self, params: Any, args: list[str]) -> int:
        """Run; returns the exit status."""
        percent = params["verify"]
        if not 0 <= percent <= 100:
            raise InvalidCommand(f"--verify takes a percentage from 1 to 100, not {percent}.")
        status = int(super().execute(params, args) or 0)
        if status == 0 and percent:
            from incdoc.config import IncdocError
            from incdoc.plugin.verify import verify

            try:
                return verify(percent, active_build.options.jobs)
            except IncdocError as error:
                raise InvalidCommand(str(error)) from None
        return 1 if status in (0, 2) and active_build.failed and not active_build.broke else status


class ForgetPages(Forget):  # type: ignore[misc]  # doit has no types
    """doit's ``forget``; without a name, of every task, as ``run`` runs every task."""

    name = "forget"
    sel_tasks: list[str] | None
    task_list: list[Any]

    def _execute(self, forget_sub: bool, forget_disable_default: bool, forget_all: bool) -> None:
        if self.sel_tasks is None:
            self.sel_tasks = [task.name for task in self.task_list if not task.subtask_of]
        super()._execute(forget_sub, forget_disable_default, forget_all)


class Main(DoitMain):  # type: ignore[misc]  # doit has no types
    """doit's commands and incdoc's."""

    BIN_NAME = "incdoc"

    def __init__(self) -> None:
        super().__init__(task_loader=BareLoader(), config_filenames=())

    def get_cmds(self) -> Any:
        """doit's commands, and incdoc's under their short names."""
        doit.plugin.entry_points_impl = lambda: _entry_points
        commands = super().get_cmds()
        commands.update({command.name: command for command in (Init, Affected, Check, Diff, Serve, Watch, Why)})
        commands["run"] = RunPages
        commands["forget"] = ForgetPages
        commands.pop("dumpdb")  # it reads doit's own databases only
        for name in list(commands):
            commands[name] = _patient(name, commands.get_plugin(name))
        return commands

    def process_args(self, cmd_args: list[str]) -> list[str]:
        """Return all arguments: doit would take those with ``=`` for variables of a ``dodo.py``, and fail on an
        empty one."""
        return list(cmd_args)

    @staticmethod
    def print_version() -> None:
        """incdoc's version and doit's."""
        from importlib.metadata import version

        print(f"incdoc {version('incdoc')} (doit {version('doit')})")


def _patient(name: str, command: type[Command]) -> type[Command]:
    """A command that ends quietly when the reader of its output closes the pipe, and whose errors about options name no
    objects of doit's."""

    def parse_execute(self: Command, in_args: list[str]) -> Any:
        try:
            status = command.parse_execute(self, in_args)
            sys.stdout.flush()
        except BrokenPipeError:
            return on_broken_pipe()
        except CmdParseError as error:
            raise InvalidCommand(_about_options(str(error))) from None
        return status

    return type(command.__name__, (command,), {"name": name, "parse_execute": parse_execute})


def _about_options(text: str) -> str:
    """doit's message about an option, as one sentence."""
    text = " ".join(text.partition(" (parsing options")[0].split())
    parts = text.split("'", 2)
    if len(parts) == 3 and parts[0] == "Error parsing parameter ":
        kind = "a whole number" if "'int'" in parts[2] else "a number"
        return f"The option {parts[1]} must be {kind}."
    return text


def main() -> NoReturn:
    """Exit status: 0; 1 if a task failed, 2 if one ended with an exception, 3 if the run did not start."""
    protect()
    status = int(Main().run(sys.argv[1:]) or 0)
    active_build.close()
    if threading.active_count() == 1:
        atexit._run_exitfuncs()
        with suppress(BrokenPipeError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(status)  # the objects of 80,000 files need not be freed one by one: that takes 20 ms
    sys.exit(status)
