"""The scan: every file of the repository with its blob id, reading only what may have changed.

candidate   a path that git lists (or the walk finds), before the settings' globs
stamp       see stamps; a hit: the file is not read
miss        a file without a believed stamp: its blob id comes from git's index if there are many, or from its bytes
page        a Markdown file that incdoc generated (see mark). It is no source, wherever it is; its stamp has a blob id
            of zeros, which no content has, so that it is read once
apart       output and cache of a project below the root that has settings of its own: what is in them is not listed

While git lists in its own process, the stats of all stamped paths are taken here: when the list arrives, most of
it is already answered. If nothing changed, a scan takes as long as the longer of the two.

A scan sees one state only if no file is written meanwhile. If git's index changed during the scan (a
checkout), the scan begins again.
"""

from __future__ import annotations

import os
import re
import stat
import time
from collections.abc import Callable
from contextlib import contextmanager
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct

from incdoc.config import SETTINGS_FILES, SourceError, folders_of_nested
from incdoc.sources import git, names
from incdoc.sources.blob import blob_id, hash_file, printable
from incdoc.sources.mark import HEAD_BYTES, is_page, is_page_file, may_be_page

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterable, Iterator, Mapping
    from collections.abc import Set as AbstractSet

    from incdoc.config import Config
    from incdoc.sources.stamps import Stamps

ABSENT = -1
_STORED_PAGE = -2
"""The size in the stamp of a page that only git has."""
BOOK = "comprehensive_book.md"
"""The name of the page that is at the top of every output, and of hardly any other file."""
MANY = 200
"""With more misses than this, reading git's index is cheaper than reading the files."""

ENVIRONMENT = "pyvenv.cfg"
"""The file that makes a folder a virtual environment of Python. Files in it are sources only if git tracks them."""
_RULES = frozenset((".gitignore", ".ignore", ".gitmodules", ".gitattributes", ".git", ENVIRONMENT, *SETTINGS_FILES))
_TRIES = 3
BYPRODUCT = re.compile(r"(?:^|/)(?:__pycache__|\.doit\.db[^/]*|\.git)(?:/|$)|\.pyc$")
_DENIED = re.compile(r"^warning: could not open directory '(.*?)/?': (.*)$", re.MULTILINE)
_LISTING = ("ls-files", "-z", "--cached", "--others", "--exclude-standard")
_WILD = re.compile(r"[\\*?\[]")
_ESCAPED = r"\\\g<0>"

_Problem = tuple[str, str]
_Choice = Callable[[str], bool]
_Lstat = Callable[[str], os.stat_result]


class Entry(Struct, frozen=True, gc=False):
    """One path of the repository."""

    path: str
    """Relative to the root, POSIX style; bytes that are not UTF-8 as surrogates (``surrogateescape``)."""
    kind: str
    """``file``, ``link``, ``special``, ``submodule``, ``repository`` (another, inside), ``unreadable``."""
    size: int = 0
    """The number of bytes of a file."""
    blob: bytes = b""
    """The blob id of a file; else empty."""
    target: str = ""
    """The target of a link, as it is written in it."""
    stored: bool = False
    """Whether git has it and the checkout leaves it out: its bytes are the blob's. Of a file whose blob git does not
    have, as in a partial clone, ``size`` is ABSENT."""


class Listing(Struct, frozen=True):
    """What a scan found."""

    entries: dict[str, Entry]
    """By path, in the order of the paths' UTF-8 bytes."""
    hashed: int
    """How many files were read."""
    problems: list[_Problem]
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
    books: tuple[str, ...] = ()
    """The files that are named as the book is, be they chosen by the settings or not: each may show a former output."""


class _Candidates(NamedTuple):
    """Sorted paths, and the problems that were met while listing them."""

    paths: list[str]
    problems: list[_Problem]
    complete: bool
    nested: frozenset[str] = frozenset()
    """Those of the paths that are folders with a repository of their own, and no submodules."""
    apart: tuple[str, ...] = ()
    books: tuple[str, ...] = ()


