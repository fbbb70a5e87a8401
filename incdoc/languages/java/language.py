"""Java as a language: its files, and the kinds of its definitions."""

from __future__ import annotations

from ..facts import Definition
from ..language import FileType, Kind, Language


def is_test(path: str) -> bool:
    """Whether Maven's default patterns take the file for a test."""
    name = path.rpartition("/")[2].removesuffix(".java")
    return path.endswith(".java") and (name.startswith("Test") or name.endswith(("Test", "Tests", "TestCase")))


def is_public(definition: Definition) -> bool:
    """Whether other packages see it: ``public`` or ``protected``."""
    return not {"public", "protected"}.isdisjoint(definition.traits)


LANGUAGE = Language(
    name="java",
    title="Java",
    files=(FileType("Java source", "java", suffixes=("java",)),),
    kinds=(
        Kind("package", heading="Packages", shown="value"),
        Kind("class", "classes", heading="Classes", shown="block", public=True, derives=True),
        Kind("interface", heading="Interfaces", shown="block", public=True, derives=True),
        Kind("enum", heading="Enums", shown="block", public=True, derives=True),
        Kind("enum constant", heading="Enumerators", shown="member"),
        Kind("record", heading="Records", shown="block", public=True, derives=True),
        Kind("annotation", label="annotation type", heading="Annotations", shown="block", public=True),
        Kind("constructor", heading="Methods", shown="block"),
        Kind("method", heading="Methods", shown="block"),
        Kind("constant", heading="Constants", shown="member"),
        Kind("field", heading="Fields", shown="member"),
    ),
    depends=("tree_sitter", "tree_sitter_java"),
    describes=(("package-info.java", 0),),
    extract="incdoc.languages.java.extract:extract",
    parser="incdoc.languages.java.grammar:parse",
    own_uses="incdoc.languages.java.extract:uses_of_own",
    constructors=("{}",),
    followed=("class", "interface", "enum", "record", "annotation"),
    documentation="incdoc.languages.java.javadoc:read",
    linker="incdoc.languages.java.linker:TypeLinker",
    api="incdoc.languages.java.api:compare",
    is_test=is_test,
    is_public=is_public,
)
