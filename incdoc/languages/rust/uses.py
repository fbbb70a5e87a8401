"""Where a source of Rust uses what it imports: calls, types, values, macros, names in the arguments of macros; and what
it calls of itself."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..facts import FREE, Import, Use
from ..uses import MOST_USES, Hidden, bind, occurrences, scope_of
from . import grammar as g

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tree_sitter import Node

    from ..searching import Owners

_PATH = re.compile(rb"(?:::[A-Za-z_]\w*){1,4}")
_CALL = re.compile(rb"(?<![\w.:])(self\.|Self::)?+([a-z_]\w*+)\(")
_CALLABLE = frozenset(("function", "method"))
_CALLED = (b"(", b"!", b"::<")
_NAMELESS = ("", "*", "_")
OF_OWN = "own"
"""The style of what is no import but a definition of the source."""


def find(data: bytes, root: Node, imports: Sequence[Import], owners: Owners) -> Iterator[Use]:
    """The uses of a source."""
    bound: dict[bytes, list[int]] = {}
    for number, item in enumerate(imports):
        local = (item.alias or item.module.rpartition("::")[2]).removeprefix("r#")
        if local not in _NAMELESS and item.style != "path":
            bind(bound, local, number)
    functions = {each.name for each in owners.every() if each.kind in _CALLABLE}
    last = {each.rpartition("::")[2].encode() for each in functions}
    for word in {found[2] for found in _CALL.finditer(data) if found[1] is None} & last:
        bound.setdefault(word, []).append(FREE)
    hidden, inner_ones = Hidden(), Hidden()  # what hides an import; what hides a function of the source
    reads: list[tuple[int, bytes]] = []
    for start, word in occurrences(data, bound):
        if data.startswith(b"::", start - 2):
            continue
        leaf = root.descendant_for_byte_range(start, start + len(word))
        if leaf is None or leaf.kind_id not in g.NAMES or (around := leaf.parent) is None:
            continue
        if _binds(leaf, around):
            if around.kind_id in g.NAMED and _is_own(around, owners.around(start, "module"), imports, bound[word]):
                continue
            if (scope := scope_of(around, g.NAMED, g.SCOPES)) is not None:
                hidden.add(word, scope)
                if owners.name(start) not in functions or around.kind_id not in g.FUNCTION:
                    inner_ones.add(word, scope)
        elif _is_read(leaf, around) and len(reads) < MOST_USES:
            reads.append((start, word))
    for start, word in reads:
        numbers = [each for each in bound[word] if not (inner_ones if each == FREE else hidden).covers(word, start)]
        if not numbers:
            continue
        path = _PATH.match(data, start + len(word))
        rest = path[0] if path else b""
        owner, module = owners.name(start), owners.around(start, "module")
        called = data.startswith(_CALLED, start + len(word) + len(rest))
        for number in numbers:
            if number == FREE:
                inner = f"{module}::{word.decode()}" if module else word.decode()
                if called and not rest and inner in functions:
                    yield Use(owner, FREE, inner, True)
            elif imports[number].within == module:
                yield Use(owner, number, rest.decode()[2:], called)
    yield from _of_self(data, root, functions, last, owners)


def _of_self(data: bytes, root: Node, functions: set[str], last: set[bytes], owners: Owners) -> Iterator[Use]:
    """The calls of methods of the type whose method calls them."""
    seen = set()
    for found in _CALL.finditer(data):
        if found[1] is None or found[2] not in last:
            continue
        key = owners.innermost(found.start()), found[2]
        if key in seen:
            continue
        seen.add(key)
        name = next((each.name for each in owners.chain(key[0])), "")
        method = f"{name.rpartition('::')[0]}::{found[2].decode()}"
        leaf = root.descendant_for_byte_range(*found.span(2))
        if name in functions and method in functions and leaf is not None and leaf.kind_id in g.CALLED:
            yield Use(owners.named(key[0]), FREE, method, True)


def _binds(leaf: Node, around: Node) -> bool:
    """Whether a name is bound by what is directly around it. A pattern may also have the name of a constant."""
    if around.kind_id in g.PATTERNS:
        return around.child_by_field_name("type") != leaf
    field = g.BINDING.get(around.kind_id)
    return field is not None and around.child_by_field_name(field) == leaf


def _is_own(around: Node, module: str, imports: Sequence[Import], numbers: list[int]) -> bool:
    """Whether an item is the definition whose own uses are sought."""
    directly = around.parent is not None and around.parent.kind_id in g.ITEMS
    return directly and any(
        each != FREE and (imports[each].style, imports[each].within) == (OF_OWN, module) for each in numbers
    )


def _is_read(leaf: Node, around: Node) -> bool:
    """Not what an import names, nor the trait of an ``impl``, which is a base."""
    at: Node | None = around
    while at is not None and at.kind_id in g.IN_USE:
        at = at.parent
    if at is None or at.kind_id in g.USE or at.kind_id in g.MODULE or at.kind_id in g.EXTERN_CRATE:
        return False
    return not (around.kind_id in g.IMPL and around.child_by_field_name("trait") == leaf)
