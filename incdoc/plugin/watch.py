"""doit's COMMAND ``watch``: build once, then rebuild what each change reaches, in one process.

``rebuilds`` does the work; this module prints.
"""

from __future__ import annotations

import signal
import sys
from types import FrameType
from typing import TYPE_CHECKING, Any

from doit.cmd_base import DodoTaskLoader
from doit.cmd_run import Run
from doit.exceptions import InvalidCommand

from incdoc.plugin.active_build import active_build, on_broken_pipe
from incdoc.plugin.command import HelpedCommand, opt_silent
from incdoc.plugin.doit_commands import told
from incdoc.plugin.loader import ProjectLoader
from incdoc.plugin.terminal import one_line, safe

if TYPE_CHECKING:
    from incdoc.engine.session import Session
    from incdoc.plugin.rebuilds import Rebuilds, Rebuilt

opt_every = {
    "section": "incdoc",
    "name": "every",
    "short": "",
    "long": "every",
    "type": float,
    "default": 300.0,
    "metavar": "SECONDS",
    "help": "check all files after SECONDS without a change, in case an event was lost [default: 300]",
}
_LONGEST_WAIT = 1_000_000
_NOT_HERE = {"always": False, "single": False, "pdb": False, "num_process": 0, "par_type": "process"}
"""Options of doit's ``run`` that are not offered here, and their values."""


class Watch(HelpedCommand, Run):
    """doit's ``run``, repeated after each change."""

    name = "watch"
    doc_purpose = "build, then rebuild what each change reaches, until Ctrl-C"
    doc_usage = "[TASK or PAGE...]"
    doc_description = "Prints a line when it is ready, and one for each rebuild: the cause, what was written, the time."
    cmd_options = (
        opt_silent,
        *told(option for option in Run.cmd_options if option["name"] not in _NOT_HERE),
        opt_every,
    )
    examples = (
        ("", "watch all pages"),
        ("kw", "only the keyword pages"),
        ("--every 60", "look at all files after a minute without a change"),
    )

    def __init__(self, task_loader: Any, **kwargs: Any) -> None:
        if type(task_loader) is DodoTaskLoader:  # rebuilds need the loader that prunes
            given, task_loader = task_loader, ProjectLoader()
            task_loader.cmd_names, task_loader.config = given.cmd_names, given.config
        super().__init__(task_loader=task_loader, **kwargs)

    def execute(self, params: Any, args: list[str]) -> int:
        """Build and watch. The exit status is 0 after Ctrl-C."""
        from incdoc.plugin.rebuilds import Rebuilds

        params.update(_NOT_HERE)
        with _Interrupts() as interrupts:
            rebuilds = Rebuilds(
                lambda: super(Watch, self).execute(params, args), self, say, lambda: interrupts.came, self.look
            )
            try:
                try:
                    self._watch(rebuilds, params)
                finally:
                    interrupts.ignore()
                    self.end()
                    rebuilds.end()
            except KeyboardInterrupt:
                return interrupts.status
            except BrokenPipeError:
                on_broken_pipe()
        return 0

    def _watch(self, rebuilds: Rebuilds, params: Any) -> None:
        if not 0 < params["every"] <= _LONGEST_WAIT:
            raise InvalidCommand(f"--every takes seconds, more than 0 and at most {_LONGEST_WAIT:,}.")
        self.loader.setup(params)
        if not self.loader.root:
            raise InvalidCommand("dodo.py does not have incdoc's tasks. Add them: incdoc init")
        root = self.loader.root
        started = rebuilds.start(root, params["every"])
        say(started.statistics.line())
        say(f"watching {root} ({started.folders:,} folders); Ctrl-C ends it")
        self.begin(root)
        for rebuilt in rebuilds:
            self.built(rebuilt)
            if rebuilt.problem:
                print(f"incdoc: {rebuilt.problem}", file=safe(sys.stderr), flush=True)
            else:
                say(_line(rebuilt))

    # what a command does that also serves

    def look(self, session: Session) -> None:
        """A build was made, and the tree is still locked."""

    def begin(self, root: str) -> None:
        """The first build was made."""

    def built(self, rebuilt: Rebuilt) -> None:
        """A build was made, or failed."""

    def end(self) -> None:
        """No build follows."""


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


def _line(rebuilt: Rebuilt) -> str:
    removed = f", {rebuilt.removed:,} removed" if rebuilt.removed else ""
    pages = f"{rebuilt.pages:,} page{'s' * (rebuilt.pages != 1)} written{removed}"
    return f"{rebuilt.cause}: {pages}, {rebuilt.milliseconds:.0f} ms"


def say(line: str) -> None:
    """Print a line for the user."""
    if not active_build.options.quiet:
        print(f"incdoc: {one_line(line)}", file=safe(sys.stdout), flush=True)
