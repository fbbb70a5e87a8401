"""Places found by a word in the bytes and confirmed by the tree: to-do comments, ``yield``, syntax errors."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tree_sitter import Query, QueryCursor

from ..facts import ToDo
from ..text import TAGS
from . import grammar as g

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from tree_sitter import Node

    from .scope import Scope

    Places = Mapping[str, Sequence[int]]

MANY = 500
"""With more places than this, looking each one up goes through its neighbours in the tree too often: quadratic."""

_ALL_COMMENTS = Query(g.LANGUAGE, "(comment) @comment")
NEEDLES = (*TAGS, "yield")
# A tag opens the comment or has a colon or bracket behind it: "# see the TODO list" is not a to-do.
_ANY_TAG = f"(?:{'|'.join(TAGS)})"
_TO_DO = re.compile(rf"#[\s#:!*@-]*(?P<first>{_ANY_TAG}\b.*)|.*?\b(?P<later>{_ANY_TAG}[:(].*)")


def to_do(data: bytes, root: Node, places: Places) -> Iterator[ToDo]:
    """The to-do comments."""
    for leaf in _comments(root, places):
        if found := _TO_DO.match(data[leaf.start_byte : leaf.end_byte].decode()):
            yield ToDo(leaf.start_point[0] + 1, (found["first"] or found["later"]).rstrip())


def _comments(root: Node, places: Places) -> Iterable[Node]:
    """The comments that may contain a tag: looked up one by one, or in one pass over the tree if that costs less."""
    tags = [(at, at + len(tag)) for tag in TAGS for at in places.get(tag, ())]
    if len(tags) > MANY:
        return QueryCursor(_ALL_COMMENTS).captures(root).get("comment", [])
    found: dict[int, Node] = {}
    for start, end in tags:
        leaf = root.descendant_for_byte_range(start, end)
        if leaf is not None and leaf.kind_id == g.COMMENT:
            found[leaf.start_byte] = leaf
    return found.values()


def generators(root: Node, places: Places, owner: Callable[[int], Scope]) -> None:
    """Give their trait to the functions that hold a ``yield`` of their own."""
    for at in places.get("yield", ()):
        leaf = root.descendant_for_byte_range(at, at + 5)
        if leaf is not None and leaf.type == "yield":
            scope = owner(at)
            if scope.callable and "generator" not in scope.traits and not g.in_lambda(leaf, scope.body):
                scope.traits |= {"generator"}
