"""One walk over the declarations of a file.

Namespaces, the bodies of classes, ``extern "C"`` and conditional groups are walked; the bodies of functions and the
values of variables are not. The walk keeps a stack of its own, because a file may nest deeper than Python's.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from ..facts import Definition
from ..syntax import VALUE_LIMIT, fold
from ..text import clean
from . import extensions, testing
from .entities import Entity, entity, variable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tree_sitter import Node

    from ..limits import Budget
    from .documentation import Comments
    from .grammar import CGrammar
    from .macros import Blanked

_CALL_LIMIT = 120
_SPACES = re.compile(r"\s+")
_OPERATOR = re.compile(r"(operator)\s*(?=\W)")
_OPERATOR_NAME = re.compile(r"operator\b")
_CAPITALS = re.compile(r"[A-Z][A-Z0-9_]*\Z")
_MACRO = re.compile(r"[A-Z][A-Z0-9]*_[A-Z0-9_]*\Z")
_IDENTIFIER = re.compile(r"[^\W\d]\w*\Z")
_BLOCK = re.compile(
    rb"[{}]|\b(?:SECTION|DYNAMIC_SECTION|SUBCASE|(?:AND_)?(?:GIVEN|WHEN|THEN))\s*\((?=[^(){};]*\)\s*\{)"
)
"""A brace, or a part of a test."""
_TEXT = re.compile(rb'\s*"((?:\\.|[^"\\\n])*)"\s*[,)]')
_KEYS = {"class_specifier": "class", "struct_specifier": "struct", "union_specifier": "union"}
_TRAITS = {
    **{word: word for word in ("static", "virtual", "inline", "constexpr", "consteval", "constinit", "explicit")},
    **{word: word for word in ("friend", "mutable", "thread_local", "extern")},
    "__global__": "kernel",
    "__device__": "device",
    "__host__": "host",
    "__constant__": "constant memory",
    "__shared__": "shared memory",
    "__managed__": "managed memory",
}
_HEAD_WORDS = re.compile(rb"\b(?:" + b"|".join(word.encode() for word in _TRAITS) + rb")\b")
_AFTER_WORDS = re.compile(rb"\b(?:const|noexcept|override|final)\b")
_BODY = re.compile(rb"\)[^(){};=]*\{")
_PURE = re.compile(rb"=\s*0\s*;?\s*\Z")
_DELETED = re.compile(rb"=\s*(default|delete)\b")


class Scope(NamedTuple):
    """What the declarations that are being read are in."""

    name: str
    """Qualified; empty for the file."""
    kind: str
    """``file``, ``namespace``, ``class``."""
    traits: frozenset[str] = frozenset()
    """Of everything in it: ``anonymous namespace``, ``extern "C"``."""
    template: int = -1
    """Where the templates begin around a single declaration."""
    extern: bool = False
    """Whether it is a single declaration after ``extern "C"``, which does not define variables."""

    def inner(self, name: str) -> str:
        return f"{self.name}::{name}" if self.name else name


class _Head(NamedTuple):
    """What the variables of a declaration share."""

    text: bytes
    """The type with what is before it."""
    after: int
    """The end of the type, if the declaration defines it and the variables come after it; else -1."""
    traits: frozenset[str]


class _Level:
    """A list of nodes that is being read, and the access of its members."""

    __slots__ = ("access", "nodes", "scope")

    def __init__(self, nodes: Iterator[Node], scope: Scope, access: str) -> None:
        self.nodes = nodes
        self.scope = scope
        self.access = access


class Declarations:
    """The definitions of one source, read when it is made. ``data``: the source with the branches that are read."""

    def __init__(
        self, data: bytes, grammar: CGrammar, root: Node, blanked: Blanked, comments: Comments, names: Budget
    ) -> None:  # fmt: skip
        self.data = data
        """Without the branches that were left out, so that no head has a directive."""
        self.found: list[tuple[int, int, Definition]] = []
        """(first byte, byte after the last one, definition)."""
        self._parsed = bytes(blanked.data)
        self._code = bytes(blanked.code)
        self._calls = blanked.calls
        self._g = grammar
        self._comments = comments
        self._names = names
        self._namespaces: set[str] = {"std"}
        self._entities: dict[str, str] = {}
        self.doubtful: set[str] = set()
        """The entities of which several overloads may be meant."""
        self._stack: list[_Level] = []
        self._methods = extensions.Methods(data)
        self._enter(root.children, Scope("", "file"))
        self._walk()
        self._offered("binding", self._methods.read())

    # --- the walk -------------------------------------------------------------------------------------------

    def _enter(self, nodes: Sequence[Node], scope: Scope, access: str = "") -> None:
        self._stack.append(_Level(iter(nodes), scope, access))

    def _walk(self) -> None:
        read = self._g.read
        while self._stack:
            level = self._stack[-1]
            for node in level.nodes:
                kind = node.kind_id
                if kind in read and self._node(node, kind, level):
                    break
            else:
                self._stack.pop()
                if self._stack and level.scope is self._stack[-1].scope:
                    self._stack[-1].access = level.access

    def _node(self, node: Node, kind: int, level: _Level) -> bool:
        """Read a node; returns whether there is more to read in it first."""
        g = self._g
        depth = len(self._stack)
        scope, access = level.scope, level.access
        if kind in g.declaration or kind in g.field:
            if self._methods.needed:
                self._methods.declare(node)
            self._declaration(node, scope, access)
        elif kind in g.function:
            self._function(node, scope, access)
        elif kind in g.types:
            self._type(node, scope, access, node)
        elif kind in g.transparent:
            self._enter(node.children, scope, access)
        elif kind in g.access:
            level.access = self._text(node).split()[0] if node.child_count else self._text(node)
        elif kind in g.template:
            start = node.start_byte if scope.template < 0 else scope.template
            self._enter(node.children, scope._replace(template=start), access)
        elif kind in g.namespace:
            self._namespace(node, scope)
        elif kind in g.linkage:
            body = node.child_by_field_name("body")
            if body is not None:
                several = body.kind_id in g.body
                inner = scope._replace(traits=scope.traits | {'extern "C"'}, extern=not several)
                self._enter(body.children if several else [body], inner, access)
        elif kind in g.typedef:
            self._typedef(node, scope, access)
        elif kind in g.alias:
            self._named(node, "type alias", scope, access, node.end_byte)
        elif kind in g.concept:
            self._named(node, "concept", scope, access, node.end_byte)
        elif kind in g.namespace_alias:
            self._named(node, "namespace alias", scope, access, node.end_byte)
        elif kind in g.friend:
            self._enter([child for child in node.children if child.kind_id in g.function], self._around(scope))
        elif kind in g.expression:
            self._expression(node, scope)
        return len(self._stack) > depth

    def _around(self, scope: Scope) -> Scope:
        """The namespace of what a class declares as a friend."""
        name = scope.name
        while name and name not in self._namespaces:
            name = name.rpartition("::")[0]
        return Scope(name, "namespace" if name else "file", scope.traits | {"friend"}, scope.template)

    # --- namespaces and types -------------------------------------------------------------------------------

    def _namespace(self, node: Node, scope: Scope) -> None:
        name = node.child_by_field_name("name")
        body = node.child_by_field_name("body")
        if body is None:
            return
        if name is None:
            inner = scope._replace(traits=scope.traits | {"anonymous namespace"}, kind="namespace")
        else:
            written = _SPACES.sub("", self._text(name)).replace("::inline", "::").removeprefix("inline")
            inner = Scope(scope.inner(written), "namespace", scope.traits)
            self._namespaces.add(inner.name)
            self._add("namespace", inner.name, node.start_byte, node, "", scope.traits)
        self._enter(body.children, inner)

    def _type(
        self, node: Node, scope: Scope, access: str, statement: Node, name: str = "", variables: bool = False
    ) -> str:
        """Read a class, struct, union or enum with a body; returns its qualified name, empty without a body."""
        g = self._g
        written = body = None
        bases: tuple[str, ...] = ()
        traits = set()
        scoped = False
        for child in node.children:
            kind = child.kind_id
            if kind in g.body:
                body = child
            elif kind in g.names and written is None:  # what follows a colon is the type of an enum
                written = child
            elif kind in g.bases:
                bases = self._bases(child)
            elif kind in g.virtual:
                traits.add(self._text(child))
            elif not child.is_named and child.type in ("class", "struct") and node.kind_id in g.enum:
                scoped = True
        if body is None:
            return ""
        typed = _KEYS.get(node.type, "enum")
        specialized = False
        if written is not None:
            name = self._name(written, keep_arguments=True)
            specialized = "<" in name
            if name.startswith("::"):
                name = name[2:]
        elif name:
            traits.add("typedef")
        elif variables or typed == "enum":
            name = ""
        else:
            # members of an anonymous struct or union are members of what is around
            self._enter(body.children, scope, access or "public")
            return ""
        top = statement.start_byte if scope.template < 0 else scope.template
        qualified = scope.inner(name) if name else scope.name
        if name:
            if specialized:
                traits.add("specialization")
            elif scope.template >= 0:
                traits.add("template")
            if scoped:
                traits.add("scoped")
            traits |= scope.traits
            if access in ("private", "protected"):
                traits.add(access)
            self._add(typed, qualified, top, node, self._head(top, body.start_byte), traits, bases)
        if typed == "enum":
            self._enumerators(body, qualified, scope, traits - {"scoped", "typedef"})
        elif name:
            inner = Scope(qualified, "class", scope.traits)
            self._enter(body.children, inner, "private" if typed == "class" else "public")
        return qualified if name else ""

    def _bases(self, clause: Node) -> tuple[str, ...]:
        text = self.data[clause.start_byte : clause.end_byte]
        inner = fold(text.lstrip(b":"), "'")
        parts, depth, start = [], 0, 0
        for at, character in enumerate(inner):
            if character in "<([":
                depth += 1
            elif character in ">)]":
                depth -= 1
            elif character == "," and not depth:
                parts.append(inner[start:at])
                start = at + 1
        parts.append(inner[start:])
        return tuple([part.strip() for part in parts if part.strip()])

    def _enumerators(self, body: Node, owner: str, scope: Scope, traits: set[str]) -> None:
        g = self._g
        waiting = [body]
        inner = Scope(owner, "class")
        while waiting:
            children = waiting.pop().children
            for child in children:
                kind = child.kind_id
                if kind in g.enumerator:
                    name = child.child_by_field_name("name")
                    if name is not None and self._unchanged(name):
                        text = self._head(child.start_byte, child.end_byte, VALUE_LIMIT)
                        qualified = inner.inner(self._text(name))
                        self._add("enumerator", qualified, child.start_byte, child, text, traits, after=True)
                elif kind in g.transparent:
                    waiting.append(child)

    def _named(self, node: Node, kind: str, scope: Scope, access: str, end: int) -> None:
        """An alias or a concept."""
        name = node.child_by_field_name("name")
        if name is None or not self._unchanged(name):
            return
        traits = set(scope.traits)
        if scope.template >= 0 and kind == "type alias":
            traits.add("template")
        if access in ("private", "protected"):
            traits.add(access)
        top = node.start_byte if scope.template < 0 else scope.template
        self._add(
            kind, scope.inner(self._name(name)), top, node, self._head(top, end, 2 * VALUE_LIMIT), traits, after=True
        )

    def _typedef(self, node: Node, scope: Scope, access: str) -> None:
        g = self._g
        types = [child for child in node.children if child.kind_id in g.types]
        declarators = node.children_by_field_name("declarator")
        made = ""
        simple = ""
        if types:
            plain = [each for each in declarators if each.kind_id in g.names]
            simple = self._text(plain[0]) if plain else ""
            made = self._type(types[0], scope, access, node, simple, variables=True)
        if not declarators:
            return
        head = self._variables(node, declarators[0], self._type_end(types[0]) if types else 0)
        traits = set(scope.traits)
        if access in ("private", "protected"):
            traits.add(access)
        for each in declarators:
            _, name = self._declarator(each)
            if name is None or not self._unchanged(name):
                continue
            written = self._name(name)
            if made and scope.inner(written) == made and types[0].child_by_field_name("name") is None:
                continue
            shown = self._variable(each, head)
            self._add("typedef", scope.inner(written), node.start_byte, node, shown, traits, after=True)

    def _type_end(self, node: Node) -> int:
        """Where the head of a type ends: before its body."""
        return next((child.start_byte for child in node.children if child.kind_id in self._g.body), node.end_byte)

    # --- functions and variables ----------------------------------------------------------------------------

    def _declaration(self, node: Node, scope: Scope, access: str) -> None:
        """A declaration of variables, members or functions, with the type that it may define."""
        g = self._g
        start = node.start_byte
        if start in self._calls:
            self._macro_call(node, scope)
            return
        types = next((child for child in node.children if child.kind_id in g.types), None)
        declarators = [each for each in node.children_by_field_name("declarator") if each.end_byte > each.start_byte]
        head_end = 0
        owner = ""
        if types is not None:
            head_end = self._type_end(types)
            owner = self._type(types, scope, access, node, variables=bool(declarators))
        if len(declarators) == 1 and self._sole_macro(node, declarators[0], scope):
            return
        if declarators:
            head = self._variables(node, declarators[0], head_end)
            if types is not None and (owner or types.kind_id in g.enum):
                head = head._replace(after=types.end_byte)
            for each in declarators:
                self._declare(node, each, scope, access, head)
        if types is not None and declarators and not owner:
            # members of a struct without a name belong to the variable
            self._anonymous(types, declarators[0], scope)

    def _anonymous(self, types: Node, declarator: Node, scope: Scope) -> None:
        body = next((child for child in types.children if child.kind_id in self._g.body), None)
        _, name = self._declarator(declarator)
        if (
            body is None
            or types.kind_id in self._g.enum
            or name is None
            or types.child_by_field_name("name") is not None
        ):
            return
        self._enter(body.children, Scope(scope.inner(self._name(name)), "class", scope.traits), "public")

    def _declare(self, node: Node, declarator: Node, scope: Scope, access: str, head: _Head) -> None:
        wrappers, name = self._declarator(declarator)
        if name is None:
            return
        function = next((each for each in reversed(wrappers) if each.kind_id not in self._g.parentheses), None)
        if (
            (function is not None and function.kind_id in self._g.function_declarator)
            or self._converts(name)
            or self._specialized_call(declarator, name, scope)
        ):
            self._callable(node, declarator, name, scope, access, None)
            return
        if not self._unchanged(name):
            return
        written = self._name(name)
        if not written or written.startswith("["):
            return
        member = scope.kind == "class"
        traits = set(head.traits | scope.traits)
        if member and access in ("private", "protected"):
            traits.add(access)
        if scope.template >= 0:
            traits.add("template")
        valued = b"=" in self.data[declarator.start_byte : declarator.end_byte]
        extern = "extern" in traits or scope.extern
        inner = member and "static" in traits and traits.isdisjoint(("inline", "constexpr", "template"))
        if not valued and (extern or inner):
            traits.add("declared")
        top = node.start_byte if scope.template < 0 else scope.template
        kind = "field" if member or "::" in written else "variable"
        shown = self._variable(declarator, head)
        qualified = scope.inner(written)
        same = variable(qualified, traits, member)
        self._add(kind, qualified, top, node, shown, traits, after=True, at=head.after, entity=same)

    def _specialized_call(self, declarator: Node, name: Node, scope: Scope) -> bool:
        """``template <> void f<int>(ARGUMENTS(int));``, which parses as a variable."""
        value = declarator.child_by_field_name("value")
        return (
            scope.template >= 0 and value is not None and value.kind_id in self._g.arguments
            and _is_specialized(name, self._g)
        )  # fmt: skip

    def _variables(self, node: Node, first: Node, type_end: int) -> _Head:
        """What the declarators of a declaration share. ``type_end``: where the head of a type ends that it defines."""
        end = min(type_end or first.start_byte, first.start_byte)
        text = self.data[self._comments.begin(node.start_byte) : end]
        return _Head(text[: 4 * VALUE_LIMIT].rstrip(), -1, frozenset(_head_traits(text)))

    def _variable(self, declarator: Node, head: _Head) -> str:
        """The head of one variable: the type, its declarator and its value."""
        start, end = declarator.byte_range
        following = declarator.next_sibling
        while following is not None and following.kind_id not in self._g.comment and following.type not in (",", ";"):
            end = following.end_byte
            following = following.next_sibling
        value = self.data[start:end]
        if len(value) > VALUE_LIMIT:
            equals = self._parsed.find(b"=", start, end)
            value = (self.data[start : equals + 1] + b" " if equals > 0 else value[:VALUE_LIMIT]) + "…".encode()
        return fold(head.text + b" " + value, "'")

    def _converts(self, name: Node) -> bool:
        while name.kind_id in self._g.qualified:
            inner = name.child_by_field_name("name")
            if inner is None:
                return False
            name = inner
        return name.kind_id in self._g.operator_cast

    def _function(self, node: Node, scope: Scope, access: str) -> None:
        g = self._g
        if node.start_byte in self._calls and node.child_by_field_name("type") is None:
            self._macro_call(node, scope)
            return
        declarator = node.child_by_field_name("declarator")
        types = next((child for child in node.children if child.kind_id in g.types), None)
        if types is not None and self._type_end(types) < types.end_byte:
            self._type(types, scope, access, node)
        if declarator is None:
            return
        body = next(
            (child for child in node.children if child.kind_id in g.body or child.kind_id in g.initializers), None
        )
        _, name = self._declarator(declarator)
        if name is not None:
            self._callable(node, declarator, name, scope, access, body)

    def _callable(
        self, node: Node, declarator: Node, name: Node, scope: Scope, access: str, body: Node | None
    ) -> None:  # fmt: skip
        g = self._g
        if not self._unchanged(name):
            return
        written = self._name(name)
        if written.startswith("::"):
            written = written[2:]
        simple = written.rpartition("::")[2] if not _OPERATOR_NAME.match(written) else written
        before = self.data[self._comments.begin(node.start_byte) : declarator.start_byte]
        traits = _head_traits(before) | scope.traits
        type_ = node.child_by_field_name("type")
        typed = type_ is not None
        if type_ is not None and scope.kind != "class" and _MACRO.match(simple) and _MACRO.match(self._text(type_)):
            self._macro_call(name, scope)  # BEGIN\nNAMESPACE(a), as nothing ends a macro
            return
        if not typed and not self._without_type(simple, written, scope):
            self._macro_call(node, scope)
            return
        converts = self._converts(name)
        member = scope.kind == "class" and "friend" not in traits
        qualifier = written.rpartition("::")[0] if not _OPERATOR_NAME.match(written) else ""
        if qualifier and scope.inner(qualifier) not in self._namespaces:
            member = True
        owner = _last(qualifier or scope.name)
        if simple.startswith("~"):
            traits.add("destructor")
        elif member and not typed and simple == owner:
            traits.add("constructor")
        elif _OPERATOR_NAME.match(simple):
            traits.add("conversion" if converts else "operator")
        if scope.template >= 0:
            traits.add("template")
        if member and access in ("private", "protected"):
            traits.add(access)
        end = body.start_byte if body is not None else node.end_byte
        tail = self.data[name.start_byte if converts else name.end_byte : end]
        if body is None:
            clause = _DELETED.search(tail)
            if node.has_error and (opened := _BODY.search(tail)):
                end = name.end_byte + opened.end() - 1
            elif clause:
                traits.add("defaulted" if clause[1] == b"default" else "deleted")
            else:
                traits.add("declared")
            if member and _PURE.search(tail):
                traits.add("pure")
        closing = tail.rfind(b")")
        for word in _AFTER_WORDS.findall(tail, closing + 1 if closing > 0 else 0):
            traits.add(word.decode())
        if _is_specialized(name, g):
            traits.add("specialization")
        top = node.start_byte if scope.template < 0 else scope.template
        head = self._head(top, end)
        qualified = scope.inner(written)
        inside = scope.kind == "class"
        self._add(
            "method" if member else "function", qualified, top, node, head, traits,
            entity=self._entity(entity(qualified, head, traits, inside)),
        )  # fmt: skip
        if body is not None and not member and (module := extensions.initialised(qualified)):
            self._add(extensions.MODULE, module, top, node, head, scope.traits)
            self._methods.initialise(module, body)

    def _entity(self, found: Entity | None) -> str:
        """The digest of an entity; one that several texts have is doubtful."""
        if found is None:
            return ""
        if self._entities.setdefault(found.digest, found.exact) != found.exact:
            self.doubtful.add(found.digest)
        return found.digest

    def _without_type(self, simple: str, written: str, scope: Scope) -> bool:
        """Whether a function without a return type is one: a constructor, a destructor, a conversion."""
        if simple.startswith("~") or _OPERATOR_NAME.match(simple):
            return True
        owner = _last(written.rpartition("::")[0] or (scope.name if scope.kind == "class" else ""))
        if simple == owner:
            return True
        return self._g.template == frozenset() and not _CAPITALS.match(simple)  # C has an implicit int

    def _sole_macro(self, node: Node, declarator: Node, scope: Scope) -> bool:
        """``REGISTER(uint8_t);``, which parses as a variable of the type ``REGISTER``."""
        if declarator.kind_id not in self._g.parentheses or scope.kind == "class":
            return False
        typed = node.child_by_field_name("type")
        if typed is None or not _CAPITALS.match(self._text(typed)):
            return False
        self._macro_call(node, scope)
        return True

    def _expression(self, node: Node, scope: Scope) -> None:
        """A macro call, or a definition by ``= default`` outside of its class."""
        g = self._g
        inner = node.child(0)
        if inner is None or scope.kind == "class":
            return
        if node.start_byte in self._calls:
            self._macro_call(node, scope)
        elif inner.kind_id in g.assignment:
            left, right = inner.child_by_field_name("left"), inner.child_by_field_name("right")
            if left is None or right is None or left.kind_id not in g.call:
                return
            called = left.child_by_field_name("function")
            word = self._text(right)
            if called is not None and called.kind_id in g.qualified and word in ("default", "delete"):
                written = self._name(called)
                traits = {"defaulted" if word == "default" else "deleted", *scope.traits}
                simple = written.rpartition("::")[2]
                traits.add("destructor" if simple.startswith("~") else "constructor")
                head = self._head(node.start_byte, node.end_byte)
                self._add("method", scope.inner(written), node.start_byte, node, head, traits)
        elif inner.kind_id in g.call:
            called = inner.child_by_field_name("function")
            if called is not None and called.kind_id in g.identifier and _CAPITALS.match(self._text(called)):
                self._macro_call(node, scope)

    def _macro_call(self, node: Node, scope: Scope) -> None:
        """A macro called as a statement of a file or namespace."""
        if scope.kind == "class":
            return
        start = node.start_byte
        end = self._calls.get(start)
        if end is None:
            close = self._parsed.find(b")", start, node.end_byte)
            end = close + 1 if close > 0 else node.end_byte
        text = fold(self.data[start : min(end, start + 4 * _CALL_LIMIT)], "'")
        if (what := extensions.made(text)) is not None:
            self._add(what.kind, what.name, start, node, text, scope.traits)
            self._offers(what, node.child_by_field_name("body"))
            return
        name = text if len(text) <= _CALL_LIMIT else text[: _CALL_LIMIT - 1].rstrip() + "…"
        macro = text.partition("(")[0].strip()
        if not _IDENTIFIER.match(macro):
            return
        kind = "macro call"
        if (test := testing.name_of(text)) is not None:
            kind, name = "test", test or name
        self._add(kind, name, start, node, text if kind == "test" else "", scope.traits)
        body = node.child_by_field_name("body")
        if kind == "test" and body is not None:
            self._sections(name, body)

    def _sections(self, test: str, body: Node) -> None:
        """The parts of a test that have names of their own, each with those in it."""
        depth, line, counted = 0, 1 + body.start_point[0], body.start_byte
        around: list[tuple[int, str, int, int, int]] = []  # depth, name, first byte, first line, byte after the head
        for found in _BLOCK.finditer(self._code, body.start_byte, body.end_byte):
            line += self._code.count(b"\n", counted, found.start())
            counted = found.start()
            if found[0] == b"{":
                depth += 1
            elif found[0] == b"}":
                if around and around[-1][0] == depth:
                    self._section(around.pop(), found.end(), line)
                depth -= 1
            elif (named := _TEXT.match(self.data, found.end())) is not None:
                name = f"{around[-1][1] if around else test}::{named[1].decode('utf-8', 'replace')}"
                around.append((depth + 1, name, found.start(), line, named.end()))

    def _section(self, part: tuple[int, str, int, int, int], end: int, last: int) -> None:
        _, name, start, first, after = part
        head = fold(self.data[start:after], "'")
        self._names.spend(head)
        self._names.take(name)
        self.found.append((start, end, Definition("test", name, first, last, declaration=head)))

    def _offers(self, what: extensions.Made, body: Node | None) -> None:
        """What a module or library offers."""
        kind = "operator" if what.kind == extensions.LIBRARY else "binding"
        self._offered(kind, extensions.Offers(self.data, what).read(body) if body is not None else ())

    def _offered(self, kind: str, offers: Iterable[extensions.Offer]) -> None:
        for each in offers:
            start, end = each.first.start_byte, each.last.end_byte
            head = fold(self.data[start : min(end, start + 4 * VALUE_LIMIT)], "'")
            shown = head if len(head) <= VALUE_LIMIT else head[: VALUE_LIMIT - 1].rstrip() + "…"
            doc = clean(each.doc)
            self._names.spend(shown, doc)
            self._names.take(each.name)
            first, last = 1 + each.first.start_point[0], 1 + each.last.end_point[0]
            self.found.append((start, end, Definition(kind, each.name, first, last, "", doc, declaration=shown)))

    # --- parts ----------------------------------------------------------------------------------------------

    def _declarator(self, node: Node) -> tuple[list[Node], Node | None]:
        """The declarators around a name, outer before inner, and the name."""
        g = self._g
        wrappers: list[Node] = []
        while True:
            kind = node.kind_id
            if kind in g.names:
                return wrappers, node
            if kind not in g.wrappers:
                return wrappers, None
            wrappers.append(node)
            inner = node.child_by_field_name("declarator")
            if inner is None:
                inner = next(
                    (child for child in node.children if child.kind_id in g.wrappers or child.kind_id in g.names), None
                )
                if inner is None:
                    return wrappers, None
            node = inner

    def _name(self, node: Node, keep_arguments: bool = False) -> str:
        """A name as qualified names have it: without white space, and without the arguments of templates."""
        g = self._g
        parts: list[str] = []
        for _ in range(50):
            if node.kind_id not in g.qualified:
                break
            scope = node.child_by_field_name("scope")
            inner = node.child_by_field_name("name")
            if inner is None:
                break
            if scope is not None:
                parts.append(self._simple(scope, keep_arguments))
            node = inner
        parts.append(self._simple(node, keep_arguments))
        return "::".join(parts)

    def _simple(self, node: Node, keep_arguments: bool) -> str:
        g = self._g
        if node.kind_id in g.with_arguments and not keep_arguments:
            inner = node.child_by_field_name("name")
            return self._text(inner) if inner is not None else self._text(node)
        if node.kind_id in g.operator_cast:
            typed = node.child_by_field_name("declarator")
            end = typed.start_byte if typed is not None else node.end_byte
            text = fold(self._parsed[node.start_byte : end])
            pointers = ""
            while typed is not None and typed.kind_id not in g.function_declarator:
                pointers += self._text(typed)[:1]
                typed = typed.child_by_field_name("declarator") or next(
                    (child for child in typed.children if child.kind_id in g.function_declarator), None
                )
            return text + pointers
        text = self._text(node)
        if _OPERATOR_NAME.match(text):
            return _OPERATOR.sub(r"\1", _SPACES.sub(" ", text)).replace("operator new []", "operator new[]")
        return fold(text.encode()).replace(" <", "<") if keep_arguments else _SPACES.sub("", text)

    def _unchanged(self, name: Node) -> bool:
        """Whether no macro was blanked within the name, and it is one."""
        start, end = name.byte_range
        return start < end and self._parsed[start:end] == self.data[start:end]

    def _head(self, top: int, end: int, limit: int = 4000) -> str:
        begin = self._comments.begin(top)
        text = self.data[begin:end]
        if len(text) > limit:
            text = text[:limit] + "…".encode()
        return fold(text, "'").rstrip("; ").rstrip()

    def _add(
        self, kind: str, name: str, top: int, node: Node, head: str, traits: set[str] | frozenset[str],
        bases: tuple[str, ...] = (), after: bool = False, at: int = -1, entity: str = "",
    ) -> None:  # fmt: skip
        if not name or name.endswith("::"):
            return
        begin = self._comments.begin(top)
        doc = "" if kind == "namespace" else self._comments.above(begin)
        if after and not doc:
            doc = self._comments.after(node.end_byte, kind in ("enumerator", "field"))
        self._names.spend(head, doc)
        self._names.take(name)
        line = 1 + node.start_point[0]
        if begin < node.start_byte:
            line -= self.data.count(b"\n", begin, node.start_byte)
        self.found.append((
            begin if at < 0 else at, node.end_byte,
            Definition(
                kind, name, line, node.end_point[0] + 1, "", doc, tuple(sorted(traits)), (), bases, declaration=head,
                entity=entity,
            ),
        ))  # fmt: skip

    def _text(self, node: Node) -> str:
        return self._parsed[node.start_byte : node.end_byte].decode("utf-8", "replace")


def _head_traits(text: bytes) -> set[str]:
    return {_TRAITS[word.decode()] for word in _HEAD_WORDS.findall(text)}


def _last(name: str) -> str:
    """The last part of a qualified name, without the arguments of its template."""
    while name.endswith(">") and "<" in name:
        depth = 0
        for at in range(len(name) - 1, -1, -1):
            depth += (name[at] == ">") - (name[at] == "<")
            if not depth:
                break
        name = name[:at]
    return name.rpartition("::")[2]


def _is_specialized(name: Node, grammar: CGrammar) -> bool:
    while name.kind_id in grammar.qualified:
        inner = name.child_by_field_name("name")
        if inner is None:
            return False
        name = inner
    return name.kind_id in grammar.with_arguments
