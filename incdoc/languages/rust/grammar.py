"""The grammar of Rust: its node types as numbers."""

from __future__ import annotations

import tree_sitter_rust

from ..syntax import Grammar

MAX_TOKENS = 500_000
"""A token in the arguments of a macro takes 380 bytes of memory."""
GRAMMAR = Grammar(tree_sitter_rust.language(), MAX_TOKENS)
parse = GRAMMAR.parse
_ids = GRAMMAR.ids

COMMENTS = _ids("line_comment", "block_comment")
ATTRIBUTE = _ids("attribute_item")
INNER_ATTRIBUTE = _ids("inner_attribute_item")
USE = _ids("use_declaration")
EXTERN_CRATE = _ids("extern_crate_declaration")
MODULE = _ids("mod_item")
FUNCTION = _ids("function_item", "function_signature_item")
IMPL = _ids("impl_item")
TRAIT = _ids("trait_item")
STRUCT = _ids("struct_item")
UNION = _ids("union_item")
ENUM = _ids("enum_item")
VARIANT = _ids("enum_variant")
FIELD = _ids("field_declaration")
CONSTANT = _ids("const_item")
STATIC = _ids("static_item")
TYPE = _ids("type_item", "associated_type")
MACRO = _ids("macro_definition")
FOREIGN = _ids("foreign_mod_item")
VISIBILITY = _ids("visibility_modifier")
MODIFIERS = _ids("function_modifiers")
SELF = _ids("self_parameter")
WHERE = _ids("where_clause")
INNER_DOC = "inner"
OUTER_DOC = "outer"

TRANSPARENT = FOREIGN
"""What holds items without being one."""
IN_BODIES = USE | MODULE | FUNCTION | IMPL | TRAIT | STRUCT | UNION | ENUM | CONSTANT | STATIC | TYPE | MACRO
"""The items that are read in the body of a function."""

NAMES = _ids("identifier", "type_identifier")
CALLED = _ids("identifier", "field_identifier")
IN_USE = _ids("scoped_identifier", "scoped_use_list", "use_list", "use_as_clause", "use_wildcard")
ITEMS = _ids("declaration_list")
NAMED = FUNCTION | TRAIT | STRUCT | UNION | ENUM | CONSTANT | STATIC | TYPE | MACRO
"""What has a name that is known around it."""
BINDING = {
    number: field
    for field, numbers in (
        ("name", NAMED | _ids("type_parameter", "const_parameter")),
        ("pattern", _ids("let_declaration", "parameter", "for_expression", "let_condition", "field_pattern")),
    )
    for number in numbers
}
"""What binds the name in a field of it."""
PATTERNS = _ids(
    "tuple_pattern", "tuple_struct_pattern", "ref_pattern", "mut_pattern", "reference_pattern", "slice_pattern",
    "captured_pattern", "match_pattern", "or_pattern", "closure_parameters",
)  # fmt: skip
SCOPES = (
    FUNCTION
    | TRAIT
    | STRUCT
    | UNION
    | ENUM
    | TYPE
    | IMPL
    | _ids("source_file", "block", "closure_expression", "match_arm", "for_expression", "if_expression")
    | _ids("while_expression", "declaration_list")
)
