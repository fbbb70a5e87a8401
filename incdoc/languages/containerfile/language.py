"""Containerfile as a language: its files, and the kinds of its definitions."""

from __future__ import annotations

from ..language import FileType, Kind, Language

LANGUAGE = Language(
    name="containerfile",
    title="Containerfile",
    chapters=False,
    files=(
        FileType(
            "Dockerfile",
            "dockerfile",
            suffixes=("dockerfile",),
            names=(
                "dockerfile",
                "containerfile",
            ),
        ),
    ),
    kinds=(
        Kind("stage", heading="Stages", shown="block"),
        Kind("argument", heading="Arguments", shown="value"),
        Kind("variable", heading="Variables", shown="value"),
        Kind("label", heading="Labels", shown="value"),
    ),
    extract="incdoc.languages.containerfile.extract:extract",
    linker="incdoc.languages.file_linker:FileLinker",
    view="incdoc.languages.containerfile.view:ImageView",
)
