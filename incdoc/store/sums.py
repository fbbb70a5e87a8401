"""The checksums of the store: one for each page of the database file, in a file beside it.

Checksums in rows find a row that changed, but not one that is missing: a flipped bit in a B-tree, or two pages of the
file that were swapped, hide rows without a trace. So each page of the file has one.

Terms: the **sums** are those of one state of the database file, which has a random **id**. The **log** is SQLite's
(``-wal``): what was committed since, beside the file. To **seal** is to move the log into the file.

Nothing but ``Store.seal`` moves the log, and the sums of what will be are written before (SQLite does it by itself
when a connection is closed: Store seals before it closes). The first row that is written into a new log is the id of
the sums that the file then has, so that a log is known to follow this state of the file and no other. Killed at any
moment, a build leaves one of

- a file that matches the sums; no log, or one that begins with the sums' id;
- a file into which the log is being moved, and sums of the result: file and log together match them.

Everything else is damage. SQLite checks the log itself, when the first process opens it: it ends where a frame is
damaged, which leaves an earlier state.

Where size, mtime, inode and ctime of the file are those that were noted after it was sealed, and there is no log,
no program wrote to it since; then only a part of it, another in each build, is read and compared. That is for what
changes bits without writing, as a failing disk.

Rejected: checksums of blocks of 64 KiB, which are fewer, but to seal one page then reads the whole block; SQLite's own
checksum extension, which Python's module does not have.

Format: magic, CRC of the rest, id, stat, size of a page, then 4 bytes a page; little-endian. Raise VERSION of the
schema when this changes.
"""

from __future__ import annotations

import os
import struct
import zlib
from typing import BinaryIO, NamedTuple

_MAGIC = b"incsums1"
_HEAD = struct.Struct("<8sI")
_REST = struct.Struct("<16sqqQqI")
_INODE = (1 << 64) - 1
_UNKNOWN = (-1, 0, 0, 0)
_CHUNK = 1 << 20
_LOG_HEADER = 32
_FRAME_HEADER = 24

_Stat = tuple[int, int, int, int]


class Sums(NamedTuple):
    """``id``: 16 bytes. ``stat``: of the file when it was sealed; of no file while that is not known. ``pages``: 4
    bytes for each page, whose ``size`` is in bytes."""

    id: bytes
    stat: _Stat
    size: int
    pages: bytes

    @classmethod
    def new(cls, size: int, pages: bytes) -> Sums:
        """The sums of a new state, with an id that no other state has."""
        return cls(os.urandom(16), _UNKNOWN, size, pages)

    @classmethod
    def of_image(cls, image: bytes | bytearray, size: int) -> Sums:
        """The sums of a whole database, of pages of ``size`` bytes."""
        return cls.new(size, _sums(memoryview(image), size))

    @classmethod
    def decode(cls, data: bytes | None) -> Sums | None:
        """What ``encode`` made; None of anything else."""
        if data is None or len(data) < _HEAD.size + _REST.size:
            return None
        magic, crc = _HEAD.unpack_from(data)
        view = memoryview(data)[_HEAD.size :]
        if magic != _MAGIC or crc != zlib.crc32(view) or (len(view) - _REST.size) % 4:
            return None
        identity, length, mtime, inode, ctime, size = _REST.unpack_from(view)
        return cls(identity, (length, mtime, inode, ctime), size, bytes(view[_REST.size :]))

    def encode(self) -> bytes:
        """The bytes of the file."""
        rest = _REST.pack(self.id, *self.stat, self.size) + self.pages
        return _HEAD.pack(_MAGIC, zlib.crc32(rest)) + rest

    def sealed(self, found: os.stat_result) -> Sums:
        """These sums, for a file with this stat."""
        return self._replace(stat=stat_of(found))

    @property
    def length(self) -> int:
        """How many pages there are."""
        return len(self.pages) // 4

    def is_of(self, image: bytes | bytearray) -> bool:
        """Whether a whole database matches these sums."""
        return len(image) == self.length * self.size and _sums(memoryview(image), self.size) == self.pages

    def is_of_file(self, file: BinaryIO) -> bool:
        """Whether an unbuffered file matches these sums."""
        return os.fstat(file.fileno()).st_size == self.length * self.size and self.is_of_part(file, 0, self.length)

    def is_of_part(self, file: BinaryIO, first: int, count: int) -> bool:
        """Whether ``count`` pages of a file from the page ``first`` on, the first being 0, match these sums."""
        last = min(first + count, self.length)
        step = max(1, _CHUNK // self.size)
        file.seek(first * self.size)
        for start in range(first, last, step):
            end = min(start + step, last)
            data = file.read((end - start) * self.size)
            if (
                len(data) != (end - start) * self.size
                or _sums(memoryview(data), self.size) != self.pages[4 * start : 4 * end]
            ):
                return False
        return True

    def after(self, log: BinaryIO) -> Sums | None:
        """Of the file once a log, of this process and its children alone, is moved into it; None where the log is none
        that can be read. Frames after the last that ends a transaction are of none."""
        header = log.read(_LOG_HEADER)
        if len(header) < _LOG_HEADER or int.from_bytes(header[8:12], "big") != self.size:
            return None
        salts = header[16:24]
        waiting: dict[int, int] = {}
        committed: dict[int, int] = {}
        count = self.length
        whole = _FRAME_HEADER + self.size
        while len(data := log.read(whole * 64)) >= whole:
            for start in range(0, len(data) - whole + 1, whole):
                page, length = struct.unpack_from(">II", data, start)
                if data[start + 8 : start + 16] != salts:
                    break
                waiting[page] = zlib.crc32(data[start + _FRAME_HEADER : start + whole])
                if length:
                    count = length
                    committed.update(waiting)
                    waiting.clear()
            else:
                continue
            break  # what a log held before it began anew
        pages = bytearray(self.pages[: 4 * count])
        # what is not written of a longer file is zeros
        pages += zlib.crc32(bytes(self.size)).to_bytes(4, "little") * (count - len(pages) // 4)
        for page, crc in committed.items():
            if 0 < page <= count:
                pages[4 * page - 4 : 4 * page] = crc.to_bytes(4, "little")
        return Sums.new(self.size, bytes(pages))


def stat_of(found: os.stat_result) -> _Stat:
    """The part of a stat that no write leaves as it was."""
    return found.st_size, found.st_mtime_ns, found.st_ino & _INODE, found.st_ctime_ns


def _sums(view: memoryview, size: int) -> bytes:
    sums = [zlib.crc32(view[start : start + size]) for start in range(0, len(view), size)]
    return struct.pack(f"<{len(sums)}I", *sums)


def summed(key: bytes, value: bytes) -> bytes:
    """A row with a checksum of it and its key."""
    return zlib.crc32(value, zlib.crc32(key)).to_bytes(4, "big") + value


def unsummed(key: bytes, row: bytes) -> bytes | None:
    """What was summed; None of anything else."""
    value = row[4:]
    return value if zlib.crc32(value, zlib.crc32(key)).to_bytes(4, "big") == row[:4] else None
