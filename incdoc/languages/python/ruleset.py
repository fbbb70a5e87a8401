"""The rules of Python's findings: ``rules/*.scm`` beside this module."""

from __future__ import annotations

from ..findings import Rules
from .predicates import BUILTINS, PythonPredicates
from .suppressions import suppressions

RULES = Rules(
    package=__package__,
    grammar="tree_sitter_python",
    predicates=PythonPredicates,
    barriers=frozenset({"function_definition", "class_definition", "lambda", "module"}),
    builtins=BUILTINS,
    suppressions=suppressions,
    unsuppressed=frozenset({"pattern"}),
    lists=(
        "argument_list",
        "binary_operator",
        "boolean_operator",
        "comparison_operator",
        "concatenated_string",
        "conditional_expression",
        "dictionary",
        "dictionary_comprehension",
        "generator_expression",
        "keyword_argument",
        "list",
        "list_comprehension",
        "pair",
        "parameters",
        "parenthesized_expression",
        "pattern_list",
        "set",
        "set_comprehension",
        "subscript",
        "tuple",
        "tuple_pattern",
    ),
    comments=(b"#",),
)
