"""doit's REPORTER: a bar on a terminal, plain lines elsewhere, one line at the end."""

from __future__ import annotations

import os
import sys
import time
from typing import Any

from doit.exceptions import TaskFailed, UnmetDependency
from doit.reporter import ConsoleReporter

from incdoc.plugin.active_build import active_build, on_broken_pipe
from incdoc.plugin.tasks import PARSE, own_kind
from incdoc.plugin.terminal import is_colored, one_line, protect, safe

_PLAIN_SECONDS = 5.0
_BAR_AFTER = 0.3
"""Seconds before a bar appears: a shorter run needs neither a bar nor the import of rich."""


class ProgressReporter(ConsoleReporter):
    """A project's own tasks as doit shows them; incdoc's as progress."""

    desc = "progress of incdoc's pages, other tasks as on the console"

    def __init__(self, outstream: Any, options: dict[str, Any]) -> None:
        super().__init__(safe(outstream), options)
        self._started = time.monotonic()
        self._shown = self._started
        self._done = {"parse": 0, "pages": 0}
        self._bar: Any = None
        self._rows: dict[str, Any] = {}
        self._errors: list[str] = []
        """What was said of tasks of incdoc that failed."""
        self._printed = False
        """Whether lines about something else were printed between: then errors and warnings are repeated at the end."""
        self._terminal = outstream.isatty() and not os.environ.get("CI") and os.environ.get("TERM") != "dumb"

    def write(self, text: str) -> None:
        """Print a line; if the pipe is closed, the run goes on without output."""
        try:
            super().write(text)
            self.outstream.flush()
        except BrokenPipeError:
            on_broken_pipe()

    def execute_task(self, task: Any) -> None:
        """Announce only tasks of the project."""
        if not _is_ours(task):
            self._stop()
            self._printed = True
            super().execute_task(task)

    def add_success(self, task: Any) -> None:
        """Count."""
        if _is_ours(task) and task.actions:
            if task.values and active_build.session is not None:
                active_build.session.add_counts(task.values)
            self._count("parse" if own_kind(task.name) == PARSE else "pages")

    def skip_uptodate(self, task: Any) -> None:
        """Print no line for tasks of incdoc that are up to date."""
        if not _is_ours(task) and not active_build.warm:
            super().skip_uptodate(task)

    def skip_ignore(self, task: Any) -> None:
        """Print a line for tasks that the user left out, unless nothing is to be printed."""
        if not active_build.options.quiet:
            super().skip_ignore(task)

    def add_failure(self, task: Any, fail: Any) -> None:
        """Print the sentence of a failed task of incdoc, without doit's details."""
        active_build.failed |= isinstance(fail, TaskFailed)
        active_build.broke |= not isinstance(fail, (TaskFailed, UnmetDependency))
        if not _is_ours(task):
            self._stop()
            super().add_failure(task, fail)
        elif fail.report and not isinstance(fail, UnmetDependency):
            self._stop()
            self._errors.append(fail.message)
            safe(sys.stderr).write(f"incdoc: {fail.message}\n{''.join(fail.traceback)}")

    def complete_run(self) -> None:
        """The line at the end."""
        self._stop()
        super().complete_run()
        session = active_build.session
        if session is None:
            return
        active_build.close()
        if active_build.options.quiet or active_build.warm:
            return
        said = [*self._errors, *active_build.warnings]
        if said:
            counts = ((len(self._errors), "error"), (len(active_build.warnings), "warning"))
            counted = " and ".join(f"{count:,} {what}{'s' * (count != 1)}" for count, what in counts if count)
            again = said if self._printed else []  # else they are on the lines above
            self.write("".join(f"{one_line(line)}\n" for line in (f"incdoc: {counted}{':' * bool(again)}", *again)))
        self.write(f"incdoc: {session.statistics.line()}\n")
        if session.statistics.written:
            from incdoc.config import SITE
            from incdoc.pages.paths import INDEX

            config = session.config
            front = config.path(config.place(f"{SITE}index.html" if config.site else INDEX))
            shown = os.path.relpath(front, active_build.options.here)
            what = f"begin with {shown}" if os.path.exists(front) else f"look into {os.path.dirname(shown)}"
            self.write(f"incdoc: to read the pages, {one_line(what)}, or run {_serve_command()}\n")

    def _count(self, what: str) -> None:
        self._done[what] += 1
        if active_build.options.quiet:
            return
        now = time.monotonic()
        if self._terminal:
            if self._bar is None and now - self._started > _BAR_AFTER:
                self._start()
            if self._bar is not None and (now - self._shown > 0.05):
                self._shown = now
                self._update()
        elif now - self._shown > _PLAIN_SECONDS:
            self._shown = now
            self._printed = True
            rate = sum(self._done.values()) / (now - self._started)
            self.write(
                f"incdoc: {self._done['parse']:,} sources read, {self._done['pages']:,} pages made ({rate:,.0f}/s)\n"
            )

    def _start(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskProgressColumn, TextColumn

        console = Console(file=self.outstream.raw, no_color=not is_colored(self.outstream, active_build.options.color))
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TaskProgressColumn(show_speed=True),
            TextColumn("{task.fields[rate]}"),
        )
        self._bar = Progress(*columns, console=console, transient=True)
        self._bar.start()
        self._printed = True
        protect()  # while the bar is shown, what is printed passes through it

    def _update(self) -> None:
        session = active_build.session
        if session is None:
            return
        totals = {"parse": len(active_build.unknown), "pages": session.page_count()}
        for what, label in (("parse", "Reading"), ("pages", "Writing")):
            if not totals[what]:
                continue
            if what not in self._rows:
                self._rows[what] = self._bar.add_task(label, total=totals[what], rate="")
            rate = self._done[what] / max(time.monotonic() - self._started, 0.001)
            self._bar.update(self._rows[what], completed=self._done[what], total=totals[what], rate=f"{rate:,.0f}/s")

    def _stop(self) -> None:
        bar, self._bar = self._bar, None
        if bar is not None:
            bar.stop()
            self._rows.clear()


def _serve_command() -> str:
    """How the reader is started, by the program that runs."""
    program = os.path.basename(sys.argv[0])
    return "doit incdoc-serve" if program == "doit" else "incdoc serve"


def _is_ours(task: Any) -> bool:
    return bool(own_kind(task.name)) and active_build.session is not None
