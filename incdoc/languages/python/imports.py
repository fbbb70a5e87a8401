"""Import statements.

They contain neither strings nor nested brackets, so their text is parsed, which is faster than reading the nodes. The
tree only says which ranges of bytes are imports.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..facts import Import
from ..predicates import Imported

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_STATEMENT = re.compile(r"(?:from\b(?P<module>[\s.\w]*?)\b)?import\b(?P<names>.*)", re.DOTALL)
_NAME = re.compile(r"(?P<name>\*|[\w.\s]*?\w)(?:\s+as\s+(?P<alias>\w+))?\Z")
_LAYOUT = re.compile(r"#[^\n]*|\\\r?\n|[()]")


def read(text: str, line: int, scope: str, condition: str = "") -> Iterator[Import]:
    """The imports of the statement ``text`` at ``line``."""
    if "\n" in text or "#" in text or "(" in text:
        text = _LAYOUT.sub(" ", text)
    module, names = _parts(text)
    for name, alias in _names(names):
        yield Import(line, module or name, name if module else "", alias, scope, condition=condition)


def _parts(text: str) -> tuple[str, str]:
    """The module of ``from module import names``, empty for ``import names``, and the names."""
    if text.startswith("import "):
        return "", text[len("import ") :]
    if text.startswith("from "):
        module, between, names = text[len("from ") :].partition(" import ")
        if between:
            return "".join(module.split()), names
    found = _STATEMENT.match(text)  # from.import a
    return ("".join((found["module"] or "").split()), found["names"]) if found else ("", "")


def _names(text: str) -> Iterator[tuple[str, str]]:
    for part in text.split(","):
        name = part.strip()
        if name.isidentifier():
            yield name, ""
        elif found := _NAME.match(name):
            yield "".join(found["name"].split()), found["alias"] or ""


def bound(imports: Iterable[Import], places: Iterable[tuple[int, int]]) -> dict[str, list[Imported]]:
    """What imports bind. ``places``: where each of them is, and where its scope begins."""
    names: dict[str, list[Imported]] = {}
    for item, (at, scope) in zip(imports, places, strict=True):
        if item.name == "*":
            continue
        origin = f"{item.module}.{item.name}" if item.name else item.module
        local = item.alias or item.name
        if not local:
            local = origin = item.module.partition(".")[0]
        relative = item.module.startswith(".")
        names.setdefault(local, []).append(Imported(at, scope, "" if relative else origin))
    return names
