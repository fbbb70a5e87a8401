"""Text -> file: only differences are written, whole or not at all, and never over a file that incdoc did not write.

A page is written to a temporary file below the cache and renamed, so that a reader sees the old page or the new one.
Folders are opened step by step without following links, and the page is renamed into the opened folder: a link put
in the way between check and write leads nowhere. A file is incdoc's if it has the mark (see sources.mark), or if it
cannot have one and its content is one that incdoc wrote; any other is left alone and named. An empty file in the place
of a page is written to, since nothing of it is lost, but deleted only where the store has a record of it: a page that a
power loss left empty.

Which contents incdoc wrote is in the store, in the manifest of the output folder, and until both are up to date in the
**journal**, a file in the cache with one line for each write and deletion, which is added before it happens: a build
that is killed does not take its own files for the user's.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections import OrderedDict
from collections.abc import Callable, Mapping, Set
from functools import cached_property
from typing import Any

from msgspec import DecodeError, Struct, json

from incdoc.config import SITE, OutputError, place_of
from incdoc.sources.blob import blob_id
from incdoc.sources.mark import MANIFEST, is_listed, is_page
from incdoc.store import CacheFolder
from incdoc.store.cache import JOURNAL

_MOST_FOLDERS = 64
_DESCRIPTORS = os.open in os.supports_dir_fd and hasattr(os, "O_NOFOLLOW")
"""Whether folders are held as descriptors. Else, as on Windows, they are paths, and a link is looked for at each step:
one that is put in the way between check and write would be followed."""
_FLAGS = sum(getattr(os, flag, 0) for flag in ("O_NOFOLLOW", "O_CLOEXEC", "O_BINARY"))
_FOLDER = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | _FLAGS

Folder = int | str
"""An opened folder: a descriptor, or its path."""


class Stat(Struct, frozen=True, array_like=True):
    """The part of a file's stat that stamps keep."""

    st_size: int
    st_mtime_ns: int
    st_ino: int
    st_ctime_ns: int

    @staticmethod
    def of(found: os.stat_result) -> Stat:
        """From the system's stat."""
        return Stat(found.st_size, found.st_mtime_ns, found.st_ino, found.st_ctime_ns)


_NO_STAT = Stat(-1, 0, 0, 0)
"""Of a page that is not on disk."""


class Written(Struct, frozen=True, array_like=True):
    """One page on disk; ``changed``: whether it was written, else it already had its text."""

    page: str
    digest: bytes
    changed: bool
    stat: Stat


