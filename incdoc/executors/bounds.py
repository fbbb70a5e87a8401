"""Limits that the system enforces on a worker: parsers are third-party code, and no exception interrupts a loop in C.

They are set only in workers; the process of a build itself must neither end nor lack memory because of them.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

SECONDS = 60.0
"""Seconds that a batch may take, and as much again for each BYTES_A_DEADLINE of it: far more than the limits on sources
allow even on a slow machine, so that only a loop without end takes so long."""
BYTES_A_DEADLINE = 2_500_000
_state = {"worker": False}


def begin_worker() -> None:
    """Mark this process as a worker."""
    _state["worker"] = True


@contextmanager
def bounded(seconds: float, memory: int) -> Iterator[None]:
    """In a worker: end the process after ``seconds``, even if its parent has ended, and let it allocate at most
    ``memory`` bytes more than it has; beyond that MemoryError is raised, or C code that allocates ends the process. In
    other processes it does nothing."""
    if not _state["worker"] or not hasattr(signal, "setitimer"):
        yield
        return
    signal.signal(signal.SIGALRM, signal.SIG_DFL)  # the system ends the process, whatever it does
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        with limited_memory(memory):
            yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


@contextmanager
def limited_memory(most: int) -> Iterator[None]:
    """Let this process allocate at most ``most`` bytes more than it has; beyond that MemoryError is raised, or C code
    that allocates ends the process. Only Linux counts all of a process's own memory in RLIMIT_DATA, and says how much
    it has; elsewhere this does nothing."""
    if sys.platform != "linux":
        yield
        return
    import resource

    with open("/proc/self/statm", "rb") as stream:
        has = int(stream.read().split()[5]) * resource.getpagesize()
    former, hard = resource.getrlimit(resource.RLIMIT_DATA)
    limit = has + most
    for given in (former, hard):
        if given != resource.RLIM_INFINITY:
            limit = min(limit, given)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_DATA, (limit, hard))
    try:
        yield
    finally:
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_DATA, (former, hard))
