"""Which names of its own and other packages a source of Go uses: calls, types, values.

A name of the package needs no import, so each name that no scope inside the source binds is a use (``FREE``), with the
name after it: ``restic.Open``. What it means is told where the packages are known. A method is used where its receiver
is the parameter of that name, which has a type without doubt.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..facts import FREE, Use
from ..uses import MOST_USES
from . import grammar as g

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from tree_sitter import Node

    from ..facts import Import
    from ..searching import Owners

_TOKEN = re.compile(
    rb"""//[^\n]*+|/\*.*?\*/|"(?:[^"\\\n]|\\.)*+"|`[^`]*+`|'(?:[^'\\\n]|\\.)*+'"""
    rb"""|(?<![\w\x80-\xff])(?<![^.]\.)([A-Za-z_\x80-\xff][\w\x80-\xff]*+)"""
    rb"""((?:\.[A-Za-z_\x80-\xff][\w\x80-\xff]*+)?)(\(?)""",
    re.DOTALL,
)
_KNOWN = frozenset(
    (
        b"any break case chan const continue default defer else fallthrough for func go goto if import interface map"
        b" package range return select struct switch type var _ append bool byte cap close comparable complex"
        b" complex128 complex64 copy delete error false float32 float64 imag int int16 int32 int64 int8 iota len make"
        b" new nil panic print println real recover rune string true uint uint16 uint32 uint64 uint8 uintptr"
    ).split()
)
"""Keywords, and names that all sources know. A package may give one another meaning, which hardly any does."""


_PARAMETERS = re.compile(rb"(?<=[\[, ])[\w\x80-\xff]++(?=[\], ])")
_MOST_SCOPES = 20
"""Of one name in one declaration; of more, it counts as bound in all of it."""
_WORD = re.compile(rb"[\w\x80-\xff]++")
_FARTHEST = 200
"""Bytes before the sign of an assignment that may have the names."""


def find(data: bytes, root: Node, imports: Sequence[Import], owners: Owners) -> Iterator[Use]:
    """The uses of a source, except for those of types that are embedded, which are bases."""
    known = owners.names()
    for item in imports:
        known.update(re.findall(rb"[^/.-]+", (item.alias or item.module).encode()))
    count = 0
    for node in root.children:
        if node.kind_id in g.DECLARATIONS:
            for use in _Declaration(data, root, node, known, owners).uses():
                yield use
                count += 1
                if count == MOST_USES:
                    return


class _Declaration:
    """One declaration at the top level. ``known``: the names of the source, and those that its imports may bind; in
    which part of the declaration they mean something else is found out. Other names that are bound in any part count as
    bound in all of it."""

    def __init__(self, data: bytes, root: Node, node: Node, known: Collection[bytes], owners: Owners) -> None:
        self._data, self._root, self._node, self._known, self._owners = data, root, node, known, owners
        self._hidden: dict[bytes, list[tuple[int, int]]] = {}

    def uses(self) -> Iterator[Use]:
        """Those of the declaration."""
        data, known, owners = self._data, self._known, self._owners
        seen = set()
        alone = owners.innermost(self._node.start_byte) if self._node.kind_id in g.FUNCTION else None
        receiver, type_, start = _receiver(self._node)
        local = set(_PARAMETERS.findall(data, self._node.start_byte, start)) - {type_}  # of the type of the receiver
        at = data.find(b":=", start, self._node.end_byte)
        while at >= 0:
            line = max(data.rfind(b"\n", at - _FARTHEST, at), data.rfind(b"{", at - _FARTHEST, at)) + 1
            words = _WORD.findall(data, line or max(at - _FARTHEST, start), at)
            local.update(word for word in words if word not in known)
            at = data.find(b":=", at + 2, self._node.end_byte)
        leaf_at = self._root.descendant_for_byte_range
        skipped = local | _KNOWN
        for found in _TOKEN.finditer(data, start, self._node.end_byte):
            word, rest, call = found.groups()
            if word is None or word in skipped:
                continue
            key = word, rest, call, owners.innermost(found.start()) if alone is None else alone
            if key in seen and (rest or (word not in known and word != receiver)):
                continue
            leaf = leaf_at(*found.span(1))
            around = leaf.parent if leaf is not None and leaf.kind_id in g.NAMES else None
            if leaf is None or around is None:
                continue
            if (binder := _binder(leaf, around)) is not None:
                if word not in known and word != receiver:
                    skipped.add(word)
                else:
                    self._bind(word, leaf, binder)
            elif _is_read(leaf, around) and (word != receiver or rest) and not self._covers(word, leaf.start_byte):
                seen.add(key)
                text = (type_ if word == receiver else word) + rest
                yield Use(owners.named(key[3]), FREE, text.decode("utf-8", "replace"), bool(call))

    def _covers(self, word: bytes, at: int) -> bool:
        """Whether a place is in a scope that binds a name."""
        return word in self._hidden and any(start <= at < stop for start, stop in self._hidden[word])

    def _bind(self, word: bytes, leaf: Node, binder: Node) -> None:
        """Note in which part a name is bound."""
        scope = binder.parent if binder.kind_id in g.TYPE_SPEC else binder
        while scope is not None and scope.kind_id not in g.SCOPES:
            scope = scope.parent
        if scope is None:
            return
        known = leaf.start_byte
        if binder.kind_id in g.STATEMENTS:
            known = binder.end_byte
        elif binder.kind_id in g.PARAMETERS and (body := scope.child_by_field_name("body")) is not None:
            known = body.start_byte  # the types of other parameters are not those that it hides
        found = self._hidden.setdefault(word, [])
        if len(found) < _MOST_SCOPES:
            found.append((known, scope.end_byte))
        else:
            found[:] = [(0, self._node.end_byte)]


