"""The grammar of Java: its node types as numbers."""

from __future__ import annotations

import tree_sitter_java

from ..syntax import Grammar

GRAMMAR = Grammar(tree_sitter_java.language())
parse = GRAMMAR.parse
_ids = GRAMMAR.ids

COMMENTS = _ids("line_comment", "block_comment")
PACKAGE = _ids("package_declaration")
IMPORT = _ids("import_declaration")
ASTERISK = _ids("asterisk")
NAMES = _ids("identifier", "scoped_identifier")
MODIFIERS = _ids("modifiers")
ANNOTATIONS = _ids("annotation", "marker_annotation")
PARAMETER = _ids("formal_parameter")
ENUM_CONSTANT = _ids("enum_constant")
ENUM_MEMBERS = _ids("enum_body_declarations")
FIELDS = _ids("field_declaration", "constant_declaration")
CONSTANTS = _ids("constant_declaration")
DECLARATOR = _ids("variable_declarator")
SUPERTYPES = _ids("superclass", "super_interfaces", "extends_interfaces")
TYPE_LIST = _ids("type_list")
TYPES = {
    number: kind
    for kind, node in (
        ("class", "class_declaration"),
        ("interface", "interface_declaration"),
        ("enum", "enum_declaration"),
        ("record", "record_declaration"),
        ("annotation", "annotation_type_declaration"),
    )
    for number in _ids(node)
}
CALLABLES = {
    number: kind
    for kind, node in (
        ("method", "method_declaration"),
        ("method", "annotation_type_element_declaration"),
        ("constructor", "constructor_declaration"),
        ("constructor", "compact_constructor_declaration"),
    )
    for number in _ids(node)
}
TYPE_IDENTIFIER = _ids("type_identifier")
IDENTIFIERS = _ids("identifier", "type_identifier")
TYPE_PARAMETER = _ids("type_parameter")
BODIES = _ids("class_body", "interface_body", "enum_body", "annotation_type_body")
PARTS_OF_TYPES = _ids("generic_type", "scoped_type_identifier", "annotated_type")
SCOPED = _ids("scoped_identifier")
FIELD_ACCESS = _ids("field_access")
INVOCATION = _ids("method_invocation")
NO_READING = SCOPED | _ids(
    *("package_declaration", "import_declaration", "labeled_statement", "break_statement", "continue_statement"),
    *("switch_label", "element_value_pair", "inferred_parameters", "lambda_expression"),
)
