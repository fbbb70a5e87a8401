"""Which packs a key of the tree has <-> an ``ActionResult`` of Bazel's remote execution protocol.

Caches of build tools store these and look into them: bazel-remote refuses what is none, and answers "missing" where it
has lost one of the files that are named. A pack is an output file: its path is the unit's key, its digest its own.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from incdoc.remote.packs import MOST_PACKED
from incdoc.wire import WireError, fields, message, number, text

MOST_ACTION = 4 << 20
"""Bytes of a message: 40,000 packs."""
_FILES, _PATH, _DIGEST, _HASH, _SIZE = 2, 1, 2, 1, 2
_HEX = re.compile(rb"[0-9a-f]{64}")


class Pack(NamedTuple):
    """A pack of a unit: the ``unit``'s key and the pack's ``digest``, 32 bytes each; its ``size`` in bytes."""

    unit: bytes
    digest: bytes
    size: int


class ActionError(ValueError):
    """Why a message is not used, as the end of a sentence."""


def encode(packs: list[Pack]) -> bytes:
    """The message that names these packs, in the order of their units. Raises ActionError where it is too large."""
    found = b"".join(
        message(
            _FILES,
            text(_PATH, pack.unit.hex()),
            message(_DIGEST, text(_HASH, pack.digest.hex()), number(_SIZE, pack.size)),
        )
        for pack in sorted(packs)
    )
    if len(found) > MOST_ACTION:
        raise ActionError("names too many packs")
    return found


def decode(data: bytes) -> list[Pack]:
    """The packs that a message names, one of each unit: else 40,000 for one unit could be asked for, 16 MB each.
    Raises ActionError."""
    try:
        named = [_pack(value) for field, value in fields(data) if field == _FILES and isinstance(value, bytes)]
    except WireError as error:
        raise ActionError(f"is no ActionResult: {error}") from None
    return [*{pack.unit: pack for pack in named}.values()]


def _pack(data: bytes) -> Pack:
    found = dict(fields(data))
    unit, digest = found.get(_PATH), found.get(_DIGEST)
    inner = dict(fields(digest)) if isinstance(digest, bytes) else {}
    name, size = inner.get(_HASH), inner.get(_SIZE, 0)  # a zero may be left out
    if not isinstance(unit, bytes) or not _HEX.fullmatch(unit):
        raise ActionError("names a file that is no pack")
    if not isinstance(name, bytes) or not _HEX.fullmatch(name) or not isinstance(size, int):
        raise ActionError("names a pack without a digest")
    if size > MOST_PACKED:
        raise ActionError(f"names a pack of {size:,} bytes, more than any has")
    return Pack(bytes.fromhex(unit.decode()), bytes.fromhex(name.decode()), size)
