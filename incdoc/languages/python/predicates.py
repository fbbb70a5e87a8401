"""Predicates of rules that know Python, beside those of all languages (``languages/predicates.py``).

About names:

- ``#origin? @x "a.b" ...``: ``x`` is a dotted name that an import makes one of these, or a builtin (``builtins.eval``);
  no parameter or assignment around it gives the name another meaning
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
- ``#bits? @x "mask"``: ``x`` is made of integer literals and constants of ``stat``, and has one of these bits
- ``#web? @x``: the text ``x``, or that of the variable ``x``, begins as a web address does

About the tree:

- ``#keyword? @x "name" ...``: the arguments ``x`` pass one of these by keyword
- ``#passed? @x "module"``: ``x`` is an argument of a call of something of the module
- ``#yields? @x``: a function with the body ``x`` is a generator; a ``yield`` of a function or lambda within it is not
  its own
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cached_property
from operator import itemgetter
from typing import TYPE_CHECKING

from ..predicates import MODULE, Imported, Names, Predicates, compiled, text_of
from ..words import alone
from .spans import last_line

if TYPE_CHECKING:
    from tree_sitter import Node

BUILTINS = "builtins"

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
_WEB = re.compile(r"\(?\s*[rRuUfFtT]*[\"']+https?://")
_LARGEST_MODE = 0o7777
_MODES = {
    "S_IRWXU": 0o700, "S_IRUSR": 0o400, "S_IREAD": 0o400, "S_IWUSR": 0o200, "S_IWRITE": 0o200, "S_IXUSR": 0o100,
    "S_IEXEC": 0o100, "S_IRWXG": 0o070, "S_IRGRP": 0o040, "S_IWGRP": 0o020, "S_IXGRP": 0o010, "S_IRWXO": 0o007,
    "S_IROTH": 0o004, "S_IWOTH": 0o002, "S_IXOTH": 0o001, "S_ISUID": 0o4000, "S_ISGID": 0o2000, "S_ISVTX": 0o1000,
}  # fmt: skip
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


class PythonPredicates(Predicates):
    """The predicates over one file."""

    def __init__(self, source: bytes, names: Names) -> None:
        super().__init__(source, names)
        self.variables = Variables(source)

    def last_line(self, node: Node) -> int:
        """Without the comments that follow."""
        return last_line(self.source, node)

    # --- names ---

    def _origin(self, node: Node, *origins: str) -> bool:
        first, rest = _dotted(node)
        if first is None:
            return False
        name = text_of(first)
        possible = [f"{BUILTINS}.{name}", *(item.origin for item in self.names.get(name, ()))]
        return any(f"{origin}{rest}" in origins for origin in possible) and self.origin(node) in origins

    def origin(self, node: Node) -> str:
        """The dotted name with its first part replaced by the name that an import binds to it where it is; empty for
        other expressions, and where something else binds it."""
        first, rest = _dotted(node)
        if first is None:
            return ""
        found = self.binding(first)
        if found is None:
            return f"{BUILTINS}.{text_of(first)}{rest}"
        return f"{found.origin}{rest}" if isinstance(found, Imported) and found.origin else ""

    def binding(self, name: Node) -> Imported | Node | None:
        """What binds a name where it is used: in the innermost scope that does, the last before it, or the last of
        all where that scope is around the one that uses it."""
        imported = self.names.get(text_of(name), ())
        assigned = self.variables.of(name).bindings
        scope = _running(name) if imported or assigned else None
        own = True
        while scope is not None:
            if own or scope.type != "class_definition":
                key = MODULE if scope.type == "module" else scope.start_byte
                found: list[tuple[int, Imported | Node]] = [(item.at, item) for item in imported if item.scope == key]
                found += [(node.start_byte, node) for node in assigned.get(scope.id, ())]
                if own:
                    found = [item for item in found if item[0] < name.start_byte]
                if found:
                    return max(found, key=itemgetter(0))[1]
            own = False
            scope = _scope(scope)
        return None

    def is_local(self, binding: Node) -> bool:
        """Whether it is a function that a name is bound in."""
        scope = _binding_scope(binding)
        return scope is not None and scope.type in {"function_definition", "lambda"}

    def _mentions(self, node: Node, name: Node) -> bool:
        return any(True for _ in self.variables.of(name).within(node))

    def _read(self, target: Node) -> bool:
        scope = _scope(target)
        return scope is not None and any(self._read_in(name, scope) for name in _variables(target))

    def _read_in(self, name: Node, scope: Node) -> bool:
        end = scope.end_byte
        near = (found for found in self.variables.near(name) if found.start_byte < end)
        if any(not _binds(found) and not self._inner(found, scope) for found in near):
            return True
        variable = self.variables.of(name)
        if scope.id not in variable.reads:
            variable.reads[scope.id] = any(
                not _binds(found) and not self._inner(found, scope) for found in variable.within(scope)
            )
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
        name, above = node.text, node.parent
        while above is not None and above != scope:
            if above.id in bound and above.type in _SCOPES and above.child_by_field_name("body") == node:
                return True  # defaults are evaluated around it
            if above.type in _COMPREHENSIONS and _comprehends(above, name):
                return True
            node, above = above, above.parent
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
            return re.split(r"\W", text_of(annotation).removeprefix("typing."))[0].lower()
        value = place.child_by_field_name("right")
        if value is None:
            return ""
        if value.type == "call" and (function := value.child_by_field_name("function")) is not None:
            return self.origin(function).removeprefix(f"{BUILTINS}.")
        return _LITERALS.get(value.type, "")

    # --- values ---

    def _web(self, node: Node) -> bool:
        """Whether the text that a value begins with is the beginning of a web address."""
        if node.type == "keyword_argument" and (value := node.child_by_field_name("value")) is not None:
            node = value
        node = _unwrapped(node)
        if node.type == "call" and (arguments := node.child_by_field_name("arguments")) is not None:
            function, passed = node.child_by_field_name("function"), _named(arguments)
            made = function is not None and self.origin(function).endswith("request.Request")
            return made and bool(passed) and self._web(passed[0])
        if node.type == "identifier":
            node = self._value(node) or node
        while node.type == "binary_operator" and _operator(node) == "+":
            node = _unwrapped(node.named_children[0])
        return node.type in {"string", "concatenated_string"} and _WEB.match(text_of(node)) is not None

    def _value(self, name: Node) -> Node | None:
        """The expression that the last assignment to a name gives it."""
        target = self.binding(name)
        if target is None or isinstance(target, Imported) or (place := target.parent) is None:
            return None
        if place.type == "named_expression":
            return _unwrapped(place.child_by_field_name("value") or place)
        number = None
        if place.type in _TARGETS:
            number = _named(place).index(target)
            place = place.parent or place
        value = place.child_by_field_name("right") if place.type == "assignment" else None
        while value is not None and value.type == "assignment":  # a = b = 1
            value = value.child_by_field_name("right")
        if value is None:
            return None
        value = _unwrapped(value)
        if number is None:
            return value
        parts = _named(value) if value.type in {"expression_list", "tuple", "list"} else []
        return _unwrapped(parts[number]) if number < len(parts) else None

    def _bits(self, node: Node, mask: str) -> bool:
        value = self._mode(node)
        return value is not None and (bool(value & int(mask, 0)) or value > _LARGEST_MODE)

    def _mode(self, node: Node) -> int | None:
        """The bits that a value has for certain; None if that is not known."""
        node = _unwrapped(node)
        if node.type == "integer":
            try:
                return int(text_of(node), 0)
            except ValueError:  # `1j`, `010`
                return None
        if node.type == "binary_operator":
            left, right = (self._mode(each) for each in (node.named_children[0], node.named_children[-1]))
            sign = _operator(node)
            if left is None or right is None:
                return (left if right is None else right) if sign == "|" else None
            return {"|": left | right, "&": left & right, "^": left ^ right}.get(sign)
        return _MODES.get(self.origin(node).removeprefix("stat."))

    # --- the tree ---

    def _passed(self, node: Node, module: str) -> bool:
        """Whether the node is an argument of a call of something of the module."""
        above = node.parent
        while above is not None and above.type in {"parenthesized_expression", "keyword_argument", "argument_list"}:
            above = above.parent
        function = above.child_by_field_name("function") if above is not None and above.type == "call" else None
        return function is not None and self.origin(function).startswith(f"{module}.")

    def _yields(self, body: Node) -> bool:
        for at in alone(self.source, b"yield", body.start_byte, body.end_byte):
            leaf = body.descendant_for_byte_range(at, at + len(b"yield"))
            if leaf is not None and leaf.type == "yield" and _body_around(leaf) == body:
                return True
        return False


PythonPredicates.ASKED = {
    **Predicates.ASKED,
    "assigned?": PythonPredicates._assigned,
    "bits?": PythonPredicates._bits,
    "bound?": PythonPredicates._bound,
    "keyword?": lambda _, arguments, *names: _keyword(arguments, names),
    "mentions?": PythonPredicates._mentions,
    "once-before?": PythonPredicates._once_before,
    "origin?": PythonPredicates._origin,
    "passed?": PythonPredicates._passed,
    "read?": PythonPredicates._read,
    "string?": lambda _, node, regex: _string(node, regex),
    "texts?": lambda _, node: texts(node),
    "truthy?": lambda _, node: truthy(node),
    "used-after?": PythonPredicates._used_after,
    "web?": PythonPredicates._web,
    "yields?": PythonPredicates._yields,
}


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


def _dotted(node: Node) -> tuple[Node | None, str]:
    """The first name of a dotted one, and the rest with its dots; None for other expressions."""
    rest = ""
    inner: Node | None = node
    while inner is not None and inner.type == "attribute":
        if (attribute := inner.child_by_field_name("attribute")) is None:
            return None, ""
        rest = f".{text_of(attribute)}{rest}"
        inner = inner.child_by_field_name("object")
    return (inner, rest) if inner is not None and inner.type == "identifier" else (None, "")


def _string(node: Node, regex: str) -> bool:
    value = literal(node)
    return value is not None and compiled(regex).search(value) is not None


def _operator(node: Node) -> str:
    sign = node.child_by_field_name("operator")
    return sign.type if sign is not None else ""


def _keyword(arguments: Node, names: Sequence[str]) -> bool:
    passed = (c.child_by_field_name("name") for c in arguments.named_children if c.type == "keyword_argument")
    return any(name is not None and text_of(name) in names for name in passed)


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
        prefix = text_of(part.children[0]).rstrip("'\"").lower()
        if "f" in prefix or "b" in prefix or "t" in prefix:
            return None
        content = "".join(text_of(c) for c in part.named_children if c.type == "string_content")
        values.append(content if "r" in prefix else _CODE.sub(_unescaped, content))
    return "".join(values)


def truthy(node: Node) -> bool:
    if node.type in {"list", "tuple", "dictionary", "set"}:
        return bool(_named(node))
    if node.type in {"integer", "float"}:
        return any(digit in text_of(node) for digit in "123456789")
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


def _running(node: Node) -> Node | None:
    """The scope that evaluates the node."""
    body = _body_around(node)
    return body.parent or body


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
