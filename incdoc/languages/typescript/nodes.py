"""The node types that the grammars of JavaScript and TypeScript share, as numbers of one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..syntax import Grammar

if TYPE_CHECKING:
    from tree_sitter import Node

MAX_TOKENS = 500_000
"""A name in an array takes 340 bytes of memory."""


class Nodes:
    """The numbers of one grammar; a type that it does not have has none."""

    def __init__(self, grammar: Grammar) -> None:
        self.grammar = grammar
        language = grammar.language
        known = {language.node_kind_for_id(number) for number in range(language.node_kind_count)}

        def ids(*names: str) -> frozenset[int]:
            return grammar.ids(*(name for name in names if name in known))

        self.comment = ids("comment")
        self.imports = ids("import_statement")
        self.export = ids("export_statement")
        self.functions = ids("function_declaration", "generator_function_declaration", "function_signature")
        self.classes = ids("class_declaration", "abstract_class_declaration", "class")
        self.interface = ids("interface_declaration")
        self.enum = ids("enum_declaration")
        self.alias = ids("type_alias_declaration")
        self.variables = ids("lexical_declaration", "variable_declaration")
        self.declarator = ids("variable_declarator")
        self.ambient = ids("ambient_declaration")
        self.namespace = ids("internal_module", "module")
        self.block = ids("statement_block")
        self.statement = ids("expression_statement")
        self.assignment = ids("assignment_expression")
        self.member = ids("member_expression")
        self.object = ids("object")
        self.pair = ids("pair")
        self.shorthand = ids("shorthand_property_identifier")
        self.function_values = ids("arrow_function", "function_expression", "generator_function")
        self.class_value = ids("class")
        self.methods = ids("method_definition", "method_signature", "abstract_method_signature")
        self.fields = ids("public_field_definition", "field_definition", "property_signature")
        self.decorator = ids("decorator")
        self.computed = ids("computed_property_name")
        self.string = ids("string")
        self.fragment = ids("string_fragment", "escape_sequence")
        self.enum_assignment = ids("enum_assignment")
        self.enum_names = ids("property_identifier", "string")
        self.heritage = ids("class_heritage", "extends_clause", "implements_clause", "extends_type_clause")
        self.clauses = ids("extends_clause", "implements_clause")
        self.type_arguments = ids("type_arguments")
        self.patterns = ids("array_pattern", "object_pattern", "pair_pattern", "rest_pattern", "assignment_pattern")
        self.object_assignment = ids("object_assignment_pattern")
        self.bound = ids("identifier", "shorthand_property_identifier_pattern")
        self.import_clause = ids("import_clause")
        self.named_imports = ids("named_imports")
        self.namespace_import = ids("namespace_import")
        self.import_require = ids("import_require_clause")
        self.specifier = ids("import_specifier", "export_specifier")
        self.export_clause = ids("export_clause")
        self.namespace_export = ids("namespace_export")
        self.identifier = ids("identifier")
        self.call = ids("call_expression")
        self.modifiers = ids("accessibility_modifier", "override_modifier")
        self.parameters = ids("required_parameter", "optional_parameter")
        self.names = ids("identifier", "type_identifier", "shorthand_property_identifier") | self.bound
        self.specifying = ids("import_clause", "import_specifier", "export_specifier", "namespace_import")
        """What has names that are neither read nor bound there."""
        self.named_around = self.functions | self.classes | self.interface | self.alias | self.enum
        """What has a name that is known around it."""
        self._targets = ids("array_pattern", "rest_pattern", "formal_parameters", "object_pattern")
        named_values = self.function_values - ids("arrow_function")
        self._fields = {
            number: field
            for field, kinds in (
                ("parameter", ids("arrow_function", "catch_clause")),
                ("name", self.named_around | self.declarator | named_values | ids("type_parameter")),
                ("pattern", self.parameters),
                ("left", ids("assignment_pattern", "object_assignment_pattern", "for_in_statement")),
                ("value", ids("pair_pattern")),
            )
            for number in kinds
        }
        self.other_this = self.functions | named_values | self.object
        """What gives ``this`` a meaning of its own."""
        self.with_this = self.other_this | self.methods | self.fields
        self.scopes = (
            ids("program", "statement_block", "for_statement", "for_in_statement", "catch_clause", "class_body")
            | self.functions
            | self.function_values
            | self.methods
            | self.classes
            | self.interface
            | self.alias
        )

    def binds(self, leaf: Node, around: Node) -> bool:
        """Whether a name is bound by what is directly around it."""
        if around.kind_id in self._targets:
            return True
        field = self._fields.get(around.kind_id)
        return field is not None and around.child_by_field_name(field) == leaf
