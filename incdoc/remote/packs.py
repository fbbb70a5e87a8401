"""The facts of a unit <-> the bytes of a pack, which are bounded and checked.

Format: magic, 32 bytes of MAC (zeros where there is no signing key), then zlib over MessagePack: (facts key, facts) of
each source. The MAC is over the unit's key and all that follows it.
"""

from __future__ import annotations

import hmac
import zlib
from collections.abc import Container, Iterable

from msgspec import DecodeError, msgpack

MOST_PACKED = 16 << 20
MOST_UNPACKED = 128 << 20
MOST_FACTS = 8 << 20
"""Bytes of the facts of one source; larger ones are in no pack."""
_MAGIC = b"incpack1"
_MAC = 32
_LEVEL = 6
_PIECE = 1 << 20

_encode = msgpack.Encoder().encode
_decode = msgpack.Decoder(list[tuple[bytes, bytes]]).decode


class PackError(ValueError):
    """Why a pack is not used, as the end of a sentence: ``is no pack``."""


def encode(unit: bytes, rows: Iterable[tuple[bytes, bytes]], signing: bytes) -> bytes:
    """The pack of a unit. Raises PackError where it would be too large. ``signing``: a key, or empty."""
    data = _encode([row for row in rows if len(row[1]) <= MOST_FACTS])
    body = zlib.compress(data, _LEVEL)
    if len(data) > MOST_UNPACKED or len(body) > MOST_PACKED - len(_MAGIC) - _MAC:
        raise PackError("is too large")
    return _MAGIC + _mac(unit, body, signing) + body


def decode(data: bytes, unit: bytes, wanted: Container[bytes], signing: bytes) -> dict[bytes, bytes]:
    """The wanted facts in a pack, by facts key. Raises PackError. ``signing``: a key by which it must be signed; if
    empty, it need not be."""
    head = len(_MAGIC) + _MAC
    if data[: len(_MAGIC)] != _MAGIC or len(data) > MOST_PACKED:
        raise PackError("is no pack of incdoc's")
    body = data[head:]
    if signing and not hmac.compare_digest(data[len(_MAGIC) : head], _mac(unit, body, signing)):
        raise PackError("is not signed by INCDOC_REMOTE_SIGNING_KEY")
    try:
        rows = _decode(_unpacked(body))
    except (zlib.error, DecodeError) as error:
        raise PackError("is damaged, or larger than any pack") from error
    return {key: facts for key, facts in rows if key in wanted}


def _unpacked(body: bytes) -> bytearray:
    """In pieces: zlib would have all of it twice. Raises zlib.error, PackError."""
    unpacker = zlib.decompressobj()
    found = bytearray()
    while not unpacker.eof:
        piece = unpacker.decompress(body, _PIECE)
        body = unpacker.unconsumed_tail
        found += piece
        if len(found) > MOST_UNPACKED or not (piece or body or unpacker.eof):
            raise PackError("is damaged, or larger than any pack")
    if unpacker.unused_data:
        raise PackError("is damaged, or larger than any pack")
    return found


def _mac(unit: bytes, body: bytes, signing: bytes) -> bytes:
    return hmac.digest(signing, unit + body, "sha256") if signing else bytes(_MAC)
