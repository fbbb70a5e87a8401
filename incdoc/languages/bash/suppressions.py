"""Comments that suppress findings: those of ShellCheck, which are about the command after them.

Before the first command they are about the whole script. Behind a command they are about nothing.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..suppressions import CommentReader, Names, Suppression

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node

_DIRECTIVE = re.compile(r"#\s*shellcheck\s+(?P<pairs>\S.*)", re.DOTALL)
_CODE = re.compile(r"(?:SC)?(\d+)\Z")
_MOST_DIGITS = 6


def suppressions(comments: CommentReader, names: Names) -> Iterator[Suppression]:
    numbers = {int(code.removeprefix("SC")): code for code in names.every}
    head = -1
    for comment in comments.having("shellcheck"):
        if head < 0:
            head = _end_of_head(comments.root)
        found = _DIRECTIVE.match(comments.text(comment))
        if found is None or not _is_before_a_command(comments, comment):
            continue
        codes = _codes(found["pairs"], names, numbers)
        if not codes:
            continue
        if comment.start_byte < head:
            yield Suppression(0, len(comments.source), codes)
        elif (command := comments.following(comment)) is not None:
            yield Suppression(command.start_byte, command.end_byte, codes)


def _codes(pairs: str, names: Names, numbers: dict[int, str]) -> frozenset[str]:
    found: set[str] = set()
    for pair in pairs.split():
        if pair.startswith("#"):
            break
        key, _, value = pair.partition("=")
        if key != "disable":
            continue
        for part in value.strip("\"'").split(","):
            if part == "all":
                return names.every
            first, dash, last = part.partition("-")
            low, high = _number(first), _number(last if dash else first)
            if low is not None and high is not None:
                found.update(code for number, code in numbers.items() if low <= number <= high)
    return frozenset(found)


def _number(code: str) -> int | None:
    found = _CODE.match(code)
    return int(found[1]) if found and len(found[1]) <= _MOST_DIGITS else None


def _is_before_a_command(comments: CommentReader, comment: Node) -> bool:
    if comments.is_first(comment):
        return True
    before = comments.source[max(0, comment.start_byte - 1_000) : comment.start_byte].rstrip()
    return before.endswith((b";", b"{", b"(", b"then", b"do", b"else"))


def _end_of_head(root: Node) -> int:
    """Where the first command begins."""
    return next((child.start_byte for child in root.named_children if child.type != "comment"), root.end_byte)
