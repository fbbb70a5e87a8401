"""Requests to a shared cache within a bounded time: rounds, each in a process that is ended if it does not return."""

from __future__ import annotations

import time
from concurrent.futures import BrokenExecutor, TimeoutError
from typing import TYPE_CHECKING, TypeVar

from incdoc.executors import Pool
from incdoc.remote.storage import Place, Round, get_many, may_write, put_many

if TYPE_CHECKING:
    from collections.abc import Callable

    from incdoc.executors.protocol import Submitter

R = TypeVar("R")
S = TypeVar("S")

BYTES_A_SECOND = 1 << 20
"""What a cache must send or take to be worth its time: it costs no build more than ``seconds`` beyond that."""
_ROUND_BYTES = 32 << 20
_ROUND_NAMES = 2048
_SPARE = 0.25
"""Seconds in which a process that is late in returning what it has may still do so."""


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

    def get(self, namespace: str, names: list[tuple[str, int]], expected: int = 0) -> dict[str, bytes | None]:
        """Entries by (name, most bytes); None where there is none. ``expected``: bytes of all."""
        found: dict[str, bytes | None] = {}
        for start in range(0, len(names), _ROUND_NAMES):
            part = names[start : start + _ROUND_NAMES]
            done = self._do(get_many, namespace, part, expected)
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
        may: bool | None = self._run(may_write, Place(self._url, namespace)) if not self.failed else None
        return bool(may)

    def _do(
        self, work: Callable[..., list[Round]], namespace: str, items: list[tuple[str, R]], size: int
    ) -> dict[str, bytes | None]:
        if self.failed or not items:
            return {}
        start = time.monotonic()
        done = self._run(work, Place(self._url, namespace), items, self._left + size / BYTES_A_SECOND)
        if done is None:
            return {}
        moved = max(sum(len(each) for each in done.found.values() if each), size if work is put_many else 0)
        self._left -= max(0.0, time.monotonic() - start - moved / BYTES_A_SECOND)
        self.requests += len(done.found) + len(done.refused)
        self.refused |= done.refused
        if done.failed or self._left <= 0:
            self._fail(done.failed or "did not answer in time")
        return done.found

    def _run(self, work: Callable[..., list[S]], *args: object) -> S | None:
        """What ``work`` returns; its last argument is the time that it has, if that is a number."""
        seconds = args[-1] if isinstance(args[-1], float) else self._left
        try:
            return self._executor.submit(work, *args).result(seconds + _SPARE)[0]
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
