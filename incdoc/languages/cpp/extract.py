"""C++ and headers: bytes -> Facts."""

from __future__ import annotations

from ..facts import Facts
from .reading import read


def extract(data: bytes) -> Facts:
    """The facts of one source in C++, or of a header. Pure; never raises, whatever the bytes are."""
    return read("cpp", data)
