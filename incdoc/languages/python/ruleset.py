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
)
