"""Arms folders, receives events, yields hints.

A folder that appears is armed first and listed afterwards: the listing finds what was created before, events report
what is created later. So nothing is lost if nested folders appear faster than they can be armed.
"""

from __future__ import annotations

import os
import stat
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

from incdoc.config import Config
from incdoc.sources.blob import printable
from incdoc.watch.events import Event, Kind
from incdoc.watch.folders import RULES, Folders
from incdoc.watch.hints import Hints
from incdoc.watch.pending import Pending, Timing
from incdoc.watch.polling import Polling
from incdoc.watch.writers import is_being_written

if TYPE_CHECKING:
    from incdoc.watch.anywhere import Anywhere
    from incdoc.watch.inotify import Inotify

_NAP = 5.0
"""Seconds after which an idle watcher looks whether the machine slept."""
_SLEPT = 2.0
_LOCK_PAUSE = 0.01
_ROOT_PAUSE = 0.05
_MOST_WAITING = 200_000
"""With more events in the queue, all files are checked instead."""
_LIMITED = (
    "The system's limit of inotify watches is reached: {armed:,} folders are watched, {polled:,} are polled every "
    "few seconds instead. To watch all of them: sudo sysctl fs.inotify.max_user_watches=524288"
)
_NO_INSTANCE = (
    "The system's limit of inotify instances is reached: all folders are polled every few seconds instead. "
    "To watch them: sudo sysctl fs.inotify.max_user_instances=1024"
)


def slept() -> float:
    """A number of seconds that grows by as much as the machine sleeps."""
    if sys.platform == "linux":
        return time.clock_gettime(time.CLOCK_BOOTTIME) - time.monotonic()
    return time.time() - time.monotonic()


