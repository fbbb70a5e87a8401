"""The modules and libraries that a source makes for other languages, and what they offer.

``PYBIND11_MODULE(name, m) { m.def("add", ...); }`` makes a module; ``TORCH_LIBRARY(ns, m)`` defines operators. What is
offered is said by calls in the body: on the variable that the macro names, on what such a call returns, and on a
variable that keeps that. A call in a condition, a loop, a lambda or another function is not read: it need not be made,
or is made on another module.

``PyInit_name`` makes a module of CPython's own. It names a ``PyModuleDef``, which names the arrays of ``PyMethodDef``
with the functions that the module offers.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from ..heads import Syntax

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node

MODULE, LIBRARY = "extension module", "operator library"
_MACROS = {
    "PYBIND11_MODULE": (MODULE, 1),
    "PYBIND11_EMBEDDED_MODULE": (MODULE, 1),
    "NB_MODULE": (MODULE, 1),
    "TORCH_LIBRARY": (LIBRARY, 1),
    "TORCH_LIBRARY_FRAGMENT": (LIBRARY, 1),
    "TORCH_LIBRARY_IMPL": (LIBRARY, 2),
}
"""The kind of what a macro makes, and which of its arguments is the variable. The first is the name."""
INITIALISES = b"PyInit_"
_WORD = re.compile(r"[A-Za-z_]\w*")
_INITIALISES = re.compile(r"PyInit_([A-Za-z_]\w*)\Z")
_GIVEN_BY_THE_BUILD = re.compile(r"[A-Z][A-Z0-9]*_[A-Z0-9_]*\Z")
_NAME = re.compile(r"[A-Za-z_]\w*\Z")
_SCHEMA = re.compile(r"(?:\w+::)?([A-Za-z_][\w.]*)")
_FUNCTIONS = frozenset(("def", "def_static", "def_submodule", "impl", "class_"))
_MEMBERS = frozenset((
    "def", "def_static", "value", "def_readwrite", "def_readonly", "def_property", "def_property_readonly",
    "def_readwrite_static", "def_readonly_static", "def_property_static", "def_property_readonly_static",
    "def_rw", "def_ro", "def_prop_rw", "def_prop_ro", "def_rw_static", "def_ro_static", "def_prop_rw_static",
    "def_prop_ro_static",
))  # fmt: skip
_TYPES = frozenset(("class_", "enum_", "exception"))
_WITHIN = frozenset((
    "compound_statement", "expression_statement", "declaration", "preproc_if", "preproc_ifdef", "preproc_else",
    "preproc_elif", "preproc_elifdef",
))  # fmt: skip
_STRINGS = frozenset(("string_literal", "raw_string_literal", "concatenated_string"))
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r"}
_SYNTAX = Syntax()


class Made(NamedTuple):
    """What a macro makes. ``variable``: the name that calls in its body have for it."""

    kind: str
    name: str
    variable: str


class Offer(NamedTuple):
    """A name that a module or library offers. ``first`` and ``last``: the nodes with which what says so begins and
    ends, which is a part of a chain of calls."""

    name: str
    first: Node
    last: Node
    doc: str


class _Owner(NamedTuple):
    """What a call is made on: the module, or a class in it. ``name``: qualified."""

    name: str
    is_class: bool


def made(call: str) -> Made | None:
    """What the call of a macro makes; None if it makes no module or library."""
    macro, _, inner = call.partition("(")
    kind, at = _MACROS.get(macro.strip(), ("", 0))
    words = _SYNTAX.parts(inner.removesuffix(")")) if kind else []
    if len(words) <= at or not _NAME.match(words[0]):
        return None
    return Made(kind, words[0], words[at])


def initialised(function: str) -> str:
    """The module that a function of this name makes for CPython: ``_C`` for ``PyInit__C``; empty if it makes none."""
    found = _INITIALISES.match(function)
    return found[1] if found else ""


def is_given_by_build(name: str) -> bool:
    """Whether the name of a module is a macro: ``TORCH_EXTENSION_NAME``."""
    return _GIVEN_BY_THE_BUILD.match(name) is not None


class Methods:
    """The functions that the modules of CPython's own offer. ``data``: the bytes that were parsed."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.needed = INITIALISES in data
        """Whether the source may make such a module."""
        self._arrays: dict[str, Node] = {}
        self._modules: dict[str, Node] = {}
        self._made: list[tuple[str, Node]] = []

    def declare(self, declaration: Node) -> None:
        """Take a declaration of variables."""
        typed = declaration.child_by_field_name("type")
        word = _WORD.findall(_text(self._data, typed))[-1:] if typed is not None else []
        kept = {"PyMethodDef": self._arrays, "PyModuleDef": self._modules}.get(word[0]) if word else None
        for each in declaration.children_by_field_name("declarator") if kept is not None else ():
            name, value = each.child_by_field_name("declarator"), each.child_by_field_name("value")
            found = _WORD.search(_text(self._data, name)) if name is not None else None
            if kept is not None and found and value is not None and value.type == "initializer_list":
                kept.setdefault(found[0], value)

    def initialise(self, module: str, body: Node) -> None:
        """Take the function that makes a module."""
        self._made.append((module, body))

    def read(self) -> Iterator[Offer]:
        """What all modules offer, each array once."""
        for module, body in self._made:
            for definition in self._named(body, self._modules):
                for array in self._named(definition, self._arrays):
                    yield from self._offers(module, array)

    def _offers(self, module: str, array: Node) -> Iterator[Offer]:
        for entry in array.named_children:
            words = entry.named_children if entry.type == "initializer_list" else []
            said = [_literal(self._data, each) if each.type in _STRINGS else "" for each in words]
            if said and _NAME.match(said[0]):
                yield Offer(f"{module}::{said[0]}", entry, entry, next(filter(None, reversed(said[1:])), ""))

    def _named(self, node: Node, known: dict[str, Node]) -> Iterator[Node]:
        """What a node names of what is known, each once: a second module that names it has it too."""
        words = dict.fromkeys(_WORD.findall(_text(self._data, node))) if known else {}
        return (known.pop(each) for each in words if each in known)