class Lister(NamedTuple):
    """git, while it lists. ``quiet``: no other git command changed the index as it began; ``state``: that index."""

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
    return Lister(git.start(config.root, *_listing(config, repository)), quiet, state)


def scan(config: Config, stamps: Stamps, lister: Lister | None = None) -> Listing:
    """List the repository at ``config.root``. ``stamps``: those of the last scan; they are not changed. ``lister``: of
    `start_listing`, where it was called.

    Raises SourceError if the root cannot be listed, SettingError if a glob of the settings is invalid.
    """
    chosen = _choice(config)
    if not _populated(config.root):
        sentence = "The root folder is empty. If a disk belongs here, mount it. No page is deleted."
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
    chosen: _Choice | None,
    lister: Lister | None,
) -> Listing:
    algorithm = repository.algorithm if repository else "sha1"
    work = stamps.renewed(len(blob_id(b"", algorithm)), time.time_ns())
    with lstat_below(config.root) as lstat:
        process = lister.process if lister else None
        odd = work.unlike(lstat)
        folders = _Folders(stamps if process else (), lstat)
        found, by_git = _candidates(config, repository, process, folders)
        paths = found.paths if chosen is None else [path for path in found.paths if chosen(path)]
        entries, misses, missing, problems, pages = _look(config.root, paths, odd, lstat, work)
    problems = found.problems + problems
    complete = found.complete
    if repository and by_git and missing:
        left = _left_out(config.root, repository, missing, work, pages)
        if left is None:
            complete = False
        elif left:
            entries = {path: entry for path in paths if (entry := entries.get(path) or left.get(path))}
    _sort_out_folders(config.root, entries, found.nested)
    if repository and by_git and lister and lister.quiet and len(misses) > MANY:
        misses = _from_index(config.root, repository, misses, entries, work, pages)
    hashed, unread = _from_bytes(config.root, algorithm, misses, entries, work, pages)
    problems += unread
    work.keep({path for path, entry in entries.items() if entry.kind == "file"} | pages)
    remark = _nothing_chosen(config, found.paths) if found.paths and not paths else ""
    kept = frozenset(pages)
    return Listing(entries, hashed, problems, work, complete, remark, kept, found.apart, found.books)


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
        above = {folder for path in new for folder in _folders(path)}
        assert repository is not None
        listed = git.ask(
            config.root,
            *_listing(config, repository),
            "--",
            *new,
            *(f"{folder}/{ENVIRONMENT}" for folder in sorted(above)),
        )
        if listed is None:
            return _difference(known, scan(config, known.stamps), paths)
        chosen = _choice(config)
        text = _without_environments(config.root, listed.decode("utf-8", "surrogateescape").split("\0")[:-1])
        wanted = set(text).intersection(new)
        there = _without_byproducts(config, [path for path in wanted if chosen is None or chosen(path)], known.apart)
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
        found, misses, missing, problems, pages = _look(
            config.root, [*again, *new], stamps.unlike(lstat, again), lstat, stamps
        )
    repository = git.find(config.root) if missing else None
    if repository is not None and git.wait_for_lock(repository):  # git removes files before it writes its index
        found.update(_left_out(config.root, repository, missing, stamps, pages) or {})
    hashed, unread = _from_bytes(config.root, algorithm, misses, found, stamps, pages)
    entries = known.entries
    for path in again:
        if path not in found:
            del entries[path]
            if path not in pages:
                stamps.forget(path)
    entries.update(found)
    if new:
        entries = {path: entries[path] for path in _sorted(entries)}
    listing = Listing(
        entries,
        hashed,
        [*problems, *unread],
        stamps,
        known.complete,
        pages=known.pages - paths | pages,
        apart=known.apart,
        books=known.books,
    )
    return listing, paths.union(new)


def _other_names(known: Listing, paths: set[str], lstat: _Lstat) -> set[str]:
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


# Which paths there are.


def _populated(root: str) -> bool:
    try:
        with os.scandir(root) as names:
            return any(True for _ in names)
    except OSError as error:
        raise _unlistable(root, error) from None


def _unlistable(root: str, error: OSError) -> SourceError:
    return SourceError(f"{printable(root)} cannot be listed: {error.strerror}.")


