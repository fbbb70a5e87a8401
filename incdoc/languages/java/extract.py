"""Java: bytes -> Facts.

The documentation of a file is that of its package, or of its first type. Classes in the bodies of methods, and those
without a name, are not read.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from ..facts import Definition, Facts, Import, Use
from ..syntax import Reading, define, facts, fold, value, words
from ..uses import of_own, own_uses
from . import grammar as g
from . import uses

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tree_sitter import Node

    from ..limits import Budget

_QUOTES = "'"
_DEPRECATED = re.compile(r"^\s*@deprecated\b", re.MULTILINE)
_TEST = re.compile(r"(?:\w+\.)*(?:Test|ParameterizedTest|RepeatedTest|TestFactory|TestTemplate)\b")


def extract(data: bytes) -> Facts:
    """The facts of one Java source. Pure; never raises, whatever the bytes are."""
    return facts("java", g.GRAMMAR, data, _read, uses=uses.find)


def uses_of_own(data: bytes, definition: Definition) -> tuple[Use, ...]:
    """The uses of a definition in its own source."""
    return own_uses(facts("java", g.GRAMMAR, data, _read, uses=of_own(uses.find, definition.name, ".")))


def _read(source: bytes, root: Node, names: Budget) -> Reading:
    return _File(source, names).read(root)


class _File:
    """One walk over the types of a source. It keeps a stack of its own: types may nest deeper than Python's calls."""

    def __init__(self, source: bytes, names: Budget) -> None:
        self._source = source
        self._names = names
        self._definitions: list[tuple[int, int, Definition]] = []
        self._imports: list[Import] = []
        self._waiting: list[tuple[Iterable[Node], str]] = []
        self._package = self._doc = ""
        self._modifiers = lru_cache(maxsize=1)(self._read_modifiers)
        """Of a node, whose head and traits both need them."""

    def read(self, root: Node) -> Reading:
        self._waiting.append((root.children, ""))
        while self._waiting:
            self._members(*self._waiting.pop())
        doc = self._doc
        if not doc:
            types = [each for each in self._definitions if each[2].kind in g.TYPES.values()]
            doc = min(types, key=lambda each: each[0])[2].doc if types else ""
        return Reading(doc, self._definitions, self._imports, package=self._package)

    def _members(self, nodes: Iterable[Node], owner: str) -> None:
        doc = ""
        for node in nodes:
            kind = node.kind_id
            if kind in g.COMMENTS:
                text = self._bytes(node)
                if text.startswith(b"/**") and text != b"/**/":
                    doc = words([node])
                continue
            if kind in g.CALLABLES:
                self._callable(node, g.CALLABLES[kind], owner, doc)
            elif kind in g.FIELDS:
                self._field(node, owner, doc)
            elif kind in g.TYPES:
                self._type(node, g.TYPES[kind], owner, doc)
            elif kind in g.ENUM_CONSTANT:
                self._constant(node, owner, doc)
            elif kind in g.ENUM_MEMBERS:
                self._waiting.append((node.children, owner))
            elif kind in g.IMPORT:
                self._import(node)
            elif kind in g.PACKAGE and not owner:
                self._package_clause(node, doc)
            if node.is_named:
                doc = ""

    # --- definitions

    def _define(
        self, node: Node, kind: str, name: str, declaration: str, signature: str, doc: str, bases: tuple[str, ...] = ()
    ) -> str:
        modifiers, annotations, first = self._modifiers(node)
        traits = set(modifiers)
        if any(_TEST.match(each) for each in annotations):
            traits.add("test")
        if "Deprecated" in annotations or (doc and _DEPRECATED.search(doc)):
            traits.add("deprecated")
        self._definitions.append(
            define(self._names, node, kind, name, declaration, signature, doc, traits, annotations, bases, first)
        )
        return name

    def _head(self, node: Node, stop: int) -> str:
        """What is before the body, without annotations."""
        return fold(self._source[self._modifiers(node)[2].start_byte : stop].rstrip().removesuffix(b";"), _QUOTES)

    def _callable(self, node: Node, kind: str, owner: str, doc: str) -> None:
        named, body = node.child_by_field_name("name"), node.child_by_field_name("body")
        if named is None:
            return
        stop = body.start_byte if body is not None else node.end_byte
        signature = fold(self._source[named.end_byte : stop].rstrip().removesuffix(b";"), _QUOTES)
        self._define(node, kind, _qualified(owner, self._text(named)), self._head(node, stop), signature, doc)

    def _type(self, node: Node, kind: str, owner: str, doc: str) -> None:
        named, body = node.child_by_field_name("name"), node.child_by_field_name("body")
        if named is None:
            return
        stop = body.start_byte if body is not None else node.end_byte
        signature = fold(self._source[named.end_byte : stop], _QUOTES)
        bases = tuple(
            fold(self._bytes(each), _QUOTES)
            for child in node.children
            if child.kind_id in g.SUPERTYPES
            for inner in child.named_children
            for each in (inner.named_children if inner.kind_id in g.TYPE_LIST else [inner])
            if each.kind_id not in g.COMMENTS
        )
        name = _qualified(owner, self._text(named))
        self._define(node, kind, name, self._head(node, stop), signature, doc, bases)
        if kind == "record" and (parameters := node.child_by_field_name("parameters")) is not None:
            for each in parameters.named_children:
                if each.kind_id in g.PARAMETER and (simple := each.child_by_field_name("name")) is not None:
                    head = self._head(each, each.end_byte)
                    self._define(each, "field", _qualified(name, self._text(simple)), head, "", "")
        if body is not None:
            self._waiting.append((body.children, name))

    def _field(self, node: Node, owner: str, doc: str) -> None:
        type_ = node.child_by_field_name("type")
        if type_ is None:
            return
        modifiers = self._modifiers(node)[0]
        constant = node.kind_id in g.CONSTANTS or {"static", "final"} <= set(modifiers)
        before = self._head(node, type_.end_byte)
        for each in node.children_by_field_name("declarator"):
            named, worth = each.child_by_field_name("name"), each.child_by_field_name("value")
            if named is None or not self._text(named):
                continue
            simple = self._text(named)
            dimensions = each.child_by_field_name("dimensions")
            shown = fold(self._bytes(dimensions)) if dimensions is not None else ""
            if worth is not None:
                shown += f" = {value(self._source, worth, _QUOTES)}"
            kind = "constant" if constant else "field"
            self._define(node, kind, _qualified(owner, simple), f"{before} {simple}{shown}", shown.strip(), doc)

    def _constant(self, node: Node, owner: str, doc: str) -> None:
        named, body = node.child_by_field_name("name"), node.child_by_field_name("body")
        if named is None:
            return
        stop = body.start_byte if body is not None else node.end_byte
        signature = fold(self._source[named.end_byte : stop], _QUOTES)
        self._define(
            node, "enum constant", _qualified(owner, self._text(named)), self._head(node, stop), signature, doc
        )

    # --- the file

    def _package_clause(self, node: Node, doc: str) -> None:
        name = next((self._text(child) for child in node.named_children if child.kind_id in g.NAMES), "")
        if name and not self._package:
            self._package = name
            self._doc = doc
            self._define(node, "package", name, f"package {name}", "", doc)

    def _import(self, node: Node) -> None:
        name = next((self._text(child) for child in node.named_children if child.kind_id in g.NAMES), "")
        if not name:
            return
        if any(child.kind_id in g.ASTERISK for child in node.children):
            name += ".*"
        style = "static" if any(child.type == "static" for child in node.children) else ""
        self._imports.append(Import(node.start_point[0] + 1, self._names.take(name), style=style))

    # --- texts: a slice of the source takes a tenth of the time of ``node.text``

    def _bytes(self, node: Node) -> bytes:
        return self._source[node.start_byte : node.end_byte]

    def _text(self, node: Node) -> str:
        return "".join(self._bytes(node).decode("utf-8", "replace").split())

    def _read_modifiers(self, node: Node) -> tuple[list[str], tuple[str, ...], Node]:
        """The modifiers, the annotations without ``@``, and the first node that is neither annotation nor comment."""
        modifiers: list[str] = []
        annotations: list[str] = []
        first: Node | None = None
        for child in node.children:
            parts = child.children if child.kind_id in g.MODIFIERS else [child]
            for part in parts:
                if part.kind_id in g.ANNOTATIONS:
                    annotations.append(fold(self._bytes(part), _QUOTES).removeprefix("@"))
                elif part.kind_id not in g.COMMENTS:
                    first = first or part
                    if parts[0] is not child:
                        modifiers.append(self._text(part))
            if first is not None and parts[0] is child:
                break
        return modifiers, tuple(annotations), first or node


def _qualified(owner: str, name: str) -> str:
    return f"{owner}.{name}" if owner else name
