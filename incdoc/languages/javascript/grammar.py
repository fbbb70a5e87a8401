"""The grammar of JavaScript, which reads JSX too."""

from __future__ import annotations

import tree_sitter_javascript

from ..syntax import Grammar
from ..typescript.nodes import MAX_TOKENS, Nodes

NODES = Nodes(Grammar(tree_sitter_javascript.language(), MAX_TOKENS))
parse = NODES.grammar.parse
