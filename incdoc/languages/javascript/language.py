"""JavaScript as a language: its files."""

from __future__ import annotations

from ..language import FileType, Language
from ..typescript.language import KINDS, LAYOUT, is_public, is_run_by_tools, is_test

LANGUAGE = Language(
    name="javascript",
    domain="js",
    title="JavaScript",
    files=(
        FileType(
            "JavaScript source",
            "javascript",
            suffixes=("js", "mjs", "cjs"),
            programs=("node", "nodejs", "gjs", "qjs", "zx"),
        ),
        FileType("JavaScript with JSX", "jsx", suffixes=("jsx",)),
    ),
    kinds=KINDS,
    depends=("tree_sitter", "tree_sitter_javascript"),
    describes=(("index.js", 2), ("index.jsx", 2)),
    extract="incdoc.languages.javascript.extract:extract",
    parser="incdoc.languages.javascript.grammar:parse",
    errors="incdoc.languages.typescript.errors:read",
    reexports=frozenset({"export", "export type"}),
    constructors=("constructor",),
    followed=("class", "function", "method", "constant", "variable"),
    own_uses="incdoc.languages.javascript.extract:uses_of_own",
    documentation="incdoc.languages.typescript.jsdoc:read",
    linker="incdoc.languages.typescript.linker:ModuleLinker",
    family="typescript",
    rules="incdoc.languages.typescript.ruleset:JAVASCRIPT",
    layout=LAYOUT,
    api="incdoc.languages.typescript.api:compare",
    is_test=is_test,
    is_run_by_tools=is_run_by_tools,
    minified=True,
    is_public=is_public,
)
