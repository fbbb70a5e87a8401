"""The text of ``--help``: of a command, and of the program."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from doit.cmd_base import Command
    from doit.cmdparse import CmdOption

    from incdoc.plugin.command import HelpedCommand

_WIDEST, _NARROWEST = 100, 60
_COLUMN = 28
"""Where the texts of options begin."""
NOT_OFFERED = ("DB backend", "doit core")
"""Sections of doit's options about where and how it keeps state, which incdoc decides."""
_OURS = (
    ("", "build the pages that are not up to date (short for `run`)"),
    ("init", ""),
    ("check", ""),
    ("watch", ""),
    ("serve", ""),
    ("why", ""),
    ("affected", ""),
    ("diff", ""),
    ("find", ""),
    ("show", ""),
    ("uses", ""),
    ("outline", ""),
    ("map", ""),
    ("mcp", ""),
    ("inventories", ""),
    ("merge", ""),
)
"""What the front page begins with."""


def help_of(command: HelpedCommand) -> str:
    """What a command does, its options and examples."""
    name = command.typed
    lines = [f"Usage: {' '.join(f'{name} [OPTION...] {command.doc_usage}'.split())}", ""]
    lines += _wrapped(_sentence(command.doc_purpose))
    if command.doc_description:
        lines += ["", *_wrapped(" ".join(command.doc_description.split()))]
    lines += ["", "Options:"]
    for option in command.cmdparser.options:
        if option.section not in NOT_OFFERED and (option.short or option.long):
            lines += _two_columns(_spelled(option), _meaning(option))
    lines += _two_columns("-h, --help", "print this text and exit")
    if command.examples:
        lines += ["", "Examples:"]
        for typed, meaning in command.examples:
            lines += _two_columns(f"{name} {typed}".rstrip(), meaning)
    return "\n".join(lines)


def front_page(bin_name: str, commands: dict[str, type[Command]]) -> str:
    """What the program is, and its commands: incdoc's own first."""
    lines = _wrapped(
        "incdoc keeps complete Markdown reference pages of a repository up to date. A build costs as much as the "
        "change, not as much as the repository."
    )
    lines += ["", f"Usage: {bin_name} [COMMAND] [OPTION...]", ""]
    for name, meaning in _OURS:
        if not name or name in commands:
            usage = commands[name].doc_usage if name else ""
            typed = f"{bin_name} {name} {'' if 'TASK' in usage else usage}"
            lines += _two_columns(" ".join(typed.split()), meaning or commands[name].doc_purpose)
    lines += ["", "Commands of doit, which runs each page as a task:"]
    own = {name for name, _ in _OURS}
    for name in sorted(commands.keys() - own):
        lines += _two_columns(f"{bin_name} {name}", commands[name].doc_purpose)
    lines += [
        "",
        *_wrapped(
            f"{bin_name} COMMAND --help: the options of a command, and examples. {bin_name} TASK or PAGE: make one "
            f"page. {bin_name} --version: the version."
        ),
    ]
    return "\n".join(lines)


def _width() -> int:
    return max(_NARROWEST, min(_WIDEST, shutil.get_terminal_size((_WIDEST, 24)).columns))


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, _width(), break_long_words=False, break_on_hyphens=False)


def _two_columns(left: str, right: str) -> Iterator[str]:
    """``left`` indented, and beside it, or below where it is long, ``right``."""
    room = max(_width() - _COLUMN, 20)
    texts: Iterable[str] = textwrap.wrap(right, room, break_long_words=False, break_on_hyphens=False) or [""]
    first = f"  {left}"
    if len(first) > _COLUMN - 2:
        yield first
        first = ""
    for text in texts:
        yield f"{first:<{_COLUMN}}{text}".rstrip()
        first = ""


def _spelled(option: CmdOption) -> str:
    """``-d, --dir DIR``"""
    value = ""
    if option.type is not bool:
        value = f" {'|'.join(option.choices) if _short_choices(option) else option.metavar}"
    names = [f"-{option.short}"] if option.short else []
    names += [f"--{option.long}"] if option.long else []
    names += [f"--{option.inverse}"] if option.inverse else []
    return ", ".join(names) + value


def _short_choices(option: CmdOption) -> bool:
    return bool(option.choices) and option.metavar == "ARG"


def _meaning(option: CmdOption) -> str:
    text = " ".join((option.help % {"default": option.default}).split())
    described = "; ".join(f"{name}: {meaning}" for name, meaning in option.choices.items() if meaning)
    if option.metavar != "ARG":  # the text tells what may be given
        return text
    return f"{text} ({described})" if described else text


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."
