"""What may have changed."""

from __future__ import annotations

from msgspec import Struct


class Hints(Struct, frozen=True):
    """Paths that may differ from what was last read. A folder stands for all that was known below it."""

    paths: frozenset[str] = frozenset()
    """Relative to the root, POSIX style; bytes that are not UTF-8 as surrogates."""
    everything: str = ""
    """Why any path may have changed; empty where only ``paths`` can have."""

    def __bool__(self) -> bool:
        """False where nothing has changed for a moment, which is the time for what can wait."""
        return bool(self.paths or self.everything)
