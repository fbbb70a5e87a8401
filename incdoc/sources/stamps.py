"""The content that a file had when its stat was last seen: a file that cannot have changed is not read.

stamp       size, mtime, inode and ctime of a file, and the blob id of its bytes
racy        a file so young when it was read that a later write may have the same times
window      how old a file's times must be, before its reading began, for its stamp to be believed

A file system records times in steps: two writes within one step leave equal times. A program cannot set ctime, so a
write after the reading has another ctime, unless it fell into the step that the reading saw. A stamp is therefore
believed only if the times were older than one step when the reading began. Steps are 2 s on FAT, 1 s on old Unix ones
and some network shares, 10 ms on exFAT, and a tick of the kernel (1 to 16 ms) elsewhere. A ctime that is not a
multiple of 10 ms shows the last kind, for which `FINE` is enough: otherwise a build right after a checkout would make
the next one hash everything. `WINDOW` is for all others. Times later than the clock are never believed.

A racy file is recorded with its blob id and a size that no file has; the next scan hashes it, and then its stamp
counts.

Format: one header, the names, the rows, all little-endian; a CRC over the rest is against damage, not
malice. Two columns decode in C: 60,000 rows in 20 ms, where MessagePack takes 23 ms and rows of a database
100 ms. They encode in 60 ms, which is too long for a build that changed one page: `delta` gives the rows that
differ from what was decoded, each with its own CRC, to be stored beside it. Raise VERSION when this changes.
"""

from __future__ import annotations

import struct
import time
import zlib
from itertools import islice
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from collections.abc import Set as AbstractSet

VERSION = 1
WINDOW = 2_000_000_000
FINE = 100_000_000

_MAGIC = b"incstamp"
_HEADER = struct.Struct("<8sHHIQ")  # magic, version, length of a blob id, CRC, length of the names
_CRC_FROM = struct.calcsize("<8sHHI")
_FIXED = struct.calcsize("<qqQq")
_STEP = 10_000_000
_INODE = (1 << 64) - 1  # ReFS has 128 bits
_RACY = -1
_NEVER = -(1 << 63)
"""A time that no file has whose stamp is believed."""

_Row = tuple[int, int, int, int, bytes]


class Found(Protocol):
    """The part of a file's stat that a stamp keeps."""

    @property
    def st_size(self) -> int: ...
    @property
    def st_mtime_ns(self) -> int: ...
    @property
    def st_ino(self) -> int: ...
    @property
    def st_ctime_ns(self) -> int: ...


F = TypeVar("F", bound=Found)
Amendment = tuple[Found, bytes, int | None]
"""The arguments of `Stamps.record` besides a path."""


