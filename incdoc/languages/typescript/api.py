"""The API of TypeScript and JavaScript between two commits: what files export, by its declarations."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import ClassVar

from .. import declarations
from ..api import ApiChange, Commit
from ..declarations import CALLABLE, Place
from ..facts import Definition, Facts
from ..heads import Head, Parameter, Syntax, head
from .language import LANGUAGE, is_public
from .linker import ModuleLinker
from .projects import stem

_SYNTAX = Syntax(quotes=True)
_MODIFIERS = re.compile(r"(?:@[\w.]+(?:\([^()]*\))?\s*|(?:public|private|protected|readonly|override)\s+)*")


def compare(old: Commit, new: Commit, paths: Iterable[str]) -> Iterator[ApiChange]:
    """The changes in the sources among ``paths``."""
    return declarations.compare(_TypeScript(old), _TypeScript(new), paths)


class _TypeScript(declarations.Declarations):
    same: ClassVar[dict[str, str]] = {"constant": "variable"}
    inferred: ClassVar[bool] = True

    def __init__(self, commit: Commit) -> None:
        super().__init__(commit, LANGUAGE)
        self._linker = ModuleLinker(commit)

    def place(self, path: str, facts: Facts, name: str) -> Place | None:
        """The module, as imports name it."""
        title = stem(path)
        declared = f"{title}.d.ts"
        if path != declared and self.commit.exists(declared):
            return None  # the declarations say what the source exports
        title = title.removesuffix("/index")
        return Place(title, title, title)

    def is_visible(self, definition: Definition, owner: Definition | None) -> bool:
        """What is exported; the members of a class that are neither private nor protected."""
        name = definition.name.rpartition(".")[2]
        if name.startswith(("_", "#")):
            return False
        if owner is None or owner.kind == "namespace":
            return is_public(definition)
        return {"private", "protected"}.isdisjoint(definition.traits)

    def head(self, definition: Definition) -> Head | str:
        """The types of the parameters and of the result; the type of a value."""
        text = definition.signature
        if definition.kind in CALLABLE:
            generics, text = _SYNTAX.bracketed(text, "<")
            inner, after = _SYNTAX.bracketed(text, "(")
            before = "static" if "static" in definition.traits else ""
            names = ((each.removeprefix("const ").split()[0], each) for each in _SYNTAX.parts(generics))
            return head(before, names, filter(None, map(_parameter, _SYNTAX.parts(inner))), after)
        if definition.kind == "type":
            return text
        if definition.kind in ("class", "interface", "enum", "namespace", "enum member"):
            return ""
        return _SYNTAX.cut(text, "=")[0]

    def accepts(self, now: Head, was: Head) -> bool:
        """A parameter also takes what is one of several types now."""
        pairs = zip(now.parameters, was.parameters, strict=False)
        same = [before if _is_part(before.type, after.type) else after for after, before in pairs]
        wider = [each._replace(optional=now.parameters[at].optional) for at, each in enumerate(same)]
        return super().accepts(now._replace(parameters=(*wider, *now.parameters[len(wider) :])), was)

    def remains(self, place: Place, path: str, definition: Definition) -> bool:
        """Whether the module exports it from another one; a class has a constructor in any case."""
        if "." in definition.name:
            return definition.name.endswith(".constructor")
        facts = self.commit.facts(path) if self.commit.exists(path) else None
        names = [each.alias or each.name for each in facts.imports if each.style.startswith("export")] if facts else []
        return definition.name in names or ("*" in names and self._linker.exports(path, definition.name))


def _is_part(one: str, other: str) -> bool:
    """Whether all that a type says is among what another one says: ``A | B`` and ``A | B | C``."""
    return set(_SYNTAX.parts(one, "|")) <= set(_SYNTAX.parts(other, "|"))


def _parameter(text: str) -> Parameter | None:
    text = _MODIFIERS.sub("", text, count=1)
    name, rest = _SYNTAX.cut(text, ":")
    if name == "this":
        return None
    typed, value = _SYNTAX.cut(rest, "=")
    if not rest:
        name, value = _SYNTAX.cut(text, "=")
    several = name.startswith("...")
    return Parameter(f"...{typed}" if several else typed, several or name.endswith("?") or bool(value))
