"""The grammar of Go: its node types as numbers."""

from __future__ import annotations

import tree_sitter_go

from ..syntax import Grammar

GRAMMAR = Grammar(tree_sitter_go.language())
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
