"""CUDA: bytes -> Facts."""

from __future__ import annotations

from ..cpp.reading import read
from ..cpp.reading import uses_of_own as of_own
from ..facts import Definition, Facts, Use


def extract(data: bytes) -> Facts:
    """The facts of one source in CUDA. Pure; never raises, whatever the bytes are."""
    return read("cuda", data)


def uses_of_own(data: bytes, definition: Definition) -> tuple[Use, ...]:
    """The uses of a definition in its own source."""
    return of_own("cuda", data, definition)
