"""doit's own commands, as the ``incdoc`` command offers them: with texts and defaults that hold for pages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from doit.cmd_clean import Clean
from doit.cmd_forget import Forget
from doit.cmd_help import Help
from doit.cmd_ignore import Ignore
from doit.cmd_info import Info
from doit.cmd_list import List
from doit.cmd_resetdep import ResetDep
from doit.cmd_run import Run
from doit.exceptions import InvalidCommand

from incdoc.plugin.active_build import active_build
from incdoc.plugin.command import HelpedCommand, opt_color, opt_silent

if TYPE_CHECKING:
    from incdoc.engine.shard import Shard

opt_verify = {
    "name": "verify",
    "short": "",
    "long": "verify",
    "type": int,
    "default": 0,
    "metavar": "N",
    "help": "after the build, make N percent of the pages again without the cache, and compare; in it, "
    "read N percent of the sources whose facts come from a shared cache all the same",
}

opt_shard = {
    "name": "shard",
    "short": "",
    "long": "shard",
    "type": str,
    "default": None,
    "metavar": "I/N",
    "help": "make only the pages of part I of N, counted from 1; each folder is in one part. All sources are read, "
    "unless a cache has their facts. `merge` joins the parts",
}

_TOLD: dict[str, tuple[str, str]] = {
    "always": ("", "make every page again, also those that are up to date"),
    "continue": ("", "whether to go on after a page that cannot be made [default: --continue]"),
    "verbosity": ("N", "0: print only errors; 1 and 2: also progress and what was done [default: 1]"),
    "reporter": ("NAME", "how doit reports the run: incdoc, console, executed-only, error-only, json or zero "
                 "[default: incdoc]"),
    "outfile": ("FILE", "write what doit reports into FILE [default: standard output]"),
    "num_process": ("N", "let doit run tasks in N processes; -j is faster [default: 0, in its own]"),
    "par_type": ("KIND", "what -n starts: process or thread [default: process]"),
    "pdb": ("", "start a debugger at an exception of incdoc's own code"),
    "single": ("", "only the named tasks, not those that they depend on"),
    "auto_delayed_regex": ("", ""),
    "failure_verbosity": ("N", "what a task that failed printed, again at the end: 0: nothing, 1: errors, 2: all "
                          "[default: 0]"),
    "subtasks": ("", "all tasks, also those of single pages and sources"),
    "quiet": ("", "only the names"),
    "status": ("", "before each task: R if it would run, U if it is up to date, I if it is left out"),
    "private": ("", "also tasks whose names begin with _"),
    "list_deps": ("", "the files that each task reads"),
    "template": ("TEXT", "how each task is printed, such as '{name} {doc}'"),
    "sort": ("name|definition", "the order of the tasks [default: name]"),
    "hide_status": ("", "not whether the task would run, nor why"),
    "cleandep": ("", "also the pages of the tasks that these depend on"),
    "cleanall": ("", "the pages of all tasks"),
    "dryrun": ("", "print which pages would be deleted, and delete none"),
    "cleanforget": ("", "also forget these tasks"),
    "forget_sub": ("", "also the tasks that these depend on"),
    "forget_disable_default": ("", "whether `forget` without a task forgets none [default: --enable-default: all]"),
    "forget_all": ("", "all tasks, those of files that are gone included"),
}  # fmt: skip
"""(metavar, help) of doit's options by name: doit's own texts tell defaults that do not hold here. One without a text
has no effect on pages, and is not shown."""


def told(options: Iterable[dict[str, Any]]) -> tuple[dict[str, Any], ...]:
    """doit's options with incdoc's texts; the choices stay."""
    found = []
    for option in options:
        metavar, text = _TOLD[option["name"]]
        hidden = {"section": "doit core"} if not text else {}
        found.append(option | hidden | ({"metavar": metavar} if metavar else {}) | {"help": text.replace("%", "%%")})
    return tuple(found)


class RunPages(HelpedCommand, Run):
    """doit's ``run``, but its exit status is 1 if the only errors are failed tasks.

    doit, when it goes on after a failure, counts the failed task's group as an error and ends with 2.
    """

    name = "run"
    doc_purpose = "build the pages that are not up to date"
    doc_usage = "[TASK or PAGE...]"
    doc_description = "Without a name, all pages. `run` itself may be left out."
    cmd_options = (opt_silent, opt_color, *told(Run.cmd_options), opt_verify, opt_shard)
    examples = (
        ("", "build"),
        ("docs:src/a.py", "make one page"),
        ("kw index", "make all pages of two kinds"),
        ("-j 4 --stats counts.json", "with four workers, and write what was done"),
        ("--shard 2/3", "the second third of the pages, on one of three machines"),
    )

    def execute(self, params: Any, args: list[str]) -> int:
        """Run; returns the exit status."""
        percent = params["verify"]
        if not 0 <= percent <= 100:
            raise InvalidCommand(f"--verify takes a percentage from 1 to 100, not {percent}.")
        active_build.options.shard = _shard(params["shard"])
        active_build.options.verify = percent
        status = int(super().execute(params, args) or 0)
        if status == 0 and percent:
            from incdoc.config import IncdocError
            from incdoc.plugin.verify import verify

            try:
                return verify(percent)
            except IncdocError as error:
                raise InvalidCommand(str(error)) from None
        return 1 if status in (0, 2) and active_build.failed and not active_build.broke else status


def _shard(text: str | None) -> Shard | None:
    """The part that ``--shard`` names. Raises InvalidCommand."""
    from incdoc.engine.shard import Shard

    if text is None:
        return None
    found = Shard.parse(text)
    if found is None:
        raise InvalidCommand(
            f"--shard must be I/N, the number of a part and how many there are, as 1/3 to 3/3, not {text[:60]!r}."
        )
    return found


class ForgetPages(HelpedCommand, Forget):
    """doit's ``forget``; without a name, of every task, as ``run`` runs every task."""

    name = "forget"
    doc_purpose = "make tasks run again"
    doc_usage = "[TASK or PAGE...]"
    doc_description = "Without a name, all tasks."
    cmd_options = told(Forget.cmd_options)
    examples = (("docs:src/a.py", "the next build makes this page again"),)
    sel_tasks: list[str] | None
    task_list: list[Any]

    def _execute(self, forget_sub: bool, forget_disable_default: bool, forget_all: bool) -> None:
        if self.sel_tasks is None:
            self.sel_tasks = [task.name for task in self.task_list if not task.subtask_of]
        super()._execute(forget_sub, forget_disable_default, forget_all)


