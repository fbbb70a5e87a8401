"""Rust: bytes -> Facts.

The methods of an ``impl`` belong to its type; the trait is among the bases of a type that the file defines. A ``mod``
without a body is an import of its file, and a module among the definitions. What macros make is not read.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from ..facts import Definition, Facts, Import, Use
from ..syntax import Reading, define, facts, fold, statements_in, value, words
from ..uses import own_uses
from . import grammar as g
from . import uses

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tree_sitter import Node

    from ..limits import Budget
    from ..syntax import Finder

_KEYWORDS = re.compile(rb"\b(?:use|mod|fn|impl|trait|struct|union|enum|const|static|type|macro_rules)\b")
_TOKENS = re.compile(r"[{},*]|::|\bas\b|[\w#]+")
_PATH = re.compile(r"""path\s*=\s*"([^"\\]+)"\Z""")
_DOC = re.compile(r"""doc\s*=\s*r?#*"(.*)"#*\Z""", re.DOTALL)
MACROS = "macros"
"""``Import.scope`` of a module that brings its macros."""
_MODIFIERS = re.compile(r"\b(?:async|const|unsafe|extern)\b")


def extract(data: bytes) -> Facts:
    """The facts of one Rust source. Pure; never raises, whatever the bytes are."""
    return _facts(data, uses.find)


def uses_of_own(data: bytes, definition: Definition) -> tuple[Use, ...]:
    """The uses of a definition in its own source."""
    module, _, name = definition.name.rpartition("::")
    item = Import(definition.line, name, within=module)
    return own_uses(_facts(data, partial(uses.of_own, item=item)))


def _facts(data: bytes, find: Finder) -> Facts:
    return facts("rust", g.GRAMMAR, data, _read, uses=find, separator="::")


def _read(source: bytes, root: Node, names: Budget) -> Reading:
    return _Items(source, names).read(root)


class _Scope(NamedTuple):
    """What the items that are being read are in."""

    name: str
    """Qualified; empty for the file."""
    module: str
    """The innermost module in the file."""
    members: str = ""
    """The kind of its functions if they are methods: ``method``."""
    trait: bool = False
    hides: bool = False
    """Whether others see none of it that is not ``pub``: of a type, and of its ``impl`` without a trait."""


