"""Which tests a CMake script has, and of which sources they are made, as far as its own text says.

The script is followed as CMake follows it: functions, macros and loops with what is written where they are called. No
condition is decided, so all branches count, and a variable that a branch sets has its other values too. What a variable
of another file or a command that is not known here says is not known; nothing is said of what depends on it.
"""

from __future__ import annotations

import re
from posixpath import normpath, splitext
from typing import TYPE_CHECKING

from msgspec import Struct, json

from .commands import ENDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ..outline import Outline
    from .commands import Command

    Scope = dict[str, list[str]]
    """The values of variables."""

SCRIPT = "CMakeLists.txt"
GTEST, NAMED = "gtest", "named"
"""How a framework names the tests that CMake finds in a program: by suite and test, or by texts."""
_HAS_TESTS = re.compile(r"add_test|enable_testing|_discover_tests|\binclude\s*\(\s*CTest\b", re.IGNORECASE)
_FINDS = {
    "gtest_discover_tests": GTEST,
    "gtest_add_tests": GTEST,
    "catch_discover_tests": NAMED,
    "doctest_discover_tests": NAMED,
}
_OTHER_NAMES = frozenset(("TEST_PREFIX", "TEST_SUFFIX", "TEST_SPEC", "TEST_FILTER"))
"""Arguments after which the tests are others than the source has, or are called so."""
_VARIABLE = re.compile(r"\$\{([\w.+-]+)\}")
_TARGET_FILE = re.compile(r"\$<TARGET_FILE:([^<>]+)>\Z")
_UNKNOWN = "$"
"""What is not known, and no name."""
_HERE = ("CMAKE_CURRENT_SOURCE_DIR", "CMAKE_CURRENT_LIST_DIR")
_ENDS = {**ENDS, "foreach": "endforeach"}
_MOST_STEPS = 20_000
_MOST_VALUES = 2_000
_LONGEST = 1_000
_DEEPEST = 12


class Tests(Struct, frozen=True, omit_defaults=True):
    """What a script says. Sources are relative to its folder."""

    enabled: bool = False
    """Whether it begins a project whose tests are run."""
    names: dict[str, tuple[str, ...]] = {}
    """By source, the tests that run the program that is made of it."""
    found: dict[str, str] = {}
    """By source, how those tests are named that CMake finds in the program."""

    @staticmethod
    def of(outline: Outline | None) -> Tests:
        """What the script with an outline says."""
        return json.decode(outline.manifest, type=Tests) if outline is not None and outline.manifest else Tests()


def read(text: str, commands: Sequence[Command]) -> str:
    """``Tests`` of a script as text; empty if it says nothing, or if following it takes too many steps."""
    if not _HAS_TESTS.search(text):
        return ""
    run = _Run()
    try:
        run.follow(commands, {each: ["."] for each in _HERE}, 0)
    except _TooManyStepsError:
        return ""
    found = run.tests()
    return json.encode(found).decode() if found != Tests() else ""


class _TooManyStepsError(Exception):
    """The script calls itself, or loops over too much."""


