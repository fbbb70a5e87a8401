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
    from collections.abc import Iterable, Mapping

_KEPT = struct.Struct(">8I")
_HEADER = struct.Struct(">4sII")
_FIXED = 40  # bytes of an entry before its blob id
_REGULAR = 0x80  # of the mode's second last byte
_ODD = 0xB0  # of the flags' first byte: assume-valid, and the stage of a conflict
_HIDDEN = 0x60  # of the extended flags' first byte: skip-worktree, intent-to-add
_LOW = 0xFFFFFFFF  # the index keeps 32 bits of sizes, inodes and seconds
_SHRINKING = frozenset(("text", "eol", "crlf", "ident"))
_OTHER = frozenset(("filter", "working-tree-encoding"))
_MANDATORY_UNKNOWN = range(ord("a"), ord("z") + 1)  # an extension in small letters must be understood


class Index(NamedTuple):
    """The entries below one folder, by their path relative to it, as bytes: most are never looked at."""

    raw: dict[str, bytes]
    mtime_ns: int
    algorithm: str

    def blob(self, path: str) -> bytes:
        """The blob id of a path; of a conflict, that of the last of its stages. Raises KeyError."""
        return self.raw[path][_FIXED : self._end]

    def plain(self, path: str) -> bool:
        """A regular file, merged, and with none of assume-valid, skip-worktree and intent-to-add. Raises KeyError."""
        return self._plain(self.raw[path])

    def _plain(self, raw: bytes) -> bool:
        regular = raw[26] & 0xF0 == _REGULAR
        return regular and not raw[self._end] & _ODD and not (len(raw) > self._end + 2 and raw[self._end + 2] & _HIDDEN)

    @property
    def _end(self) -> int:
        return _FIXED + (20 if self.algorithm == "sha1" else 32)

    def trusted(self, path: str, found: os.stat_result) -> bytes | None:
        """The blob id of ``path`` if git would not read the file to know it."""
        raw = self.raw.get(path)
        if raw is None or found.st_mtime_ns >= self.mtime_ns:
            return None
        if raw[:16] + raw[20:24] + raw[28:_FIXED] != _as_kept(found) or not self._plain(raw):
            return None
        blob = raw[_FIXED : self._end]
        if not found.st_size and blob != blob_id(b"", self.algorithm):
            return None  # smudged, and then emptied
        return blob


def _as_kept(found: os.stat_result) -> bytes:
    """A stat as the index would keep it, but for device and mode."""
    ctime, ctime_ns = divmod(found.st_ctime_ns, 1_000_000_000)
    mtime, mtime_ns = divmod(found.st_mtime_ns, 1_000_000_000)
    return _KEPT.pack(
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


def blobs(
    root: str, repository: git.Repository, files: Iterable[tuple[str, os.stat_result]], folder: str = ""
) -> dict[str, bytes]:
    """The blob ids of those ``files`` that git would not read either, and whose bytes are what it stores.

    Paths are relative to ``folder``, which is empty or ends with a slash, below ``root``. Starts git twice or more
    where there are such files: worth it for many.
    """
    known = read(repository.git_dir, repository.algorithm, repository.prefix + folder)
    if known is None:
        return {}
    trusted = {}
    for path, found in files:
        blob = known.trusted(path, found)
        if blob is not None:
            trusted[folder + path] = (blob, found.st_size)
    doubtful = converted(root, trusted) if trusted else set()
    if doubtful is None:
        return {}
    return {path[len(folder) :]: blob for path, (blob, _) in trusted.items() if path not in doubtful}


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


def _parse(data: bytes, algorithm: str, prefix: bytes) -> dict[str, bytes] | None:
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


def _entries(data: bytes, version: int, count: int, width: int, prefix: bytes) -> tuple[dict[str, bytes], int]:
    length, skip = _FIXED + width + 2, len(prefix)
    names, raws = [], []
    at, path, find = _HEADER.size, b"", data.index
    for _ in range(count):
        start = at
        at += length + 2 * (data[at + length - 2] >> 6 & 1)  # extended flags
        fixed = at
        if version == 4:
            drop, at = _offset(data, at)
            end = find(b"\0", at)
            path = path[: len(path) - drop] + data[at:end]
            at = end + 1
        else:
            end = find(b"\0", at)
            path = data[at:end]
            at = start + ((end - start) // 8 + 1) * 8
        if path.startswith(prefix):
            names.append(path[skip:])
            raws.append(data[start:fixed])
    text = b"\0".join(names).decode("utf-8", "surrogateescape")
    return dict(zip(text.split("\0") if names else (), raws, strict=True)), at


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
