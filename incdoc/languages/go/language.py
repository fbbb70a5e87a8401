"""Go as a language: its files, and the kinds of its definitions."""

from __future__ import annotations

from ..facts import Definition
from ..language import FileType, Kind, Language

MANIFEST = "go.mod"
"""The file that names a module; the packages are in its folder and below."""


def is_test(path: str) -> bool:
    """Whether ``go test`` alone reads the file."""
    return path.endswith("_test.go")


def is_public(definition: Definition) -> bool:
    """Whether other packages see it: each part of the name begins with a capital letter."""
    return all(part[:1].isupper() for part in definition.name.split("."))


LANGUAGE = Language(
    name="go",
    title="Go",
    files=(FileType("Go source", "go", suffixes=("go",)), FileType("Go module", names=(MANIFEST,))),
    kinds=(
        Kind("module", heading="Modules", shown="value"),
        Kind("package", heading="Packages", shown="value"),
        Kind("struct", heading="Structs", shown="block", public=True, derives=True),
        Kind("interface", heading="Interfaces", shown="block", public=True, derives=True),
        Kind("function", heading="Functions", shown="block", public=True),
        Kind("method", heading="Methods", shown="block"),
        Kind("field", heading="Fields", shown="member"),
        Kind("constant", heading="Constants", shown="value", public=True),
        Kind("variable", heading="Variables", shown="value", public=True),
        Kind("type", heading="Types", shown="value", public=True),
    ),
    depends=("tree_sitter", "tree_sitter_go"),
    describes=(("doc.go", 0),),
    extract="incdoc.languages.go.extract:extract",
    parser="incdoc.languages.go.grammar:parse",
    own_uses="incdoc.languages.go.extract:uses_of_own",
    followed=("struct", "interface", "function", "type"),
    documentation="incdoc.languages.go.godoc:read",
    linker="incdoc.languages.go.linker:PackageLinker",
    view="incdoc.languages.go.view:GoView",
    api="incdoc.languages.go.api:compare",
    reference="Package",
    layout=(MANIFEST,),
    manifests=(MANIFEST,),
    is_test=is_test,
    is_public=is_public,
    hides=lambda definition: not is_public(definition),
)
