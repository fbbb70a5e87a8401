"""Predicates of rules that know shell, beside those of all languages (``languages/predicates.py``).

About the command that ``x`` is its name or an argument of:

- ``#flag? @x "r" ...``: it has one of these options, of one letter or of several
- ``#passes? @x "text" ...``: one of its arguments is one of these texts
- ``#polls? @x``: it is a ``read`` that does not read: ``-t 0``
- ``#piped? @x``: it is the first of a pipeline
- ``#unchecked? @x``: nothing asks whether it failed, and the script does not end then (``set -e``); where it goes may
  not be there
- ``#bracketed? @x``: ``x`` is in a test of one pair of brackets

About words:

- ``#single? @x``: the word ``x`` is one argument, whatever its variables hold, and no option
- ``#wipes? @x``: the path ``x`` is the root or a folder of the system if its variables are empty
- ``#returns? @x``: the value ``x`` has the output of a command
- ``#constant? @x``: the assignment ``x`` makes a read-only variable of a function
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from typing import TYPE_CHECKING, ClassVar

from ..predicates import Predicates, text_of
from ..words import alone

if TYPE_CHECKING:
    from tree_sitter import Node

_MOST_STEPS = 200
_SAFE = re.compile(r"/*(?:\.\.?/+)*(?:\.\.?)?")
_SHEBANG_EXITS = re.compile(rb"#![^\n]*\s-[^-\s]*e")
_FOLDERS = (
    "", "/bin", "/etc", "/home", "/mnt", "/usr", "/usr/share", "/usr/local", "/var", "/lib", "/dev", "/media", "/boot",
    "/lib64", "/usr/bin",
)  # fmt: skip
_IMPORTANT = frozenset(folder + below for folder in _FOLDERS for below in ("", "/", "/*", "/*/*") if folder + below)
_SUPPLIED = (":?", ":-", ":=")
_WORDS = frozenset(("word", "number", "raw_string", "ansi_c_string", "string_content", "command_substitution"))
_MANY = re.compile(r"(?<!\\)[*?\[{]")
_LOCAL = ("local", "declare", "typeset")


class ShellPredicates(Predicates):
    """The predicates over one file."""

    ASKED: ClassVar[Mapping[str, Callable[..., bool]]] = {
        **Predicates.ASKED,
        "flag?": lambda _, node, *names: not _options(node).isdisjoint(names),
        "passes?": lambda _, node, *texts: any(_plain(each).replace("\\", "") in texts for each in _arguments(node)),
        "polls?": lambda _, node: _is_polling(node),
        "piped?": lambda _, node: _is_piped(node),
        "unchecked?": lambda self, node: self._is_unchecked(node),
        "bracketed?": lambda _, node: _is_bracketed(node),
        "single?": lambda _, node: _is_single(node),
        "wipes?": lambda _, node: _is_wiping(node),
        "returns?": lambda _, node: _has_output(node),
        "constant?": lambda _, node: _is_constant(node),
    }

    def _is_unchecked(self, node: Node) -> bool:
        command = _command(node)
        if command is None:
            return False
        arguments = _arguments(node)
        if len(arguments) == 1 and _SAFE.fullmatch(_plain(arguments[0])):
            return False
        if text_of(node) != "cd" and "n" in _options(node):
            return False
        return not _is_condition(command) and not self._exits(command)

    def _exits(self, node: Node) -> bool:
        if self._is_exiting is None:
            root = node
            while (above := root.parent) is not None:
                root = above
            self._is_exiting = _SHEBANG_EXITS.match(self.source) is not None or any(
                (leaf := root.descendant_for_byte_range(at, at + 3)) is not None
                and (name := leaf.parent) is not None
                and name.type == "command_name"
                and ("e" in _options(name) or any(_plain(each) == "errexit" for each in _arguments(name)))
                for at in alone(self.source, b"set")
            )
        return self._is_exiting

    _is_exiting: bool | None = None


def _command(node: Node) -> Node | None:
    """The command that a node in it belongs to."""
    inner: Node | None = node
    for _ in range(4):
        if inner is None or inner.type == "command":
            return inner
        inner = inner.parent
    return None


def _arguments(node: Node) -> list[Node]:
    command = _command(node)
    return command.children_by_field_name("argument") if command is not None else []


def _plain(node: Node) -> str:
    """A word without its quotes."""
    return text_of(node).replace('"', "").replace("'", "")


def _options(node: Node) -> set[str]:
    """The names of the options of a command."""
    found: set[str] = set()
    for each in _arguments(node):
        word = _plain(each)
        if word == "--":
            break
        if word.startswith("--"):
            found.add(word[2:].partition("=")[0])
        elif word.startswith("-"):
            found.update(word[1:])
    return found


def _is_polling(node: Node) -> bool:
    words = [_plain(each) for each in _arguments(node)]
    return "-t0" in words or ("-t", "0") in pairwise(words)


def _is_piped(node: Node) -> bool:
    inner = _command(node)
    above = inner.parent if inner is not None else None
    if above is not None and above.type == "redirected_statement":
        inner, above = above, above.parent
    return above is not None and above.type == "pipeline" and above.children[0] == inner


def _is_condition(node: Node) -> bool:
    """Whether what a command returns decides something, or what is around it."""
    inner = node
    for _ in range(_MOST_STEPS):
        above = inner.parent
        if above is None:
            return False
        kind = above.type
        if kind == "list" and above.children[0] == inner:
            return True
        if kind in ("if_statement", "elif_clause", "while_statement") and _last_before(above) == inner:
            return True
        inner = above
    return True


def _last_before(node: Node) -> Node | None:
    """The last statement of a condition."""
    last = None
    for child in node.children:
        if child.type in ("then", "do_group"):
            return last
        if child.is_named and child.type != "comment":
            last = child
    return None


def _is_bracketed(node: Node) -> bool:
    inner = node.parent
    for _ in range(_MOST_STEPS):
        if inner is None or inner.type == "test_command":
            return inner is not None and inner.children[0].type == "["
        inner = inner.parent
    return False


def _parts(node: Node, quoted: bool = False) -> Iterator[tuple[Node, bool]]:
    """(part of a word, whether it is in double quotes)."""
    if node.type in ("concatenation", "string"):
        for child in node.named_children:
            if child.type in ("concatenation", "string"):
                yield from ((each, True) for each in child.named_children)
            else:
                yield child, quoted or node.type == "string"
    else:
        yield node, quoted


def _is_single(node: Node) -> bool:
    if len(_arguments(node)) != 1 or _plain(node).startswith("-"):
        return False
    for part, quoted in _parts(node):
        written = text_of(part)
        if part.type in ("simple_expansion", "expansion"):
            if not quoted or "@" in written or written.startswith("${!"):
                return False
        elif part.type not in _WORDS or (part.type == "word" and _MANY.search(written)):
            return False
    return True


def _is_wiping(node: Node) -> bool:
    path, varies = "", False
    for part, quoted in _parts(node):
        written = text_of(part)
        if part.type in ("simple_expansion", "expansion"):
            if any(each in written for each in _SUPPLIED):
                return False
            varies = True
        elif part.type in ("word", "string_content", "number", "raw_string"):
            if "{" in written and not quoted:
                return False
            path += written.strip("'") if part.type == "raw_string" else written.replace("\\", "")
        else:
            return False
    path = re.sub(r"/+", "/", re.sub(r"\*+", "*", path))
    return varies and (path if path == "/" else path.removesuffix("/")) in _IMPORTANT


def _has_output(node: Node) -> bool:
    return any(part.type == "command_substitution" for part, _ in _parts(node))


def _is_constant(node: Node) -> bool:
    command = node.parent
    if command is None:
        return False
    words = [
        text_of(child) for child in command.children if child.type == "word" and child.start_byte < node.start_byte
    ]
    flags = {letter for word in words if word.startswith("-") for letter in word[1:]}
    if "r" not in flags or "g" in flags or text_of(command.children[0]) not in _LOCAL:
        return False
    above: Node | None = command
    for _ in range(_MOST_STEPS):
        if above is None or above.type == "function_definition":
            return above is not None
        above = above.parent
    return True
