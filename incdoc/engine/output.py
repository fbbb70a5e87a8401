"""The pages as they are on disk: what was written, what is gone or was edited since, what no task makes any more.

recorded    a page that the store knows to be written by a task of this project
stranger    a Markdown file in the output folder that is not recorded: a person's, or an orphan
orphan      a stranger that has incdoc's mark, however it came there: its source is gone and git, a copy or a lost cache
            brought the page back. ``check`` lists it, a build deletes it

Strangers are found at the cost of one stat a folder: adding or renaming a file changes the times of its folder, so
only folders whose stamps are not believed are listed. The stamp of a folder with an orphan never is, so that the orphan
is found again until it is gone.
"""

from __future__ import annotations

import os
import re
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Set
from contextlib import closing
from functools import cached_property, partial

from msgspec import Struct, msgpack
from msgspec.structs import replace

from incdoc.config import Config, SourceError
from incdoc.engine.stamp_store import amend_stamps, save_stamps
from incdoc.pages.write import Comparer, Stat, Writer, Written
from incdoc.sources import Amendment, Stamps, algorithm_of, blob_id, escape_non_utf8, git, lstat_below, read_file
from incdoc.sources.mark import is_page, is_page_file
from incdoc.store import Store

_GONE = "is gone"
REPLACED = "was replaced by another file"
_SETTLED_NS = 10**10
MANY = 2_000_000
_FEW = 500
"""Up to so many pages are checked one by one; for more, the whole output is listed."""
UNSURE = 200
"""With so many pages or more, git's index is used before they are read."""

_Folders = dict[str, Stat | None]
_Unsure = tuple[int, list[str], dict[str, bytes], dict[str, Stat], _Folders, list[str]]
_decode_unsure = msgpack.Decoder(_Unsure).decode
_PART = re.compile(r"\.[0-9]+\.md$")
"""The end of the name of a page's second part, and of those after it."""


class Tampered(Struct, frozen=True):
    """A page that differs from the one that was written. ``what``: what happened to it, as the end of a sentence."""

    task: str
    page: str
    what: str


def writer_of(config: Config, kind: type[Writer] = Writer) -> Writer:
    """A writer of pages that uses the hash algorithm of the repository's git; to be closed."""
    repository = git.find(config.root)
    algorithm = repository.algorithm if repository else "sha1"
    return kind(config.root, config.output, config.cache, algorithm, partial(left_out, config, repository))


def left_out(config: Config, repository: git.Repository | None) -> dict[str, bytes]:
    """The pages in git that a sparse checkout leaves out, with their blob ids; without those that exist on disk."""
    from incdoc.sources import index

    if repository is None or not index.is_sparse(repository):
        return {}
    folder = config.output + "/"
    names = (git.ask(config.root, "ls-files", "-z", "--cached", "--", config.output) or b"").decode(
        "utf-8", "surrogateescape"
    )
    pages = [name.removeprefix(folder) for name in names.split("\0")[:-1]]
    left = index.left_out(config.root, repository, pages, folder) or {}
    return {page: item.blob for page, item in left.items() if not os.path.lexists(config.path(folder + page))}


