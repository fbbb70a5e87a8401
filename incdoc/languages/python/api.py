"""The API of a commit: all that can be imported, by public name, with its signature; from facts and links.

public      a name without a leading underscore (or a dunder); in a module with ``__all__``, the names in it. A module
            is public if every part of its name is. An imported name is public if it is in ``__all__`` or re-exported
re-export   what typing calls so (``from a import b as b``, ``from a import *``), and, in a package without ``__all__``,
            a definition that it imports from its own modules
member      of a module: its definitions, what it imports, its submodules; of a class: its definitions, the attributes
            that its methods set, and its bases' members
alias       ``old = new``: another name for a function or class
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from functools import cached_property

from msgspec import Struct

from ..api import Commit
from ..facts import Definition, Facts
from ..resolution import Base
from .annotations import Type, bases_of, type_of
from .computed import GIVING
from .construction import Field, Maker, fields, maker, signature
from .language import is_aside, is_run_by_tools, made_for_users
from .linker import PythonLinker
from .modules import is_module
from .signature import Parameter, Signature, parse_signature
from .traits import INSTANCE, is_private

CONSTRUCTORS = ("__init__", "__new__")
NO_PARAMETERS = Signature((Parameter("self", "either", None),), None)
_DEEPEST = 32
_ALIAS = re.compile(r"(?::[^=]*)?=\s*(?P<target>[A-Za-z_][\w.]*)")
_WEAK = frozenset(("overload", "setter", "deleter"))
_VALUES = frozenset(("variable", "constant"))
"""What does not replace a class or function of the same name: a fallback, or what a decorator makes of it."""
_NOT_NAMES = frozenset(("__all__", "__slots__"))
"""What says something of names, and is none that users use."""


class Symbol(Struct, frozen=True):
    """A definition in its file. ``name``: qualified within the file; empty for the module itself."""

    path: str
    name: str


class Member(Struct, frozen=True):
    """The meaning of a name in a module or class. ``target``: None if it is not in this repository.
    ``imported``: it is defined elsewhere."""

    public: bool
    target: Symbol | None
    imported: bool


class Api:
    """The API in ``files`` of one commit."""

    def __init__(self, commit: Commit) -> None:
        self._commit = commit
        self.linker = PythonLinker(commit)
        self._signatures: dict[Symbol, Signature] = {}
        self._modules_of: dict[str, dict[str, str]] = {}

    def facts(self, path: str) -> Facts | None:
        """The facts of a file; None if it cannot be read."""
        return self._commit.facts(path)

    @cached_property
    def modules(self) -> dict[str, str]:
        """The public modules: file by dotted name; a source before its stub."""
        found: dict[str, str] = {}
        for path in self._commit.below(""):
            if not is_module(path) or not made_for_users(path) or is_run_by_tools(path, self._commit.exists):
                continue
            name = self.dotted(path)
            if name and not any(map(_hidden, name.split("."))):
                found.setdefault(name, path)
        return found

    def dotted(self, path: str) -> str:
        """The name by which a module is imported; empty if it has none."""
        names = self.linker.names(path)
        return names[0] if names else ""

    def full_name(self, symbol: Symbol) -> str:
        """A symbol's dotted name, its module's included."""
        return ".".join(part for part in (self.dotted(symbol.path), symbol.name) if part)

    # symbols

    def definition(self, symbol: Symbol) -> Definition | None:
        """The definition of a symbol: the last one that is no overload and no setter; None for a module."""
        return self._definitions(symbol.path).get(symbol.name)

    def _definitions(self, path: str) -> dict[str, Definition]:
        known = self._defined.get(path)
        if known is None:
            known = self._defined[path] = {}
            facts = self.facts(path)
            for definition in facts.definitions if facts else ():
                weak = definition.kind in _VALUES or not _WEAK.isdisjoint(definition.traits)
                if definition.name and not (weak and definition.name in known):
                    known[definition.name] = definition
        return known

    def all_definitions(self, symbol: Symbol) -> list[Definition]:
        """The overloads, setters and deleters of a symbol, and what they belong to."""
        facts = self.facts(symbol.path)
        return [each for each in facts.definitions if each.name == symbol.name] if facts else []

    @cached_property
    def _defined(self) -> dict[str, dict[str, Definition]]:
        return {}

    def kind(self, symbol: Symbol) -> str:
        """``module``, ``class``, ``function`` or ``attribute``."""
        definition = self.definition(symbol)
        if definition is None:
            return "module" if not symbol.name else "attribute"
        if definition.kind in ("function", "method"):
            return "attribute" if {"property", "setter", "deleter"} & set(definition.traits) else "function"
        return "class" if definition.kind == "class" else "attribute"

    def signature(self, symbol: Symbol) -> Signature:
        """Of a function."""
        if symbol not in self._signatures:
            definition = self.definition(symbol)
            self._signatures[symbol] = parse_signature(definition.signature if definition else "")
        return self._signatures[symbol]

    def alias(self, symbol: Symbol) -> Symbol:
        """The function or class that a symbol is another name for; else itself."""
        definition = self.definition(symbol)
        if definition is None or definition.kind not in (*_VALUES, "attribute") or INSTANCE in definition.traits:
            return symbol
        found = _ALIAS.fullmatch(definition.signature)
        around = symbol.name.rpartition(".")[0]
        target = self._named(symbol.path, around, found["target"]) if found else None
        return target if target is not None and self.kind(target) in ("function", "class") else symbol

    def _named(self, path: str, around: str, dotted: str) -> Symbol | None:
        """What a dotted name in a class, or in the module if ``around`` is empty, leads to in this repository."""
        known = self._definitions(path)
        if around and f"{around}.{dotted}" in known:
            return Symbol(path, f"{around}.{dotted}")
        first, _, rest = dotted.partition(".")
        found = self.linker.member(path, first)
        if found is None:
            return None
        at = Symbol(*found)
        while rest:
            first, _, rest = rest.partition(".")
            member = self.members(at).get(first)
            if member is None or member.target is None:
                return None
            at = member.target
        return at

    # types and bases

    def type_of(self, symbol: Symbol, annotation: str) -> Type:
        """An annotation of a symbol, in its normal form."""
        around = symbol.name.rpartition(".")[0]
        return type_of(annotation, lambda name: self._full(symbol.path, around, name))

    def _full(self, path: str, around: str, dotted: str) -> str:
        """The full name of what a name means in a source."""
        known = self._named(path, around, dotted)
        if known is not None:
            return self.full_name(known)
        first, dot, rest = dotted.partition(".")
        item = self.linker.bindings(path).imported.get(first)
        if item is None:
            return dotted
        module = f"{item.module}{'' if item.module.endswith('.') else '.'}{item.name}" if item.name else item.module
        return f"{module if item.name or item.alias else first}{dot}{rest}"

    def bases(self, symbol: Symbol) -> dict[str, str]:
        """A class's bases, as written, by their full names; without keywords and what is every class's base."""
        definition = self.definition(symbol)
        found: dict[str, str] = {}
        for base in definition.bases if definition else ():
            if "=" not in base:
                found[self.type_of(symbol, base).name] = base
        return {name: base for name, base in found.items() if name not in ("object", "typing.Generic", "text")}

    def ancestors(self, symbol: Symbol, depth: int = 0) -> set[str]:
        """The full names of all bases of a class and of their bases, as far as they are known."""
        found: set[str] = set()
        if depth >= _DEEPEST:
            return found
        for name in self.bases(symbol):
            found |= {name, *bases_of(name)}
        for base in self.bases_here(symbol):
            found |= self.ancestors(base, depth + 1)
        return found

    def above(self, symbol: Symbol, bases: Container[str]) -> set[str]:
        """The full names of what some of a class's bases derive from."""
        found = {above for name in self.bases(symbol) if name in bases for above in bases_of(name)}
        for base in self.bases_here(symbol):
            if self.full_name(base) in bases:
                found |= self.ancestors(base)
        return found

    def bases_here(self, symbol: Symbol) -> list[Symbol]:
        """The bases of a class that are in this repository."""
        return [Symbol(base.path, base.name) for base in self._bases(symbol.path) if base.owner == symbol.name]

    def is_closed(self, symbol: Symbol, depth: int = 0) -> bool:
        """Whether all bases of a class are in this repository, and theirs. A variable may be any class."""
        texts = {base.text for base in self._bases(symbol.path) if base.owner == symbol.name}
        return (
            depth < _DEEPEST
            and self.kind(symbol) == "class"
            and texts >= set(self.bases(symbol).values())
            and all(self.is_closed(base, depth + 1) for base in self.bases_here(symbol))
        )

    def class_called(self, name: str) -> Symbol | None:
        """The class of this repository that has a full name."""
        module, _, own = name.rpartition(".")
        while module:
            path = self._modules_by_name.get(module)
            if path is not None:
                found = Symbol(path, own)
                return found if self.definition(found) is not None and self.kind(found) == "class" else None
            module, _, last = module.rpartition(".")
            own = f"{last}.{own}"
        return None

    @cached_property
    def _modules_by_name(self) -> dict[str, str]:
        return {self.dotted(path): path for path in reversed(list(self._commit.below(""))) if is_module(path)}

    # constructors

    def constructor(self, symbol: Symbol, depth: int = 0) -> Signature | None:
        """The constructor of a class, its own or that of a base; None if it is not known."""
        own = self._definitions(symbol.path)
        for name in CONSTRUCTORS:
            if f"{symbol.name}.{name}" in own:
                return self.signature(Symbol(symbol.path, f"{symbol.name}.{name}"))
        made = self.generated(symbol)
        if made is not None or depth >= _DEEPEST:
            return made
        for base in self.bases_here(symbol):
            found = self.constructor(base, depth + 1)
            if found != NO_PARAMETERS:
                return found
        return NO_PARAMETERS if self.is_closed(symbol) else None

    def generated(self, symbol: Symbol) -> Signature | None:
        """The constructor that a decorator or base makes of the fields of a class; None if none does."""
        made = self.maker(symbol)
        return signature(self._fields(symbol, made, 0)) if made is not None else None

    def maker(self, symbol: Symbol) -> Maker | None:
        """What makes the constructor of a class."""
        definition = self.definition(symbol)
        if definition is None or definition.kind != "class":
            return None
        return maker(definition, self._imported_from(symbol.path))

    def _imported_from(self, path: str) -> dict[str, str]:
        """The module from which each name of a module is imported."""
        known = self._modules_of.get(path)
        if known is None:
            imported = self.linker.bindings(path).imported
            known = self._modules_of[path] = {name: item.module for name, item in imported.items()}
        return known

    def _fields(self, symbol: Symbol, made: Maker, depth: int) -> Iterator[Field]:
        if depth < _DEEPEST:
            for base in reversed(self.bases_here(symbol)):
                if (above := self.maker(base)) is not None:
                    yield from self._fields(base, above, depth + 1)
        prefix = symbol.name + "."
        own = [
            each
            for name, each in self._definitions(symbol.path).items()
            if name.startswith(prefix) and "." not in name[len(prefix) :] and each.kind == "attribute"
        ]
        yield from fields(made, own)

    # members

    def members(self, symbol: Symbol) -> dict[str, Member]:
        """The members of a module or a class, by name."""
        if self.kind(symbol) == "module":
            return self._module_members(symbol.path)
        return self._class_members(symbol, 0) if self.kind(symbol) == "class" else {}

    def _module_members(self, path: str) -> dict[str, Member]:
        if self.facts(path) is None:
            return {}
        bindings = self.linker.bindings(path)
        given = self.given(path)

        def public(name: str) -> bool:
            return name in bindings.exports if bindings.exports else not is_private(name)

        found = {}
        for name in self._definitions(path):
            if "." not in name and name not in _NOT_NAMES:
                found[name] = Member(public(name), Symbol(path, name), False)
        for name, item in bindings.imported.items():
            if name not in found and name not in given:
                visible = name in bindings.exports if bindings.exports else self.linker.reexports(path, name, item)
                target = self.imported(path, name) if visible else None
                if target is None and visible and not bindings.exports:
                    visible = False  # of another distribution, or not known
                found[name] = Member(visible, target, True)
        for name in bindings.exports or (self.linker.star_names(path) if bindings.stars else ()):
            if name not in found and bindings.stars:
                target = self.imported(path, name)
                if target is not None:
                    found[name] = Member(True, target, True)
        for name in given:
            if name not in found:
                found[name] = Member(public(name), self.imported(path, name), True)
        return found

    def given(self, path: str) -> frozenset[str]:
        """The names that a module has although no statement binds them when it is imported, as far as they are known:
        where the module has ``__getattr__``, also those of ``__all__``."""
        facts = self.facts(path)
        if facts is None:
            return frozenset()
        exports = self.linker.bindings(path).exports or () if GIVING in self._definitions(path) else ()
        return frozenset((*facts.given, *(each for each in exports if not self._is_bound(path, each))))

    def _is_bound(self, path: str, name: str) -> bool:
        bindings = self.linker.bindings(path)
        return (
            name in self._definitions(path)
            or name in bindings.imported
            or f"{self.dotted(path)}.{name}" in self.modules
            or self.imported(path, name) is not None
        )

    def imported(self, path: str, name: str) -> Symbol | None:
        """The definition or module that an imported name leads to in this repository."""
        found = self.linker.member(path, name)
        return Symbol(*found) if found is not None else None

    def _bases(self, path: str) -> tuple[Base, ...]:
        outline = self._commit.outline(path)
        return self.linker.resolve(path, outline).bases if outline is not None else ()

    def _class_members(self, symbol: Symbol, depth: int) -> dict[str, Member]:
        found: dict[str, Member] = {}
        if depth < _DEEPEST:
            for base in reversed(self._bases(symbol.path)):
                if base.owner == symbol.name:
                    inherited = self._class_members(Symbol(base.path, base.name), depth + 1)
                    found.update((name, Member(each.public, each.target, True)) for name, each in inherited.items())
        prefix = symbol.name + "."
        for name, definition in self._definitions(symbol.path).items():
            own = name.removeprefix(prefix)
            if own == name or "." in own or own in _NOT_NAMES or (INSTANCE in definition.traits and own in found):
                continue
            found[own] = Member(not is_private(own), Symbol(symbol.path, name), False)
        return found


def _hidden(part: str) -> bool:
    """Whether a part of a module's name means that it is not part of the API."""
    return part.startswith("_") or is_aside(part)
