"""What may have changed."""

from __future__ import annotations

from msgspec import Struct


class Hints(Struct, frozen=True):
    """Paths that may differ from what was last read. A folder means every known path below it."""

    paths: frozenset[str] = frozenset()
    """Relative to the root, POSIX style; bytes that are not UTF-8 as surrogates."""
    everything: str = ""
    """Why any path may have changed; empty if only ``paths`` can have changed."""

    def __bool__(self) -> bool:
        """False if nothing has changed for a moment: the time for work that can wait."""
        return bool(self.paths or self.everything)
