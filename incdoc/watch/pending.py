"""Which event is handed on when. No clock, no disk, no thread: the time is an argument of each event.

A path that was WRITTEN is handed on after ``quiet``; a new one after ``new``, because many new files are temporary and
are deleted at once. A path that is GONE waits ``back`` for its return: vim renames the old file away before it writes
the new one, and the page must not be removed and made again for that. While a returning path is open, for at most
``hold``, nothing is handed on: its backup would be taken for a new source. A new file that is open waits until it is
closed, for at most ``hold``, and holds no other path back. Many paths at once are a checkout or a copy: they wait for a
longer pause, so that one rebuild serves all of them. No path waits longer than ``limit``, however busy the tree is.
"""

from __future__ import annotations

from msgspec import Struct

from incdoc.watch.events import Event, Kind
from incdoc.watch.hints import Hints


class Timing(Struct, frozen=True):
    """Seconds."""

    quiet: float = 0.002
    new: float = 0.02
    back: float = 0.05
    hold: float = 0.5
    many: int = 50
    """With so many paths waiting, a pause is ``flood`` long."""
    flood: float = 0.1
    limit: float = 1.0
    verify: float = 0.5
    """Pause before all files are checked because git's index changed."""
    lock: float = 10.0
    """Age up to which git's lock on its index is waited for."""
    patience: float = 2.0
    """How long a file that stays open for writing is not read."""
    idle: float = 300.0
    """Pause after which all files are checked."""
    rest: float = 2.0
    """Pause after which an empty hint is handed on."""
    poll: float = 1.0
    """Pause between two polls of the folders that cannot be watched."""


_LONGER = 5
"""Many paths may wait so many times as long as one."""


class _Path(Struct):
    kind: Kind
    due: float
    fresh: bool
    """Whether the path is new."""
    returns: bool = False


class Pending:
    """The events that have not been handed on."""

    def __init__(self, timing: Timing) -> None:
        self._timing = timing
        self._paths: dict[str, _Path] = {}
        self._everything = ""
        self._everything_due = 0.0
        self._first = 0.0
        self._last = 0.0

    def add(self, event: Event, now: float) -> None:
        """Take an event that was read at ``now``."""
        timing = self._timing
        if not self._paths:
            self._first = now
        self._last = now
        path, kind = event.path, event.kind
        old = self._paths.get(path)
        fresh = old.fresh if old is not None else kind is Kind.OPENED
        if kind is Kind.GONE:
            self._paths[path] = _Path(kind, now + (timing.quiet if fresh else timing.back), fresh)
        elif kind is Kind.OPENED:
            returns = old is not None and not old.fresh
            self._paths[path] = _Path(kind, now + timing.hold, fresh, returns)
        else:
            self._paths[path] = _Path(Kind.WRITTEN, now + (timing.new if fresh else timing.quiet), fresh)

    def postpone(self, path: str, now: float) -> None:
        """Put back ``path``, which was handed on although it is still being written."""
        self.add(Event(Kind.WRITTEN, path), now)
        self._paths[path] = _Path(Kind.OPENED, now + self._timing.hold, fresh=False)

    def add_everything(self, why: str, now: float, delay: float = 0.0) -> None:
        """Any path may have changed, because ``why``. Due after ``delay``, unless something more urgent waits."""
        due = now + delay
        if not self._everything or due <= self._everything_due:
            self._everything = why
            self._everything_due = due
        elif delay and self._everything_due > now:
            self._everything_due = due  # the changes are still going on

    def due(self) -> float | None:
        """The moment from which `take` returns something; None if nothing waits."""
        times = [self._everything_due] if self._everything else []
        holding = [path.due for path in self._paths.values() if path.kind is not Kind.OPENED or path.returns]
        if not holding:
            times += [path.due for path in self._paths.values()]
        elif len(self._paths) >= self._timing.many:
            times.append(min(self._last + self._timing.flood, self._first + self._timing.limit * _LONGER))
        else:
            times.append(min(max(holding), self._first + self._timing.limit))
        return min(times, default=None)

    def take(self, now: float) -> Hints:
        """The hints that are due at ``now``; they wait no longer."""
        due = self.due()
        if due is None or due > now:
            return Hints()
        everything, self._everything = (
            (self._everything, "") if self._everything and self._everything_due <= now else ("", self._everything)
        )
        ready = [
            path
            for path, state in self._paths.items()
            if everything or state.kind is not Kind.OPENED or state.due <= now
        ]
        for path in ready:
            del self._paths[path]
        self._first = now
        return Hints(frozenset(ready), everything)
