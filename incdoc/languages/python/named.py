"""Names in texts that are imported when the program runs, and what a test uses of the modules that it imports.

``pytest_plugins = ["a.b"]``, ``import_module("a.b")``, ``importorskip("a.b")``, ``__import__("a.b")``,
``mock.patch("a.b.c")`` and ``monkeypatch.setattr("a.b.c", ...)``. A name that is computed is not known, and nothing is
said of it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..facts import NAMED, USED, Import
from . import grammar as g
from .calls import rebound
from .stdlib import NAMES as STDLIB
from .text import literal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from tree_sitter import Node

    from .scope import Scope

_PLUGINS = "pytest_plugins"
_IMPORTING = frozenset(("import_module", "importorskip", "__import__"))
_REPLACING = frozenset(("patch", "setattr", "dict", "multiple"))
"""Functions that import what is before the last part of a name."""
NEEDLES = (_PLUGINS, *sorted(_IMPORTING), "patch(", "patch.dict(", "patch.multiple(", "setattr(")
_MODULE = re.compile(r"\.*[^\W\d]\w*(?:\.[^\W\d]\w*)*\Z")
_ATTRIBUTE = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)+\Z")


def read(data: bytes, root: Node, places: Mapping[str, Sequence[int]]) -> Iterator[Import]:
    """The names in texts."""
    for at in sorted({at for needle in NEEDLES for at in places.get(needle, ())}):
        word = re.compile(rb"\w+(?:\.(?:dict|multiple))?").match(data, at)
        if word is None:
            continue
        leaf = root.descendant_for_byte_range(word.end() - 1, word.end())
        if leaf is None or leaf.kind_id != g.IDENTIFIER:
            continue
        name = data[leaf.start_byte : leaf.end_byte].decode()
        if name == _PLUGINS:
            texts = _plugins(data, leaf)
        elif name in _IMPORTING or name in _REPLACING:
            texts = _argument(data, leaf, name)
        else:
            continue
        for node, text in texts:
            if (_ATTRIBUTE if name in _REPLACING else _MODULE).match(text):
                style = "patch" if name in ("dict", "multiple") else name
                yield Import(node.start_point[0] + 1, text, scope=NAMED, style=style)


def _plugins(data: bytes, leaf: Node) -> Iterator[tuple[Node, str]]:
    around = leaf.parent
    if around is None or around.kind_id not in (g.ASSIGNMENT, g.AUGMENTED):
        return
    value = around.child_by_field_name("right")
    if value is not None and around.child_by_field_name("left") == leaf:
        inside = value.named_children if value.kind_id in g.SEQUENCES or value.kind_id == g.EXPRESSION_LIST else [value]
        for node in inside:
            if (text := _text(data, node)) is not None:
                yield node, text


def _argument(data: bytes, leaf: Node, name: str) -> Iterator[tuple[Node, str]]:
    """The first argument of a call."""
    around = leaf.parent
    if around is not None and around.kind_id == g.ATTRIBUTE:
        around = around.parent
    if around is None or around.kind_id != g.CALL:
        return
    arguments = around.child_by_field_name("arguments")
    given = [each for each in arguments.named_children if each.kind_id not in g.SKIPPED] if arguments else []
    text = _text(data, given[0]) if given else None
    if text is not None and (not text.startswith(".") or len(given) > 1):
        yield given[0], text


def _text(data: bytes, node: Node) -> str | None:
    return literal(data[node.start_byte : node.end_byte].decode()) if node.kind_id == g.STRING else None


def used(data: bytes, root: Node, imports: Iterable[Import], owner: Callable[[int], Scope]) -> Iterator[Import]:
    """The attributes of imported modules that a source has: ``libx.f`` after ``import libx``; each once."""
    modules: dict[bytes, str] = {}
    for item in imports:
        if item.style or item.name == "*" or item.module.startswith(".") or item.module.partition(".")[0] in STDLIB:
            continue
        local = item.alias or item.name or item.module.partition(".")[0]
        whole = item.module if item.alias or item.name else local
        modules[local.encode()] = f"{whole}.{item.name}" if item.name else whole
    if not modules:
        return
    seen = set()
    names = b"|".join(sorted(modules, reverse=True))  # of two with one beginning, the longer one first
    for found in re.finditer(rb"(?<![\w.])(%s)((?:\.[A-Za-z_]\w*){1,3})" % names, data):
        if found[0] in seen:
            continue
        start, end = found.span(1)
        leaf = root.descendant_for_byte_range(start, end)
        around = leaf.parent if leaf is not None and leaf.kind_id == g.IDENTIFIER else None
        if around is None or around.kind_id != g.ATTRIBUTE or around.start_byte != start:
            continue
        if rebound(data, found[1].decode(), owner(start)):
            continue
        seen.add(found[0])
        line = around.start_point[0] + 1
        yield Import(line, modules[found[1]] + found[2].decode(), scope=USED, style="attribute")