class Stamps:
    """Stamps by path. ``changed``: whether they differ from what they were decoded from."""

    __slots__ = ("_rows", "_touched", "clock", "whole")

    def __init__(self, clock: int | None = None) -> None:
        """``clock``: nanoseconds since 1970, of a moment before anything that will be recorded is read."""
        self._rows: dict[str, _Row] = {}
        self.clock = time.time_ns() if clock is None else clock
        self._touched: set[str] = set()
        self.whole = False
        """Whether all stamps must be encoded again, because those that were decoded are of no use."""

    @property
    def changed(self) -> bool:
        """Whether it differs from what it was decoded from."""
        return self.whole or bool(self._touched)

    @classmethod
    def decode(cls, data: bytes, rows: Iterable[tuple[str, bytes]] = (), clock: int | None = None) -> Stamps:
        """Decode the bytes of `encode` and the `delta`s since; no stamps if the bytes are damaged."""
        stamps = cls(clock)
        unpacked = _unpack(data)
        if unpacked is not None:
            stamps._rows = dict(zip(*unpacked, strict=True))
        stamps.whole = bool(data) and unpacked is None
        for path, row in rows:
            stamps._amend(path, row)
        return stamps

    def _amend(self, path: str, row: bytes) -> None:
        if zlib.crc32(row[4:], zlib.crc32(path.encode("utf-8", "surrogateescape"))) != int.from_bytes(
            row[:4], "little"
        ):
            self.forget(path)
        elif len(row) == 4:
            self._rows.pop(path, None)
        else:
            self._rows[path] = _row_format(len(row) - 4 - _FIXED).unpack(row[4:])

    def delta(self) -> Iterator[tuple[str, bytes]]:
        """(path, row) of every path that was recorded or forgotten since the decoding or ``saved``."""
        for path in sorted(self._touched):
            row = self._rows.get(path)
            packed = _row_format(len(row[4])).pack(*row) if row else b""
            yield path, _row_crc(path, packed) + packed

    @property
    def touched(self) -> AbstractSet[str]:
        """The paths in ``delta``."""
        return self._touched

    def saved(self) -> None:
        """To be called when the result of ``encode`` or ``delta`` was stored: changes count from now on."""
        self._touched.clear()
        self.whole = False

    def encode(self) -> bytes:
        """The bytes that `decode` reads."""
        width = max((len(row[4]) for row in self._rows.values()), default=0)
        rows = {path: row for path, row in self._rows.items() if len(row[4]) == width}
        pack = _row_format(width).pack
        names = "\0".join(rows).encode("utf-8", "surrogateescape")
        body = b"".join([names, *[pack(*row) for row in rows.values()]])
        tail = struct.pack("<Q", len(names))
        head = struct.pack("<8sHHI", _MAGIC, VERSION, width, zlib.crc32(body, zlib.crc32(tail)))
        return head + tail + body

    def unlike(self, lstat: Callable[[str], F], paths: Iterable[str] | None = None) -> dict[str, F | None]:
        """The paths (all, or those in ``paths``) whose stat differs from the recorded one, with their stat; None if the
        file does not exist. The content of all others cannot have changed."""
        rows = self._rows
        asked = rows.items() if paths is None else [(path, rows[path]) for path in paths if path in rows]
        return _compare(asked, lstat, self.clock)

    @classmethod
    def glance(
        cls, data: bytes, rows: Iterable[tuple[str, bytes]], lstat: Callable[[str], F]
    ) -> tuple[int, dict[str, F | None]]:
        """The number of stamps and the `unlike` ones, without decoding all of them."""
        since = dict(rows)
        paths, packed = _unpack(data) or ([], iter(()))
        left = len(paths)

        def others() -> Iterator[tuple[str, _Row]]:
            nonlocal left
            for path, row in zip(paths, packed, strict=True):
                if path in since:
                    left -= 1
                else:
                    yield path, row

        differing = _compare(others() if since else zip(paths, packed, strict=True), lstat, time.time_ns())
        amended = cls.decode(b"", since.items())
        differing.update(amended.unlike(lstat))
        return left + len(amended), differing

    def at(self, path: str) -> tuple[int, bytes] | None:
        """Size and blob id of ``path`` as they were recorded."""
        row = self._rows.get(path)
        return (row[0], row[4]) if row is not None else None

    def record(self, path: str, found: Found, blob: bytes, clock: int | None = None) -> None:
        """Record what was read. ``clock``: a moment before the reading; default: this object's own."""
        began = self.clock if clock is None else clock
        row = _row(found, blob) if settled(found, began) else (_RACY, 0, 0, 0, blob)
        if self._rows.get(path) != row:
            self._rows[path] = row
            self._touched.add(path)

    def record_stored(self, path: str, size: int, blob: bytes) -> None:
        """Record a file that only git has because the checkout leaves it out; no file on disk matches this stamp."""
        row = (size, _NEVER, 0, 0, blob)
        if self._rows.get(path) != row:
            self._rows[path] = row
            self._touched.add(path)

    def stored(self, path: str, blob: bytes) -> int | None:
        """The size of a file that only git has, as it was recorded with this blob id; None where it was not."""
        row = self._rows.get(path)
        return row[0] if row is not None and row[1] == _NEVER and row[4] == blob else None

    def amend(self, changes: Mapping[str, Amendment | None]) -> None:
        """`record` each change, or `forget` the path if it is None, also for paths without a stamp here."""
        for path, change in changes.items():
            if change is not None:
                self.record(path, *change)
            else:
                self._rows.pop(path, None)
                self._touched.add(path)

    def forget(self, path: str) -> None:
        """Drop the stamp of ``path``: the next scan reads the file."""
        if self._rows.pop(path, None) is not None:
            self._touched.add(path)

    def renewed(self, width: int, clock: int | None = None) -> Stamps:
        """A copy for another scan, with its own clock; empty if its blob ids are not ``width`` bytes long."""
        stamps = Stamps(clock)
        fits = all(len(row[4]) == width for row in islice(self._rows.values(), 1))  # all have the same length
        stamps._rows = self._rows.copy() if fits else {}
        stamps._touched = self._touched.copy()
        stamps.whole = self.whole or not fits
        return stamps

    def keep(self, paths: AbstractSet[str]) -> None:
        """Forget all but ``paths``."""
        for path in self._rows.keys() - paths:
            self.forget(path)

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def __contains__(self, path: object) -> bool:
        return path in self._rows


def _row(found: Found, blob: bytes) -> _Row:
    return (found.st_size, found.st_mtime_ns, found.st_ino & _INODE, found.st_ctime_ns, blob)


def settled(found: Found, began: int) -> bool:
    """Whether a file's times are so old that no write since ``began`` (nanoseconds since 1970) can have the same."""
    window = FINE if found.st_ctime_ns % _STEP else WINDOW
    return max(found.st_mtime_ns, found.st_ctime_ns) + window <= began and found.st_mtime_ns > _NEVER


def _row_crc(path: str, packed: bytes) -> bytes:
    return zlib.crc32(packed, zlib.crc32(path.encode("utf-8", "surrogateescape"))).to_bytes(4, "little")


def _row_format(width: int) -> struct.Struct:
    return struct.Struct(f"<qqQq{width}s")


def _unpack(data: bytes) -> tuple[list[str], Iterator[_Row]] | None:
    """The paths, and as many rows; None if `encode` did not make the bytes."""
    try:
        magic, version, width, crc, size = _HEADER.unpack_from(data)
        if (magic, version) == (_MAGIC, VERSION) and crc == zlib.crc32(memoryview(data)[_CRC_FROM:]):
            end = _HEADER.size + size
            rows = memoryview(data)[end:]
            names = data[_HEADER.size : end].decode("utf-8", "surrogateescape")
            paths = names.split("\0") if rows else []
            if len(rows) == len(paths) * (_FIXED + width):
                return paths, _row_format(width).iter_unpack(rows)
    except (struct.error, UnicodeDecodeError, TypeError, ValueError):
        pass
    return None


def _compare(rows: Iterable[tuple[str, _Row]], lstat: Callable[[str], F], clock: int) -> dict[str, F | None]:
    differing: dict[str, F | None] = {}
    for path, (size, mtime, inode, ctime, _) in rows:
        try:
            found = lstat(path)
        except OSError:
            differing[path] = None
            continue
        if not (
            ctime == found.st_ctime_ns <= clock
            and mtime == found.st_mtime_ns <= clock
            and size == found.st_size
            and inode == found.st_ino & _INODE
        ):
            differing[path] = found
    return differing
