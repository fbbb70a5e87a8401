"""The grammars of TypeScript, without and with JSX."""

from __future__ import annotations

from typing import TYPE_CHECKING

import tree_sitter_typescript

from ..syntax import Grammar
from .nodes import MAX_TOKENS, Nodes

if TYPE_CHECKING:
    from tree_sitter import Tree

PLAIN = Nodes(Grammar(tree_sitter_typescript.language_typescript(), MAX_TOKENS))
JSX = Nodes(Grammar(tree_sitter_typescript.language_tsx(), MAX_TOKENS))


def parse(data: bytes) -> Tree:
    """The tree of the grammar that can read a source, as far as one can."""
    plain = PLAIN.grammar.parse(data)
    return JSX.grammar.parse(data) if plain.root_node.has_error else plain
