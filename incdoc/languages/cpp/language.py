"""C++ as a language: its files, and the kinds of its definitions."""

from __future__ import annotations

from ..language import FileType, Language
from .kinds import DEPENDS, FOLLOWED, KINDS, is_public, is_test

LANGUAGE = Language(
    name="cpp",
    domain="cpp",
    title="C++",
    files=(
        FileType("C++ source", "cpp", suffixes=("cc", "cpp", "cxx", "c++", "cppm", "ixx")),
        FileType("C or C++ header", "cpp", suffixes=("h",)),
        FileType("C++ header", "cpp", suffixes=("hh", "hpp", "hxx", "h++", "inl", "ipp", "tpp", "tcc")),
        FileType("Objective-C++ source", "objectivec", suffixes=("mm",)),
    ),
    kinds=KINDS,
    reference="Include as",
    separator="::",
    depends=DEPENDS,
    family="cpp",
    extract="incdoc.languages.cpp.extract:extract",
    parser="incdoc.languages.cpp.grammar:parse",
    own_uses="incdoc.languages.cpp.extract:uses_of_own",
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
