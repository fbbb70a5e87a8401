"""CUDA as a language: its files, and the kinds of its definitions."""

from __future__ import annotations

from ..cpp.kinds import DEPENDS, FOLLOWED, KINDS, is_public, is_test
from ..language import FileType, Language

LANGUAGE = Language(
    name="cuda",
    domain="cpp",
    title="CUDA",
    files=(
        FileType("CUDA source", "cuda", suffixes=("cu",)),
        FileType("CUDA header", "cuda", suffixes=("cuh",)),
        FileType("HIP source", "cpp", suffixes=("hip",)),
    ),
    kinds=KINDS,
    reference="Include as",
    separator="::",
    depends=DEPENDS,
    family="cpp",
    extract="incdoc.languages.cuda.extract:extract",
    parser="incdoc.languages.cpp.grammar:parse",
    own_uses="incdoc.languages.cuda.extract:uses_of_own",
    errors="incdoc.languages.cpp.errors:read",
    constructors=("{}",),
    followed=FOLLOWED,
    documentation="incdoc.languages.cpp.doxygen:read",
    view="incdoc.languages.cpp.view:CppView",
    linker="incdoc.languages.cpp.linker:IncludeLinker",
    api="incdoc.languages.cpp.api:compare",
    rules="incdoc.languages.cpp.ruleset:RULES",
    is_test=is_test,
    native=True,
    is_public=is_public,
    hides=lambda definition: not is_public(definition),
)
