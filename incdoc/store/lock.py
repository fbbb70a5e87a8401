"""The lock of a tree: the operating system's lock on a file, which ends with its process.

The file has the owner's pid and command for the message of processes that wait. The pid decides nothing, so a stale
file or a recycled pid cannot block.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable

from incdoc.config import BusyError, SettingError
from incdoc.store.cache import LOCK, CacheFolder

WAIT_SECONDS = 60.0
_POLL = 0.05


class Lock:
    """The lock of one cache folder; ``path``: of the lock's file."""

    def __init__(self, path: str) -> None:
        self.path = path
        self._cache = CacheFolder.at(os.path.dirname(path))
        self._file: int | None = None

    def acquire(self, say: Callable[[str], None], seconds: float = WAIT_SECONDS) -> None:
        """Lock the tree; wait up to ``seconds`` for another owner, and report once which. Raises BusyError;
        SettingError if the cache folder cannot be written."""
        deadline = time.monotonic() + seconds
        said = False
        while True:
            file = self._opened()
            try:
                if _try_lock(file) and self._is_there(file):
                    self._sign(file)
                    self._file = file
                    return
                holder = _read(file).decode("utf-8", "replace").strip() or "another process"
            finally:
                if self._file is None:
                    os.close(file)
            if not said and time.monotonic() < deadline:
                say(f"Waiting for {holder}, which builds this tree (up to {seconds:.0f} s).")
                said = True
            if time.monotonic() >= deadline:
                raise BusyError(
                    f"{holder} has been building this tree for more than {seconds:.0f} s. "
                    "Wait until it ends, or end it, and build again."
                )
            time.sleep(_POLL)

    def _opened(self) -> int:
        try:
            self._cache.make()
            return self._cache.open(LOCK, os.O_RDWR | os.O_CREAT)
        except OSError as error:
            raise unwritable(self.path, error.strerror) from error

    def _sign(self, file: int) -> None:
        name = os.path.basename(sys.argv[0]) or "incdoc"
        try:
            os.ftruncate(file, 0)
            os.lseek(file, 0, os.SEEK_SET)
            os.write(file, f"{name} (process {os.getpid()})\n".encode())
        except OSError as error:
            raise unwritable(self.path, error.strerror) from error

    def _is_there(self, file: int) -> bool:
        """Whether the locked file is still the one at the path: a cache may be deleted at any time."""
        there, found = self._cache.stat(LOCK), os.fstat(file)
        return there is not None and (there.st_dev, there.st_ino) == (found.st_dev, found.st_ino)

    @property
    def held(self) -> bool:
        """Whether this process is the owner, or was forked by it."""
        return self._file is not None

    def release(self) -> None:
        """Release the lock."""
        if self._file is not None:
            os.ftruncate(self._file, 0)
            _unlock(self._file)  # forked workers have the file open too
            os.close(self._file)
            self._file = None


def _read(file: int) -> bytes:
    """Who has signed a lock's file; empty where the system keeps a locked file from being read."""
    try:
        os.lseek(file, 0, os.SEEK_SET)
        return os.read(file, 200)
    except OSError:
        return b""


def unwritable(path: str, why: object) -> SettingError:
    """The error for a cache folder that cannot be written, with the system's reason."""
    return SettingError(
        f"The cache folder of this repository, {path}, cannot be written: {why}. "
        "Make it writable, or set another `cache`."
    )


def lock_path(store: str) -> str:
    """The lock file of the tree whose store is at ``store``."""
    return os.path.join(os.path.dirname(store), LOCK)


def share(cache: CacheFolder) -> int | None:
    """Make builds wait while the cache folder is examined; returns a handle for ``unshare``.

    None while a build holds the lock. Creates no file: without a lock file it returns -1, and no process waits.
    """
    try:
        file = cache.open(LOCK, os.O_RDONLY)
    except OSError:
        return -1
    if _try_share(file):
        return file
    os.close(file)
    return None


def unshare(handle: int | None) -> None:
    """Let builds continue."""
    if handle is not None and handle >= 0:
        os.close(handle)


if sys.platform == "win32":
    import msvcrt

    def _try_share(file: int) -> bool:
        return False  # its locks are exclusive: a store that may be written meanwhile is copied instead

    def _try_lock(file: int) -> bool:
        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _unlock(file: int) -> None:
        os.lseek(file, 0, os.SEEK_SET)
        msvcrt.locking(file, msvcrt.LK_UNLCK, 1)
else:
    import fcntl

    def _try_share(file: int) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            return False
        return True

    def _try_lock(file: int) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True

    def _unlock(file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_UN)