def _candidates(
    config: Config,
    repository: git.Repository | None,
    lister: subprocess.Popen[bytes] | None,
    folders: _Folders,
) -> tuple[_Candidates, bool]:
    """The paths, and whether git listed them."""
    trouble, code = "", 0
    if lister is not None and repository is not None:
        code, out, messages = git.finish(lister)
        if code == 0:
            found = _by_git(config, out, messages, folders)
            if found.paths or not repository.prefix:
                return found, True
            # a repository above ignores the whole folder: git does not list it
        else:
            trouble = _refusal(messages)
    elif repository is not None:
        trouble = "Git cannot be started, so only .gitignore and .ignore decide which files are left out."
    found = _by_walk(config, trouble)
    return found._replace(complete=found.complete and code != git.TOO_SLOW), False


def _listing(config: Config, repository: git.Repository) -> list[str]:
    """git's command that lists paths that are tracked, or are neither ignored nor below the output or the cache.

    Pages are excluded here because git would otherwise match each of them against all ignore rules.
    """
    own = (repository.prefix + folder for folder in (config.output, config.cache))
    return [*_LISTING, *(f"--exclude=/{_WILD.sub(_ESCAPED, folder)}/" for folder in own)]


def _refusal(messages: str) -> str:
    if "dubious ownership" in messages:
        why = "it belongs to another user; git config --global --add safe.directory allows it"
    else:
        why = messages.strip().splitlines()[-1].removeprefix("fatal: ") if messages.strip() else "it gave no reason"
    return f"Git does not list this repository ({why}). The files were found without it."


def _by_git(config: Config, out: bytes, messages: str, folders: _Folders) -> _Candidates:
    text = _without_block(out, config.output).decode("utf-8", "surrogateescape")
    paths = _sorted(dict.fromkeys(text.split("\0")[:-1]))  # in a conflict a path is listed once a stage
    problems = []
    if unsafe := set(names.refused(text.replace("/\0", "\0"))):
        paths = [path for path in paths if path.removesuffix("/") not in unsafe]
        problems.append((".", names.refusal(unsafe, "The index of git")))
    paths, nested = _without_slashes(config, paths) if "/\0" in text else (paths, frozenset())
    apart: tuple[str, ...] = ()
    if any(f"/{name}\0" in text for name in SETTINGS_FILES):
        apart = _folders_apart(config, paths)
    marks = ("__pycache__", ".doit.db", ".pyc\0", config.output, config.cache)
    if apart or any(mark in text for mark in marks):
        paths = _without_byproducts(config, paths, apart)
    if f"/{ENVIRONMENT}\0" in text:
        paths = _without_environments(config.root, paths)
    linked = folders.linked(paths)
    if linked:
        paths = [path for path in paths if not any(folder in linked for folder in _folders(path))]
    refused = _DENIED.findall(messages)
    books = _books(paths) if BOOK in text else ()
    return _Candidates(paths, problems + _unlisted(refused), not refused, nested, apart, books)


def _without_slashes(config: Config, paths: list[str]) -> tuple[list[str], frozenset[str]]:
    """``paths`` with those that git ends with a slash, as repositories in the repository, named like all others; and
    those. One in which git tracks files is a folder like others."""
    inside = {path.rstrip("/") for path in paths if path.endswith("/")}
    others = [path for path in paths if not path.endswith("/")]
    holding = {folder for path in others for folder in _folders(path)}
    nested = frozenset(_without_byproducts(config, sorted(inside - holding)))
    return _sorted({*others, *nested}), nested


def _books(paths: Iterable[str]) -> tuple[str, ...]:
    return tuple(path for path in paths if path.rpartition("/")[2] == BOOK)


def _folders_apart(config: Config, paths: Iterable[str]) -> tuple[str, ...]:
    """The output and cache folders of the projects below the root, each with a final slash."""
    files = [path for path in paths if path.endswith(_SETTINGS_BELOW)]
    return tuple(f"{folder}/" for folder in folders_of_nested(config.root, files))


_SETTINGS_BELOW = tuple(f"/{name}" for name in SETTINGS_FILES)


