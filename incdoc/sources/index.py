"""Git's index: the blob ids of tracked files, without reading the files.

entry       a path with the stat, the mode and the blob id that it had when git last read the file
racy        an entry whose file is not older than the index itself: git would read the file again
smudged     an entry whose size git set to 0 because it was racy when the index was written
converted   a file whose bytes on disk may differ from those of the blob (line ends, filters, encodings)

Parsed here, because no git command prints an entry's stat in a form for programs. Versions
2, 3 and 4, SHA-1 and SHA-256. A split or a sparse index does not name every file: such an index is not
used, and the files are hashed. The format is described in git's gitformat-index(5).

`trusted` decides as git does, and only if the stored bytes are the bytes on disk: `converted` asks git which
attributes apply to a path, and believes those whose blob has the size of the file. The conversions of line ends
and of ``$Id$`` only ever shorten a file on its way into git, so equal length means equal content.
"""

from __future__ import annotations

import os
import struct
from hashlib import new
from typing import TYPE_CHECKING, NamedTuple

from incdoc.config import SourceError
from incdoc.sources import git
from incdoc.sources.blob import EntryKind, blob_id, read_file

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterable, Iterator, Mapping

_STAT = struct.Struct(">10I")
_HEADER = struct.Struct(">4sII")
_FIXED = 40  # bytes of an entry before its blob id
_REGULAR = 0x80  # in the mode's second last byte
_ODD = 0xB0  # in the flags' first byte: assume-valid, and the stage of a conflict
_SKIPPED = 0x40  # of the extended flags' first byte: skip-worktree
_HIDDEN = 0x60  # in the extended flags' first byte: skip-worktree, intent-to-add
_LOW = 0xFFFFFFFF  # the index keeps 32 bits of sizes and inodes; seconds that need more are not believed
_SECOND = 1_000_000_000
_SHRINKING = frozenset(("text", "eol", "crlf", "ident"))
_OTHER = frozenset(("filter", "working-tree-encoding"))
_MANDATORY_UNKNOWN = range(ord("a"), ord("z") + 1)  # an extension with a lower-case name must be understood


class Left(NamedTuple):
    """What git has under a path that a sparse checkout leaves out. ``kind``: as an Entry's."""

    kind: EntryKind
    blob: bytes


_KINDS: dict[int, EntryKind] = {0o100000: "file", 0o120000: "link", 0o160000: "submodule"}


class Index(NamedTuple):
    """The entries below one folder, by their path relative to it, as bytes: most are never decoded."""

    raw: dict[str, bytes]
    mtime_ns: int
    algorithm: str

    def blob(self, path: str) -> bytes:
        """The blob id of a path; in a conflict, that of its last stage. Raises KeyError."""
        return self.raw[path][_FIXED : self._end]

    def plain(self, path: str) -> bool:
        """Whether a path is a regular file, merged, without assume-valid, skip-worktree and intent-to-add. Raises
        KeyError."""
        return _is_plain(self.raw[path], self._end)

    def left_out(self, paths: Iterable[str]) -> dict[str, Left]:
        """Those of ``paths`` that the checkout leaves out (skip-worktree)."""
        end, found = self._end, {}
        for path in paths:
            raw = self.raw.get(path, b"")
            if len(raw) > end + 2 and raw[end + 2] & _SKIPPED:
                kind = _KINDS.get(int.from_bytes(raw[24:28], "big") & 0o170000, "special")
                found[path] = Left(kind, raw[_FIXED:end])
        return found

    @property
    def _end(self) -> int:
        return _FIXED + (20 if self.algorithm == "sha1" else 32)

    def trusted(self, files: Iterable[tuple[str, os.stat_result]]) -> dict[str, bytes]:
        """The blob ids of the files that git would not read again."""
        empty, end, raws, written = blob_id(b"", self.algorithm), self._end, self.raw, self.mtime_ns
        unpack = _STAT.unpack_from
        known = {}
        for path, found in files:
            raw = raws.get(path)
            mtime = found.st_mtime_ns
            if raw is None or mtime >= written:
                continue
            ctime_s, ctime_ns, mtime_s, mtime_ns, _, inode, _, uid, gid, size = unpack(raw)
            if (
                mtime_s * _SECOND + mtime_ns == mtime
                and ctime_s * _SECOND + ctime_ns == found.st_ctime_ns
                and inode == found.st_ino & _LOW
                and uid == found.st_uid & _LOW
                and gid == found.st_gid & _LOW
                and size == found.st_size & _LOW
                and _is_plain(raw, end)
                and (size or found.st_size or raw[_FIXED:end] == empty)  # else smudged, and then emptied
            ):
                known[path] = raw[_FIXED:end]
        return known


def _is_plain(raw: bytes, end: int) -> bool:
    regular = raw[26] & 0xF0 == _REGULAR
    return regular and not raw[end] & _ODD and not (len(raw) > end + 2 and raw[end + 2] & _HIDDEN)


def read(git_dir: str, algorithm: str = "sha1", prefix: str = "") -> Index | None:
    """The index of a work tree; None if there is none that can be used.

    ``prefix``: only entries below this folder of the work tree, with a final slash.
    """
    path = os.path.join(git_dir, "index")
    try:
        data, _, found = read_file(path, algorithm)
    except SourceError:
        return None
    try:
        entries = _parse(data, algorithm, prefix.encode("utf-8", "surrogateescape"))
    except (struct.error, IndexError, ValueError):
        return None
    return None if entries is None else Index(entries, found.st_mtime_ns, algorithm)


