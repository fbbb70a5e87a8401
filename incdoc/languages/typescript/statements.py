"""The statements of one source of TypeScript or JavaScript.

A name that is exported anywhere in the file has the trait ``export``; in a file that neither imports nor exports all
names are ``global``. A variable that holds a function or a class is one. Names that only a function sees, and those in
object literals, are not read.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from ..facts import Definition, Import
from ..syntax import Reading, about_file, define, fold, value, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tree_sitter import Node

    from ..limits import Budget
    from .nodes import Nodes

_QUOTES = "'`"
_DEPRECATED = re.compile(r"^\s*@deprecated\b", re.MULTILINE)
_CALLS = re.compile(rb"\b(?:require|import)\s*\(")
_EXPORTS = re.compile(r"(?:module\.)?exports\.([\w$]+)\Z")
_PROTOTYPE = re.compile(r"([\w$.]+)\.prototype\.([\w$]+)\Z")
_MODIFIERS = frozenset(
    ("abstract", "accessor", "async", "const", "default", "export", "get", "readonly", "set", "static")
)


class _Around(NamedTuple):
    """What is around a statement."""

    name: str
    """The qualified name of the namespace; empty for the file."""
    traits: frozenset[str] = frozenset()
    decorators: tuple[str, ...] = ()
    start: int = -1
    """Where the head begins, if before the statement: at ``export``."""


class Statements:
    """One walk over the statements of a source. It keeps a stack of its own: namespaces may nest deeper than calls."""

    def __init__(self, nodes: Nodes, source: bytes, names: Budget) -> None:
        self._n = nodes
        self._source = source
        self._names = names
        self._definitions: list[tuple[int, int, Definition]] = []
        self._imports: list[Import] = []
        self._exported: set[str] = set()
        self._module = False
        self._waiting: list[tuple[Iterable[Node], str]] = []

    def read(self, root: Node) -> Reading:
        """The facts of the tree."""
        self._waiting.append((root.children, ""))
        while self._waiting:
            nodes, name = self._waiting.pop()
            self._statements(nodes, _Around(name))
        self._calls(root)
        self._imports = sorted(dict.fromkeys(self._imports), key=lambda each: each.line)
        definitions = [self._with_export(*each) for each in self._definitions]
        return Reading(self._about(root), definitions, self._imports)

    def _with_export(self, start: int, stop: int, each: Definition) -> tuple[int, int, Definition]:
        if each.name in self._exported:
            each = replace(each, traits=tuple(sorted({*each.traits, "export"})))
        elif not self._module and not self._imports and "." not in each.name:
            each = replace(each, traits=tuple(sorted({*each.traits, "global"})))
        return start, stop, each

    def _about(self, root: Node) -> str:
        comments = []
        for node in root.children:
            if node.kind_id in self._n.comment:
                comments.append(node)
            elif node.type != "hash_bang_line":
                free = node.kind_id in self._n.imports or node.kind_id in self._n.statement
                return about_file(comments, 1 << 62 if free else node.start_point[0])
        return about_file(comments, 1 << 62)

    # --- statements

    def _statements(self, nodes: Iterable[Node], around: _Around) -> None:
        doc = ""
        for node in nodes:
            if node.kind_id in self._n.comment:
                doc = self._documentation(node) or doc
                continue
            self._statement(node, around, doc)
            if node.is_named:
                doc = ""

    def _statement(self, node: Node, around: _Around, doc: str) -> None:
        n, kind = self._n, node.kind_id
        if kind in n.export:
            self._export(node, around, doc)
        elif kind in n.functions:
            self._callable(node, "function", around, doc)
        elif kind in n.classes or kind in n.interface:
            self._type(node, "interface" if kind in n.interface else "class", around, doc)
        elif kind in n.variables:
            self._variables(node, around, doc)
        elif kind in n.imports:
            self._import(node)
        elif kind in n.alias:
            self._define(node, "type", around, doc, node.end_byte)
        elif kind in n.enum:
            self._enum(node, around, doc)
        elif kind in n.namespace:
            self._namespace(node, around, doc)
        elif kind in n.statement:
            for child in node.named_children:
                if child.kind_id in n.namespace:
                    self._namespace(child, around, doc)
                elif child.kind_id in n.assignment and not around.name:
                    self._assignment(child, doc)
        elif kind in n.ambient:
            inner = around._replace(start=node.start_byte if around.start < 0 else around.start)
            for child in node.named_children:
                if child.kind_id in n.block:
                    self._waiting.append((child.children, around.name))
                else:
                    self._statement(child, inner, doc)

    def _export(self, node: Node, around: _Around, doc: str) -> None:
        self._module = True
        n = self._n
        declaration, worth = node.child_by_field_name("declaration"), node.child_by_field_name("value")
        decorators = self._decorators(node)
        words_ = [child for child in node.children if not child.is_named]
        start = words_[0].start_byte if words_ else node.start_byte
        traits = {"export"} | {"default" for child in words_ if child.type == "default"}
        inner = _Around(around.name, frozenset(traits), decorators, start)
        if declaration is not None:
            self._statement(declaration, inner, doc)
        elif worth is not None:
            if worth.kind_id in n.class_value or worth.kind_id in n.function_values:
                kind = "class" if worth.kind_id in n.class_value else "function"
                if kind == "class":
                    self._type(worth, kind, inner, doc, "default")
                else:
                    self._callable(worth, kind, inner, doc, "default")
            elif worth.kind_id in n.identifier:
                self._exported.add(self._text(worth))
        elif (source := node.child_by_field_name("source")) is not None:
            self._from(node, source, "export")
        else:
            for child in node.named_children:
                if child.kind_id in n.export_clause:
                    for each in child.named_children:
                        if (name := each.child_by_field_name("name")) is not None:
                            self._exported.add(self._text(name))
                elif child.kind_id in n.identifier:
                    self._exported.add(self._text(child))

    def _namespace(self, node: Node, around: _Around, doc: str) -> None:
        body = node.child_by_field_name("body")
        name = self._define(node, "namespace", around, doc, body.start_byte if body is not None else node.end_byte)
        if name and body is not None:
            self._waiting.append((body.children, name))

    def _assignment(self, node: Node, doc: str) -> None:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is None or right is None or left.kind_id not in self._n.member:
            return
        written = fold(self._bytes(left), _QUOTES)
        if written == "module.exports":
            self._module = True
            self._export_object(right)
        elif found := _EXPORTS.match(written):
            self._module = True
            self._assigned(node, right, found[1], frozenset(["export"]), doc)
        elif (found := _PROTOTYPE.match(written)) and right.kind_id in self._n.function_values:
            self._callable(right, "method", _Around(found[1], start=node.start_byte), doc, found[2])

    def _export_object(self, node: Node) -> None:
        n = self._n
        if node.kind_id in n.identifier:
            self._exported.add(self._text(node))
        elif node.kind_id in n.object:
            for each in node.named_children:
                if each.kind_id in n.shorthand:
                    self._exported.add(self._text(each))
                elif each.kind_id in n.pair:
                    worth = each.child_by_field_name("value")
                    if worth is not None and worth.kind_id in n.identifier:
                        self._exported.add(self._text(worth))

    def _assigned(self, node: Node, right: Node, name: str, traits: frozenset[str], doc: str) -> None:
        around = _Around("", traits, start=node.start_byte)
        if right.kind_id in self._n.function_values:
            self._callable(right, "function", around, doc, name)
        elif right.kind_id in self._n.class_value:
            self._type(right, "class", around, doc, name)
        elif right.kind_id in self._n.identifier:
            self._exported.add(self._text(right))
        else:
            head = f"{self._head(node.start_byte, right.start_byte)} {value(self._source, right, _QUOTES)}"
            self._record(node, "variable", name, head, f"= {value(self._source, right, _QUOTES)}", doc, traits)

    # --- definitions

    def _head(self, start: int, stop: int) -> str:
        return fold(self._source[start:stop].rstrip().rstrip(b";"), _QUOTES)

    def _record(
        self,
        node: Node,
        kind: str,
        name: str,
        declaration: str,
        signature: str,
        doc: str,
        traits: Iterable[str],
        decorators: tuple[str, ...] = (),
        bases: tuple[str, ...] = (),
    ) -> None:
        found = set(traits)
        if doc and _DEPRECATED.search(doc):
            found.add("deprecated")
        self._definitions.append(
            define(self._names, node, kind, name, declaration, signature, doc, found, decorators, bases)
        )

    def _define(
        self, node: Node, kind: str, around: _Around, doc: str, stop: int, name: str = "", bases: tuple[str, ...] = ()
    ) -> str:
        """Record what has a name of its own, or ``name``; returns the qualified name, empty if there is none."""
        named = node.child_by_field_name("name")
        simple = name or (self._name(named) if named is not None else "")
        if not simple:
            return ""
        own, decorators = self._modifiers(node), (*around.decorators, *self._decorators(node))
        start = around.start if around.start >= 0 else self._after_decorators(node)
        after = named.end_byte if named is not None else self._after_keyword(node)
        full = f"{around.name}.{simple}" if around.name else simple
        signature = self._head(after, stop)
        self._record(
            node, kind, full, self._head(start, stop), signature, doc, {*own, *around.traits}, decorators, bases
        )
        return full

    def _callable(self, node: Node, kind: str, around: _Around, doc: str, name: str = "") -> str:
        body = node.child_by_field_name("body")
        stop = body.start_byte if body is not None else node.end_byte
        if body is not None and node.kind_id in self._n.function_values:
            stop = len(self._source[:stop].rstrip().removesuffix(b"=>")) if self._arrow(body) else stop
        return self._define(node, kind, around, doc, stop, name)

    def _arrow(self, body: Node) -> bool:
        before = body.prev_sibling
        return before is not None and before.type == "=>"

    def _type(self, node: Node, kind: str, around: _Around, doc: str, name: str = "") -> None:
        body = node.child_by_field_name("body")
        stop = body.start_byte if body is not None else node.end_byte
        bases = tuple(self._bases(node))
        full = self._define(node, kind, around, doc, stop, name, bases)
        if full and body is not None:
            self._members(body, full)

    def _bases(self, node: Node) -> Iterator[str]:
        n = self._n
        for child in node.named_children:
            if child.kind_id not in n.heritage:
                continue
            clauses = [each for each in child.named_children if each.kind_id in n.clauses] or [child]
            for clause in clauses:
                found: list[str] = []
                for each in clause.named_children:
                    if each.kind_id in n.comment:
                        continue
                    if each.kind_id in n.type_arguments and found:
                        found[-1] += value(self._source, each, _QUOTES)
                    else:
                        found.append(value(self._source, each, _QUOTES))
                yield from found

    def _members(self, body: Node, owner: str) -> None:
        n, doc = self._n, ""
        decorators: tuple[str, ...] = ()
        for node in body.children:
            kind = node.kind_id
            if kind in n.comment:
                doc = self._documentation(node) or doc
                continue
            if kind in n.decorator:
                decorators = (*decorators, fold(self._bytes(node), _QUOTES).removeprefix("@"))
                continue
            around = _Around(owner, decorators=decorators)
            if kind in n.methods:
                self._callable(node, "method", around, doc)
                if (parameters := node.child_by_field_name("parameters")) is not None:
                    self._parameter_properties(parameters, owner)
            elif kind in n.fields:
                self._field(node, around, doc)
            if node.is_named:
                doc, decorators = "", ()

    def _parameter_properties(self, parameters: Node, owner: str) -> None:
        for each in parameters.named_children:
            if each.kind_id in self._n.parameters and self._modifiers(each):
                pattern = each.child_by_field_name("pattern")
                if pattern is not None and pattern.kind_id in self._n.identifier:
                    type_ = each.child_by_field_name("type")
                    signature = value(self._source, type_, _QUOTES) if type_ is not None else ""
                    name = f"{owner}.{self._text(pattern)}"
                    head = value(self._source, each, _QUOTES)
                    self._record(each, "field", name, head, signature, "", self._modifiers(each))

    def _field(self, node: Node, around: _Around, doc: str) -> None:
        named = node.child_by_field_name("name") or node.child_by_field_name("property")
        simple = self._name(named) if named is not None else ""
        if named is None or not simple:
            return
        worth = node.child_by_field_name("value")
        stop = worth.start_byte if worth is not None else node.end_byte
        shown = f" {value(self._source, worth, _QUOTES)}" if worth is not None else ""
        head = self._head(self._after_decorators(node), stop).rstrip(",") + shown
        signature = (self._head(named.end_byte, stop).rstrip(",") + shown).strip()
        decorators = (*around.decorators, *self._decorators(node))
        self._record(node, "field", f"{around.name}.{simple}", head, signature, doc, self._modifiers(node), decorators)

    def _enum(self, node: Node, around: _Around, doc: str) -> None:
        n = self._n
        body = node.child_by_field_name("body")
        full = self._define(node, "enum", around, doc, body.start_byte if body is not None else node.end_byte)
        if not full or body is None:
            return
        said = ""
        for child in body.children:
            if child.kind_id in n.comment:
                said = self._documentation(child) or said
                continue
            named = child.child_by_field_name("name") if child.kind_id in n.enum_assignment else child
            if named is not None and named.kind_id in n.enum_names and (simple := self._name(named)):
                head = value(self._source, child, _QUOTES)
                signature = head.removeprefix(self._text(named)).strip()
                self._record(child, "enum member", f"{full}.{simple}", head, signature, said, ())
            if child.is_named:
                said = ""

    def _variables(self, node: Node, around: _Around, doc: str) -> None:
        n = self._n
        word = self._text(node.children[0]) if node.children else ""
        start = around.start if around.start >= 0 else node.start_byte
        before = node.children[0].end_byte if node.children else start
        head = self._head(start, before)
        first = True
        for each in node.named_children:
            named, worth = each.child_by_field_name("name"), each.child_by_field_name("value")
            if each.kind_id not in n.declarator or named is None:
                continue
            if worth is not None and self._required(worth):
                self._require(each, named, worth)
                continue
            inner = around._replace(start=start if first else each.start_byte)
            first = False
            if worth is not None and worth.kind_id in n.function_values and named.kind_id in n.identifier:
                self._callable(worth, "function", inner, doc, self._text(named))
            elif worth is not None and worth.kind_id in n.class_value and named.kind_id in n.identifier:
                self._type(worth, "class", inner, doc, self._text(named))
            else:
                stop = worth.start_byte if worth is not None else each.end_byte
                shown = f" {value(self._source, worth, _QUOTES)}" if worth is not None else ""
                pattern = value(self._source, named, _QUOTES)
                signature = (self._head(named.end_byte, stop) + shown).strip()
                kind = "constant" if word == "const" else "variable"
                for name in self._bound(named):
                    full = f"{around.name}.{name}" if around.name else name
                    glue = "" if signature.startswith(":") else " "
                    declaration = f"{head} {pattern}{glue}{signature}".rstrip()
                    self._record(each, kind, full, declaration, signature, doc, around.traits)

    def _bound(self, pattern: Node) -> Iterator[str]:
        """The names that a pattern binds."""
        n = self._n
        waiting = [pattern]
        while waiting:
            node = waiting.pop()
            if node.kind_id in n.bound:
                yield self._text(node)
            elif node.kind_id in n.patterns or node.kind_id in n.object_assignment:
                children = node.named_children
                if node.type == "pair_pattern":
                    children = children[1:]
                elif node.type in ("assignment_pattern", "object_assignment_pattern"):
                    children = children[:1]
                waiting += reversed(children)

    def _name(self, node: Node) -> str:
        if node.kind_id in self._n.computed:
            return ""
        written = fold(self._bytes(node), _QUOTES)
        if node.kind_id in self._n.string and node.parent is not None and node.parent.kind_id not in self._n.namespace:
            return written[1:-1]
        return written

    def _modifiers(self, node: Node) -> set[str]:
        found = set()
        for child in node.children:
            if child.kind_id in self._n.modifiers:
                found.add(self._text(child))
            elif not child.is_named:
                word = child.type
                if word in _MODIFIERS:
                    found.add(word)
                elif word in ("(", "{", "=>", "=", ":"):
                    break
        return found

    def _decorators(self, node: Node) -> tuple[str, ...]:
        return tuple(
            [
                fold(self._bytes(child), _QUOTES).removeprefix("@")
                for child in node.children
                if child.kind_id in self._n.decorator
            ]
        )

    def _after_decorators(self, node: Node) -> int:
        for child in node.children:
            if child.kind_id not in self._n.decorator and child.kind_id not in self._n.comment:
                return child.start_byte
        return node.start_byte

    def _after_keyword(self, node: Node) -> int:
        """Where the parameters of what has no name begin, or what follows ``class``."""
        for field in ("type_parameters", "parameters", "parameter"):
            if (found := node.child_by_field_name(field)) is not None:
                return found.start_byte
        return node.children[0].end_byte if node.children else node.start_byte

    # --- imports

    def _import(self, node: Node) -> None:
        self._module = True
        source = node.child_by_field_name("source")
        if source is not None:
            self._from(node, source, "import")
            return
        for child in node.named_children:
            if child.kind_id in self._n.import_require and (source := child.child_by_field_name("source")) is not None:
                alias = next(
                    (self._text(each) for each in child.named_children if each.kind_id in self._n.identifier), ""
                )
                self._add(node, source, "*", alias, "require")

    def _from(self, node: Node, source: Node, style: str) -> None:
        n = self._n
        if any(child.type == "type" for child in node.children if not child.is_named):
            style += " type"
        parts = [
            each
            for child in node.named_children
            for each in ([child] if child.kind_id not in n.import_clause else child.named_children)
        ]
        names: list[tuple[str, str]] = []
        for part in parts:
            if part.kind_id in n.identifier:
                names.append(("default", self._text(part)))
            elif part.kind_id in n.namespace_import or part.kind_id in n.namespace_export:
                names.append(("*", self._text(part.named_children[0]) if part.named_children else ""))
            elif part.kind_id in n.named_imports or part.kind_id in n.export_clause:
                for each in part.named_children:
                    name, alias = each.child_by_field_name("name"), each.child_by_field_name("alias")
                    if each.kind_id in n.specifier and name is not None:
                        names.append((self._text(name), self._text(alias) if alias is not None else ""))
        if not names and style.startswith("export"):
            names.append(("*", ""))
        for written, renamed in names or [("", "")]:
            self._add(node, source, written, renamed, style)

    def _add(self, node: Node, source: Node, name: str, alias: str, style: str) -> None:
        module = self._literal(source)
        if module:
            self._names.take(module)
            self._imports.append(Import(node.start_point[0] + 1, module, name, alias, style=style))

    def _literal(self, node: Node) -> str:
        text = self._text(node)
        return text[1:-1] if node.kind_id in self._n.string and len(text) > 2 else ""

    def _required(self, node: Node) -> Node | None:
        """The text of ``require("text")``."""
        if node.kind_id not in self._n.call:
            return None
        function, arguments = node.child_by_field_name("function"), node.child_by_field_name("arguments")
        if function is None or arguments is None or self._text(function) not in ("require", "import"):
            return None
        first = arguments.named_children[0] if arguments.named_children else None
        return first if first is not None and self._literal(first) else None

    def _require(self, node: Node, named: Node, worth: Node) -> None:
        source = self._required(worth)
        assert source is not None
        self._module = True
        if named.kind_id in self._n.identifier:
            self._add(worth, source, "*", self._text(named), "require")
            return
        for name in self._bound(named):
            self._add(worth, source, name, "", "require")

    def _calls(self, root: Node) -> None:
        """``require`` and ``import`` as calls, wherever they are."""
        places = [found.start() for found in _CALLS.finditer(self._source)]
        if not places:
            return
        known = {(each.line, each.module) for each in self._imports}
        nodes = iter(root.children)
        node = next(nodes, None)
        for at in places:
            while node is not None and node.end_byte <= at:
                node = next(nodes, None)
            if node is None:
                return
            leaf = node.descendant_for_byte_range(at, at + 1)
            call = leaf.parent if leaf is not None else None
            if call is not None and call.type == "import":
                call = call.parent
            source = self._required(call) if call is not None else None
            if call is None or source is None:
                continue
            line, module = call.start_point[0] + 1, self._literal(source)
            if (line, module) not in known:
                known.add((line, module))
                style = "require" if self._source.startswith(b"require", at) else "import call"
                self._add(call, source, "", "", style)

    # --- texts: a slice of the source takes a tenth of the time of ``node.text``

    def _bytes(self, node: Node) -> bytes:
        return self._source[node.start_byte : node.end_byte]

    def _text(self, node: Node) -> str:
        return self._bytes(node).decode("utf-8", "replace")

    def _documentation(self, comment: Node) -> str:
        text = self._bytes(comment)
        return words([comment]) if text.startswith(b"/**") and text != b"/**/" else ""
