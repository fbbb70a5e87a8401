"""Markdown as a language: its files, and the kinds of its definitions."""

from __future__ import annotations

from ..language import FileType, Kind, Language

LANGUAGE = Language(
    name="markdown",
    title="Markdown",
    files=(
        FileType("Markdown", "markdown", suffixes=("md", "markdown", "mkd")),
        FileType("Markdown with JSX", "markdown", suffixes=("mdx",)),
    ),
    kinds=(
        Kind("heading", heading="Headings"),
        Kind("code block", shown="place"),
        Kind("key", heading="Keys"),
    ),
    depends=("tree_sitter", "tree_sitter_markdown"),
    describes=(("README.md", 1), ("readme.md", 1), ("Readme.md", 1), ("README.markdown", 1)),
    described_by="README in Markdown",
    prose=True,
    domain="std",
    role="doc",
    extract="incdoc.languages.markdown.extract:extract",
    linker="incdoc.languages.markdown.linker:DocumentLinker",
)
