"""The cache folder: what may be in it, and how it is reached.

A repository that was cloned is not trusted, and the setting may name a folder that the project uses for its own
things. So:

- the folder is reached from the repository's root step by step, through descriptors that follow no link;
- it is incdoc's if it has incdoc's tag, or a **witness**: a store, which has a mark in its header. Names prove
  nothing. One of the two may be damaged or gone: the other is enough, and the tag is written again;
- an empty folder, or one that holds only a ``.gitignore``, is taken;
- anything in it that incdoc does not make, or that is of another type than incdoc makes it (a link, a device, a
  second name of a file elsewhere), refuses the whole folder: nothing in it is read, written or deleted.

SQLite opens files by their path, so the types are looked at just before. Where the system has no descriptors of
folders, each step is looked at and then opened by its path.
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from incdoc.config import SettingError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from incdoc.config import Config

TAG = "CACHEDIR.TAG"
_SIGNED = (
    b"Signature: 8a477f597d28d172789f06886806bc55\n"
    b"# This folder is incdoc's cache. It can be deleted at any time: the next build makes it again.\n"
    b"# About such tags: https://bford.info/cachedir/\n"
)
_IGNORE = ".gitignore"
LOCK = "lock"
SCRATCH = "tmp"
JOURNAL = "files"
"""The files without a mark that a build writes and deletes, until its end. See ``pages.write``."""
_STORE = frozenset(("db", "sum", "db-wal", "db-shm", "db-journal"))
"""What the names of a store's files end in."""
_TEMPORARY = ("page-", "sum-", "")
"""What the names of files in ``tmp`` begin with, before two numbers; release 0.1.0 wrote no word there."""

APPLICATION = 0x696E6364
"""SQLite's application id of a store: ``incd``."""
_EARLIER = range(1, 4)
"""The user versions of stores that had no application id."""
_SQLITE = b"SQLite format 3\0"
_HEADER = 72

_DESCRIPTORS = os.open in os.supports_dir_fd and hasattr(os, "O_NOFOLLOW")
_NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
_FOLDER = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | _NO_FOLLOW
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_FOLLOW
ADVICE = "Choose an empty or dedicated folder."


