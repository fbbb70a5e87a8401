"""Strings of JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node

_DECODER = json.JSONDecoder(strict=False)
"""``json.loads`` makes one for each text that it does not read strictly."""


def string(data: bytes, node: Node) -> str:
    """What a string in ``data`` says; a malformed one, or another value, as it is written."""
    written = data[node.start_byte : node.end_byte].decode()
    return unquoted(written) if node.type == "string" else written


def unquoted(written: str) -> str:
    """What a string says; a malformed one as it is written."""
    if "\\" in written:
        try:
            return str(_DECODER.decode(written)).encode("utf-8", "replace").decode()
        except ValueError:
            pass
    return written[1:-1]
