"""The commands of a CMake script, with their arguments without quotes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_TOKEN = re.compile(
    r"""\#\[(?P<c>=*)\[.*?(?:\](?P=c)\]|\Z)|\#[^\n]*|\[(?P<b>=*)\[.*?(?:\](?P=b)\]|\Z)"""
    r"""|"(?:[^"\\]|\\.)*+"|[()]|(?:[^\s()\#"\\]|\\.)++|\n""",
    re.DOTALL,
)
_NAME = re.compile(r"[A-Za-z_]\w*\Z")
ENDS = {"function": "endfunction", "macro": "endmacro"}
"""What begins and ends a body that is run where its name is called."""


class Command(NamedTuple):
    """``name``: in lower case; ``row``, ``last``: its first and last line, from 0."""

    name: str
    arguments: list[str]
    row: int
    last: int


def commands(text: str) -> Iterator[Command]:
    """The commands, their names in lower case."""
    row = 0
    name, begun, depth = "", 0, 0
    arguments: list[str] = []
    for found in _TOKEN.finditer(text):
        token = found[0]
        if token == "(":
            if depth:
                arguments.append(token)
            depth += bool(name)
        elif token == ")" and depth:
            depth -= 1
            if depth:
                arguments.append(token)
            else:
                yield Command(name, arguments, begun, row)
                name, arguments = "", []
        elif token[0] == "#" or token == "\n":
            pass
        elif depth:
            arguments.append(_argument(token))
        else:
            name, begun, arguments = (token.lower() if _NAME.match(token) else ""), row, []
        row += token.count("\n")


def _argument(token: str) -> str:
    if token[0] == '"':
        return token[1:-1]
    if token[0] == "[" and token.endswith("]") and (head := re.match(r"\[=*\[", token)):
        return token[head.end() : -head.end()]
    return token
