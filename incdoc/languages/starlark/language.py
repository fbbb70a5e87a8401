"""Starlark as a language: its files, and the kinds of its definitions."""

from __future__ import annotations

from ..language import FileType, Kind, Language

LANGUAGE = Language(
    name="starlark",
    title="Starlark",
    chapters=False,
    files=(
        FileType(
            "Starlark build file",
            "starlark",
            suffixes=(
                "bzl",
                "bazel",
                "star",
                "BUILD",
            ),
            names=(
                "BUILD",
                "WORKSPACE",
                "BUCK",
            ),
        ),
    ),
    kinds=(
        Kind("target", heading="Targets", shown="block"),
        Kind("function", heading="Functions", shown="block"),
        Kind("rule", heading="Rules", shown="block"),
        Kind("variable", heading="Variables", shown="value"),
    ),
    depends=(
        "tree_sitter",
        "tree_sitter_starlark",
    ),
    extract="incdoc.languages.starlark.extract:extract",
    linker="incdoc.languages.starlark.linker:StarlarkLinker",
)
