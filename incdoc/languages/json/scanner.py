"""The keys of JSON without errors, by one expression: asking a tree for the parts of each pair costs more than a parse.

Only brackets, strings and comments matter, and what is behind a key; everything else is passed over.
"""

from __future__ import annotations

import json
import re

_STRING = r'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
_COMMENT = r"//[^\n]*|/\*(?:[^*]|\*(?!/))*+\*/"
_BETWEEN = rf"(?:\s|{_COMMENT})*+"
_PAIR = rf'({_STRING}){_BETWEEN}:{_BETWEEN}({_STRING}|[^\s"{{}}\[\],/]++)?'
_TOKEN = re.compile(rf'[^"{{}}\[\]/]*+(?:{_PAIR}|([\[{{])|([\]}}])|{_STRING}|{_COMMENT})')
_KEY, _VALUE, _OPEN = 1, 2, 3
"""The groups of the expression; the last one is a closing bracket."""

Key = tuple[str, str | None, int, bool, int]
"""(key in its quotes; value as it is written, None for an object and an array; the number of the key in whose value it
is, -1 without one; whether it is in an array, at any depth; 0-based row)."""


def is_strict(text: str) -> bool:
    """Whether a text is one value of JSON without comments, with which no grammar finds a fault."""
    try:
        json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return False
    return True


def _refuse(constant: str) -> None:
    raise ValueError(constant)  # NaN, and others that only JavaScript has


def keys(text: str) -> list[tuple[Key, int]]:
    """All keys in the order of the text, each with the row in which its value ends."""
    found: list[Key] = []
    ends: list[int] = []
    around: list[tuple[int, int, bool]] = []
    outer = owner = -1  # ``owner``: the key whose value the innermost brackets are, if they are one
    listed = False
    opens = -1  # the key whose value begins next
    row = counted = 0
    count = text.count
    for token in _TOKEN.finditer(text):
        what = token.lastindex
        if what is None:
            continue
        if what <= _VALUE:
            key, value = token.group(_KEY, _VALUE)
            start, end = token.start(_KEY), token.end()
            row += count("\n", counted, start)
            if value is None:
                opens = len(found)
            found.append((key, value, outer, listed, row))
            ends.append(row + count("\n", start, end))
            counted = start
        elif what == _OPEN:
            around.append((outer, owner, listed))
            owner = opens
            if opens >= 0:
                outer, opens = opens, -1
            listed = listed or text[token.end() - 1] == "["
        else:
            if owner >= 0:
                end = token.end()
                row += count("\n", counted, end)
                counted = end
                ends[owner] = row
            outer, owner, listed = around.pop()
    return list(zip(found, ends, strict=True))
