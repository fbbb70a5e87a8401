"""The rules of the findings in JavaScript and TypeScript: ``rules/*.scm`` beside this module, for each grammar."""

from __future__ import annotations

from ..findings import Rules
from .predicates import ScriptPredicates
from .suppressions import suppressions

_BARRIERS = frozenset(
    {"arrow_function", "function_declaration", "function_expression", "method_definition", "class_body", "program"}
)
_LISTS = "arguments", "array", "binary_expression", "object", "pair", "parenthesized_expression"


def _rules(grammar: str) -> Rules:
    return Rules(
        package=__package__,
        grammar=grammar,
        predicates=ScriptPredicates,
        barriers=_BARRIERS,
        lists=_LISTS,
        suppressions=suppressions,
    )


JAVASCRIPT = _rules("tree_sitter_javascript")
TYPESCRIPT = _rules("tree_sitter_typescript:language_typescript")
TSX = _rules("tree_sitter_typescript:language_tsx")
