"""The errors that a source of TypeScript or JavaScript throws by name: ``throw new TypeError(..)``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import named
from .grammar import JSX, PLAIN

if TYPE_CHECKING:
    from tree_sitter import Node


def read(data: bytes) -> tuple[tuple[str, int], ...]:
    """(name, line) of each."""
    return tuple(named((PLAIN.grammar, JSX.grammar), data, b"throw", _made))


def _made(leaf: Node) -> Node | None:
    statement = leaf.parent
    if statement is None or statement.type != "throw_statement" or not statement.named_children:
        return None
    error = statement.named_children[0]
    return error.child_by_field_name("constructor") if error.type == "new_expression" else None