class Writer:
    """Writes pages below one output folder. ``root``: the repository; ``output``, ``cache``, ``site``: relative to it;
    ``algorithm``: of the pages' blob ids. ``left_out``: gives the pages that git has, by blob id, and a sparse checkout
    leaves out: they are not written, as git does not write them. ``recorded``: gives the blob id of a page as the store
    has it."""

    def __init__(
        self,
        root: str,
        output: str,
        cache: str,
        algorithm: str = "sha1",
        left_out: Callable[[], Mapping[str, bytes]] = dict,
        recorded: Callable[[str], bytes | None] = lambda page: None,
        site: str = "",
    ) -> None:
        self._recorded = recorded
        self._cache = CacheFolder(root, cache)
        self._left_out = left_out
        self._algorithm = algorithm
        self._root = root
        self._output = output
        self._site = site
        self._scratch = f"{cache}/tmp"
        self._folders: OrderedDict[str, Folder] = OrderedDict()
        self._count = 0

    def write(self, page: str, content: str | bytes) -> Written:
        """Write ``content`` to ``page`` if it differs. Raises OutputError, naming the file."""
        data = _bytes(content)
        if page in self.left_out:
            return Written(page, blob_id(data, self._algorithm), False, _NO_STAT)
        place = self._place(page)
        folder, _, name = place.rpartition("/")
        try:
            handle = self._folder(folder)
            old = self._look(handle, name, page, data)
            digest = blob_id(data, self._algorithm)
            if old is not None and old[0] == data:
                return Written(page, digest, False, Stat.of(old[1]))
            self._announce(page, digest)
            return Written(page, digest, True, self._replace(handle, name, data))
        except OSError as error:
            why = f"{error.strerror}"
            if error.errno == errno.EXDEV:  # a page is renamed to its path
                why = "the output folder and the cache folder are on different file systems; choose folders on one"
            raise OutputError(f"{place} cannot be written: {why}. The page on disk did not change.") from error

    @cached_property
    def left_out(self) -> Mapping[str, bytes]:
        """The pages that are not written, with the blob ids that git has for them."""
        return self._left_out()

    def check(self, page: str) -> None:
        """Raise OutputError if a file that incdoc did not write is in the page's place."""
        place = self._place(page)
        folder, _, name = place.rpartition("/")
        try:
            handle = self._folder(folder)
            self._look(handle, name, page)
        except OSError as error:
            raise OutputError(f"{place} cannot be read: {error.strerror}.") from error

    def read(self, page: str) -> bytes | None:
        """The content of a file in the output folder; None where there is no regular one that can be read."""
        folder, _, name = self._place(page).rpartition("/")
        try:
            handle = self._folder(folder, make=False)
            found = self._read(handle, name, page)
        except (OSError, OutputError):
            return None
        return found[0] if found is not None else None

    def owns(self, page: str, data: bytes) -> bool:
        """Whether a file with this content in the place of ``page`` is incdoc's."""
        if page == MANIFEST:
            from incdoc.pages.manifest import is_manifest

            return is_manifest(data)
        if not is_listed(page):
            return is_page(data)
        return self.proven(page, data) is not None

    def proven(self, page: str, data: bytes) -> bytes | None:
        """The blob id by which the manifest, the journal or the store's record says that incdoc wrote this content, of
        a file that has no mark."""
        known = {*self.listed.get(page, ()), self._recorded(page)}
        contents = (data, data.replace(b"\r\n", b"\n"))
        return next((blob for each in contents if (blob := blob_id(each, self._algorithm)) in known), None)

    @cached_property
    def listed(self) -> Mapping[str, Set[bytes]]:
        """The blob ids of files without a mark, by manifest and journal."""
        from incdoc.pages.manifest import decode

        found = decode(self.read(MANIFEST) or b"")
        for line in (self._cache.read(JOURNAL) or b"").splitlines():
            with contextlib.suppress(DecodeError, ValueError):  # a killed process may leave half a line
                output, page, digest = json.decode(line, type=tuple[str, str, str])
                if output == self._output and digest:
                    found.setdefault(page, set()).add(bytes.fromhex(digest))
        return found

    def _place(self, page: str) -> str:
        return place_of(page, self._output, self._site)

    def _announce(self, page: str, digest: bytes) -> None:
        if is_listed(page):
            line = json.encode((self._output, page, digest.hex())) + b"\n"
            file = self._cache.open(JOURNAL, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
            try:
                os.write(file, line)
            finally:
                os.close(file)

    def remove(self, page: str, recorded: bool = False) -> bool:
        """Delete a page that incdoc wrote, and folders it leaves empty; False where another program or a person wrote
        the file. ``recorded``: the store has a record of the page. Raises OutputError where it cannot be deleted.

        All that incdoc deletes in an output folder, it deletes here."""
        place = self._place(page)
        where, _, name = place.rpartition("/")
        try:
            handle = self._folder(where, make=False)
            old = self._read(handle, name, page)
        except (OSError, OutputError):
            return False
        if old is None or not (self.owns(page, old[0]) or (recorded and not old[0])):
            return False
        try:
            self._announce(page, b"")
            self._unlink(handle, name, where)
        except OSError as error:
            raise OutputError(f"{place} cannot be deleted: {error.strerror}.") from error
        return True

    def _unlink(self, handle: Folder, name: str, where: str) -> None:
        os.unlink(**_at(handle, name))
        self._drop_empty(where)

    def _drop_empty(self, where: str) -> None:
        while where not in (self._output, self._site):
            handle = self._folders.pop(where, None)
            if handle is not None:
                _close(handle)
            above, _, name = where.rpartition("/")
            try:
                os.rmdir(**_at(self._folder(above, make=False), name))
            except (OSError, OutputError):
                return
            where = above

    def _look(
        self, handle: Folder, name: str, page: str, data: bytes | None = None
    ) -> tuple[bytes, os.stat_result] | None:
        """What is in the place of a page; ``data``: what is to be there."""
        place = self._place(page)
        old = self._read(handle, name, place)
        if old is not None and old[0] and old[0] != data and not self.owns(page, old[0]):
            raise OutputError(
                f"{place} was not written by incdoc and is left alone, so that its page cannot be written. "
                f"Move the file, or set another `{'site' if page.startswith(SITE) else 'output'}`."
            )
        return old

    @staticmethod
    def _read(handle: Folder, name: str, place: str) -> tuple[bytes, os.stat_result] | None:
        try:
            found = os.stat(**_at(handle, name), follow_symlinks=False)
        except FileNotFoundError:
            return None
        if not stat.S_ISREG(found.st_mode):
            raise OutputError(f"{place} is not a regular file and is left alone; move it and build again.")
        file = os.open(**_at(handle, name), flags=os.O_RDONLY | _FLAGS)
        with open(file, "rb") as stream:
            return stream.read(), os.fstat(file)

    def _replace(self, handle: Folder, name: str, data: bytes) -> Stat:
        scratch, temporary, file = self._create()
        is_open = True
        try:
            with open(file, "wb", buffering=0, closefd=False) as stream:
                view = memoryview(data)
                while view:
                    view = view[stream.write(view) :]
            if isinstance(scratch, int) and isinstance(handle, int):
                os.rename(temporary, name, src_dir_fd=scratch, dst_dir_fd=handle)
                return Stat.of(os.fstat(file))
            os.close(file)  # Windows moves no open file
            is_open = False
            os.replace(_at(scratch, temporary)["path"], _at(handle, name)["path"])
            return Stat.of(os.stat(**_at(handle, name)))
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(**_at(scratch, temporary))
            raise
        finally:
            if is_open:
                os.close(file)

    def _create(self) -> tuple[Folder, str, int]:
        """The scratch folder, a new file's name in it, and the file."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _FLAGS
        scratch = self._folder(self._scratch)
        while True:
            self._count += 1
            temporary = f"page-{os.getpid()}-{self._count}"
            # a file of this name was left by a killed process whose number this one has now
            with contextlib.suppress(FileExistsError):
                return scratch, temporary, os.open(**_at(scratch, temporary), flags=flags, mode=0o666)

    def _folder(self, where: str, make: bool = True) -> Folder:
        """A folder below the root, reached without following a link."""
        handle = self._folders.get(where)
        if handle is not None:
            if _alive(handle):
                self._folders.move_to_end(where)
                return handle
            _close(self._folders.pop(where))
        handle = os.open(self._root, _FOLDER & ~getattr(os, "O_NOFOLLOW", 0)) if _DESCRIPTORS else self._root
        for part in where.split("/"):
            try:
                inner = self._step(handle, part, where, make)
            finally:
                _close(handle)
            handle = inner
        self._folders[where] = handle
        if len(self._folders) > _MOST_FOLDERS:
            _close(self._folders.popitem(last=False)[1])
        return handle

    @staticmethod
    def _step(handle: Folder, part: str, where: str, make: bool) -> Folder:
        if part in ("", ".", ".."):  # a store may name any place
            raise OutputError(f"{where} is not a folder in the repository. Delete the cache and build again.")
        try:
            return _open_folder(handle, part)
        except FileNotFoundError:
            if not make:
                raise
            with contextlib.suppress(FileExistsError):
                os.mkdir(**_at(handle, part))
            return _open_folder(handle, part)
        except NotADirectoryError:
            pass
        except OSError as error:
            if not _is_link(error):
                raise
        raise OutputError(
            f"{where} cannot hold pages: {part!r} is a file or a symbolic link. Move it, or set another `output`."
        )

    def close(self) -> None:
        """Close the folders."""
        while self._folders:
            _close(self._folders.popitem()[1])


class Comparer(Writer):
    """Reports what a Writer would do, and writes nothing."""

    def write(self, page: str, content: str | bytes) -> Written:
        """Whether ``page`` has ``content``. Raises OutputError if a Writer would."""
        data = _bytes(content)
        digest = blob_id(data, self._algorithm)
        if page in self.left_out:
            return Written(page, digest, self.left_out[page] != digest, _NO_STAT)
        place = self._place(page)
        folder, _, name = place.rpartition("/")
        try:
            handle = self._folder(folder, make=False)
            old = self._look(handle, name, page, data)
        except FileNotFoundError:
            old = None
        except OSError as error:
            raise OutputError(f"{place} cannot be read: {error.strerror}.") from error
        if old is not None and old[0] == data:
            return Written(page, digest, False, Stat.of(old[1]))
        return Written(page, digest, True, Stat(len(data), 0, 0, 0))

    def _unlink(self, handle: Folder, name: str, where: str) -> None:
        pass

    def _announce(self, page: str, digest: bytes) -> None:
        pass


def _bytes(content: str | bytes) -> bytes:
    return content if isinstance(content, bytes) else content.encode("utf-8", "replace")


def _at(folder: Folder, name: str) -> dict[str, Any]:
    """The arguments that name a file in a folder, for functions of ``os``."""
    return {"path": name, "dir_fd": folder} if isinstance(folder, int) else {"path": os.path.join(folder, name)}


def _open_folder(folder: Folder, name: str) -> Folder:
    """A folder in another one. Raises FileNotFoundError; NotADirectoryError where it is another file or a link."""
    if isinstance(folder, int):
        return os.open(name, _FOLDER, dir_fd=folder)
    path = os.path.join(folder, name)
    if not stat.S_ISDIR(os.lstat(path).st_mode) or getattr(os.path, "isjunction", lambda path: False)(path):
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), path)
    return path


def _close(folder: Folder) -> None:
    if isinstance(folder, int):
        os.close(folder)


def _alive(folder: Folder) -> bool:
    """Whether an opened folder is still in the tree: a removed one has no links left. A path is followed anew."""
    return isinstance(folder, int) and os.fstat(folder).st_nlink > 0


def _is_link(error: OSError) -> bool:
    return error.errno in (errno.ELOOP, errno.EMLINK)
