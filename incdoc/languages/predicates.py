"""Predicates of rules: conditions of a pattern beyond the shape of the tree.

A predicate is written as ``(#name? @capture "value" ...)`` in a pattern; ``(#not-name? ...)`` is its opposite. If the
capture is an optional part that is absent, only the opposite is true.

About names:

- ``#origin? @x "a.b" ...``: ``x`` is a dotted name that an import makes one of these, or a builtin (``builtins.eval``);
  no parameter or assignment around it gives the name another meaning
- ``#imported? "a" ...``: the file imports one of these, or from it
- ``#bound? @x "list" ...``: the last binding of the name ``x`` before it says that it is one of these builtins
- ``#assigned? @x "type" ...``: that binding assigns a node of one of these types
- ``#once-before? @x``: there is one binding of ``x`` before it
- ``#mentions? @x @y``: the variable ``y`` occurs in ``x``
- ``#read? @x``: a name in the target ``x`` is read somewhere in its scope
- ``#used-after? @x @y``: after ``y``, a name in the target ``x`` is read before it is bound again

About values:

- ``#string? @x "regex"``: ``x`` is a text literal in whose value the expression is found
- ``#texts? @x``: ``x`` is a text literal, or a list, tuple or dictionary of nothing else
- ``#truthy? @x``: ``x`` is a literal that counts as true
- ``#bits? @x "mask"``: ``x`` is an integer literal with one of these bits

About the tree and its source:

- ``#keyword? @x "name" ...``: the arguments ``x`` pass one of these by keyword
- ``#count? @x "n"``: ``x`` has this many named children, comments aside
- ``#yields? @x``: a function with the body ``x`` is a generator; a ``yield`` of a function or lambda within it is not
  its own
- ``#within? @x "type" ...``: the parent of ``x`` is of one of these types
- ``#begins? @x "regex"``: the source of ``x`` begins with the expression
- ``#matches? @x "regex"``: the expression is found in the source of ``x``
- ``#needle? "type" ...``: the needle that led here is a node of one of these types, not a word in a comment or a
  text; ``find`` asks this before it tries the pattern

``#eq?``, ``#match?`` and ``#any-of?`` are tree-sitter's own and much faster: use them where they are enough.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from .words import alone

if TYPE_CHECKING:
    from tree_sitter import Node

BUILTINS = "builtins"
MAX_TEXT = 120

MAX_SEARCHES = 50
"""Up to so many names of a file are searched for one by one: for few names that is cheaper than an index."""

NEAR = 2_000
"""A name that is read at all is nearly always read within so many bytes after its binding."""

_SCOPES = frozenset({"function_definition", "lambda", "class_definition", "module"})
_COMPREHENSIONS = frozenset(
    {"list_comprehension", "set_comprehension", "dictionary_comprehension", "generator_expression"}
)
_USED = re.compile(rb"\s*[.(\[]")
_DEFINED = re.compile(rb"[fs\s]\s")  # the end of `def` or `class`, and blanks
_WORD = re.compile(rb"[\w\x80-\xff]+")
_CODE = re.compile(r"\\(\n|[0-7]{1,3}|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|.)", re.DOTALL)
_ESCAPES = {
    "n": "\n",
    "t": "\t",
    "r": "\r",
    "\\": "\\",
    "'": "'",
    '"': '"',
    "\n": "",
    "a": "\a",
    "b": "\b",
    "0": "\0",
}

Captures = Mapping[str, Sequence["Node"]]


def one_line(node: Node) -> str:
    """The node's source with white space folded, at most 120 characters."""
    text = " ".join(_text(node, 4 * MAX_TEXT).split())
    return text if len(text) <= MAX_TEXT else text[: MAX_TEXT - 1] + "…"


