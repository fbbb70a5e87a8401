"""Where a source of TypeScript or JavaScript uses what it imports: calls, types, values, elements of JSX."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..facts import Import, Use
from ..syntax import ERROR
from ..uses import MOST_USES, Hidden, occurrences

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tree_sitter import Node

    from .nodes import Nodes

_MEMBERS = re.compile(rb"(?:\??\.[A-Za-z_$][\w$]*){1,4}")
_CALLED = (b"(", b"?.(")
_PART_OF_A_NAME = b"$"


def read(
    nodes: Nodes, data: bytes, root: Node, imports: Sequence[Import], owner: Callable[[int], str]
) -> Iterator[Use]:
    """The uses of a source. ``owner``: the qualified name of the definition around a byte."""
    bound: dict[bytes, list[int]] = {}
    for number, item in enumerate(imports):
        local = item.alias or item.name
        if local not in ("", "*", "default") and not item.style.startswith("export"):
            bound.setdefault(local.encode(), []).append(number)
    hidden, broken = Hidden(), root.has_error
    reads: list[tuple[int, int, bytes, Node]] = []
    for start, word in occurrences(data, bound):
        end = start + len(word)
        if _PART_OF_A_NAME in (data[start - 1 : start], data[end : end + 1]):
            continue
        leaf = root.descendant_for_byte_range(start, end)
        if leaf is None or leaf.kind_id not in nodes.names or (around := leaf.parent) is None:
            continue
        if not nodes.binds(leaf, around):
            if around.kind_id not in nodes.specifying and len(reads) < MOST_USES and not (broken and _in_error(around)):
                reads.append((start, end, word, around))
        elif (scope := _scope(nodes, around)) is not None:
            hidden.add(word, scope)
    for start, end, word, around in reads:
        if not hidden.covers(word, start):
            found = _MEMBERS.match(data, end)
            rest = found[0] if found else b""
            called = data.startswith(_CALLED, end + len(rest))
            name = owner(start) or _declared(nodes, around, owner)
            if broken and not name:
                continue  # the declaration around it may be what the grammar could not read
            for number in bound[word]:
                yield Use(name, number, rest.replace(b"?", b"").decode()[1:], called)


def _declared(nodes: Nodes, around: Node, owner: Callable[[int], str]) -> str:
    """The function or class that is the value of the variable in whose type a name is; else empty."""
    at: Node | None = around
    while at is not None and at.kind_id not in nodes.declarator:
        at = at.parent
    value = at.child_by_field_name("value") if at is not None else None
    return owner(value.start_byte) if value is not None else ""


def _in_error(node: Node) -> bool:
    """Whether a node is in what the grammar could not read: which definition is around it is not known."""
    at: Node | None = node
    while at is not None:
        if at.kind_id == ERROR:
            return True
        at = at.parent
    return False


def _scope(nodes: Nodes, around: Node) -> tuple[int, int] | None:
    """Where a name has the meaning that ``around`` gives it; None if that is the whole source."""
    at = around.parent if around.kind_id in nodes.named_around else around
    while at is not None and at.kind_id not in nodes.scopes:
        at = at.parent
    return at.byte_range if at is not None and at.parent is not None else None
