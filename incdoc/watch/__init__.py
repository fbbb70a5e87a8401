"""What changed, as it changes: a generator of debounced hints.

::

    for hints in Watcher(config, say):
        ...

Terms:

event       what the operating system says about one path, brought by watchdog
hint        a path that may differ from what was last read; or that any may, with the reason
armed       a folder whose events arrive; folders are armed one by one, so those that git ignores, the output and
            the cache cost nothing, however much is written there
returning   a path that went and is being written again, as editors do that rename the old file away

Events are hints and no more: they may be too many, and where they may be too few (a full queue, a limit, a sleep, a
root that went and came back) the hint is that anything may have changed. Whoever gets a hint looks at the disk.

hints       the value that is handed on
events      the value that the operating system's feeds make
pending     when which event is handed on: no clock, no disk, no thread
inotify     Linux: one watch a folder
anywhere    other systems: one watch for the whole tree
polling     folders that could not be armed
folders     which folders are armed
writers     whether somebody still writes a file
watcher     all of that together
"""

from incdoc.watch.hints import Hints
from incdoc.watch.pending import Timing
from incdoc.watch.watcher import Watcher

__all__ = ["Hints", "Timing", "Watcher"]
