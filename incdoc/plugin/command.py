"""What every command has: ``--help``, and a user's mistakes as one sentence with the nearest right name."""

from __future__ import annotations

import re
import sys
from collections.abc import Collection, Iterable
from typing import Any, ClassVar

from doit.cmd_base import Command
from doit.cmdparse import CmdOption, CmdParseError
from doit.exceptions import InvalidCommand

from incdoc.plugin.active_build import active_build, on_broken_pipe
from incdoc.plugin.terminal import one_line

_NO_TASK = re.compile(r"'(.*)' is not a task\.", re.DOTALL)
_CANDIDATES = 5000
"""The most names that are compared with a wrong one: each takes some microseconds."""
_SHOWN = 60
"""The most characters of a wrong name that a sentence repeats."""

opt_silent = {
    "name": "silent",
    "short": "q",
    "long": "quiet",
    "type": bool,
    "default": False,
    "help": "print only errors",
}
opt_color = {
    "name": "color",
    "short": "",
    "long": "color",
    "type": str,
    "choices": (("auto", ""), ("always", ""), ("never", "")),
    "default": "auto",
    "help": "colors; auto: on a terminal, unless NO_COLOR is set or TERM is dumb [default: %(default)s]",
}


class HelpedCommand(Command):
    """A command that explains itself. ``examples``: (what is typed after the program's name, what that does)."""

    examples: ClassVar[tuple[tuple[str, str], ...]] = ()
    commands: ClassVar[tuple[str, ...]] = ()
    """The names of the program's commands, where they may be meant by a wrong name of a task."""

    def parse_execute(self, in_args: list[str]) -> Any:
        """As in doit, but for ``--help``; errors are one sentence, and a closed pipe is no error."""
        try:
            if asks_for_help(in_args):
                print(self.help())
                status = 0
            else:
                status = super().parse_execute(self.arrange(in_args))
            sys.stdout.flush()
        except BrokenPipeError:
            return on_broken_pipe()
        except CmdParseError as error:
            raise InvalidCommand(self._about_options(str(error))) from None
        except InvalidCommand as error:
            sentence = self._about_tasks(error)
            if not sentence:
                raise
            raise InvalidCommand(sentence) from None
        return status

    @property
    def typed(self) -> str:
        """The program and the command, as they are typed: doit has the command with a prefix, or with the name that the
        project gives it."""
        name = self.name
        if self.bin_name != "incdoc":
            own = f"{type(self).__module__}:{type(self).__name__}"
            given = (each for each, place in self.config.get("COMMAND", {}).items() if place == own)
            name = next(given, f"incdoc-{name}")
        return f"{self.bin_name} {name}"

    def arrange(self, in_args: list[str]) -> list[str]:
        """The arguments in the order in which doit parses them."""
        return in_args

    def help(self) -> str:
        """What the command does, its options and examples."""
        from incdoc.plugin.help import help_of

        return help_of(self)

    def _about_options(self, text: str) -> str:
        """doit's message about an option, as one sentence."""
        text = " ".join(text.partition(" (parsing options")[0].split())
        help_command = f"{self.typed} --help"
        if match := re.match(r"Error parsing parameter '(.*?)'.*<class '(\w+)'>", text):
            kind = "a whole number" if match[2] == "int" else "a number"
            return f"The option {self._spelled(match[1])} must be {kind}."
        if match := re.match(r"Error parsing parameter '(.*?)'\. Provided '(.*)' but available", text):
            choices = list(self._option(match[1]).choices)
            return (
                f"The option {self._spelled(match[1])} must be {_either(choices)}, not '{_short(match[2])}'."
                f"{did_you_mean(match[2], choices)}"
            )
        if match := re.match(r"Error parsing Command: option (-\S*) not recognized", text):
            names = [f"--{name}" for option in self.cmdparser.options for name in (option.long, option.inverse) if name]
            return f"{self.typed} has no option {_short(match[1])}.{did_you_mean(match[1], names)} See: {help_command}"
        text = text.removeprefix("Error parsing Command: ")
        if match := re.match(r"option (-\S*) requires argument", text):
            text = f"the option {match[1]} needs a value"
        return f"{text[:1].upper()}{text[1:]}. See: {help_command}"

    def _option(self, name: str) -> CmdOption:
        return next(option for option in self.cmdparser.options if option.name == name)

    def _spelled(self, name: str) -> str:
        option = self._option(name)
        return f"--{option.long}" if option.long else f"-{option.short}"

    def _about_tasks(self, error: InvalidCommand) -> str:
        """A sentence about a name that is no task's; empty for other errors."""
        name = error.not_found
        match = _NO_TASK.match(str(error)) if name is None else None
        if match:
            name = match[1]
        if name is None:
            return ""
        said = f'"{_short(name)}" is not a {"command, a " if self.commands else ""}task or a page.'
        paths = _sources()
        kind, colon, _ = name.partition(":")
        if name in paths:
            near = f" Did you mean docs:{_short(name)}?"
        elif colon:
            near = did_you_mean(name, (f"{kind}:{path}" for path in paths))
        else:
            near = did_you_mean(name, [*self.commands, *(task.name for task in getattr(self, "task_list", ()))])
        return f"{said}{near} To list the tasks: {self.bin_name} list --all{self._listed_commands()}"

    def _listed_commands(self) -> str:
        return f"; the commands: {self.bin_name} --help" if self.commands else ""


def asks_for_help(arguments: list[str]) -> bool:
    """Whether ``-h`` or ``--help`` is among the arguments, before ``--``."""
    before = arguments[: arguments.index("--")] if "--" in arguments else arguments
    return "-h" in before or "--help" in before


def did_you_mean(name: str, names: Iterable[str]) -> str:
    """`` Did you mean X?`` with the nearest of ``names``, or nothing."""
    from difflib import get_close_matches

    near = [each for each in dict.fromkeys(names) if abs(len(each) - len(name)) <= 3]
    if len(near) > _CANDIDATES or len(name) > 200:
        last = name.rpartition("/")[2]
        near = [each for each in near if each.rpartition("/")[2] == last][:_CANDIDATES] if len(name) <= 200 else []
    found = get_close_matches(name, near, 1, 0.7)
    return f" Did you mean {one_line(found[0])}?" if found else ""


def _sources() -> Collection[str]:
    """The files of the project, if they were listed."""
    workspace = active_build.workspace
    return workspace.listing.entries if workspace is not None and workspace.listing is not None else ()


def _short(text: str) -> str:
    text = one_line(text)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def _either(choices: list[str]) -> str:
    return f"{', '.join(choices[:-1])} or {choices[-1]}" if len(choices) > 1 else "".join(choices)
