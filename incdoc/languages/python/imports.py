"""Import statements.

They hold neither strings nor nested brackets, so their text is read, which costs less than asking the nodes. That a
range of bytes *is* an import is the tree's word.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..facts import Import

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_FROM = re.compile(r"from\b(?P<module>[\s.\w]*?)\bimport\b(?P<names>.*)", re.DOTALL)
_PLAIN = re.compile(r"import\b(?P<names>.*)", re.DOTALL)
_NAME = re.compile(r"(?P<name>\*|[\w.\s]*?\w)(?:\s+as\s+(?P<alias>\w+))?\Z")
_LAYOUT = re.compile(r"#[^\n]*|\\\r?\n|[()]")


def read(text: str, line: int, scope: str) -> Iterator[Import]:
    """What the statement ``text`` at ``line`` imports."""
    if "\n" in text or "#" in text or "(" in text:
        text = _LAYOUT.sub(" ", text)
    if found := _FROM.match(text):
        module = "".join(found["module"].split())
        for name, alias in _names(found["names"]):
            yield Import(line, module, name, alias, scope)
    elif found := _PLAIN.match(text):
        for name, alias in _names(found["names"]):
            yield Import(line, name, "", alias, scope)


def _names(text: str) -> Iterator[tuple[str, str]]:
    for part in text.split(","):
        if found := _NAME.match(part.strip()):
            yield "".join(found["name"].split()), found["alias"] or ""


def origins(imports: Iterable[Import]) -> dict[str, str]:
    """Each local name that an absolute import binds, and the dotted name behind it; the first of a name."""
    names: dict[str, str] = {}
    for item in imports:
        if item.module.startswith(".") or item.name == "*":
            continue
        if item.name:
            names.setdefault(item.alias or item.name, f"{item.module}.{item.name}")
        elif item.alias:
            names.setdefault(item.alias, item.module)
        else:
            top = item.module.partition(".")[0]
            names.setdefault(top, top)
    return names
