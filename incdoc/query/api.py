"""The API of a commit: all that can be imported, by public name, with its signature; from facts and links.

public      a name without a leading underscore (or a dunder); in a module with ``__all__``, the names in it. Imported
            names are public only through ``__all__``. A module is public if every part of its name is
member      of a module: its definitions, what it imports, its submodules; of a class: its definitions and its bases'
test        a file of tests, or a file in a top-level package ``tests`` or ``test``: not part of the API

Nothing is checked out. Facts come from the store by content, so that mostly nothing is parsed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cached_property

from msgspec import Struct

from incdoc.engine.workspace import Workspace
from incdoc.languages.facts import Definition, Facts
from incdoc.links.names import LAYOUT_FILES, Layout, is_module
from incdoc.links.outline import Outline
from incdoc.links.resolve import Resolver
from incdoc.query.history import facts_at
from incdoc.sources.objects import Item

_TESTS = ("tests", "test")
_DEEPEST = 32


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


class Parameter(Struct, frozen=True):
    """``kind``: ``positional``, ``either``, ``keyword``, ``*``, ``**``. ``default``: as written but for white space and
    quotes, or None."""

    name: str
    kind: str
    default: str | None

    @property
    def required(self) -> bool:
        """Whether a call must pass it."""
        return self.default is None and self.kind not in ("*", "**")


class Signature(Struct, frozen=True):
    """A callable's parameters and the return annotation as written, or None."""

    parameters: tuple[Parameter, ...]
    returns: str | None


