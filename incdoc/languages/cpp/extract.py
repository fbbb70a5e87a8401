"""C++ and headers: bytes -> Facts."""

from __future__ import annotations

from ..facts import Definition, Facts, Use
from .reading import read
from .reading import uses_of_own as of_own


def extract(data: bytes) -> Facts:
    """The facts of one source in C++, or of a header. Pure; never raises, whatever the bytes are."""
    return read("cpp", data)


def uses_of_own(data: bytes, definition: Definition) -> tuple[Use, ...]:
    """The uses of a definition in its own source."""
    return of_own("cpp", data, definition)
