"""What C, C++ and CUDA say of their definitions and files in the same way."""

from __future__ import annotations

import re

from ..facts import Definition
from ..language import Kind

_TEST = re.compile(r"(?:test_.*|.*[_-](?:test|tests|unittest|gtest)|.*[A-Za-z0-9]Tests?|tests?)\Z")

KINDS = (
    Kind("namespace", heading="Namespaces", shown="value"),
    Kind("class", "classes", heading="Classes", shown="block", public=True, derives=True),
    Kind("struct", heading="Structs", shown="block", public=True, derives=True),
    Kind("union", heading="Unions", shown="block", public=True),
    Kind("enum", heading="Enums", shown="block", public=True),
    Kind("enumerator", heading="Enumerators", shown="member"),
    Kind("concept", heading="Concepts", shown="block", public=True),
    Kind("function", heading="Functions", shown="block", public=True),
    Kind("method", heading="Methods", shown="block"),
    Kind("field", heading="Fields", shown="member"),
    Kind("variable", heading="Variables", shown="value", public=True),
    Kind("typedef", heading="Types", shown="value", public=True),
    Kind("type alias", "type aliases", heading="Types", shown="value", public=True),
    Kind("namespace alias", "namespace aliases", heading="Namespaces", shown="value"),
    Kind("macro", heading="Macros", shown="value", public=True),
    Kind("test", heading="Tests", shown="value"),
    Kind("macro call", shown="value"),
    Kind("extension module", heading="Extension modules", shown="value", imported="module"),
    Kind("operator library", "operator libraries", heading="Operator libraries", shown="value"),
    Kind("binding", label="offered by the module", heading="Bindings", shown="value", imported="member"),
    Kind("operator", label="offered by the library", heading="Operators", shown="value"),
)
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
