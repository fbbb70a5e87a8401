"""The pages as they are on disk: what was written, what was deleted or edited since, what no task makes any more.

recorded    a page that the store knows to be written by a task of this project
stranger    a file in a folder of pages that may have a mark, or that the manifest lists, and that is not recorded: the
            user's, or an orphan
orphan      a stranger that is incdoc's by its mark or its content, for whatever reason it is there: its source was
            removed, and git, a copy or a lost cache brought the page back. ``check`` lists it, a build deletes it
site        the folder of the pages as HTML, if the settings name one: its files are pages too, whose paths begin with
            ``:site/``
manifest    the list of the files that have no mark (see pages.manifest), which a build brings up to date at its end

Strangers are found at the cost of one stat a folder: adding or renaming a file changes the times of its folder, so
only folders whose stamps are not believed are listed. The stamp of a folder with an orphan never is, so that the orphan
is found again until it is deleted.
"""

from __future__ import annotations

import os
import re
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Set
from contextlib import closing, contextmanager
from functools import cached_property, partial

from msgspec import Struct, msgpack
from msgspec.structs import replace

from incdoc.config import SITE, Config, SourceError
from incdoc.engine.stamp_store import amend_stamps, save_stamps
from incdoc.pages.write import Comparer, Stat, Writer, Written
from incdoc.sources import Amendment, Stamps, algorithm_of, blob_id, escape_non_utf8, git, lstat_below, read_file
from incdoc.sources.mark import MANIFEST, is_listed, is_page_file, may_be_page
from incdoc.store import CacheFolder, Store
from incdoc.store.cache import JOURNAL
from incdoc.thresholds import MISSES_FOR_INDEX, PAGES_ONE_BY_ONE, STAMP_BYTES_FOR_FORK

_OWN_OUTPUTS = "own outputs"
_DELETED = "was deleted"
_WRITTEN = "manifest"
"""The singleton with the blob id of the manifest."""
_FOLDERS = ("output", "site")
"""The settings that name folders of pages."""
REPLACED = "was replaced by another file"
_SETTLED_NS = 10**10

_Folders = dict[str, Stat | None]
_Unsure = tuple[int, list[str], dict[str, bytes], dict[str, Stat], _Folders, list[str]]
_decode_unsure = msgpack.Decoder(_Unsure).decode
_SITE = SITE.removesuffix("/")
"""The folder of the site, as stamps have it."""
_NEVER = Stat(-1, 0, 0, 0)
"""Of no folder: a stamp of it is never believed."""
_Lstat = Callable[[str], os.stat_result]
_PART = re.compile(r"\.[0-9]+(\.md|\.html)$")
"""The end of the name of a page's second part, and of those after it."""


class Tampered(Struct, frozen=True):
    """A page that differs from the one that was written. ``what``: what happened to it, as the end of a sentence."""

    task: str
    page: str
    what: str


