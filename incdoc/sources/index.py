"""Git's index: the blob ids of tracked files, without reading one of them.

entry       a path with the stat, the mode and the blob id that it had when git last read the file
racy        an entry whose file is not older than the index itself: git would read it again
smudged     an entry whose size git set to 0, to say that it was racy when the index was written
converted   a file whose bytes on disk need not be those of the blob (line ends, filters, encodings)

Read here, not through git, because no command prints an entry's stat in a form made for programs. Versions
2, 3 and 4, SHA-1 and SHA-256. A split or a sparse index does not name every file: such an index is not
used, and the files are hashed. The format is described in git's gitformat-index(5).

`trusted` decides as git does, and only where the stored bytes are the bytes on disk: `converted` asks git
which attributes reach a path, and takes those for true whose blob has the size of the file: the conversions
of line ends and of ``$Id$`` only ever shorten on the way in, so equal length is equal content.
"""

from __future__ import annotations

import os
import struct
from hashlib import new
from typing import TYPE_CHECKING, NamedTuple

from incdoc.sources import git
from incdoc.sources.blob import blob_id

if TYPE_CHECKING:
    from collections.abc import Mapping

_HEADER = struct.Struct(">4sII")
_REGULAR = 0o100000
_EXTENDED = 0x4000
_LOW = 0xFFFFFFFF  # the index keeps 32 bits of sizes, inodes and seconds
_SHRINKING = frozenset(("text", "eol", "crlf", "ident"))
_OTHER = frozenset(("filter", "working-tree-encoding"))
_MANDATORY_UNKNOWN = range(ord("a"), ord("z") + 1)  # an extension in small letters must be understood


class Stat(NamedTuple):
    """What the index keeps of a stat, every number cut to 32 bits."""

    ctime: int
    ctime_ns: int
    mtime: int
    mtime_ns: int
    ino: int
    uid: int
    gid: int
    size: int


class IndexEntry(NamedTuple):
    """One path of the index; of a conflict, the last of its stages."""

    stat: Stat
    blob: bytes
    mode: int
    flags: int
    """The 16 bits of flags, and above them the 16 extended ones."""

    @property
    def stage(self) -> int:
        return self.flags >> 12 & 3

    @property
    def plain(self) -> bool:
        """A regular file, merged, and with none of assume-valid, skip-worktree and intent-to-add."""
        return self.mode & 0o170000 == _REGULAR and not self.flags & 0x6000_B000


class Index(NamedTuple):
    """The entries below one folder, by their path relative to it."""

    entries: dict[str, IndexEntry]
    mtime_ns: int
    algorithm: str

    def trusted(self, path: str, found: os.stat_result) -> bytes | None:
        """The blob id of ``path`` if git would not read the file to know it."""
        entry = self.entries.get(path)
        if entry is None or not entry.plain or entry.stat != cut(found):
            return None
        if found.st_mtime_ns >= self.mtime_ns:
            return None
        if not found.st_size and entry.blob != blob_id(b"", self.algorithm):
            return None  # smudged, and then emptied
        return entry.blob


def cut(found: os.stat_result) -> Stat:
    """A stat as the index would keep it."""
    ctime, ctime_ns = divmod(found.st_ctime_ns, 1_000_000_000)
    mtime, mtime_ns = divmod(found.st_mtime_ns, 1_000_000_000)
    return Stat(
        ctime & _LOW,
        ctime_ns,
        mtime & _LOW,
        mtime_ns,
        found.st_ino & _LOW,
        found.st_uid & _LOW,
        found.st_gid & _LOW,
        found.st_size & _LOW,
    )


def read(git_dir: str, algorithm: str = "sha1", prefix: str = "") -> Index | None:
    """The index of a work tree; None where there is none that can be used.

    ``prefix``: only what lies below this folder of the work tree, with a final slash.
    """
    path = os.path.join(git_dir, "index")
    try:
        with open(path, "rb") as file:
            found = os.fstat(file.fileno())
            data = file.read()
    except OSError:
        return None
    try:
        entries = _parse(data, algorithm, prefix.encode("utf-8", "surrogateescape"))
    except (struct.error, IndexError, ValueError):
        return None
    return None if entries is None else Index(entries, found.st_mtime_ns, algorithm)


