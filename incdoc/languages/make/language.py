"""Make as a language: its files, and the kinds of its definitions."""

from __future__ import annotations

from ..language import FileType, Kind, Language

LANGUAGE = Language(
    name="make",
    title="Make",
    chapters=False,
    files=(
        FileType(
            "Makefile",
            "makefile",
            suffixes=(
                "mk",
                "mak",
                "make",
            ),
            names=(
                "makefile",
                "gnumakefile",
            ),
            programs=("make", "gmake", "bmake"),
        ),
    ),
    kinds=(
        Kind("target", heading="Targets", shown="block"),
        Kind("variable", heading="Variables", shown="value"),
    ),
    extract="incdoc.languages.make.extract:extract",
    linker="incdoc.languages.file_linker:FileLinker",
)