class OutputFolder:
    """The pages below the output folder of ``config``, and their records in ``store``. ``writer`` makes a Writer, of
    another folder if one is named. ``keeps``: whether the stats of pages that git vouches for are recorded."""

    def __init__(self, config: Config, store: Store, writer: Callable[..., Writer], keeps: bool = True) -> None:
        self.writer = writer
        self.removed: list[tuple[str, str]] = []
        """(page, task that made it, if that is known) of each deleted page, in order."""
        self._config = config
        self._store = store
        self._keeps = keeps
        self._output = config.output
        self._top = os.path.join(config.root, config.output)
        self._encoded = store.get_stamps("pages")
        self._amended: dict[str, Amendment | None] = {}
        self._folders_encoded = store.get_stamps("folders")
        self._folders: dict[str, Amendment | None] = {}
        """What is to be noted of the output's folders."""
        self._strangers: list[str] = []
        self._to_remove: list[tuple[str, list[str], bool]] = []
        """The pages to be deleted in each former output folder, and whether they are recorded."""
        self._looking: tuple[int, int] | None = None
        self._began = 0
        """The moment before the pages were checked."""

    @cached_property
    def _stamps(self) -> Stamps:
        """Decoded lazily: an unchanged run and a few changes do not need it."""
        stamps = Stamps.decode(*self._encoded)
        stamps.amend(self._amended)
        self._amended.clear()
        return stamps

    @cached_property
    def left_out(self) -> Mapping[str, bytes]:
        """The pages that a sparse checkout leaves out: they are neither missing nor written."""
        return left_out(self._config, git.find(self._config.root))

    def _amend(self, page: str, stamp: Amendment | None) -> None:
        self._amended[page] = stamp
        if "_stamps" in self.__dict__:
            self._stamps.amend(self._amended)
            self._amended.clear()

    @property
    def is_moved(self) -> bool:
        """Whether the setting named another output folder in the last build, or there was none."""
        return self._store.get_meta("output") != self._output.encode()

    def former_pages(self) -> list[str]:
        """The recorded pages of the output folder that the setting named before, relative to the repository."""
        former = (self._store.get_meta("output") or b"").decode()
        return self._removable(former, self._store.all_pages(), recorded=True) if former else []

    def pages_of(self, tops: Iterable[str], nested: Collection[str]) -> list[str]:
        """The pages below former output folders of this project, but for what is of a ``nested`` project, relative to
        the repository."""
        from incdoc.engine.former import pages_below

        return [page for top in tops for page in self._removable(top, pages_below(self._config, top, nested))]

    def _removable(self, top: str, pages: Iterable[str], recorded: bool = False) -> list[str]:
        with closing(writer_of(replace(self._config, output=top), Comparer)) as comparer:
            found = [page for page in pages if comparer.remove(page, recorded)]
        self._to_remove.append((top, found, recorded))
        return [f"{top}/{page}" for page in found]

    def remove_former(self) -> None:
        """Delete the pages that ``former_pages`` and ``pages_of`` named; in a dry run they stay."""
        for top, pages, recorded in self._to_remove:
            with closing(self.writer(top)) as writer:
                for page in pages:
                    writer.remove(page, recorded)
        self._to_remove.clear()

    def forget_former(self) -> None:
        """Forget the pages of the former output folder. They are deleted first, so that a killed run starts again."""
        former, now = self._store.get_meta("output"), self._output.encode()
        if former is None:
            self._store.put_meta("output", now)
            return
        for page in list(self._stamps):
            self._stamps.forget(page)
        with self._store.transaction() as db:
            db.execute("INSERT OR IGNORE INTO pending SELECT DISTINCT task, 'the output folder changed' FROM page")
            db.execute("DELETE FROM page")
            self._store.put_meta("output", now)
        self._store.put_stamps("folders", b"", b"")
        self._folders_encoded = (b"", [])

    def begin(self, many: int = MANY) -> None:
        """If the stamps take at least ``many`` bytes, check the pages in a forked process until ``check`` is called:
        their stats are half of the time of a run that has nothing to do, those of the sources the other half."""
        if self._looking is not None or len(self._encoded[0]) < many:
            return
        if not hasattr(os, "fork") or threading.active_count() > 1:
            return
        self._began = time.time_ns()
        reading, writing = os.pipe()
        pid = os.fork()
        if pid:
            os.close(writing)
            self._looking = (pid, reading)
            return
        status = 1
        try:
            os.close(reading)  # so that writing fails and this process ends if its parent has ended
            with open(writing, "wb") as stream:
                stream.write(msgpack.encode(self._unsure(alone=True)))
            status = 0
        finally:
            os._exit(status)

    def check(self) -> list[Tampered]:
        """Put the tasks of pages that were deleted or edited since they were written into ``pending``; those pages."""
        known, odd, vouched, stats, folders, names = self._collect()
        if vouched:
            stale = vouched.items() - self._store.page_digests().items()
            odd += [page for page, _ in stale]
            for page, found in stats.items():
                if (page, vouched[page]) not in stale:
                    self._amend(page, (found, vouched[page], self._began))
        recorded = self._store.all_pages() if odd or self._store.page_count() != known else {}
        if recorded:
            odd += [page for page in recorded if page not in self._stamps]
        lost = [each for page in odd if (each := self._look(page, recorded.get(page)))]
        if any(each.what == _GONE for each in lost) and (left := self.left_out):
            lost = [each for each in lost if each.page not in left]
        if lost:  # both or nothing: a page without a key that is not pending would never be rebuilt
            with self._store.transaction() as db:
                notes = [(each.task, f"{each.page} {each.what}") for each in lost]
                db.executemany("INSERT OR IGNORE INTO pending VALUES (?, ?)", notes)
                # the record stays if the file is incdoc's: if its source is removed too, the page must be deleted
                db.executemany("UPDATE page SET key = x'' WHERE path = ?", [(each.page,) for each in lost])
                others = [(each.page,) for each in lost if each.what == REPLACED]
                db.executemany("DELETE FROM page WHERE path = ?", others)
        self._meet(folders, names)
        return lost

    def _meet(self, folders: _Folders, names: list[str]) -> None:
        """Find the strangers among the files of ``folders``, and note the folders that hold no orphan. Where nothing is
        recorded yet all are strangers: which of them are orphans is asked when all pages are made."""
        self._strangers = list(self._unrecorded(names))
        if len(self._strangers) > _FEW:
            return
        holding = {page.rpartition("/")[0] or "." for page in self.orphans()}
        for folder, found in folders.items():
            seen = 0 if folder in holding else self._began
            self._folders[folder] = (found, b"", seen) if found is not None else None

    def _unrecorded(self, pages: list[str]) -> Iterator[str]:
        known = self._store.all_pages() if len(pages) > _FEW else None
        return (page for page in pages if (self._store.get_page(page) if known is None else known.get(page)) is None)

    def orphans(self) -> list[str]:
        """The pages, as ``check`` found them, that no task made since, in order."""
        return sorted(page for page in self._unrecorded(self._strangers) if is_page_file(f"{self._top}/{page}"))

    def _collect(self) -> _Unsure:
        if self._looking is None:
            self._began = time.time_ns()
            return self._unsure()
        (pid, reading), self._looking = self._looking, None
        with open(reading, "rb") as stream:
            found = stream.read()
        return _decode_unsure(found) if os.waitpid(pid, 0)[1] == 0 else self._unsure()

    def _unsure(self, alone: bool = False) -> _Unsure:
        """The number of pages with stamps, and those whose stat differs: the pages to read, those that git vouches for
        with their blob ids, and the stats of these, if they are kept. ``alone``: this process does nothing else."""
        try:
            with lstat_below(self._top, moves=alone) as lstat:
                if self._amended or "_stamps" in self.__dict__:
                    count, unlike = len(self._stamps), self._stamps.unlike(lstat)
                else:
                    count, unlike = Stamps.glance(*self._encoded, lstat)
                folders, names = self._changed_folders(lstat)
        except SourceError:
            return len(self._stamps), list(self._stamps), {}, {}, {}, []
        other = [(page, found) for page, found in unlike.items() if found is not None]
        gone = [page for page, found in unlike.items() if found is None]
        blobs = self._from_index(other)
        odd = gone + [page for page, _ in other if page not in blobs]
        vouched = {page: blobs[page] for page, _ in other if page in blobs}
        stats = {page: Stat.of(found) for page, found in other if page in blobs} if self._keeps else {}
        return count, odd, vouched, stats, folders, names

    def _changed_folders(self, lstat: Callable[[str], os.stat_result]) -> tuple[_Folders, list[str]]:
        """The output's folders whose stamps are not believed, with their stats (None: gone), and the Markdown files in
        them; of many files only those without stamps of their own."""
        count, unlike = Stamps.glance(*self._folders_encoded, lstat)
        if not count:
            unlike = {".": lstat(".")}
        if not unlike:
            return {}, []
        known = set(Stamps.decode(*self._folders_encoded))
        folders: _Folders = {}
        names: list[str] = []
        queue = list(unlike.items())
        while queue:
            folder, found = queue.pop()
            if found is None:
                folders[folder] = None
                continue
            prefix = "" if folder == "." else folder + "/"
            try:
                with os.scandir(f"{self._top}/{folder}") as listing:
                    entries = list(listing)
                if any(entry.name == ".git" for entry in entries):
                    continue  # another repository
                for entry in entries:
                    path = prefix + entry.name
                    if escape_non_utf8(path) != path:
                        continue  # no page has such a name
                    if not entry.is_dir(follow_symlinks=False):
                        names += [path] if path.endswith(".md") else []
                    elif path not in known and path not in folders:
                        queue.append((path, lstat(path)))
            except OSError:
                continue  # it is looked at again by the next build
            folders[folder] = Stat.of(found)
        if len(names) > _FEW:
            stamped = self._stamps
            names = [name for name in names if name not in stamped]
        return folders, names

    def _from_index(self, pages: list[tuple[str, os.stat_result]]) -> dict[str, bytes]:
        """Blob ids from git's index, if there are many pages: in a fresh clone none of them is read."""
        repository = git.find(self._config.root) if len(pages) > UNSURE else None
        if repository is None or not git.wait_for_lock(repository):
            return {}
        from incdoc.sources import index

        return index.blobs(self._config.root, repository, pages, self._config.output + "/")

    def _look(self, page: str, row: tuple[str, bytes, bytes] | None) -> Tampered | None:
        if row is None:
            self._amend(page, None)
            return None
        place = os.path.join(self._top, page)
        try:
            data, blob, found = read_file(place, algorithm_of(row[2]), page)
        except SourceError:
            why = "cannot be read" if os.path.lexists(place) else _GONE
        else:
            if blob == row[2]:
                self._amend(page, (found, blob, self._began))
                return None
            if blob_id(data.replace(b"\r\n", b"\n"), algorithm_of(row[2])) == row[2]:
                why = "has other line ends; -text for the pages in .gitattributes keeps git from converting them"
            else:
                why = "is empty" if not data else "was edited by hand" if is_page(data) else REPLACED
        self._amend(page, None)
        return Tampered(row[0], page, why)

    def note(self, page: Written) -> None:
        """Record a page that was written, or that already had its text."""
        # this process wrote it, so its stamp is believed at once, unlike that of other files
        self._amend(page.page, (page.stat, page.digest, page.stat.st_ctime_ns + _SETTLED_NS))

    def remove(self, task: str, pages: Iterable[str] | None = None) -> int:
        """Delete the pages that a task wrote, or only the given ones; returns how many were deleted."""
        removed = 0
        writer = None
        for page in sorted(pages) if pages is not None else self._store.task_pages(task):
            if (self._store.get_page(page) or ("",))[0] != task:
                continue
            writer = writer or self.writer()
            removed += self._remove(writer, page, task, recorded=True)
            self._amend(page, None)
            self._store.drop_page(page)
        if writer:
            writer.close()
        return removed

    def remove_orphans(self, kept: Set[str]) -> int:
        """Delete the orphans, but for ``kept`` pages and their parts; how many were deleted."""
        orphans = [page for page in self.orphans() if page not in kept and _PART.sub(".md", page) not in kept]
        if not orphans:
            return 0
        writer = self.writer()
        removed = sum(self._remove(writer, page, "", recorded=False) for page in orphans)
        writer.close()
        return removed

    def _remove(self, writer: Writer, page: str, task: str, recorded: bool) -> bool:
        removed = writer.remove(page, recorded)
        if removed:
            self.removed.append((page, task))
        return removed

    def check_output_free(self, pages: Iterable[str]) -> None:
        """Raise OutputError if a file that incdoc did not write is at the path of a new page."""
        wanted = set(pages)
        if not wanted or not os.path.isdir(self._top):
            return
        if len(wanted) <= _FEW:
            there = {page for page in wanted if os.path.lexists(f"{self._top}/{page}")}
        else:
            there = wanted & _files_below(self._top)
        writer = self.writer()
        try:
            for page in sorted(there):
                if self.is_moved or self._store.get_page(page) is None:
                    writer.check(page)
        finally:
            writer.close()

    def close(self) -> None:
        """End the process that checks the pages, if its result was not collected."""
        if self._looking is not None:
            (pid, reading), self._looking = self._looking, None
            os.close(reading)
            os.waitpid(pid, 0)

    def save(self) -> None:
        """Put the stamps into the store."""
        if self._amended and (rows := amend_stamps(self._store, "pages", self._amended)):
            self._encoded[1].extend(rows)
            self._amended.clear()
        elif self._amended or "_stamps" in self.__dict__:
            save_stamps(self._store, "pages", self._stamps)
        if self._folders:
            if rows := amend_stamps(self._store, "folders", self._folders):
                self._folders_encoded[1].extend(rows)
            else:
                stamps = Stamps.decode(*self._folders_encoded)
                stamps.amend(self._folders)
                stamps.whole = True
                save_stamps(self._store, "folders", stamps)
                self._folders_encoded = self._store.get_stamps("folders")
            self._folders.clear()


def _files_below(top: str) -> set[str]:
    """All paths below ``top``, relative to it, folders included."""
    found: set[str] = set()
    for folder, folders, names in os.walk(top):
        prefix = os.path.relpath(folder, top).replace(os.sep, "/") + "/" if folder != top else ""
        found.update(prefix + name for name in (*folders, *names))
    return found
