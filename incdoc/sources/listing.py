"""The scan: every file of the repository with its blob id.

While git lists in its own process, the stats of all stamped paths are taken here: when the list arrives, most of
it is already answered. If nothing changed, a scan takes as long as the longer of the two.

A scan sees one state only if no file is written meanwhile. If git's index changed during the scan (a
checkout), the scan begins again.
"""

from __future__ import annotations

import os
import stat
import time
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct

from incdoc.config import SETTINGS_FILES
from incdoc.sources import git
from incdoc.sources.blob import blob_id, printable
from incdoc.sources.candidates import (
    ENVIRONMENT,
    Choice,
    Folders,
    candidates,
    choice,
    folders_above,
    in_order,
    listing_command,
    nothing_chosen,
    without_byproducts,
    without_environments,
)
from incdoc.sources.entries import (
    Entry,
    Lstat,
    Problem,
    from_bytes,
    from_index,
    left_out,
    look,
    lstat_below,
    sort_out_folders,
    unlistable,
)
from incdoc.thresholds import MISSES_FOR_INDEX

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterable

    from incdoc.config import Config
    from incdoc.sources.stamps import Stamps


_RULES = frozenset((".gitignore", ".ignore", ".gitmodules", ".gitattributes", ".git", ENVIRONMENT, *SETTINGS_FILES))

_TRIES = 3


class Listing(Struct, frozen=True):
    """What a scan found."""

    entries: dict[str, Entry]
    """By path, in the order of the paths' UTF-8 bytes."""
    hashed: int
    """How many files were read."""
    problems: list[Problem]
    """A path, and a sentence about it."""
    stamps: Stamps
    """For the next scan; ``stamps.changed`` tells whether they are worth writing."""
    complete: bool
    """False if a folder could not be listed or the root is empty: a missing path may not be deleted then."""
    remark: str = ""
    """A sentence if there are files and the settings exclude all of them."""
    pages: frozenset[str] = frozenset()
    """The generated pages that are not below the output: no entries."""
    apart: tuple[str, ...] = ()
    """The output and cache folders of projects below the root, each with a final slash."""
    top_pages: tuple[str, ...] = ()
    """The files that are named as pages at the top of an output, be they chosen by the settings or not: each may show a
    former output."""


class Lister(NamedTuple):
    """A running git command that lists. ``quiet``: no other git command was changing the index when it started;
    ``state``: that index."""

    process: subprocess.Popen[bytes] | None
    quiet: bool
    state: tuple[int, int, int]


def start_listing(config: Config) -> Lister | None:
    """Let git begin to list, for a `scan` that follows; None outside a repository."""
    repository = git.find(config.root)
    return _start(config, repository) if repository is not None else None


def _start(config: Config, repository: git.Repository) -> Lister:
    quiet = git.wait_for_lock(repository)
    state = _index_state(repository)
    return Lister(git.start(config.root, *listing_command(config, repository)), quiet, state)


def scan(config: Config, stamps: Stamps, lister: Lister | None = None) -> Listing:
    """List the repository at ``config.root``. ``stamps``: those of the last scan; they are not changed. ``lister``: of
    `start_listing`, where it was called.

    Raises SourceError if the root cannot be listed, SettingError if a glob of the settings is invalid.
    """
    chosen = choice(config)
    if not _populated(config.root):
        name = printable(config.root)
        sentence = f"{name} is empty. If it is the mount point of a disk, mount the disk. No page is deleted."
        return Listing({}, 0, [(".", sentence)], stamps, complete=False)
    repository = git.find(config.root)
    if repository is None:
        return _scan(config, None, stamps, chosen, None)
    for _ in range(_TRIES):
        lister = lister or _start(config, repository)
        listing = _scan(config, repository, stamps, chosen, lister)
        if not lister.quiet or _index_state(repository) == lister.state:
            break
        lister = None
    return listing


def _scan(
    config: Config,
    repository: git.Repository | None,
    stamps: Stamps,
    chosen: Choice | None,
    lister: Lister | None,
) -> Listing:
    algorithm = repository.algorithm if repository else "sha1"
    work = stamps.renewed(len(blob_id(b"", algorithm)), time.time_ns())
    with lstat_below(config.root) as lstat:
        process = lister.process if lister else None
        differing = work.unlike(lstat)
        folders = Folders(stamps if process else (), lstat)
        found, by_git = candidates(config, repository, process, folders)
        paths = found.paths if chosen is None else [path for path in found.paths if chosen(path)]
        entries, misses, missing, problems, pages = look(config.root, paths, differing, lstat, work)
    problems = found.problems + problems
    complete = found.complete
    if repository and by_git and missing:
        left = left_out(config.root, repository, missing, work, pages)
        if left is None:
            complete = False
        elif left:
            entries = {path: entry for path in paths if (entry := entries.get(path) or left.get(path))}
    sort_out_folders(config.root, entries, found.nested)
    if repository and by_git and lister and lister.quiet and len(misses) > MISSES_FOR_INDEX:
        misses = from_index(config.root, repository, misses, entries, work, pages)
    hashed, unread = from_bytes(config.root, algorithm, misses, entries, work, pages)
    problems += unread
    work.keep({path for path, entry in entries.items() if entry.kind == "file"} | pages)
    remark = nothing_chosen(config, found.paths) if found.paths and not paths else ""
    kept = frozenset(pages)
    return Listing(entries, hashed, problems, work, complete, remark, kept, found.apart, found.top_pages)