class Api:
    """The API in ``files`` of one commit."""

    def __init__(self, workspace: Workspace, files: Mapping[str, Item]) -> None:
        self._workspace = workspace
        self.files = {path: item for path, item in files.items() if item.kind == "file" and _counts(path)}
        self._folders = {folder for path in self.files for folder in _above(path)}
        self._facts: dict[str, Facts | None] = {}
        self.resolver = Resolver(
            self.files.__contains__, self._named, self._outline, self._folders.__contains__, lambda _: "", lambda _: ""
        )
        self.layout: Layout = self.resolver.layout
        self._signatures: dict[Symbol, Signature] = {}

    def preload(self, paths: Iterable[str]) -> None:
        """Read the facts of many modules at once."""
        wanted = [(path, self.files[path].blob) for path in paths if path in self.files and path not in self._facts]
        self._facts.update((path, None) for path, _ in wanted)
        self._facts.update(facts_at(self._workspace, wanted))

    def facts(self, path: str) -> Facts | None:
        """The facts of a file; None if it cannot be read."""
        if path not in self._facts:
            self.preload([path])
        return self._facts.get(path)

    def _outline(self, path: str) -> Outline | None:
        facts = self.facts(path)
        return Outline.of(facts) if facts is not None else None

    def _named(self, dotted: str) -> tuple[str, ...]:
        return self._by_name.get(dotted, ())

    @cached_property
    def _by_name(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for path in sorted(filter(is_module, self.files)):
            for name in self.layout.names(path):
                found[name] = (*found.get(name, ()), path)
        return found

    @cached_property
    def modules(self) -> dict[str, str]:
        """The public modules: file by dotted name; a source before its stub."""
        found: dict[str, str] = {}
        for path in sorted(filter(is_module, self.files)):
            name = self.dotted(path)
            parts = name.split(".")
            if name and parts[0] not in _TESTS and not any(map(_hidden, parts)):
                found.setdefault(name, path)
        return found

    def dotted(self, path: str) -> str:
        """The name by which a module is imported; empty if it has none."""
        names = self.layout.names(path)
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
                weak = {"overload", "setter", "deleter"} & set(definition.traits)
                if definition.name and not (weak and definition.name in known):
                    known[definition.name] = definition
        return known

    @cached_property
    def _defined(self) -> dict[str, dict[str, Definition]]:
        return {}

    def kind(self, symbol: Symbol) -> str:
        """``module``, ``class``, ``function`` or ``attribute``."""
        definition = self.definition(symbol)
        if definition is None:
            return "module"
        if definition.kind in ("function", "method"):
            return "attribute" if {"property", "setter", "deleter"} & set(definition.traits) else "function"
        return "class" if definition.kind == "class" else "attribute"

    def signature(self, symbol: Symbol) -> Signature:
        """Of a function."""
        if symbol not in self._signatures:
            definition = self.definition(symbol)
            self._signatures[symbol] = parse_signature(definition.signature if definition else "")
        return self._signatures[symbol]

    def bases(self, symbol: Symbol) -> tuple[str, ...]:
        """A class's bases as written, without keywords."""
        definition = self.definition(symbol)
        return tuple(base for base in definition.bases if "=" not in base) if definition else ()

    def members(self, symbol: Symbol) -> dict[str, Member]:
        """The members of a module or a class, by name."""
        if self.kind(symbol) == "module":
            return self._module_members(symbol.path)
        return self._class_members(symbol, 0) if self.kind(symbol) == "class" else {}

    def _module_members(self, path: str) -> dict[str, Member]:
        facts = self.facts(path)
        if facts is None:
            return {}
        bindings = self.resolver.bindings(path)

        def public(name: str) -> bool:
            return name in bindings.exports if bindings.exports else not _private(name)

        found = {}
        for name in self._definitions(path):
            if "." not in name:
                found[name] = Member(public(name), Symbol(path, name), False)
        for name in bindings.imported:
            if name not in found:
                visible = bool(bindings.exports) and name in (bindings.exports or ())
                found[name] = Member(visible, self._imported(path, name) if visible else None, True)
        for name in bindings.exports or ():
            if name not in found and bindings.stars:
                target = self._imported(path, name)
                if target is not None:
                    found[name] = Member(True, target, True)
        return found

    def _imported(self, path: str, name: str) -> Symbol | None:
        found = self.resolver.member(path, name)
        return Symbol(*found) if found is not None else None

    def _class_members(self, symbol: Symbol, depth: int) -> dict[str, Member]:
        found: dict[str, Member] = {}
        if depth < _DEEPEST:
            for base in reversed(self.resolver.resolve(symbol.path).bases):
                if base.owner == symbol.name:
                    inherited = self._class_members(Symbol(base.path, base.name), depth + 1)
                    found.update((name, Member(each.public, each.target, True)) for name, each in inherited.items())
        prefix = symbol.name + "."
        for name in self._definitions(symbol.path):
            if name.startswith(prefix) and "." not in name[len(prefix) :]:
                own = name[len(prefix) :]
                found[own] = Member(not _private(own), Symbol(symbol.path, name), False)
        return found


def _counts(path: str) -> bool:
    """Whether a file is a module, or decides where modules are imported from."""
    return is_module(path) or path.rpartition("/")[2] in LAYOUT_FILES


def _hidden(part: str) -> bool:
    """Whether a part of a module's name means that it is not part of the API. A module ``test`` or ``tests`` is."""
    return part.startswith(("_", "test_")) or part.endswith("_test") or part == "conftest"


def _private(name: str) -> bool:
    return name.startswith("_") and not (name.startswith("__") and name.endswith("__"))


def _above(path: str) -> Iterable[str]:
    while path := path.rpartition("/")[0]:
        yield path


_KINDS = {
    "identifier": "either",
    "default_parameter": "either",
    "typed_parameter": "either",
    "typed_default_parameter": "either",
    "list_splat_pattern": "*",
    "dictionary_splat_pattern": "**",
}


_LITERAL = re.compile(r"""(?<![\w"'])[uU]?(?:'([^'"\\]*)'|"([^'"\\]*)")(?!["'])""")


def parse_signature(text: str) -> Signature:
    """A definition's signature, ``(self, x: T = None) -> T`` with type parameters or without, by its parts."""
    from incdoc.languages.python.grammar import parse

    function = parse(b"def f" + text.encode() + b": pass").root_node.children
    parameters = function[0].child_by_field_name("parameters") if function else None
    if parameters is None:
        return Signature((), None)
    found: list[Parameter] = []
    after = "either"
    for node in parameters.named_children:
        if node.type == "positional_separator":
            found = [Parameter(each.name, "positional", each.default) for each in found]
            continue
        if node.type == "keyword_separator":
            after = "keyword"
            continue
        named = node.child_by_field_name("name") or (node.named_children[0] if node.type == "typed_parameter" else node)
        kind = _KINDS.get(named.type if node.type == "typed_parameter" else node.type)
        if kind is None:
            continue
        value = node.child_by_field_name("value")
        default = _LITERAL.sub(r'"\1\2"', " ".join(_text(value).split())) if value is not None else None
        found.append(Parameter(_text(named).lstrip("*").strip(), after if kind == "either" else kind, default))
        if kind == "*":
            after = "keyword"
    returns = function[0].child_by_field_name("return_type")
    return Signature(tuple(found), _text(returns) if returns is not None else None)


def _text(node: object) -> str:
    return (getattr(node, "text", b"") or b"").decode("utf-8", "replace")
