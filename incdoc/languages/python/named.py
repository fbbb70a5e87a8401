"""Names in texts that are imported when the program runs.

``pytest_plugins = ["a.b"]``, ``import_module("a.b")``, ``importorskip("a.b")``, ``__import__("a.b")``,
``mock.patch("a.b.c")`` and ``monkeypatch.setattr("a.b.c", ...)``. A name that is computed is not known, and nothing is
said of it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..facts import NAMED, Import
from . import grammar as g
from .text import literal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tree_sitter import Node

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