class Predicates:
    """The predicates over one file."""

    def __init__(self, source: bytes, names: Mapping[str, str]) -> None:
        self.names = names
        self.variables = Variables(source)

    def ask(self, predicate: str, args: Sequence[tuple[str, str]], captures: Captures) -> bool:
        """Whether a match fulfils a predicate; ``args`` are (value, ``capture`` or ``string``)."""
        wanted = not predicate.startswith("not-")
        values: list[Node | str] = []
        for value, kind in args:
            if kind != "capture":
                values.append(value)
            elif nodes := captures.get(value):
                values.append(nodes[0])
            else:  # an optional part that is absent
                return not wanted
        return ASKED[predicate.removeprefix("not-")](self, *values) is wanted

    # --- names ---

    def _origin(self, node: Node, *origins: str) -> bool:
        found = self.origin(node)
        return found in origins and not self._rebound(node)

    def origin(self, node: Node) -> str:
        """The dotted name with its first part replaced by the name that an import binds to it; empty for other
        expressions."""
        parts: list[str] = []
        inner: Node | None = node
        while inner is not None and inner.type == "attribute":
            if (attribute := inner.child_by_field_name("attribute")) is None:
                return ""
            parts.append(_text(attribute))
            inner = inner.child_by_field_name("object")
        if inner is None or inner.type != "identifier":
            return ""
        first = _text(inner)
        parts.append(self.names.get(first) or f"{BUILTINS}.{first}")
        return ".".join(reversed(parts))

    def _rebound(self, node: Node) -> bool:
        """Whether a parameter or an assignment around the node gives its first name another meaning."""
        while node.type == "attribute" and (inner := node.child_by_field_name("object")) is not None:
            node = inner
        bound = self.variables.of(node).bindings
        scope = _scope(node) if bound else None
        while scope is not None:
            if scope.type == "module" and _text(node) in self.names:
                return False
            if scope.type != "class_definition" and scope.id in bound:
                return True
            scope = _scope(scope)
        return False

    def _imported(self, *modules: str) -> bool:
        return any(o in modules or o.partition(".")[0] in modules for o in self.names.values())

    def _mentions(self, node: Node, name: Node) -> bool:
        return any(True for _ in self.variables.of(name).within(node))

    def _read(self, target: Node) -> bool:
        scope = _scope(target)
        return scope is not None and any(self._read_in(name, scope) for name in _variables(target))

    def _read_in(self, name: Node, scope: Node) -> bool:
        end = scope.end_byte
        if any(found.start_byte < end and not _binds(found) for found in self.variables.near(name)):
            return True
        variable = self.variables.of(name)
        if scope.id not in variable.reads:
            variable.reads[scope.id] = any(not _binds(found) for found in variable.within(scope))
        return variable.reads[scope.id]

    def _used_after(self, target: Node, place: Node) -> bool:
        scope = _scope(place)
        return scope is not None and any(self._read_after(name, place, scope) for name in _variables(target))

    def _read_after(self, name: Node, place: Node, scope: Node) -> bool:
        """Whether the next use of the name in the scope is not another binding of it."""
        for found in self.variables.of(name).within(scope, place.end_byte):
            if not self._inner(found, scope):
                return not _binds(found)
        return False

    def _inner(self, node: Node, scope: Node) -> bool:
        """Whether the name belongs to a comprehension or a function within the scope."""
        bound = self.variables.of(node).bindings
        above = node.parent
        while above is not None and above != scope:
            if above.id in bound and above.type in _SCOPES:
                return True
            if above.type in _COMPREHENSIONS and _comprehends(above, node.text):
                return True
            above = above.parent
        return False

    def _assigned(self, node: Node, *types: str) -> bool:
        binding = self._last(node)
        value = binding.parent and binding.parent.child_by_field_name("right") if binding else None
        return value is not None and value.type in types

    def _once_before(self, node: Node) -> bool:
        bindings = self._bindings(node)
        return bool(bindings) and bisect_left(bindings, node.start_byte, key=_start) == 1

    def _last(self, node: Node) -> Node | None:
        """The last binding of the name before it."""
        bindings = self._bindings(node)
        before = bisect_left(bindings, node.start_byte, key=_start)
        return bindings[before - 1] if before else None

    def _bindings(self, node: Node) -> list[Node]:
        """The bindings of the name, in order, in the innermost scope that has any."""
        bound = self.variables.of(node).bindings
        scope = _scope(node) if bound else None
        while scope is not None:
            if scope.id in bound:
                return bound[scope.id]
            scope = _scope(scope)
        return []

    def _bound(self, node: Node, *types: str) -> bool:
        binding = self._last(node)
        return binding is not None and self._kind(binding) in types

    def _kind(self, binding: Node) -> str:
        """What a binding says its name is: by its annotation, its literal, or the builtin that it calls."""
        place = binding.parent
        if place is None:
            return ""
        if (annotation := place.child_by_field_name("type")) is not None:
            return re.split(r"\W", _text(annotation).removeprefix("typing."))[0].lower()
        value = place.child_by_field_name("right")
        if value is None:
            return ""
        if value.type == "call" and (function := value.child_by_field_name("function")) is not None:
            return self.origin(function).removeprefix(f"{BUILTINS}.")
        return _LITERALS.get(value.type, "")

    # --- the tree ---

    def _yields(self, body: Node) -> bool:
        for at in alone(self.variables.source, b"yield", body.start_byte, body.end_byte):
            leaf = body.descendant_for_byte_range(at, at + len(b"yield"))
            if leaf is not None and leaf.type == "yield" and _body_around(leaf) == body:
                return True
        return False