class _Items:
    """One walk over the items of a source. It keeps a stack of its own: items may nest deeper than Python's calls."""

    def __init__(self, source: bytes, names: Budget) -> None:
        self._source = source
        self._names = names
        self._definitions: list[tuple[int, int, Definition]] = []
        self._imports: list[Import] = []
        self._implemented: dict[str, list[str]] = {}
        self._waiting: list[tuple[Iterable[Node], _Scope]] = []

    def read(self, root: Node) -> Reading:
        self._waiting.append((root.children, _Scope("", "")))
        while self._waiting:
            nodes, scope = self._waiting.pop()
            self._items(nodes, scope)
        self._imports.sort(key=lambda each: each.line)
        return Reading(_inner(root), [self._with_traits(*each) for each in self._definitions], self._imports)

    def _with_traits(self, start: int, stop: int, each: Definition) -> tuple[int, int, Definition]:
        if each.kind in ("struct", "enum", "union") and (traits := self._implemented.pop(each.name, None)):
            each = replace(each, bases=tuple(dict.fromkeys(traits)))
        return start, stop, each

    def _items(self, nodes: Iterable[Node], scope: _Scope) -> None:
        comments: list[Node] = []
        attributes: list[Node] = []
        for node in nodes:
            kind = node.kind_id
            if kind in g.COMMENTS:
                comments.append(node)
                continue
            if kind in g.ATTRIBUTE:
                attributes.append(node)
                continue
            if kind in g.USE:
                self._use(node, scope)
            elif kind in g.FUNCTION:
                self._function(node, scope, comments, attributes)
            elif kind in g.MODULE:
                self._module(node, scope, comments, attributes)
            elif kind in g.IMPL:
                self._impl(node, scope)
            elif kind in g.TRANSPARENT:
                body = node.child_by_field_name("body")
                self._waiting.append((body.children if body is not None else node.children, scope))
            elif kind in g.EXTERN_CRATE:
                self._crate(node, scope)
            elif kind in _SIMPLE:
                self._simple(node, _SIMPLE[kind], scope, comments, attributes)
            comments, attributes = [], []

    # --- definitions

    def _define(
        self,
        node: Node,
        kind: str,
        scope: _Scope,
        comments: list[Node],
        attributes: list[Node],
        declaration: str,
        signature: str = "",
        bases: tuple[str, ...] = (),
    ) -> str:
        """Record a definition; returns its qualified name, which is empty if it has none."""
        named = node.child_by_field_name("name")
        simple = (named.text or b"").decode() if named is not None else ""
        if not simple or simple == "_":
            return ""
        name = f"{scope.name}::{simple}" if scope.name else simple
        written = [fold((each.text or b"").removeprefix(b"#").strip()[1:-1]) for each in attributes]
        doc = _outer(comments, written)
        decorators = tuple([each for each in written if not _DOC.match(each)])
        traits = _traits(node, kind, written)
        if scope.trait and kind == "method" and node.child_by_field_name("body") is not None:
            traits = tuple(sorted((*traits, "provided")))
        if scope.hides and kind in ("method", "field") and not any(each.startswith("pub") for each in traits):
            traits = tuple(sorted((*traits, "private")))
        self._definitions.append(
            define(self._names, node, kind, name, declaration, signature, doc, traits, decorators, bases)
        )
        return name

    def _function(self, node: Node, scope: _Scope, comments: list[Node], attributes: list[Node]) -> None:
        body = node.child_by_field_name("body")
        named = node.child_by_field_name("name")
        if named is None:
            return
        stop = body.start_byte if body is not None else node.end_byte
        signature = fold(self._source[named.end_byte : stop].rstrip().removesuffix(b";"))
        head = fold(self._source[node.start_byte : stop].rstrip().removesuffix(b";"))
        name = self._define(node, scope.members or "function", scope, comments, attributes, head, signature)
        if body is not None and name and _KEYWORDS.search(self._source, body.start_byte, body.end_byte):
            items = statements_in(body, self._source, _KEYWORDS, g.IN_BODIES)
            self._waiting.append((items, _Scope(name, scope.module)))

    def _module(self, node: Node, scope: _Scope, comments: list[Node], attributes: list[Node]) -> None:
        body = node.child_by_field_name("body")
        stop = body.start_byte if body is not None else node.end_byte
        head = fold(self._source[node.start_byte : stop].rstrip().removesuffix(b";"))
        name = self._define(node, "module", scope, comments, attributes, head)
        if not name:
            return
        if body is not None:
            self._waiting.append((body.children, _Scope(name, name)))
            return
        simple = name.rpartition("::")[2]
        line = node.start_point[0] + 1
        written = [fold((each.text or b"")[2:-1]) for each in attributes]
        place = next((found[1] for each in written if (found := _PATH.search(each))), "")
        item = Import(line, place, "", simple, "", "path", scope.module) if place else Import(line, simple, style="mod")
        brings = MACROS if any(each.startswith("macro_use") for each in written) else ""
        self._imports.append(replace(item, scope=brings, within=scope.module))

    def _impl(self, node: Node, scope: _Scope) -> None:
        of, body, trait = (node.child_by_field_name(name) for name in ("type", "body", "trait"))
        if of is None:
            return
        name = _type_name(of)
        owner = self._names.take(f"{scope.name}::{name}" if scope.name else name)
        if trait is not None:
            self._implemented.setdefault(owner, []).append(self._names.take(fold(trait.text or b"")))
        if body is not None:
            self._waiting.append((body.children, _Scope(owner, scope.module, "method", hides=trait is None)))

    def _simple(self, node: Node, kind: str, scope: _Scope, comments: list[Node], attributes: list[Node]) -> None:
        body, named, bounds, worth = (node.child_by_field_name(name) for name in ("body", "name", "bounds", "value"))
        if named is None:
            return
        stop = node.end_byte
        if kind == "macro":
            stop = named.end_byte
        elif worth is not None:
            stop = worth.start_byte
        elif body is not None and not (kind in ("struct", "variant") and (body.text or b"").startswith(b"(")):
            stop = body.start_byte
        before = self._source[node.start_byte : stop].rstrip().removesuffix(b";")
        head = fold(before)
        after = self._source[named.end_byte : stop].rstrip().removesuffix(b";")
        signature = fold(after)
        if worth is not None:
            shown = value(self._source, worth)
            head, signature = f"{head} {shown}", f"{signature} {shown}"
        bases = tuple(_bounds(bounds)) if bounds is not None and kind == "trait" else ()
        name = self._define(node, kind, scope, comments, attributes, head, signature, bases)
        if body is not None and name and kind != "macro":
            is_trait, hides = kind == "trait", kind in ("struct", "union")
            members = "method" if is_trait else ""
            self._waiting.append((body.children, _Scope(name, scope.module, members, is_trait, hides)))

    # --- imports

    def _crate(self, node: Node, scope: _Scope) -> None:
        named, alias = node.child_by_field_name("name"), node.child_by_field_name("alias")
        if named is not None:
            as_ = (alias.text or b"").decode() if alias is not None else ""
            name = (named.text or b"").decode()
            line = node.start_point[0] + 1
            self._imports.append(Import(line, name, alias=as_, style="extern crate", within=scope.module))

    def _use(self, node: Node, scope: _Scope) -> None:
        argument = node.child_by_field_name("argument")
        if argument is None:
            return
        visible = next((child.text or b"" for child in node.children if child.kind_id in g.VISIBILITY), None)
        style = "use" if visible is None else "pub use"
        reach = "crate" if visible and b"(" in visible else ""
        line = node.start_point[0] + 1
        for path, alias in _paths(fold(argument.text or b"")):
            self._imports.append(Import(line, self._names.take(path), "", alias, reach, style, scope.module))


