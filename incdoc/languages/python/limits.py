"""Which sources the grammar is not asked about.

All limits are counts of the input, never time: what a page says must not depend on a machine's speed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node

MAX_BYTES = 2 * 1024 * 1024
MAX_TOKENS = 750_000
"""A tree takes about 300 bytes of memory for each token: 2 MiB of "(),", 630 MB. The largest files
of PyTorch and of Python's library have 0.2 to 0.4 tokens a byte."""
MAX_CONTINUATIONS = 200
"""Lines in a row that end with a backslash. Both the scanner and the recovery from an error are quadratic in them."""
MAX_COMMENTS = 1_000
"""Comment lines in a row below an indented line. At each the scanner looks through all that follow: quadratic."""
MAX_DEPTH = 1_000
"""Nodes inside one another. A query needs cubic time on some chains, and stops silently at 65,535."""

_TOKEN = re.compile(rb"[\w\x80-\xff]+|[^\w\x80-\xff \t]")


def before_parsing(data: bytes) -> str:
    """Why ``data`` is not parsed; empty if it is."""
    if len(data) > MAX_BYTES:
        return f"larger than {MAX_BYTES // 1024 // 1024} MiB"
    if len(data) > MAX_TOKENS and sum(1 for _ in _TOKEN.finditer(data)) > MAX_TOKENS:
        return f"more than {MAX_TOKENS:,} tokens"
    if data.count(b"\\") > MAX_CONTINUATIONS and _joined_lines(data) > MAX_CONTINUATIONS:
        return f"more than {MAX_CONTINUATIONS} lines in a row joined by backslashes"
    if data.count(b"#") > MAX_COMMENTS and _comment_lines(data) > MAX_COMMENTS:
        return f"more than {MAX_COMMENTS:,} lines of comment in a row below an indented line"
    return ""


def _joined_lines(data: bytes) -> int:
    longest = run = 0
    for line in data.split(b"\n"):
        run = run + 1 if line.endswith((b"\\", b"\\\r")) else 0
        longest = max(longest, run)
    return longest


def _comment_lines(data: bytes) -> int:
    longest = run = 0
    indented = False
    for line in data.split(b"\n"):
        text = line.lstrip()
        if text.startswith(b"#"):
            run += indented
            longest = max(longest, run)
        elif text:
            run = 0
            indented = line[:1].isspace()
    return longest


def after_parsing(root: Node) -> str:
    """Why the tree is not read; empty if it is."""
    return f"nested deeper than {MAX_DEPTH:,} levels" if deeper(root, MAX_DEPTH) else ""


def deeper(root: Node, limit: int) -> bool:
    """Whether a node is more than ``limit`` levels below the root.

    A node with c descendants, itself included, reaches at most c - 1 below itself: most are ruled out by their count.
    """
    waiting = [(root, 0)] if root.descendant_count > limit else []
    while waiting:
        node, depth = waiting.pop()
        if depth > limit:
            return True
        room = limit - depth
        waiting += [(child, depth + 1) for child in node.children if child.descendant_count > room]
    return False
