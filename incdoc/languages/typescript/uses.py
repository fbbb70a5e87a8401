"""Where a source of TypeScript or JavaScript uses what it imports, in calls, types, values, elements of JSX; and what
it calls of itself."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from ..facts import FREE, Import, Use
from ..syntax import ERROR
from ..uses import MOST_USES, Hidden, bind, occurrences, scope_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tree_sitter import Node

    from ..searching import Owners
    from .nodes import Nodes

_MEMBERS = re.compile(rb"(?:\??\.[A-Za-z_$][\w$]*){1,4}")
_CALLED = (b"(", b"?.(")
_CALL = re.compile(rb"(?<![\w$.])([A-Za-z_$][\w$]*+)\(")
_THIS = re.compile(rb"this\.(?<![\w$.]this\.)([A-Za-z_$][\w$]*+)\(")
_CALLABLE = frozenset(("function", "class"))
_PART_OF_A_NAME = b"$"
_AFTER_READ = b".", b"<", b"[", b";"
_BEFORE_READ = b": ", b"= ", b"| ", b"& "


def find(nodes: Nodes, data: bytes, root: Node, imports: Sequence[Import], owners: Owners) -> Iterator[Use]:
    """The uses of a source."""
    owner = owners.name
    bound: dict[bytes, list[int]] = {}
    for number, item in enumerate(imports):
        local = item.alias or item.name
        if local not in ("", "*", "default") and not item.style.startswith("export"):
            bind(bound, local, number)
    own = {each.name.encode() for each in owners.every() if each.kind in _CALLABLE and "." not in each.name}
    for each in own.intersection(_CALL.findall(data)) - bound.keys():
        bound[each] = [FREE]
    hidden, broken = Hidden(), root.has_error
    reads: list[_Read] = []
    seen = set()
    for start, word in occurrences(data, bound):
        end = start + len(word)
        if _PART_OF_A_NAME in (data[start - 1 : start], data[end : end + 1]):
            continue
        members = _MEMBERS.match(data, end)
        rest = members[0] if members else b""
        name = owner(start)
        key = name, word, rest, data.startswith(_CALLED, end + len(rest))
        if key in seen and _only_reads(data, start, end):
            continue
        leaf = root.descendant_for_byte_range(start, end)
        if leaf is None or leaf.kind_id not in nodes.names or (around := leaf.parent) is None:
            continue
        if nodes.binds(leaf, around):
            if (scope := scope_of(around, nodes.named_around, nodes.scopes)) is not None:
                hidden.add(word, scope)
        elif around.kind_id not in nodes.specifying and not (broken and _in_error(around)):
            seen.add(key)
            reads.append(_Read(start, around, *key))
            if len(reads) == MOST_USES:
                break
    for read in reads:
        name = read.owner or _declared(nodes, read.around, owner)
        # in a source with errors, the declaration around a name may be what the grammar could not read
        if (name or not broken) and not hidden.covers(read.word, read.start):
            for number in bound[read.word]:
                if number != FREE:
                    yield Use(name, number, read.rest.replace(b"?", b"").decode()[1:], read.called)
                elif read.called and not read.rest:
                    yield Use(name, FREE, read.word.decode(), True)
    yield from _of_this(nodes, data, root, owners)


def _of_this(nodes: Nodes, data: bytes, root: Node, owners: Owners) -> Iterator[Use]:
    """The calls of methods of a class in it. In a function that is no arrow ``this`` is another object."""
    methods = {each.name for each in owners.every() if each.kind == "method"}
    seen = set()
    for found in _THIS.finditer(data) if methods else ():
        key = owners.innermost(found.start()), found[1]
        name = next((each.name for each in owners.chain(key[0])), "")
        method = f"{name.rpartition('.')[0]}.{found[1].decode()}"
        if key in seen or method not in methods:
            continue
        leaf = root.descendant_for_byte_range(found.start(), found.start() + 4)
        around = leaf.parent if leaf is not None else None
        if around is None or around.kind_id not in nodes.member:
            continue
        while around is not None and around.kind_id not in nodes.with_this:
            around = around.parent
        holder = around.parent if around is not None else None
        if holder is not None and around is not None and not {around.kind_id, holder.kind_id} & nodes.other_this:
            seen.add(key)
            yield Use(owners.named(key[0]), FREE, method, True)


class _Read(NamedTuple):
    """A place where a name is read that an import may bind."""

    start: int
    around: Node
    owner: str
    word: bytes
    rest: bytes
    called: bool


def _only_reads(data: bytes, start: int, end: int) -> bool:
    """Whether nothing can be bound by a word in such a place, as may be seen by what is beside it."""
    return data[end : end + 1] in _AFTER_READ or data[start - 2 : start] in _BEFORE_READ


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
