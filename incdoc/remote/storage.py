"""What holds the entries of a shared cache, and the requests of one round, which threads of a process make.

The process is one of its own, which its parent ends: neither a server that sends a byte a second nor a look-up of a
host that does not end can hold a build longer than it waits for them.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import cache
from typing import NamedTuple, Protocol, TypeVar

from incdoc.config import SHARED_ON_HTTP

T = TypeVar("T")
R = TypeVar("R")

BYTES_A_SECOND = 1 << 20
"""What a cache must send or take to be worth its time: it costs no build more than ``seconds`` beyond that."""
_THREADS = 8
_SLICE = 0.02
"""Seconds after which it is looked how much was moved."""

Moved = Callable[[int], None]
"""Gets the number of bytes that were sent or received since it was called last."""


class StorageError(Exception):
    """Why a shared cache cannot be used: the end of a sentence that begins with its URL."""


class RefusedError(StorageError):
    """An entry that is not read. The cache can be used for others."""


class Storage(Protocol):
    """A place of entries by name: ``ac/<64 hex>``, ``cas/<64 hex>``."""

    def get(self, name: str, most: int, moved: Moved) -> bytes | None:
        """An entry; None if there is none. Raises RefusedError if it has more than ``most`` bytes; StorageError."""

    def put(self, name: str, data: bytes, moved: Moved) -> None:
        """Keep an entry, unless there is one of that name, where the place can tell. Raises StorageError."""

    def may_write(self) -> bool:
        """Whether there are credentials."""


class Place(NamedTuple):
    """Where entries are."""

    url: str
    namespace: str


class Round(NamedTuple):
    """What came of the requests of one round. ``found``: by name, None where there is no such entry; names without an
    answer are missing. ``refused``: why an entry was not read. ``moved``: bytes, also of entries that did not end.
    ``failed``: why the cache cannot be used, or empty."""

    found: dict[str, bytes | None]
    refused: dict[str, str]
    moved: int = 0
    failed: str = ""


def get_many(place: Place, names: list[tuple[str, int]], seconds: float) -> list[Round]:
    """Entries by (name, most bytes), as many as there are within ``seconds`` and the time for what is moved."""
    return _round(place, names, lambda storage, each, moved: storage.get(*each, moved), seconds)


def put_many(place: Place, entries: list[tuple[str, bytes]], seconds: float) -> list[Round]:
    """Keep entries, (name, bytes); None was found for each that is kept."""
    return _round(place, entries, lambda storage, each, moved: storage.put(*each, moved), seconds)


def may_write(place: Place) -> list[bool]:
    """Whether there are credentials for a place."""
    return [_storage(place).may_write()]


def _round(
    place: Place,
    items: Iterable[tuple[str, T]],
    work: Callable[[Storage, tuple[str, T], Moved], bytes | None],
    seconds: float,
) -> list[Round]:
    start = time.monotonic()
    found: dict[str, bytes | None] = {}
    refused: dict[str, str] = {}
    failed: list[str] = []
    moved: list[int] = []
    left = list(reversed([*items]))
    names = {each[0] for each in left}
    done = threading.Event()

    def serve() -> None:
        with suppress(IndexError):
            while not failed:
                each = left.pop()
                try:
                    found[each[0]] = work(_storage(place), each, moved.append)
                except RefusedError as error:
                    refused[each[0]] = str(error)
                except StorageError as error:
                    failed.append(str(error))
                except Exception as error:  # noqa: BLE001 - whatever a server makes of a library costs no build
                    failed.append(f"cannot be used ({type(error).__name__})")
                if failed or len(found) + len(refused) == len(names):
                    done.set()

    if names:
        for _ in range(min(_THREADS, len(names))):
            threading.Thread(target=serve, daemon=True).start()
        while not done.wait(_SLICE) and time.monotonic() - start < seconds + sum(moved) / BYTES_A_SECOND:
            pass
    late = "" if done.is_set() or not names else "did not answer in time"
    return [Round(dict(found), dict(refused), sum(moved), failed[0] if failed else late)]


@cache
def _made(url: str, thread: int, process: int) -> Storage:
    if url.startswith(SHARED_ON_HTTP):
        from incdoc.remote.http import HttpStorage

        return HttpStorage(url)
    from incdoc.remote.objects import ObjectStorage

    return ObjectStorage(url)


def _storage(place: Place) -> Storage:
    """The storage of this thread, or for all of them where it can serve several."""
    thread = threading.get_ident() if place.url.startswith(SHARED_ON_HTTP) else 0
    return _made(f"{place.url}/{place.namespace}", thread, os.getpid())
