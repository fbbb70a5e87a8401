"""Which errors a source throws or returns by name: read when it is asked, so that facts do not hold them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from . import text
from .limits import LimitError, too_deep

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from tree_sitter import Node

    from .syntax import Grammar

_SIMPLE = re.compile(r"(?:::)?[A-Za-z_$][\w$]*(?:(?:::|\.)[A-Za-z_$][\w$]*)*\Z")

CLASSES = re.compile(r"(?:\A|[.:])[A-Z]")
"""What is in the name of an error that is written as classes are; others may be functions that make one."""


def named(
    grammars: Iterable[Grammar],
    data: bytes,
    word: bytes,
    made: Callable[[Node], Node | None],
    errors: re.Pattern[str] = CLASSES,
) -> Iterator[tuple[str, int]]:
    """(name of the error, 1-based line) for each place that has a word. ``made``: of the node of the word, the one that
    has the error's name; None if it is no such place. ``errors``: what is in each of their names. None of a source that
    is nested too deeply. ``grammars``: the first one that reads the source without an error is taken, else the last
    one."""
    source = data if data.isascii() else text.characters(data).encode()
    try:
        for grammar in grammars:
            root = grammar.parse(source).root_node
            if not root.has_error:
                break
    except LimitError:
        return
    if too_deep(root):
        return
    for found in re.finditer(rb"(?<!\w)" + word + rb"(?!\w)", source):
        leaf = root.descendant_for_byte_range(*found.span())
        if leaf is None or leaf.byte_range != found.span() or (error := made(leaf)) is None:
            continue
        name = (error.text or b"").decode()
        if _SIMPLE.match(name) and errors.search(name):
            yield name, leaf.start_point[0] + 1
