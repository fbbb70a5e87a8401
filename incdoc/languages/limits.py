"""What no language reads: sources that are too large, and facts that would be.

All limits are counts of the input, never time: what a page says must not depend on a machine's speed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import structs

from . import text
from .facts import MOST_ROWS, Facts, too_many

if TYPE_CHECKING:
    from collections.abc import Callable

    from tree_sitter import Node

MAX_BYTES = 2 * 1024 * 1024
MAX_TOKENS = 700_000
"""A tree takes about 300 bytes of memory for each token: 2 MiB of "(),", 630 MB. The largest files
of PyTorch and of Python's library have 0.2 to 0.4 tokens a byte."""
MAX_DEPTH = 1_000
"""Nodes inside one another. A query needs cubic time on some chains, and stops silently at 65,535."""
NAMES_A_BYTE, NAMES = 8, 64 * 1024

_CLASSES = bytes(
    ord(" ") if byte in b" \t" else ord("w") if byte >= 0x80 or chr(byte).isalnum() or byte == ord("_") else ord(".")
    for byte in range(256)
)
"""What each byte is: ``w`` in a word, a blank, or ``.`` for a token of its own."""


def too_large(data: bytes, most: int = MAX_TOKENS) -> str:
    """Why no grammar is asked about ``data``; empty if one is. ``most``: how many tokens it reads."""
    if len(data) > MAX_BYTES:
        return f"larger than {MAX_BYTES // 1024 // 1024} MiB"
    if len(data) > most and _tokens(data) > most:
        return f"more than {most:,} tokens"
    return ""


def _tokens(data: bytes) -> int:
    """The words of ``data``, and its other characters but blanks."""
    classes = data.translate(_CLASSES)
    return classes.count(b".") + classes.count(b".w") + classes.count(b" w") + classes.startswith(b"w")


def too_deep(root: Node) -> str:
    """Why no rules are tried on a tree; empty if they are."""
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


def bounded(language: str, data: bytes, read: Callable[[Facts], Facts], most_tokens: int = MAX_TOKENS) -> Facts:
    """The facts that ``read`` makes of those of any text; without it where the source is binary or too large, or where
    it raises LimitError."""
    plain = structs.replace(text.extract(data), language=language)
    if plain.binary:
        return plain
    refused = too_large(data, most_tokens)
    if not refused:
        try:
            return read(plain)
        except LimitError as error:
            refused = str(error)
    return Facts(language, plain.lines, refused=refused)


class LimitError(Exception):
    """Reading a source, or what its facts hold, would take too much. Its text is the end of a sentence."""


class Budget:
    """The characters that qualified names may still take in the facts of a source: each repeats all around it. And how
    many they are, so that reading ends where the facts would be refused."""

    __slots__ = ("count", "left", "most")

    def __init__(self, size: int) -> None:
        self.most = self.left = NAMES_A_BYTE * size + NAMES
        self.count = 0

    def take(self, name: str) -> str:
        """``name``, which the facts hold once more. Raises LimitError."""
        self.left -= len(name)
        self.count += 1
        if self.left < 0:
            raise LimitError(f"qualified names of more than {self.most:,} characters in all")
        if self.count > MOST_ROWS:
            raise LimitError(too_many(self.count))
        return name

    def spend(self, *texts: str) -> None:
        """Count texts that definitions may share: the type of ``int a, b`` and its comment. Raises LimitError."""
        for each in texts:
            self.left -= len(each)
        if self.left < 0:
            raise LimitError(f"names, heads and comments of more than {self.most:,} characters in all")
