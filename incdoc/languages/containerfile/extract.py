"""Dockerfiles: bytes -> Facts: arguments, stages, variables, labels, and the images that they are made from."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from ..facts import Import
from ..keyed import Source, facts, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..facts import Facts

_INSTRUCTION = re.compile(r"\s*([A-Za-z]+)(?:\s+(.*))?", re.DOTALL)
_HEREDOC = re.compile(r"<<-?(?:\"([^\"\s]+)\"|'([^'\s]+)'|(\w+))")
_PAIR = re.compile(
    r"""(?<!\S)((?:"(?:[^"\\]|\\.)*"|[^\s="])+)=((?:"(?:[^"\\]|\\.)*"|'[^']*'|\\.|[^\s"'\\])*)""", re.DOTALL
)
_STAGE = re.compile(r"(?:--\S+\s+)*(\S+)(?:\s+as\s+(\S+))?", re.IGNORECASE)
_WITH_HEREDOC = ("RUN", "COPY", "ADD")


def extract(data: bytes) -> Facts:
    """The facts of one Dockerfile. Pure; never raises, whatever the bytes are."""
    return facts("containerfile", data, _read)


def _read(source: Source) -> None:
    stages: list[tuple[str, int, str]] = []
    froms: list[int] = []
    known: set[str] = set()
    last = 0
    for first, end, word, rest in _instructions(source):
        last = end
        if word == "FROM" and (found := _STAGE.match(rest)):
            froms.append(first)
            image, stage = found[1], found[2] or ""
            if image.lower() not in known and image.lower() != "scratch":
                source.imports.append(Import(first + 1, image))
            if stage:
                known.add(stage.lower())
                stages.append((stage, first, image))
        elif word == "ARG":
            for piece in rest.split():
                name, equals, value = piece.partition("=")
                source.define("argument", name, first, end, f"={shown(value)}" if equals else "")
        elif word in ("ENV", "LABEL"):
            kind = "variable" if word == "ENV" else "label"
            pairs = [(found[1].strip('"'), found[2]) for found in _PAIR.finditer(rest)]
            if not pairs and rest.split():
                name, _, value = rest.partition(" ")
                pairs = [(name, value)]
            for name, value in pairs:
                source.define(kind, name, first, end, f"={shown(value)}")
    following = dict(pairwise([*froms, last + 1]))
    for name, row, image in stages:
        end = following[row] - 1
        while end > row and (not source.rows[end].strip() or source.rows[end].lstrip().startswith("#")):
            end -= 1
        source.define("stage", name, row, end, f" from {image}")


def _instructions(source: Source) -> Iterator[tuple[int, int, str, str]]:
    """(first row, last row, instruction in capitals, the rest with its continuations)."""
    rows = source.rows
    escape = "`" if re.search(r"^#\s*escape\s*=\s*`", "\n".join(rows[:3]), re.MULTILINE) else "\\"
    row = 0
    while row < len(rows):
        first = row
        if not rows[row].strip() or rows[row].lstrip().startswith("#"):
            row += 1
            continue
        pieces = [rows[row].rstrip()]
        while pieces[-1].endswith(escape) and row + 1 < len(rows):
            pieces[-1] = pieces[-1][:-1]
            row += 1
            while row + 1 < len(rows) and (rows[row].lstrip().startswith("#") or not rows[row].strip()):
                row += 1  # comments and blank lines do not end an instruction
            pieces.append(rows[row].rstrip())
        row += 1
        found = _INSTRUCTION.match(" ".join(piece.strip() for piece in pieces))
        if found is None:
            continue
        word, rest = found[1].upper(), found[2] or ""
        if word in _WITH_HEREDOC:
            for each in _HEREDOC.finditer(rest):
                ending = each[1] or each[2] or each[3]
                while row < len(rows) and rows[row].strip() != ending:
                    row += 1
                row += 1
        yield first, min(row, len(rows)) - 1, word, rest
