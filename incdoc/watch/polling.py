"""Folders that could not be armed: their entries are compared now and then, by name and stat."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

from incdoc.watch.events import Event, Kind

_SHARE = 20
"""Polling takes at most this fraction (1/n) of the time."""

_Seen = dict[str, tuple[bool, int, int, int, int]]


class Polling:
    """Folders below ``root``, as they were at the last look."""

    def __init__(self, root: str) -> None:
        self._root = root
        self._seen: dict[str, _Seen] = {}
        self.took = 0.0
        """Seconds of the last look."""

    def add(self, folder: str) -> None:
        """Poll ``folder`` from now on."""
        if folder not in self._seen:
            self._seen[folder] = self._look(folder)

    def drop(self, folder: str) -> None:
        """Stop polling ``folder`` and the folders below it."""
        for each in [path for path in self._seen if path == folder or path.startswith(folder + "/")]:
            del self._seen[each]

    def clear(self) -> None:
        """Stop polling."""
        self._seen.clear()

    def __len__(self) -> int:
        return len(self._seen)

    def pause(self, least: float) -> float:
        """Seconds to the next look: at least ``least``, more if a look takes long."""
        return max(least, self.took * _SHARE)

    def look(self) -> list[Event]:
        """What changed since the last look."""
        began = time.perf_counter()
        events = [event for folder in list(self._seen) for event in self._compare(folder)]
        self.took = time.perf_counter() - began
        return events

    def _compare(self, folder: str) -> Iterator[Event]:
        before = self._seen[folder]
        after = self._seen[folder] = self._look(folder)
        prefix = folder + "/" if folder else ""
        for name, old in before.items():
            new = after.get(name)
            if new is None or new[0] != old[0]:
                yield Event(Kind.GONE, prefix + name)
        for name, new in after.items():
            old_ = before.get(name)
            if new[0]:
                if old_ is None or old_[3] != new[3]:
                    yield Event(Kind.FOLDER, prefix + name)
            elif old_ != new:
                yield Event(Kind.WRITTEN, prefix + name)

    def _look(self, folder: str) -> _Seen:
        found: _Seen = {}
        try:
            with os.scandir(f"{self._root}/{folder}") as entries:
                for entry in entries:
                    try:
                        stat = entry.stat(follow_symlinks=False)
                    except OSError:
                        continue
                    is_folder = entry.is_dir(follow_symlinks=False)
                    # a folder's times change with its entries, and its entries are polled themselves
                    times = (0, 0) if is_folder else (stat.st_mtime_ns, stat.st_ctime_ns)
                    size = 0 if is_folder else stat.st_size
                    found[entry.name] = (is_folder, size, times[0], stat.st_ino, times[1])
        except OSError:
            pass
        return found
