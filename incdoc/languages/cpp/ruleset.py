"""The rules of the findings in C, C++ and CUDA: ``rules/*.scm`` beside this module, for each of the two grammars."""

from __future__ import annotations

from ..findings import Rules
from .suppressions import suppressions

_BARRIERS = frozenset({"function_definition", "translation_unit", "lambda_expression"})
_LISTS = "argument_list", "binary_expression", "initializer_list", "parameter_list", "parenthesized_expression"

C_RULES = Rules(
    package=__package__, grammar="tree_sitter_c", barriers=_BARRIERS, lists=_LISTS, suppressions=suppressions
)
"""For sources that the grammar of C reads."""
RULES = Rules(
    package=__package__, grammar="tree_sitter_cuda", barriers=_BARRIERS, lists=_LISTS, suppressions=suppressions
)
"""For all others."""
