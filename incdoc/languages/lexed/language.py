"""The languages that are read by a lexer: their files, and the kinds of their definitions.

Which files these are is decided by their names and this table, not by the list of Pygments: that list has several
lexers for one name, grows with each release, and most of its lexers do not tell a declaration from a use.
``extract.RULES`` says what a declaration is in each language.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..file_types import file_types
from ..language import Kind, Language

if TYPE_CHECKING:
    from collections.abc import Mapping

_PACKAGE = __package__.rpartition(".")[2]
"""What the names of these languages begin with. No setting can name them: a language that is chosen has their files."""
_KINDS = (
    Kind("namespace", heading="Namespaces"),
    Kind("module", heading="Modules"),
    Kind("class", "classes", heading="Classes"),
    Kind("interface", heading="Interfaces"),
    Kind("struct", heading="Structs"),
    Kind("enum", heading="Enums"),
    Kind("type", heading="Types"),
    Kind("function", heading="Functions"),
    Kind("macro", heading="Macros"),
    Kind("task", heading="Tasks"),
    Kind("block", heading="Blocks"),
    Kind("constant", heading="Constants"),
    Kind("variable", heading="Variables"),
    Kind("label", heading="Labels"),
    Kind("heading", heading="Headings"),
    Kind("selector", heading="Selectors"),
    Kind("section", heading="Sections"),
    Kind("key", heading="Keys"),
)
# name | title | fences of the file types that it reads
_TABLE = """
asm | Assembly | asm
awk | AWK | awk
batch | Batch | bat
css | CSS | css
cython | Cython | cython
dart | Dart | dart
elixir | Elixir | elixir
glsl | GLSL | glsl
groovy | Groovy | groovy
hcl | HCL | hcl
html | HTML | html
ini | Settings | ini
kotlin | Kotlin | kotlin
lua | Lua | lua
perl | Perl | perl
php | PHP | php
powershell | PowerShell | powershell
properties | Java properties | properties
ruby | Ruby | ruby
scala | Scala | scala
swift | Swift | swift
xml | XML | xml
"""
_MINIFIED = ("css",)
_DRAWINGS = ("SVG image", "GML geometry")
"""Their identifiers are names of a drawing program."""


def _made() -> Mapping[str, Language]:
    from msgspec.structs import replace

    found = {}
    for row in _TABLE.strip().splitlines():
        name, title, fence = (field.strip() for field in row.split("|"))
        full = f"{_PACKAGE}.{name}"
        found[full] = Language(
            name=full,
            title=title,
            chapters=False,
            kinds=_KINDS,
            files=tuple(
                replace(each, language=full)
                for each in file_types()
                if each.fence == fence and each.label not in _DRAWINGS
            ),
            extract=f"incdoc.languages.lexed.extract:{name}",
            depends=("pygments",),
            minified=name in _MINIFIED,
            reading="by the lexer of its language: declarations, without the names around them",
        )
    return found


LANGUAGES = _made()
"""By name."""
