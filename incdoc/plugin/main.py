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
from doit.doit_cmd import DoitMain

from incdoc.plugin.active_build import active_build
from incdoc.plugin.affected import Affected
from incdoc.plugin.check import Check
from incdoc.plugin.command import HelpedCommand
from incdoc.plugin.completion import Completion
from incdoc.plugin.diff import Diff
from incdoc.plugin.doit_commands import DOIT_COMMANDS, NOT_OFFERED, HelpPages, RunPages
from incdoc.plugin.init import Init
from incdoc.plugin.inventories import InventoriesCommand
from incdoc.plugin.loader import BareLoader
from incdoc.plugin.mcp import Mcp
from incdoc.plugin.merge import MergeCaches
from incdoc.plugin.questions import Find, Map, Outline, Show, Uses
from incdoc.plugin.serve import Serve
from incdoc.plugin.terminal import protect
from incdoc.plugin.watch import Watch
from incdoc.plugin.why import Why


class _EntryPoint(NamedTuple):
    """The part of an entry point that doit reads."""

    name: str
    module: str
    attr: str


OWN_COMMANDS: tuple[type[HelpedCommand], ...] = (
    Init, Affected, Check, Diff, Find, InventoriesCommand, Map, Mcp, MergeCaches, Outline, Serve, Show, Uses,
    Watch, Why, Completion,
)  # fmt: skip

_PLUGINS = {
    "doit.BACKEND": [_EntryPoint("incdoc", "incdoc.plugin.backend", "StoreBackend")],
    "doit.REPORTER": [_EntryPoint("incdoc", "incdoc.plugin.reporter", "ProgressReporter")],
}
"""Plugins that doit finds, by group. It would search every installed distribution three times, which takes as long as
the search for what changed in 10,000 sources, and would load plugins that have nothing to do with pages."""


def _entry_points(group: str) -> list[_EntryPoint]:
    return _PLUGINS.get(group, [])


class Main(DoitMain):
    """doit's commands and incdoc's."""

    BIN_NAME = "incdoc"

    def __init__(self) -> None:
        super().__init__(task_loader=BareLoader(), config_filenames=())

    def get_cmds(self) -> Any:
        """doit's commands, and incdoc's under their short names."""
        doit.plugin.entry_points_impl = lambda: _entry_points
        commands = super().get_cmds()
        for name in NOT_OFFERED:
            commands.pop(name)
        commands.update({command.name: command for command in (*OWN_COMMANDS, *DOIT_COMMANDS)})
        RunPages.commands = HelpPages.commands = tuple(commands)
        return commands

    def run(self, all_args: Any) -> Any:
        """doit's, but ``-h`` and ``--help`` show incdoc's commands."""
        return super().run(["help" if arg in ("-h", "--help") else arg for arg in all_args[:1]] + all_args[1:])

    def process_args(self, cmd_args: list[str]) -> list[str]:
        """Return all arguments: doit would take those with ``=`` for variables of a ``dodo.py``, and fail on an
        empty one."""
        return list(cmd_args)

    @staticmethod
    def print_version() -> None:
        """incdoc's version and doit's."""
        from importlib.metadata import version

        print(f"incdoc {version('incdoc')} (doit {version('doit')})")


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