class _Run:
    """One run of a script."""

    def __init__(self) -> None:
        self._steps = 0
        self._functions: dict[str, tuple[list[str], Sequence[Command]]] = {}
        self._programs: dict[str, list[str]] = {}
        self._tests: list[tuple[str, str]] = []
        """(test, program)."""
        self._found: list[tuple[str, str]] = []
        """(program, how its tests are named)."""
        self._project = self._enabled = False

    def tests(self) -> Tests:
        """What was found."""
        names: dict[str, set[str]] = {}
        for test, program in self._tests:
            for source in self._programs.get(program, ()):
                names.setdefault(source, set()).add(test)
        found = {source: how for program, how in self._found for source in self._programs.get(program, ())}
        return Tests(
            self._project and self._enabled,
            {source: tuple(sorted(names[source])) for source in sorted(names)},
            dict(sorted(found.items())),
        )

    def follow(self, commands: Sequence[Command], scope: Scope, depth: int) -> None:
        """Run commands. ``depth``: of calls and loops around them."""
        at = branches = 0
        while at < len(commands) and depth < _DEEPEST:
            command = commands[at]
            self._steps += 1
            if self._steps > _MOST_STEPS:
                raise _TooManyStepsError
            if command.name in _ENDS:
                end = _end(commands, at)
                self._block(command, commands[at + 1 : end], scope, depth)
                at = end
            else:
                branches += (command.name in ("if", "while")) - (command.name in ("endif", "endwhile"))
                self._run(command, scope, depth, branches > 0)
            at += 1

    def _block(self, command: Command, body: Sequence[Command], scope: Scope, depth: int) -> None:
        first, *rest = command.arguments or [""]
        if command.name != "foreach":
            self._functions[first.lower()] = rest, body
            return
        for value in _items(rest, scope):
            scope[first] = [value]
            self.follow(body, scope, depth + 1)
        scope[first] = [_UNKNOWN]

    def _run(self, command: Command, scope: Scope, depth: int, branch: bool) -> None:
        name, arguments = command.name, list(_expanded(command.arguments, scope))[:_MOST_VALUES]
        if name == "enable_testing" or (name == "include" and arguments[:1] == ["CTest"]):
            self._enabled = True
        elif not arguments or name in self._functions:
            self._call(command, arguments, scope, depth)
        elif name == "project":
            self._project = True
            scope.update({each: ["."] for each in ("PROJECT_SOURCE_DIR", f"{arguments[0]}_SOURCE_DIR")})
        elif name == "set":
            _set(arguments, scope, branch)
        elif name == "list" and arguments[0] == "APPEND" and len(arguments) > 1:
            scope[arguments[1]] = (scope.get(arguments[1], []) + arguments[2:])[:_MOST_VALUES]
        elif name == "get_filename_component" and len(arguments) > 2:
            scope[arguments[0]] = [_part(arguments[1], arguments[2])]
        elif name in ("add_executable", "target_sources"):
            program = _value(command.arguments[0], scope)
            self._programs.setdefault(program, []).extend(_sources(_expanded(command.arguments[1:], scope)))
        elif name == "add_test":
            self._test(command.arguments, scope)
        elif name in _FINDS:
            if _OTHER_NAMES.isdisjoint(arguments):
                program = arguments[1] if arguments[0] == "TARGET" and len(arguments) > 1 else arguments[0]
                self._found.append((program, _FINDS[name]))
        else:
            self._call(command, arguments, scope, depth)

    def _test(self, arguments: list[str], scope: Scope) -> None:
        named = arguments[0].upper() == "NAME"
        called = arguments.index("COMMAND") + 1 if named and "COMMAND" in arguments else 1
        if len(arguments) <= called:
            return
        test, program = _value(arguments[named], scope), _value(arguments[called], scope)
        if "$" not in test:
            target = _TARGET_FILE.match(program)
            self._tests.append((test, target[1] if target else program.rpartition("/")[2]))

    def _call(self, command: Command, arguments: list[str], scope: Scope, depth: int) -> None:
        """Run a function or macro; of another command it is only known that it may set the variables that it names."""
        if command.name in self._functions:
            parameters, body = self._functions[command.name]
            inner = {**scope, **{each: [_UNKNOWN] for each in parameters}}
            inner.update({each: [value] for each, value in zip(parameters, arguments, strict=False)})
            self.follow(body, {**inner, "ARGN": arguments[len(parameters) :], "ARGV": arguments}, depth + 1)
        if command.name not in ("if", "elseif", "while"):
            scope.update({each: [_UNKNOWN] for each in command.arguments if each in scope})


def _end(commands: Sequence[Command], at: int) -> int:
    """Where the block that begins at a command ends."""
    begin, end, depth = commands[at].name, _ENDS[commands[at].name], 0
    for number in range(at, len(commands)):
        depth += (commands[number].name == begin) - (commands[number].name == end)
        if not depth:
            return number
    return len(commands)


def _expanded(arguments: Iterable[str], scope: Scope) -> Iterator[str]:
    """Arguments with the values of variables in their place."""
    for written in arguments:
        if "$" not in written:
            yield written
        elif (whole := _VARIABLE.fullmatch(written)) is not None:
            yield from scope.get(whole[1], (_UNKNOWN,))
        else:
            yield _VARIABLE.sub(lambda found: _only(scope.get(found[1], ())), written[:_LONGEST])[:_LONGEST]


def _value(written: str, scope: Scope) -> str:
    """An argument that is one value."""
    return _only(list(_expanded([written], scope)))


def _only(values: Sequence[str]) -> str:
    return values[0] if len(values) == 1 else _UNKNOWN


def _items(arguments: Sequence[str], scope: Scope) -> list[str]:
    """What a loop goes through."""
    if arguments[:1] == ["RANGE"]:
        return []
    if arguments[:2] == ["IN", "LISTS"]:
        return [value for each in arguments[2:] for value in scope.get(each, [_UNKNOWN])]
    return list(_expanded(arguments[2:] if arguments[:2] == ["IN", "ITEMS"] else arguments, scope))


def _set(arguments: list[str], scope: Scope, branch: bool) -> None:
    variable, *values = arguments
    if "PARENT_SCOPE" in values:
        return
    if "CACHE" in values:
        values = values[: values.index("CACHE")]
    former = scope.get(variable, []) if branch else []
    scope[variable] = [*former, *(each for each in values if each not in former)][:_MOST_VALUES]


def _part(path: str, which: str) -> str:
    name = path.rpartition("/")[2]
    parts = {"NAME": name, "NAME_WE": name.partition(".")[0], "NAME_WLE": splitext(name)[0]}
    return parts.get(which, _UNKNOWN) if "$" not in path else _UNKNOWN


def _sources(arguments: Iterable[str]) -> Iterator[str]:
    """The files among the arguments that are in the folder of the script or below."""
    for each in arguments:
        path = normpath(each)
        if "$" not in path and "." in path.rpartition("/")[2][1:] and not path.startswith(("../", "/")):
            yield path
