"""Work that runs before its results are collected.

Items are taken from an iterator in order, packed into batches, and handed to an executor while at most ``depth``
batches are under way, by default as many as the executor says keep it busy; ``collect`` waits for one item's result.
doit can thus run one task after the other while the work of the next ones is done in parallel.

A worker that dies or hangs breaks its whole batch: the executor is restarted and the items of the batch are tried one
by one, so that only the one at fault fails.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Future, TimeoutError
from typing import Generic, Protocol, TypeVar

T = TypeVar("T")
R = TypeVar("R")

SECONDS = 120.0
"""Seconds that one batch may take: far more than the limits on sources allow, so that only a hang takes so long."""


class Executor(Protocol):
    """The interface of an executor."""

    depth: int
    """How many batches to have under way, so that no worker waits for the next one."""
    inherits: bool
    """Whether workers see this process's memory as it is when they start."""

    def submit(self, work: Callable[..., list[R]], /, *args: object) -> Future[list[R]]: ...
    def restart(self) -> None: ...
    def close(self) -> None: ...


class LostError(Exception):
    """The worker that did this item died or hung twice."""


class BatchPrefetcher(Generic[T, R]):
    """Results of ``work(batch)`` for each (key, item, weight) of ``items``; a batch is full at weight ``most``."""

    def __init__(
        self,
        executor: Executor,
        work: Callable[[list[T]], list[R]],
        items: Iterator[tuple[str, T, int]],
        most: int,
        depth: int = 0,
        seconds: float = SECONDS,
    ) -> None:
        """``depth``: how many batches are under way; 0: as many as keep ``executor`` busy."""
        self._seconds = seconds
        self._executor = executor
        self._work = work
        self._items = items
        self._most = most
        self._depth = depth or executor.depth
        self._under_way: deque[tuple[list[str], list[T], Future[list[R]]]] = deque()
        self._results: dict[str, R | LostError] = {}

    def collect(self, key: str) -> R:
        """Wait for the result of one of the items. Raises LostError; KeyError if there is no such item."""
        self.advance()
        while key not in self._results:
            if not self._under_way:
                raise KeyError(key)
            self._finish()
            self.advance()
        result = self._results.pop(key)
        if isinstance(result, LostError):
            raise result
        return result

    def advance(self) -> None:
        """Keep the executor busy."""
        while len(self._under_way) < self._depth:
            batch = self._batch()
            if not batch[0]:
                return
            self._under_way.append((*batch, self._submit(batch[1])))

    def _submit(self, items: list[T]) -> Future[list[R]]:
        try:
            return self._executor.submit(self._work, items)
        except BrokenExecutor as error:
            future: Future[list[R]] = Future()
            future.set_exception(error)
            return future

    def _batch(self) -> tuple[list[str], list[T]]:
        keys: list[str] = []
        items: list[T] = []
        weight = 0
        for key, item, each in self._items:
            keys.append(key)
            items.append(item)
            weight += each
            if weight >= self._most:
                break
        return keys, items

    def _finish(self) -> None:
        keys, items, future = self._under_way.popleft()
        try:
            self._results.update(zip(keys, future.result(self._seconds), strict=True))
        except (BrokenExecutor, TimeoutError):
            self._retry(keys, items)

    def _retry(self, keys: list[str], items: list[T]) -> None:
        """Try each item alone; then submit again all batches that were under way: their workers were killed too."""
        self._executor.restart()
        for key, item in zip(keys, items, strict=True):
            try:
                self._results[key] = self._executor.submit(self._work, [item]).result(self._seconds)[0]
            except (BrokenExecutor, TimeoutError):
                self._results[key] = LostError(key)
                self._executor.restart()
        again = [(keys, items) for keys, items, _ in self._under_way]
        self._under_way = deque((keys, items, self._submit(items)) for keys, items in again)