def converted(root: str, blobs: Mapping[str, tuple[bytes, int]]) -> set[str] | None:
    """Of paths below ``root`` with blob id and size on disk, those whose bytes may differ from the blob's.

    None where git cannot tell.
    """
    exact, doubtful = set(), set()
    everywhere = _line_ends(root)
    listed = "\0".join(blobs).encode("utf-8", "surrogateescape")
    answer = git.ask(root, "check-attr", "-z", "--stdin", "--all", data=listed + b"\0")
    if answer is None or everywhere is None:
        return None
    fields = answer.decode("utf-8", "surrogateescape").split("\0")
    for path, name, value in zip(fields[::3], fields[1::3], fields[2::3], strict=False):
        if name in _OTHER and value != "unset":
            exact.add(path)
        elif name in _SHRINKING and value != "unset":
            doubtful.add(path)
    if everywhere:
        doubtful.update(blobs)
    return exact | _resized(root, {path: blobs[path] for path in doubtful - exact})


def _line_ends(root: str) -> bool | None:
    """Whether settings convert the line ends of files that no attribute names."""
    answer = git.ask(root, "config", "-z", "--default", "false", "--get", "core.autocrlf")
    if answer is None:
        return None
    return answer.rstrip(b"\0").lower() not in (b"false", b"no", b"off", b"0", b"")


def _resized(root: str, blobs: Mapping[str, tuple[bytes, int]]) -> set[str]:
    """The paths whose blob has another size than the file, or is not there."""
    if not blobs:
        return set()
    asked = "".join(f"{blob.hex()}\n" for blob, _ in blobs.values()).encode()
    answer = git.ask(root, "cat-file", "--buffer", "--batch-check=%(objecttype) %(objectsize)", data=asked)
    sizes = (answer or b"").splitlines()
    if len(sizes) != len(blobs):
        return set(blobs)
    return {path for (path, (_, size)), line in zip(blobs.items(), sizes, strict=True) if line != b"blob %d" % size}


def _parse(data: bytes, algorithm: str, prefix: bytes) -> dict[str, IndexEntry] | None:
    magic, version, count = _HEADER.unpack_from(data)
    width = new(algorithm).digest_size
    if magic != b"DIRC" or version not in (2, 3, 4) or not _whole(data, algorithm, width):
        return None
    entries, end = _entries(data, version, count, width, prefix)
    return entries if _complete(data, end, len(data) - width) else None


def _whole(data: bytes, algorithm: str, width: int) -> bool:
    """Whether the checksum at the end is right, or left out (index.skipHash)."""
    sum_ = data[-width:]
    return not any(sum_) or new(algorithm, data[:-width], usedforsecurity=False).digest() == sum_


def _entries(data: bytes, version: int, count: int, width: int, prefix: bytes) -> tuple[dict[str, IndexEntry], int]:
    fixed = struct.Struct(f">10I{width}sH")
    unpack, length, skip = fixed.unpack_from, fixed.size, len(prefix)
    entries = {}
    at, path = _HEADER.size, b""
    for _ in range(count):
        cs, cn, ms, mn, _dev, ino, mode, uid, gid, size, blob, flags = unpack(data, at)
        start = at
        at += length
        if flags & _EXTENDED:
            flags |= int.from_bytes(data[at : at + 2], "big") << 16
            at += 2
        if version == 4:
            drop, at = _offset(data, at)
            end = data.index(b"\0", at)
            path = path[: len(path) - drop] + data[at:end]
            at = end + 1
        else:
            end = data.index(b"\0", at)
            path = data[at:end]
            at = start + ((end - start) // 8 + 1) * 8
        if path.startswith(prefix):
            name = path[skip:].decode("utf-8", "surrogateescape")
            entries[name] = IndexEntry(Stat(cs, cn, ms, mn, ino, uid, gid, size), blob, mode, flags)
    return entries, at


def _offset(data: bytes, at: int) -> tuple[int, int]:
    """A number as git packs it (varint.c), and where the next byte is."""
    byte = data[at]
    value = byte & 0x7F
    while byte & 0x80:
        at += 1
        byte = data[at]
        value = (value + 1) << 7 | byte & 0x7F
    return value, at + 1


def _complete(data: bytes, at: int, end: int) -> bool:
    """Whether no extension says that entries are missing or mean something else."""
    while at < end:
        if data[at] in _MANDATORY_UNKNOWN:
            return False  # link: split index; sdir: sparse index
        at += 8 + int.from_bytes(data[at + 4 : at + 8], "big")
    return at == end
