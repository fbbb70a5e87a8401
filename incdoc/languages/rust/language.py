"""Rust as a language: its files, and the kinds of its definitions."""

from __future__ import annotations

from collections.abc import Callable

from incdoc.sources.paths import join

from ..facts import Definition
from ..language import FileType, Kind, Language

MANIFEST = "Cargo.toml"
"""The file that names a package; its library has that name for others."""


def is_test(path: str) -> bool:
    """Whether Cargo takes the file for an integration test, or its name says that it has unit tests."""
    folders, _, name = path.rpartition("/")
    return folders.rpartition("/")[2] == "tests" or name in ("tests.rs", "test.rs") or name.endswith("_test.rs")


def is_run_by_tools(path: str, exists: Callable[[str], bool]) -> bool:
    """Whether Cargo compiles and runs it before it builds the package beside it."""
    folder, _, name = path.rpartition("/")
    return name == "build.rs" and exists(join(folder, MANIFEST))


def is_public(definition: Definition) -> bool:
    """Whether other crates see it: ``pub`` without brackets."""
    return "pub" in definition.traits


FOLLOWED = (
    "struct", "union", "enum", "variant", "trait", "function", "method", "macro", "constant", "static", "type",
)  # fmt: skip
LANGUAGE = Language(
    name="rust",
    title="Rust",
    files=(FileType("Rust source", "rust", suffixes=("rs",), programs=("rust-script",)),),
    kinds=(
        Kind("module", heading="Modules", shown="value", public=True),
        Kind("struct", heading="Structs", shown="block", public=True, derives=True),
        Kind("union", heading="Unions", shown="block", public=True, derives=True),
        Kind("enum", heading="Enums", shown="block", public=True, derives=True),
        Kind("variant", heading="Enumerators", shown="member"),
        Kind("trait", heading="Traits", shown="block", public=True, derives=True),
        Kind("function", heading="Functions", shown="block", public=True),
        Kind("method", heading="Methods", shown="block"),
        Kind("macro", heading="Macros", shown="block", public=True),
        Kind("field", heading="Fields", shown="member"),
        Kind("constant", heading="Constants", shown="value", public=True),
        Kind("static", heading="Variables", shown="value", public=True),
        Kind("type", label="type alias", heading="Types", shown="value", public=True),
    ),
    separator="::",
    decorator="#[{}]",
    depends=("tree_sitter", "tree_sitter_rust"),
    describes=(("lib.rs", 0), ("mod.rs", 0), ("main.rs", 2)),
    extract="incdoc.languages.rust.extract:extract",
    parser="incdoc.languages.rust.grammar:parse",
    errors="incdoc.languages.rust.errors:read",
    reexports=frozenset({"pub use"}),
    followed=FOLLOWED,
    own_uses="incdoc.languages.rust.extract:uses_of_own",
    documentation="incdoc.languages.rust.rustdoc:read",
    linker="incdoc.languages.rust.linker:PathLinker",
    api="incdoc.languages.rust.api:compare",
    reference="Crate",
    indexed_as="crate",
    layout=(MANIFEST,),
    manifests=(MANIFEST,),
    is_test=is_test,
    is_run_by_tools=is_run_by_tools,
    native=True,
    is_public=is_public,
)
