"""One walk over the statements of a file.

Terms: a **scope** is the module or a definition whose body is being read; a **container** is a statement that
holds others without being a scope (``if``, ``try``, a block). The walk goes from containers to their statements and
never into expressions. It keeps a stack of its own, because a file may nest deeper than Python's.

A function's body matters only if it contains a definition, an import or a ``raise``. Their words (``NEEDLES``) are
looked up and the body is not walked: bodies contain half of a file's statements.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from ..facts import Definition, Example, Import
from ..predicates import MODULE
from ..text import clean, shorten
from . import grammar as g
from . import imports, traits
from .raises import Raised
from .scope import Scope, find
from .spans import last_line
from .text import fold, literal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from tree_sitter import Node

VALUE_LIMIT = 200
"""A value of up to so many bytes is shown in a signature; a longer one is an ellipsis: the page has the source."""

# ``def`` and ``class`` are followed by a blank or a continuation, ``import`` by anything but a letter.
_READ_IN_FUNCTIONS = ("import", "raise", *(f"{word}{after}" for word in ("def", "class") for after in " \\\t\f\v\r\n"))
NEEDLES = (*_READ_IN_FUNCTIONS, ":=")

_TYPE_CHECKING = re.compile(r"\(?\s*(?:\w+\.)*TYPE_CHECKING\s*\)?\Z")
_MAIN_GUARD = re.compile(r"""\(?\s*(?:__name__\s*==\s*["']__main__["']|["']__main__["']\s*==\s*__name__)\s*\)?\Z""")
_EXAMPLE = re.compile(rb"""(?:^[ \t]*|["'][ \t]*)>>>(?=\s)""", re.MULTILINE)
_DOTTED = re.compile(r"[\w.]+\Z")
_DEEPEST_COLUMN = 1000
"""Of a statement that is indented further, the comments above it are not looked for."""
_COMMENT_AFTER = re.compile(rb"[ \t]*#:([^\r\n]*)")
_COMMENT_LINE = re.compile(rb"[ \t]*#:([^\r\n]*)\r?\n\Z")
_STRING_BELOW = re.compile(rb"""[ \t]*(?:#[^\n]*)?\r?\n\s*+(?:#[^\n]*\n\s*+)*+(?=[rRuU]?["'(])""")
_BEFORE_STRING = frozenset(b"\"'(rRuU")
_BEFORE_DOCSTRING = _BEFORE_STRING | {ord("#"), ord("\\")}
_FINAL_COMMA = (",)", ",]")
_EXPRESSIONS = frozenset({g.IDENTIFIER, g.ATTRIBUTE, g.CALL})


_Entered: TypeAlias = "tuple[Iterator[Node], Scope, str, tuple[str, ...]]"
"""The nodes still to be read in a container or body, the scope, where its imports are, and in which branch."""


class Statements:
    """The facts of the statements of one file, read when it is made. ``root``: the tree of ``data``, which is UTF-8."""

    def __init__(self, data: bytes, root: Node, places: Mapping[str, Sequence[int]]) -> None:
        self.data = data
        self.root = root
        self.module = Scope("module", "", None, 0, len(data))
        self.module.body = 0
        self.scopes: list[Scope] = []
        """Classes and functions, outer before inner."""
        self.names: list[tuple[int, Definition]] = []
        """Variables, attributes and aliases, by the byte where their statement begins."""
        self.imports: list[Import] = []
        self.places: list[tuple[int, int]] = []
        """Where each of them is, and where its scope begins."""
        self.examples: list[Example] = []
        self.guards: list[int] = []
        self.raised: list[Raised] = []
        self.exports: list[Node] = []
        """Statements at module level that may change ``__all__``."""
        self._exporting = b"__all__" in data
        self._checking = b"TYPE_CHECKING" in data
        self._guarded = b"__main__" in data
        self._documented = b">>>" in data
        self._commented = b"#:" in data
        self._unseen: set[int] = set()
        """Where the blocks begin that only a type checker executes."""
        self._branch: tuple[str, ...] = ()
        """The branch of the scope that is being read, outer ones first."""
        self._needles = sorted([at for needle in _READ_IN_FUNCTIONS for at in places.get(needle, ())])
        self._document(self.module, root)
        self._walk(root)

    # --- the walk -------------------------------------------------------------------------------------------

    def _walk(self, root: Node) -> None:
        stack: list[_Entered] = [(iter(root.children), self.module, "", ())]
        while stack:
            children, scope, where, self._branch = stack[-1]
            for child in children:
                kind = child.kind_id
                if kind in g.READ and (entered := self._statement(child, kind, scope, where)):
                    stack.append(entered)
                    break
            else:
                stack.pop()

    def _statement(self, node: Node, kind: int, scope: Scope, where: str) -> _Entered | None:
        """Read one statement; returns what to walk next if it contains others."""
        if kind in g.IMPORTS:
            self.imports += imports.read(self._text(node), node.start_point[0] + 1, where, self._condition)
            place = node.start_byte, MODULE if scope is self.module else scope.start
            self.places += [place] * (len(self.imports) - len(self.places))
        elif kind in g.DEFINING:
            return self._definition(node, kind, scope, where, (), node.start_byte)
        elif kind == g.EXPRESSION:
            self._expression(node, scope)
        elif kind == g.DECORATED:
            return self._decorated(node, scope, where)
        elif kind == g.RAISE:
            self._raise(node, scope)
        elif kind in g.CONTAINERS:
            return self._container(node, kind, scope, where)
        elif kind == g.TYPE_ALIAS:
            self._alias(node, scope)
        return None

    def _container(self, node: Node, kind: int, scope: Scope, where: str) -> _Entered:
        branch = self._branch
        if kind == g.TRY_STATEMENT:
            where = where or "try"
            branch = (*branch, "try")
        elif kind in g.OTHER_BRANCHES:
            branch = self._other_branch(node, kind, branch)
            if kind == g.FINALLY and where == "try":
                where = _around_try(node)
            elif kind == g.ELIF:
                self._recognise(node, scope)
        elif kind == g.IF_STATEMENT:
            self._recognise(node, scope)
            branch = (*branch, self._head(node))
        elif kind == g.CASE:
            branch = (*branch, self._head(node))
        elif kind == g.FOR_STATEMENT:
            self._bind(node.child_by_field_name("left"), scope)
        elif kind == g.WITH_STATEMENT:
            for target in _with_targets(node):
                self._bind(target, scope)
        elif self._unseen and where in ("", "try") and node.start_byte in self._unseen:
            where = "type checking"
        return iter(node.children), scope, where, branch

    def _head(self, node: Node) -> str:
        """What begins a branch, without its colon: ``if DEBUG``."""
        body = next((child for child in node.children if child.kind_id in g.BLOCK), None)
        head = self.data[node.start_byte : body.start_byte if body is not None else node.end_byte]
        return shorten(fold(head).rstrip(" :"))

    def _other_branch(self, node: Node, kind: int, branch: tuple[str, ...]) -> tuple[str, ...]:
        """The branch of what follows the first one of a statement, which ``branch`` ends with."""
        around = node.parent
        if around is None or around.kind_id not in g.BRANCHING or not branch:
            return branch  # else of a loop
        if kind == g.FINALLY:
            return branch[:-1]
        return (*branch[:-1], f"else of {branch[-1]}" if kind == g.ELSE else self._head(node))

    @property
    def _condition(self) -> str:
        """The branch that is being read, as ``Import.condition``."""
        return _written(self._branch) if self._branch else ""

    def _within(self, start: int, stop: int) -> Iterator[Node] | None:
        """The outermost definitions, the imports and raises in these bytes of a function's body; None without any."""
        at = bisect_left(self._needles, start)
        return self._marked(at, stop) if at < len(self._needles) and self._needles[at] < stop else None

    def _marked(self, index: int, stop: int) -> Iterator[Node]:
        needles, find_leaf = self._needles, self.root.descendant_for_byte_range
        passed = 0
        while index < len(needles) and (at := needles[index]) < stop:
            index += 1
            if at < passed or (leaf := find_leaf(at, at + 1)) is None or leaf.kind_id not in g.KEYWORDS:
                continue
            node = leaf.parent
            if node is None or (kind := node.kind_id) not in g.READ_IN_FUNCTIONS:
                continue
            if kind in g.DEFINING:
                around = node.parent
                if around is not None and around.kind_id == g.DECORATED:
                    node = around
                passed = node.end_byte
            yield node

    def _recognise(self, node: Node, scope: Scope) -> None:
        """Recognise ``if TYPE_CHECKING:`` and the main guard."""
        if not (self._checking or self._guarded):
            return
        condition = node.child_by_field_name("condition")
        block = node.child_by_field_name("consequence")
        if condition is None or block is None:
            return
        text = self._text(condition)
        if _TYPE_CHECKING.match(text):
            self._unseen.add(block.start_byte)
        elif scope is self.module and _MAIN_GUARD.match(text):
            self.guards.append(node.start_point[0] + 1)

    # --- definitions ----------------------------------------------------------------------------------------

    def _decorated(self, node: Node, scope: Scope, where: str) -> _Entered | None:
        decorators = []
        for child in node.children:
            kind = child.kind_id
            if kind == g.DECORATOR:
                decorators.append(fold(self._bytes(child)[1:]))
            elif kind in g.DEFINING:
                return self._definition(child, kind, scope, where, tuple(decorators), node.start_byte)
        return None

    def _definition(
        self, node: Node, kind: int, around: Scope, where: str, decorators: tuple[str, ...], top: int
    ) -> _Entered | None:
        name = body = arguments = None
        returned = signature = ""
        children = node.children
        for child in children:
            part = child.kind_id
            if part == g.IDENTIFIER:
                name = child
            elif part in g.BLOCK:
                body = child
            elif part in (g.PARAMETERS, g.TYPE_PARAMETERS):
                signature += self._brackets(child)
            elif part == g.RETURN_TYPE:
                returned = f" -> {fold(self._bytes(child))}"
            elif part == g.ARGUMENTS:
                arguments = child
        if name is None:
            return None
        function = kind == g.FUNCTION
        start, stop = node.byte_range
        simple = self._text(name)
        scope = Scope(
            "class" if not function else "method" if around.kind == "class" else "function", simple, around, start, stop
        )
        scope.named = name.start_byte
        scope.top = top
        scope.line = node.start_point[0] + 1
        scope.end = last_line(self.data, node)
        scope.decorators = decorators
        scope.signature = signature + returned
        scope.condition = self._condition
        around.define(simple, scope)
        self.scopes.append(scope)
        if function:
            if decorators:
                scope.traits = traits.of_function(decorators)
            if children[0].end_byte - start == len("async"):
                scope.traits |= {"async"}
        else:
            self._class(scope, arguments, around)
        if body is None:
            return None
        scope.body, end = body.byte_range
        if scope.body < end and self.data[scope.body] in _BEFORE_DOCSTRING:
            self._document(scope, body)
        if function:
            marked = self._within(scope.body, end)
            within = "lazy" if simple == "__getattr__" and around is self.module else "function"
            return (marked, scope, within, ()) if marked else None
        return iter(body.children), scope, "function" if where == "function" else "class", ()

    def _class(self, scope: Scope, arguments: Node | None, around: Scope) -> None:
        if arguments is not None:
            bases = [base for base in arguments.named_children if base.kind_id not in g.SKIPPED]
            scope.bases = tuple([fold(self._bytes(base)) for base in bases])
        if scope.bases or scope.decorators:
            scope.traits = traits.of_class(scope.bases, scope.decorators, lambda name: find(name, around))

    def _brackets(self, node: Node) -> str:
        """Parameters in one line, without a final comma."""
        text = fold(self._bytes(node))
        return text[:-2] + text[-1] if text.endswith(_FINAL_COMMA) else text

    # --- docstrings -----------------------------------------------------------------------------------------

    def _document(self, scope: Scope, body: Node) -> None:
        first = body.child(0) if body.child_count else None
        if first is not None and first.kind_id in g.SKIPPED:
            first = next((child for child in body.children if child.kind_id not in g.SKIPPED), None)
        if first is None or first.kind_id != g.EXPRESSION or self.data[first.start_byte] not in _BEFORE_STRING:
            return
        parts = self._literals(first)
        if parts is None:
            return
        scope.doc = clean("".join(parts))
        if self._documented and (example := _EXAMPLE.search(self.data, first.start_byte, first.end_byte)):
            before = self.data.count(b"\n", first.start_byte, example.end())
            self.examples.append(Example(first.start_point[0] + 1 + before, scope.budget.take(scope.name)))

    def _literals(self, statement: Node) -> list[str] | None:
        """The strings that a statement consists of; None if it has anything else."""
        if statement.child_count != 1:
            return None
        node = statement.child(0)
        while node.kind_id == g.PARENTHESES:
            inner = [child for child in node.named_children if child.kind_id not in g.SKIPPED]
            if len(inner) != 1:
                return None
            node = inner[0]
        return self._strings(node)

    def _strings(self, node: Node) -> list[str] | None:
        if node.kind_id == g.STRING:
            nodes = [node]
        elif node.kind_id == g.CONCATENATED:
            nodes = [child for child in node.children if child.kind_id == g.STRING]
        else:
            return None
        texts = [literal(self._text(each)) for each in nodes]
        known = [text for text in texts if text is not None]
        return known if len(known) == len(texts) else None

    # --- names ----------------------------------------------------------------------------------------------

    def _expression(self, node: Node, scope: Scope) -> None:
        inner = node.child(0) if node.child_count else None
        if inner is None:
            return
        if inner.kind_id == g.ASSIGNMENT:
            self._assignment(node, inner, scope)
        if self._exporting and scope is self.module and b"__all__" in self.data[inner.start_byte : inner.end_byte]:
            self.exports.append(inner)

    def _assignment(self, statement: Node, node: Node, scope: Scope) -> None:
        """``a: int = 1``, ``a = b = 1`` and ``a, b = 1, 2``: one name for each target."""
        targets: list[Node] = []
        annotation = ""
        value: Node | None = node
        while value is not None and value.kind_id == g.ASSIGNMENT:
            left, value, kind = sides(value)
            if left is not None:
                targets.append(left)
            if kind is not None:
                annotation = fold(self._bytes(kind))
        place = _Place(statement.start_byte, statement.start_point[0] + 1, statement.end_point[0] + 1)
        doc = self.said_of(statement)
        for target in map(_bare, targets):
            if target.kind_id == g.IDENTIFIER:
                self._name(self._text(target), scope, place, self.signature(annotation, value), annotation, doc)
            elif target.kind_id in g.PATTERNS:
                for name in self._targets(target):
                    self._name(name, scope, place, "", "", doc)
            if value is not None and scope.kind == "class" and self._text(target) == "__slots__":
                self._slots(value, scope, place.start)

    def _bind(self, target: Node | None, scope: Scope) -> None:
        """The names that a loop or a ``with`` assigns to."""
        if target is not None:
            place = _Place(target.start_byte, target.start_point[0] + 1, target.end_point[0] + 1)
            for name in self._targets(target):
                self._name(name, scope, place, "", "")

    def bind_expressions(self, places: Mapping[str, Sequence[int]], owner: Callable[[int], Scope]) -> None:
        """``name := value`` outside of functions."""
        for at in places.get(":=", ()):
            scope = owner(at)
            if scope.callable or (leaf := self.root.descendant_for_byte_range(at, at + 2)) is None:
                continue
            node = leaf.parent
            if node is None or node.kind_id != g.NAMED or g.in_lambda(node, scope.body):
                continue
            name, value = node.child_by_field_name("name"), node.child_by_field_name("value")
            if name is not None:
                place = _Place(node.start_byte, node.start_point[0] + 1, node.end_point[0] + 1)
                self._name(self._text(name), scope, place, self.signature("", value), "")

    def said_of(self, statement: Node) -> str:
        """The documentation of what a statement binds: the string below it, or comments that begin with ``#:`` after or
        above it."""
        start, end = statement.byte_range
        if below := _STRING_BELOW.match(self.data, end):
            leaf = self.root.descendant_for_byte_range(below.end(), below.end() + 1)
            while leaf is not None and leaf.kind_id != g.EXPRESSION and leaf.kind_id not in g.BLOCK:
                leaf = leaf.parent
            if leaf is not None and leaf.kind_id == g.EXPRESSION and leaf.parent == statement.parent:
                parts = self._literals(leaf)
                if parts is not None:
                    return clean("".join(parts))
        if not self._commented:
            return ""
        if after := _COMMENT_AFTER.match(self.data, end):
            return after[1].decode().strip()
        column = statement.start_point[1]
        if column > _DEEPEST_COLUMN or self.data[start - column : start].strip():
            return ""
        at = start - column
        lines: list[str] = []
        while at:
            above = self.data.rfind(b"\n", 0, at - 1) + 1
            if (line := _COMMENT_LINE.match(self.data[above:at])) is None:
                break
            lines.append(line[1].decode())
            at = above
        return clean("\n".join(["", *reversed(lines)])) if lines else ""

    def _name(
        self, name: str, scope: Scope, place: _Place, signature: str, annotation: str, doc: str = ""
    ) -> None:  # fmt: skip
        found: tuple[str, ...] = ()
        if annotation and traits.head(annotation).rpartition(".")[2] == "TypeAlias":
            kind = "type alias"
        elif scope is self.module:
            kind = "constant" if name.isupper() else "variable"
        else:
            kind = "attribute"
            found = traits.of_attribute(name, annotation, scope)
        definition = Definition(
            kind, scope.qualified(name), place.line, place.end, signature, doc, found, condition=self._condition
        )
        scope.budget.spend(doc)
        if scope.kind == "class":
            scope.binds(name, len(self.names))
        self.names.append((place.start, definition))

    def _slots(self, value: Node, scope: Scope, start: int) -> None:
        if value.kind_id in g.SEQUENCES:
            nodes = value.named_children
        elif value.kind_id == g.DICTIONARY:
            nodes = [pair.child(0) for pair in value.named_children if pair.kind_id == g.PAIR]
        else:
            nodes = [value]
        for node in nodes:
            if parts := self._strings(node):
                line = node.start_point[0] + 1
                name = "".join(parts)
                scope.binds(name, len(self.names))
                slot = Definition("attribute", scope.qualified(name), line, line, "", "", ("slot",))
                self.names.append((start, slot))

    def _targets(self, pattern: Node) -> list[str]:
        names: list[str] = []
        waiting = [pattern]
        while waiting:
            node = waiting.pop()
            if node.kind_id == g.IDENTIFIER:
                names.append(self._text(node))
            elif node.kind_id in g.PATTERNS or node.kind_id in g.SEQUENCES:
                waiting += reversed(node.named_children)
        return names

    def signature(self, annotation: str, value: Node | None) -> str:
        """``: int = 3``."""
        text = f": {annotation}" if annotation else ""
        if value is None:
            return text
        short = value.end_byte - value.start_byte <= VALUE_LIMIT
        return f"{text} = {fold(self._bytes(value)) if short else '…'}".lstrip()

    def _alias(self, node: Node, scope: Scope) -> None:
        """``type Name[T] = value``."""
        left, value = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is None:
            return
        text = fold(self._bytes(left))
        name = traits.head(text)
        start = node.start_byte
        line, end = node.start_point[0] + 1, node.end_point[0] + 1
        parameters = text[len(name) :].strip()
        signature = f"{parameters} {self.signature('', value)}".strip()
        doc = self.said_of(node)
        alias = Definition("type alias", scope.qualified(name), line, end, signature, doc, condition=self._condition)
        self.names.append((start, alias))

    # --- what a body does -----------------------------------------------------------------------------------

    def _raise(self, node: Node, scope: Scope) -> None:
        if scope is self.module or node.child_count < 2:
            return
        raised = node.child(1)
        if raised.kind_id == g.EXPRESSION_LIST:
            raised = raised.named_child(0)  # Python 2: raise Error, "text"
        if raised.kind_id == g.CALL:
            raised = raised.child(0)
        name = self._text(raised)
        if raised.kind_id in _EXPRESSIONS and _DOTTED.match(name):
            self.raised.append(Raised(scope, raised, name, node.start_point[0] + 1))

    def _bytes(self, node: Node) -> bytes:
        return self.data[node.start_byte : node.end_byte]

    def _text(self, node: Node) -> str:
        return self.data[node.start_byte : node.end_byte].decode()


class _Place(NamedTuple):
    start: int
    line: int
    end: int


def _bare(target: Node) -> Node:
    """A target without parentheses around it."""
    while target.kind_id in g.TUPLE_PATTERN:  # which the grammar calls so without a comma too
        inside = [each for each in target.children if each.kind_id not in g.SKIPPED]
        if len(inside) != 3:
            break
        target = inside[1]
    return target


def sides(assignment: Node) -> tuple[Node | None, Node | None, Node | None]:
    """Target, value and annotation."""
    children = [child for child in assignment.children if child.kind_id not in g.SKIPPED]
    left, value, kind = children[0], None, None
    for before, child in pairwise(children):
        if before.kind_id == g.EQUALS:
            value = child
        elif before.kind_id == g.COLON:
            kind = child
    return left, value, kind


def _with_targets(statement: Node) -> Iterator[Node]:
    waiting = [child for child in statement.children if child.kind_id in g.WITH_PARTS]
    while waiting:
        node = waiting.pop()
        if node.kind_id in g.AS_TARGET:
            yield from node.named_children
        elif node.kind_id in g.WITH_PARTS:
            waiting += reversed(node.named_children)


@lru_cache(maxsize=1)
def _written(branch: tuple[str, ...]) -> str:
    return shorten("; ".join(branch))


def _around_try(clause: Node) -> str:
    """Where a ``finally`` is, which is where its ``try`` statement is: ``try`` if that is inside another one."""
    node = clause.parent or clause
    above = node.parent
    while above is not None and above.kind_id not in g.DEFINING:
        if above.kind_id == g.TRY_STATEMENT and node.kind_id != g.FINALLY:
            return "try"
        node, above = above, above.parent
    return ""