def _text(data: bytes, node: Node) -> str:
    return data[node.start_byte : node.end_byte].decode("utf-8", "replace")


def _literal(data: bytes, node: Node) -> str:
    """What a literal text says."""
    if node.type == "concatenated_string":
        return "".join(_literal(data, each) for each in node.named_children if each.type in _STRINGS)
    text = _text(data, node)
    if node.type == "raw_string_literal":
        return text.partition("(")[2].rpartition(")")[0]
    return _ESCAPE.sub(lambda found: _ESCAPED.get(found[1], found[1]), text[text.find('"') + 1 : -1])


class Offers:
    """The names that the body of a module or library offers. ``data``: the bytes that were parsed."""

    def __init__(self, data: bytes, what: Made) -> None:
        self._data = data
        self._what = what
        self._owners: dict[str, _Owner] = {what.variable: _Owner(what.name, False)}
        """By the variable that keeps it."""

    def read(self, body: Node) -> Iterator[Offer]:
        """In the order of the source."""
        waiting = [body]
        while waiting:
            node = waiting.pop()
            kind = node.type
            if kind == "call_expression":
                yield from self._calls(node)[1]
            elif kind == "declaration":
                yield from self._variable(node)
            elif kind in _WITHIN:
                waiting += reversed(node.named_children)

    def _variable(self, declaration: Node) -> Iterator[Offer]:
        """``auto c = py::class_<T>(m, "C");``, ``py::class_<T> c(m, "C");``."""
        declarator = declaration.child_by_field_name("declarator")
        if declarator is None or declarator.type != "init_declarator":
            return
        name, value = declarator.child_by_field_name("declarator"), declarator.child_by_field_name("value")
        if name is None or value is None:
            return
        owner: _Owner | None = None
        offers: list[Offer] = []
        if value.type == "call_expression":
            owner, offers = self._calls(value)
        elif value.type == "argument_list" and (typed := declaration.child_by_field_name("type")) is not None:
            owner, offers = self._type(typed, value, declaration)
        yield from offers
        if owner is not None:
            self._owners[_text(self._data, name).lstrip("&* ")] = owner

    def _calls(self, node: Node) -> tuple[_Owner | None, list[Offer]]:
        """What a chain of calls is made on in the end, and what it offers."""
        chain: list[tuple[Node, Node, Node, Node]] = []
        while True:
            function, arguments = node.child_by_field_name("function"), node.child_by_field_name("arguments")
            if function is None or arguments is None:
                return None, []
            if function.type != "field_expression":
                owner, offers = self._type(function, arguments, node)
                break
            inner, field = function.child_by_field_name("argument"), function.child_by_field_name("field")
            if inner is None or field is None:
                return None, []
            begins = field if inner.type == "call_expression" else function
            chain.append((begins, field, arguments, node))
            if inner.type != "call_expression":
                owner, offers = self._owners.get(_text(self._data, inner)), []
                break
            node = inner
        for begins, field, arguments, call in reversed(chain):
            if owner is None:
                break
            method = _text(self._data, field).partition("<")[0].strip()
            if method not in (_MEMBERS if owner.is_class else _FUNCTIONS):
                owner = owner if owner.is_class else None
            elif (said := self._words(arguments))[0]:
                offers.append(Offer(f"{owner.name}::{said[0]}", begins, call, said[1]))
                if method in ("def_submodule", "class_"):
                    owner = _Owner(offers[-1].name, method == "class_")
        return owner, offers

    def _type(self, typed: Node, arguments: Node, call: Node) -> tuple[_Owner | None, list[Offer]]:
        """``py::class_<T>(m, "C")``: a class of what the first argument keeps."""
        word = _text(self._data, typed).partition("<")[0].rpartition("::")[2].strip()
        first = next(iter(arguments.named_children), None)
        if word not in _TYPES or first is None or (owner := self._owners.get(_text(self._data, first))) is None:
            return None, []
        name, doc = self._words(arguments, skipped=1)
        if not name:
            return None, []
        qualified = f"{owner.name}::{name}"
        return _Owner(qualified, True), [Offer(qualified, call, arguments, doc)]

    def _words(self, arguments: Node, skipped: int = 0) -> tuple[str, str]:
        """The name and the documentation that arguments have; a name is a word, or what a schema begins with."""
        given = [each for each in arguments.named_children if each.type != "comment"][skipped:]
        if not given:
            return "", ""
        first = given[0]
        if first.type == "call_expression":  # TORCH_SELECTIVE_NAME("ns::add")
            inner = first.child_by_field_name("arguments")
            first = inner.named_children[0] if inner is not None and inner.named_child_count == 1 else first
        found = _SCHEMA.match(_literal(self._data, first)) if first.type in _STRINGS else None
        said = [_literal(self._data, each) for each in given[1:] if each.type in _STRINGS]
        return (found[1] if found else ""), (said[-1] if said and self._what.kind == MODULE else "")