def _without_block(out: bytes, folder: str) -> bytes:
    """Git's list without the paths below ``folder``, which are contiguous: there may be many committed pages."""
    mark = b"\0" + folder.encode() + b"/"
    first, last = out.find(mark), out.rfind(mark)
    if first < 0 or out.count(b"\0", first, last + 1) != out.count(mark, first, last + len(mark)):
        return out
    return out[:first] + out[out.index(b"\0", last + 1) :]


def _by_walk(config: Config, trouble: str) -> _Candidates:
    from incdoc.sources.walk import walk

    paths, refused, nested = walk(config.root, frozenset((config.output, config.cache)))
    problems = [(".", trouble)] if trouble else []
    apart = _folders_apart(config, paths)
    kept = _without_byproducts(config, _sorted([*paths, *nested]), apart)
    return _Candidates(kept, problems + _unlisted(refused), not refused, frozenset(nested), apart, _books(kept))


def _unlisted(refused: Iterable[tuple[str, str]]) -> list[_Problem]:
    sentence = "{} cannot be listed: {}. The pages of its files are kept."
    return [(folder, sentence.format(printable(folder), why)) for folder, why in sorted(refused)]


def _sorted(paths: Iterable[str]) -> list[str]:
    """Sort by the bytes of the names: the order of code points, except for surrogates."""
    try:
        "".join(paths).encode()
    except UnicodeEncodeError:
        return sorted(paths, key=os.fsencode)
    return sorted(paths)


def eligible(config: Config, paths: Iterable[str]) -> list[str]:
    """Those of the tracked or formerly tracked paths that are sources if they exist, sorted."""
    chosen = _choice(config)
    known = _sorted(paths)
    apart = _folders_apart(config, known)
    return _without_byproducts(config, [path for path in known if chosen is None or chosen(path)], apart)


def files_below(config: Config, folder: str) -> list[str]:
    """The files below ``folder``, which may be the output, that the settings choose and git does not ignore."""
    found = git.ask(config.root, *_LISTING, "--", folder) if git.find(config.root) else None
    if found:
        paths = _sorted(set(found.decode("utf-8", "surrogateescape").split("\0")[:-1]))
    else:
        from incdoc.sources.walk import walk

        paths = _sorted(walk(config.root, frozenset((config.cache,))).paths)
    chosen = _choice(config)
    inside = [path for path in paths if path.startswith(folder + "/") and not BYPRODUCT.search(path)]
    return [path for path in inside if chosen is None or chosen(path)]


def _without_byproducts(config: Config, paths: list[str], apart: tuple[str, ...] = ()) -> list[str]:
    """Drop the pages, the cache, what is in the folders ``apart``, and byproducts of tools."""
    own = (config.output + "/", config.cache + "/", *apart)
    return [path for path in paths if not (path.startswith(own) or BYPRODUCT.search(path) or path + "/" in own)]


def _without_environments(root: str, paths: list[str]) -> list[str]:
    """Drop files in virtual environments below the root that git does not track."""
    marks = [path for path in paths if path.endswith("/" + ENVIRONMENT)]
    # git also lists deleted files
    tops = {path.rpartition("/")[0] for path in marks if os.path.lexists(f"{root}/{path}")}
    inside = {path for path in paths if any(folder in tops for folder in _folders(path))}
    if inside:
        tracked = git.ask(root, "ls-files", "-z", "--cached", "--", *sorted(tops)) or b""
        inside.difference_update(tracked.decode("utf-8", "surrogateescape").split("\0"))
    return [path for path in paths if path not in inside]


class _Folders:
    """Folders of tracked paths that were replaced by links: paths behind them are not in the repository.

    Made from the paths of the last scan while git is still listing; `linked` checks the new ones.
    """

    def __init__(self, paths: Iterable[str], lstat: _Lstat) -> None:
        self._lstat = lstat
        self._seen = {""}
        self._linked: set[str] = set()
        self._look(paths)

    def linked(self, paths: Iterable[str]) -> set[str]:
        self._look(paths)
        return self._linked

    def _look(self, paths: Iterable[str]) -> None:
        above = {path.rpartition("/")[0] for path in paths}
        while above := above - self._seen:
            self._seen |= above
            self._linked.update(folder for folder in above if self._is_link(folder))
            above = {folder.rpartition("/")[0] for folder in above}

    def _is_link(self, folder: str) -> bool:
        try:
            return stat.S_ISLNK(self._lstat(folder).st_mode)
        except OSError:
            return False  # met again when the path is looked at


