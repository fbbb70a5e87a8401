"""Defaults of type parameters (``class Box[T = int]``, PEP 696), which the grammar does not know.

They are blanked, byte for byte, so that the grammar reads the rest. The texts of definitions are those of the source.
"""

from __future__ import annotations

import re

LONGEST = 10_000
"""Bytes of the type parameters of one definition that are looked at."""

_HEAD = re.compile(rb"^[ \t]*(?:(?:async[ \t]+)?def|class|type)[ \t]+[\w\x80-\xff]+[ \t]*\[", re.MULTILINE)
_PIECE = re.compile(
    rb"""\"\"\".*?\"\"\"|'''.*?'''|"(?:[^"\\\n]|\\.)*+"|'(?:[^'\\\n]|\\.)*+'|\#[^\n]*|[=!<>:]=|[\[\](){},=]""",
    re.DOTALL,
)
_CHARACTER = re.compile(rb"[^\r\n]")


def without_defaults(data: bytes) -> bytes | None:
    """The source with blanks for the defaults of type parameters; None if there are none."""
    places = [place for head in _HEAD.finditer(data) for place in _defaults(data, head.end())]
    if not places:
        return None
    blanked = bytearray(data)
    for start, end in places:
        blanked[start:end] = _CHARACTER.sub(b" ", data[start:end])
    return bytes(blanked)


def _defaults(data: bytes, start: int) -> list[tuple[int, int]]:
    """Where the defaults in the brackets that open before ``start`` are; none if they are not closed."""
    depth, begin = 1, -1
    found: list[tuple[int, int]] = []
    for piece in _PIECE.finditer(data, start, start + LONGEST):
        sign = piece[0]
        if sign in b"[({":
            depth += 1
        elif sign in b"])}":
            depth -= 1
        if depth <= 1 and begin >= 0 and (depth == 0 or sign == b","):
            found.append((begin, piece.start()))
            begin = -1
        if depth == 0:
            return found
        if depth == 1 and sign == b"=":
            begin = piece.start()
    return []
