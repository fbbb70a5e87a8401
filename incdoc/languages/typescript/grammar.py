"""The grammars of TypeScript, without and with JSX."""

from __future__ import annotations

import tree_sitter_typescript

from ..syntax import Grammar
from .nodes import MAX_TOKENS, Nodes

PLAIN = Nodes(Grammar(tree_sitter_typescript.language_typescript(), MAX_TOKENS))
JSX = Nodes(Grammar(tree_sitter_typescript.language_tsx(), MAX_TOKENS))
