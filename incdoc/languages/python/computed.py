"""Names that a module binds in another way than by a statement that has them: they are in texts, or computed.

``__getattr__`` of the module gives names that it compares with texts, or looks up in a table of the module. It is read
branch by branch; where a name that was compared with nothing reaches a result, the module is **open**: it may give any
name. ``globals()["name"] = ...``, ``globals().update(...)`` and ``setattr(sys.modules[__name__], "name", ...)`` bind
names when the module is imported; ``attach`` of lazy_loader imports them from modules of the package.

A **table** is a dictionary, list, tuple or set of texts that a module assigns to a name, with what its other statements
add. One that is changed in another way, or made of anything else, is not known.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from ..facts import Import
from . import grammar as g
from .exports import joined
from .giving import DEEPEST, Given, is_assigned
from .statements import sides

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from tree_sitter import Node

    from .scope import Scope
    from .statements import Statements

GIVING = "__getattr__"
_SPACES = ("globals()", "vars()", "locals()")
_MODULE, _EXECUTE = "modules[__name__]", "exec("
NEEDLES = (*_SPACES, _MODULE, _EXECUTE)
_MOST_PLACES = 500
"""Places of one kind that are looked at, and occurrences of the name of a table; with more, nothing is known."""
_MOST_NAMES = 32
"""Names of tables, and of modules and their dictionaries, that are looked for."""
_BINDING = re.compile(r"(?:(?:async[ \t]+)?def|class)[ \t]+(\w+)|(\w+)[ \t]*=(?!=)")
_FUTURE = re.compile(r"from[ \t]+__future__\b")
_MAKERS = frozenset(("dict", "frozenset", "list", "set", "tuple", "sorted"))
_ADDING = frozenset(("append", "add", "extend", "update"))
_CHANGING = frozenset(("clear", "discard", "insert", "pop", "popitem", "remove", "setdefault", "__setitem__"))
_RUN_WHEN_ASKED = frozenset((GIVING, "__dir__"))


class Computed(NamedTuple):
    """``given``: the names that are known, sorted; ``open``: the lines that may bind others; ``imports``: where known
    names are imported from when they are asked for."""

    given: tuple[str, ...]
    open: tuple[int, ...]
    imports: tuple[Import, ...]


NOTHING = Computed((), (), ())


class _Table(NamedTuple):
    """``keys``: those of a dictionary, else the items; ``values``: the texts in its values."""

    keys: frozenset[str]
    values: frozenset[str]

    def __or__(self, other: _Table) -> _Table:
        return _Table(self.keys | other.keys, self.values | other.values)


_EMPTY = _Table(frozenset(), frozenset())
"""Of what puts nothing into a table."""


def read(
    data: bytes,
    root: Node,
    places: Mapping[str, Sequence[int]],
    statements: Statements,
    running: Callable[[int], Scope],
) -> Computed:
    """What is known of such names. ``running``: the definition whose body runs at a byte."""
    if b"__getattr__" not in data and not any(needle in places for needle in NEEDLES):
        return NOTHING
    module = _Module(data, root, running)
    module.read(places, statements)
    return Computed(tuple(sorted(module.given)), tuple(sorted(module.open)), tuple(module.imports))


class _Module:
    def __init__(self, data: bytes, root: Node, running: Callable[[int], Scope]) -> None:
        self.given: set[str] = set()
        self.open: set[int] = set()
        self.imports: list[Import] = []
        self._data = data
        self._root = root
        self._running = running
        self._tables: dict[str, _Table | None] = {}
        self._aliases: set[tuple[str, str]] = set()
        self._identifiers: dict[str, list[Node]] = {}

    def read(self, places: Mapping[str, Sequence[int]], statements: Statements) -> None:
        """Look at all places."""
        for scope in statements.scopes:
            if scope.simple == GIVING and scope.parent is statements.module and scope.kind == "function":
                function = self._leaf(scope.named).parent
                if function is not None:
                    self._function(function, scope.line)
        for start, definition in statements.names:
            if definition.name == GIVING:
                self._assigned(start, definition.line)
        for item in statements.imports:
            if GIVING in (item.alias, item.name) and item.scope not in ("function", "class"):
                self.open.add(item.line)
        for needle in NEEDLES:
            found = places.get(needle, ())
            if len(found) > _MOST_PLACES:
                self.open.add(self._leaf(found[0]).start_point[0] + 1)
                continue
            for at in found:
                self._place(needle, at)

    # ------------------------------------------------------------------ what runs when the module is imported

    def _place(self, needle: str, at: int) -> None:
        leaf = self._leaf(at)
        word = needle.partition("(")[0].partition("[")[0]
        if leaf.kind_id != g.IDENTIFIER or self._text(leaf) != word or leaf.parent is None:
            return
        scope = self._running(at)
        if scope.callable and scope.simple in _RUN_WHEN_ASKED and scope.parent is not None and not scope.parent.name:
            return
        if needle == _EXECUTE:
            self._executed(leaf.parent, scope)
        elif needle == _MODULE:
            node = leaf.parent if leaf.parent.kind_id == g.ATTRIBUTE else leaf
            if node.parent is not None and node.parent.kind_id == g.SUBSCRIPT:
                self._own_module(node.parent, scope.callable)
        elif leaf.parent.kind_id == g.CALL and (needle == _SPACES[0] or scope.kind == "module"):
            self._space(leaf.parent, scope.callable)

    def _executed(self, call: Node, scope: Scope) -> None:
        """``exec(code)`` binds names of where it runs, or of the space that it is given."""
        given = self._arguments(call)
        where = self._text(given[1]) if len(given) > 1 else _SPACES[1]
        if given and (where == _SPACES[0] or (where in _SPACES and scope.kind == "module")):
            code = joined(self._data, given[0])
            self._bind(_defined(code) if code is not None else None, call, scope.callable)

    def _space(self, node: Node, later: bool) -> None:
        """``node`` is the dictionary of the module's names. ``later``: a function runs it."""
        around = node.parent
        if around is None:
            return
        if around.kind_id == g.SUBSCRIPT and around.child_by_field_name("value") == node:
            if is_assigned(around):
                self._bind(self._key(around), node, later)
        elif around.kind_id == g.ATTRIBUTE and around.parent is not None and around.parent.kind_id == g.CALL:
            method = self._text(around.child_by_field_name("attribute"))
            if method == "update":
                self._bind(self._updated(around.parent), node, later)
            elif method in ("setdefault", "__setitem__"):
                arguments = self._arguments(around.parent)
                self._bind(self._names(arguments[0]) if arguments else None, node, later)
        else:
            for each in self._called_so(node, "space"):
                self._space(each, later)

    def _own_module(self, node: Node, later: bool) -> None:
        """``node`` is the module itself."""
        around = node.parent
        if around is None:
            return
        if is_assigned(node):
            self._replaced(around)
        elif around.kind_id == g.ATTRIBUTE and around.child_by_field_name("object") == node:
            name = self._text(around.child_by_field_name("attribute"))
            if name == "__class__" and is_assigned(around):
                self.open.add(node.start_point[0] + 1)
            elif name == "__dict__":
                self._space(around, later)
            elif is_assigned(around):
                self._bind(frozenset((name,)), node, later)
        elif around.kind_id == g.ARGUMENTS and around.parent is not None:
            arguments = self._arguments(around.parent)
            if self._text(around.parent.child_by_field_name("function")) == "setattr" and len(arguments) > 1:
                self._bind(self._names(arguments[1]) if arguments[0] == node else frozenset(), node, later)
        else:
            for each in self._called_so(node, "module"):
                self._own_module(each, later)

    def _replaced(self, assignment: Node) -> None:
        """``sys.modules[__name__] = Lazy(__name__, {"module": ["name"]})``: another object is the module."""
        value = assignment.child_by_field_name("right")
        found = None
        for each in self._arguments(value) if value is not None and value.kind_id == g.CALL else ():
            table = self._table(each)
            if table is not None and table.values:
                found = table.values
        self._bind(found, assignment, later=False)

    def _bind(self, names: frozenset[str] | None, node: Node, later: bool) -> None:
        if names is None:
            self.open.add(node.start_point[0] + 1)
        elif not later:
            self.given |= names

    def _updated(self, call: Node) -> frozenset[str] | None:
        names: set[str] = set()
        arguments = call.child_by_field_name("arguments")
        for each in arguments.named_children if arguments is not None else ():
            if each.kind_id == g.KEYWORD_ARGUMENT:
                names.add(self._text(each.child_by_field_name("name")))
            elif each.kind_id not in g.SKIPPED:
                if (table := self._table(each)) is None:
                    return None
                names |= table.keys
        return frozenset(names)

    def _called_so(self, node: Node, what: str) -> list[Node]:
        """The occurrences of the name that what ``node`` is has, as ``what``; once for each name."""
        around = node.parent
        left = around.child_by_field_name("left") if around is not None and around.kind_id == g.ASSIGNMENT else None
        if node.kind_id == g.IDENTIFIER or left is None or left.kind_id != g.IDENTIFIER:
            return []
        name = self._text(left)
        if (what, name) in self._aliases:
            return []
        self._aliases.add((what, name))
        return [each for each in self._occurrences(name) if each != left]

    # ------------------------------------------------------------------ what runs when a name is asked for

    def _assigned(self, start: int, line: int) -> None:
        """``__getattr__ = ...`` and ``__getattr__, __dir__, __all__ = attach(...)``."""
        node: Node | None = self._leaf(start)
        while node is not None and node.kind_id != g.ASSIGNMENT:
            node = node.parent if node.kind_id not in g.BLOCK else None
        value = node
        while value is not None and value.kind_id == g.ASSIGNMENT:
            value = sides(value)[1]
        if value is None or value.kind_id != g.CALL or not self._attached(value):
            self.open.add(line)

    def _attached(self, call: Node) -> bool:
        """What ``attach(__name__, ["module"], {"module": ["name"]})`` gives; whether all of it is known."""
        called = self._text(call.child_by_field_name("function"))
        if called.rpartition(".")[2] != "attach":
            return False
        table = None
        arguments = call.child_by_field_name("arguments")
        positions = 0
        for each in arguments.named_children if arguments is not None else ():
            if each.kind_id == g.KEYWORD_ARGUMENT:
                if self._text(each.child_by_field_name("name")) == "submod_attrs":
                    table = each.child_by_field_name("value")
            elif each.kind_id not in g.SKIPPED:
                positions += 1
                table = each if positions == 3 else table
        if table is None or table.kind_id != g.DICTIONARY:
            return table is None or self._text(table) == "None"
        for pair in table.named_children:
            if pair.kind_id in g.SKIPPED:
                continue
            key, value = pair.child_by_field_name("key"), pair.child_by_field_name("value")
            module = joined(self._data, key) if key is not None else None
            names = self._table(value) if value is not None and value.kind_id in g.SEQUENCES else None
            if module is None or names is None:
                return False
            self.given |= names.keys
            line = pair.start_point[0] + 1
            self.imports += [Import(line, f".{module}", name, scope="lazy") for name in sorted(names.keys)]
        return True

    def _function(self, node: Node, line: int) -> None:
        parameters, body = node.child_by_field_name("parameters"), node.child_by_field_name("body")
        first = parameters.named_children[0] if parameters is not None and parameters.named_child_count else None
        while first is not None and first.kind_id != g.IDENTIFIER:
            first = first.named_children[0] if first.named_child_count else None
        if body is None or first is None:
            self.open.add(line)
            return
        given = Given(self, self._text(first))
        if given.passes(body, 0) or given.open:
            self.open.add(line)
        self.given |= given.names

    # ------------------------------------------------------------------ texts

    def names_of(self, node: Node) -> frozenset[str] | None:
        """What ``name in node`` compares with."""
        table = self._table(node)
        return table.keys if table is not None else None

    def text_of(self, node: Node) -> str | None:
        """The text that a node is."""
        return joined(self._data, node)

    def written(self, node: Node | None) -> str:
        """The bytes of a node."""
        return self._text(node)

    def _key(self, subscript: Node) -> frozenset[str] | None:
        key = subscript.child_by_field_name("subscript")
        return self._names(key) if key is not None else None

    def _names(self, node: Node) -> frozenset[str] | None:
        """The texts that a node may be: itself, or what a loop around it goes through."""
        if (text := joined(self._data, node)) is not None:
            return frozenset((text,))
        return self._looped(node, node.parent) if node.kind_id == g.IDENTIFIER else None

    def _looped(self, name: Node, around: Node | None) -> frozenset[str] | None:
        """The texts that a loop around ``name`` binds to it."""
        wanted = self._text(name)
        loops: list[Node] = []
        while around is not None and around.kind_id not in g.DEFINING:
            if around.kind_id == g.FOR_STATEMENT:
                loops.append(around)
            elif around.kind_id in g.INNER:
                loops += reversed([each for each in around.named_children if each.kind_id == g.FOR_CLAUSE])
            around = around.parent
        for loop in loops:
            left, right = loop.child_by_field_name("left"), loop.child_by_field_name("right")
            if left is None or right is None:
                continue
            if left.kind_id == g.IDENTIFIER and self._text(left) == wanted:
                if right.kind_id == g.IDENTIFIER and (values := self._values_of(self._text(right), loops)) is not None:
                    return values
                return self.names_of(right)
            parts = [self._text(each) for each in left.named_children]
            if wanted in parts:
                table = self._items(right)
                return table.keys if table is not None and parts[0] == wanted else None
        return None

    def _values_of(self, name: str, loops: Iterable[Node]) -> frozenset[str] | None:
        """The texts in the values of the table that a loop goes through by its items."""
        for loop in loops:
            left, right = loop.child_by_field_name("left"), loop.child_by_field_name("right")
            if (
                left is not None
                and right is not None
                and [self._text(each) for each in left.named_children][1:] == [name]
            ):
                table = self._items(right)
                return table.values if table is not None else None
        return None

    def _items(self, node: Node) -> _Table | None:
        """The table of ``table.items()``."""
        called = node.child_by_field_name("function") if node.kind_id == g.CALL else None
        if called is None or called.kind_id != g.ATTRIBUTE or not self._text(called).endswith(".items"):
            return None
        inner = called.child_by_field_name("object")
        return self._table(inner) if inner is not None else None

    # ------------------------------------------------------------------ tables

    def _table(self, node: Node, depth: int = 0) -> _Table | None:
        """The texts that a node holds; None if it may hold others."""
        kind = node.kind_id
        if depth > DEEPEST:
            return None
        if kind == g.IDENTIFIER:
            return self._named(self._text(node), depth)
        if kind == g.DICTIONARY:
            return self._dictionary(node, depth)
        if kind in g.SEQUENCES or kind == g.EXPRESSION_LIST:
            texts = [self._item(each) for each in node.named_children if each.kind_id not in g.SKIPPED]
            known = frozenset(each for each in texts if each is not None)
            return _Table(known, frozenset()) if None not in texts else None
        if kind == g.PARENTHESES or (kind == g.BINARY and self._text(node.child_by_field_name("operator")) in "+|"):
            parts = [self._table(each, depth + 1) for each in node.named_children if each.kind_id not in g.SKIPPED]
            return _united(parts)
        if kind in g.INNER and kind not in g.LAMBDA:
            body = node.child_by_field_name("body")
            key = body.child_by_field_name("key") if body is not None and body.kind_id == g.PAIR else body
            names = self._looped(key, key.parent) if key is not None and key.kind_id == g.IDENTIFIER else None
            return _Table(names, frozenset()) if names is not None else None
        if kind == g.CALL:
            return self._made(node, depth)
        return None

    def _item(self, node: Node) -> str | None:
        """The text of an item, or of the first item in it: ``("name", value)``."""
        if node.kind_id in g.SEQUENCES and node.named_child_count:
            node = node.named_children[0]
        return joined(self._data, node)

    def _dictionary(self, node: Node, depth: int) -> _Table | None:
        parts: list[_Table | None] = []
        keys: set[str] = set()
        values: set[str] = set()
        for each in node.named_children:
            if each.kind_id == g.PAIR:
                key, value = each.child_by_field_name("key"), each.child_by_field_name("value")
                text = joined(self._data, key) if key is not None else None
                if text is None or value is None:
                    return None
                keys.add(text)
                values |= self._texts(value)
            elif each.kind_id not in g.SKIPPED:
                inner = each.named_children[0] if each.named_child_count else each
                parts.append(self._table(inner, depth + 1))
        return _united([*parts, _Table(frozenset(keys), frozenset(values))])

    def _texts(self, value: Node) -> set[str]:
        nodes = value.named_children if value.kind_id in g.SEQUENCES else [value]
        return {text for each in nodes if (text := joined(self._data, each)) is not None}

    def _made(self, call: Node, depth: int) -> _Table | None:
        """``dict(name=...)``, ``set([...])``, ``table.keys()``."""
        called = call.child_by_field_name("function")
        if called is not None and called.kind_id == g.ATTRIBUTE and self._text(called).endswith(".keys"):
            inner = called.child_by_field_name("object")
            return self._table(inner, depth + 1) if inner is not None else None
        arguments = call.child_by_field_name("arguments")
        if called is None or arguments is None or self._text(called) not in _MAKERS:
            return None
        parts: list[_Table | None] = []
        for each in arguments.named_children:
            if each.kind_id == g.KEYWORD_ARGUMENT and self._text(called) == "dict":
                value = each.child_by_field_name("value")
                name = self._text(each.child_by_field_name("name"))
                parts.append(_Table(frozenset((name,)), frozenset(self._texts(value)) if value else frozenset()))
            elif each.kind_id not in g.SKIPPED and each.kind_id != g.KEYWORD_ARGUMENT:
                parts.append(self._table(each, depth + 1))
        return _united(parts)

    def _named(self, name: str, depth: int) -> _Table | None:
        """The table that the module assigns to a name."""
        if name not in self._tables:
            self._tables[name] = None  # while it is read
            self._tables[name] = self._gathered(name, depth)
        return self._tables[name]

    def _gathered(self, name: str, depth: int) -> _Table | None:
        found: _Table | None = None
        for leaf in self._occurrences(name):
            more = self._added(leaf, depth)
            if more is None:
                return None
            if more is not _EMPTY:
                found = more if found is None else found | more
        return found

    def _added(self, leaf: Node, depth: int) -> _Table | None:
        """What a statement with the name of a table puts into it; None if that is not known."""
        around = leaf.parent
        if around is None:
            return _EMPTY
        if around.kind_id in (g.ASSIGNMENT, g.AUGMENTED) and around.child_by_field_name("left") == leaf:
            value = around.child_by_field_name("right")
            return self._table(value, depth + 1) if value is not None else _EMPTY
        if around.kind_id == g.SUBSCRIPT and around.child_by_field_name("value") == leaf:
            return self._put(around)
        if around.kind_id == g.ATTRIBUTE and around.child_by_field_name("object") == leaf:
            method, call = self._text(around.child_by_field_name("attribute")), around.parent
            if call is None or call.kind_id != g.CALL or method not in _ADDING | _CHANGING:
                return _EMPTY
            return _united([self._one_or_more(each, method, depth) for each in self._arguments(call)] or [None])
        if around.kind_id == g.DOTTED_NAME or around.kind_id in g.IMPORTING:
            return None
        return _EMPTY

    def _put(self, subscript: Node) -> _Table | None:
        """``table["key"] = value``, ``table["key"].append("name")``."""
        keys = self._key(subscript)
        around = subscript.parent
        if is_assigned(subscript):
            value = around.child_by_field_name("right") if around is not None else None
            return _Table(keys, frozenset(self._texts(value)) if value is not None else frozenset()) if keys else None
        method = (
            around.child_by_field_name("attribute") if around is not None and around.kind_id == g.ATTRIBUTE else None
        )
        call = around.parent if around is not None and self._text(method) in _ADDING else None
        if call is not None:
            return _Table(keys or frozenset(), frozenset().union(*map(self._texts, self._arguments(call))))
        return None if around is not None and around.type == "delete_statement" else _EMPTY

    def _one_or_more(self, node: Node, method: str, depth: int) -> _Table | None:
        if method in _CHANGING:
            return None
        if method in ("append", "add"):
            text = self._item(node)
            return _Table(frozenset((text,)), frozenset()) if text is not None else None
        return self._table(node, depth + 1)

    # ------------------------------------------------------------------ nodes

    def _occurrences(self, name: str) -> list[Node]:
        """The identifiers of a name, the attributes of others not among them."""
        if name not in self._identifiers:
            places = re.finditer(rb"(?<![\w.])%s(?!\w)" % re.escape(name.encode()), self._data)
            found = [each.start() for each in islice(places, _MOST_PLACES + 1)]
            if len(found) > _MOST_PLACES or len(self._identifiers) >= _MOST_NAMES:
                self.open.add(1)
                return []
            leaves = [self._leaf(each) for each in found]
            self._identifiers[name] = [each for each in leaves if each.kind_id == g.IDENTIFIER]
        return self._identifiers[name]

    def _arguments(self, call: Node) -> list[Node]:
        """Those that are given by position."""
        arguments = call.child_by_field_name("arguments")
        given = arguments.named_children if arguments is not None else []
        return [each for each in given if each.kind_id not in g.SKIPPED and each.kind_id != g.KEYWORD_ARGUMENT]

    def _leaf(self, at: int) -> Node:
        return self._root.descendant_for_byte_range(at, at + 1) or self._root

    def _text(self, node: Node | None) -> str:
        return self._data[node.start_byte : node.end_byte].decode() if node is not None else ""


def _defined(code: str) -> frozenset[str] | None:
    """The names that code in a text defines; None if it has any other statement."""
    names = set()
    for line in code.replace("\\n", "\n").split("\n"):
        if not line.strip() or line[0] in " \t#@" or _FUTURE.match(line):
            continue
        if (found := _BINDING.match(line)) is None:
            return None
        names.add(found[1] or found[2])
    return frozenset(names)


def _united(parts: Sequence[_Table | None]) -> _Table | None:
    found = _Table(frozenset(), frozenset())
    for each in parts:
        if each is None:
            return None
        found |= each
    return found
