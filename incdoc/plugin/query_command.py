"""What read-only commands share: options, and a dry run in place of a build."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from getopt import GetoptError, gnu_getopt
from itertools import chain
from typing import TYPE_CHECKING, Any

from doit.exceptions import InvalidCommand

from incdoc.plugin.active_build import active_build
from incdoc.plugin.command import HelpedCommand, opt_silent
from incdoc.plugin.loader import PROJECT_HELP, opt_executor, opt_jobs, project_of
from incdoc.plugin.terminal import protect

if TYPE_CHECKING:
    from incdoc.query.dry_run import DryRun

__all__ = ["COMMON", "QueryCommand", "dry_run", "flag", "format_option"]

opt_dir = {
    "name": "dir",
    "short": "d",
    "long": "dir",
    "type": str,
    "default": None,
    "metavar": "DIR",
    "help": PROJECT_HELP,
}
COMMON = (opt_silent, opt_dir, opt_jobs, opt_executor)
"""The options of every read-only command."""


def format_option(*formats: str) -> dict[str, Any]:
    """``--format`` with the first as default."""
    return {
        "name": "format",
        "short": "",
        "long": "format",
        "type": str,
        "choices": tuple((each, "") for each in formats),
        "default": formats[0],
        "help": "how the answer is printed [default: %(default)s]",
    }


def flag(name: str, text: str) -> dict[str, Any]:
    """A boolean option."""
    return {"name": name, "short": "", "long": name, "type": bool, "default": False, "help": text}


class QueryCommand(HelpedCommand):
    """A read-only command; a user's mistake ends it with status 3."""

    def arrange(self, in_args: list[str]) -> list[str]:
        """Options may also follow the arguments."""
        parser = self.cmdparser
        try:
            options, arguments = gnu_getopt(in_args, parser.get_short(), parser.get_long())
        except GetoptError:
            return in_args  # doit reports what is wrong
        first = [[name] if parser.get_option(name)[0].type is bool else [name, value] for name, value in options]
        return [*chain.from_iterable(first), "--", *arguments]

    def execute(self, opt_values: dict[str, Any], pos_args: list[str]) -> int:
        """Answer; returns the exit status."""
        from incdoc.config import IncdocError

        protect()
        opt_values["dir"] = project_of(opt_values["dir"], "" if self.bin_name == "incdoc" else ".")
        active_build.options.quiet = opt_values["silent"]
        try:
            return self.answer(opt_values, pos_args)
        except IncdocError as error:
            raise InvalidCommand(str(error)) from None

    def answer(self, options: dict[str, Any], arguments: list[str]) -> int:
        """What ``execute`` does; may raise IncdocError."""
        raise NotImplementedError

    def reject_arguments(self, arguments: list[str]) -> None:
        """Refuse arguments."""
        if arguments:
            raise InvalidCommand(f"{self.name.removeprefix('incdoc-')} takes no arguments, not {arguments[0]!r}.")


@contextmanager
def dry_run(options: dict[str, Any], blank: bool = False) -> Iterator[DryRun]:
    """A dry run of the repository that the options name; ``blank``: without the store. Raises IncdocError."""
    from incdoc.config import load
    from incdoc.plugin.progress import Progress
    from incdoc.query.dry_run import DryRun

    config = load(options["dir"], options.get("jobs"), options.get("executor"))
    progress = active_build.progress = Progress(active_build.options.quiet)
    found = DryRun(config, active_build.executors(config), active_build.say, blank, progress.step)
    try:
        yield found
    finally:
        found.close()
