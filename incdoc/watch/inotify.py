"""Linux: watchdog's reader of inotify, one watch a folder.

watchdog's `Observer` is not used here, only the class below it (`InotifyFD`). An observer's recursive watch takes in
every folder, ignored ones too; a watch that is not recursive needs a thread a folder. An observer holds a rename back
for half a second to pair its two events, does not report a full queue, and does not report a folder that it could not
watch. Here one callback serves all folders, and `arm` says of each whether it is watched.

The kernel is asked only for events that end a change (created, closed after writing, deleted, renamed): reading a file
makes no event, and a thousand writes to one file make one.
"""

from __future__ import annotations

import errno
import logging
import os
from collections.abc import Callable

from watchdog.observers.inotify_c import CallbackId, InotifyConstants, InotifyEvent, InotifyFD, Mask, WatchDescriptor

from incdoc.watch.events import Event, Kind

_MASK = Mask(
    InotifyConstants.IN_CREATE
    | InotifyConstants.IN_CLOSE_WRITE
    | InotifyConstants.IN_DELETE
    | InotifyConstants.IN_MOVE
    | InotifyConstants.IN_DELETE_SELF
    | InotifyConstants.IN_MOVE_SELF
    | InotifyConstants.IN_ONLYDIR
    | InotifyConstants.IN_DONT_FOLLOW
    | InotifyConstants.IN_EXCL_UNLINK
)
_SELF = InotifyConstants.IN_DELETE_SELF | InotifyConstants.IN_MOVE_SELF | InotifyConstants.IN_UNMOUNT
_APPEARED = InotifyConstants.IN_CREATE | InotifyConstants.IN_MOVED_TO
_WENT = InotifyConstants.IN_DELETE | InotifyConstants.IN_MOVED_FROM
_ID = CallbackId(1)
_OVERFLOW = InotifyEvent(WatchDescriptor(-1), Mask(InotifyConstants.IN_Q_OVERFLOW), 0, b"")

logging.getLogger("watchdog").addHandler(logging.NullHandler())  # the watcher reports what users need to know


class LimitError(OSError):
    """The system allows no more watches."""


class Inotify:
    """Armed folders below ``root``. watchdog's thread calls ``deliver`` with what `translate` takes."""

    def __init__(self, root: str, deliver: Callable[[InotifyEvent], None]) -> None:
        self._root = root
        self._deliver = deliver
        self._paths: dict[WatchDescriptor, str] = {}
        self._watches: dict[str, WatchDescriptor] = {}
        self._inner: dict[str, set[str]] = {}
        try:
            self._reader = InotifyFD()
        except OSError as error:
            raise LimitError(error.errno, "no more inotify instances") from error
        self._reader.start()

    # what watchdog calls, in its thread

    def on_event(self, event: InotifyEvent) -> None:
        """One event of an armed folder."""
        self._deliver(event)

    def on_watch_deleted(self, wd: WatchDescriptor) -> None:
        """The folder was deleted; its parent has an event for that too."""

    def on_queue_overflow(self) -> None:
        """The kernel dropped events."""
        self._deliver(_OVERFLOW)

    # the rest, in the watcher's thread

    def arm(self, folder: str) -> bool:
        """Receive events of ``folder`` (below the root, or absolute); False if it is not a folder or not readable.

        Raises LimitError.
        """
        if folder in self._watches:
            return True
        try:
            wd = self._reader.add_callback(os.fsencode(os.path.join(self._root, folder)), _MASK, self, _ID)
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.ENOMEM):
                raise LimitError(error.errno, "no more inotify watches") from error
            return False
        if wd < 0:  # no permission to read it, for which watchdog raises nothing
            self._reader.remove_callbacks([(wd, _ID)])
            return False
        self._forget(self._paths.get(wd, ""), wd)  # the same folder by its name before a rename
        self._paths[wd] = folder
        self._watches[folder] = wd
        self._inner.setdefault(folder.rpartition("/")[0], set()).add(folder)
        return True

    def disarm(self, folder: str) -> None:
        """Receive no more events of ``folder`` and of the folders below it."""
        todo = [folder]
        while todo:
            each = todo.pop()
            wd = self._watches.get(each)
            if wd is not None:
                todo += self._inner.pop(each, ())
                self._forget(each, wd)
                self._reader.remove_callbacks([(wd, _ID)])

    def _forget(self, folder: str, wd: WatchDescriptor) -> None:
        if self._watches.get(folder) == wd:
            del self._watches[folder]
            del self._paths[wd]
            self._inner.get(folder.rpartition("/")[0], set()).discard(folder)

    @property
    def folders(self) -> set[str]:
        """The armed folders."""
        return set(self._watches)

    def translate(self, raw: InotifyEvent) -> list[Event]:
        """What a raw event means. To be called in the order of arrival, after the arming that the one before led to."""
        mask = raw.mask
        if mask & InotifyConstants.IN_Q_OVERFLOW:
            return [Event(Kind.LOST)]
        folder = self._paths.get(raw.wd)
        if folder is None:
            return []  # disarmed since
        if mask & _SELF:
            return [Event(Kind.UNROOTED)] if not folder else []
        path = f"{folder}/{os.fsdecode(raw.name)}" if folder else os.fsdecode(raw.name)
        if mask & _WENT:
            return [Event(Kind.GONE, path)]
        if mask & InotifyConstants.IN_ISDIR:
            return [Event(Kind.FOLDER, path)] if mask & _APPEARED else []
        return [Event(Kind.OPENED if mask & InotifyConstants.IN_CREATE else Kind.WRITTEN, path)]

    def close(self) -> None:
        """Stop the reader's thread."""
        self._reader.stop()
        self._reader.join()
