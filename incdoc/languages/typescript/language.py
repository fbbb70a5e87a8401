"""TypeScript as a language: its files, and the kinds of its definitions, which JavaScript shares."""

from __future__ import annotations

from collections.abc import Callable

from incdoc.sources.paths import join

from ..facts import Definition
from ..language import FileType, Kind, Language

KINDS = (
    Kind("class", "classes", heading="Classes", shown="block", public=True, derives=True, role="class"),
    Kind("interface", heading="Interfaces", shown="block", public=True, derives=True, role="class"),
    Kind("enum", heading="Enums", shown="block", public=True, role="class"),
    Kind("enum member", heading="Enumerators", shown="member", role="attribute"),
    Kind("function", heading="Functions", shown="block", public=True, role="function"),
    Kind("method", heading="Methods", shown="block", role="method"),
    Kind("field", heading="Fields", shown="member", role="attribute"),
    Kind("constant", heading="Constants", shown="value", public=True, role="data"),
    Kind("variable", heading="Variables", shown="value", public=True, role="data"),
    Kind("type", label="type alias", heading="Types", shown="value", public=True),
    Kind("namespace", heading="Namespaces", shown="value", public=True),
)

MANIFEST = "package.json"
LAYOUT = (MANIFEST, "tsconfig.json", "jsconfig.json", "pnpm-workspace.yaml")
"""What decides where modules are, by being there; sources that ask one of them refer to it, so that they notice what it
says."""
_TASKS = frozenset(("gulpfile", "gruntfile", "jakefile"))


def is_test(path: str) -> bool:
    """Whether jest's and vitest's default patterns take the file for a test."""
    folders, _, name = path.rpartition("/")
    parts = name.split(".")
    return "__tests__" in folders.split("/") or (len(parts) > 2 and parts[-2] in ("test", "spec"))


def is_run_by_tools(path: str, exists: Callable[[str], bool]) -> bool:
    """Whether it configures a tool or has its tasks, as ``vite.config.ts`` and ``gulpfile.js`` beside a manifest."""
    folder, _, name = path.rpartition("/")
    parts = name.lower().split(".")
    named = parts[0] in _TASKS if len(parts) == 2 else parts[-2] == "config" or not parts[0]
    return named and exists(join(folder, MANIFEST))


def is_public(definition: Definition) -> bool:
    """Whether other files see it: it is exported, or the file is no module."""
    return not {"export", "global"}.isdisjoint(definition.traits)


LANGUAGE = Language(
    name="typescript",
    domain="js",
    title="TypeScript",
    files=(
        FileType(
            "TypeScript source",
            "typescript",
            suffixes=("ts", "mts", "cts"),
            programs=("deno", "ts-node", "ts-node-esm", "tsx", "bun"),
        ),
        FileType("TypeScript with JSX", "tsx", suffixes=("tsx",)),
        FileType("TypeScript declarations", "typescript", suffixes=("d.ts", "d.mts", "d.cts")),
    ),
    kinds=KINDS,
    depends=("tree_sitter", "tree_sitter_typescript"),
    describes=(("index.ts", 2), ("index.tsx", 2)),
    extract="incdoc.languages.typescript.extract:extract",
    parser="incdoc.languages.typescript.grammar:parse",
    errors="incdoc.languages.typescript.errors:read",
    reexports=frozenset({"export", "export type"}),
    constructors=("constructor",),
    followed=("class", "interface", "enum", "enum member", "function", "method", "constant", "variable", "type"),
    own_uses="incdoc.languages.typescript.extract:uses_of_own",
    documentation="incdoc.languages.typescript.jsdoc:read",
    linker="incdoc.languages.typescript.linker:ModuleLinker",
    rules="incdoc.languages.typescript.ruleset:TYPESCRIPT",
    layout=LAYOUT,
    api="incdoc.languages.typescript.api:compare",
    is_test=is_test,
    is_run_by_tools=is_run_by_tools,
    is_public=is_public,
)
