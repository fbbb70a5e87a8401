"""An answer in parts of a bounded number of tokens: each part says how to ask for the next.

A **cursor** is the number of the first line that was not given, and a digest of the whole answer: after a change of the
files, lines have other numbers, so that the answer begins again, and says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from hashlib import blake2b

from incdoc.pages.useful import approximate
from incdoc.query.answers import Blob

TOKENS = 4000
"""Of one answer, unless another number is asked for."""
LEAST, MOST = 300, 20_000
_FOOTER = 200
"""Tokens that what is below an answer takes at the most."""
_LONGEST = 280
"""Bytes of a line; a longer one is several, of which each fits into the least answer."""
_FILES = 8
"""Files whose blob ids are named."""
_NAME = 40
"""The last characters of a long path that stay in a stamp."""
_CURSOR = re.compile(r"(\d{1,9})-([0-9a-f]{8})")
_MOVED = "The files changed since that cursor was given. This is the answer as it is now, from its beginning."


def bounded(lines: Iterable[str], blobs: Iterable[Blob], tokens: int = TOKENS, cursor: str = "") -> str:
    """The part of an answer at a cursor, with at most that many tokens."""
    budget = max(LEAST, min(tokens, MOST)) - _FOOTER
    every = [piece for line in lines for piece in _pieces(line)]
    digest = blake2b("\n".join(every).encode("utf-8", "replace"), digest_size=4).hexdigest()
    found = _CURSOR.fullmatch(cursor)
    same = found is not None and found[2] == digest
    first = min(int(found[1]), len(every)) if found is not None and same else 0
    shown = [_MOVED] if cursor and not same else []
    used = sum(map(_cost, shown))
    last = first
    while last < len(every) and (last == first or used + _cost(every[last]) <= budget):
        used += _cost(every[last])
        last += 1
    shown += every[first:last]
    if last < len(every):
        shown.append(f"[{len(every) - last:,} more lines: ask again with cursor {last}-{digest}]")
    return "\n".join([*shown, _stamp(blobs)])


def _pieces(line: str) -> list[str]:
    if len(line.encode("utf-8", "replace")) <= _LONGEST:
        return [line]
    most = _LONGEST // 4  # characters that never take more
    return [line[at : at + most] for at in range(0, len(line), most)]


def _cost(line: str) -> int:
    return approximate(line + "\n")


def _stamp(blobs: Iterable[Blob]) -> str:
    every = list(blobs)
    named = ", ".join(f"{_end(each.path)} {each.blob[:12]}" for each in every[:_FILES])
    more = f" and {len(every) - _FILES:,} more files" if len(every) > _FILES else ""
    return f"[current as of this answer{': ' if named else ''}{named}{more}]"


def _end(path: str) -> str:
    shown = path if path.isprintable() else ascii(path)[1:-1]
    return shown if len(shown) <= _NAME else f"…{shown[-_NAME:]}"