def rescan(config: Config, known: Listing, changed: Iterable[str]) -> tuple[Listing, set[str]]:
    """Update ``known``, the listing of the last scan, if only the ``changed`` paths may have changed since; ``known``
    may not be used afterwards. Returns the new listing and the paths whose entries may differ.

    Costs one stat for each path. Scans everything if that cannot decide what is a source: for folders, links, ignore
    rules, and, without git, every new name. Raises as `scan`.
    """
    paths = set(changed)
    if any(path.rpartition("/")[2] in _RULES for path in paths):
        return _difference(known, scan(config, known.stamps), paths)
    new = [path for path in paths - known.entries.keys() if os.path.lexists(f"{config.root}/{path}")]
    repository = git.find(config.root) if new else None
    simple = all(known.entries[path].kind == "file" for path in paths & known.entries.keys())
    if not simple or (new and repository is None) or any(os.path.isdir(f"{config.root}/{path}") for path in paths):
        return _difference(known, scan(config, known.stamps), paths)
    if new:
        above = {folder for path in new for folder in folders_above(path)}
        assert repository is not None
        listed = git.ask(
            config.root,
            *listing_command(config, repository),
            "--",
            *new,
            *(f"{folder}/{ENVIRONMENT}" for folder in sorted(above)),
        )
        if listed is None:
            return _difference(known, scan(config, known.stamps), paths)
        chosen = choice(config)
        text = without_environments(config.root, listed.decode("utf-8", "surrogateescape").split("\0")[:-1])
        wanted = set(text).intersection(new)
        there = without_byproducts(config, [path for path in wanted if chosen is None or chosen(path)], known.apart)
    return _look_again(config, known, paths, sorted(there) if new else [])


def _difference(known: Listing, listing: Listing, paths: set[str]) -> tuple[Listing, set[str]]:
    both = known.entries.keys() | listing.entries.keys()
    differs = {path for path in both if known.entries.get(path) != listing.entries.get(path)}
    return listing, differs | paths


def _look_again(config: Config, known: Listing, paths: set[str], new: list[str]) -> tuple[Listing, set[str]]:
    stamps = known.stamps
    stamps.clock = time.time_ns()
    algorithm = "sha256" if any(len(entry.blob) == 32 for entry in islice(known.entries.values(), 10)) else "sha1"
    with lstat_below(config.root) as lstat:
        paths = paths | _other_names(known, paths, lstat)
        again = [path for path in sorted(paths) if path in known.entries]
        found, misses, missing, problems, pages = look(
            config.root, [*again, *new], stamps.unlike(lstat, again), lstat, stamps
        )
    repository = git.find(config.root) if missing else None
    if repository is not None and git.wait_for_lock(repository):  # git removes files before it writes its index
        found.update(left_out(config.root, repository, missing, stamps, pages) or {})
    hashed, unread = from_bytes(config.root, algorithm, misses, found, stamps, pages)
    entries = known.entries
    for path in again:
        if path not in found:
            del entries[path]
            if path not in pages:
                stamps.forget(path)
    entries.update(found)
    if new:
        entries = {path: entries[path] for path in in_order(entries)}
    listing = Listing(
        entries,
        hashed,
        [*problems, *unread],
        stamps,
        known.complete,
        pages=known.pages - paths | pages,
        apart=known.apart,
        top_pages=known.top_pages,
    )
    return listing, paths.union(new)


def _other_names(known: Listing, paths: set[str], lstat: Lstat) -> set[str]:
    """The known files that are hard links to a file among ``paths``: an edit through one name edits all."""
    linked = set()
    for path in paths:
        try:
            found = lstat(path)
        except OSError:
            continue
        if found.st_nlink > 1 and stat.S_ISREG(found.st_mode):
            linked.add((found.st_dev, found.st_ino))
    others: set[str] = set()
    for path, entry in known.entries.items() if linked else ():
        if entry.kind == "file" and path not in paths:
            try:
                found = lstat(path)
            except OSError:
                continue
            if (found.st_dev, found.st_ino) in linked:
                others.add(path)
    return others


def _populated(root: str) -> bool:
    try:
        with os.scandir(root) as names:
            return any(True for _ in names)
    except OSError as error:
        raise unlistable(root, error) from None


def _index_state(repository: git.Repository) -> tuple[int, int, int]:
    try:
        found = os.stat(os.path.join(repository.git_dir, "index"))
    except OSError:
        return (0, 0, 0)
    return (found.st_mtime_ns, found.st_ino, found.st_size)