def _folders(path: str) -> Iterator[str]:
    """The folders that contain ``path``, deepest first."""
    while path := path.rpartition("/")[0]:
        yield path


def _choice(config: Config) -> _Choice | None:
    if not config.include and not config.exclude:
        return None
    from incdoc.sources.globs import chooser

    included = chooser(config.include, config.location("include")) if config.include else None
    excluded = chooser(config.exclude, config.location("exclude")) if config.exclude else None
    return lambda path: (not included or included(path)) and not (excluded and excluded(path))


def _nothing_chosen(config: Config, paths: list[str]) -> str:
    """A sentence about the setting that excludes all ``paths``."""
    from incdoc.sources.globs import chooser

    where = config.location("include")
    if not config.include or any(map(chooser(config.include, where), paths)):
        return f"{config.location('exclude')} excludes every file: remove a glob that matches too much."
    globs = ", ".join(repr(glob) for glob in config.include)
    return (
        f"{where} matches none of {len(paths):,} files, so that nothing has pages: {globs}. "
        'Globs are as in .gitignore, relative to the repository, such as "src/**" or "*.py".'
    )


# The kind of each path.


@contextmanager
def lstat_below(root: str, moves: bool = False) -> Iterator[_Lstat]:
    """``lstat`` for paths relative to a folder. Raises SourceError if the folder cannot be opened. ``moves``: the
    process may change its current folder, which saves an eighth."""
    if os.stat not in os.supports_dir_fd:  # Windows
        yield lambda path: os.lstat(f"{root}/{path}")
        return
    try:
        folder = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        raise _unlistable(root, error) from None
    try:
        if moves:
            os.fchdir(folder)
            yield os.lstat
            return
        yield partial(os.stat, dir_fd=folder, follow_symlinks=False)  # a fifth faster than absolute paths
    finally:
        os.close(folder)


_Miss = tuple[str, os.stat_result]


class _Seen(NamedTuple):
    """The entries of some paths, in order; those of misses have no blob id yet."""

    entries: dict[str, Entry]
    misses: list[_Miss]
    missing: list[str]
    problems: list[_Problem]
    pages: set[str]


def _look(
    root: str, paths: list[str], odd: Mapping[str, os.stat_result | None], lstat: _Lstat, stamps: Stamps
) -> _Seen:
    """``odd``: what ``stamps.unlike`` found."""
    seen = _Seen({}, [], [], [], set())
    entries, misses, missing, problems, pages = seen
    for path in paths:
        row = stamps.at(path) if path not in odd else None
        if row is not None:
            if row[1] in _PAGE_BLOBS:
                pages.add(path)
            else:
                entries[path] = Entry(path, "file", *row)
            continue
        found = odd.get(path)
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


def _left_out(
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


def _sort_out_folders(root: str, entries: dict[str, Entry], nested: AbstractSet[str]) -> None:
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


def _from_index(
    root: str,
    repository: git.Repository,
    misses: list[_Miss],
    entries: dict[str, Entry],
    stamps: Stamps,
    pages: set[str],
) -> list[_Miss]:
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


def _from_bytes(
    root: str,
    algorithm: str,
    misses: list[_Miss],
    entries: dict[str, Entry],
    stamps: Stamps,
    pages: set[str],
) -> tuple[int, list[_Problem]]:
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


def _unreadable(path: str, error: OSError) -> _Problem:
    return path, f"{printable(path)} cannot be read: {error.strerror}."


def _index_state(repository: git.Repository) -> tuple[int, int, int]:
    try:
        found = os.stat(os.path.join(repository.git_dir, "index"))
    except OSError:
        return (0, 0, 0)
    return (found.st_mtime_ns, found.st_ino, found.st_size)
