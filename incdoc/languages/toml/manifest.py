"""What a ``pyproject.toml``, a ``Cargo.toml`` or a ``Pipfile`` says that its package requires, starts and is made of,
as imports.

Facts do not depend on a file's name, so the keys of all are looked for in every source.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from ..facts import Import
from ..keyed import part, parts, shown
from ..packages import COMMAND, ENTRY, EXAMPLE, LOCKED, MEMBER, REQUIREMENT, required, titled
from ..python.distributions import normalised
from .strings import string

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tree_sitter import Node

    from ..keyed import Source

_ANY = "*"


def _by_first(*patterns: tuple[str, ...]) -> dict[str, tuple[tuple[str, ...], ...]]:
    """Patterns of paths by their first part, which is never any."""
    return {first: tuple(each for each in patterns if each[0] == first) for first, *_ in patterns}


_LISTS = _by_first(
    ("project", "dependencies"),
    ("project", "optional-dependencies", _ANY),
    ("dependency-groups", _ANY),
    ("build-system", "requires"),
    ("tool", "uv", "dev-dependencies"),
    ("tool", "pdm", "dev-dependencies", _ANY),
    ("tool", "hatch", "envs", _ANY, "dependencies"),
    ("tool", "hatch", "envs", _ANY, "extra-dependencies"),
)
"""Arrays of requirements as text."""
_TABLES = _by_first(
    ("dependencies",),
    ("dev-dependencies",),
    ("build-dependencies",),
    ("target", _ANY, "dependencies"),
    ("target", _ANY, "dev-dependencies"),
    ("target", _ANY, "build-dependencies"),
    ("workspace", "dependencies"),
    ("packages",),
    ("dev-packages",),
    ("tool", "poetry", "dependencies"),
    ("tool", "poetry", "dev-dependencies"),
    ("tool", "poetry", "group", _ANY, "dependencies"),
)
"""Tables with a key for each requirement: the versions, or a table of more."""
_COMMANDS = _by_first(
    ("project", "scripts"),
    ("project", "gui-scripts"),
    ("project", "entry-points", _ANY),
    ("tool", "poetry", "scripts"),
    ("tool", "poetry", "plugins", _ANY),
)
_MEMBERS = {
    ("workspace", "members"): "",
    ("workspace", "exclude"): "!",
    ("tool", "uv", "workspace", "members"): "",
    ("tool", "uv", "workspace", "exclude"): "!",
}
_PROJECTS = (("project",), ("package",), ("tool", "poetry"))
"""The tables that say what a project is: what the file says of its folder, rather than a comment."""
_SOURCES = ("tool", "uv", "sources")
_PACKAGE = "package"
"""The array of a lock file."""
_STARTED = {"bin": COMMAND, "example": EXAMPLE}
_PYTHON = ("tool", "poetry", "dependencies", "python")
"""A version of the language is no distribution."""
_GROUPED = frozenset(("entry-points", "plugins"))
_ROOTS = frozenset((*_LISTS, *_TABLES, *_COMMANDS, *_STARTED, *(each[0] for each in _PROJECTS)))
_DEEPEST = max(len(each) for known in (_LISTS, _TABLES, _COMMANDS) for group in known.values() for each in group) + 2
_LONGEST = 1_000
"""Characters of what is said of a requirement."""
_MOST_BYTES = 100_000
"""What is longer is no manifest's."""
HERE = "."
"""Where a distribution is that is another package of this repository: the workspace knows."""


class _Required:
    """A key for a requirement, with what is said of it."""

    def __init__(self, row: int, group: str) -> None:
        self.row = row
        self.group = group
        self.said = ""
        self.more: dict[str, str] = {}

    def item(self, name: str) -> Import:
        more = ", ".join(f"{key} = {value}" for key, value in self.more.items())
        return Import(
            self.row,
            name,
            scope=self.group,
            style=REQUIREMENT,
            requirement=self.said or more,
            place=_unquoted(self.more.get("path", "")) or (HERE if self.more.get("workspace") == "true" else ""),
        )


