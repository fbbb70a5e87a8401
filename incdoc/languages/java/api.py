"""The API of Java between two commits: what is public or protected, by its declarations."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import ClassVar

from incdoc.sources.paths import parent

from .. import declarations
from ..api import ApiChange, Commit
from ..declarations import CALLABLE, Place
from ..facts import Definition, Facts
from ..heads import Head, Parameter, Syntax, head
from .language import LANGUAGE, is_public

_SYNTAX = Syntax()
_ANNOTATION = re.compile(r"@[\w.]+(?:\s*\([^()]*\))?\s*")
_MODIFIERS = re.compile(
    r"\b(?:public|protected|private|final|abstract|synchronized|native|default|strictfp|transient|volatile|sealed"
    r"|non-sealed|static)\b\s*"
)
_PARAMETER = re.compile(r"(.*?[^\w$])?([\w$]+)((?:\s*\[\s*\])*)", re.DOTALL)


def compare(old: Commit, new: Commit, paths: Iterable[str]) -> Iterator[ApiChange]:
    """The changes in the sources among ``paths``, by the packages that they say."""
    return declarations.compare(_Java(old, LANGUAGE), _Java(new, LANGUAGE), paths)


class _Java(declarations.Declarations):
    same: ClassVar[dict[str, str]] = {"constant": "field"}

    def place(self, path: str, facts: Facts, name: str) -> Place | None:
        """The package, below one root, because variants of a library have the same names; none if it is internal."""
        folder, package = parent(path), facts.package
        if "internal" in package.split("."):
            return None
        root = folder.removesuffix(package.replace(".", "/"))
        return Place(f"{root}:{package}", package or path, package)

    def is_visible(self, definition: Definition, owner: Definition | None) -> bool:
        """What is public or protected, and what is so because of its owner."""
        if definition.kind == "package":
            return False
        if owner is not None and (definition.kind == "enum constant" or owner.kind in ("interface", "annotation")):
            return "private" not in definition.traits
        return is_public(definition)

    def head(self, definition: Definition) -> Head | str:
        """The result with the types of the parameters; the type of a field."""
        simple = definition.name.rpartition(".")[2]
        before, after = _before(definition, simple)
        if definition.kind not in CALLABLE:
            return before if definition.kind in ("field", "constant") else ""
        generics, before = _SYNTAX.bracketed(before, "<")
        if "static" in definition.traits:
            before = f"static {before}"
        parameters = map(_parameter, _SYNTAX.parts(_SYNTAX.bracketed(after, "(")[0]))
        return head(before, ((each.split()[0], each) for each in _SYNTAX.parts(generics)), parameters, "")

    def shown(self, definition: Definition) -> str:
        """Its type or result, and its parameters."""
        simple = definition.name.rpartition(".")[2]
        before, after = _before(definition, simple)
        return f"{before} {after}".strip() if definition.kind in CALLABLE else before

    def remains(self, place: Place, path: str, definition: Definition) -> bool:
        """A class has a constructor without parameters in any case."""
        return definition.kind == "constructor" and definition.signature == "()"

    def obliges(self, definition: Definition, owner: Definition) -> bool:
        """What implements an interface must have its abstract methods."""
        if definition.kind != "method":
            return False
        if owner.kind == "interface":
            return {"default", "static", "private"}.isdisjoint(definition.traits)
        return "abstract" in definition.traits


def _before(definition: Definition, simple: str) -> tuple[str, str]:
    """What is before the name without modifiers, and what is after it."""
    text = _ANNOTATION.sub("", definition.declaration)
    found = re.search(rf"(?<![\w$.]){re.escape(simple)}\s*(?=\(|\[|=|$)", text)
    if found is None:
        return "", definition.signature
    return _MODIFIERS.sub("", text[: found.start()]).strip(), text[found.end() :]


def _parameter(text: str) -> Parameter:
    found = _PARAMETER.fullmatch(_MODIFIERS.sub("", _ANNOTATION.sub("", text)).strip())
    return Parameter(f"{(found[1] or '').strip()}{found[3]}" if found else text)