class Watcher:
    """Iterating yields hints about ``config``'s repository, without end; ``close`` stops the feed.

    ``sources`` returns the paths of the known sources, so that git need not be asked about their folders. ``say`` gets
    lines for the user. ``clock`` returns seconds and never goes back.
    """

    def __init__(
        self,
        config: Config,
        say: Callable[[str], None],
        sources: Callable[[], Iterable[str]] = tuple,
        timing: Timing | None = None,
        clock: Callable[[], float] = time.monotonic,
        slept: Callable[[], float] = slept,
    ) -> None:
        self._config = config
        self._say = say
        self._sources = sources
        self._timing = timing or Timing()
        self._clock = clock
        self._sleeping = slept
        self._slept = slept()
        self._pending = Pending(self._timing)
        self._polling = Polling(config.root)
        self._feed: Inotify | Anywhere | None = None
        self._said_limit = False
        self._rested = False
        self._late: dict[str, float] = {}
        self._polled = clock()
        self.arm()
        self._quiet_since = clock()

    # ------------------------------------------------------------------ arming

    def arm(self, config: Config | None = None) -> None:
        """Arm all folders again, for new settings if ``config`` is given."""
        self.close()
        self._config = config or self._config
        self._folders = Folders(self._config)
        self._rules = self._folders.rules()
        self._polling.clear()
        self._root = _identity(self._config.root)
        self._queue: SimpleQueue[Any] = SimpleQueue()  # events of the former feed have no meaning any more
        self._feed = self._new_feed(self._queue)
        for folder in (*self._rules, *self._folders.all(self._sources())):
            self._arm(folder)
        if self._config.templates:
            self._arm(self._config.templates)
        self._say_limit()

    def _new_feed(self, queue: SimpleQueue[Any]) -> Inotify | Anywhere | None:
        if sys.platform != "linux":
            from incdoc.watch.anywhere import Anywhere

            return Anywhere(self._config.root, queue.put)
        from incdoc.watch.inotify import Inotify, LimitError

        try:
            return Inotify(self._config.root, queue.put)
        except LimitError:
            if not self._said_limit:
                self._said_limit = True
                self._say(_NO_INSTANCE)
            return None

    def _arm(self, folder: str) -> None:
        try:
            if self._feed is not None:
                self._feed.arm(folder)
                return
        except OSError:  # the limit
            pass
        if not os.path.isabs(folder):
            self._polling.add(folder)

    def _say_limit(self) -> None:
        if len(self._polling) and not self._said_limit and self._feed is not None:
            self._said_limit = True
            self._say(_LIMITED.format(armed=len(self._feed.folders), polled=len(self._polling)))

    def close(self) -> None:
        """Receive no more events."""
        if self._feed is not None:
            self._feed.close()
            self._feed = None

    def __len__(self) -> int:
        """The number of folders that are watched or polled."""
        return len(self._polling) + (len(self._feed.folders - self._rules.keys()) if self._feed else 0)

    # ------------------------------------------------------------------ handing on

    def __iter__(self) -> Iterator[Hints]:
        while True:
            hints = self._next()
            if hints is not None:
                yield hints
                self._rested = not hints
                self._quiet_since = self._clock() if hints else self._quiet_since

    def _next(self) -> Hints | None:
        """Wait, then return what is due; None if it is nothing."""
        self._wait()
        now = self._clock()
        self._take_all(now)
        if self._is_uprooted():
            self._await_root()
            return None
        if self._sleeping() - self._slept > _SLEPT:
            self._slept = self._sleeping()
            self._pending.add_everything("the machine slept", now)
        if len(self._polling) and now - self._polled >= self._polling.pause(self._timing.poll):
            for event in self._polling.look():
                self._take(event, now)
            self._polled = self._clock()
        if now - self._quiet_since >= self._timing.idle:
            self._quiet_since = now
            self._pending.add_everything("regular check of all files", now)
        due = self._pending.due()
        if due is None and not self._rested and now - self._quiet_since >= self._timing.rest:
            return Hints()
        if due is None or due > now:
            return None
        if self._is_locked():
            time.sleep(_LOCK_PAUSE)
            return None
        hints = self._pending.take(now)
        if hints.everything:
            self._look_around()
        return Hints(frozenset(path for path in hints.paths if self._is_complete(path, now)), hints.everything) or None

    def _wait(self) -> None:
        now = self._clock()
        ends = [now + _NAP, self._quiet_since + self._timing.idle]
        if not self._rested:
            ends.append(self._quiet_since + self._timing.rest)
        if len(self._polling):
            ends.append(self._polled + self._polling.pause(self._timing.poll))
        due = self._pending.due()
        if due is not None:
            ends.append(due)
        try:
            raw = self._queue.get(timeout=max(min(ends) - now, 0))
        except Empty:
            return
        self._take_raw(raw, self._clock())

    def _is_locked(self) -> bool:
        """Whether git is at work. An older lock was left behind, or git waits for the user's commit message."""
        repository = self._folders.repository
        if repository is None:
            return False
        try:
            found = os.stat(f"{repository.git_dir}/index.lock")
        except OSError:
            return False
        return time.time() - found.st_mtime < self._timing.lock

    def _is_complete(self, path: str, now: float) -> bool:
        """Whether the file is not open for writing; if it is, it is handed on later."""
        if not is_being_written(f"{self._config.root}/{path}"):
            self._late.pop(path, None)
            return True
        since = self._late.setdefault(path, now)
        if now - since > self._timing.patience:
            del self._late[path]
            return True
        self._pending.postpone(path, now)
        return False

    def postpone(self, paths: Iterable[str]) -> None:
        """Hand these paths on again when they are complete: they changed while they were read."""
        for path in paths:
            self._pending.postpone(path, self._clock())

    # ------------------------------------------------------------------ taking

    def _take_all(self, now: float) -> None:
        if self._queue.qsize() > _MOST_WAITING:
            self._take(Event(Kind.LOST), now)
        while True:
            try:
                raw = self._queue.get_nowait()
            except Empty:
                return
            self._take_raw(raw, now)

    def _take_raw(self, raw: Any, now: float) -> None:
        if self._feed is not None:
            for event in self._feed.translate(raw):
                self._take(event, now)

    def _take(self, event: Event, now: float) -> None:
        kind, path = event
        if kind is Kind.LOST:
            self.arm()
            self._pending.add_everything("events were lost", now, self._timing.flood)
        elif kind is Kind.UNROOTED:
            self._await_root()
        elif path.startswith("/"):
            if kind is not Kind.OPENED:
                self._take_rule(path, now)
        elif path.rpartition("/")[2] in RULES and kind is not Kind.OPENED:
            self.arm()
            self._pending.add_everything("the ignore rules changed", now, self._timing.new)
        elif self._folders.is_own(path):
            pass
        elif kind is Kind.FOLDER:
            self._enter([path], now)
        else:
            if kind is Kind.GONE:
                self._drop(path)
            self._pending.add(event, now)
            if kind is Kind.OPENED and not self._is_open(path):
                self._pending.add(Event(Kind.WRITTEN, path), now)

    def _take_rule(self, path: str, now: float) -> None:
        folder, _, name = path.rpartition("/")
        if name not in self._rules.get(folder, ()):
            return
        if name == "index":
            self._pending.add_everything("git's index changed", now, self._timing.verify)
        else:
            self.arm()
            self._pending.add_everything("the ignore rules changed", now, self._timing.new)

    def _drop(self, folder: str) -> None:
        if self._feed is not None:
            self._feed.disarm(folder)
        self._polling.drop(folder)

    def _is_open(self, path: str) -> bool:
        """Whether a new path may be a file that is still being written. A link, a pipe and a hard link are not."""
        place = f"{self._config.root}/{path}"
        try:
            found = os.lstat(place)
        except OSError:
            return True  # deleted again; another event reports that
        return stat.S_ISREG(found.st_mode) and found.st_nlink == 1 and is_being_written(place)

    def _enter(self, folders: list[str], now: float) -> None:
        """Arm new folders and all below them, then report their files."""
        while folders:
            folders = [folder for folder in folders if self._folders.may_hold(folder)]
            ignored = self._folders.ignored(folders)
            inner: list[str] = []
            for folder in folders:
                if folder in ignored and folder != self._config.templates:
                    continue
                self._arm(folder)
                if self._folders.is_repository(folder):  # its files are no sources; that it is there is to be said
                    self._pending.add(Event(Kind.WRITTEN, folder), now)
                else:
                    inner += self._report(folder, now)
            folders = inner
        self._say_limit()

    def _report(self, folder: str, now: float) -> list[str]:
        """Report the files of a folder as new; return its subfolders."""
        inner = []
        try:
            with os.scandir(f"{self._config.root}/{folder}") as entries:
                for entry in entries:
                    path = f"{folder}/{entry.name}"
                    if entry.is_dir(follow_symlinks=False):
                        inner.append(path)
                    else:
                        self._take(Event(Kind.OPENED, path), now)
        except OSError:
            pass  # deleted again
        return inner

    # ------------------------------------------------------------------ what events do not report

    def _look_around(self) -> None:
        """Before all files are checked: arm and disarm folders, so that those that can hold sources are armed."""
        if self._is_uprooted():
            self._await_root()
            return
        self._folders = Folders(self._config)
        self._rules = self._folders.rules()
        wanted = {*self._folders.all(self._sources()), *self._rules}
        if self._config.templates:
            wanted.add(self._config.templates)
        armed = set(self._feed.folders) if self._feed is not None else set()
        for folder in armed - wanted:
            self._drop(folder)
        for folder in sorted(wanted - armed):
            self._arm(folder)
        self._say_limit()

    def _is_uprooted(self) -> bool:
        """Whether the root is not the folder that is watched: no event reports it while a process is in that folder.
        The root may also have been gone when it was armed last."""
        root = _identity(self._config.root)
        return root is None or root != self._root

    def _await_root(self) -> None:
        """Wait until the root folder exists."""
        root = self._config.root
        if _identity(root) is None:
            self._say(f"{printable(root)} was deleted or moved; nothing is built until it exists again.")
            while _identity(root) is None:
                time.sleep(_ROOT_PAUSE)
        self.arm()
        self._pending.add_everything("the root folder was replaced", self._clock(), self._timing.flood)


def _identity(folder: str) -> tuple[int, int] | None:
    try:
        found = os.stat(folder)
    except OSError:
        return None
    return (found.st_dev, found.st_ino) if stat.S_ISDIR(found.st_mode) else None
