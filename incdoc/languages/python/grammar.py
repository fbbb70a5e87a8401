"""The grammar: one parser per process, and its node types as numbers.

A number is compared in a tenth of the time that a name needs: ``node.type`` makes a text on each call.
"""

from __future__ import annotations

import tree_sitter_python
from tree_sitter import Language, Parser, Tree

LANGUAGE = Language(tree_sitter_python.language())
_PARSER = Parser(LANGUAGE)


def parse(data: bytes) -> Tree:
    """A tree of its own for ``data``; never a rest of a parse that was broken off."""
    _PARSER.reset()
    return _PARSER.parse(data)


def _ids(*names: str) -> frozenset[int]:
    """Every number of the named node types: the grammar gives some types several."""
    every = range(LANGUAGE.node_kind_count)
    found = frozenset(i for i in every if LANGUAGE.node_kind_is_named(i) and LANGUAGE.node_kind_for_id(i) in names)
    assert {LANGUAGE.node_kind_for_id(i) for i in found} == set(names), names
    return found


def _id(name: str) -> int:
    (number,) = _ids(name)
    return number


ASSIGNMENT = _id("assignment")
ATTRIBUTE = _id("attribute")
AUGMENTED = _id("augmented_assignment")
BINARY = _id("binary_operator")
CALL = _id("call")
CLASS = _id("class_definition")
COMMENT = _id("comment")
CONCATENATED = _id("concatenated_string")
CONTINUATION = _id("line_continuation")
DECORATED = _id("decorated_definition")
DECORATOR = _id("decorator")
EXPRESSION = _id("expression_statement")
FUNCTION = _id("function_definition")
IDENTIFIER = _id("identifier")
IF_STATEMENT = _id("if_statement")
ELIF = _id("elif_clause")
LAMBDA = _ids("lambda")
PARAMETERS = _id("parameters")
PARENTHESES = _id("parenthesized_expression")
RAISE = _id("raise_statement")
RETURN_TYPE = _id("type")
STRING = _id("string")
TRY_STATEMENT = _id("try_statement")
TYPE_ALIAS = _id("type_alias_statement")
TYPE_PARAMETERS = _id("type_parameter")
ARGUMENTS = _id("argument_list")
YIELD = _id("yield")
DICTIONARY = _id("dictionary")
PAIR = _id("pair")

EXPRESSION_LIST = _id("expression_list")

EQUALS = LANGUAGE.id_for_node_kind("=", False)
COLON = LANGUAGE.id_for_node_kind(":", False)

BLOCK = _ids("block")
IMPORTS = _ids("import_statement", "import_from_statement", "future_import_statement")
SEQUENCES = _ids("list", "tuple", "set")
SKIPPED = _ids("comment", "line_continuation")
PATTERNS = _ids("pattern_list", "tuple_pattern", "list_pattern", "list_splat_pattern", "parenthesized_expression")

ERROR = 65535
"""tree-sitter's own number, the same in every grammar."""

# What holds statements without being a definition.
CONTAINERS = (
    BLOCK
    | {ERROR}
    | _ids(
        "if_statement",
        "elif_clause",
        "else_clause",
        "for_statement",
        "while_statement",
        "try_statement",
        "except_clause",
        "finally_clause",
        "with_statement",
        "match_statement",
        "case_clause",
    )
)

DEFINING = frozenset({FUNCTION, CLASS})

# What the walk stops at, in a function's body and elsewhere.
READ_IN_FUNCTIONS = CONTAINERS | IMPORTS | DEFINING | {DECORATED, RAISE}
READ = READ_IN_FUNCTIONS | {EXPRESSION, TYPE_ALIAS}