class Manifest:
    """The imports of a source, read key by key, each before those in its value."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._found: list[Import] = []
        self._required: dict[tuple[str, ...], _Required] = {}
        self._places: dict[str, str] = {}
        """By normalised name, where uv finds a distribution."""
        self._elements: list[tuple[str, int, dict[str, str]]] = []
        self._about: dict[str, str] = {}

    def begin(self, table: str, row: int, element: bool) -> None:
        """Take the head of a table. ``element``: of an array."""
        if table in _STARTED or (element and table == _PACKAGE):
            self._elements.append((table, row + 1, {}))

    def add(self, name: str, around: str, value: Node) -> None:
        """Take a key by its qualified name. ``around``: the beginning of it, with a dot."""
        if name.partition(".")[0] not in _ROOTS or value.end_byte - value.start_byte > _MOST_BYTES:
            return
        path, group = parts(name), around.removesuffix(".")
        if len(path) > _DEEPEST:
            return
        row, typed = value.start_point[0] + 1, value.type
        if self._elements and path[:-1] == (self._elements[-1][0],):
            self._elements[-1][2][path[-1]] = _unquoted(self._source.value(value))
        elif path[-1] in ("name", "description") and path[:-1] in _PROJECTS:
            if typed == "string":
                self._about.setdefault(path[-1], self._string(value))
        elif typed == "array":
            self._list(path, name, value)
        elif (command := _fitting(path, _COMMANDS)) is not None and path[command:] in (
            (path[command],),
            (path[command], "reference"),
        ):
            if typed == "string":
                scope = path[command - 1] if not _GROUPED.isdisjoint(path[:command]) else ""
                style = ENTRY if scope else COMMAND
                self._found.append(Import(row, self._string(value), alias=path[command], scope=scope, style=style))
        elif (table := _fitting(path, _TABLES)) is not None and path[: table + 1] != _PYTHON:
            self._require(path, table, group, value)
        elif path[: len(_SOURCES)] == _SOURCES and len(path) == len(_SOURCES) + 2:
            told = _unquoted(self._source.value(value))
            if path[-1] == "path" or (path[-1], told) == ("workspace", "true"):
                self._places[normalised(path[-2])] = told if path[-1] == "path" else HERE

    def _list(self, path: tuple[str, ...], name: str, value: Node) -> None:
        if path in _MEMBERS:
            self._found += (Import(row, _MEMBERS[path] + each, style=MEMBER) for row, each in self._texts(value))
        elif any(len(path) == len(each) and _fits(path, each) for each in _LISTS.get(path[0], ())):
            for row, each in self._texts(value):
                if (found := required(row, each, name)) is not None:
                    self._found.append(found)

    def _require(self, path: tuple[str, ...], table: int, group: str, value: Node) -> None:
        inner = len(path) - table - 1
        around = ".".join(map(part, path[:table])) if inner else group
        found = self._required.setdefault(path[: table + 1], _Required(value.start_point[0] + 1, around))
        if inner == 1:
            found.more[path[-1]] = self._source.value(value)
        elif not inner:
            found.said = self._string(value) if value.type == "string" else shown(self._source.written(value), _LONGEST)

    def _texts(self, array: Node) -> Iterator[tuple[int, str]]:
        """(line, text) of the strings of an array."""
        for each in array.named_children:
            if each.type == "string":
                yield each.start_point[0] + 1, self._string(each)

    def _string(self, value: Node) -> str:
        return string(self._source.written(value))

    def give(self) -> None:
        """Add what was found to the source."""
        source = self._source
        source.imports += self._imports()
        source.package = self._about.get("name", "")
        if description := self._about.get("description"):
            source.said = titled(source.package, description)

    def _imports(self) -> Iterator[Import]:
        yield from (each.item(path[-1]) for path, each in self._required.items())
        for table, row, said in self._elements:
            if (name := said.get("name")) and table == _PACKAGE:
                yield Import(row, name, style=LOCKED, requirement=said.get("version", ""))
            elif name:
                yield Import(row, said.get("path", ""), alias=name, style=_STARTED[table])
        for item in self._found:
            place = self._places.get(normalised(item.module)) if item.style == REQUIREMENT else None
            yield replace(item, place=place) if place else item


def _fitting(path: tuple[str, ...], patterns: Mapping[str, tuple[tuple[str, ...], ...]]) -> int | None:
    """The length of the first pattern that a path begins with, and has a key in; None if there is none."""
    for each in patterns.get(path[0], ()):
        if len(path) > len(each) and _fits(path, each):
            return len(each)
    return None


def _fits(path: tuple[str, ...], pattern: tuple[str, ...]) -> bool:
    return all(wanted in (_ANY, key) for key, wanted in zip(path, pattern, strict=False))


def _unquoted(written: str) -> str:
    return written[1:-1] if written[:1] in ("'", '"') else written
