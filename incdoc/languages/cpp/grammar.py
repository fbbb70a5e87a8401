"""The grammars of C and of CUDA, whose grammar reads C++ too, and their node types as numbers.

CUDA's grammar is that of C++ with a few more words. It parses C++ as fast, and leaves errors in fewer files of PyTorch.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import tree_sitter_c
import tree_sitter_cuda
from tree_sitter import Query, QueryCursor

from ..syntax import ERROR, Grammar

if TYPE_CHECKING:
    from tree_sitter import Node, Tree


class Places(NamedTuple):
    """What a query finds in a tree."""

    types: list[Node]
    """The names of types, where they are used and where they are declared."""
    calls: dict[int, int]
    """The names that are called without a scope: (first byte, byte after the last one)."""


class CGrammar(Grammar):
    """A grammar of this family with its node types. Those that C does not have are empty there."""

    def __init__(self, language: object) -> None:
        super().__init__(language)
        ids = self._present
        self.declaration = ids("declaration")
        self.field = ids("field_declaration")
        self.function = ids("function_definition")
        self.typedef = ids("type_definition")
        self.alias = ids("alias_declaration")
        self.concept = ids("concept_definition")
        self.template = ids("template_declaration")
        self.friend = ids("friend_declaration")
        self.namespace = ids("namespace_definition")
        self.namespace_alias = ids("namespace_alias_definition")
        self.arguments = ids("argument_list")
        self.linkage = ids("linkage_specification")
        self.access = ids("access_specifier")
        self.expression = ids("expression_statement")
        self.assignment = ids("assignment_expression")
        self.call = ids("call_expression")
        self.identifier = ids("identifier")
        self.type_name = ids("type_identifier")
        self.using = ids("using_declaration")
        self.aggregate = ids("class_specifier", "struct_specifier", "union_specifier")
        self.enum = ids("enum_specifier")
        self.types = self.aggregate | self.enum
        self.body = ids(
            "field_declaration_list", "enumerator_list", "declaration_list", "compound_statement", "try_statement"
        )
        self.enumerator = ids("enumerator")
        self.bases = ids("base_class_clause")
        self.function_declarator = ids("function_declarator", "abstract_function_declarator")
        self.parentheses = ids("parenthesized_declarator")
        self.wrappers = self.function_declarator | self.parentheses | ids(
            "pointer_declarator", "reference_declarator", "array_declarator", "init_declarator",
            "attributed_declarator", "pointer_type_declarator",
        )  # fmt: skip
        self.init = ids("init_declarator")
        self.operator_cast = ids("operator_cast")
        self.qualified = ids("qualified_identifier")
        self.with_arguments = ids("template_function", "template_type", "template_method")
        self.names = self.qualified | self.with_arguments | self.operator_cast | ids(
            "identifier", "field_identifier", "type_identifier", "destructor_name", "operator_name",
        ) | ids("structured_binding_declarator")  # fmt: skip
        self.virtual = ids("virtual_specifier")
        self.deleted = ids("delete_method_clause")
        self.defaulted = ids("default_method_clause")
        self.initializers = ids("field_initializer_list")
        self.bitfield = ids("bitfield_clause")
        self.conditional = ids("preproc_if", "preproc_ifdef", "preproc_else", "preproc_elif", "preproc_elifdef")
        self.transparent = self.conditional | {ERROR} | ids("export_declaration")
        self.comment = ids("comment")
        self.read = self.transparent | self.types.union(
            self.declaration, self.field, self.function, self.typedef, self.alias, self.concept, self.template,
            self.friend, self.namespace_alias, self.namespace, self.linkage, self.access, self.expression,
        )  # fmt: skip

        self._places = Query(self.language, "(type_identifier) @type (call_expression (identifier) @called)")

    def places(self, root: Node) -> Places:
        """Where types and calls are in a tree, in the order of the source. Captures are in that of their addresses."""
        found = QueryCursor(self._places).captures(root)
        called = {each.start_byte: each.end_byte for each in found.get("called", ())}
        return Places(sorted(found.get("type", ()), key=lambda each: each.start_byte), called)

    def _present(self, *names: str) -> frozenset[int]:
        """The numbers of those of the node types that the grammar has."""
        language = self.language
        every = range(language.node_kind_count)
        return frozenset(i for i in every if language.node_kind_is_named(i) and language.node_kind_for_id(i) in names)


@cache
def c() -> CGrammar:
    """The grammar of C."""
    return CGrammar(tree_sitter_c.language())


@cache
def cuda() -> CGrammar:
    """The grammar of C++ and CUDA."""
    return CGrammar(tree_sitter_cuda.language())


def parse(data: bytes) -> Tree:
    """The tree of a source in C++ or CUDA as it is, with its macros."""
    return cuda().parse(data)


def parse_c(data: bytes) -> Tree:
    """The tree of a source in C as it is, with its macros."""
    return c().parse(data)