def _receiver(node: Node) -> tuple[bytes | None, bytes, int]:
    """The name of a method's receiver, its type, and where what may use names begins."""
    receiver, named = node.child_by_field_name("receiver"), node.child_by_field_name("name")
    start = named.end_byte if named is not None else node.start_byte
    parameter = _first(receiver) if receiver is not None else None
    name, at = (parameter.child_by_field_name(each) for each in ("name", "type")) if parameter else (None, None)
    while at is not None and at.kind_id not in g.NAMES:
        at = _first(at)
    return name.text if name is not None else None, (at.text or b"") if at is not None else b"", start


def _first(node: Node) -> Node | None:
    """The first named child; ``named_child`` raises where there is none, as in ``func () f()``."""
    return next(iter(node.named_children), None)


def _binder(leaf: Node, around: Node) -> Node | None:
    """What binds a name in a part of the source; None if that is read, or declared at the top level."""
    kind = around.kind_id
    if kind in g.PARAMETERS:
        return around if leaf.kind_id in g.IDENTIFIER else None  # types are of another kind
    if kind in g.VALUES:
        return around if leaf.kind_id in g.IDENTIFIER else None  # values are in a list
    if kind in g.TYPE_SPEC:
        return around if around.child_by_field_name("name") == leaf else None
    if kind in g.LIST and (statement := around.parent) is not None and statement.kind_id in g.BINDING:
        return statement if statement.named_child(0) == around else None
    return None


def _is_read(leaf: Node, around: Node) -> bool:
    """Whether a name is neither that of a field nor of a base, nor the key of a literal, which is a field unless the
    literal says that it is no struct."""
    kind = around.kind_id
    if kind in g.LITERAL_ELEMENT:
        pair = around.parent
        return pair is None or pair.kind_id not in g.KEYED or pair.named_child(0) != around or _is_indexed(pair)
    while kind in g.PARTS_OF_TYPES and around.parent is not None:
        around = around.parent
        kind = around.kind_id
    if kind in g.FIELD:
        return around.child_by_field_name("name") is not None
    return not (kind in g.EMBEDDED and around.parent is not None and around.parent.kind_id in g.INTERFACE)


def _is_indexed(pair: Node) -> bool:
    """Whether the keys of a literal are values."""
    body = pair.parent
    whole = body.parent if body is not None and body.kind_id in g.LITERAL_VALUE else None
    type_ = whole.child_by_field_name("type") if whole is not None and whole.kind_id in g.COMPOSITE else None
    return type_ is not None and type_.kind_id in g.INDEXED
