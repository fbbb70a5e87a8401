"""The attributes that methods set on their first parameter: ``self.x = 1``, ``self.x: int``, ``self.a, self.b = pair``.

Places are found by an expression in the bytes and confirmed by the tree, because bodies of functions are not walked.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from msgspec.structs import replace

from ..facts import Definition
from . import grammar as g
from .statements import sides
from .text import fold
from .traits import INSTANCE, is_private

if TYPE_CHECKING:
    from collections.abc import Callable

    from tree_sitter import Node

    from .scope import Scope
    from .statements import Statements

_FIRST = re.compile(r"(?:\[.*?\])?\(\s*(\w+)", re.DOTALL)


def find(read: Statements, owner: Callable[[int], Scope]) -> None:
    """Add these attributes to the names in ``read``, each where it is set first. What the body of the class binds as
    well has the documentation that a method gives it. Private ones are left out, unless they are documented."""
    firsts = {first for scope in read.scopes if scope.kind == "method" and (first := _first_parameter(scope))}
    for first in sorted(firsts):
        written = first.encode()
        passed = 0
        for match in _set_on(written).finditer(read.data):
            start = match.start()
            if start < passed:
                continue
            method = _method(owner(start))
            if method is None or method.parent is None or _first_parameter(method) != first:
                continue
            leaf = read.root.descendant_for_byte_range(start, start + len(written))
            if leaf is not None and leaf.kind_id == g.IDENTIFIER:
                passed, names = _names(read, leaf, written)
                for name, at, found in names:
                    _add(read, method.parent, name, at, found)


def _add(read: Statements, owner: Scope, name: str, at: int, found: Definition) -> None:
    """``found``: the attribute without the name of its class."""
    number = owner.names.get(name)
    if number is not None:
        start, known = read.names[number]
        unknown = not known.signature and "slot" in known.traits
        if (doc := known.doc or found.doc) != known.doc or unknown:
            signature = found.signature if unknown else known.signature
            owner.budget.spend(found.doc)
            read.names[number] = start, replace(known, doc=doc, signature=signature)
    elif name not in owner.members and (found.doc or not is_private(name)):
        owner.budget.spend(found.doc)
        owner.binds(name, len(read.names))
        read.names.append((at, replace(found, name=owner.qualified(name))))


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


def _names(read: Statements, leaf: Node, of: bytes) -> tuple[int, list[tuple[str, int, Definition]]]:
    """Where the targets end that have ``leaf`` as the object of one; (name, place, definition) of each attribute among
    them."""
    data = read.data
    below, node = leaf, leaf.parent
    while node is not None and (node.kind_id == g.ATTRIBUTE or node.kind_id in g.PATTERNS):
        below, node = node, node.parent
    if node is None or node.kind_id != g.ASSIGNMENT or node.child(0) != below:
        return 0, []
    signature = doc = ""
    end = 0
    if below.kind_id == g.ATTRIBUTE:
        _, value, annotation = sides(node)
        while value is not None and value.kind_id == g.ASSIGNMENT:  # a = b = 1
            _, value, _ = sides(value)
        written = fold(data[annotation.start_byte : annotation.end_byte]) if annotation is not None else ""
        signature = read.signature(written, value)
        end = node.end_point[0] + 1
    statement = node.parent
    if statement is not None and statement.kind_id == g.EXPRESSION:
        doc = read.said_of(statement)
    names = []
    waiting = [below]
    while waiting:
        at = waiting.pop()
        if at.kind_id in g.PATTERNS:
            waiting += reversed(at.named_children)
        elif at.kind_id == g.ATTRIBUTE and at.child_count:
            object_, name = at.child(0), at.child_by_field_name("attribute")
            if data[object_.start_byte : object_.end_byte] == of and name is not None:
                line = name.start_point[0] + 1
                found = Definition("attribute", "", line, end or line, signature, doc, (INSTANCE,))
                names.append((data[name.start_byte : name.end_byte].decode(), name.start_byte, found))
    return below.end_byte, names
