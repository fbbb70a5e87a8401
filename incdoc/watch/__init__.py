"""What changed, while it changes: a generator of debounced hints.

::

    for hints in Watcher(config, say):
        ...

Terms:

event       what the operating system reports about one path, through watchdog
hint        a path that may differ from what was last read; or the reason why any path may
armed       a folder whose events are received. Folders are armed one by one, so that writing to folders that git
            ignores, to the output and to the cache makes no events
returning   a path that was removed and is being written again: some editors rename the old file away first

Events are only hints. There may be too many of them. Where there may be too few (a full queue, a limit, a sleep, a
root folder that was replaced) the hint is that any path may have changed. The consumer of a hint looks at the disk.

hints       the value that is handed on
events      the value that the feeds of the operating systems make
pending     which event is handed on when: no clock, no disk, no thread
inotify     Linux: one watch a folder
anywhere    other systems: one watch for the whole tree
polling     folders that could not be armed
folders     which folders are armed
writers     whether a file is still open for writing
watcher     all of these together
"""

from incdoc.watch.hints import Hints
from incdoc.watch.pending import Timing
from incdoc.watch.watcher import Watcher

__all__ = ["Hints", "Timing", "Watcher"]
