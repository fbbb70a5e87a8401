"""Blob ids, and reading a file so that the id belongs to the bytes.

blob id     digest of ``b"blob <length>\\0"`` and the bytes, by the repository's algorithm (SHA-1, or SHA-256)
steady      a file whose stat was the same before and after it was read

A file is opened without following a link and without waiting for the other end of a pipe, and only if
``lstat`` and then ``fstat`` say that it is a regular file: opening a device can have effects, and opening a
pipe can wait for ever.
"""

from __future__ import annotations

import hashlib
import os
import stat
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal

from incdoc.config import SourceError, UnsteadyError

if TYPE_CHECKING:
    from collections.abc import Iterator

EntryKind = Literal["file", "link", "special", "submodule", "repository", "folder", "unreadable"]
"""What is at a path. ``special``: a device or a pipe; ``repository``: another one, inside; ``folder``: only until it is
known whether it is one of the two."""

_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)
_CHUNK = 1 << 20
_TRIES = 4
_PAUSE = 0.02  # seconds; longer than an editor's write of an ordinary file


def blob_id(data: bytes, algorithm: str = "sha1") -> bytes:
    """The raw digest that ``git hash-object`` prints in hex for ``data``."""
    digest = hashlib.new(algorithm, b"blob %d\0" % len(data), usedforsecurity=False)
    digest.update(data)
    return digest.digest()


def hash_file(path: str | os.PathLike[str], algorithm: str = "sha1", name: str = "") -> tuple[bytes, os.stat_result]:
    """Blob id and stat of a regular file of any size. ``name``: the file's name in messages.

    Raises SourceError if it is not a regular file, cannot be read, or changes while it is read.
    """
    for wait in _attempts():
        with _opened(path, name or path) as (handle, before):
            blob = _digest(handle, before, algorithm)
            if blob is not None and same(before, os.fstat(handle)):
                return blob, before
        time.sleep(wait)
    raise _still_written(name or path)


def read_file(
    path: str | os.PathLike[str], algorithm: str = "sha1", name: str = ""
) -> tuple[bytes, bytes, os.stat_result]:
    """The bytes of a regular file, their blob id, and the file's stat. Raises as `hash_file` does."""
    for wait in _attempts():
        with _opened(path, name or path) as (handle, before):
            data = _all(handle, before.st_size)
            if len(data) == before.st_size and same(before, os.fstat(handle)):
                return data, blob_id(data, algorithm), before
        time.sleep(wait)
    raise _still_written(name or path)


def read_head(path: str | os.PathLike[str], size: int) -> bytes:
    """The first ``size`` bytes of a regular file. Raises SourceError where it cannot be read."""
    with _opened(path, path) as (handle, _):
        return _all(handle, size)


def same(one: os.stat_result, other: os.stat_result) -> bool:
    """Whether two stats are of one file that did not change in between."""
    return (
        one.st_mtime_ns == other.st_mtime_ns
        and one.st_ctime_ns == other.st_ctime_ns
        and one.st_size == other.st_size
        and one.st_ino == other.st_ino
        and one.st_dev == other.st_dev
    )


def _attempts() -> Iterator[float]:
    return (_PAUSE * attempt for attempt in range(_TRIES))


@contextmanager
def _opened(path: str | os.PathLike[str], name: str | os.PathLike[str]) -> Iterator[tuple[int, os.stat_result]]:
    handle = -1
    try:
        _demand_regular(name, os.lstat(path))
        handle = os.open(path, _FLAGS)
        found = os.fstat(handle)
        _demand_regular(name, found)
        yield handle, found
    except OSError as error:
        raise SourceError(f"{printable(name)} cannot be read: {error.strerror}.") from error
    finally:
        if handle >= 0:
            os.close(handle)


def _demand_regular(name: str | os.PathLike[str], found: os.stat_result) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise SourceError(f"{printable(name)} is not a regular file.")


def _digest(handle: int, before: os.stat_result, algorithm: str) -> bytes | None:
    """The blob id; None if the file was not as long as its stat said."""
    size = before.st_size
    if size < _CHUNK:
        data = _all(handle, size)
        return blob_id(data, algorithm) if len(data) == size else None
    digest = hashlib.new(algorithm, b"blob %d\0" % size, usedforsecurity=False)
    while chunk := os.read(handle, _CHUNK):
        size -= len(chunk)
        digest.update(chunk)
        if size < 0:
            return None
    return digest.digest() if size == 0 else None


def _all(handle: int, size: int) -> bytes:
    """The first ``size`` bytes; fewer if the file shrank. A later stat shows whether it grew."""
    parts = []
    while size and (part := os.read(handle, size)):
        parts.append(part)
        size -= len(part)
    return parts[0] if len(parts) == 1 else b"".join(parts)


def printable(name: str | os.PathLike[str]) -> str:
    """A path for a message: one line of printable characters."""
    return repr(os.fspath(name))[1:-1]


def escape_non_utf8(path: str) -> str:
    """A path as valid UTF-8: bytes that are not UTF-8 are written as ``\\xNN``."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def algorithm_of(blob: bytes) -> str:
    """The hash algorithm of a blob id, by its length."""
    return "sha256" if len(blob) == 32 else "sha1"


def _still_written(name: str | os.PathLike[str]) -> UnsteadyError:
    return UnsteadyError(f"{printable(name)} changed while it was read; build again when it is complete.")