class CacheFolder:
    """The folder ``name``, relative to ``root``, which is reached without a link."""

    def __init__(self, root: str, name: str) -> None:
        self.root = root
        self.name = name
        self.path = os.path.join(root, name)
        self._count = 0

    @classmethod
    def of(cls, config: Config) -> CacheFolder:
        """The cache folder of a repository."""
        return cls(config.root, config.cache)

    @classmethod
    def at(cls, path: str) -> CacheFolder:
        """The cache folder at an absolute path, whose parent is trusted."""
        return cls(*os.path.split(os.path.abspath(path)))

    # ------------------------------------------------------------------ whose it is

    def examine(self) -> bool:
        """Whether the folder exists; nothing is written. Raises SettingError if incdoc did not create it."""
        with suppress(FileNotFoundError), _Opened(self) as folder:
            self._examine(folder)
            return True
        return False

    def make(self) -> None:
        """Make the folder, or take the one that is there, and tag it. Raises SettingError where it is not incdoc's,
        OSError where it cannot be written."""
        with _Opened(self, make=True) as folder:
            lacking = self._examine(folder)
            if TAG in lacking:
                with suppress(FileNotFoundError):  # a damaged one
                    folder.unlink(TAG)
                with suppress(FileExistsError):  # another build's
                    folder.create(TAG, _SIGNED)
            if _IGNORE in lacking:
                with suppress(FileExistsError):
                    folder.create(_IGNORE, b"*\n")

    def _examine(self, folder: _Opened) -> set[str]:
        """Which of tag and ``.gitignore`` are to be written. Raises SettingError where the folder is not incdoc's."""
        names = sorted(folder.names())
        for name in names:
            if name not in (TAG, _IGNORE, LOCK, SCRATCH, JOURNAL) and not _is_store(name):
                raise self._refused(f"contains {name!r}, which incdoc did not create.")
        tag = folder.head(TAG, len(_SIGNED) + 1) if TAG in names else None
        if tag != _SIGNED and not self._is_free(names, tag) and not any(map(folder.is_witness, names)):
            first = next(name for name in names if name != _IGNORE)
            raise self._refused(f"contains {first!r}, and nothing in it shows that incdoc created it.")
        for name in names:
            self._check_type(folder, name)
        if SCRATCH in names:
            self._examine_scratch(folder)
        return {TAG, _IGNORE} - {TAG if tag == _SIGNED else "", _IGNORE if _IGNORE in names else ""}

    @staticmethod
    def _is_free(names: list[str], tag: bytes | None) -> bool:
        """Whether nothing is lost by taking the folder: it is empty, or a process was killed as it made it."""
        begun = {TAG} if tag is not None and _SIGNED.startswith(tag) else set()
        return {_IGNORE} | begun >= set(names)

    def _check_type(self, folder: _Opened, name: str, within: str = "") -> None:
        with suppress(FileNotFoundError):  # another build's, which ended meanwhile
            found = folder.stat(name)
            if name == SCRATCH and not within:
                good, what = stat.S_ISDIR(found.st_mode), "a folder"
            else:
                good, what = stat.S_ISREG(found.st_mode), "a regular file"
            if not good:
                is_link = stat.S_ISLNK(found.st_mode)
                raise self._refused(
                    f"contains {within + name!r}, which is {'a symbolic link' if is_link else 'not ' + what}."
                )
            if found.st_nlink > 1 and stat.S_ISREG(found.st_mode) and name not in (TAG, _IGNORE):
                raise self._refused(f"contains {within + name!r}, which has another name elsewhere (a hard link).")

    def _examine_scratch(self, folder: _Opened) -> None:
        with suppress(FileNotFoundError), folder.below(SCRATCH) as scratch:
            for name in sorted(scratch.names()):
                if not _is_temporary(name):
                    raise self._refused(f"contains {SCRATCH + '/' + name!r}, which incdoc did not create.")
                self._check_type(scratch, name, SCRATCH + "/")

    def _refused(self, why: str) -> SettingError:
        return SettingError(f"cache folder {self.name} {why} {ADVICE}")

    # ------------------------------------------------------------------ files in it

    def open(self, name: str, flags: int, mode: int = 0o644) -> int:
        """A descriptor of a regular file in the folder, not of one that a link leads to. Raises OSError,
        SettingError."""
        with _Opened(self) as folder:
            file = folder.open(name, flags, mode)
            found = os.fstat(file)
            if not stat.S_ISREG(found.st_mode) or found.st_nlink > 1:
                os.close(file)
                raise self._refused(f"contains {name!r}, which is not a regular file of its own.")
            return file

    def stat(self, name: str) -> os.stat_result | None:
        """The stat of what is there, not of what a link leads to; None where nothing is."""
        try:
            with _Opened(self) as folder:
                return folder.stat(name)
        except FileNotFoundError:
            return None

    def read(self, name: str) -> bytes | None:
        """The content of a file; None where there is none."""
        try:
            with open(self.open(name, os.O_RDONLY), "rb") as stream:
                return stream.read()
        except FileNotFoundError:
            return None

    def replace(self, name: str, data: bytes) -> None:
        """Make ``name`` hold ``data``: readers see the old content or the new one. Raises OSError."""
        with _Opened(self) as folder:
            with suppress(FileExistsError):
                folder.mkdir(SCRATCH)
            with folder.below(SCRATCH) as scratch:
                while True:
                    self._count += 1
                    temporary = f"sum-{os.getpid()}-{self._count}"
                    with suppress(FileExistsError):  # left by a killed process with the same pid
                        scratch.create(temporary, data)
                        break
                try:
                    scratch.rename(temporary, folder, name)
                except BaseException:
                    with suppress(OSError):
                        scratch.unlink(temporary)
                    raise

    def delete(self, names: Iterable[str]) -> None:
        """Delete files that are there. Raises OSError."""
        with suppress(FileNotFoundError), _Opened(self) as folder:
            for name in names:
                with suppress(FileNotFoundError):
                    folder.unlink(name)

    def clean(self) -> None:
        """Delete the files that a killed build left half written. Raises SettingError where anything else is there."""
        with suppress(FileNotFoundError), _Opened(self) as folder:
            self._examine_scratch(folder)
            with folder.below(SCRATCH) as scratch:
                for name in scratch.names():
                    with suppress(FileNotFoundError):
                        scratch.unlink(name)

    def step(self, place: str, name: str, above: int | None) -> int | None:
        """A descriptor of the folder ``name`` in the one that ``above`` is of; None on systems that have none. Raises
        SettingError where it is a link or no folder, FileNotFoundError."""
        if _DESCRIPTORS:
            try:
                return os.open(name, _FOLDER, dir_fd=above)
            except FileNotFoundError:
                raise
            except OSError as error:
                try:
                    found = os.stat(name, dir_fd=above, follow_symlinks=False)
                except OSError:
                    raise error from None
        else:
            found = os.lstat(os.path.join(place, name))
        if stat.S_ISDIR(found.st_mode):
            if _DESCRIPTORS:
                raise SettingError(
                    f"cache folder {self.name} cannot be read. Make it readable, or choose another folder."
                )
            return None
        what = "a symbolic link" if stat.S_ISLNK(found.st_mode) else "not a folder"
        raise SettingError(f"cache folder {self.name}: {name!r} is {what}. {ADVICE}")


