"""reStructuredText as a language: its files, and the kinds of its definitions."""

from __future__ import annotations

from ..language import FileType, Kind, Language

LANGUAGE = Language(
    name="rst",
    title="reStructuredText",
    files=(
        FileType(
            "reStructuredText",
            "rst",
            suffixes=(
                "rst",
                "rest",
            ),
        ),
    ),
    kinds=(
        Kind("heading", heading="Headings"),
        Kind("label", heading="Labels", role="label"),
    ),
    describes=(("README.rst", 1), ("readme.rst", 1)),
    prose=True,
    domain="std",
    role="doc",
    extract="incdoc.languages.rst.extract:extract",
    linker="incdoc.languages.rst.linker:RstLinker",
)
