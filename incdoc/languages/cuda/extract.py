"""CUDA: bytes -> Facts."""

from __future__ import annotations

from ..cpp.reading import read
from ..facts import Facts


def extract(data: bytes) -> Facts:
    """The facts of one source in CUDA. Pure; never raises, whatever the bytes are."""
    return read("cuda", data)
