"""Tables as they are drawn in reStructuredText (grid and simple) and written in Markdown -> rows of texts.

What cannot be read as a table without doubt is None: it is then shown as it is written.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_BORDER = re.compile(r"=+(?: +=+)+\s*\Z")
_COLUMN = re.compile(r"=+")
_DIVIDER = re.compile(r"\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*){0,200}(?:\|[ \t]*)?\Z")
_GRID = re.compile(r"\+(?:[-=]+\+)+\s*\Z")
MOST_COLUMNS = 30

Rows = list[list[str]]


def begins_simple(line: str) -> bool:
    """Whether a line is the upper border of a simple table."""
    return line.startswith("=") and " =" in line and _BORDER.match(line) is not None


def begins_grid(line: str) -> bool:
    """Whether a line is the upper border of a grid."""
    return line.startswith("+") and _GRID.match(line) is not None


def begins_piped(line: str, below: str) -> bool:
    """Whether two lines are the header of a table in Markdown."""
    return "|" in line and "|" in below and _DIVIDER.match(below.strip()) is not None


def simple(lines: Sequence[str], at: int) -> tuple[int, Rows | None]:
    """(how many lines it has, its rows); ``at``: the number of its first line."""
    spans = [match.span() for match in _COLUMN.finditer(lines[at])]
    borders = [at]
    for number in range(at + 1, len(lines)):
        if begins_simple(lines[number]):
            borders.append(number)
            if len(borders) == 3 or number + 1 == len(lines) or not lines[number + 1].strip():
                break
    if len(borders) < 2 or len(spans) > MOST_COLUMNS:
        return 1, None
    rows: Rows = []
    for number in range(at + 1, borders[-1]):
        line = lines[number]
        if number in borders or (set(line) <= {"-", " "} and line.strip()):
            continue
        stops = [start for start, _ in spans[1:]]
        cells = [line[start:stop].strip() for (start, _), stop in zip(spans, [*stops, None], strict=True)]
        if not any(cells):
            continue
        if rows and not cells[0] and number - 1 not in borders:
            rows[-1] = [f"{above} {cell}".strip() for above, cell in zip(rows[-1], cells, strict=True)]
        else:
            rows.append(cells)
    headed = len(borders) == 3
    length = borders[-1] + 1 - at
    if not rows:
        return length, None
    return length, rows if headed else [[""] * len(spans), *rows]


def grid(lines: Sequence[str], at: int) -> tuple[int, Rows | None]:
    """As ``simple``. Cells over several columns or rows are not read."""
    end = at
    while end < len(lines) and lines[end].startswith(("+", "|")):
        end += 1
    edges = _edges(lines[at].rstrip())
    if len(edges) - 1 > MOST_COLUMNS:
        return end - at, None
    rows: Rows = []
    row: list[list[str]] = [[] for _ in edges[1:]]
    header = 0
    for line in (line.rstrip() for line in lines[at + 1 : end]):
        if line.startswith("+"):
            if not _GRID.match(line) or _edges(line) != edges:
                return end - at, None
            rows.append([" ".join(filter(None, cell)) for cell in row])
            row = [[] for _ in edges[1:]]
            if "=" in line and not header:
                header = len(rows)
            continue
        if len(line) != edges[-1] + 1 or any(line[edge] != "|" for edge in edges):
            return end - at, None
        for cell, start, stop in zip(row, edges, edges[1:], strict=False):
            cell.append(line[start + 1 : stop].strip())
    if not rows or any(any(cell) for cell in row) or header > 1:
        return end - at, None
    return end - at, rows if header else [[""] * len(rows[0]), *rows]


def _edges(line: str) -> list[int]:
    return [at for at, sign in enumerate(line) if sign == "+"]


def piped(lines: Sequence[str], at: int) -> tuple[int, Rows | None]:
    """As ``simple``."""
    end = at + 2
    while end < len(lines) and "|" in lines[end] and lines[end].strip():
        end += 1
    rows = [cells(line) for line in (lines[at], *lines[at + 2 : end])]
    width = len(rows[0])
    if width > MOST_COLUMNS or any(len(row) > width for row in rows):
        return end - at, None
    return end - at, [row + [""] * (width - len(row)) for row in rows]


_PIPE = re.compile(r"\\\||\|")


def cells(line: str) -> list[str]:
    """The cells of a line; ``\\|`` divides none."""
    line = line.strip().removeprefix("|")
    if line.endswith("|") and not line.endswith("\\|"):
        line = line[:-1]
    found, start = [], 0
    for match in _PIPE.finditer(line):
        if match[0] == "|":
            found.append(line[start : match.start()])
            start = match.end()
    found.append(line[start:])
    return [cell.strip().replace("\\|", "|") for cell in found]
