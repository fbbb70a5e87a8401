"""The errors that a source of Rust returns or makes by name: ``Err(Wrong)``, ``io::Error::new(..)``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import named
from . import grammar as g

if TYPE_CHECKING:
    from tree_sitter import Node


def read(data: bytes) -> tuple[tuple[str, int], ...]:
    """(name, line) of each."""
    returned = named((g.GRAMMAR,), data, b"Err", _returned)
    made = named((g.GRAMMAR,), data, rb"\w*Error", _made)
    return tuple(sorted({*returned, *made}, key=lambda each: each[1]))


def _made(leaf: Node) -> Node | None:
    """``io::Error::new`` where it is called: as a value of ``map_err`` and ``ok_or`` it has no ``Err`` around it."""
    path = leaf.parent
    while path is not None and path.type == "scoped_identifier" and path.end_byte == leaf.end_byte:
        path = path.parent
    if path is None or path.type != "scoped_identifier":
        return None
    call = path.parent
    return path if call is not None and call.child_by_field_name("function") == path else None


def _returned(leaf: Node) -> Node | None:
    call = leaf.parent
    if call is None or call.type != "call_expression" or call.child_by_field_name("function") != leaf:
        return None
    arguments = call.child_by_field_name("arguments")
    error = arguments.named_children[0] if arguments is not None and arguments.named_children else None
    if error is not None and error.type in ("call_expression", "struct_expression"):
        return error.child_by_field_name("function") or error.child_by_field_name("name")
    return error
