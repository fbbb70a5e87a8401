"""Makefiles: bytes -> Facts: targets, variables and included files. Recipes are not read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..facts import Import
from ..keyed import Source, facts, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..facts import Facts

_ASSIGNMENT = re.compile(
    r"(?:(?:export|override|private|unexport)[ \t]+)*(?P<name>[^\s:#=+?!]+)[ \t]*"
    r"(?P<how>:::=|::=|:=|\?=|\+=|!=|=)[ \t]*(?P<value>.*)",
    re.DOTALL,
)
_DEFINE = re.compile(r"(?:override[ \t]+|export[ \t]+)*define[ \t]+(?P<name>[^\s=:+?]+)")
_INCLUDE = re.compile(r"(?:-include|sinclude|include)[ \t]+(?P<files>.*)", re.DOTALL)
_TARGET_VARIABLE = re.compile(r"\s*(?:(?:export|override|private)\s+)*[\w.-]+\s*(?:[:+?!]|::)?=")
_CONDITIONAL = re.compile(r"(?:ifeq|ifneq|ifdef|ifndef|else|endif|vpath|undefine)\b")
_HELP = re.compile(r"##\s*(\S.*)")


def extract(data: bytes) -> Facts:
    """The facts of one Makefile. Pure; never raises, whatever the bytes are."""
    return facts("make", data, _read)


def _read(source: Source) -> None:
    rules: list[tuple[str, int, str]] = []
    for first, last, line in _statements(source):
        if found := _DEFINE.match(line):
            source.define("variable", found["name"], first, last)
        elif _CONDITIONAL.match(line):
            continue
        elif found := _INCLUDE.match(line):
            source.imports += [Import(first + 1, name) for name in found["files"].partition("#")[0].split()]
        elif found := _ASSIGNMENT.match(line):
            if "$" not in found["name"]:
                value = shown(found["value"].partition(" #")[0])
                source.define("variable", found["name"], first, last, f" {found['how']} {value}".rstrip())
        else:
            rules += _rule(line, first)
    ends = dict(_recipes(source))
    for name, row, words in rules:
        rest = source.rows[row].partition(":")[2].lstrip(":").partition("#")[0]
        source.define("target", name, row, ends.get(row, row), shown(f": {rest.strip()}".rstrip(": ")), words or None)


def _rule(line: str, row: int) -> Iterator[tuple[str, int, str]]:
    """(target, row, what the comment behind it says) of a rule."""
    targets, colon, rest = line.partition(":")
    if not colon or "=" in targets or "#" in targets or rest.startswith("=") or _TARGET_VARIABLE.match(rest):
        return
    said = _HELP.search(rest)
    for name in targets.removesuffix("&").split():
        if "$" not in name and not (name.startswith(".") and name[1:].isupper()):
            yield name, row, said[1] if said else ""


def _statements(source: Source) -> Iterator[tuple[int, int, str]]:
    """(first row, last row, text) of what is no recipe, with its continuations joined; a ``define`` up to its end."""
    rows = source.rows
    row = 0
    recipe = False
    while row < len(rows):
        first = row
        pieces = [rows[row]]
        while rows[row].endswith("\\") and row + 1 < len(rows):
            row += 1
            pieces.append(rows[row])
        row += 1
        if pieces[0].startswith("\t") and recipe:
            continue
        line = " ".join(piece.rstrip("\\").strip() for piece in pieces) if len(pieces) > 1 else pieces[0].strip()
        if not line or line.startswith("#"):
            continue
        if _DEFINE.match(line):
            while row < len(rows) and rows[row].strip() != "endef":
                row += 1
            row += 1
            yield first, min(row, len(rows)) - 1, line
            continue
        recipe = recipe or ":" in line
        yield first, row - 1, line


def _recipes(source: Source) -> Iterator[tuple[int, int]]:
    """(row of a rule, last row of its recipe)."""
    head = end = -1
    for row, line in enumerate(source.rows):
        if line.startswith("\t"):
            end = row
        elif line.strip() and not line.startswith("#"):
            if 0 <= head < end:
                yield head, end
            head, end = row, -1
    if 0 <= head < end:
        yield head, end
