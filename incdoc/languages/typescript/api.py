"""The API of TypeScript and JavaScript between two commits: what files export, by its declarations."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import ClassVar

from .. import declarations
from ..api import ApiChange, Commit
from ..declarations import CALLABLE, Place
from ..facts import Definition, Facts
from ..heads import Head, Parameter, Syntax, head, spaced
from .language import LANGUAGE, is_public
from .linker import ModuleLinker
from .projects import stem

_SYNTAX = Syntax(quotes=True)
_LONGEST, _DEEPEST = 2_000, 20
"""Characters and brackets around each other of a type whose meaning is looked for."""
_OPERATOR = re.compile(r"[&?]|\b(?:keyof|typeof|infer|extends|is|asserts|unique|new|in)\b")
"""What binds more or less than the bar of a union: such a type stays as it is written."""
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
            return head(before, names, filter(None, map(_parameter, _SYNTAX.parts(inner))), _typed(after))
        if definition.kind == "type":
            return _typed(text)
        if definition.kind in ("class", "interface", "enum", "namespace", "enum member"):
            return ""
        return _typed(_SYNTAX.cut(text, "=")[0])

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


def _typed(text: str) -> str:
    """What follows a name, with its type by meaning."""
    text = text.strip()
    return f"{text[0]} {_meaning(text[1:])}" if text[:1] in (":", "=") else text


def _meaning(text: str, depth: int = 0) -> str:
    """A type in one of the ways in which it may be written: arrays as ``Array<T>``, the members of a union sorted, no
    more parentheses than needed. Types of functions and all that is long stay as they are, but for blanks."""
    text = spaced(text)
    if len(text) > _LONGEST or depth > _DEEPEST or any(sign == "=>" and not at for _, sign, at in _SYNTAX.tokens(text)):
        return text
    if _OPERATOR.search(text):
        return text
    members = {each for part in _SYNTAX.parts(text, "|") for each in _SYNTAX.parts(_member(part, depth + 1), "|")}
    return "|".join(sorted(members))


def _member(text: str, depth: int) -> str:
    inner, rest = _SYNTAX.bracketed(text, "(")
    if inner and not rest:
        meant = _meaning(inner, depth)
        return meant if _is_plain(meant) else f"({meant})"
    element, constant = text.removeprefix("readonly "), text.startswith("readonly ")
    if element.endswith("[]") and not (constant and element.endswith("[][]")):
        return f"{'ReadonlyArray' if constant else 'Array'}<{_meaning(element[:-2], depth)}>"
    name, _, _ = text.partition("<")
    inner, rest = _SYNTAX.bracketed(text[len(name) :], "<")
    if inner and not rest and not constant:
        return f"{name}<{','.join(_meaning(each, depth) for each in _SYNTAX.parts(inner))}>"
    return text


def _is_plain(text: str) -> bool:
    """Whether a type means the same without parentheses, as one of a union."""
    return "=>" not in text and _OPERATOR.search(text) is None


def _is_part(one: str, other: str) -> bool:
    """Whether all that a type says is among what another one says: ``A | B`` and ``A | B | C``."""
    return set(_SYNTAX.parts(one, "|")) <= set(_SYNTAX.parts(other, "|"))


def _parameter(text: str) -> Parameter | None:
    text = _MODIFIERS.sub("", text, count=1)
    name, rest = _SYNTAX.cut(text, ":")
    if name == "this":
        return None
    typed, value = _SYNTAX.cut(rest, "=")
    typed = _meaning(typed)
    if not rest:
        name, value = _SYNTAX.cut(text, "=")
    several = name.startswith("...")
    return Parameter(f"...{typed}" if several else typed, several or name.endswith("?") or bool(value))
