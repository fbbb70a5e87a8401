"""Work that runs before its results are collected.

Items are taken from an iterator in order, packed into batches, and handed to an executor while at most ``depth``
batches are running or queued, by default as many as the executor says keep it busy; ``collect`` waits for one item's
result. doit can thus run one task after the other while the work of the next ones is done in parallel.

A worker that dies or hangs breaks its whole batch: the executor is restarted and the items of the batch are tried one
by one, each of them twice if need be, so that only the one at fault fails, and never because the machine was busy once.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, TimeoutError
from typing import Generic, NamedTuple, TypeVar

from incdoc.executors.bounds import BYTES_A_DEADLINE
from incdoc.executors.protocol import Submitter

T = TypeVar("T")
R = TypeVar("R")

TRIES = 2
"""How many times an item is tried alone."""


class LostError(Exception):
    """Each worker that was given this item died or hung. Its text is the end of a sentence about the worker."""


class Done(NamedTuple, Generic[R]):
    """In place of an item: its result, which needs no work."""

    result: R


class _Batch(NamedTuple, Generic[T, R]):
    keys: list[str]
    items: list[T]
    weights: list[int]
    future: Future[list[R]]


class BatchPrefetcher(Generic[T, R]):
    """Results of ``work(batch)`` for each (key, item, weight) of ``items``; a batch is full at weight ``most``."""

    def __init__(
        self,
        executor: Submitter,
        work: Callable[[list[T]], list[R]],
        items: Iterator[tuple[str, T | Done[R], int]],
        most: int,
        depth: int = 0,
    ) -> None:
        """``depth``: how many batches are running or queued; 0: as many as keep ``executor`` busy. Raises SettingError
        where that has no workers."""
        self._executor = executor
        self._work = work
        self._items = items
        self._most = most
        self._depth = depth
        self._keeps_busy = depth or executor.depth
        self._under_way: deque[_Batch[T, R]] = deque()
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
        self._keeps_busy = self._depth or self._executor.depth  # workers may have joined or left
        while len(self._under_way) < self._keeps_busy:
            keys, items, weights = self._batch()
            if not keys:
                return
            self._under_way.append(_Batch(keys, items, weights, self._submit(items)))

    def _submit(self, items: list[T]) -> Future[list[R]]:
        try:
            return self._executor.submit(self._work, items)
        except self._executor.lost as error:
            future: Future[list[R]] = Future()
            future.set_exception(error)
            return future

    def _batch(self) -> tuple[list[str], list[T], list[int]]:
        keys: list[str] = []
        items: list[T] = []
        weights: list[int] = []
        weight = 0
        for key, item, each in self._items:
            if isinstance(item, Done):
                self._results[key] = item.result
                continue
            keys.append(key)
            items.append(item)
            weights.append(each)
            weight += each
            if weight >= self._most:
                break
        return keys, items, weights

    def _finish(self) -> None:
        batch = self._under_way.popleft()
        lost: tuple[type[BaseException], ...] = (TimeoutError, *self._executor.lost)
        try:
            done = batch.future.result(self._deadline(sum(batch.weights)))
        except lost:
            self._retry(batch)
        else:
            self._results.update(zip(batch.keys, done, strict=True))

    def _deadline(self, weight: int) -> float:
        return self._executor.seconds * (1 + weight / BYTES_A_DEADLINE)

    def _retry(self, batch: _Batch[T, R]) -> None:
        """Try each item alone; then submit again all batches that were under way: their workers were killed too."""
        self._executor.restart()
        tries = TRIES - (len(batch.keys) == 1)
        for key, item, weight in zip(batch.keys, batch.items, batch.weights, strict=True):
            self._results[key] = self._alone(key, item, weight, tries)
        self._under_way = deque(each._replace(future=self._submit(each.items)) for each in self._under_way)

    def _alone(self, key: str, item: T, weight: int, tries: int) -> R | LostError:
        seconds = self._deadline(weight)
        lost = LostError(key)
        for _ in range(tries):
            try:
                return self._submit([item]).result(seconds)[0]
            except TimeoutError:
                lost = LostError(f"did not end within {seconds:.0f} seconds")
            except self._executor.lost:
                lost = LostError("crashed or ran out of memory")
            self._executor.restart()
        return lost
