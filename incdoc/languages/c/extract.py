"""C: bytes -> Facts."""

from __future__ import annotations

from ..cpp.reading import read
from ..facts import Facts


def extract(data: bytes) -> Facts:
    """The facts of one source in C. Pure; never raises, whatever the bytes are."""
    return read("c", data)
