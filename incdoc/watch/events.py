"""One event of the operating system about one path."""

from __future__ import annotations

from enum import Enum, auto
from typing import NamedTuple


class Kind(Enum):
    """What happened."""

    OPENED = auto()
    """A file was created; its writer may not have finished."""
    WRITTEN = auto()
    """A file was closed after writing, or renamed to this path."""
    GONE = auto()
    """A file or folder was deleted or renamed away."""
    FOLDER = auto()
    """A folder was created, or renamed to this path."""
    LOST = auto()
    """Events were lost."""
    UNROOTED = auto()
    """The root folder itself was deleted or moved."""


class Event(NamedTuple):
    """``path`` is relative to the root; empty if the kind is about no single path."""

    kind: Kind
    path: str = ""
