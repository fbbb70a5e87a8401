"""The grammar: one parser for each process, and its node types as numbers.

A number is compared in a tenth of the time that a name needs: ``node.type`` makes a text on each call.
"""

from __future__ import annotations

import tree_sitter_python
from tree_sitter import Language, Node, Parser, Tree

LANGUAGE = Language(tree_sitter_python.language())
_PARSER = Parser(LANGUAGE)


def parse(data: bytes) -> Tree:
    """A new tree for ``data``; never one that continues a parse that was interrupted."""
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
BLOCK = _ids("block")
BOOLEAN = _id("boolean_operator")
CALL = _id("call")
CLASS = _id("class_definition")
COMMENT = _id("comment")
COMPARISON = _id("comparison_operator")
CONCATENATED = _id("concatenated_string")
CONTINUATION = _id("line_continuation")
DECORATED = _id("decorated_definition")
DECORATOR = _id("decorator")
EXPRESSION = _id("expression_statement")
FUNCTION = _id("function_definition")
IDENTIFIER = _id("identifier")
FINALLY = _id("finally_clause")
FOR_CLAUSE = _id("for_in_clause")
FOR_STATEMENT = _id("for_statement")
MATCH = _id("match_statement")
NAMED = _id("named_expression")
NOT = _id("not_operator")
WITH_STATEMENT = _id("with_statement")
AS_TARGET = _ids("as_pattern_target")
IF_STATEMENT = _id("if_statement")
ELIF = _id("elif_clause")
ELSE = _id("else_clause")
CASE = _id("case_clause")
LAMBDA = _ids("lambda")
INNER = LAMBDA | _ids("list_comprehension", "set_comprehension", "dictionary_comprehension", "generator_expression")
"""Scopes within an expression."""
PARAMETERS = _id("parameters")
PARENTHESES = _id("parenthesized_expression")
RAISE = _id("raise_statement")
RETURN = _id("return_statement")
RETURN_TYPE = _id("type")
STRING = _id("string")
SUBSCRIPT = _id("subscript")
TRY_STATEMENT = _id("try_statement")
BRANCHING = frozenset({IF_STATEMENT, TRY_STATEMENT})
OTHER_BRANCHES = frozenset({ELIF, ELSE, FINALLY}) | _ids("except_clause")
"""The clauses after the first branch of a statement."""
TYPE_ALIAS = _id("type_alias_statement")
TYPE_PARAMETERS = _id("type_parameter")
ARGUMENTS = _id("argument_list")
YIELD = _id("yield")
DICTIONARY = _id("dictionary")
PAIR = _id("pair")

EXPRESSION_LIST = _id("expression_list")

EQUALS = LANGUAGE.id_for_node_kind("=", False)
COLON = LANGUAGE.id_for_node_kind(":", False)

IMPORTS = _ids("import_statement", "import_from_statement", "future_import_statement")
IMPORTING = IMPORTS | _ids("aliased_import")
DOTTED_NAME = _id("dotted_name")
KEYWORD_ARGUMENT = _id("keyword_argument")
TUPLE_PATTERN = _ids("tuple_pattern")
SEQUENCES = _ids("list", "tuple", "set")
SKIPPED = _ids("comment", "line_continuation")
PATTERNS = _ids("pattern_list", "tuple_pattern", "list_pattern", "list_splat_pattern", "parenthesized_expression")
TUPLE = _id("tuple")
LOOPS = _ids("for_statement", "for_in_clause")
BEGIN_WITH_TARGETS = frozenset({ASSIGNMENT, AUGMENTED, NAMED}) | _ids(
    "default_parameter", "typed_default_parameter", "typed_parameter"
)
"""What binds the name with which it begins."""
TARGETS = (
    AS_TARGET
    | _ids("pattern_list", "tuple_pattern", "list_pattern", "list_splat_pattern", "dictionary_splat_pattern")
    | _ids("parameters", "lambda_parameters", "default_parameter", "typed_parameter", "for_in_clause")
)
"""What binds the names directly in it, and what is between that and its scope."""
WITH_PARTS = _ids("with_clause", "with_item", "as_pattern", "parenthesized_expression", "tuple")
"""The nodes between a ``with`` and its targets."""

ERROR = 65535
"""tree-sitter's own number, the same in every grammar."""

# containers of statements that are not definitions
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
NO_READING = IMPORTING | DEFINING | _ids("delete_statement", "global_statement", "nonlocal_statement")
"""Names directly in it are not read, and bound by no value."""

# nodes that are searched for in a function's body, and their tokens
READ_IN_FUNCTIONS = IMPORTS | DEFINING | {RAISE}
KEYWORDS = frozenset(LANGUAGE.id_for_node_kind(word, False) for word in ("class", "def", "from", "import", "raise"))

# nodes at which the walk stops
READ = READ_IN_FUNCTIONS | CONTAINERS | {DECORATED, EXPRESSION, TYPE_ALIAS}


def in_lambda(node: Node, start: int) -> bool:
    """Whether a lambda that begins at ``start`` or later runs the node: its defaults are evaluated around it."""
    above = node.parent
    while above is not None and above.start_byte >= start:
        if above.kind_id in LAMBDA and above.child_by_field_name("body") == node:
            return True
        node, above = above, above.parent
    return False


def within(node: Node, kinds: frozenset[int], start: int) -> bool:
    """Whether a node of these kinds that begins at ``start`` or later is around the node."""
    above = node.parent
    while above is not None and above.start_byte >= start:
        if above.kind_id in kinds:
            return True
        above = above.parent
    return False
