"""Which sources the grammar of Python is not asked about, besides those that no grammar is."""

from __future__ import annotations

from ..limits import too_large

MAX_CONTINUATIONS = 200
"""Lines in a row that end with a backslash. Both the scanner and the recovery from an error are quadratic in them."""
MAX_COMMENTS = 5_000
"""Comment lines in a row below a statement. At each the scanner looks through all that follow, so that they take 0.7 s.
Several runs may together take as long as one of so many lines."""


def before_parsing(data: bytes) -> str:
    """Why ``data`` is not parsed; empty if it is."""
    if refused := too_large(data):
        return refused
    if data.count(b"\\") > MAX_CONTINUATIONS and _joined_lines(data) > MAX_CONTINUATIONS:
        return f"more than {MAX_CONTINUATIONS} lines in a row joined by backslashes"
    if data.count(b"#") > MAX_COMMENTS and _looks(data) > MAX_COMMENTS**2:
        return f"more than {MAX_COMMENTS:,} lines of comment in a row, or many runs that take as long"
    return ""


def _joined_lines(data: bytes) -> int:
    longest = run = 0
    for line in data.split(b"\n"):
        run = run + 1 if line.endswith((b"\\", b"\\\r")) else 0
        longest = max(longest, run)
    return longest


def _looks(data: bytes) -> int:
    """How many lines the scanner looks at, twice: the sum of the squares of the lengths of runs of comment lines."""
    looks = run = 0
    begun = False
    for line in data.split(b"\n"):
        text = line.lstrip()
        if text.startswith(b"#"):
            run += begun
        elif text:
            looks += run * run
            run, begun = 0, True
    return looks + run * run
