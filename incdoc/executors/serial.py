"""Work in the calling process: for a few pages, and inside doit's own workers."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import ParamSpec, TypeVar

from incdoc.executors.bounds import SECONDS

P = ParamSpec("P")
T = TypeVar("T")


class Serial:
    """An executor of one: ``submit`` has done the work when it returns."""

    workers = 1
    depth = 1
    lost: tuple[type[BaseException], ...] = ()
    shares_disk = True
    seconds = SECONDS
    inherits = True

    def submit(self, work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """The result of ``work``, or its exception."""
        future: Future[T] = Future()
        try:
            future.set_result(work(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 - raised when the result is collected
            future.set_exception(error)
        return future

    @property
    def few(self) -> Serial:
        """This process, too."""
        return self

    def restart(self) -> None:
        """Nothing to restart."""

    def close(self) -> None:
        """Nothing to close."""

    def end(self) -> None:
        """Nothing to end."""
