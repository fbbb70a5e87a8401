"""The API of Rust between two commits: what is ``pub`` in a library, and can be reached from its root.

A module is reached if all around it are ``pub``. What is in another module is public where a ``pub use`` exports it,
and has its name there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from incdoc.sources.paths import ancestors, join, parent

from .. import declarations
from ..api import ApiChange, Commit
from ..declarations import CALLABLE, Place
from ..facts import Definition, Facts
from ..heads import Head, Parameter, Syntax, head
from .language import LANGUAGE, MANIFEST, is_public
from .linker import PathLinker

_SYNTAX = Syntax()
_ROOT = "lib.rs"
_PROGRAMS = frozenset(("bin", "tests", "examples", "benches"))
_HEAD = re.compile(r"\b(async|unsafe|extern(?: \"[^\"]*\")?)\s")
_LIFETIME = re.compile(r"'\w+(?:: *'\w+)?(?: \+ '\w+)*,? ?")
_MOST_MODULES = 64


def compare(old: Commit, new: Commit, paths: Iterable[str]) -> Iterator[ApiChange]:
    """The changes in the sources among ``paths``."""
    return declarations.compare(_Rust(old), _Rust(new), paths)


class _Crate:
    """The modules of a library, by file: the path of names, and whether each part of it is public."""

    def __init__(self, commit: Commit, linker: PathLinker, root: str, name: str) -> None:
        self.name = name
        self.modules: dict[str, tuple[str, bool]] = {root: ("", True)}
        self._commit = commit
        self._linker = linker
        waiting = [root]
        while waiting:
            path = waiting.pop()
            facts = commit.facts(path)
            around, reached = self.modules[path]
            public = (
                {each.name for each in facts.definitions if each.kind == "module" and is_public(each)}
                if facts
                else set()
            )
            for item in facts.imports if facts else ():
                if item.style not in ("mod", "path"):
                    continue
                file = linker.file_of(path, item)
                parts = [*(item.within.split("::") if item.within else []), item.alias or item.module]
                inner = ["::".join(parts[: count + 1]) for count in range(len(parts))]
                if file and file not in self.modules and inner[-1].count("::") < _MOST_MODULES:
                    whole = "::".join([around, inner[-1]] if around else [inner[-1]])
                    self.modules[file] = whole, reached and public.issuperset(inner)
                    waiting.append(file)
        self._exported: dict[tuple[str, str], str] | None = None

    def exported(self, path: str, name: str) -> str | None:
        """The shortest public module that exports a name of a file; None if there is none."""
        if self._exported is None:
            self._exported = {}
            for module, file, what in sorted(self._exports(), key=lambda each: (len(each[0]), each)):
                self._exported.setdefault((file, what), module)
        return self._exported.get((path, name), self._exported.get((path, "*")))

    def _exports(self) -> Iterator[tuple[str, str, str]]:
        for path, (around, reached) in self.modules.items():
            outline = self._commit.outline(path)
            if outline is None or not reached:
                continue
            targets = self._linker.resolve(path, outline).targets
            for item, target in zip(outline.imports, targets, strict=True):
                if item.style == "pub use" and target.path:
                    module = "::".join(part for part in (around, item.within) if part)
                    name = target.name.partition("::")[0]
                    if target.definer and (item.alias or name) == name:
                        yield module, target.definer, name
                    elif not target.definer:
                        yield module, target.path, "*"


class _Rust(declarations.Declarations):
    def __init__(self, commit: Commit) -> None:
        super().__init__(commit, LANGUAGE)
        self._linker = PathLinker(commit)
        self._crates: dict[str, _Crate] = {}

    def scope(self, paths: Iterable[str]) -> set[str]:
        """What a root or a module exports may be anywhere in its library."""
        roots = {root for path in paths if (root := self._root(path))}
        folders = {parent(root) for root in roots}
        return {
            path
            for path in self.commit.below("")
            if path.endswith(".rs") and any(not each or path.startswith(f"{each}/") for each in folders)
        }

    def place(self, path: str, facts: Facts, name: str) -> Place | None:
        """The module of a library that has the name for others."""
        root = self._root(path)
        crate = self._crate(root) if root else None
        if crate is None or path not in crate.modules:
            return None
        if any(each.kind == "macro" and each.name == name for each in facts.definitions):
            return Place(f"{root}|", crate.name, crate.name)
        module, reached = crate.modules[path]
        if not reached:
            exported = crate.exported(path, name)
            if exported is None:
                return None
            module = exported
        title = f"{crate.name}::{module}" if module else crate.name
        return Place(f"{root}|{module}", title, title)

    def is_visible(self, definition: Definition, owner: Definition | None) -> bool:
        """What is ``pub``, and what is so because of its owner."""
        if "cfg(test)" in definition.decorators or (owner is not None and owner.kind in CALLABLE):
            return False
        follows = definition.kind == "variant" or (owner is not None and owner.kind in ("trait", "variant"))
        return follows if owner is not None and follows else is_public(definition)

    def head(self, definition: Definition) -> Head | str:
        """The types of the parameters and of the result; the type of a value; type parameters; no lifetimes."""
        text = _LIFETIME.sub("", definition.signature)
        if definition.kind == "macro":
            return ""
        if definition.kind in CALLABLE:
            generics, text = _SYNTAX.bracketed(text, "<")
            text = text.replace("<>", "")
            inner, after = _SYNTAX.bracketed(text, "(")
            before = definition.declaration.partition("fn ")[0]
            names = ((_generic(each), each) for each in _SYNTAX.parts(generics))
            return head(" ".join(_HEAD.findall(before)), names, map(_parameter, _SYNTAX.parts(inner)), after)
        if definition.kind in ("constant", "static", "field"):
            return _SYNTAX.cut(text, "=")[0]
        if definition.kind == "trait":
            return ""
        if definition.kind == "struct" and text.startswith("("):
            return ", ".join(
                each if each.startswith("pub ") else "_" for each in _SYNTAX.parts(text[1:].rpartition(")")[0])
            )
        generics, text = _SYNTAX.bracketed(text, "<")
        return head("", ((_generic(each), each) for each in _SYNTAX.parts(generics)), (), text.replace("<>", ""))

    def obliges(self, definition: Definition, owner: Definition) -> bool:
        """A variant of an enum that may be matched exhaustively; an item that implementations must have."""
        if owner.kind == "enum":
            return definition.kind == "variant" and "non_exhaustive" not in owner.decorators
        if owner.kind != "trait" or definition.kind not in ("method", "type", "constant"):
            return False
        return "provided" not in definition.traits and "=" not in definition.signature

    def remains(self, place: Place, path: str, definition: Definition) -> bool:
        """Whether the module exports it of another one."""
        around, _, name = definition.name.rpartition("::")
        root, _, module = place.key.rpartition("|")
        crate = self._crate(root) if self.commit.exists(root) else None
        path = next((each for each, found in crate.modules.items() if found[0] == module), "") if crate else ""
        facts = self.commit.facts(path) if path else None
        for item in facts.imports if facts else ():
            if item.style == "pub use" and item.within == around:
                last = item.alias or item.module.rpartition("::")[2]
                if last == name or (last == "*" and self._linker.exports(path, around, name)):
                    return True
        return False

    def _root(self, path: str) -> str:
        """The root of the library that a file belongs to; empty if it belongs to none."""
        folder = parent(path)
        if not _PROGRAMS.isdisjoint(folder.split("/")):
            return ""
        found = (join(above, _ROOT) for above in dict.fromkeys((folder, *ancestors(path))))
        return next(filter(self.commit.exists, found), "")

    def _crate(self, root: str) -> _Crate:
        found = self._crates.get(root)
        if found is None:
            folder = parent(root)
            top = parent(folder) if folder.rpartition("/")[2] == "src" else folder
            manifest = self.commit.outline(join(top, MANIFEST)) if self.commit.exists(join(top, MANIFEST)) else None
            name = manifest.package if manifest is not None and manifest.package else top.rpartition("/")[2]
            found = self._crates[root] = _Crate(self.commit, self._linker, root, name.replace("-", "_") or "crate")
        return found


def _generic(text: str) -> str:
    return text.removeprefix("const ").partition(":")[0].partition("=")[0].strip()


def _parameter(text: str) -> Parameter:
    name, typed = _SYNTAX.cut(text, ":")
    return Parameter(typed or name.removeprefix("mut "))
