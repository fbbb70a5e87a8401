"""The errors that a source of C++ throws or returns by name: ``throw Wrong(..)``, ``return Status::Corruption(..)``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..errors import named
from . import grammar

if TYPE_CHECKING:
    from tree_sitter import Node

_ERRORS = re.compile(r"(?:\A|:)[A-Z]|\A(?:::)?std::")


def read(data: bytes) -> tuple[tuple[str, int], ...]:
    """(name, line) of each."""
    thrown = named((grammar.cuda(),), data, b"throw", _thrown, _ERRORS)
    made = named((grammar.cuda(),), data, b"Status", _status, _ERRORS)
    return tuple(sorted((*thrown, *made), key=lambda each: each[1]))


def _status(leaf: Node) -> Node | None:
    """A call of a function of a class ``Status`` with the name of an error: not ``Status::OK()``."""
    path = leaf.parent
    if path is None or path.type != "qualified_identifier" or path.child_by_field_name("scope") != leaf:
        return None
    name = path.child_by_field_name("name")
    while path.parent is not None and path.parent.type == "qualified_identifier":
        path = path.parent
    call = path.parent
    is_called = call is not None and call.type == "call_expression" and call.child_by_field_name("function") == path
    return path if is_called and name is not None and (name.text or b"").upper() != b"OK" else None


def _thrown(leaf: Node) -> Node | None:
    statement = leaf.parent
    if statement is None or statement.type != "throw_statement" or not statement.named_children:
        return None
    error = statement.named_children[0]
    return error.child_by_field_name("function") or error.child_by_field_name("type")
