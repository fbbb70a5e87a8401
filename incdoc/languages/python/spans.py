"""Where a definition ends. Rules ask too, on which all pages depend: no grammar is imported here."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node

_COMMENT_LINE = re.compile(rb"[ \t\f]*#")


def last_line(data: bytes, node: Node) -> int:
    """The line of a node's last code: the grammar counts comments that follow to a body."""
    while True:
        start, stop = node.byte_range
        tail = data.rfind(b"\n", start, stop) + 1
        if not tail or not _COMMENT_LINE.match(data, tail, stop):
            return int(node.end_point[0]) + 1
        inner = [child for child in node.children if child.type not in ("comment", "line_continuation")]
        if not inner:
            return int(node.end_point[0]) + 1
        node = inner[-1]
