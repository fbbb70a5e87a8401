"""The errors that a source of C++ throws by name: ``throw Wrong(..)``, ``throw std::bad_alloc{}``."""

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
    return tuple(named((grammar.cuda(),), data, b"throw", _made, _ERRORS))


def _made(leaf: Node) -> Node | None:
    statement = leaf.parent
    if statement is None or statement.type != "throw_statement" or not statement.named_children:
        return None
    error = statement.named_children[0]
    return error.child_by_field_name("function") or error.child_by_field_name("type")