def left_out(root: str, repository: git.Repository, paths: Iterable[str], folder: str = "") -> dict[str, Left] | None:
    """Those of ``paths``, relative to ``folder`` below ``root``, that git has and the checkout leaves out.

    Read through git where the index names folders instead of files, or is split. None if git fails.
    """
    known = read(repository.git_dir, repository.algorithm, repository.prefix + folder)
    if known is not None:
        return known.left_out(paths)
    listed = git.ask(root, "ls-files", "-z", "-t", "--stage")
    if listed is None:
        return None
    wanted, found = set(paths), {}
    for line in listed.decode("utf-8", "surrogateescape").split("\0")[:-1]:
        head, _, name = line.partition("\t")
        path = name.removeprefix(folder)
        if head.startswith("S ") and name.startswith(folder) and path in wanted:
            _, mode, blob, _ = head.split(" ")
            found[path] = Left(_KINDS.get(int(mode, 8) & 0o170000, "special"), bytes.fromhex(blob))
    return found


def is_sparse(repository: git.Repository) -> bool:
    """Whether patterns say what is checked out."""
    return os.path.lexists(os.path.join(repository.git_dir, "info", "sparse-checkout"))


def blobs(
    root: str, repository: git.Repository, files: Iterable[tuple[str, os.stat_result]], folder: str = ""
) -> dict[str, bytes]:
    """The blob ids of those ``files`` that git would not read again, and whose bytes it stores without conversion.

    Paths are relative to ``folder`` below ``root``, which is empty or ends with a slash. Starts git at least twice if
    there are such files: only worth it for many.
    """
    files = list(files)
    attributes = _ask_attributes(root, (folder + path for path, _ in files))  # git works on it meanwhile
    known = read(repository.git_dir, repository.algorithm, repository.prefix + folder)
    trusted = known.trusted(files) if known is not None else {}
    sizes = {folder + path: (trusted[path], found.st_size) for path, found in files if path in trusted}
    doubtful = _doubtful(root, attributes, sizes)
    if doubtful is None:
        return {}
    return {path: blob for path, blob in trusted.items() if folder + path not in doubtful} if doubtful else trusted


def converted(root: str, blobs: Mapping[str, tuple[bytes, int]]) -> set[str] | None:
    """Of paths below ``root`` with blob id and size on disk, those whose bytes may differ from the blob's.

    None if git fails.
    """
    return _doubtful(root, _ask_attributes(root, blobs), blobs)


def _ask_attributes(root: str, paths: Iterable[str]) -> subprocess.Popen[bytes] | None:
    listed = "\0".join(paths).encode("utf-8", "surrogateescape")
    return git.start(root, "check-attr", "-z", "--stdin", "--all", data=listed + b"\0")


def attributes(root: str, paths: Iterable[str]) -> dict[str, dict[str, str]] | None:
    """The attributes that reach each of ``paths`` and their values, from git; None if it fails."""
    asked = _ask_attributes(root, paths)
    if asked is None:
        return None
    code, answer, _ = git.finish(asked)
    found: dict[str, dict[str, str]] = {}
    for path, name, value in _attributes(answer):
        found.setdefault(path, {})[name] = value
    return None if code else found


def _attributes(answer: bytes) -> Iterator[tuple[str, str, str]]:
    fields = answer.decode("utf-8", "surrogateescape").split("\0")
    return zip(fields[::3], fields[1::3], fields[2::3], strict=False)


def _doubtful(
    root: str, attributes: subprocess.Popen[bytes] | None, blobs: Mapping[str, tuple[bytes, int]]
) -> set[str] | None:
    if attributes is None:
        return None
    everywhere = line_ends(root)
    code, answer, _ = git.finish(attributes)
    if code or everywhere is None:
        return None
    exact, doubtful = set(), set()
    for path, name, value in _attributes(answer):
        if path not in blobs:
            continue
        if name in _OTHER and value != "unset":
            exact.add(path)
        elif name in _SHRINKING and value != "unset":
            doubtful.add(path)
    if everywhere:
        doubtful.update(blobs)
    return exact | _resized(root, {path: blobs[path] for path in doubtful - exact})


def line_ends(root: str) -> bool | None:
    """Whether settings convert the line ends of files that no attribute names."""
    answer = git.ask(root, "config", "-z", "--default", "false", "--get", "core.autocrlf")
    if answer is None:
        return None
    return answer.rstrip(b"\0").lower() not in (b"false", b"no", b"off", b"0", b"")


def _resized(root: str, blobs: Mapping[str, tuple[bytes, int]]) -> set[str]:
    """The paths whose blob is missing or has another size than the file."""
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
    """Whether the checksum at the end is right or omitted (index.skipHash)."""
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
    """A number in git's encoding (varint.c), and the offset of the next byte."""
    byte = data[at]
    value = byte & 0x7F
    while byte & 0x80:
        at += 1
        byte = data[at]
        value = (value + 1) << 7 | byte & 0x7F
    return value, at + 1


def _complete(data: bytes, at: int, end: int) -> bool:
    """Whether the index has all entries: no extension says that some are elsewhere."""
    while at < end:
        if data[at] in _MANDATORY_UNKNOWN:
            return False  # link: split index; sdir: sparse index
        at += 8 + int.from_bytes(data[at + 4 : at + 8], "big")
    return at == end
