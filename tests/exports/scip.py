"""Reads ``index.scip`` as far as the tests look at it: messages of Protocol Buffers by the numbers of their fields."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

Fields = dict[int, list[bytes | int]]
DEFINITION, IMPORT = 1, 2


class Occurrence(NamedTuple):
    """``text``: what the source has there."""

    text: str
    line: int
    symbol: str
    role: int


class Document(NamedTuple):
    language: str
    occurrences: list[Occurrence]
    symbols: dict[str, Fields]


def fields(data: bytes) -> Fields:
    """By number, the values of the fields of a message."""
    found: Fields = {}
    at = 0
    while at < len(data):
        key, at = _varint(data, at)
        value, at = _varint(data, at)
        assert key & 7 in (0, 2)
        found.setdefault(key >> 3, []).append(data[at : at + value] if key & 7 else value)
        at += value if key & 7 else 0
    return found


def documents(root: Path, index: Path) -> dict[str, Document]:
    """By path, the documents of an index of the sources below ``root``."""
    return dict(_documents(root, index))


def _documents(root: Path, index: Path) -> Iterator[tuple[str, Document]]:
    for data in fields(index.read_bytes())[2]:
        document = fields(_bytes(data))
        path = _bytes(document[1][0]).decode()
        assert document[6] == [3], "columns are characters"
        lines = (root / path).read_text(errors="replace").split("\n")
        occurrences = []
        for each in document.get(2, ()):
            found = fields(_bytes(each))
            line, start, end = _numbers(_bytes(found[1][0]))
            assert 0 <= start <= end <= len(lines[line]), (path, line)
            role = found.get(3, [0])[0]
            assert isinstance(role, int)
            occurrences.append(Occurrence(lines[line][start:end], line, _bytes(found[2][0]).decode(), role))
        infos = [fields(_bytes(each)) for each in document[3]]
        yield (
            path,
            Document(
                _bytes(document.get(4, [b""])[0]).decode(),
                occurrences,
                {_bytes(each[1][0]).decode(): each for each in infos},
            ),
        )


def _bytes(value: bytes | int) -> bytes:
    assert isinstance(value, bytes)
    return value


def _varint(data: bytes, at: int) -> tuple[int, int]:
    found = shift = 0
    while True:
        found |= (data[at] & 0x7F) << shift
        shift, at = shift + 7, at + 1
        if not data[at - 1] & 0x80:
            return found, at


def _numbers(data: bytes) -> list[int]:
    found, at = [], 0
    while at < len(data):
        value, at = _varint(data, at)
        found.append(value)
    return found
