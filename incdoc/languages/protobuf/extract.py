"""Protocol buffers: bytes -> Facts: messages with their fields, enums, services with their methods, and imports."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from ..braces import Tokens
from ..facts import Import
from ..keyed import Source, facts
from ..text import LEGAL

if TYPE_CHECKING:
    from ..facts import Facts

_FIELD = re.compile(r"(?:(?:optional|required|repeated)\s+)?(?:map\s*<[^<>]*>|[\w.]+)\s+(\w+)\s*=\s*\d+")
_ENUMERATOR = re.compile(r"(\w+)\s*=\s*-?(?:0[xX])?[\da-fA-F]+")
_BLOCKS = re.compile(r"(message|enum|service|oneof|group)\s+([\w.]+)")
_RPC = re.compile(r"rpc\s+(\w+)\s*(\(.*\)\s*returns\s*\(.*\))", re.DOTALL)
_IMPORT = re.compile(r"""import\s+(?:(?:public|weak)\s+)?["']([^"']+)["']""")
_OPENING = re.compile(r"(?:syntax|edition|package)\b")
"""What a file begins with: the comment above it is about the file."""
_PACKAGE = re.compile(r"package\s+([\w.]+)")


def extract(data: bytes) -> Facts:
    """The facts of one source of protocol buffers. Pure; never raises, whatever the bytes are."""
    return facts("protobuf", data, _read)


class _Block(NamedTuple):
    """A block that is being read. ``kind``: empty where nothing is defined, ``oneof`` where members are of the block
    around."""

    kind: str
    name: str
    row: int
    signature: str
    head: str
    scope: _Block | None
    """The innermost block around, or this one, that can have members."""


def _read(source: Source) -> None:
    around: list[_Block] = []
    tokens = Tokens(source.text)
    opening = -1
    for text, row, last, ending, beside in tokens.statements():
        if opening < 0:
            opening = row if _OPENING.match(text) else len(source.rows)
        scope = _scope(around[-1]) if around else None
        prefix = f"{scope.name}." if scope else ""
        if ending == "{":
            around.append(_begun(text, row, prefix, scope))
        elif ending == "}":
            if around and (block := around.pop()).kind not in ("", "oneof"):
                source.define(
                    block.kind, block.name, block.row, last, block.signature, tokens.above(block.row), block.head
                )
        elif found := _IMPORT.match(text):
            source.imports.append(Import(row + 1, found[1]))
        elif not around and (found := _PACKAGE.match(text)):
            source.define("package", found[1], row, last, "", tokens.above(row))
        elif found := _RPC.match(text):
            source.define(
                "method", prefix + found[1], row, last, " ".join(found[2].split()), tokens.above(row) or beside, text
            )
        elif scope and scope.kind == "enum" and (found := _ENUMERATOR.match(text)):
            source.define("enumerator", prefix + found[1], row, last, "", tokens.above(row) or beside, text)
        elif scope and scope.kind == "message" and (found := _FIELD.match(text)):
            head = " ".join(text[: found.start(1)].split())
            source.define("field", prefix + found[1], row, last, f": {head}", tokens.above(row) or beside, text)
    said = tokens.about() or (tokens.above(opening) if opening < len(source.rows) else "")
    source.said = "" if LEGAL.search(said) else said


def _scope(block: _Block) -> _Block | None:
    return block if block.kind not in ("", "oneof") else block.scope


def _begun(text: str, row: int, prefix: str, scope: _Block | None) -> _Block:
    if rpc := _RPC.match(text):
        return _Block("method", prefix + rpc[1], row, " ".join(rpc[2].split()), text, scope)
    found = _BLOCKS.match(text)
    if found is None:
        return _Block("", "", row, "", text, scope)
    kind = {"group": "message"}.get(found[1], found[1])
    return _Block(kind, prefix + found[2], row, "", text, scope)
