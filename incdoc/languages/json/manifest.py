"""What a ``package.json`` or a ``tsconfig.json`` says that decides how modules are found, and how tests are run; what a
package requires, starts and is made of, and what a ``Pipfile.lock`` locks, as imports.

Facts do not depend on a file's name, so the keys of all are looked for in every source: what others hold under the
same names is never asked for.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from ..commands import scripts
from ..facts import Import
from ..packages import COMMAND, LOCKED, MEMBER, REQUIREMENT, RUN, titled
from .strings import string

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node

    from ..keyed import Source

_WHOLE = (
    "name",
    "main",
    "module",
    "types",
    "typings",
    "source",
    "exports",
    "imports",
    "workspaces",
    "extends",
    "typesVersions",
)
_PARTS = {
    "compilerOptions": (
        "baseUrl",
        "paths",
        "composite",
        "rootDir",
        "rootDirs",
        "typeRoots",
        "outDir",
        "declarationDir",
        "customConditions",
        "moduleResolution",
        "module",
    ),
    "scripts": ("test",),
}
_CONFIGURATION = ("include", "references", "files")
"""Also read whole, of what has one of the following."""
MARKS = frozenset(("compilerOptions", "extends", "references"))
_MOST_BYTES = 100_000
"""What is longer is no manifest."""
_DEEPEST = 12
"""Objects in one another: conditions of exports."""
_REQUIREMENTS = ("dependencies", "devDependencies", "peerDependencies", "optionalDependencies")
_PLACE = re.compile(r"(?:file|link|portal):(?=\.)")
_LOCKED = frozenset(("lockfileVersion", "_resolved"))
"""The keys of files that a package manager of JavaScript writes."""
_PIPENV, _SPECIFICATION = "_meta", "pipfile-spec"
"""The key, and one in it, beside which a ``Pipfile.lock`` has its groups: ``default``, ``develop`` and others."""
KEYS = frozenset((*_WHOLE, *_PARTS, *_CONFIGURATION, *_REQUIREMENTS, *_LOCKED, _PIPENV, "name", "description", "bin"))
"""All keys that count."""
_CONSTANTS = {"true": True, "false": False, "null": None}


class Manifest:
    """The values of the keys that count."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._values: dict[str, Any] = {}
        self._keys: set[str] = set()
        self._strings: dict[str, str] = {}
        self._imports: list[Import] = []
        self._locks = False
        self._groups: list[tuple[str, Node]] = []
        """The outermost objects, of which a ``Pipfile.lock`` has nothing else."""

    def add(self, key: str, value: Node) -> None:
        """Take the value of a key of the outermost object if it counts."""
        self._keys.add(key)
        if key == _PIPENV:
            self._locks = any(name == _SPECIFICATION for name, _ in pairs(self._source.data, value))
        elif value.type == "object":
            self._groups.append((key, value))
        if value.end_byte - value.start_byte <= _MOST_BYTES:
            self._package(key, value)
        parts = _PARTS.get(key)
        if parts is None and key not in _WHOLE and key not in _CONFIGURATION:
            return
        if value.end_byte - value.start_byte > _MOST_BYTES:
            return
        read = _read(self._source.data, value, _DEEPEST)
        if parts is not None:
            read = {each: read[each] for each in parts if each in read} if isinstance(read, dict) else {}
        self._values[key] = read

    def _package(self, key: str, value: Node) -> None:
        """What a ``package.json`` says that the package requires, starts and is made of."""
        data = self._source.data
        if key in ("name", "description") and value.type == "string":
            self._strings[key] = string(data, value)
        elif key in _REQUIREMENTS:
            for name, said in _texts(data, value):
                place = _PLACE.match(string(data, said))
                where = string(data, said)[place.end() :] if place else ""
                self._add(said, name, scope=key, style=REQUIREMENT, requirement=string(data, said), place=where)
        elif key == "bin" and value.type == "string":
            self._add(value, string(data, value), style=COMMAND)
        elif key == "bin":
            for name, said in _texts(data, value):
                self._add(said, string(data, said), alias=name, style=COMMAND)
        elif key == "scripts":
            for name, said in _texts(data, value):
                for _, path in scripts(string(data, said)):
                    self._add(said, path, alias=name, style=RUN)
        elif key == "workspaces":
            inner = next((each for name, each in pairs(data, value) if name == "packages"), value)
            for said in inner.named_children if inner.type == "array" else ():
                if said.type == "string":
                    self._add(said, string(data, said), style=MEMBER)

    def _chosen(self) -> Iterator[Import]:
        """What a ``Pipfile.lock`` locks."""
        data = self._source.data
        for group, value in self._groups:
            for name, said in pairs(data, value):
                if said.type == "object":
                    found = {key: string(data, each) for key, each in _texts(data, said)}
                    version = found.get("version", "").removeprefix("==")
                    row, place = said.start_point[0] + 1, found.get("path", "")
                    yield Import(row, name, scope=group, style=LOCKED, requirement=version, place=place)

    def _add(self, node: Node, module: str, **said: str) -> None:
        self._imports.append(Import(node.start_point[0] + 1, module, **said))

    def give(self) -> None:
        """Add what was found to the source."""
        source = self._source
        source.manifest = self.text()
        name = self._strings.get("name", "")
        if description := self._strings.get("description"):
            source.said = titled(name, " ".join(description.split()))
        if _LOCKED.isdisjoint(self._keys):
            plain = name.rpartition("/")[2]
            source.imports += (
                replace(each, alias=each.alias or plain) if each.style == COMMAND else each for each in self._imports
            )
            source.package = name
        if self._locks:
            source.imports += self._chosen()

    def text(self) -> str:
        """The values as ``Facts.manifest`` has them."""
        values = self._values
        if MARKS.isdisjoint(values):
            values = {key: value for key, value in values.items() if key not in _CONFIGURATION}
        written = json.dumps(values, separators=(",", ":")) if values else ""
        return written if len(written) <= _MOST_BYTES else ""


def outermost(data: bytes, root: Node) -> Iterator[tuple[str, Node]]:
    """The keys of the outermost objects with their values, also of broken ones."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.type == "pair":
            key, value = node.child_by_field_name("key"), node.child_by_field_name("value")
            if key is not None and value is not None:
                yield string(data, key), value
        elif node.type in ("object", "document", "ERROR"):
            waiting += reversed(node.named_children)


def pairs(data: bytes, node: Node) -> Iterator[tuple[str, Node]]:
    """The keys of an object with their values."""
    for each in node.named_children if node.type == "object" else ():
        key, value = each.child_by_field_name("key"), each.child_by_field_name("value")
        if each.type == "pair" and key is not None and value is not None:
            yield string(data, key), value


def _texts(data: bytes, node: Node) -> Iterator[tuple[str, Node]]:
    """The keys of an object whose values are strings, with those."""
    return ((name, value) for name, value in pairs(data, node) if value.type == "string")


def _read(data: bytes, node: Node, deepest: int) -> Any:
    """The value of a node; what is nested too deeply is None."""
    kind = node.type
    if kind == "string":
        return string(data, node)
    if kind in _CONSTANTS or not deepest:
        return _CONSTANTS.get(kind)
    if kind == "array":
        return [_read(data, each, deepest - 1) for each in node.named_children if each.type not in ("comment", "ERROR")]
    if kind == "object":
        return {name: _read(data, value, deepest - 1) for name, value in pairs(data, node)}
    return None