ASKED: Mapping[str, Callable[..., bool]] = {
    "assigned?": Predicates._assigned,
    "begins?": lambda _, node, regex: _begins(node, regex),
    "bits?": lambda _, node, mask: _bits(node, mask),
    "bound?": Predicates._bound,
    "count?": lambda _, node, number: _counts(node, int(number)),
    "imported?": Predicates._imported,
    "keyword?": lambda _, arguments, *names: _keyword(arguments, names),
    "matches?": lambda _, node, regex: _matches(node, regex),
    "mentions?": Predicates._mentions,
    "needle?": lambda *_: True,  # asked before the pattern is tried
    "once-before?": Predicates._once_before,
    "origin?": Predicates._origin,
    "read?": Predicates._read,
    "string?": lambda _, node, regex: _string(node, regex),
    "texts?": lambda _, node: texts(node),
    "truthy?": lambda _, node: truthy(node),
    "used-after?": Predicates._used_after,
    "within?": lambda _, node, *types: node.parent is not None and node.parent.type in types,
    "yields?": Predicates._yields,
}
"""Every predicate there is, without the ``not-``."""


class Variable:
    """The places of one name in a file, except as an attribute or a keyword."""

    def __init__(self, root: Node, places: Sequence[int], length: int, source: bytes) -> None:
        self._root = root
        self._places = places
        self._length = length
        self._source = source
        self.reads: dict[int, bool] = {}
        """Whether the name is read in a scope, by the scope's node id; filled by the predicates."""

    @cached_property
    def bindings(self) -> dict[int, list[Node]]:
        """By node id of a scope, the places in it that give the name a value: not imports, but parameters too."""
        found: dict[int, list[Node]] = defaultdict(list)
        for at in self._places:
            if _USED.match(self._source, at + self._length) and not _DEFINED.match(self._source[max(at - 2, 0) : at]):
                continue  # without the tree: most are called or have an attribute read
            node = self._node(at)
            if node is not None and _binds(node) and (scope := _binding_scope(node)) is not None:
                found[scope.id].append(node)
        return dict(found)

    def within(self, node: Node, after: int = 0) -> Iterator[Node]:
        end = node.end_byte
        for at in range(bisect_left(self._places, max(after, node.start_byte)), len(self._places)):
            if self._places[at] >= end:
                return
            if (found := self._node(self._places[at])) is not None:
                yield found

    def _node(self, at: int) -> Node | None:
        node = self._root.descendant_for_byte_range(at, at + self._length)
        return node if node is not None and _is_variable(node) else None


class Variables:
    """The names of a file, each looked up when it is first needed."""

    def __init__(self, source: bytes) -> None:
        self.source = source
        self._known: dict[bytes, Variable] = {}

    def of(self, name: Node) -> Variable:
        text = name.text or b""
        if text not in self._known:
            self._known[text] = Variable(_root(name), self._places(text), len(text), self.source)
        return self._known[text]

    def near(self, name: Node) -> Iterator[Node]:
        """The same variable in the lines that follow."""
        start = name.end_byte
        root = _root(name)
        text = name.text or b""
        for at in alone(self.source, text, start, start + NEAR):
            node = root.descendant_for_byte_range(at, at + len(text))
            if node is not None and _is_variable(node):
                yield node

    def _places(self, text: bytes) -> Sequence[int]:
        """The first names are searched for one by one; with many names an index is made."""
        if len(self._known) < MAX_SEARCHES:
            return list(alone(self.source, text))
        return self._index.get(text, ())

    @cached_property
    def _index(self) -> dict[bytes, list[int]]:
        index: dict[bytes, list[int]] = defaultdict(list)
        for found in _WORD.finditer(self.source):
            index[found[0]].append(found.start())
        return index


def _begins(node: Node, regex: str) -> bool:
    return _compiled(regex).match(_text(node)) is not None


def _matches(node: Node, regex: str) -> bool:
    return _compiled(regex).search(_text(node)) is not None


def _string(node: Node, regex: str) -> bool:
    value = literal(node)
    return value is not None and _compiled(regex).search(value) is not None


def _bits(node: Node, mask: str) -> bool:
    if node.type != "integer":
        return False
    try:
        return bool(int(_text(node), 0) & int(mask, 0))
    except ValueError:  # `1j`, `010`
        return False


def _keyword(arguments: Node, names: Sequence[str]) -> bool:
    passed = (c.child_by_field_name("name") for c in arguments.named_children if c.type == "keyword_argument")
    return any(name is not None and _text(name) in names for name in passed)


def _counts(node: Node, number: int) -> bool:
    """Whether there are so many named children, without counting all of a long block."""
    seen = 0
    for at in range(node.named_child_count):
        child = node.named_child(at)
        seen += child is not None and child.type != "comment"
        if seen > number:
            return False
    return seen == number


