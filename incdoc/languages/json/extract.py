"""JSON, with comments too: bytes -> Facts: the keys of objects."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from ..keyed import Source, facts, part, shown
from ..syntax import Grammar, errors
from .manifest import KEYS, Manifest, outermost
from .scanner import is_strict, keys
from .strings import string, unquoted

if TYPE_CHECKING:
    from tree_sitter import Node

    from ..facts import Facts


@cache
def grammar() -> Grammar:
    """The grammar of JSON."""
    import tree_sitter_json

    return Grammar(tree_sitter_json.language())


def extract(data: bytes) -> Facts:
    """The facts of one JSON source. Pure; never raises, whatever the bytes are."""
    return facts("json", data, _read)


def _read(source: Source) -> None:
    root = None if is_strict(source.text) else _root(source)
    if root is None or not root.has_error:
        _scan(source)
    else:
        source.errors += errors(root)
        _walk(source, root)
    if any(each.name in KEYS for each in source.definitions):
        manifest = Manifest(source)
        for key, value in outermost(source.data, root or _root(source)):
            manifest.add(key, value)
        manifest.give()


def _root(source: Source) -> Node:
    return grammar().parse(source.data).root_node


def _scan(source: Source) -> None:
    """The keys of a source without errors."""
    names: list[str] = []
    for (written, value, outer, listed, row), last in keys(source.text):
        simple = part(unquoted(written))
        name = simple if outer < 0 else f"{names[outer]}.{simple}"
        names.append(name)
        signature = "" if value is None else f": {shown(value)}"
        source.define("item key" if listed else "key", name, row, last, signature, "")


def _walk(source: Source, root: Node) -> None:
    """The keys of a source with errors: those that the grammar found."""
    waiting: list[tuple[Node, str, str]] = [(root, "", "key")]
    while waiting:
        node, prefix, kind = waiting.pop()
        if node.type == "pair":
            key, value = node.child_by_field_name("key"), node.child_by_field_name("value")
            if key is None or value is None:
                continue
            name = prefix + part(string(source.data, key))
            nested = value.type in ("object", "array")
            signature = "" if nested else f": {source.value(value)}"
            source.define(kind, name, node.start_point[0], node.end_point[0], signature, "")
            if nested:
                waiting.append((value, f"{name}.", kind))
        elif node.type in ("object", "document", "array", "ERROR"):
            within = "item key" if node.type == "array" else kind
            waiting += [(child, prefix, within) for child in reversed(node.named_children)]
