"""The attributes that methods set on their first parameter: ``self.x = 1``, ``self.x: int``, ``self.a, self.b = pair``.

Places are found by an expression in the bytes and confirmed by the tree, because bodies of functions are not walked.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from . import grammar as g

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from tree_sitter import Node

    from .scope import Scope

_FIRST = re.compile(r"(?:\[.*?\])?\(\s*(\w+)", re.DOTALL)


def find(data: bytes, root: Node, scopes: Iterable[Scope], owner: Callable[[int], Scope]) -> None:
    """Give the classes among ``scopes`` the names of these attributes, each with the line where it is set first."""
    firsts = {first for scope in scopes if scope.kind == "method" and (first := _first_parameter(scope))}
    for first in sorted(firsts):
        written = first.encode()
        for match in _set_on(written).finditer(data):
            start = match.start()
            method = _method(owner(start))
            if method is None or method.parent is None or _first_parameter(method) != first:
                continue
            leaf = root.descendant_for_byte_range(start, start + len(written))
            if leaf is not None and leaf.kind_id == g.IDENTIFIER:
                for name, line in _names(data, leaf, written):
                    method.parent.sets(name, line)


@cache
def _set_on(name: bytes) -> re.Pattern[bytes]:
    """Where an attribute of a name may be set: the name comes first, so that the bytes are searched for it."""
    return re.compile(rb"%s\.[\w\x80-\xff]+[ \t]*(?:,|:|=(?!=))" % re.escape(name))


def _method(scope: Scope) -> Scope | None:
    """The method around a scope, which may be a function in it."""
    at: Scope | None = scope
    while at is not None and at.kind == "function":
        at = at.parent
    return at if at is not None and at.kind == "method" else None


def _first_parameter(method: Scope) -> str:
    """The name of the instance; empty where there is none."""
    if "staticmethod" in method.traits or "classmethod" in method.traits:
        return ""
    match = _FIRST.match(method.signature)
    return match[1] if match else ""


def _names(data: bytes, leaf: Node, of: bytes) -> Iterator[tuple[str, int]]:
    """(name, line) of the attributes that are set by the statement in which ``leaf`` is one's object."""
    below, node = leaf, leaf.parent
    while node is not None and (node.kind_id == g.ATTRIBUTE or node.kind_id in g.PATTERNS):
        below, node = node, node.parent
    if node is None or node.kind_id != g.ASSIGNMENT or node.child(0) != below:
        return
    waiting = [below]
    while waiting:
        at = waiting.pop()
        if at.kind_id in g.PATTERNS:
            waiting += reversed(at.named_children)
        elif at.kind_id == g.ATTRIBUTE and at.child_count:
            object_, name = at.child(0), at.child_by_field_name("attribute")
            if data[object_.start_byte : object_.end_byte] == of and name is not None:
                yield data[name.start_byte : name.end_byte].decode(), at.start_point[0] + 1
