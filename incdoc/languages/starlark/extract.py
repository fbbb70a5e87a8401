"""Starlark (Bazel, Buck): bytes -> Facts: targets by their names, functions, variables and loaded files."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from ..facts import Import
from ..keyed import Source, facts
from ..limits import LimitError
from ..syntax import Grammar, errors, fold
from ..text import clean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node

    from ..facts import Facts

_CONTAINERS = (
    "module",
    "expression_statement",
    "if_statement",
    "else_clause",
    "elif_clause",
    "block",
    "for_statement",
    "ERROR",
)


MOST_CONTINUATIONS = 1_000
"""The grammar's scanner is quadratic in them."""


@cache
def _grammar() -> Grammar:
    import tree_sitter_starlark

    return Grammar(tree_sitter_starlark.language())


def extract(data: bytes) -> Facts:
    """The facts of one Starlark source. Pure; never raises, whatever the bytes are."""
    return facts("starlark", data, _read, owned=True)


def _read(source: Source) -> None:
    if source.text.count("\\\n") > MOST_CONTINUATIONS:
        raise LimitError(f"more than {MOST_CONTINUATIONS:,} lines that end with a backslash")
    root = _grammar().parse(source.data).root_node
    source.errors += errors(root)
    for node in _statements(root):
        row, last = node.start_point[0], node.end_point[0]
        if node.type == "function_definition":
            name, parameters = node.child_by_field_name("name"), node.child_by_field_name("parameters")
            if name is not None:
                head = fold(parameters.text or b"", "'") if parameters is not None else "()"
                source.define("function", _text(name), row, last, head, _docstring(node) or None)
        elif node.type == "assignment":
            left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
            if left is not None and left.type == "identifier":
                value = f" = {source.value(right)}" if right is not None else ""
                kind = "rule" if right is not None and _callee(right) in ("rule", "repository_rule") else "variable"
                source.define(kind, _text(left), row, last, "" if kind == "rule" else value)
        elif node.type == "call":
            _call(source, node)
    first = next((child for child in root.named_children if child.type != "comment"), None)
    if first is not None and first.type == "expression_statement" and (said := _string(first.named_children[0])):
        source.said = clean(said).strip()


def _statements(root: Node) -> Iterator[Node]:
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.type in _CONTAINERS:
            waiting += reversed(node.named_children)
        else:
            yield node


def _call(source: Source, node: Node) -> None:
    rule = _callee(node)
    arguments = node.child_by_field_name("arguments")
    if arguments is None:
        return
    if rule == "load":
        file = next((_string(child) for child in arguments.named_children if child.type == "string"), "")
        if file:
            source.imports.append(Import(node.start_point[0] + 1, file))
        return
    for argument in arguments.named_children:
        if argument.type != "keyword_argument":
            continue
        key, value = argument.child_by_field_name("name"), argument.child_by_field_name("value")
        if key is not None and value is not None and _text(key) == "name" and (name := _string(value)):
            source.define("target", name, node.start_point[0], node.end_point[0], f" {rule}")


def _callee(node: Node) -> str:
    function = node.child_by_field_name("function") if node.type == "call" else None
    return _text(function) if function is not None and function.type in ("identifier", "attribute") else ""


def _docstring(function: Node) -> str:
    body = function.child_by_field_name("body")
    first = body.named_children[0] if body is not None and body.named_child_count else None
    if first is None or first.type != "expression_statement" or not first.named_child_count:
        return ""
    return clean(_string(first.named_children[0])).strip()


def _string(node: Node) -> str:
    """What a literal string says; nothing of another expression."""
    if node.type != "string":
        return ""
    return "".join(_text(child) for child in node.children if child.type == "string_content")


def _text(node: Node) -> str:
    return (node.text or b"").decode()
