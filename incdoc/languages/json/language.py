"""JSON as a language: its files, and the kinds of its definitions."""

from __future__ import annotations

from ..language import FileType, Kind, Language

PIPFILE_LOCK = "Pipfile.lock"
"""What Pipenv chose for a project of Python."""

LANGUAGE = Language(
    name="json",
    title="JSON",
    chapters=False,
    files=(
        FileType(
            "JSON",
            "json",
            suffixes=("json",),
            names=(
                ".babelrc",
                ".eslintrc",
                ".prettierrc",
                "composer.lock",
                "flake.lock",
            ),
        ),
        FileType("JSON lock file", "json", names=("pipfile.lock",)),
        FileType("GeoJSON", "json", suffixes=("geojson",)),
        FileType("JSON with comments", "jsonc", suffixes=("jsonc",)),
    ),
    kinds=(
        Kind("key", heading="Keys", shown="value"),
        Kind("item key", shown="no"),
    ),
    depends=(
        "tree_sitter",
        "tree_sitter_json",
    ),
    describes=(("package.json", 3),),
    extract="incdoc.languages.json.extract:extract",
    linker="incdoc.languages.json.linker:ManifestLinker",
    view="incdoc.languages.json.view:ManifestView",
    family="typescript",
)