def writer_of(config: Config, store: Store, kind: type[Writer] = Writer) -> Writer:
    """A writer of pages that uses the hash algorithm of the repository's git; to be closed. ``store`` has the records
    of pages."""
    repository = git.find(config.root)
    algorithm = repository.algorithm if repository else "sha1"

    def recorded(page: str) -> bytes | None:
        row = store.pages.get(page)
        return row[2] if row is not None else None

    left = partial(left_out, config, repository)
    return kind(config.root, config.output, config.cache, algorithm, left, recorded, config.site)


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
    """The pages below the output folder of ``config``, and their records in ``store``. ``writer`` makes a Writer, as
    other settings say if they are given. ``keeps``: whether the stats of pages that git vouches for are recorded."""

    def __init__(self, config: Config, store: Store, writer: Callable[..., Writer], keeps: bool = True) -> None:
        self.writer = writer
        self.removed: list[tuple[str, str]] = []
        """(page, task that made it, if that is known) of each deleted page, in order."""
        self._config = config
        self._store = store
        self._keeps = keeps
        self._cache = CacheFolder.of(config)
        self._output = config.output
        self._top = os.path.join(config.root, config.output)
        self._site_top = os.path.join(config.root, config.site) if config.site else ""
        self._encoded = store.stamps.get("pages")
        self._amended: dict[str, Amendment | None] = {}
        self._folders_encoded = store.stamps.get("folders")
        self._folders: dict[str, Amendment | None] = {}
        """What is to be noted of the output's folders."""
        self._strangers: list[str] = []
        self._to_remove: list[tuple[Config, list[str], Set[str]]] = []
        """The pages to be deleted in each former folder of pages, and those that are recorded."""
        self._stale = False
        """Whether the manifest is not the one that a build wrote last."""
        self._touched = False
        """Whether a file that it lists was written or deleted."""
        self.lists_anew = False
        """Whether the manifest was written anew at the end of this build."""
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
    def moved(self) -> list[str]:
        """The settings that name another folder of pages than in the last build; of a first build those that name
        one."""
        return [key for key in _FOLDERS if self._former(key) != getattr(self._config, key)]

    def _former(self, key: str) -> str:
        """The folder that a setting named in the last build; empty if it named none, or there was no build."""
        return (self._store.get_meta(key) or b"").decode()

    def former_pages(self, nested: Collection[str]) -> list[str]:
        """The pages of the folders that settings named before, relative to the repository: those that are recorded,
        and those that git or a copy brought there; but for what is of a ``nested`` project."""
        found: list[str] = []
        for key in self.moved:
            if former := self._former(key):
                recorded = {page for page in self._store.pages.all() if _is_below(key, page)}
                found += self._removable(key, former, nested, recorded)
        return found

    @property
    def own_outputs(self) -> set[str]:
        """The former output folders that are known to be this project's: git may bring their pages back when most of
        the sources that show it are gone."""
        return set(filter(None, (self._store.get_meta(_OWN_OUTPUTS) or b"").decode().split("\0")))

    def _remember(self, tops: Iterable[str]) -> None:
        known = self.own_outputs
        if not known.issuperset(more := {*tops}):
            self._store.put_meta(_OWN_OUTPUTS, "\0".join(sorted(known | more)).encode())

    def pages_of(self, tops: Collection[str], nested: Collection[str]) -> list[str]:
        """The pages below former folders of this project's pages, but for what is of a ``nested`` project, relative to
        the repository."""
        from incdoc.engine.former import setting_of

        self._remember(tops)
        return [page for top in tops for page in self._removable(setting_of(self._config, top), top, nested)]

    def _removable(self, key: str, top: str, nested: Collection[str], recorded: Set[str] = frozenset()) -> list[str]:
        """The pages below a folder that the setting ``key`` named before that may be deleted, with the files that its
        manifest lists."""
        from incdoc.engine.former import pages_below

        config = replace(self._config, **{key: top})
        there = (config.page_at(f"{top}/{name}") for name in pages_below(self._config, top, nested))
        candidates = dict.fromkeys((*sorted(recorded), *there))
        with closing(writer_of(config, self._store, Comparer)) as comparer:
            if key == "output":  # the manifest is deleted last: it proves that the files it lists are incdoc's
                candidates.pop(MANIFEST, None)
                candidates = dict.fromkeys((*candidates, *sorted(comparer.listed), MANIFEST))
            found = [page for page in candidates if comparer.remove(page, page in recorded)]
        self._to_remove.append((config, found, recorded))
        return [config.place(page) for page in found]

    def remove_former(self) -> None:
        """Delete the pages that ``former_pages`` and ``pages_of`` named; in a dry run they stay."""
        for config, pages, recorded in self._to_remove:
            with closing(self.writer(config)) as writer:
                for page in pages:
                    writer.remove(page, page in recorded)
        self._to_remove.clear()

    def forget_former(self) -> None:
        """Forget the pages of former folders. They are deleted first, so that a killed run starts again."""
        for key in self.moved:
            if former := self._former(key):
                self._remember([former])
                for page in [page for page in self._stamps if _is_below(key, page)]:
                    self._stamps.forget(page)
            with self._store.transaction():
                self._store.pages.drop_all(key == "site", f"the setting `{key}` changed")
                self._store.put_meta(key, getattr(self._config, key).encode())
                if key == "output":
                    self._store.put_meta(_WRITTEN, b"")
            self._store.stamps.put("folders", b"", b"")
            self._folders_encoded = (b"", [])

    def begin(self, many: int = STAMP_BYTES_FOR_FORK) -> None:
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
        """Put the tasks of pages that were deleted or edited since they were written into ``pending``; returns
        these pages."""
        known, suspected, vouched, stats, folders, names = self._collect()
        if vouched:
            stale = vouched.items() - self._store.pages.digests().items()
            suspected += [page for page, _ in stale]
            for page, found in stats.items():
                if (page, vouched[page]) not in stale:
                    self._amend(page, (found, vouched[page], self._began))
        recorded = self._store.pages.all() if suspected or self._store.pages.count() != known else {}
        if recorded:
            suspected += [page for page in recorded if page not in self._stamps]
        lost = [each for page in suspected if (each := self._look(page, recorded.get(page)))]
        if any(each.what == _DELETED for each in lost) and (left := self.left_out):
            lost = [each for each in lost if each.page not in left]
        if lost:
            reasons = {each.page: (each.task, f"{self._said(each.page)} {each.what}") for each in lost}
            others = [each.page for each in lost if each.what == REPLACED]
            self._touched |= any(map(is_listed, others))
            self._store.pages.lose(reasons, others)
        self._meet(folders, names)
        self._meet_listed()
        return lost

    def _meet(self, folders: _Folders, names: list[str]) -> None:
        """Find the strangers among the files of ``folders``, and note the folders that hold no orphan. Where nothing is
        recorded yet all are strangers: which of them are orphans is asked when all pages are made."""
        self._strangers = list(self._unrecorded(names))
        if len(self._strangers) > PAGES_ONE_BY_ONE:
            return
        holding = {page.rpartition("/")[0] or "." for page in self.orphans()}
        for folder, found in folders.items():
            seen = 0 if folder in holding else self._began
            self._folders[folder] = (found, b"", seen) if found is not None else None
        if self._config.site and not os.path.isdir(self._site_top):
            self._folders[_SITE] = (_NEVER, b"", 0)  # so that it is listed when it is there

    def _meet_listed(self) -> None:
        """Compare the manifest with the one that was written last. Where it is another, as after a switch of branches,
        the files that it lists are strangers."""
        known = self._store.get_meta(_WRITTEN) or b""
        if not known and not os.path.lexists(f"{self._top}/{MANIFEST}"):
            return
        with closing(self.writer()) as writer:
            found = writer.read(MANIFEST)
            if found is None or not writer.owns(MANIFEST, found):
                self._stale = known != b""
                return
            self._stale = blob_id(found) != known
            if self._stale:
                self._strangers += sorted(writer.listed.keys() - set(self._strangers))

    @property
    def is_behind(self) -> bool:
        """Whether the manifest may have to be written though no file changes: it was changed by hand or by git, or a
        build was killed."""
        return self._stale or self._cache.stat(JOURNAL) is not None

    def manifest(self) -> str | None:
        """The content that the manifest must have; None if there is no file to list."""
        return self._manifest(self._listed_still())

    def _manifest(self, others: Mapping[str, bytes]) -> str | None:
        from incdoc.pages.manifest import encode

        files = {**self._store.pages.unmarked(), **others}
        return encode(files) if files else None

    def _listed_still(self) -> dict[str, bytes]:
        """The files, with their blob ids, that the manifest lists and no record names, and that are as it says. Where
        the store was lost, and the build was refused or failed, nothing else proves that they are incdoc's."""
        gone = {page for page, _ in self.removed}
        found = {}
        with closing(self.writer()) as writer:
            for page in self._unrecorded(sorted(writer.listed)):
                data = writer.read(page) if page not in gone else None
                if data is not None and (blob := writer.proven(page, data)):
                    found[page] = blob
        return found

    def list_files(self) -> None:
        """Bring the manifest up to date with the records. Raises OutputError where that is not possible."""
        if not (self._touched or self.is_behind):
            return
        others = self._listed_still()
        text = self._manifest(others)
        with closing(self.writer()) as writer:
            if text is not None:
                self.lists_anew = writer.write(MANIFEST, text).changed
            elif writer.remove(MANIFEST):
                self.removed.append((MANIFEST, ""))
        # files without a record are met again by the next build: perhaps no task makes them any more
        self._store.put_meta(_WRITTEN, blob_id(text.encode()) if text is not None and not others else b"")
        if self._keeps:
            self._cache.delete([JOURNAL])
        self._touched = self._stale = False

    def _unrecorded(self, pages: list[str]) -> Iterator[str]:
        known = self._store.pages.all() if len(pages) > PAGES_ONE_BY_ONE else None
        return (page for page in pages if (self._store.pages.get(page) if known is None else known.get(page)) is None)

    def orphans(self) -> list[str]:
        """The pages, as ``check`` found them, that no task made since, in order."""
        return sorted(page for page in self._unrecorded(self._strangers) if self._is_ours(page))

    def _is_ours(self, page: str) -> bool:
        if not is_listed(page):
            return is_page_file(self._path(page))
        with closing(self.writer()) as writer:
            data = writer.read(page)
            return data is not None and writer.owns(page, data)

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
            with self._lstat(alone) as lstat:
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
        suspected = gone + [page for page, _ in other if page not in blobs]
        vouched = {page: blobs[page] for page, _ in other if page in blobs}
        stats = {page: Stat.of(found) for page, found in other if page in blobs} if self._keeps else {}
        return count, suspected, vouched, stats, folders, names

    @contextmanager
    def _lstat(self, alone: bool) -> Iterator[_Lstat]:
        """The stat of a page or a folder of pages. Raises SourceError where the output folder cannot be opened."""
        has_site = os.path.isdir(self._site_top)
        with lstat_below(self._top, moves=alone and not has_site) as lstat:
            if not has_site:
                yield lstat  # there is nothing of this name in the output
                return
            with lstat_below(self._site_top) as below:
                yield lambda page: below(page[len(SITE) :] or ".") if page.startswith(_SITE) else lstat(page)

    def _changed_folders(self, lstat: _Lstat) -> tuple[_Folders, list[str]]:
        """The folders of pages whose stamps are not believed, with their stats (None: gone), and the files in them that
        may have a mark; of many files only those without stamps of their own."""
        count, unlike = Stamps.glance(*self._folders_encoded, lstat)
        if not count:
            unlike = {".": lstat(".")}
            if os.path.isdir(self._site_top):
                unlike[_SITE] = lstat(_SITE)
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
                with os.scandir(self._path(f"{folder}/")) as listing:
                    entries = list(listing)
                if any(entry.name == ".git" for entry in entries):
                    continue  # another repository
                for entry in entries:
                    path = prefix + entry.name
                    if escape_non_utf8(path) != path:
                        continue  # no page has such a name
                    if not entry.is_dir(follow_symlinks=False):
                        names += [path] if self._may_be_own(path) else []
                    elif path not in known and path not in folders:
                        queue.append((path, lstat(path)))
            except OSError:
                continue  # it is looked at again by the next build
            folders[folder] = Stat.of(found)
        if len(names) > PAGES_ONE_BY_ONE:
            stamps = self._stamps
            names = [name for name in names if name not in stamps]
        return folders, names

    @staticmethod
    def _may_be_own(page: str) -> bool:
        return may_be_page(page) if page.startswith(SITE) else page.endswith(".md")

    def _said(self, page: str) -> str:
        """A page in the reason of a task: as it is in the output, or where it is in the site."""
        return self._config.place(page) if page.startswith(SITE) else page

    def _path(self, page: str) -> str:
        return f"{self._config.root}/{self._config.place(page)}"

    def _from_index(self, pages: list[tuple[str, os.stat_result]]) -> dict[str, bytes]:
        """Blob ids from git's index, if there are many pages: in a fresh clone none of them is read."""
        pages = [each for each in pages if not each[0].startswith(SITE)]
        repository = git.find(self._config.root) if len(pages) > MISSES_FOR_INDEX else None
        if repository is None or not git.wait_for_lock(repository):
            return {}
        from incdoc.sources import index

        return index.blobs(self._config.root, repository, pages, self._config.output + "/")

    def _look(self, page: str, row: tuple[str, bytes, bytes] | None) -> Tampered | None:
        if row is None:
            self._amend(page, None)
            return None
        place = self._path(page)
        try:
            data, blob, found = read_file(place, algorithm_of(row[2]), page)
        except SourceError:
            why = "cannot be read" if os.path.lexists(place) else _DELETED
        else:
            if blob == row[2]:
                self._amend(page, (found, blob, self._began))
                return None
            if blob_id(data.replace(b"\r\n", b"\n"), algorithm_of(row[2])) == row[2]:
                why = "has other line ends; -text for the pages in .gitattributes stops git from converting them"
            else:
                with closing(self.writer()) as writer:
                    ours = writer.owns(page, data)
                why = "is empty" if not data else "was edited by hand" if ours else REPLACED
        self._amend(page, None)
        return Tampered(row[0], page, why)

    def note(self, page: Written) -> None:
        """Record a page that was written, or that already had its text."""
        # this process wrote it, so its stamp is believed at once, unlike that of other files
        self._amend(page.page, (page.stat, page.digest, page.stat.st_ctime_ns + _SETTLED_NS))
        self._touched |= is_listed(page.page)

    def expect(self, pages: Iterable[str]) -> None:
        """Note that ``pages`` were recorded that another build wrote: the manifest must list those without a mark."""
        self._touched |= any(map(is_listed, pages))

    def remove(self, task: str, pages: Iterable[str] | None = None) -> int:
        """Delete the pages that a task wrote, or only the given ones; returns how many were deleted."""
        removed = 0
        writer = None
        for page in sorted(pages) if pages is not None else self._store.pages.of(task):
            if (self._store.pages.get(page) or ("",))[0] != task:
                continue
            writer = writer or self.writer()
            removed += self._remove(writer, page, task, recorded=True)
            self._amend(page, None)
            self._store.pages.drop(page)
        if writer:
            writer.close()
        return removed

    def remove_orphans(self, kept: Set[str], among: Callable[[str], bool]) -> int:
        """Delete the orphans ``among`` which they are to be looked for, but for ``kept`` pages and their parts; how
        many were deleted."""
        orphans = [page for page in self.orphans() if page not in kept and _PART.sub(r"\1", page) not in kept]
        orphans = [page for page in orphans if among(page)]
        if not orphans:
            return 0
        writer = self.writer()
        removed = sum(self._remove(writer, page, "", recorded=False) for page in orphans)
        writer.close()
        return removed

    def _remove(self, writer: Writer, page: str, task: str, recorded: bool) -> bool:
        removed = writer.remove(page, recorded)
        self._touched |= is_listed(page)
        if removed:
            self.removed.append((page, task))
        return removed

    def check_output_free(self, pages: Iterable[str]) -> None:
        """Raise OutputError if a file that incdoc did not write is at the path of a new page."""
        wanted = set(pages)
        if self._stale or any(map(is_listed, wanted)):
            wanted.add(MANIFEST)
        if not wanted or not (os.path.isdir(self._top) or os.path.isdir(self._site_top)):
            return
        if len(wanted) <= PAGES_ONE_BY_ONE:
            there = {page for page in wanted if os.path.lexists(self._path(page))}
        else:
            there = wanted & _files_below(self._top)
            there |= {page for page in wanted if page.startswith(SITE) and os.path.lexists(self._path(page))}
        writer = self.writer()
        moved = "output" in self.moved
        try:
            for page in sorted(there):
                if moved or self._store.pages.get(page) is None:
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
                self._folders_encoded = self._store.stamps.get("folders")
            self._folders.clear()


def _is_below(key: str, page: str) -> bool:
    """Whether a page is in the folder that a setting names."""
    return page.startswith(SITE) == (key == "site")


def _files_below(top: str) -> set[str]:
    """All paths below ``top``, relative to it, folders included."""
    found: set[str] = set()
    for folder, folders, names in os.walk(top):
        prefix = os.path.relpath(folder, top).replace(os.sep, "/") + "/" if folder != top else ""
        found.update(prefix + name for name in (*folders, *names))
    return found
