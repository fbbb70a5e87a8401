"""C as a language: its files, and the kinds of its definitions."""

from __future__ import annotations

from ..cpp.kinds import C_KINDS, DEPENDS, FOLLOWED, is_public, is_test
from ..language import FileType, Language

LANGUAGE = Language(
    name="c",
    domain="c",
    title="C",
    files=(FileType("C source", "c", suffixes=("c",)),),
    kinds=C_KINDS,
    reference="Include as",
    separator="::",
    depends=DEPENDS,
    family="cpp",
    extract="incdoc.languages.c.extract:extract",
    parser="incdoc.languages.cpp.grammar:parse_c",
    own_uses="incdoc.languages.c.extract:uses_of_own",
    followed=FOLLOWED,
    documentation="incdoc.languages.cpp.doxygen:read",
    view="incdoc.languages.cpp.view:CppView",
    linker="incdoc.languages.cpp.linker:IncludeLinker",
    api="incdoc.languages.cpp.api:compare",
    rules="incdoc.languages.cpp.ruleset:C_RULES",
    is_test=is_test,
    native=True,
    is_public=is_public,
    hides=lambda definition: not is_public(definition),
)
