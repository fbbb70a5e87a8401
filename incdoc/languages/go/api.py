"""The API of Go between two commits: names with a capital letter of the packages that others can import."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from incdoc.sources.paths import parent

from .. import declarations
from ..api import ApiChange, Commit
from ..declarations import CALLABLE, Place
from ..facts import Definition, Facts
from ..heads import Head, Parameter, Syntax, head
from .language import LANGUAGE, is_public
from .linker import PackageLinker

_SYNTAX = Syntax(angles=False)
_NAMED = re.compile(r"(\w+)\s+(.+)", re.DOTALL)
_EMPTY = re.compile(r"\binterface\s*\{\s*\}")
_TYPES = frozenset(("chan", "func", "struct", "interface"))


def compare(old: Commit, new: Commit, paths: Iterable[str]) -> Iterator[ApiChange]:
    """The changes in the sources among ``paths``, by the import paths of their packages."""
    return declarations.compare(_Go(old), _Go(new), paths)


class _Go(declarations.Declarations):
    def __init__(self, commit: Commit) -> None:
        super().__init__(commit, LANGUAGE)
        self._linker = PackageLinker(commit)

    def scope(self, paths: Iterable[str]) -> set[str]:
        """All files of their packages: several may declare a name, for one system each."""
        folders = {parent(path) for path in paths if not LANGUAGE.is_test(path)}
        return super().scope(path for path in self._sources if parent(path) in folders)

    @property
    def _sources(self) -> Iterable[str]:
        return (path for path in self.commit.below("") if path.endswith(".go"))

    def place(self, path: str, facts: Facts, name: str) -> Place | None:
        """The package; commands, what is ``internal`` and what go leaves out cannot be imported."""
        folder = parent(path)
        parts = folder.split("/")
        if facts.package == "main" or "internal" in parts or any(each.startswith(("_", ".")) for each in parts):
            return None
        names = self._linker.names(path)
        title = names[0] if names else folder
        return Place(folder, title or facts.package, title)

    def is_visible(self, definition: Definition, owner: Definition | None) -> bool:
        """By the capital letter."""
        return definition.kind not in ("module", "package") and is_public(definition)

    def head(self, definition: Definition) -> Head | str:
        """Parameters and results without names."""
        text = definition.signature
        if definition.kind not in CALLABLE:
            return _EMPTY.sub("any", text if definition.kind in ("type", "field") else _SYNTAX.cut(text, "=")[0])
        generics, text = _SYNTAX.bracketed(text, "[")
        inner, after = _SYNTAX.bracketed(text, "(")
        return head("", _generics(generics), map(Parameter, _types(inner)), _results(after))

    def obliges(self, definition: Definition, owner: Definition) -> bool:
        """What implements an interface must have all its methods."""
        return owner.kind == "interface"


def _generics(text: str) -> Iterator[tuple[str, str]]:
    names = [part.split(None, 1)[0] for part in _SYNTAX.parts(text)]
    return zip(names, _types(text), strict=True)


def _types(text: str) -> list[str]:
    """The type of each parameter: ``a, b int`` has two."""
    parts = _SYNTAX.parts(text)
    matches = [found if (found := _NAMED.fullmatch(part)) and found[1] not in _TYPES else None for part in parts]
    types: list[str] = []
    for part, found in zip(reversed(parts), reversed(matches), strict=True):
        named = types[-1] if types and any(matches) else _type(part)
        types.append(_type(found[2]) if found else named)
    return types[::-1]


def _results(text: str) -> str:
    return ", ".join(_types(_SYNTAX.bracketed(text, "(")[0])) if text.startswith("(") else _type(text)


def _type(text: str) -> str:
    """A type, without the names of parameters if it is one of functions. An interface without methods is ``any``."""
    text = _EMPTY.sub("any", text)
    if not text.startswith("func("):
        return text
    inner, after = _SYNTAX.bracketed(text.removeprefix("func"), "(")
    return f"func({', '.join(_types(inner))}) {_results(after)}"
