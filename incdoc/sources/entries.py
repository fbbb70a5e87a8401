"""What is at a path: its kind, the size and blob id of a file. Reads only what may have changed.

stamp       see stamps; a hit: the file is not read
miss        a file without a believed stamp: its blob id comes from git's index if there are many, or from its bytes
page        a Markdown file that incdoc generated (see mark). It is no source, wherever it is; its stamp has a blob id
            of zeros, which no content has, so that it is read once
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct

from incdoc.config import SourceError
from incdoc.sources import git
from incdoc.sources.blob import EntryKind, blob_id, hash_file, printable
from incdoc.sources.mark import HEAD_BYTES, is_page, is_page_file, may_be_page

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from collections.abc import Set as AbstractSet

    from incdoc.sources.stamps import Stamps


ABSENT = -1

_STORED_PAGE = -2
"""The size in the stamp of a page that only git has."""

Problem = tuple[str, str]

Lstat = Callable[[str], os.stat_result]


class Entry(Struct, frozen=True, gc=False):
    """One path of the repository."""

    path: str
    """Relative to the root, POSIX style; bytes that are not UTF-8 as surrogates (``surrogateescape``)."""
    kind: EntryKind
    size: int = 0
    """The number of bytes of a file."""
    blob: bytes = b""
    """The blob id of a file; else empty."""
    target: str = ""
    """The target of a link, as it is written in it."""
    stored: bool = False
    """Whether git has it and the checkout leaves it out: its bytes are the blob's. Of a file whose blob git does not
    have, as in a partial clone, ``size`` is ABSENT."""


@contextmanager
def lstat_below(root: str, moves: bool = False) -> Iterator[Lstat]:
    """``lstat`` for paths relative to a folder. Raises SourceError if the folder cannot be opened. ``moves``: the
    process may change its current folder, which saves an eighth."""
    if os.stat not in os.supports_dir_fd:  # Windows
        try:
            os.listdir(root)
        except OSError as error:
            raise unlistable(root, error) from None
        yield lambda path: os.lstat(f"{root}/{path}")
        return
    try:
        folder = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        raise unlistable(root, error) from None
    try:
        if moves:
            os.fchdir(folder)
            yield os.lstat
            return
        yield partial(os.stat, dir_fd=folder, follow_symlinks=False)  # a fifth faster than absolute paths
    finally:
        os.close(folder)


def unlistable(root: str, error: OSError) -> SourceError:
    return SourceError(f"{printable(root)} cannot be listed: {error.strerror}.")


Miss = tuple[str, os.stat_result]


class Seen(NamedTuple):
    """The entries of some paths, in order; those of misses have no blob id yet."""

    entries: dict[str, Entry]
    misses: list[Miss]
    missing: list[str]
    problems: list[Problem]
    pages: set[str]


def look(
    root: str, paths: list[str], differing: Mapping[str, os.stat_result | None], lstat: Lstat, stamps: Stamps
) -> Seen:
    """``differing``: what ``stamps.unlike`` found."""
    seen = Seen({}, [], [], [], set())
    entries, misses, missing, problems, pages = seen
    for path in paths:
        row = stamps.at(path) if path not in differing else None
        if row is not None:
            if row[1] in _PAGE_BLOBS:
                pages.add(path)
            else:
                entries[path] = Entry(path, "file", *row)
            continue
        found = differing.get(path)
        if found is None:
            try:
                found = lstat(path)
            except (FileNotFoundError, NotADirectoryError):
                missing.append(path)
                continue
            except OSError as error:
                entries[path] = Entry(path, "unreadable")
                problems.append(_unreadable(path, error))
                continue
        if stat.S_ISREG(found.st_mode):
            entries[path] = Entry(path, "file")
            misses.append((path, found))
        elif stat.S_ISLNK(found.st_mode):
            entries[path] = Entry(path, "link", target=_target(root, path))
        else:
            entries[path] = Entry(path, "folder" if stat.S_ISDIR(found.st_mode) else "special")
    return seen


def left_out(
    root: str, repository: git.Repository, missing: list[str], stamps: Stamps, pages: set[str]
) -> dict[str, Entry] | None:
    """The entries of those ``missing`` paths that git has and the checkout leaves out; None if git fails."""
    from incdoc.sources import index, objects

    left = index.left_out(root, repository, missing)
    if not left:
        return {} if left is not None else None
    known = {path: stamps.stored(path, item.blob) for path, item in left.items() if item.kind == "file"}
    sizes = objects.sizes(root, (left[path].blob for path, size in known.items() if size is None))
    reader = objects.Objects(root)
    found = {}
    for path, (kind, blob) in left.items():
        if kind == "file":
            size = known[path]
            if size is None:
                size = sizes.get(blob, ABSENT)
                if size != ABSENT and may_be_page(path) and is_page((reader.read(blob) or b"")[:HEAD_BYTES]):
                    size = _STORED_PAGE
            if size != ABSENT:
                stamps.record_stored(path, size, blob)
            if size == _STORED_PAGE:
                pages.add(path)
            else:
                found[path] = Entry(path, "file", size, blob, stored=True)
        else:
            target = (reader.read(blob) or b"").decode("utf-8", "surrogateescape") if kind == "link" else ""
            found[path] = Entry(path, kind, target=target, stored=True)
    reader.close()
    return found


_PAGE_BLOBS = frozenset((bytes(20), bytes(32)))
"""What a page's stamp has in place of a blob id."""


