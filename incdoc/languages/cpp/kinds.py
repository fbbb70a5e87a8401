"""What C, C++ and CUDA say of their definitions and files in the same way."""

from __future__ import annotations

import re

from msgspec.structs import replace

from ..facts import Definition
from ..language import Kind

_TEST = re.compile(r"(?:test_.*|.*[_-](?:test|tests|unittest|gtest)|.*[A-Za-z0-9]Tests?|tests?)\Z")

_C_ROLES = {"struct": "struct", "variable": "var"}
"""What Sphinx calls otherwise in C than in C++."""
KINDS = (
    Kind("namespace", heading="Namespaces", shown="value"),
    Kind("class", "classes", heading="Classes", shown="block", public=True, derives=True, role="class"),
    Kind("struct", heading="Structs", shown="block", public=True, derives=True, role="class"),
    Kind("union", heading="Unions", shown="block", public=True, role="union"),
    Kind("enum", heading="Enums", shown="block", public=True, role="enum"),
    Kind("enumerator", heading="Enumerators", shown="member", role="enumerator"),
    Kind("concept", heading="Concepts", shown="block", public=True, role="concept"),
    Kind("function", heading="Functions", shown="block", public=True, role="function"),
    Kind("method", heading="Methods", shown="block", role="function"),
    Kind("field", heading="Fields", shown="member", role="member"),
    Kind("variable", heading="Variables", shown="value", public=True, role="member"),
    Kind("typedef", heading="Types", shown="value", public=True, role="type"),
    Kind("type alias", "type aliases", heading="Types", shown="value", public=True, role="type"),
    Kind("namespace alias", "namespace aliases", heading="Namespaces", shown="value"),
    Kind("macro", heading="Macros", shown="value", public=True, role="c:macro"),
    Kind("test", heading="Tests", shown="value", scoped=False),
    Kind("macro call", shown="value"),
    Kind("extension module", heading="Extension modules", shown="value", imported="module"),
    Kind("operator library", "operator libraries", heading="Operator libraries", shown="value"),
    Kind("binding", label="offered by the module", heading="Bindings", shown="value", imported="member"),
    Kind("operator", label="offered by the library", heading="Operators", shown="value"),
)
C_KINDS = tuple(replace(each, role=_C_ROLES.get(each.name, each.role)) for each in KINDS)
FOLLOWED = ("class", "struct", "union", "enum", "concept", "function", "method", "typedef", "type alias")
DEPENDS = ("tree_sitter", "tree_sitter_c", "tree_sitter_cuda")


def is_test(path: str) -> bool:
    """Whether the file's name is usual for tests: ``test_a.cpp``, ``a_test.cc``, ``ATest.cpp``."""
    name = path.rpartition("/")[2]
    return _TEST.match(name.rpartition(".")[0]) is not None


def is_public(definition: Definition) -> bool:
    """Whether other files see it: it has external linkage, and is no include guard."""
    hidden = {"anonymous namespace", "private", "protected", "include guard"}
    return hidden.isdisjoint(definition.traits)
