"""The types that a body raises.

A name after ``raise`` is a type if it is a class of the file, or if it is written as classes are (``ValueError``,
``errors.Wrong``) and no function binds it to something else. A variable, what a function returned, and an instance
are no types: ``raise error``, ``raise make(x)``, ``raise self._error``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ..predicates import Imported
from . import grammar as g
from .scope import find

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tree_sitter import Node

    from .predicates import PythonPredicates
    from .scope import Scope

_IN_SMALL_LETTERS = frozenset(
    f"{module}.error" for module in ("curses", "getopt", "os", "re", "select", "socket", "struct", "thread", "zlib")
) | {"socket.gaierror", "socket.herror", "socket.timeout"}
"""Exceptions that are not written as classes are."""


class Raised(NamedTuple):
    """A ``raise`` statement in the body of ``scope``; ``node``: the name, or what is called, ``name`` its text."""

    scope: Scope
    node: Node
    name: str
    line: int


def resolve(raised: Iterable[Raised], predicates: PythonPredicates) -> None:
    """Fill ``raises`` of the scopes."""
    for each in raised:
        if _is_type(each, predicates):
            if each.scope.raises is None:
                each.scope.raises = []
            each.scope.raises.append((each.name, each.line))


def _is_type(raised: Raised, predicates: PythonPredicates) -> bool:
    near = find(raised.name, raised.scope)
    if near is not None:
        return near.kind == "class"
    first = raised.node
    while first.kind_id == g.ATTRIBUTE and (inner := first.child(0)) is not None:
        first = inner
    if first.kind_id != g.IDENTIFIER:
        return False
    last = raised.name.rpartition(".")[2].lstrip("_")
    if not last[:1].isupper() or (last.isupper() and len(last) > 1):  # a constant is an instance
        return predicates.origin(raised.node) in _IN_SMALL_LETTERS
    bound = predicates.binding(first)
    return first is not raised.node or bound is None or isinstance(bound, Imported) or not predicates.is_local(bound)