def _target(root: str, path: str) -> str:
    try:
        return os.readlink(f"{root}/{path}")
    except OSError:
        return ""  # not a link any more; the next scan sees what it is


def sort_out_folders(root: str, entries: dict[str, Entry], nested: AbstractSet[str]) -> None:
    """A folder that is listed is a repository of its own, a submodule, or replaced a tracked file."""
    folders = [path for path, entry in entries.items() if entry.kind == "folder"]
    for path in nested & set(folders):
        entries[path] = Entry(path, "repository")
    folders = [path for path in folders if path not in nested]
    if not folders:
        return
    staged = git.ask(root, "ls-files", "-z", "--stage", "--", *folders) or b""
    lines = staged.decode("utf-8", "surrogateescape").split("\0")
    submodules = {line.partition("\t")[2] for line in lines if line.startswith("160000 ")}
    for path in folders:
        if path in submodules:
            entries[path] = Entry(path, "submodule")
        else:
            del entries[path]


def from_index(
    root: str,
    repository: git.Repository,
    misses: list[Miss],
    entries: dict[str, Entry],
    stamps: Stamps,
    pages: set[str],
) -> list[Miss]:
    """Fill in the blob ids that git's index knows; returns the misses that are left. The head is read of Markdown files
    with other bytes than their stamps have: each may be a page."""
    from incdoc.sources import index

    known = index.blobs(root, repository, misses)
    left = []
    for path, found in misses:
        blob = known.get(path)
        if blob is None:
            left.append((path, found))
        elif may_be_page(path) and not _is_known_source(stamps.at(path), blob) and is_page_file(f"{root}/{path}"):
            _note_page(path, found, repository.algorithm, entries, stamps, pages)
        else:
            entries[path] = Entry(path, "file", found.st_size, blob)
            stamps.record(path, found, blob)
    return left


def _is_known_source(stamp: tuple[int, bytes] | None, blob: bytes) -> bool:
    return stamp is not None and stamp[1] == blob and stamp[0] != _STORED_PAGE


def from_bytes(
    root: str,
    algorithm: str,
    misses: list[Miss],
    entries: dict[str, Entry],
    stamps: Stamps,
    pages: set[str],
) -> tuple[int, list[Problem]]:
    """Read the files that are left. Returns how many were read, and the problems of the others."""
    hashed = 0
    problems = []
    for path, seen in misses:
        if may_be_page(path) and is_page_file(f"{root}/{path}"):
            _note_page(path, seen, algorithm, entries, stamps, pages)
            continue
        try:
            blob, found = hash_file(f"{root}/{path}", algorithm, path)
        except SourceError as error:
            if isinstance(error.__cause__, FileNotFoundError | NotADirectoryError):
                del entries[path]
            else:
                entries[path] = Entry(path, "unreadable")
                problems.append((path, str(error)))
            continue
        hashed += 1
        entries[path] = Entry(path, "file", found.st_size, blob)
        stamps.record(path, found, blob)
    return hashed, problems


def _note_page(
    path: str, found: os.stat_result, algorithm: str, entries: dict[str, Entry], stamps: Stamps, pages: set[str]
) -> None:
    """A page is no source. If it was written since ``found``, its stamp is not believed."""
    del entries[path]
    pages.add(path)
    stamps.record(path, found, bytes(len(blob_id(b"", algorithm))))


def _unreadable(path: str, error: OSError) -> Problem:
    return path, f"{printable(path)} cannot be read: {error.strerror}."