class ListPages(HelpedCommand, List):
    """doit's ``list``."""

    name = "list"
    doc_purpose = "list the tasks: each makes pages, or reads a source"
    doc_usage = "[TASK or PAGE...]"
    cmd_options = told(List.cmd_options)
    examples = (
        ("--all", "every task"),
        ("--all --status docs", "the pages about sources, and which would be made"),
    )


class InfoPages(HelpedCommand, Info):
    """doit's ``info``."""

    name = "info"
    doc_purpose = "show a task, and whether it would run"
    doc_usage = "TASK or PAGE"
    doc_description = "The exit status is 1 if it would run. `why` explains more."
    cmd_options = told(Info.cmd_options)
    examples = (("docs:src/a.py", "the task of a page"),)

    def execute(self, params: Any, args: list[str]) -> int:
        """Show it; returns the exit status."""
        if len(args) != 1:
            raise InvalidCommand(
                f"info takes the name of one task, not {len(args)}. To list the tasks: {self.bin_name} list --all"
            )
        return int(super().execute(params, args) or 0)


class CleanPages(HelpedCommand, Clean):
    """doit's ``clean``."""

    name = "clean"
    doc_purpose = "delete the pages; other files stay"
    doc_usage = "[TASK or PAGE...]"
    doc_description = "Without a name, all pages. Files that incdoc did not write are never deleted."
    cmd_options = told(Clean.cmd_options)
    examples = (("-n", "print what would be deleted"), ("docs:src/a.py", "delete one page"))


class IgnorePages(HelpedCommand, Ignore):
    """doit's ``ignore``."""

    name = "ignore"
    doc_purpose = "leave tasks out of later builds, until they are forgotten"
    doc_usage = "TASK or PAGE..."
    examples = (("book", "do not make the chapters any more"),)

    def execute(self, params: Any, args: list[str]) -> int:
        """Ignore them; returns the exit status."""
        if not args:
            raise InvalidCommand(f"ignore takes the names of tasks. To list the tasks: {self.bin_name} list --all")
        return int(super().execute(params, args) or 0)


class ResetPages(HelpedCommand, ResetDep):
    """doit's ``reset-dep``."""

    doc_purpose = "take the files that tasks read for those of their last run"
    doc_usage = "[TASK or PAGE...]"
    doc_description = "Has no effect on pages, whose state is that of their contents."


class HelpPages(HelpedCommand, Help):
    """doit's ``help``, which begins with incdoc."""

    name = "help"
    doc_purpose = "show this text, or explain a command or a task"
    doc_usage = "[COMMAND or TASK]"
    cmds: dict[str, Any]

    def print_usage(self, cmds: dict[str, Any]) -> None:
        """Print the front page."""
        from incdoc.plugin.help import front_page

        print(front_page(self.bin_name, cmds))

    def execute(self, params: Any, args: list[str]) -> int:
        """Explain what is named."""
        if len(args) > 1:
            raise InvalidCommand(f"help takes one command or task, not {len(args)}.")
        if not args or args[0] == "task" or args[0] in self.cmds:
            return int(super().execute(params, args) or 0)
        self.wanted = args[0]
        return int(super().execute(params, args) or 0)

    def _execute(self, pos_args: list[str]) -> bool:
        if not super()._execute(pos_args):
            raise InvalidCommand(not_found=self.wanted)
        return True


DOIT_COMMANDS: tuple[type[HelpedCommand], ...] = (
    RunPages, ForgetPages, ListPages, InfoPages, CleanPages, IgnorePages, ResetPages, HelpPages,
)  # fmt: skip
NOT_OFFERED = ("dumpdb", "strace")
"""Commands of doit's that say nothing of pages: they read doit's own databases, and tasks that are shell commands."""
