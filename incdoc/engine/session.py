"""One build of one repository, from the scan to the last page; doit decides the order, this does the work.

::

    scan()       listing of the disk -> changes against the link tables
    parse(path)  facts of one changed source, collected from the workers that run ahead
    link()       the link tables updated for the changes; from then on ``pending`` has the tasks whose pages may differ
    page(task)   one task's page, collected likewise
    end()        orphans are deleted; stamps are written

State that survives a kill is in the store, row by row; the session has only state that can be found again.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import cached_property, wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

from incdoc import languages
from incdoc.config import Config, IncdocError
from incdoc.engine.changes import ChangeSet, is_parsed
from incdoc.engine.output import REPLACED, Tampered
from incdoc.engine.output_check import refuse_sources
from incdoc.engine.statistics import Clock, Statistics
from incdoc.engine.tasks import KINDS, folder_task, split
from incdoc.engine.workspace import FEW, Workspace
from incdoc.sources import Entry, Listing, escape_non_utf8, rescan, scan, settled, start_listing
from incdoc.sources.blob import printable
from incdoc.store import Store

if TYPE_CHECKING:
    from incdoc.engine.fact_reader import FactReader
    from incdoc.engine.page_builder import PageBuilder

P = ParamSpec("P")
R = TypeVar("R")

_SAID = 8
_WORK = ("parsed", "rendered", "written", "removed")


def _discards_damage(method: Callable[Concatenate[Session, P], R]) -> Callable[Concatenate[Session, P], R]:
    """Delete a store if damage is found in the middle of a run; the run fails with a sentence, the next is right.

    The store was verified when it was opened, so this is damage of a moment, or one that left no trace in the file's
    stat. It can show as any error: of a name that is not known, of a text that cannot be decoded.
    """

    @wraps(method)
    def guarded(self: Session, /, *args: P.args, **kwargs: P.kwargs) -> R:
        with self.guard:
            try:
                return method(self, *args, **kwargs)
            except IncdocError:
                raise
            except Exception as error:
                if not isinstance(error, sqlite3.DatabaseError) and self.store.is_sound():
                    raise
                found = self.store.damage(error)
                self._discarded |= self.store.is_discarded
                raise found from error

    return guarded


class Session:
    """One build in ``workspace``. ``scan`` or ``follow`` comes first."""

    changes: ChangeSet

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.statistics = Statistics()
        self.guard = threading.RLock()
        self._clock = Clock()
        self.tampered: list[Tampered] = []
        """The pages that were deleted or edited since the last build."""
        self.left: list[str] = []
        """The pages that were deleted from a former output folder."""
        self.first = False
        """Whether nothing was known before this build."""
        self._discarded = False
        """Whether the store was deleted after the scan because of damage: it does not know the unchanged sources."""
        self._prunes = False
        self._linked = False
        self._reasons: dict[str, str] = {}

    @property
    def config(self) -> Config:
        """The settings."""
        return self.workspace.config

    @property
    def store(self) -> Store:
        """The store."""
        return self.workspace.store

    @cached_property
    def page_builder(self) -> PageBuilder:
        """What makes the pages of this build."""
        from incdoc.engine.page_builder import PageBuilder

        return PageBuilder(self.workspace, self.statistics)

    # ------------------------------------------------------------------ sources

    @_discards_damage
    def scan(self, always: bool = False, ahead: bool = True, refuses: bool = True) -> list[str]:
        """List the disk; returns the sources whose facts are not known, sorted: they must be parsed.

        ``always``: all must. ``ahead``: workers parse them; else each is parsed when its task runs. ``refuses``: where
        a file that incdoc did not write is at the path of a new page, raise OutputError before a former output is
        deleted.
        """
        self._discarded = False
        self.store.shared = not ahead
        if not self.workspace.builds:
            self.workspace.use_snapshot()
        output = self.workspace.output_folder
        moves = self.workspace.builds and output.is_moved
        if self.workspace.builds and (moves or not self.store.has_pages()):
            refuse_sources(self.config)
        lister = start_listing(self.config)
        if not moves:
            output.begin()
        listing = _representable(scan(self.config, self.workspace.stamps, lister))
        self.left = output.former_pages() if moves else []
        if listing.books and self.workspace.builds and listing.complete:
            self.left += self._pages_of_outputs(listing)
        for page in self.left:  # they are deleted when it is known that the build is not refused
            listing.entries.pop(page, None)
        if self.store.was_damaged and self.workspace.lock.held:
            self.workspace.say(f"The cache {self.config.cache} was damaged; everything is made again.")
        empty = not self.store.has_sources()
        if empty and self.workspace.builds:
            self.store.put_meta("first", b"1")  # until its end: a first build that is killed is followed by another
        self.first = empty or self.store.get_meta("first") == b"1"
        self._take(listing)
        self._say_settings(listing)
        self.changes.find()
        if self.left and refuses:
            self.check_output()
        output.remove_former()
        self.statistics.removed += len(self.left)
        if moves:
            output.forget_former()
        if not self.changes.anew:  # which looks at every page, and whose tables cannot be asked for tasks before
            self._settings()
        unknown = self._plan_parsing(always, ahead)
        if self.workspace.builds and len(self.changes.entries) <= FEW:
            self.start_parsing()  # while another process looks at the pages
        self.tampered = output.check()
        return unknown

    def _pages_of_outputs(self, listing: Listing) -> list[str]:
        """The pages of former output folders of this project that no record names; those that seem to be another's are
        reported, once."""
        from incdoc.engine.former import is_ours, outputs_in
        from incdoc.pages.paths import BOOK

        left = set(self.left)
        found = [top for top in outputs_in(self.config, listing) if f"{top}/{BOOK}" not in left]
        known = (self.store.get_meta("other outputs") or b"").decode().split("\0")
        ours = [top for top in found if top not in known and is_ours(self.config, listing, top)]
        others = [top for top in found if top not in ours]
        for top in others:
            if top not in known:
                self.workspace.say(
                    f"{printable(top)} holds pages that incdoc made of another project. They have no pages here and "
                    "are left alone; delete them if nothing needs them."
                )
        if (others or [""]) != known:
            self.store.put_meta("other outputs", "\0".join(others).encode())
        pages = self.workspace.output_folder.pages_of(ours, listing.apart)
        return [page for page in pages if page not in left]

    @_discards_damage
    def follow(self, changed: Iterable[str]) -> list[str]:
        """``scan`` at the cost of the change, if only these paths can have changed since the workspace's last build."""
        known = self.workspace.listing
        assert known is not None
        listing, touched = rescan(self.config, known, changed)
        self._take(_representable(listing, touched))
        self.changes.find_among(touched)
        return self._plan_parsing(always=False, ahead=True)

    def _say_settings(self, listing: Listing) -> None:
        """Report settings that may be misspelt; they are no errors, because folders and files can be added later."""
        config = self.config
        if config.templates and not os.path.isdir(config.path(config.templates)):
            self.workspace.say(
                f"{config.location('templates')}: there is no folder {config.templates!r}, so incdoc's built-in "
                "templates are used. Create the folder, correct the name, or remove the setting."
            )
        if listing.remark:
            self.workspace.say(listing.remark)

    def _take(self, listing: Listing) -> None:
        self.workspace.listing = listing
        self.changes = ChangeSet(self.workspace, listing)
        self.statistics.sources = sum(entry.kind == "file" for entry in listing.entries.values())
        self.statistics.hashed = listing.hashed

    def _plan_parsing(self, always: bool, ahead: bool) -> list[str]:
        if not (self.changes.linked or always):
            return []
        self.fact_reader.find(always)
        if ahead:
            self.fact_reader.prefetch()
        return self.fact_reader.unknown

    @cached_property
    def fact_reader(self) -> FactReader:
        """Facts of what changed."""
        from incdoc.engine.fact_reader import FactReader

        return FactReader(self.workspace, self.changes, self.statistics)

    @_discards_damage
    def start_parsing(self) -> None:
        """Start the workers; ``parse`` collects. Meanwhile this process prepares for the pages."""
        if not self.changes.linked:
            return
        self.fact_reader.start()
        if self.workspace.builds:
            self.workspace.maker.ready(all_kinds=len(self.fact_reader.unknown) > FEW)

    @_discards_damage
    def parse(self, path: str) -> None:
        """Put the facts of one source into the store."""
        self.fact_reader.parse(path)

    def sources(self) -> list[str]:
        """The sources that are parsed, sorted."""
        return [entry.path for entry in self.changes.listing.entries.values() if is_parsed(entry)]

    def is_stored(self, path: str) -> bool:
        """Whether git has a source and the checkout leaves it out, so that there is no file."""
        return self.changes.entry(path).stored

    def blob(self, path: str) -> bytes | None:
        """The blob id of a listed source; None for any other file, and for one that was written since it was listed, as
        by another task of the project."""
        relative = os.path.relpath(os.path.abspath(path), self.config.root)
        entry = self.changes.entries.get(relative) or self.changes.listing.entries.get(relative)
        if entry is None or not entry.blob or not settled(os.stat(path), self.changes.listing.stamps.clock):
            return None
        return entry.blob

    # ------------------------------------------------------------------ links

    @_discards_damage
    def link(self) -> None:
        """Update the link tables to the disk."""
        if self._discarded:
            raise IncdocError("The cache was damaged and is deleted: build again.")
        if self._linked:
            return
        self._linked = True
        self.workspace.linked = b""
        changes = self.changes
        changes.leave(self.workspace.still_written(changes.entries))
        if not self.workspace.builds:
            self._parse_all()
        self.store.flush()
        anew = changes.anew
        if changes.linked:
            from incdoc.engine.link_step import link

            self.store.put_meta("linked", b"")  # until the tables are up to date with all of it
            link(self.workspace, changes, self.fact_reader)
        if anew:
            self._settings()
        if changes.failed:
            return
        if self.store.get_meta("linked") != changes.state:
            self.store.put_meta("linked", changes.state)
        if changes.listing.complete:
            self.workspace.linked = changes.state

    def _parse_all(self) -> None:
        """In read-only commands no doit task parses, so do it here."""
        self.start_parsing()
        for path in self.fact_reader.unknown if self.changes.linked else ():
            self.fact_reader.parse(path)

    # ------------------------------------------------------------------ pages

    def _settings(self) -> None:
        """Settings, templates and code that changed since the last build affect every page of their kinds."""
        for kind, digest in self.workspace.digests.items():
            known = self.store.get_meta(f"kind:{kind}")
            if known == digest:
                continue
            tasks = self.workspace.planner.every(kind)  # none before the first build
            self._note((task, "settings, template or incdoc itself changed") for task in tasks)
            self.store.put_meta(f"kind:{kind}", digest)

    def _note(self, tasks: Iterable[tuple[str, str]]) -> None:
        rows = list(tasks)
        if rows:
            with self.store.transaction() as db:
                db.executemany("INSERT OR IGNORE INTO pending VALUES (?, ?)", rows)

    def _say_restored(self) -> None:
        """The pages that were written again; a page from another branch may be up to date."""
        written = {page for page, _ in self.page_builder.written}
        back = [page for page in self.tampered if page.page in written and page.what != REPLACED]
        for page in back[:_SAID]:
            self.workspace.say(f"{self.config.output}/{page.page} {page.what}; it is restored.")
        if len(back) > _SAID:
            self.workspace.say(f"{len(back) - _SAID:,} more pages were deleted or edited by hand; they are restored.")

    @_discards_damage
    def tasks(self) -> dict[str, str]:
        """The tasks that may have to run, with the reason, in the order of the pages."""
        self.link()
        if not self._reasons:
            found = self.workspace.planner.expand(self.store.pending())
            self._reasons = dict(sorted(found.items(), key=lambda item: _rank(item[0])))
        return self._reasons

    @_discards_damage
    def plan_pages(self, tasks: list[str]) -> None:
        """Start the work of these tasks, which will be collected."""
        self.page_builder.prefetch(tasks)

    @_discards_damage
    def is_current(self, task: str) -> bool:
        """Whether the task's page on disk is what its inputs say."""
        self.link()
        return self.page_builder.is_current(task)

    @_discards_damage
    def page(self, task: str) -> str:
        """Record a task's page; a sentence where making it failed, else empty."""
        self.link()
        return self.page_builder.page(task)

    @_discards_damage
    def every_task(self) -> list[str]:
        """Every task that makes a page; in read-only commands according to the link tables and the listing."""
        if not (self.workspace.builds or self.changes.anew):
            return self._listed_tasks()
        self.link()
        return [task for kind in KINDS for task in sorted(self.workspace.planner.every(kind), key=_rank)]

    def _listed_tasks(self) -> list[str]:
        """The tasks without reading a source: by the names of sources, and by the recorded parts of the index."""
        from incdoc.links.names import ancestors, parent

        tasks = {task for kind in KINDS for task in self.workspace.planner.every(kind)}
        for path, entry in self.changes.entries.items():
            pages = {f"docs:{path}", f"kw:{path}"}
            if entry is None:
                tasks -= pages
            elif entry.kind == "file":
                tasks |= pages if is_parsed(entry) else set()
                tasks |= {
                    folder_task(kind, folder) for folder in ancestors(parent(path)) for kind in ("index", "doc", "sub")
                }
                if languages.detect(path).extractor in ("python", "markdown"):
                    tasks.add(folder_task("book", parent(path)))
        return sorted(tasks, key=_rank)

    def foreign_counts(self) -> dict[str, int]:
        """In a process that doit forked: the counts, for ``add_counts`` in its parent."""
        if not self.workspace.forked:
            return {}
        counts = {name: getattr(self.statistics, name) for name in _WORK}
        for name in _WORK:
            setattr(self.statistics, name, 0)
        return counts

    def add_counts(self, counts: dict[str, int]) -> None:
        """Count what another process did."""
        for name in _WORK:
            setattr(self.statistics, name, getattr(self.statistics, name) + counts.get(name, 0))

    @_discards_damage
    def work_left(self) -> bool:
        """Whether there may be work to do, or something to report."""
        if self.changes.linked or self.changes.problems or self.store.pending():
            return True
        return bool(self.workspace.output_folder.orphans())

    @_discards_damage
    def may_remove(self, task: str) -> bool:
        """Whether a task that makes no page may have one to remove."""
        return bool(self.store.task_pages(task)) or task in self.store.pending()

    def page_count(self) -> int:
        """How many tasks may make pages in this run."""
        return len(self._reasons)

    @_discards_damage
    def clean(self, task: str) -> None:
        """Remove a task's pages and forget its key."""
        self._note([(task, "it was cleaned")])
        self.statistics.removed += self.workspace.output_folder.remove(task)

    @_discards_damage
    def check_output(self) -> None:
        """Raise OutputError if a file that incdoc did not write is at the path of a new page."""
        if self.changes.entries:
            self.workspace.output_folder.check_output_free(self._new_pages())

    def _new_pages(self) -> set[str]:
        """The paths of the pages of new sources and of their folders."""
        from incdoc.links.names import ancestors, parent
        from incdoc.pages import paths

        pages: set[str] = set()
        for path, entry in self.changes.entries.items():
            if entry is None or self.store.source(path) is not None:
                continue
            pages |= {paths.KEYWORDS, paths.BOOK, paths.docs_path(path), paths.kw_path(path)}
            for folder in ancestors(parent(path)):
                pages.update(paths.folder_page(folder, name) for name in (paths.INDEX, paths.DOC, paths.SUB))
                pages.add(paths.chapter_path(folder))
        return pages

    @_discards_damage
    def said_problems(self) -> list[str]:
        """The sources that could not be read, each in a sentence; from now on ``end`` removes orphans."""
        self.link()
        self._prunes = True
        return list(dict.fromkeys(self.changes.problems))

    # ------------------------------------------------------------------ closing

    @_discards_damage
    def end(self) -> None:
        """Remove orphans and commit. The session is over; its workspace can be used for the next one."""
        if self.workspace.forked:
            return
        self.store.flush()
        if self.tampered and self.workspace.lock.held:
            self._say_restored()
        if self._prunes and self.workspace.builds:
            self._prune()
        self.statistics.pages = self.store.page_count()
        self.workspace.rest()
        self.statistics.seconds = self._clock.seconds()

    def _prune(self) -> None:
        """Remove recorded pages whose tasks are gone and, if all that was pending is made, pages that no task makes."""
        output_folder = self.workspace.output_folder
        for task in self.store.pending():
            if self.workspace.planner.page(task) is None:
                self.statistics.removed += output_folder.remove(task)
                self.store.finish(task)
        self.store.flush()
        if self.changes.failed or any(entry.kind == "unreadable" for entry in self.changes.listing.entries.values()):
            return  # pages of such a source look like orphans
        failed = self.page_builder.failed if "page_builder" in vars(self) else {}  # else no page was made
        if not self.store.pending().keys() <= failed.keys():
            return
        if self.changes.listing.complete:
            self.statistics.removed += output_folder.remove_orphans(set(failed.values()))
        if self.first:
            self.store.put_meta("first", b"0")


def _rank(task: str) -> tuple[int, str]:
    kind, subject = split(task)
    return KINDS.index(kind), subject


def _representable(listing: Listing, new: Iterable[str] | None = None) -> Listing:
    """List names that are not UTF-8 with their bytes escaped, without pages. ``new``: only these names can be such."""
    paths = listing.entries if new is None else listing.entries.keys() & new
    with suppress(UnicodeEncodeError):
        "".join(paths).encode()
        return listing
    odd = [path for path in paths if escape_non_utf8(path) != path]
    for path in odd:
        listing.entries.pop(path)
        listing.entries[escape_non_utf8(path)] = Entry(escape_non_utf8(path), "special")
    return listing
