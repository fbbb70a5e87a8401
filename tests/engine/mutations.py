"""Changes of incdoc's own files that may be visible on pages, one after another."""

from __future__ import annotations

import ast
import random
import re
from collections.abc import Callable, Iterator

COMMENT = {"py": "\n_ANOTHER_RELEASE = 1\n", "jinja": "{# another release #}\n"}
_COMPARED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.Lt: ast.GtE,
    ast.GtE: ast.Lt,
    ast.Gt: ast.LtE,
    ast.LtE: ast.Gt,
}
SEPARATOR = " :"
"""What doit puts between a task's name and its subtask's is not incdoc's to change."""
_WORDS = re.compile(r"(?<![\w{%\"'])[A-Z][a-z]{2,}(?= )")


def harmless(name: str, text: str) -> str:
    """The file with something that changes nothing but its digest."""
    return text + COMMENT.get(name.rpartition(".")[2], "\n")


def mutations(name: str, text: str) -> Iterator[tuple[str, str]]:
    """(what is changed, the file's text) of every mutation, in an order that depends on the name alone."""
    return _of_python(name, text) if name.endswith(".py") else _of_text(name, text)


def _of_text(name: str, text: str) -> Iterator[tuple[str, str]]:
    found = list(_WORDS.finditer(text))
    random.Random(name).shuffle(found)
    for match in found:
        yield (
            f"{match[0]} in line {text.count(chr(10), 0, match.start()) + 1}",
            (f"{text[: match.start()]}Another{text[match.start() :]}"),
        )


def _of_python(name: str, text: str) -> Iterator[tuple[str, str]]:
    count = len(list(_places(ast.parse(text))))
    order = list(range(count))
    random.Random(name).shuffle(order)
    for number in order:
        tree = ast.parse(text)
        what, change = list(_places(tree))[number]
        change()
        yield what, ast.unparse(tree)


def _places(tree: ast.Module) -> Iterator[tuple[str, Callable[[], None]]]:
    """(what, how) of each place that can be changed: text, numbers, comparisons, conditions."""
    silent = {id(node) for node in _silent(tree)}
    for node in ast.walk(tree):
        if id(node) in silent:
            continue
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.strip(SEPARATOR):
            yield f"text in line {node.lineno}", _set(node, "value", f"{node.value}x")
        elif isinstance(node, ast.Constant) and type(node.value) is int:
            yield f"number in line {node.lineno}", _set(node, "value", node.value + 1)
        elif isinstance(node, ast.Compare) and type(node.ops[0]) in _COMPARED:
            yield (
                f"comparison in line {node.lineno}",
                _set(node, "ops", [_COMPARED[type(node.ops[0])](), *node.ops[1:]]),
            )
        elif isinstance(node, ast.BoolOp):
            yield (
                f"condition in line {node.lineno}",
                _set(node, "op", ast.Or() if isinstance(node.op, ast.And) else ast.And()),
            )


def _set(node: ast.AST, field: str, value: object) -> Callable[[], None]:
    return lambda: setattr(node, field, value)


def _silent(tree: ast.Module) -> Iterator[ast.AST]:
    """Docstrings and annotations."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield node.value
        for field in ("annotation", "returns"):
            annotation = getattr(node, field, None)
            if annotation is not None:
                yield from ast.walk(annotation)
