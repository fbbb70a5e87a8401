"""The names that a module binds at its top level, by which statements, in which order."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from operator import itemgetter

from msgspec import Struct

from ..facts import Import
from ..outline import Outline

_LAZY = "__getattr__"
"""The condition of what a module binds when it is asked for."""
_HOW = {
    "class": "definition",
    "function": "definition",
    "type alias": "definition",
    "constant": "value",
    "variable": "value",
}


class Binding(Struct, frozen=True, array_like=True):
    """A statement that binds a module-level name.

    ``how``: ``definition``, ``value`` (a variable), ``import`` (of ``module``, ``name`` and ``alias``, as
    ``facts.Import``) or ``submodule`` (a package imports a module of its own, which binds its name). ``condition``: the
    branch that it is in; else it replaces what the name was bound to before.
    """

    how: str
    condition: str
    module: str = ""
    name: str = ""
    alias: str = ""


class Bindings(Struct):
    """The module-level names of one source."""

    defined: set[str]
    imported: dict[str, Import]
    """By the last import of each."""
    stars: list[Import]
    """The last one first."""
    exports: frozenset[str] | None
    ordered: dict[str, list[tuple[int, Binding]]]
    """(line, statement) of what binds each name, the last one first; a name that the module computes is bound at 0."""

    @staticmethod
    def of(outline: Outline, package: str | None = None) -> Bindings:
        """``package``: the dotted name of the package that the source is; None if it is a module."""
        ordered: dict[str, list[tuple[int, Binding]]] = {}
        imported: dict[str, Import] = {}
        stars = []
        several = {each.name for each in outline.bound}
        for name, kind in outline.keywords:
            if "." not in name and name not in several and (how := _HOW.get(kind)):
                ordered[name] = [(1, Binding(how, ""))]
        for each in outline.bound:
            if "." not in each.name and (how := _HOW.get(each.kind)):
                ordered.setdefault(each.name, []).append((each.line, Binding(how, each.condition)))
        defined = set(ordered)
        for item in outline.imports:
            if item.scope in ("function", "class") or item.style:
                continue
            if own := _own_submodule(item, package):
                found = ordered.setdefault(own, [])
                if all(binding.how != "submodule" for _, binding in found):
                    found.append((item.line, Binding("submodule", item.condition, own)))
            if item.name == "*":
                stars.append(item)
                continue
            line = 0 if item.scope == "lazy" else item.line
            name = item.alias or item.name or item.module.partition(".")[0]
            imported[name] = item
            binding = Binding("import", item.condition if line else _LAZY, item.module, item.name, item.alias)
            ordered.setdefault(name, []).append((line, binding))
        for found in ordered.values():
            found.sort(key=itemgetter(0))  # a submodule before what the same statement imports from it
            found.reverse()
        stars.reverse()
        exports = None if outline.exports is None else frozenset(outline.exports)
        return Bindings(defined, imported, stars, exports, ordered)

    def surface(self) -> object:
        """The same without lines, which may change."""
        names = {name: [binding for _, binding in found] for name, found in self.ordered.items()}
        stars = [(star.module, star.scope, star.condition) for star in self.stars]
        if not stars:
            return names, self.exports
        lines = sorted({line for found in self.ordered.values() for line, _ in found})
        places = {name: [bisect_left(lines, line) for line, _ in found] for name, found in self.ordered.items()}
        return names, self.exports, stars, places, [bisect_left(lines, star.line) for star in self.stars]

    def latest(self, name: str, before: int) -> Iterator[Binding | Import]:
        """What may bind a name, stars among them, the last one first; above the line ``before`` if that is given."""
        found: list[tuple[int, Binding | Import]] = [(star.line, star) for star in self.stars]
        found += self.ordered.get(name, ())
        if self.stars:
            found.sort(key=itemgetter(0), reverse=True)  # what a star gives after the submodule that it is of
        return (each for line, each in found if not before or line < before)

    def line(self, name: str) -> int:
        """Where a name is defined last."""
        return next((line for line, each in self.ordered.get(name, ()) if each.how == "definition"), 0)

    def public(self, name: str) -> bool:
        """Whether ``from m import *`` binds the name."""
        return name in self.exports if self.exports is not None else not name.startswith("_")


def _own_submodule(item: Import, package: str | None) -> str:
    """The name of a module of its own that a package imports by one of its statements."""
    if package is None or item.scope == "lazy":
        return ""
    if item.module.startswith("."):
        return item.module[1:].partition(".")[0]
    if not package or not item.module.startswith(f"{package}."):
        return ""
    return item.module[len(package) + 1 :].partition(".")[0]
