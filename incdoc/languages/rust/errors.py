"""The errors that a source of Rust returns by name: ``Err(Error::new(..))``, ``Err(Wrong)``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import named
from . import grammar as g

if TYPE_CHECKING:
    from tree_sitter import Node


def read(data: bytes) -> tuple[tuple[str, int], ...]:
    """(name, line) of each."""
    return tuple(named((g.GRAMMAR,), data, b"Err", _made))


def _made(leaf: Node) -> Node | None:
    call = leaf.parent
    if call is None or call.type != "call_expression" or call.child_by_field_name("function") != leaf:
        return None
    arguments = call.child_by_field_name("arguments")
    error = arguments.named_children[0] if arguments is not None and arguments.named_children else None
    if error is not None and error.type in ("call_expression", "struct_expression"):
        return error.child_by_field_name("function") or error.child_by_field_name("name")
    return error
