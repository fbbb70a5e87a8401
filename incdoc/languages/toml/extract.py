"""TOML: bytes -> Facts: tables and keys, those of inline tables too."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from ..keyed import Source, facts, part
from ..syntax import Grammar, errors
from . import strings
from .manifest import Manifest

if TYPE_CHECKING:
    from tree_sitter import Node

    from ..facts import Facts


@cache
def _grammar() -> Grammar:
    import tree_sitter_toml

    return Grammar(tree_sitter_toml.language())


def extract(data: bytes) -> Facts:
    """The facts of one TOML source. Pure; never raises, whatever the bytes are."""
    return facts("toml", data, _read, owned=True)


class _Kinds(NamedTuple):
    """The numbers of types of nodes."""

    array: frozenset[int]
    bare: frozenset[int]
    dotted: frozenset[int]
    inline: frozenset[int]
    key: frozenset[int]
    pair: frozenset[int]
    element: frozenset[int]
    """A table in an array."""
    table: frozenset[int]


@cache
def _kinds() -> _Kinds:
    ids = _grammar().ids
    return _Kinds(
        array=ids("array"),
        bare=ids("bare_key"),
        dotted=ids("dotted_key"),
        inline=ids("inline_table"),
        key=ids("bare_key", "quoted_key", "dotted_key"),
        pair=ids("pair"),
        element=ids("table_array_element"),
        table=ids("table", "table_array_element"),
    )


def _read(source: Source) -> None:
    root = _grammar().parse(source.data).root_node
    source.errors += errors(root)
    keys = _Keys(source, clean=not root.has_error)
    for node in root.named_children:
        keys.add(node)
    keys.manifest.give()


class _Keys:
    """The keys of a source. ``clean``: its tree has no errors."""

    def __init__(self, source: Source, clean: bool) -> None:
        self.manifest = Manifest(source)
        self._source = source
        self._clean = clean
        self._kinds = _kinds()

    def add(self, node: Node) -> None:
        """Add what is in a table or a pair at the top level."""
        kinds, number = self._kinds, node.kind_id
        if number in kinds.pair:
            self._pair(node, "")
        elif number in kinds.table:
            inside = node.named_children
            head = self._key(inside)
            if head is None:
                return
            table, row = self._name(head), node.start_point[0]
            pairs = [child for child in inside if child.kind_id in kinds.pair]
            self._source.define("table", table, row, (pairs[-1] if pairs else head).end_point[0])
            self.manifest.begin(table, row, number in kinds.element)
            for pair in pairs:
                self._pair(pair, f"{table}.")

    def _pair(self, pair: Node, around: str) -> None:
        kinds, source = self._kinds, self._source
        waiting = [(pair, around, "key")]
        while waiting:
            node, prefix, kind = waiting.pop()
            inside = node.named_children
            if node.kind_id not in kinds.pair:  # in arrays, which may hold tables
                waiting += [(child, prefix, kind) for child in reversed(inside)]
                continue
            key = self._key(inside)
            if key is None or len(inside) == 1:
                continue
            value = inside[1]
            name = prefix + self._name(key)
            source.define(kind, name, node.start_point[0], node.end_point[0], f" = {source.value(value)}")
            if kind == "key":
                self.manifest.add(name, prefix, value)
            if value.kind_id in kinds.inline:
                waiting += [(child, f"{name}.", kind) for child in reversed(value.named_children)]
            elif value.kind_id in kinds.array and self._has_tables(value):
                waiting.append((value, f"{name}.", "item key"))

    def _key(self, nodes: list[Node]) -> Node | None:
        """The first key among nodes."""
        keys = self._kinds.key
        for node in nodes:
            if node.kind_id in keys:
                return node
        return None

    def _has_tables(self, array: Node) -> bool:
        """Whether an array may have tables in it."""
        return not self._clean or self._source.data.find(b"{", array.start_byte, array.end_byte) >= 0

    def _name(self, key: Node) -> str:
        """A key, whose parts are quoted only where they must be."""
        kinds, source, number = self._kinds, self._source, key.kind_id
        if number in kinds.bare:
            return source.written(key)
        if number not in kinds.dotted:
            return part(strings.key(source.written(key)))
        parts: list[str] = []
        waiting = [key]
        while waiting:
            node = waiting.pop()
            if node.kind_id in kinds.dotted:
                waiting += reversed(node.named_children)
            else:
                parts.append(part(strings.key(source.written(node))))
        return ".".join(parts)