def literal(node: Node) -> str | None:
    """The value of a text literal or of adjacent ones; None if any part is computed, and for bytes."""
    node = _unwrapped(node)
    parts = node.named_children if node.type == "concatenated_string" else [node]
    values: list[str] = []
    for part in parts:
        if part.type == "comment" and part != node:
            continue
        if part.type != "string":
            return None
        prefix = _text(part.children[0]).rstrip("'\"").lower()
        if "f" in prefix or "b" in prefix or "t" in prefix:
            return None
        content = "".join(_text(c) for c in part.named_children if c.type == "string_content")
        values.append(content if "r" in prefix else _CODE.sub(_unescaped, content))
    return "".join(values)


def truthy(node: Node) -> bool:
    if node.type in {"list", "tuple", "dictionary", "set"}:
        return bool(_named(node))
    if node.type in {"integer", "float"}:
        return any(digit in _text(node) for digit in "123456789")
    return node.type == "true" or bool(literal(node))


def texts(node: Node) -> bool:
    if node.type in {"list", "tuple", "dictionary"}:
        parts = [part for child in _named(node) for part in (_named(child) if child.type == "pair" else [child])]
        return all(literal(part) is not None for part in parts)
    return literal(node) is not None


def _unescaped(found: re.Match[str]) -> str:
    code = found[1]
    if code in _ESCAPES:
        return _ESCAPES[code]
    if code[0] in "xu" and len(code) > 1:
        return chr(int(code[1:], 16))
    return chr(int(code, 8)) if code[0] in "01234567" else found[0]


def _start(node: Node) -> int:
    return node.start_byte


def _variables(target: Node) -> list[Node]:
    found: list[Node] = []
    todo = [target]
    while todo:
        node = todo.pop()
        if node.type == "identifier":
            found.append(node)
        todo += node.named_children
    return found


def _comprehends(comprehension: Node, name: bytes | None) -> bool:
    clauses = (c.child_by_field_name("left") for c in comprehension.named_children if c.type == "for_in_clause")
    return any(name == target.text for left in clauses if left is not None for target in _variables(left))


def _binding_scope(node: Node) -> Node | None:
    """The scope in which the identifier is bound: a definition's name belongs to the scope around it."""
    scope = _scope(node)
    if scope is not None and scope.child_by_field_name("name") == node:
        return _scope(scope)
    return scope


def _is_variable(node: Node) -> bool:
    """Whether the identifier is not the name of an attribute or of a keyword."""
    if node.type != "identifier" or (parent := node.parent) is None:
        return False
    field = {"attribute": "attribute", "keyword_argument": "name"}.get(parent.type)
    return field is None or parent.child_by_field_name(field) != node


def _binds(node: Node) -> bool:
    parent = node.parent
    while parent is not None and parent.type in _TARGETS:
        node, parent = parent, parent.parent
    if parent is None:
        return False
    if parent.type in _PARAMETERS:
        return True
    field = _BINDING_FIELDS.get(parent.type)
    return field is not None and (field == "" or parent.child_by_field_name(field) == node)


_LITERALS = {
    "list": "list",
    "list_comprehension": "list",
    "dictionary": "dict",
    "dictionary_comprehension": "dict",
    "set": "set",
    "set_comprehension": "set",
    "tuple": "tuple",
}
_TARGETS = frozenset(
    {"pattern_list", "tuple_pattern", "list_pattern", "list_splat_pattern", "dictionary_splat_pattern"}
)
_PARAMETERS = frozenset({"parameters", "lambda_parameters"})
_BINDING_FIELDS = {
    "typed_parameter": "",
    "default_parameter": "name",
    "typed_default_parameter": "name",
    "assignment": "left",
    "augmented_assignment": "left",
    "for_statement": "left",
    "for_in_clause": "left",
    "named_expression": "name",
    "as_pattern_target": "",
    "function_definition": "name",
    "class_definition": "name",
}


def _root(node: Node) -> Node:
    while (parent := node.parent) is not None:
        node = parent
    return node


def _scope(node: Node) -> Node | None:
    above = node.parent
    while above is not None and above.type not in _SCOPES:
        above = above.parent
    return above


def _body_around(node: Node) -> Node:
    """The innermost body of a scope: defaults, annotations and bases are evaluated around a definition."""
    above = node.parent
    while above is not None and not (above.type in _SCOPES and above.child_by_field_name("body") == node):
        node, above = above, above.parent
    return node


def _unwrapped(node: Node) -> Node:
    while node.type == "parenthesized_expression" and node.named_child_count == 1:
        node = node.named_children[0]
    return node


def _named(node: Node) -> list[Node]:
    return [child for child in node.named_children if child.type != "comment"]


def _text(node: Node, limit: int | None = None) -> str:
    return (node.text or b"")[:limit].decode("utf-8", "replace")


@lru_cache
def _compiled(regex: str) -> re.Pattern[str]:
    return re.compile(regex)
