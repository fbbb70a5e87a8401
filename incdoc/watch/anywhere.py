"""Systems other than Linux: watchdog's observer, one recursive watch for the whole tree.

FSEvents and ReadDirectoryChangesW watch a whole tree at the cost of one watch. Events of folders that are not armed
are dropped when they arrive.
"""

from __future__ import annotations

import os
from collections.abc import Callable

from watchdog import events as watchdog_events
from watchdog.observers import Observer

from incdoc.watch.events import Event, Kind

_FILTER = [
    watchdog_events.FileCreatedEvent,
    watchdog_events.FileModifiedEvent,  # only Linux reports that a file was closed
    watchdog_events.FileClosedEvent,
    watchdog_events.FileDeletedEvent,
    watchdog_events.FileMovedEvent,
    watchdog_events.DirCreatedEvent,
    watchdog_events.DirDeletedEvent,
    watchdog_events.DirMovedEvent,
]


class Anywhere(watchdog_events.FileSystemEventHandler):
    """Armed folders below ``root``. watchdog's thread calls ``deliver`` with what `translate` takes."""

    def __init__(self, root: str, deliver: Callable[[Event], None]) -> None:
        self._root = root
        self._deliver = deliver
        self._armed: set[str] = set()
        self._observer = Observer()
        self._observer.schedule(self, root, recursive=True, event_filter=_FILTER)
        self._observer.start()

    def on_any_event(self, event: watchdog_events.FileSystemEvent) -> None:
        """One event of the tree, in watchdog's thread."""
        source, target = self._relative(event.src_path), self._relative(event.dest_path)
        if event.event_type in ("deleted", "moved") and source is not None:
            self._deliver(Event(Kind.GONE if source else Kind.UNROOTED, source))
        there = target if event.event_type == "moved" else source
        if event.event_type != "deleted" and there:
            self._deliver(Event(Kind.FOLDER if event.is_directory else Kind.WRITTEN, there))

    def _relative(self, path: bytes | str) -> str | None:
        text = os.fsdecode(path).replace(os.sep, "/")
        root = self._root.replace(os.sep, "/")
        if text == root:
            return ""
        return text[len(root) + 1 :] if text.startswith(root + "/") else None

    def arm(self, folder: str) -> bool:
        """Let events of ``folder`` through; False if it is not a folder below the root."""
        if os.path.isabs(folder) or not os.path.isdir(f"{self._root}/{folder}"):
            return False
        self._armed.add(folder)
        return True

    def disarm(self, folder: str) -> None:
        """Drop events of ``folder`` and of the folders below it from now on."""
        self._armed = {each for each in self._armed if each != folder and not each.startswith(folder + "/")}

    @property
    def folders(self) -> set[str]:
        """The armed folders."""
        return self._armed

    def translate(self, raw: Event) -> list[Event]:
        """The event if its folder is armed, else nothing."""
        return [raw] if raw.kind is Kind.UNROOTED or raw.path.rpartition("/")[0] in self._armed else []

    def close(self) -> None:
        """Stop watchdog's threads."""
        self._observer.stop()
        self._observer.join()
