"""The grammar of Go: its node types as numbers."""

from __future__ import annotations

import tree_sitter_go

from ..syntax import Grammar

GRAMMAR = Grammar(tree_sitter_go.language())
parse = GRAMMAR.parse
_ids = GRAMMAR.ids

COMMENT = _ids("comment")
PACKAGE = _ids("package_clause")
IMPORT = _ids("import_declaration")
IMPORT_LIST = _ids("import_spec_list")
IMPORT_SPEC = _ids("import_spec")
CONSTANT = _ids("const_declaration")
VARIABLE = _ids("var_declaration")
VALUES = _ids("const_spec", "var_spec")
VALUE_LIST = _ids("var_spec_list")
TYPE = _ids("type_declaration")
TYPE_SPEC = _ids("type_spec", "type_alias")
FUNCTION = _ids("function_declaration", "method_declaration")
STRUCT = _ids("struct_type")
INTERFACE = _ids("interface_type")
FIELDS = _ids("field_declaration_list")
FIELD = _ids("field_declaration")
METHOD = _ids("method_elem")
EMBEDDED = _ids("type_elem")
PARAMETER = _ids("parameter_declaration")
DECLARATIONS = FUNCTION | TYPE | CONSTANT | VARIABLE
IDENTIFIER = _ids("identifier")
NAMES = IDENTIFIER | _ids("type_identifier", "package_identifier")
PARTS_OF_TYPES = _ids("qualified_type", "generic_type")
KEYED = _ids("keyed_element")
LITERAL_ELEMENT = _ids("literal_element")
LITERAL_VALUE = _ids("literal_value")
COMPOSITE = _ids("composite_literal")
INDEXED = _ids("map_type", "slice_type", "array_type", "implicit_length_array_type")
LIST = _ids("expression_list")
SCOPES = FUNCTION | _ids(
    *("func_literal", "block", "if_statement", "for_statement", "expression_switch_statement"),
    *("type_switch_statement", "expression_case", "type_case", "default_case", "communication_case"),
    *("type_spec", "type_alias", "method_elem", "function_type"),
)
PARAMETERS = PARAMETER | _ids("variadic_parameter_declaration", "type_parameter_declaration")
BINDING = _ids("short_var_declaration", "range_clause", "receive_statement", "type_switch_statement")
"""What binds the names of a list, its first part."""
STATEMENTS = VALUES | _ids("short_var_declaration", "range_clause", "receive_statement")
"""What binds names that are known after it."""
