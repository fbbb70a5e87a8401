"""Go: bytes -> Facts.

A method belongs to the type of its receiver, a field that is embedded to the struct, where it is also among the bases.
Names that only a function sees are not read.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import structs

from .. import text
from ..facts import Definition, Facts, Import, Use
from ..packages import REQUIREMENT
from ..syntax import Reading, define, directly_above, facts, fold, value, words
from ..uses import of_own, own_uses
from . import grammar as g
from . import uses

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tree_sitter import Node

    from ..limits import Budget

_MODULE = re.compile(rb"(?:\s|//[^\n]*+)*+module\s")
_DIRECTIVE = re.compile(rb"//(?:[a-z0-9]+:[a-z0-9]|export |line | \+build )")
_QUOTES = "'`"
_DEPRECATED = re.compile(r"^Deprecated: ", re.MULTILINE)
_TEST = re.compile(r"\(\s*\w+ \*testing\.[TBF]\)\Z")


def extract(data: bytes) -> Facts:
    """The facts of one Go source, or of a ``go.mod``. Pure; never raises, whatever the bytes are."""
    if _MODULE.match(data):
        return _manifest(data)
    return facts("go", g.GRAMMAR, data, _read, uses=uses.find)


def uses_of_own(data: bytes, definition: Definition) -> tuple[Use, ...]:
    """The uses of a definition in its own source."""
    return own_uses(facts("go", g.GRAMMAR, data, _read, uses=of_own(uses.find, definition.name, ".")))


def _read(source: bytes, root: Node, names: Budget) -> Reading:
    return _File(source, names).read(root)


def _manifest(data: bytes) -> Facts:
    """The module that a ``go.mod`` names, and those that it requires, which are its imports; where they are if it
    replaces them by folders."""
    found = structs.replace(text.extract(data), language="go")
    definitions: list[Definition] = []
    imports: list[Import] = []
    places: dict[str, str] = {}
    within = ""
    for number, line in enumerate(text.characters(data).split("\n"), 1):
        code, _, comment = line.partition("//")
        words_ = code.replace('"', "").split()
        if words_[:1] == [")"]:
            within = ""
            continue
        if words_[1:2] == ["("]:
            within = words_[0]
            continue
        word = within or (words_.pop(0) if words_ else "")
        if word == "module" and words_ and not definitions:
            definitions.append(Definition("module", words_[0], number, number, declaration=f"module {words_[0]}"))
        elif word == "require" and words_:
            group = "indirect" if comment.partition(";")[0].strip() == "indirect" else ""
            imports.append(Import(number, words_[0], scope=group, style=REQUIREMENT, requirement=" ".join(words_[1:])))
        elif word == "replace" and "=>" in words_ and words_[-1].startswith(("./", "../")):
            places[words_[0]] = words_[-1]
    module = definitions[0].name if definitions else ""
    placed = (structs.replace(each, place=places.get(each.module, "")) for each in imports)
    return structs.replace(found, definitions=tuple(definitions), imports=tuple(placed), package=module)


class _File:
    def __init__(self, source: bytes, names: Budget) -> None:
        self._source = source
        self._names = names
        self._definitions: list[tuple[int, int, Definition]] = []
        self._imports: list[Import] = []

    def read(self, root: Node) -> Reading:
        package = doc = ""
        comments: list[Node] = []
        after = -1
        for node in root.children:
            kind = node.kind_id
            if kind in g.COMMENT:
                comments.append(node)
                continue
            if kind in g.FUNCTION:
                self._function(node, _doc(comments, node, after))
            elif kind in g.TYPE:
                self._group(node, "type", _doc(comments, node, after))
            elif kind in g.CONSTANT:
                self._group(node, "constant", _doc(comments, node, after))
            elif kind in g.VARIABLE:
                self._group(node, "variable", _doc(comments, node, after))
            elif kind in g.IMPORT:
                self._import(node)
            elif kind in g.PACKAGE and not package:
                package = _text(node.named_children[0]) if node.named_children else ""
                doc = _doc(comments, node, after)
                self._define(node, "package", package, f"package {package}")
            if node.is_named:
                after = node.end_point[0]
                comments = []
        return Reading(doc, self._definitions, self._imports, package=package)

    def _define(
        self,
        node: Node,
        kind: str,
        name: str,
        declaration: str,
        signature: str = "",
        doc: str = "",
        traits: Iterable[str] = (),
        bases: tuple[str, ...] = (),
    ) -> None:
        if not name or name == "_":
            return
        found = {*traits, "deprecated"} if doc and _DEPRECATED.search(doc) else set(traits)
        self._definitions.append(
            define(self._names, node, kind, name, declaration, signature, doc, traits=found, bases=bases)
        )

    def _fold(self, start: int, stop: int) -> str:
        return fold(self._source[start:stop], _QUOTES)

    def _function(self, node: Node, doc: str) -> None:
        named, body, receiver = (node.child_by_field_name(name) for name in ("name", "body", "receiver"))
        if named is None:
            return
        stop = body.start_byte if body is not None else node.end_byte
        signature = self._fold(named.end_byte, stop)
        name, kind = _text(named), "function"
        if receiver is not None and (owner := _receiver(receiver)):
            name, kind = f"{owner}.{name}", "method"
        traits = ("test",) if kind == "function" and _TEST.search(signature) else ()
        self._define(node, kind, name, self._fold(node.start_byte, stop), signature, doc, traits)

    def _group(self, node: Node, kind: str, doc: str) -> None:
        """The specs of a declaration; its comment is that of its only one if it has no brackets."""
        children = node.children
        if len(children) > 1 and children[1].kind_id in g.VALUE_LIST:
            children = children[1].children
        alone = not any(child.type == "(" for child in children)
        comments: list[Node] = []
        after = -1
        specs: list[tuple[Node, str]] = []
        for child in children:
            number = child.kind_id
            if number in g.COMMENT:
                if specs and child.start_point[0] == specs[-1][0].end_point[0]:
                    if not specs[-1][1]:
                        specs[-1] = (specs[-1][0], _words([child]))
                else:
                    comments.append(child)
            elif number in g.TYPE_SPEC or number in g.VALUES:
                specs.append((child, doc if alone else _doc(comments, child, after)))
                after = child.end_point[0]
                comments = []
        for spec, said in specs:
            if kind == "type":
                self._type(spec, said)
            else:
                self._values(spec, kind, said)

    def _values(self, spec: Node, kind: str, doc: str) -> None:
        word = "const" if kind == "constant" else "var"
        type_, worth = spec.child_by_field_name("type"), spec.child_by_field_name("value")
        signature = f" {fold(type_.text or b'', _QUOTES)}" if type_ is not None else ""
        names = [child for child in spec.children_by_field_name("name") if child.is_named]
        values = worth.named_children if worth is not None else []
        for position, name in enumerate(names):
            shown = ""
            if len(values) == len(names):
                shown = f" = {value(self._source, values[position], _QUOTES)}"
            elif worth is not None:
                shown = f" = {value(self._source, worth, _QUOTES)}"
            head = f"{word} {_text(name)}{signature}{shown}"
            self._define(spec, kind, _text(name), head, f"{signature}{shown}".strip(), doc)

    def _type(self, spec: Node, doc: str) -> None:
        named, type_, parameters = (spec.child_by_field_name(name) for name in ("name", "type", "type_parameters"))
        if named is None or type_ is None:
            return
        name = _text(named)
        signature = fold(parameters.text or b"", _QUOTES) if parameters is not None else ""
        number = type_.kind_id
        if number in g.STRUCT or number in g.INTERFACE:
            kind = "struct" if number in g.STRUCT else "interface"
            members = [each for child in type_.named_children for each in _members(child)]
            bases = tuple([fold(each.text or b"", _QUOTES) for each in members if _is_embedded(each)])
            self._define(spec, kind, name, f"type {name}{signature} {kind}", signature, doc, (), bases)
            self._members(name, members)
            return
        head = self._fold(spec.start_byte, spec.end_byte)
        self._define(spec, "type", name, f"type {head}", head.removeprefix(name).strip(), doc)

    def _members(self, owner: str, members: list[Node]) -> None:
        comments: list[Node] = []
        pending: tuple[Node, str] | None = None
        after = -1
        for node in members:
            number = node.kind_id
            if number in g.COMMENT:
                if pending is not None and node.start_point[0] == pending[0].end_point[0]:
                    pending = (pending[0], pending[1] or _words([node]))
                else:
                    comments.append(node)
                continue
            if pending is not None:
                self._member(owner, *pending)
            pending = (node, _doc(comments, node, after))
            after = node.end_point[0]
            comments = []
        if pending is not None:
            self._member(owner, *pending)

    def _member(self, owner: str, node: Node, doc: str) -> None:
        number = node.kind_id
        if number in g.METHOD:
            named = node.child_by_field_name("name")
            if named is not None:
                signature = self._fold(named.end_byte, node.end_byte)
                head = f"{_text(named)}{signature}"
                self._define(node, "method", f"{owner}.{_text(named)}", head, signature, doc)
        elif number in g.FIELD:
            type_ = node.child_by_field_name("type")
            names = node.children_by_field_name("name")
            written = value(self._source, type_, _QUOTES) if type_ is not None else ""
            for name in names:
                head = f"{_text(name)} {written}"
                self._define(node, "field", f"{owner}.{_text(name)}", head, written, doc)
            if not names and type_ is not None:
                simple = re.split(r"[\[(]", _text(type_), maxsplit=1)[0].rpartition(".")[2].strip()
                head = self._fold(node.start_byte, type_.end_byte)
                self._define(node, "field", f"{owner}.{simple}", head, "", doc, ("embedded",))

    def _import(self, node: Node) -> None:
        specs = [
            each for child in node.children for each in (child.children if child.kind_id in g.IMPORT_LIST else [child])
        ]
        for spec in specs:
            if spec.kind_id not in g.IMPORT_SPEC:
                continue
            named, path = spec.child_by_field_name("name"), spec.child_by_field_name("path")
            if path is not None and len(_text(path)) > 2:
                alias = _text(named) if named is not None else ""
                self._imports.append(Import(spec.start_point[0] + 1, self._names.take(_text(path)[1:-1]), alias=alias))


def _text(node: Node) -> str:
    return (node.text or b"").decode("utf-8", "replace")


def _doc(comments: list[Node], node: Node, after: int) -> str:
    return _words(directly_above(comments, node.start_point[0], after)) if comments else ""


def _words(comments: list[Node]) -> str:
    return words([each for each in comments if not _DIRECTIVE.match(each.text or b"")])


def _members(node: Node) -> list[Node]:
    return node.named_children if node.kind_id in g.FIELDS else [node]


def _is_embedded(node: Node) -> bool:
    if node.kind_id in g.EMBEDDED:
        return node.named_child_count == 1 and "|" not in _text(node) and not _text(node).startswith("~")
    return node.kind_id in g.FIELD and node.child_by_field_name("name") is None


def _receiver(parameters: Node) -> str:
    """The name of the type: ``Store`` of ``(s *Store[T])``."""
    for parameter in parameters.named_children:
        if parameter.kind_id in g.PARAMETER and (type_ := parameter.child_by_field_name("type")) is not None:
            found = re.match(r"[\s(*]*(\w+)", _text(type_))
            return found[1] if found else ""
    return ""
