"""Python's garbage collector, which belongs to the process: off while anything is built, then as it was.

A build makes millions of objects and hardly any cycles, which the collector would look at again and again.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_pauses: set[int] = set()
_before = {"enabled": False, "frozen": False}


class Pause:
    """A user of this process that needs no collection between ``begin`` and ``end``; both may be called again. While
    there is one, the collector is off; when the last one ends, it is as it was before the first."""

    def begin(self) -> None:
        """Turn the collector off."""
        if not _pauses:
            _before["enabled"] = gc.isenabled()
            _before["frozen"] = gc.get_freeze_count() > 0
            gc.disable()
        _pauses.add(id(self))

    def end(self) -> None:
        """Restore its former state, unless there are other pauses."""
        if id(self) not in _pauses:
            return
        _pauses.remove(id(self))
        if _pauses:
            return
        gc.freeze()  # all that was made counts as old, so that the next collection does not walk it
        if not _before["frozen"]:
            gc.unfreeze()
        if _before["enabled"]:
            gc.enable()


@contextmanager
def uncollected() -> Iterator[None]:
    """No collection during a batch, which would walk every tree and every fact; at its end one of what it made."""
    enabled = gc.isenabled()
    gc.disable()
    gc.freeze()
    try:
        yield
        gc.collect()
    finally:
        if enabled:
            gc.enable()
