"""CMake: bytes -> Facts: projects, options, targets, tests, functions, macros and variables, and what they include.

What is in the body of a function or macro is defined where that is called, so it is not read.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..facts import Import
from ..keyed import Source, facts, shown
from ..text import clean
from . import testing
from .commands import ENDS, commands

if TYPE_CHECKING:
    from ..facts import Facts
    from .commands import Command

_TARGETS = {"add_library", "add_executable", "add_custom_target", "cuda_add_library", "cuda_add_executable"}
_FILES = {"include", "add_subdirectory", "find_package"}
_BLOCK = re.compile(r"\s*#\[(=*)\[(.*?)\]\1\]", re.DOTALL)
"""A comment in brackets at the beginning of a file."""


def extract(data: bytes) -> Facts:
    """The facts of one CMake source. Pure; never raises, whatever the bytes are."""
    return facts("cmake", data, _read)


def _read(source: Source) -> None:
    if (block := _BLOCK.match(source.text)) is not None:
        source.said = clean(f"\n{block[2]}").strip()
    inside: list[tuple[Command, str]] = []
    every = list(commands(source.text))
    source.manifest = testing.read(source.text, every)
    for command in every:
        name, arguments = command.name, command.arguments
        if inside:
            if name == inside[-1][1]:
                begun, _ = inside.pop()
                if not inside:
                    parameters = " ".join(begun.arguments[1:])
                    kind = "function" if begun.name == "function" else "macro"
                    source.define(kind, begun.arguments[0], begun.row, command.last, f"({parameters})")
            elif name in ENDS and arguments:
                inside.append((command, ENDS[name]))
            continue
        if not arguments:
            continue
        if name in ENDS:
            inside.append((command, ENDS[name]))
        else:
            _statement(source, command)
    for begun, _ in inside[:1]:  # without an end
        source.define("function", begun.arguments[0], begun.row, begun.last)


def _statement(source: Source, command: Command) -> None:
    name, arguments = command.name, command.arguments
    first = arguments[0]
    if name == "add_test":
        tests = arguments[1:2] if first.upper() == "NAME" else [first]
        for test in tests:
            _define(source, "test", test, command, "")
    elif name in _FILES:
        if "$" not in first:
            source.imports.append(Import(command.row + 1, first, style=name))
    elif name == "project":
        _define(source, "project", first, command, "")
    elif name in ("option", "cmake_dependent_option"):
        words = arguments[1] if len(arguments) > 1 else ""
        default = arguments[2] if len(arguments) > 2 else "OFF"
        _define(source, "option", first, command, f" = {shown(default)}", words or None)
    elif name == "set" and not first.startswith("ENV{"):
        _define(source, "variable", first, command, f" = {shown(' '.join(arguments[1:]))}".rstrip(" ="))
    elif name in _TARGETS:
        kind = arguments[1] if len(arguments) > 1 and arguments[1].isupper() else ""
        _define(source, "target", first, command, shown(f" {name.removeprefix('add_')} {kind}".rstrip()))


def _define(source: Source, kind: str, name: str, command: Command, signature: str, doc: str | None = None) -> None:
    if "$" not in name and not name.isspace() and name:
        source.define(kind, name, command.row, command.last, signature, doc)
