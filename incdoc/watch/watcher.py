"""Folders armed, events taken, hints handed on.

A folder that appears is armed first and looked into after: what was in it by then is found, what comes later makes
events. So nested folders may appear faster than they are armed.
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
"""Events in the queue from which they are not taken one by one any more."""
_LIMITED = (
    "The system's limit of inotify watches is reached: {armed:,} folders are watched, {polled:,} are looked at every "
    "few seconds instead. To watch all of them: sudo sysctl fs.inotify.max_user_watches=524288"
)
_NO_INSTANCE = (
    "The system's limit of inotify instances is reached: all folders are looked at every few seconds instead. "
    "To watch them: sudo sysctl fs.inotify.max_user_instances=1024"
)


def slept() -> float:
    """Seconds that the machine slept since it started, or a number that grows as much."""
    if sys.platform == "linux":
        return time.clock_gettime(time.CLOCK_BOOTTIME) - time.monotonic()
    return time.time() - time.monotonic()


class Watcher:
    """Hints about ``config``'s repository, by iterating; ``close`` ends it.

    ``sources`` gives the paths that are known, so that their folders need no question to git; ``say`` takes a line for
    people. ``clock`` gives seconds that never go back.
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
        """Arm all folders anew, for other settings if ``config`` is given."""
        self.close()
        self._config = config or self._config
        self._folders = Folders(self._config)
        self._rules = self._folders.rules()
        self._polling.clear()
        self._root = _identity(self._config.root)
        self._queue: SimpleQueue[Any] = SimpleQueue()  # what the feed before this one delivered means nothing now
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
        """No more events."""
        if self._feed is not None:
            self._feed.close()
            self._feed = None

    def __len__(self) -> int:
        """How many folders are watched or looked at."""
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
        """What is due, after waiting for it; perhaps nothing."""
        self._wait()
        now = self._clock()
        self._take_all(now)
        if self._sleeping() - self._slept > _SLEPT:
            self._slept = self._sleeping()
            self._pending.add_everything("the machine slept", now)
        if len(self._polling) and now - self._polled >= self._polling.pause(self._timing.poll):
            for event in self._polling.look():
                self._take(event, now)
            self._polled = self._clock()
        if now - self._quiet_since >= self._timing.idle:
            self._quiet_since = now
            self._pending.add_everything("nothing happened for a while", now)
        due = self._pending.due()
        if due is None and not self._rested and now - self._quiet_since >= self._timing.rest:
            return Hints()
        if due is None or due > now:
            return None
        if self._is_locked():
            time.sleep(_LOCK_PAUSE)
            return None
        if _identity(self._config.root) != self._root:  # whose end makes no event while somebody stands in it
            self._await_root()
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
        """Whether git is at work. A lock that is older was forgotten, or waits for somebody's commit message."""
        repository = self._folders.repository
        if repository is None:
            return False
        try:
            found = os.stat(f"{repository.git_dir}/index.lock")
        except OSError:
            return False
        return time.time() - found.st_mtime < self._timing.lock

    def _is_complete(self, path: str, now: float) -> bool:
        """Whether nobody writes the file any more; if somebody does, it is handed on later."""
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
        """Hand these on again, when they are complete: they changed while they were read."""
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
            self._pending.add_everything("what is ignored changed", now, self._timing.new)
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
            self._pending.add_everything("what is ignored changed", now, self._timing.new)

    def _drop(self, folder: str) -> None:
        if self._feed is not None:
            self._feed.disarm(folder)
        self._polling.drop(folder)

    def _is_open(self, path: str) -> bool:
        """Whether a new path is a file that may still be written. A link, a pipe and a file's second name are not."""
        place = f"{self._config.root}/{path}"
        try:
            found = os.lstat(place)
        except OSError:
            return True  # gone, as the next event says
        return stat.S_ISREG(found.st_mode) and found.st_nlink == 1 and is_being_written(place)

    def _enter(self, folders: list[str], now: float) -> None:
        """Arm new folders, then report what is in them."""
        while folders:
            for folder in folders:
                if not self._folders.may_hold(folder) and not self._folders.is_own(folder):
                    self._pending.add(Event(Kind.WRITTEN, folder), now)  # another repository
            folders = [folder for folder in folders if self._folders.may_hold(folder)]
            ignored = self._folders.ignored(folders)
            inner: list[str] = []
            for folder in folders:
                if folder in ignored and folder != self._config.templates:
                    continue
                self._arm(folder)
                inner += self._report(folder, now)
            folders = inner
        self._say_limit()

    def _report(self, folder: str, now: float) -> list[str]:
        """Take the files of a folder for new; its folders."""
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
            pass  # gone again
        return inner

    # ------------------------------------------------------------------ what events do not say

    def _look_around(self) -> None:
        """Before everything is looked at: arm what is not, and disarm what need not be."""
        if _identity(self._config.root) != self._root:
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

    def _await_root(self) -> None:
        """Until the root folder is there again."""
        root = self._config.root
        if _identity(root) is None:
            self._say(f"{printable(root)} is gone; nothing is built until it is back.")
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
