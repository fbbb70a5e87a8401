"""Predicates of rules that know JavaScript, beside those of all languages (``languages/predicates.py``).

- ``#bare? @x``: there is nothing in the block ``x``, no comment either
- ``#looped? @x``: ``x`` is in the part of a loop that every round runs, with no function between them; a loop over what
  is asynchronous anyway (``for await``) is none, and neither is one around that
- ``#textual? @x``: ``x`` is text, or text and something else joined by ``+``
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, ClassVar

from ..predicates import Predicates

if TYPE_CHECKING:
    from tree_sitter import Node

_FUNCTIONS = frozenset((
    "arrow_function", "class_static_block", "function_declaration", "function_expression", "generator_function",
    "generator_function_declaration", "method_definition",
))  # fmt: skip
_ROUNDS = {
    "for_statement": ("condition", "increment", "body"),
    "for_in_statement": ("body",),
    "while_statement": ("condition", "body"),
    "do_statement": ("condition", "body"),
}
_TEXTS = frozenset(("string", "template_string"))
_MOST_STEPS = 200
"""Deeper in a function nothing is a loop."""


class ScriptPredicates(Predicates):
    """The predicates over one file."""

    ASKED: ClassVar[Mapping[str, Callable[..., bool]]] = {
        **Predicates.ASKED,
        "bare?": lambda _, node: node.child_count > 1 and node.children[1].type == "}",
        "looped?": lambda _, node: _is_looped(node),
        "textual?": lambda _, node: _is_textual(node),
    }


def _is_looped(node: Node) -> bool:
    for _ in range(_MOST_STEPS):
        above = node.parent
        if above is None or above.type in _FUNCTIONS:
            return False
        parts = _ROUNDS.get(above.type)
        if parts is not None:
            if any(child.type == "await" for child in above.children):
                return False
            if any(above.child_by_field_name(part) == node for part in parts):
                return True
        node = above
    return False


def _is_textual(node: Node) -> bool:
    inner: Node | None = node
    for _ in range(_MOST_STEPS):
        if inner is None or inner.type != "binary_expression":
            return inner is not None and inner.type in _TEXTS
        operator, right = inner.child_by_field_name("operator"), inner.child_by_field_name("right")
        if operator is None or operator.type != "+":
            return False
        if right is not None and right.type in _TEXTS:
            return True
        inner = inner.child_by_field_name("left")
    return False
