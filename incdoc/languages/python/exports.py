"""``__all__``, if it is made of literals."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from . import grammar as g
from .text import literal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tree_sitter import Node

_METHOD = re.compile(rb"__all__\s*\.\s*(extend|append)\s*\Z")
_NAME = b"__all__"


class _ComputedError(Exception):
    """A part of ``__all__`` is known only when the program runs."""


def read(data: bytes, statements: Iterable[Node]) -> tuple[str, ...] | None:
    """The exported names in their order; None if a statement computes them, or there is none.

    An assignment replaces the names before it, also if the two are in branches of one ``if``.
    """
    names: list[str] | None = None
    try:
        for node in statements:
            names = _apply(data, node, names)
    except _ComputedError:
        return None
    return None if names is None else tuple(dict.fromkeys(names))


def _apply(data: bytes, node: Node, names: list[str] | None) -> list[str] | None:
    if node.kind_id in (g.ASSIGNMENT, g.AUGMENTED):
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is None or data[left.start_byte : left.end_byte] != _NAME:
            return names
        if right is None:
            return names
        more = _strings(data, right)
        if node.kind_id == g.ASSIGNMENT:
            return more
        return (names or []) + more
    if node.kind_id == g.CALL:
        called, arguments = node.child(0), node.child_by_field_name("arguments")
        method = _METHOD.match(data[called.start_byte : called.end_byte])
        if method and arguments is not None:
            given = [child for child in arguments.named_children if child.kind_id not in g.SKIPPED]
            if len(given) != 1:
                raise _ComputedError
            return (names or []) + (_strings(data, given[0]) if method[1] == b"extend" else [_string(data, given[0])])
        if data[called.start_byte : called.end_byte].startswith(_NAME):
            raise _ComputedError
    return names


def _strings(data: bytes, node: Node) -> list[str]:
    """The items of a list or tuple, or of several that are added."""
    found: list[str] = []
    waiting = [node]
    while waiting:
        at = waiting.pop()
        if at.kind_id in (g.BINARY, g.PARENTHESES):
            if at.kind_id == g.BINARY and any(child.type not in ("+",) for child in at.children if not child.is_named):
                raise _ComputedError
            waiting += reversed([child for child in at.named_children if child.kind_id not in g.SKIPPED])
        elif at.kind_id in g.SEQUENCES or at.kind_id == g.EXPRESSION_LIST:
            found += [_string(data, child) for child in at.named_children if child.kind_id not in g.SKIPPED]
        else:
            raise _ComputedError
    return found


def _string(data: bytes, node: Node) -> str:
    found = joined(data, node)
    if found is None:
        raise _ComputedError
    return found


def joined(data: bytes, node: Node) -> str | None:
    """The text of a literal string, in one piece or several; None if it is none, or computed."""
    pieces = [node] if node.kind_id == g.STRING else node.children if node.kind_id == g.CONCATENATED else []
    texts = [literal(data[piece.start_byte : piece.end_byte].decode()) for piece in pieces]
    known = [text for text in texts if text is not None]
    return "".join(known) if known and len(known) == len(texts) else None