def _is_store(name: str) -> bool:
    stem, _, suffix = name.partition(".")
    return stem.startswith("store-") and _is_number(stem[len("store-") :]) and suffix in _STORE


def _is_temporary(name: str) -> bool:
    word = next(word for word in _TEMPORARY if name.startswith(word))
    process, _, count = name[len(word) :].partition("-")
    return _is_number(process) and _is_number(count)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()


class _Opened:
    """An open folder, for as long as the ``with`` takes. Names are of entries in it."""

    def __init__(self, cache: CacheFolder, make: bool = False, path: str = "", handle: int | None = None) -> None:
        self._cache = cache
        self._make = make
        self._path = path
        self._handle = handle

    def __enter__(self) -> _Opened:
        if self._path:
            return self
        self._path = self._cache.root
        if _DESCRIPTORS:  # the root is the user's own choice, and may be a link
            self._handle = os.open(self._cache.root, _FOLDER & ~getattr(os, "O_NOFOLLOW", 0))
        try:
            for part in self._cache.name.split("/"):
                if self._make:
                    with suppress(FileExistsError):
                        self.mkdir(part)
                inner = self._cache.step(self._path, part, self._handle)
                self._close()
                self._path, self._handle = os.path.join(self._path, part), inner
        except BaseException:
            self._close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._close()

    def _close(self) -> None:
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    def below(self, name: str) -> _Opened:
        inner = self._cache.step(self._path, name, self._handle)
        return _Opened(self._cache, path=os.path.join(self._path, name), handle=inner)

    def _at(self, name: str) -> str:
        return name if self._handle is not None else os.path.join(self._path, name)

    @property
    def _in(self) -> dict[str, Any]:
        return {"dir_fd": self._handle} if self._handle is not None else {}

    def names(self) -> list[str]:
        try:
            return os.listdir(self._handle if self._handle is not None else self._path)
        except PermissionError as error:
            raise SettingError(
                f"cache folder {self._cache.name} cannot be read: {error.strerror}. "
                "Make it readable, or choose another folder."
            ) from None

    def stat(self, name: str) -> os.stat_result:
        return os.stat(self._at(name), follow_symlinks=False, **self._in)

    def open(self, name: str, flags: int, mode: int = 0o644) -> int:
        # a pipe must not be waited for
        return os.open(self._at(name), flags | _NO_FOLLOW | getattr(os, "O_NONBLOCK", 0), mode, **self._in)

    def head(self, name: str, size: int) -> bytes | None:
        """The first bytes of a regular file; None of anything else."""
        try:
            if not stat.S_ISREG(self.stat(name).st_mode):
                return None
            file = self.open(name, os.O_RDONLY)
        except OSError:
            return None
        with open(file, "rb", buffering=0) as stream:
            return stream.read(size)

    def is_witness(self, name: str) -> bool:
        """Whether it is a store of this or an earlier release."""
        head = self.head(name, _HEADER) if _is_store(name) and name.endswith(".db") else None
        if head is None or len(head) < _HEADER or not head.startswith(_SQLITE):
            return False
        application, version = int.from_bytes(head[68:72], "big"), int.from_bytes(head[60:64], "big")
        return application == APPLICATION or version in _EARLIER

    def mkdir(self, name: str) -> None:
        os.mkdir(self._at(name), **self._in)

    def create(self, name: str, data: bytes) -> None:
        """A new file. Raises FileExistsError."""
        file = os.open(self._at(name), _NEW, 0o644, **self._in)
        try:
            with open(file, "wb", buffering=0) as stream:
                view = memoryview(data)
                while view:
                    view = view[stream.write(view) :]
        except BaseException:
            with suppress(OSError):
                self.unlink(name)
            raise

    def unlink(self, name: str) -> None:
        os.unlink(self._at(name), **self._in)

    def rename(self, name: str, target: _Opened, new: str) -> None:
        if self._handle is not None:
            os.rename(name, new, src_dir_fd=self._handle, dst_dir_fd=target._handle)
        else:
            os.replace(self._at(name), target._at(new))
