"""Which sources the grammar is not asked about.

All limits are counts of the input, never time: what a page says must not depend on a machine's speed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node

MAX_BYTES = 2 * 1024 * 1024
MAX_CONTINUATIONS = 200
"""Lines joined by backslashes, one after the other. The scanner looks through all that follow at each: quadratic."""
MAX_DEPTH = 1_000
"""Nodes inside one another. A query needs cubic time on some chains, and stops silently at 65,535."""

_CONTINUATIONS = re.compile(rb"(?:\\\r?\n[ \t\f]*){%d}" % (MAX_CONTINUATIONS + 1))


def before_parsing(data: bytes) -> str:
    """Why ``data`` is not parsed; empty if it is."""
    if len(data) > MAX_BYTES:
        return f"larger than {MAX_BYTES // 1024 // 1024} MiB"
    joined = b"\\\n" in data or b"\\\r" in data
    if joined and data.count(b"\\") > MAX_CONTINUATIONS and _CONTINUATIONS.search(data):
        return f"more than {MAX_CONTINUATIONS} empty lines joined by backslashes"
    return ""


def after_parsing(root: Node) -> str:
    """Why the tree is not read; empty if it is."""
    return f"nested deeper than {MAX_DEPTH:,} levels" if deeper(root, MAX_DEPTH) else ""


def deeper(root: Node, limit: int) -> bool:
    """Whether a node lies more than ``limit`` below the root.

    In preorder the depth grows by at most one a node, so a sample every half limit rules most trees out.
    """
    total = root.descendant_count
    cursor = root.walk()
    step = limit // 2
    for index in range(0, total, step):
        cursor.goto_descendant(index)
        if cursor.depth + step > limit and _deeper_from(
            cursor.depth, root, index, min(index + step, total), limit
        ):
            return True
    return False


def _deeper_from(depth: int, root: Node, first: int, stop: int, limit: int) -> bool:
    if depth > limit:
        return True
    cursor = root.walk()
    for index in range(first, stop):
        cursor.goto_descendant(index)
        if cursor.depth > limit:
            return True
    return False
