"""Requests to a shared cache within a bounded time: rounds, each in a process that is ended if it does not return."""

from __future__ import annotations

import time
from concurrent.futures import BrokenExecutor, TimeoutError
from typing import TYPE_CHECKING, TypeVar

from incdoc.executors import Pool
from incdoc.remote.storage import BYTES_A_SECOND, Place, Round, get_many, may_write, put_many

if TYPE_CHECKING:
    from collections.abc import Callable

    from incdoc.executors.protocol import Submitter

R = TypeVar("R")
S = TypeVar("S")

_ROUND_BYTES = 32 << 20
_ROUND_NAMES = 2048
_SPARE = 0.25
"""Seconds in which a process whose time is over returns what it has."""


class Connection:
    """Rounds of requests. ``seconds``: what all of them may cost together, beyond the time for their bytes.

    ``failed``: why the cache is not used any more, as the end of a sentence; empty while it is. ``refused``: entries
    that were not read, with the reason.
    """

    def __init__(self, url: str, seconds: float) -> None:
        self._url = url
        self._left = seconds
        self._pool: Pool | None = None
        self.failed = ""
        self.refused: dict[str, str] = {}
        self.requests = 0
        self.received = 0
        """Bytes."""
        self.sent = 0
        """Bytes."""

    def get(self, namespace: str, names: list[tuple[str, int]], sized: bool = False) -> dict[str, bytes | None]:
        """Entries by (name, most bytes); None where there is none. ``sized``: they have as many bytes."""
        found: dict[str, bytes | None] = {}
        for start in range(0, len(names), _ROUND_NAMES):
            part = names[start : start + _ROUND_NAMES]
            done = self._do(get_many, namespace, part, sum(most for _, most in part) if sized else 0)
            found |= done
            self.received += sum(len(each) for each in done.values() if each)
        return found

    def put(self, namespace: str, entries: list[tuple[str, bytes]]) -> bool:
        """Keep entries; whether all of them are kept."""
        while entries and not self.failed:
            part, size = [], 0
            while entries and size < _ROUND_BYTES:
                part.append(entries.pop())
                size += len(part[-1][1])
            kept = self._do(put_many, namespace, part, size)
            self.sent += sum(len(data) for name, data in part if name in kept)
            if len(kept) < len(part):
                return False
        return not self.failed

    def may_write(self, namespace: str) -> bool:
        """Whether there are credentials. Asks no server."""
        if self.failed:
            return False
        may: bool | None = self._run(may_write, Place(self._url, namespace), most=self._left)
        return bool(may)

    def _do(
        self, work: Callable[..., list[Round]], namespace: str, items: list[tuple[str, R]], size: int
    ) -> dict[str, bytes | None]:
        if self.failed or not items:
            return {}
        start = time.monotonic()
        most = self._left + size / BYTES_A_SECOND + _SPARE
        done = self._run(work, Place(self._url, namespace), items, self._left, most=most)
        if done is None:
            return {}
        self._left -= max(0.0, time.monotonic() - start - done.moved / BYTES_A_SECOND)
        self.requests += len(done.found) + len(done.refused)
        self.refused |= done.refused
        if done.failed or self._left <= 0:
            self._fail(done.failed or "did not answer in time")
        return done.found

    def _run(self, work: Callable[..., list[S]], *args: object, most: float) -> S | None:
        """What ``work`` returns. It ends when its time is over; after ``most`` seconds its process is ended."""
        try:
            return self._executor.submit(work, *args).result(most)[0]
        except TimeoutError:
            self._fail("did not answer in time")
        except BrokenExecutor:
            self._fail("ended the process that asked it")
        return None

    @property
    def _executor(self) -> Submitter:
        if self._pool is None:
            self._pool = Pool(1)
        return self._pool.few

    def _fail(self, why: str) -> None:
        self.failed = why
        self.close()

    def close(self) -> None:
        """End the process."""
        if self._pool is not None:
            self._pool.end()
            self._pool = None
