"""What the operating system says about one path."""

from __future__ import annotations

from enum import Enum, auto
from typing import NamedTuple


class Kind(Enum):
    """What happened."""

    OPENED = auto()
    """A file was made, and whoever made it may still be writing."""
    WRITTEN = auto()
    """A file was closed after writing, or took its place by a rename."""
    GONE = auto()
    """A file or folder was deleted or renamed away."""
    FOLDER = auto()
    """A folder is there that was not."""
    LOST = auto()
    """Events were lost."""
    UNROOTED = auto()
    """The root folder itself was deleted or moved."""


class Event(NamedTuple):
    """One event; ``path`` is relative to the root, and empty where the kind is about no single path."""

    kind: Kind
    path: str = ""
