"""The rules of the findings in shell: ``rules/*.scm`` beside this module."""

from __future__ import annotations

from ..findings import Rules
from .predicates import ShellPredicates
from .suppressions import suppressions

RULES = Rules(
    package=__package__,
    grammar="tree_sitter_bash",
    predicates=ShellPredicates,
    barriers=frozenset({"function_definition", "program"}),
    suppressions=suppressions,
    comments=(b"#",),
)