_SIMPLE = {
    number: kind
    for kind, numbers in (
        ("struct", g.STRUCT),
        ("union", g.UNION),
        ("enum", g.ENUM),
        ("variant", g.VARIANT),
        ("field", g.FIELD),
        ("trait", g.TRAIT),
        ("constant", g.CONSTANT),
        ("static", g.STATIC),
        ("type", g.TYPE),
        ("macro", g.MACRO),
    )
    for number in numbers
}


def _paths(tree: str) -> Iterator[tuple[str, str]]:
    """(path, alias) of each name that ``use`` brings in: ``a::{b, c as d, e::*}`` has three."""
    prefixes = [""]
    path = alias = ""
    renamed = False
    for token in _TOKENS.findall(tree):
        if token == "{":
            prefixes.append(path)
            path = ""
        elif token in (",", "}"):
            if path and path != prefixes[-1]:
                yield _without_self(path), alias
            path = alias = ""
            renamed = False
            if token == "}":
                if len(prefixes) > 1:
                    prefixes.pop()
                continue
        elif token == "as":
            renamed = True
        elif renamed:
            alias = token
        elif token == "::":
            path += token
        else:
            path = (path or prefixes[-1]) + token
    if path:
        yield _without_self(path), alias


def _without_self(path: str) -> str:
    return path.removesuffix("::self") if "::" in path else path


def _type_name(node: Node) -> str:
    """The name of the type that an ``impl`` is for, without references, paths and arguments."""
    written = fold(node.text or b"")
    found = re.match(r"(?:&\s*|'\w+\s+|mut\s+|dyn\s+)*((?:\w+::)*)(\w+)", written)
    return found[2] if found else written


def _bounds(node: Node) -> Iterator[str]:
    for child in node.named_children:
        yield fold(child.text or b"")


def _traits(node: Node, kind: str, attributes: list[str]) -> tuple[str, ...]:
    found = set()
    for child in node.children:
        if child.kind_id in g.VISIBILITY:
            found.add(fold(child.text or b""))
        elif child.kind_id in g.MODIFIERS:
            found.update(_MODIFIERS.findall(fold(child.text or b"")))
        elif not child.is_named and child.type == "unsafe":
            found.add("unsafe")
    if any(each == "test" or each.endswith("::test") for each in attributes):
        found.add("test")
    if any(each.startswith("deprecated") for each in attributes):
        found.add("deprecated")
    if kind == "macro" and any(each.startswith("macro_export") for each in attributes):
        found.add("pub")
    return tuple(sorted(found))


def _outer(comments: list[Node], attributes: list[str]) -> str:
    """The documentation above an item, and that of its attributes."""
    documenting = [each for each in comments if each.child_by_field_name(g.OUTER_DOC) is not None]
    said = [words(documenting)] if documenting else []
    said += [found[1] for each in attributes if (found := _DOC.match(each))]
    return "\n".join(said)


def _inner(root: Node) -> str:
    """The documentation of the file: ``//!`` and ``/*! */`` at its beginning."""
    found = []
    for node in root.children:
        if node.kind_id in g.COMMENTS:
            if node.child_by_field_name(g.INNER_DOC) is not None:
                found.append(node)
        elif node.kind_id not in g.INNER_ATTRIBUTE:
            break
    return words(found)
