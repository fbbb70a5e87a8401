"""The wire format of Protocol Buffers, as far as it is needed: numbers, texts, and messages in messages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

_VARINT, _BYTES = 0, 2
"""The types of what follows a field's number."""
_FIXED = {1: 8, 5: 4}


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


class WireError(ValueError):
    """Bytes that are no message."""


def fields(data: bytes) -> Iterator[tuple[int, int | bytes]]:
    """(number, value) of each field of a message: a number, or the bytes of a text or a message in it. Fields of fixed
    width are left out. Raises WireError."""
    at = 0
    while at < len(data):
        tag, at = _varint(data, at)
        kind = tag & 7
        if kind == _VARINT:
            value, at = _varint(data, at)
            yield tag >> 3, value
            continue
        if kind == _BYTES:
            size, at = _varint(data, at)
        elif kind in _FIXED:
            size = _FIXED[kind]
        else:
            raise WireError(f"a field has the unknown type {kind}")
        if at + size > len(data):
            raise WireError("a field goes beyond the end")
        if kind == _BYTES:
            yield tag >> 3, data[at : at + size]
        at += size


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 64, 7):
        if at >= len(data):
            break
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
    raise WireError("a number does not end")
