"""The pages as they stand on disk: what was written, what is gone or was edited since, what no task makes any more."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable

from msgspec import Struct

from incdoc.build.stamped import load_stamps, save_stamps
from incdoc.config import Config, SourceError
from incdoc.pages.write import MARK, Writer, Written
from incdoc.sources import lstat_below, read_file
from incdoc.store import Store

REPLACED = "was replaced by another file"
_SETTLED_NS = 10**10
MANY = 20_000
_FEW = 500
"""Up to so many pages are looked for one by one; for more, the whole output is listed."""


class Odd(Struct, frozen=True):
    """A page that is not as it was written: ``what`` happened to it, as a sentence's end."""

    task: str
    page: str
    what: str


class Shelf:
    """The pages below the output folder of ``config``, and their records in ``store``. ``writer`` makes a Writer."""

    def __init__(self, config: Config, store: Store, writer: Callable[[], Writer]) -> None:
        self.writer = writer
        self.removed: list[tuple[str, str]] = []
        """(page, task that made it, where that is known) of what was deleted, in order."""
        self._store = store
        self._top = os.path.join(config.root, config.output)
        self._stamps = load_stamps(store, "pages")
        self._looking: tuple[int, int] | None = None

    def begin(self, many: int = MANY) -> None:
        """Where there are ``many`` pages, a process of its own looks at them until ``check``: their stats are half of
        the time of a run that has nothing to do, and the sources' are the other half."""
        if len(self._stamps) < many or not hasattr(os, "fork") or threading.active_count() > 1:
            return
        reading, writing = os.pipe()
        pid = os.fork()
        if pid:
            os.close(writing)
            self._looking = (pid, reading)
            return
        status = 1
        try:
            with open(writing, "wb") as stream:
                stream.write("\0".join(self._odd()).encode())
            status = 0
        finally:
            os._exit(status)

    def check(self) -> list[Odd]:
        """The pages that were deleted or edited since they were written."""
        odd = self._collect()
        rows = self._store.query("SELECT count(*) FROM page")[0][0]
        recorded = self._store.all_pages() if odd or rows != len(self._stamps) else {}
        if rows != len(self._stamps):
            odd += [page for page in recorded if page not in self._stamps]
        return [note for page in odd if (note := self._look(page, recorded.get(page)))]

    def _collect(self) -> list[str]:
        if self._looking is None:
            return self._odd()
        (pid, reading), self._looking = self._looking, None
        with open(reading, "rb") as stream:
            found = stream.read().decode()
        whole = os.waitpid(pid, 0)[1] == 0
        return [page for page in found.split("\0") if page] if whole else self._odd()

    def _odd(self) -> list[str]:
        """The pages whose stat is not the one that was noted."""
        stamps = self._stamps
        odd: list[str] = []
        try:
            with lstat_below(self._top) as lstat:
                for page in stamps:
                    try:
                        if stamps.known(page, lstat(page)) is None:
                            odd.append(page)
                    except OSError:
                        odd.append(page)
        except SourceError:
            return list(stamps)
        return odd

    def _look(self, page: str, row: tuple[str, bytes, bytes] | None) -> Odd | None:
        if row is None:
            self._stamps.forget(page)
            return None
        place = os.path.join(self._top, page)
        try:
            data, blob, found = read_file(place, "sha1", page)
        except SourceError:
            why = "cannot be read" if os.path.lexists(place) else "is gone"
        else:
            if blob == row[2]:
                self._stamps.record(page, found, blob)
                return None
            why = "is empty" if not data else "was edited by hand" if data.startswith(MARK) else REPLACED
        self._stamps.forget(page)
        self._store.drop_page(page)
        return Odd(row[0], page, why)

    def note(self, page: Written) -> None:
        """A page was written, or found as it should be."""
        # what was written here is known: it needs no time to settle, unlike a file that somebody else wrote
        self._stamps.record(page.page, page.stat, page.digest, page.stat.st_ctime_ns + _SETTLED_NS)

    def remove(self, task: str, pages: Iterable[str] | None = None) -> int:
        """Delete the pages that a task wrote, or those of them that are given; how many were deleted."""
        removed = 0
        writer = None
        for page in sorted(pages) if pages is not None else self._store.task_pages(task):
            if (self._store.get_page(page) or ("",))[0] != task:
                continue
            writer = writer or self.writer()
            removed += self._remove(writer, page, task)
            self._stamps.forget(page)
            self._store.drop_page(page)
        if writer:
            writer.close()
        return removed

    def orphans(self) -> list[str]:
        """Where the store was lost nothing is known of earlier pages: the Markdown files that no record explains."""
        there = _files_below(self._top) - self._store.all_pages().keys()
        return sorted(page for page in there if page.endswith(".md"))

    def remove_orphans(self) -> int:
        """Delete those with incdoc's mark; how many were deleted."""
        writer = self.writer()
        removed = sum(self._remove(writer, page, "") for page in self.orphans())
        writer.close()
        return removed

    def _remove(self, writer: Writer, page: str, task: str) -> bool:
        removed = writer.remove(page)
        if removed:
            self.removed.append((page, task))
        return removed

    def demand_free(self, pages: Iterable[str]) -> None:
        """Raise OutputError where something that incdoc did not write stands in the place of a page to come."""
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
                if self._store.get_page(page) is None:
                    writer.check(page)
        finally:
            writer.close()

    def save(self) -> None:
        """Put the stamps into the store."""
        save_stamps(self._store, "pages", self._stamps)


def _files_below(top: str) -> set[str]:
    """Every file and every other thing that is no folder, relative to ``top``; folders too, with no final slash."""
    found: set[str] = set()
    for folder, folders, names in os.walk(top):
        prefix = os.path.relpath(folder, top).replace(os.sep, "/") + "/" if folder != top else ""
        found.update(prefix + name for name in (*folders, *names))
    return found
