"""CMake as a language: its files, and the kinds of its definitions."""

from __future__ import annotations

from ..language import FileType, Kind, Language

LANGUAGE = Language(
    name="cmake",
    title="CMake",
    chapters=False,
    files=(FileType("CMake script", "cmake", suffixes=("cmake",), names=("cmakelists.txt",), programs=("cmake",)),),
    kinds=(
        Kind("project", heading="Projects", shown="block"),
        Kind("target", heading="Targets", shown="block"),
        Kind("test", heading="Tests", shown="block"),
        Kind("function", heading="Functions", shown="block"),
        Kind("macro", heading="Macros", shown="block"),
        Kind("option", heading="Options", shown="value"),
        Kind("variable", heading="Variables", shown="value"),
    ),
    extract="incdoc.languages.cmake.extract:extract",
    linker="incdoc.languages.cmake.linker:CMakeLinker",
)
