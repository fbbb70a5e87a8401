"""What a ``setup.py`` says that its project requires, starts and builds, as imports: the literals in its call of
``setup``.

A name is what the module assigns to it, if it does so once. What is computed is not known, and nothing is said of it.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from ..facts import Import
from ..packages import EXTENSION, entry, required
from . import grammar as g
from .exports import joined

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tree_sitter import Node

    from ..predicates import Imported

NEEDLES = ("setup(",)
_WORD = b"setup"
_ORIGINS = frozenset(
    f"{module}.setup"
    for module in ("setuptools", "distutils.core", "numpy.distutils.core", "skbuild", "torch.utils.cpp_extension")
)
_LISTS = frozenset(("install_requires", "setup_requires", "tests_require"))
_MOST_CALLS = 4
"""Calls that are read; a project has one."""
_MOST_NAMES = 16
"""Names in a call that are followed to a value."""
_HEAD = re.compile(r"\[([^\]]+)\]")
_EXTENSION = re.compile(rb"\w*Extension")
_CYTHON = re.compile(rb"(?:\w+\.)*cythonize")


def read(
    data: bytes, root: Node, places: Mapping[str, Sequence[int]], bound: Mapping[str, list[Imported]]
) -> Iterator[Import]:  # fmt: skip
    """What all calls of ``setup`` say. ``bound``: what the imports bind."""
    read_calls = 0
    for at in places.get(NEEDLES[0], ()):
        leaf = root.descendant_for_byte_range(at, at + len(_WORD))
        if leaf is None or leaf.kind_id != g.IDENTIFIER or data[leaf.start_byte : leaf.end_byte] != _WORD:
            continue
        called = leaf.parent if leaf.parent is not None and leaf.parent.kind_id == g.ATTRIBUTE else leaf
        call = called.parent
        if call is None or call.kind_id != g.CALL or call.child_by_field_name("function") != called:
            continue
        first, dot, rest = data[called.start_byte : called.end_byte].decode().partition(".")
        if any(f"{each.origin}{dot}{rest}" in _ORIGINS for each in bound.get(first, ())) and read_calls < _MOST_CALLS:
            read_calls += 1
            yield from _Setup(data, root).read(call)


class _Setup:
    """The values that a source gives to ``setup``."""

    def __init__(self, data: bytes, root: Node) -> None:
        self._data = data
        self._root = root
        self._followed = 0

    def read(self, call: Node) -> Iterator[Import]:
        """What one call says."""
        for name, value in self._arguments(call):
            if name in _LISTS:
                yield from self._requirements(value, name)
            elif name == "extras_require":
                for extra, each in self._pairs(value):
                    yield from self._requirements(each, f"{name}.{extra}")
            elif name == "entry_points":
                yield from self._entries(value)
            elif name == "ext_modules":
                yield from self._extensions(value)

    def _arguments(self, call: Node) -> Iterator[tuple[str, Node]]:
        arguments = call.child_by_field_name("arguments")
        for each in arguments.named_children if arguments is not None else ():
            name, value = each.child_by_field_name("name"), each.child_by_field_name("value")
            if each.type == "keyword_argument" and name is not None and value is not None:
                yield self._text(name), value

    def _requirements(self, value: Node, group: str) -> Iterator[Import]:
        for line, text in self._strings(value):
            if (found := required(line, text, group)) is not None:
                yield found

    def _entries(self, value: Node) -> Iterator[Import]:
        """Groups of ``name = module:function``: in a dictionary, or in a text with a head for each."""
        value = self._meant(value)
        if (text := joined(self._data, value)) is not None:
            group = ""
            for said in text.splitlines():
                if head := _HEAD.fullmatch(said.strip()):
                    group = head[1].strip()
                else:
                    yield from entry(value.start_point[0] + 1, group, said)
            return
        for group, each in self._pairs(value):
            for line, text in self._strings(each):
                for said in text.splitlines():
                    yield from entry(line, group, said)

    def _extensions(self, value: Node) -> Iterator[Import]:
        """The sources of ``Extension("name", ["source.c"])``."""
        for each in self._items(value):
            called = each.child_by_field_name("function") if each.kind_id == g.CALL else None
            arguments = each.child_by_field_name("arguments") if called is not None else None
            if called is None or arguments is None:
                continue
            written = self._data[called.start_byte : called.end_byte]
            given = [a for a in arguments.named_children if a.kind_id not in g.SKIPPED and a.type != "keyword_argument"]
            if _CYTHON.fullmatch(written) and given:
                yield from self._extensions(given[0])
            elif _EXTENSION.fullmatch(written.rpartition(b".")[2]):
                by_name = dict(self._arguments(each))
                name = given[0] if given else by_name.get("name")
                sources = given[1] if len(given) > 1 else by_name.get("sources")
                module = joined(self._data, self._meant(name)) if name is not None else None
                if module and sources is not None:
                    for line, text in self._strings(sources):
                        yield Import(line, text, alias=module, style=EXTENSION)

    # values

    def _strings(self, value: Node) -> Iterator[tuple[int, str]]:
        """(line, text) of the texts in a list, or of one text."""
        for each in self._items(value):
            if (text := joined(self._data, each)) is not None:
                yield each.start_point[0] + 1, text

    def _pairs(self, value: Node) -> Iterator[tuple[str, Node]]:
        """The literal keys of a dictionary, with their values."""
        value = self._meant(value)
        for each in value.named_children if value.kind_id == g.DICTIONARY else ():
            key, inner = each.child_by_field_name("key"), each.child_by_field_name("value")
            if key is not None and inner is not None and (text := joined(self._data, key)) is not None:
                yield text, inner

    def _items(self, value: Node) -> Iterator[Node]:
        """The items of a list, of several that are added, or a value that is none."""
        waiting = [value]
        while waiting:
            node = self._meant(waiting.pop())
            if node.kind_id == g.BINARY or node.kind_id in g.SEQUENCES:
                waiting += reversed([each for each in node.named_children if each.kind_id not in g.SKIPPED])
            else:
                yield node

    def _meant(self, node: Node) -> Node:
        """What a name is assigned; any other node itself."""
        while node.kind_id == g.IDENTIFIER and self._followed < _MOST_NAMES:
            found = self._assigned.get(self._text(node))
            if found is None:
                break
            self._followed += 1
            node = found
        return node

    @cached_property
    def _assigned(self) -> dict[str, Node | None]:
        """The value of each name that the module assigns once; None for one that it assigns again."""
        found: dict[str, Node | None] = {}
        for statement in self._root.named_children:
            inner = statement.child(0) if statement.kind_id == g.EXPRESSION else None
            if inner is None or inner.kind_id not in (g.ASSIGNMENT, g.AUGMENTED):
                continue
            left = inner.child_by_field_name("left")
            if left is not None and left.kind_id == g.IDENTIFIER:
                name = self._text(left)
                once = name not in found and inner.kind_id == g.ASSIGNMENT
                found[name] = inner.child_by_field_name("right") if once else None
        return found

    def _text(self, node: Node) -> str:
        return self._data[node.start_byte : node.end_byte].decode()
