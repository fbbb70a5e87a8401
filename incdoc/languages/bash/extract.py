"""Shell: bytes -> Facts: functions, variables, aliases and sourced files. The bodies of functions are not read."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from ..facts import Definition, Import
from ..keyed import Source, facts, shown
from ..limits import LimitError, too_deep
from ..searching import Owners, search
from ..syntax import Grammar, errors
from .ruleset import RULES

if TYPE_CHECKING:
    from tree_sitter import Node

    from ..facts import Facts

_ASSIGNING = ("export", "readonly", "declare", "typeset")
_SOURCING = (".", "source")
_CONTAINERS = frozenset(
    {
        "program",
        "if_statement",
        "elif_clause",
        "else_clause",
        "while_statement",
        "for_statement",
        "c_style_for_statement",
        "case_statement",
        "case_item",
        "do_group",
        "list",
        "pipeline",
        "compound_statement",
        "subshell",
        "redirected_statement",
        "negated_command",
        "variable_assignments",
        "declaration_command",
        "ERROR",
    }
)


@cache
def _grammar() -> Grammar:
    import tree_sitter_bash

    return Grammar(tree_sitter_bash.language())


def extract(data: bytes) -> Facts:
    """The facts of one shell script. Pure; never raises, whatever the bytes are."""
    return facts("bash", data, _read)


MOST_HERE_DOCUMENTS = 2_000
"""The grammar's scanner looks through all that are open at each line: quadratic."""


def _read(source: Source) -> None:
    if source.text.count("<<") > MOST_HERE_DOCUMENTS:
        raise LimitError(f"more than {MOST_HERE_DOCUMENTS:,} here-documents")
    data = source.data
    tree = _grammar().parse(data)
    root = tree.root_node
    source.errors += errors(root)
    functions: list[tuple[int, int, Definition]] = []
    known: set[str] = set()
    waiting = [root]
    while waiting:
        node = waiting.pop()
        kind = node.type
        if kind == "function_definition":
            name = node.child_by_field_name("name") or next((c for c in node.children if c.type == "word"), None)
            if name is not None:
                found = source.define("function", source.written(name), node.start_point[0], node.end_point[0], "()")
                functions.append((node.start_byte, node.end_byte, found))
        elif kind == "variable_assignment":
            _variable(source, node, known)
        elif kind == "declaration_command" and node.children[0].type not in _ASSIGNING:
            continue
        elif kind == "command":
            _command(source, node)
        elif kind in _CONTAINERS:
            waiting += reversed(node.named_children)
    source.unsearched = too_deep(root)
    if not source.unsearched:
        source.findings = search(RULES, data, tree, Owners(functions, source.names))


def _variable(source: Source, node: Node, known: set[str]) -> None:
    name, value = node.child_by_field_name("name"), node.child_by_field_name("value")
    if name is None or name.type != "variable_name" or source.written(name) in known:
        return
    known.add(source.written(name))  # a later assignment defines nothing new
    said = source.value(value) if value is not None else ""
    source.define("variable", source.written(name), node.start_point[0], node.end_point[0], f"={said}")


def _command(source: Source, node: Node) -> None:
    name = node.child_by_field_name("name")
    if name is None:
        return
    word = source.written(name)
    arguments = [child for child in node.named_children if child != name]
    if word in _SOURCING and arguments and (file := _literal(source.written(arguments[0]))):
        source.imports.append(Import(node.start_point[0] + 1, file))
    elif word == "alias":
        for argument in arguments:
            alias, equals, value = source.written(argument).partition("=")
            if equals and alias.isprintable() and "$" not in alias:
                source.define("alias", alias, argument.start_point[0], argument.end_point[0], f"={shown(value)}")


def _literal(argument: str) -> str:
    """The file that an argument names; a variable before a slash is left out: it is mostly the script's own folder."""
    written = argument.strip("\"'")
    if "$" not in written and "`" not in written:
        return written
    rest = written.rpartition("}/" if "}/" in written else ")/" if ")/" in written else "/")[2]
    return rest if rest and "$" not in rest and "`" not in rest and written.startswith(("$", "`")) else ""
