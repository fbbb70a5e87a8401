"""TOML as a language: its files, and the kinds of its definitions."""

from __future__ import annotations

from ..language import FileType, Kind, Language

PROJECT, CRATE, PIPFILE = "pyproject.toml", "Cargo.toml", "Pipfile"
"""The manifests of Python and Rust, and that of Pipenv."""
LOCKS = frozenset(("poetry.lock", "uv.lock", "pdm.lock"))
"""What was chosen for a project of Python."""
CRATE_LOCK = "Cargo.lock"

LANGUAGE = Language(
    name="toml",
    title="TOML",
    chapters=False,
    files=(
        FileType("TOML", "toml", suffixes=("toml",), names=("pipfile",)),
        FileType(
            "TOML lock file",
            "toml",
            names=(
                "poetry.lock",
                "uv.lock",
                "cargo.lock",
                "pdm.lock",
            ),
        ),
    ),
    kinds=(
        Kind("table", heading="Tables", shown="row"),
        Kind("key", heading="Keys", shown="value"),
        Kind("item key", shown="no"),
    ),
    depends=(
        "tree_sitter",
        "tree_sitter_toml",
    ),
    describes=((PROJECT, 3), (CRATE, 3)),
    extract="incdoc.languages.toml.extract:extract",
    linker="incdoc.languages.toml.linker:ManifestLinker",
    view="incdoc.languages.toml.view:ManifestView",
    family="python",
)
