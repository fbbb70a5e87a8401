"""Comments that suppress findings: those of clang-tidy (``NOLINT``) and flawfinder, which obeys those for RATS too."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..suppressions import CommentReader, Names, Suppression

if TYPE_CHECKING:
    from collections.abc import Iterator

_NOLINT = re.compile(rb"NOLINT(?P<where>NEXTLINE|BEGIN|END)?(?![A-Za-z0-9_])(?:\((?P<checks>[^)\n]{0,1000})\))?")
_IGNORE = re.compile(r"(?i)/[/*]\s*(?:ITS4|Flawfinder|RATS):")
FLAWFINDER = "flawfinder"
"""Among the other names of a rule: flawfinder has it."""


def suppressions(comments: CommentReader, names: Names) -> Iterator[Suppression]:
    open_: list[tuple[bytes | None, int]] = []
    for comment in comments.having("nolint", "flawfinder", "rats", "its4"):
        if _IGNORE.match(comments.text(comment)):
            line = comment.start_point.row + comments.is_first(comment)
            yield Suppression(comments.start_of(line), comments.end_of(line), names.called([FLAWFINDER]))
        for found in _NOLINT.finditer(comments.source, comment.start_byte, comment.end_byte):
            line = comments.line_of(found.start())
            where, checks = found["where"], found["checks"]
            if where == b"BEGIN":
                open_.append((checks, comments.start_of(line)))
            elif where == b"END":
                # one that ends another one than the last is an error to clang-tidy, which obeys neither
                if open_ and open_[-1][0] == checks:
                    _, start = open_.pop()
                    yield Suppression(start, comments.end_of(line), _codes(checks, names))
            else:
                line += where == b"NEXTLINE"
                yield Suppression(comments.start_of(line), comments.end_of(line), _codes(checks, names))


def _codes(checks: bytes | None, names: Names) -> frozenset[str]:
    if checks is None:
        return names.every
    patterns = (each.strip() for each in checks.decode("utf-8", "replace").split(","))
    return frozenset().union(*(names.like(pattern) for pattern in patterns if pattern != FLAWFINDER))
