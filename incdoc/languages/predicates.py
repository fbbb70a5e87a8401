"""Predicates of rules that need no knowledge of a language: conditions of a pattern beyond the shape of the tree.

A predicate is written as ``(#name? @capture "value" ...)`` in a pattern; ``(#not-name? ...)`` is its opposite. If the
capture is an optional part that is absent, only the opposite is true.

- ``#imported? "a" ...``: the file imports one of these, or from it
- ``#count? @x "n"``: ``x`` has this many named children, comments aside
- ``#within? @x "type" ...``: the parent of ``x`` is of one of these types
- ``#begins? @x "regex"``: the source of ``x`` begins with the expression
- ``#matches? @x "regex"``: the expression is found in the source of ``x``
- ``#needle? "type" ...``: the needle that led here is a node of one of these types, not a word in a comment or a
  text; ``find`` asks this before it tries the pattern

``#eq?``, ``#match?`` and ``#any-of?`` are tree-sitter's own and much faster: use them where they are enough.
A language adds its own in a subclass of ``Predicates``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, ClassVar, NamedTuple

if TYPE_CHECKING:
    from tree_sitter import Node

MAX_TEXT = 120

MODULE = -1
"""Where the scope begins that is not within another one."""


class Imported(NamedTuple):
    """A local name is bound by an import."""

    at: int
    scope: int
    """The byte at which the definition begins in whose body it is; ``MODULE``."""
    origin: str
    """The dotted name behind it; empty where that depends on where the file is."""


Names = Mapping[str, Sequence[Imported]]
"""Each local name that imports bind, and where they do, in the order of the source."""

Captures = Mapping[str, Sequence["Node"]]


def one_line(node: Node) -> str:
    """The node's source with white space folded, at most 120 characters."""
    text = " ".join(text_of(node, 4 * MAX_TEXT).split())
    return text if len(text) <= MAX_TEXT else text[: MAX_TEXT - 1] + "…"


@lru_cache
def compiled(regex: str) -> re.Pattern[str]:
    """The expression."""
    return re.compile(regex)


class Predicates:
    """The predicates over one file. ``source``: its bytes; ``names``: what its imports bind."""

    ASKED: ClassVar[Mapping[str, Callable[..., bool]]] = {
        "begins?": lambda _, node, regex: compiled(regex).match(text_of(node)) is not None,
        "count?": lambda _, node, number: _counts(node, int(number)),
        "imported?": lambda self, *modules: self.imports(modules),
        "matches?": lambda _, node, regex: compiled(regex).search(text_of(node)) is not None,
        "needle?": lambda *_: True,  # asked before the pattern is tried
        "within?": lambda _, node, *types: node.parent is not None and node.parent.type in types,
    }
    """Every predicate there is, without the ``not-``."""

    def __init__(self, source: bytes, names: Names) -> None:
        self.source = source
        self.names = names

    def last_line(self, node: Node) -> int:
        """The line of the last code of a node."""
        row, column = node.end_point
        return row + (1 if column or row == node.start_point[0] else 0)

    def ask(self, predicate: str, args: Sequence[tuple[str, str]], captures: Captures) -> bool:
        """Whether a match fulfils a predicate; ``args`` are (value, ``capture`` or ``string``)."""
        wanted = not predicate.startswith("not-")
        values: list[Node | str] = []
        for value, kind in args:
            if kind != "capture":
                values.append(value)
            elif nodes := captures.get(value):
                values.append(nodes[0])
            else:  # an optional part that is absent
                return not wanted
        return self.ASKED[predicate.removeprefix("not-")](self, *values) is wanted

    def imports(self, modules: Sequence[str]) -> bool:
        """Whether the file imports one of these modules, or from it."""
        origins = {item.origin for bound in self.names.values() for item in bound}
        return any(origin in modules or origin.partition(".")[0] in modules for origin in origins)


def _counts(node: Node, number: int) -> bool:
    """Whether there are so many named children, without counting all of a long block."""
    seen = 0
    for at in range(node.named_child_count):
        child = node.named_child(at)
        seen += child is not None and child.type != "comment"
        if seen > number:
            return False
    return seen == number


def text_of(node: Node, limit: int | None = None) -> str:
    """The node's source, or its first ``limit`` bytes."""
    return (node.text or b"")[:limit].decode("utf-8", "replace")
