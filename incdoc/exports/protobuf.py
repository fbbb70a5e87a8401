"""The wire format of Protocol Buffers, as far as messages are written: numbers, texts, and messages in messages."""

from __future__ import annotations

from collections.abc import Iterable

_VARINT, _BYTES = 0, 2
"""The types of what follows a field's number."""


def varint(number: int) -> bytes:
    """A number that is not negative."""
    found = bytearray()
    while number > 0x7F:
        found.append(number & 0x7F | 0x80)
        number >>= 7
    found.append(number)
    return bytes(found)


def number(field: int, value: int) -> bytes:
    """A field with a number; one that is 0 is left out, as the format has it."""
    return varint(field << 3 | _VARINT) + varint(value) if value else b""


def message(field: int, *data: bytes) -> bytes:
    """A field with a message: the fields in it."""
    found = b"".join(data)
    return varint(field << 3 | _BYTES) + varint(len(found)) + found


def text(field: int, value: str) -> bytes:
    """A field with a text; an empty one is left out."""
    return message(field, value.encode("utf-8", "replace")) if value else b""


def numbers(field: int, values: Iterable[int]) -> bytes:
    """A field with several numbers, packed."""
    return message(field, *map(varint, values))
