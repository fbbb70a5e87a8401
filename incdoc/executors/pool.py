"""Worker processes on this machine, which can be killed and end with their parent."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Future
from contextlib import contextmanager
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from incdoc.executors.bounds import SECONDS, begin_worker

if TYPE_CHECKING:
    from concurrent.futures import ProcessPoolExecutor

    from incdoc.executors.forks import Forks

P = ParamSpec("P")
T = TypeVar("T")

_SPARE = 2
_ENDING = (signal.SIGINT, signal.SIGTERM)


class Pool:
    """``workers`` processes; ``restart`` replaces them, and the results of the old ones are lost. ``seconds``: see
    ``Submitter``."""

    lost = (BrokenExecutor,)
    shares_disk = True

    def __init__(self, workers: int, seconds: float = SECONDS) -> None:
        self.workers = workers
        self.seconds = seconds
        self.depth = _SPARE * workers + _SPARE  # one that runs and one that waits for each worker, and a few behind
        self.inherits = _start_method() == "fork"
        self._executor: ProcessPoolExecutor | None = None
        self._few: Forks | None = None

    def submit(self, work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """The future of ``work``; it fails with BrokenProcessPool if a worker dies."""
        if self._executor is None:
            from concurrent.futures import ProcessPoolExecutor
            from multiprocessing import get_context

            self._executor = ProcessPoolExecutor(
                self.workers, mp_context=get_context(_start_method()), initializer=_prepare
            )
            with undisturbed():  # the first call starts the workers
                return self._executor.submit(work, *args, **kwargs)
        return self._executor.submit(work, *args, **kwargs)

    @property
    def few(self) -> Pool | Forks:
        """An executor that completes a batch or two before these workers have started."""
        if not self.inherits:
            return self
        if self._few is None:
            from incdoc.executors.forks import Forks

            self._few = Forks(self.seconds)
        return self._few

    def restart(self) -> None:
        """Kill every worker."""
        executor, self._executor = self._executor, None
        if executor is not None:
            for process in list((executor._processes or {}).values()):
                process.kill()
            executor.shutdown(wait=True, cancel_futures=True)

    def close(self) -> None:
        """End the workers, but not ``few``; results that were not collected are dropped."""
        executor, self._executor = self._executor, None
        if executor is not None:
            executor.shutdown(wait=True, cancel_futures=True)

    def end(self) -> None:
        """End every process."""
        self.close()
        if self._few is not None:
            self._few.restart()


def _start_method() -> str:
    # forked workers start in milliseconds and share imported modules; on other systems fork is missing or not safe
    return "fork" if sys.platform == "linux" else "spawn"


@contextmanager
def undisturbed() -> Iterator[None]:
    """Block signals during a fork: Python drops an exception that a signal handler raises in the hooks around a fork,
    and none must be raised in the child."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _ENDING)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _prepare() -> None:
    begin_worker()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what an interrupt ends
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDING)
    from multiprocessing import parent_process

    parent = parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    from multiprocessing import connection

    connection.wait([sentinel])
    os._exit(1)
