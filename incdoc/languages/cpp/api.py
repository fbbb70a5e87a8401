"""The API of C, C++ and CUDA between two commits: what headers declare.

Namespaces and folders called ``detail``, ``internal`` or ``impl`` are not meant for others, nor are names with an
underscore before them. Calls must compile as before: a parameter with a default that is added at the end breaks none,
though compiled code must be linked again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import ClassVar

from .. import declarations
from ..api import ApiChange, Commit
from ..declarations import Place
from ..facts import Definition, Facts
from ..heads import Head, Parameter, Syntax, head
from .entities import parameter_type
from .kinds import is_public
from .language import LANGUAGE
from .linker import IncludeLinker, is_header

_SYNTAX = Syntax()
_PRIVATE = frozenset(("detail", "details", "internal", "impl", "_"))
_LEFT_OUT = frozenset((
    "test", "macro call", "namespace alias", "extension module", "operator library", "binding", "operator",
))  # fmt: skip
_WORDS = re.compile(
    r"\b(?:inline|constexpr|consteval|virtual|explicit|extern|friend|typename|struct|class|enum|union|override|final"
    r"|noexcept(?:\s*\([^()]*\))?|__host__|__device__|__forceinline__|__inline__)(?![\w])\s*"
    r"|\"C(?:\+\+)?\"\s*|\[\[[^\]]*\]\]\s*|__attribute__\s*\(\(.*?\)\)\s*|__declspec\s*\([^()]*\)\s*"
    r"|\balignas\s*\([^()]*\)\s*|=\s*default\b"
)
_MACRO = re.compile(r"\b[A-Z][A-Z0-9]*_[A-Z0-9_]+\b(?:\s*\((?:[^()\"]|\"(?:\\.|[^\"\\])*\")*\))?\s*")
_SIGNS = re.compile(r"\s*([*&]+)\s*")
_NAME = re.compile(r"(.*?)([A-Za-z_]\w*)\s*((?:\[[^\]]*\]\s*)*)\Z", re.DOTALL)
_OUTSIDE = re.compile(r"[\w>]\s*::\s*\Z")


def compare(old: Commit, new: Commit, paths: Iterable[str]) -> Iterator[ApiChange]:
    """The changes in the headers among ``paths``."""
    return declarations.compare(_Headers(old), _Headers(new), paths)


class _Headers(declarations.Declarations):
    same: ClassVar[dict[str, str]] = {"struct": "class", "typedef": "type", "type alias": "type"}

    def __init__(self, commit: Commit) -> None:
        super().__init__(commit, LANGUAGE)
        self._linker = IncludeLinker(commit)

    def scope(self, paths: Iterable[str]) -> set[str]:
        """The headers, without those in folders that are not meant for others."""
        return {path for path in super().scope(paths) if is_header(path) and _PRIVATE.isdisjoint(path.split("/"))}

    def place(self, path: str, facts: Facts, name: str) -> Place | None:
        """The header; names have their namespaces alone."""
        return Place(path, path, "")

    def is_visible(self, definition: Definition, owner: Definition | None) -> bool:
        """What is neither private nor meant so."""
        if definition.kind in _LEFT_OUT or "specialization" in definition.traits or not is_public(definition):
            return False
        if any(part in _PRIVATE or part.startswith("_") for part in definition.name.split("::")):
            return False
        return not _OUTSIDE.search(_around(definition)[0])

    def head(self, definition: Definition) -> Head | str:
        """The result and the types of the parameters; the type of a value; the template of a class."""
        kind = definition.kind
        if kind == "macro":
            if "function-like" not in definition.traits:
                return ""
            parts = _SYNTAX.parts(_SYNTAX.bracketed(definition.signature, "(")[0])
            return head("", (), [Parameter("...", True) if "..." in each else Parameter("") for each in parts], "")
        text = definition.declaration
        generics = ""
        if text.startswith("template"):
            generics, text = _SYNTAX.bracketed(text.removeprefix("template").strip(), "<")
        kinds = [_plain(_SYNTAX.cut(each, "=")[0]) for each in _SYNTAX.parts(generics)]
        pairs = [(found[2] if (found := _NAME.match(each)) else "", each) for each in kinds]
        if kind in ("function", "method"):
            before, after = _around(definition)
            before = before.removeprefix("template")
            if generics:
                before = _SYNTAX.bracketed(before.strip(), "<")[1]
            inner, after = _SYNTAX.bracketed(after, "(")
            parameters = [_parameter(each) for each in _SYNTAX.parts(inner) if each != "void"]
            static = "static" in definition.traits and kind == "method"
            result = re.sub(r"\bstatic\s+", "", _plain(before))
            return head(f"static {result}" if static else result, pairs, parameters, _plain(after))
        if kind in ("field", "variable"):
            return re.sub(r"\bstatic\s+", "", _plain(_SYNTAX.cut(_SYNTAX.cut(text, "=")[0], "{")[0]))
        if kind in ("typedef", "type alias"):
            return head(_plain(text.removeprefix("using ")), pairs, (), "")
        return head("", pairs, (), "") if kind in ("class", "struct", "union", "concept") else ""

    def shown(self, definition: Definition) -> str:
        """The declaration."""
        return definition.declaration

    def bases(self, definition: Definition) -> Iterable[str]:
        """Those that are not private."""
        for each in definition.bases:
            if "private " not in each:
                yield _plain(each).removeprefix("public ").removeprefix("virtual ")

    def obliges(self, definition: Definition, owner: Definition) -> bool:
        """A class must define what is pure."""
        return "pure" in definition.traits

    def accepts(self, now: Head, was: Head) -> bool:
        """What became ``const`` can be called as before."""
        after = now.after.removesuffix("const").strip() if not was.after else now.after
        return super().accepts(now._replace(after=after), was)

    def remains(self, place: Place, path: str, definition: Definition) -> bool:
        """Whether a header that the header includes declares it, or a class has it in any case."""
        if not {"defaulted", "destructor"}.isdisjoint(definition.traits):
            return True
        for each in self._linker.included(path) if self.commit.exists(path) else ():
            facts = self.commit.facts(each)
            if facts is not None and any(it.name == definition.name for it in facts.definitions):
                return True
        return False


def _around(definition: Definition) -> tuple[str, str]:
    """What is before the name of a callable, and what is after it."""
    text = definition.declaration
    if definition.kind not in ("function", "method"):
        return "", text
    simple = definition.name.rpartition("::")[2]
    if (at := text.find("operator")) >= 0 and "operator" in definition.name:
        start = text.find("(", at)
        if text[start : start + 2] == "()" and "(" in definition.name:
            start = text.find("(", start + 1)
        return text[:at], text[start:] if start >= 0 else ""
    depths = {at: depth for at, _, depth in _SYNTAX.tokens(text)}
    depth = 0
    for found in re.finditer(rf"[()<>\[\]{{}}]|(?<![\w~]){re.escape(simple)}\s*(?=\()", text):
        if found[0] in "()<>[]{}":
            if found.start() in depths:
                depth += 1 if found[0] in "(<[{" else -1
        elif depth <= 0:
            return text[: found.start()], text[found.end() :]
    return text, ""


def _plain(text: str) -> str:
    """A type without what its users need not see."""
    text = _WORDS.sub("", text)
    without = _MACRO.sub("", text)
    return _SIGNS.sub(r"\1 ", without if without.strip() else text).strip()


def _parameter(text: str) -> Parameter:
    typed, value = _SYNTAX.cut(text, "=")
    if typed.endswith("..."):
        return Parameter(typed, True)
    return Parameter(parameter_type(_plain(typed)), bool(value))
