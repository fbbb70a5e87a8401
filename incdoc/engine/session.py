"""What a command does with one repository, from the scan to the last page; doit decides the order, this does the work.

::

    scan()       listing of the disk -> changes against the link tables
    parse(path)  facts of one changed source, collected from the workers, which prefetch
    link()       the link tables updated for the changes; from then on ``pending`` has the tasks whose pages may differ
    page(task)   one task's page, collected likewise
    end()        what waits is written; a build deletes orphans

This is the session of a query, and what all sessions share; ``build`` has those of builds, dry runs and doit's worker
processes. State that survives a kill is in the store, row by row; a session has only state that can be found again.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from functools import wraps
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from msgspec import msgpack

from incdoc.config import SITE, Config, IncdocError, SettingError
from incdoc.engine.changes import ChangeSet, is_parsed
from incdoc.engine.keys import group_of
from incdoc.engine.mode import Mode, Stage
from incdoc.engine.output import Tampered
from incdoc.engine.statistics import Clock, Statistics
from incdoc.engine.workspace import Workspace
from incdoc.pages.kinds import NAMES, active, joined, kind_of, split, task_of
from incdoc.sources import Entry, Listing, escape_non_utf8, rescan, scan, settled, start_listing
from incdoc.store import Store
from incdoc.store.database import DAMAGED

if TYPE_CHECKING:
    from incdoc.engine.fact_reader import FactReader
    from incdoc.engine.page_builder import PageBuilder

P = ParamSpec("P")
R = TypeVar("R")
S = TypeVar("S", bound="Session")


def discards_damage(method: Callable[Concatenate[S, P], R]) -> Callable[Concatenate[S, P], R]:
    """Delete a store if damage is found in the middle of a run; the run fails with a sentence, the next is right.

    The store was verified when it was opened, so this is damage of a moment, or one that left no trace in the file's
    stat. It can show as any error: of a name that is not known, of a text that cannot be decoded.
    """

    @wraps(method)
    def guarded(self: S, /, *args: P.args, **kwargs: P.kwargs) -> R:
        with self.guard:
            try:
                return method(self, *args, **kwargs)
            except IncdocError:
                raise
            except Exception as error:
                if not isinstance(error, sqlite3.DatabaseError) and self.store.is_sound():
                    raise
                found = self.store.damage(error)
                if self.store.is_discarded:
                    self._enter(Stage.DAMAGED)
                raise found from error

    return guarded


class Session:
    """A query in ``workspace``. ``scan`` or ``follow`` comes first."""

    changes: ChangeSet

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.statistics = Statistics()
        self.guard = threading.RLock()
        self.stage = Stage.NEW
        self._clock = Clock()
        self.tampered: list[Tampered] = []
        """The pages that were deleted or edited since the last build."""
        self.left: list[str] = []
        """The pages that were deleted from a former output folder."""
        self._reasons: dict[str, str] = {}
        self._page_builder: PageBuilder | None = None
        self._fact_reader: FactReader | None = None

    def _enter(self, stage: Stage) -> None:
        """The one place that changes ``stage``: to a later one, or by a scan to SCANNED."""
        assert stage > self.stage or stage in (Stage.SCANNED, Stage.DAMAGED), (self.stage, stage)
        self.stage = stage

    @property
    def config(self) -> Config:
        """The settings."""
        return self.workspace.config

    @property
    def store(self) -> Store:
        """The store."""
        return self.workspace.store

    @property
    def page_builder(self) -> PageBuilder:
        """What makes the pages of this session."""
        if self._page_builder is None:
            from incdoc.engine.page_builder import PageBuilder

            self._page_builder = PageBuilder(self.workspace, self.statistics)
        return self._page_builder

    # ------------------------------------------------------------------ sources

    @discards_damage
    def scan(self, always: bool = False, prefetch: bool = True, refuses: bool = True) -> list[str]:
        """List the files on disk; returns the sources whose facts are not known, sorted: they must be parsed.

        ``always``: all must. ``prefetch``: workers parse them; else each is parsed when its task runs. ``refuses``: if
        a file that incdoc did not write is at the path of a new page, raise OutputError before a former output is
        deleted.
        """
        self._require_renderer()
        self.store.shared = not prefetch
        self.workspace.progress("looking for changes", 0, 0)
        self._take(self._list())
        self._say_settings(self.changes.listing)
        self.changes.find()
        self._remove_former(refuses)
        if not self.changes.anew:  # which looks at every page, and whose tables cannot be asked for tasks before
            self._settings()
        unknown = self._plan_parsing(always, prefetch)
        self._start_few()
        self.tampered = self.workspace.output_folder.check()
        return unknown

    def _require_renderer(self) -> None:
        """Raise SettingError where a site is asked for and cannot be made."""
        if self.config.site:
            from incdoc.site import RENDERER, missing

            if problem := missing(RENDERER):
                raise SettingError(f"{self.config.location('site')} {problem}")

    def _list(self) -> Listing:
        """The disk as it is now. Meanwhile the pages are checked."""
        lister = start_listing(self.config)
        self.workspace.output_folder.begin()
        return representable(scan(self.config, self.workspace.stamps, lister))

    def _remove_former(self, refuses: bool) -> None:
        """A build removes the pages of former output folders here."""

    def _start_few(self) -> None:
        """A build starts to read a few changed sources here, while another process looks at the pages."""

    @discards_damage
    def follow(self, changed: Iterable[str]) -> list[str]:
        """``scan`` at the cost of the change, if only these paths can have changed since the workspace's last build."""
        known = self.workspace.listing
        assert known is not None
        listing, touched = rescan(self.config, known, changed)
        self._take(representable(listing, touched))
        self.changes.find_among(touched)
        return self._plan_parsing(always=False, prefetch=True)

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
        self._enter(Stage.SCANNED)
        self.workspace.listing = listing
        self.changes = ChangeSet(self.workspace, listing)
        self.statistics.sources = sum(entry.kind == "file" for entry in listing.entries.values())
        self.statistics.hashed = listing.hashed

    def _plan_parsing(self, always: bool, prefetch: bool) -> list[str]:
        if not (self.changes.linked or always):
            return []
        self.fact_reader.find(always)
        if prefetch:
            self.fact_reader.prefetch()
        return self.fact_reader.unknown

    @property
    def fact_reader(self) -> FactReader:
        """Facts of what changed."""
        if self._fact_reader is None:
            from incdoc.engine.fact_reader import FactReader

            self._fact_reader = FactReader(self.workspace, self.changes, self.statistics)
        return self._fact_reader

    @discards_damage
    def start_parsing(self) -> None:
        """Start the workers; ``parse`` collects."""
        if self.changes.linked:
            self.fact_reader.start()

    @discards_damage
    def parse(self, path: str) -> None:
        """Put the facts of one source into the store."""
        self.fact_reader.parse(path)

    def sources(self) -> list[str]:
        """The sources that are parsed, sorted."""
        languages = self.workspace.languages
        return [entry.path for entry in self.changes.listing.entries.values() if is_parsed(languages, entry)]

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

    @discards_damage
    def link(self) -> None:
        """Update the link tables to the disk."""
        if self.stage is Stage.DAMAGED:
            raise IncdocError(DAMAGED.format(self.config.cache))
        if self.stage >= Stage.LINKED:
            return
        self._enter(Stage.LINKED)
        self.workspace.linked = b""
        self.workspace.progress("linking", 0, 0)
        changes = self.changes
        changes.leave(self.workspace.still_written(changes.entries))
        self._parse_rest()
        self.store.flush()
        anew = changes.anew
        if changes.linked:
            from incdoc.engine.link_step import link

            self.store.put_meta("linked", b"")  # until the tables are up to date with all of it
            link(self.workspace, changes, self.fact_reader)
        if anew:
            self._settings()
        for name in joined(self.config):
            self.store.fragments.settle(name)
        if changes.failed:
            return
        if self.store.get_meta("linked") != changes.state:
            self.store.put_meta("linked", changes.state)
        if changes.listing.complete:
            self.workspace.linked = changes.state
        if self.workspace.mode is Mode.QUERY:
            self.workspace.progress("", 0, 0)

    def _parse_rest(self) -> None:
        """Parse what no doit task has parsed: in a query nothing was."""
        self.start_parsing()
        for path in self.fact_reader.unknown if self.changes.linked else ():
            self.fact_reader.parse(path)

    # ------------------------------------------------------------------ pages

    def _settings(self) -> None:
        """Settings, templates and code that changed since the last build affect every page of their kinds."""
        if self.store.get_meta("kinds") == self._kinds():
            return
        digests = self.workspace.digests
        changed = {group: each for group, each in digests.items() if self.store.get_meta(f"kind:{group}") != each}
        for name in NAMES:
            if any(group.partition(":")[0] == name for group in changed):
                self.store.fragments.drop(name)
                tasks = self.workspace.planner.every(name)  # none before the first build
                affected = (task for task in tasks if group_of(self.workspace.tables, *split(task)) in changed)
                self.store.pages.mark((task, "settings, template or incdoc itself changed") for task in affected)
        wanted = active(self.config)
        recorded = {str(key).removeprefix("kind:") for key, digest in self._recorded_kinds() if digest}
        ended = {group for group in recorded if group.partition(":")[0] not in wanted}
        for name in {group.partition(":")[0] for group in ended}:
            rows = self.store.pages.tasks_from(f"{name}:")
            self.store.pages.mark((task, "no setting asks for it") for task in rows)
        changed |= dict.fromkeys(ended, b"")  # so that they are made anew when one asks again
        for group, digest in changed.items():
            self.store.put_meta(f"kind:{group}", digest)
        self.store.put_meta("kinds", self._kinds())

    def _kinds(self) -> bytes:
        """A digest of what the recorded digests of the kinds are made of, and of these: another version of incdoc may
        record others."""
        return blake2b(msgpack.encode((self.workspace.reach, self._recorded_kinds())), digest_size=16).digest()

    def _recorded_kinds(self) -> list[tuple[Any, ...]]:
        return self.store.query("SELECT key, value FROM meta WHERE key >= 'kind:' AND key < 'kind;' ORDER BY key")

    @discards_damage
    def tasks(self) -> dict[str, str]:
        """The tasks that may have to run, with the reason, in the order of the pages."""
        self.link()
        if not self._reasons:
            pending = {task: reason for task, reason in self.store.pages.pending().items() if split(task)[0] in NAMES}
            found = self.workspace.planner.expand(pending)
            if self.workspace.mode is not Mode.QUERY:  # a killed build may make some of them
                self.store.pages.mark((task, found[task]) for task in found.keys() - pending.keys())
            made = (item for item in found.items() if self._makes(item[0]))
            self._reasons = dict(sorted(made, key=lambda item: _rank(item[0])))
        return self._reasons

    def _makes(self, task: str) -> bool:
        """Whether the task is one of this session's: a build may make a part of the pages."""
        return True

    def leaves(self, task: str) -> bool:
        """Whether a task is left to another part."""
        return False

    @discards_damage
    def plan_pages(self, tasks: list[str]) -> None:
        """Start the work of these tasks, which will be collected."""
        self.page_builder.prefetch(tasks)

    @discards_damage
    def is_current(self, task: str) -> bool:
        """Whether the task's page on disk is up to date."""
        self.link()
        return self.page_builder.is_current(task)

    @discards_damage
    def page(self, task: str) -> str:
        """Record a task's page; a sentence where making it failed, else empty."""
        self.link()
        return self.page_builder.page(task)

    @discards_damage
    def every_task(self) -> list[str]:
        """Every task that makes a page; in a query according to the link tables and the listing."""
        if not self.changes.anew:
            return self._listed_tasks()
        return self._planned_tasks()

    def _planned_tasks(self) -> list[str]:
        self.link()
        return [task for name in NAMES for task in sorted(self.workspace.planner.every(name), key=_rank)]

    def _listed_tasks(self) -> list[str]:
        """The tasks without reading a source: by the names of sources, and by the recorded parts of the index."""
        tasks = {task for name in NAMES for task in self.workspace.planner.every(name)}
        for path, entry in self.changes.entries.items():
            for name in active(self.config):
                kind = kind_of(name)
                if entry is None:
                    tasks -= {task_of(name, subject) for subject in kind.about(path, folder=False)}
                elif entry.kind == "file":
                    languages = self.workspace.languages
                    documented = languages.is_open(path) or languages.language(path).documents
                    subjects = kind.appears_with(path, is_parsed(self.workspace.languages, entry), documented)
                    tasks |= {task_of(name, subject) for subject in subjects}
        return sorted(tasks, key=_rank)

    def task_of_page(self, page: str) -> str | None:
        """The task that would make a page, by its path relative to the output and the names of the sources; None if
        none does."""
        languages = self.workspace.languages
        if page.startswith(SITE) and page.endswith(".html"):
            from incdoc.site.places import page_of

            page = page_of(page[len(SITE) :])
        for path, entry in self.changes.listing.entries.items():
            for name in active(self.config):
                parsed = is_parsed(languages, entry)
                for subject in kind_of(name).appears_with(path, parsed, documented=True):
                    if kind_of(name).path(subject) == page:
                        return task_of(name, subject)
        return None

    def foreign_counts(self) -> dict[str, int]:
        """In a process that doit forked: what was done since the last call, for ``add_counts`` in its parent."""
        return {}

    def add_counts(self, counts: Mapping[str, int]) -> None:
        """Add the counts of another process."""
        self.statistics.add(counts)

    @discards_damage
    def work_left(self) -> bool:
        """Whether there may be work to do, or something to report."""
        if self.changes.linked or self.changes.problems or self.store.pages.pending():
            return True
        output_folder = self.workspace.output_folder
        return output_folder.is_behind or bool(output_folder.orphans())

    @discards_damage
    def may_remove(self, task: str) -> bool:
        """Whether a task that makes no page may have one to remove."""
        return bool(self.store.pages.of(task)) or task in self.store.pages.pending()

    @discards_damage
    def would_prune(self) -> bool:
        """Whether a build would delete a page, or report a problem with a source, after the pages are made."""
        if self.changes.problems or self.workspace.output_folder.orphans():
            return True
        return any(self.workspace.planner.page(task) is None for task in self.tasks() if self.store.pages.of(task))

    def page_count(self) -> int:
        """How many tasks may make pages in this run."""
        return len(self._reasons)

    @discards_damage
    def check_output(self) -> None:
        """Raise OutputError if a file that incdoc did not write is at the path of a new page."""
        if self.changes.entries or self.workspace.output_folder.is_behind:
            self.workspace.output_folder.check_output_free(self._new_pages())

    def _new_pages(self) -> set[str]:
        """The paths of the pages of new sources and of their folders."""
        pages: set[str] = set()
        for path, entry in self.changes.entries.items():
            if entry is not None and self.store.sources.get(path) is None:
                for kind in map(kind_of, active(self.config)):
                    pages.update(map(kind.path, kind.appears_with(path, parsed=True, documented=True)))
        if self.config.site:
            from incdoc.site.places import beside

            pages.update([each for page in pages if page.endswith(".md") for each in beside(page)])
        return pages

    @discards_damage
    def said_problems(self) -> list[str]:
        """The sources that could not be read, each in a sentence."""
        self.link()
        return list(dict.fromkeys(self.changes.problems))

    # ------------------------------------------------------------------ closing

    @discards_damage
    def end(self) -> None:
        """Commit. The session is over; its workspace can be used for the next one."""
        self.store.flush()
        self._finish()
        self.statistics.pages = self.store.pages.count()
        self.workspace.rest()
        self.statistics.seconds = self._clock.seconds()

    def share(self) -> None:
        """A build gives other machines what it has read here."""

    def _finish(self) -> None:
        """A build removes orphans here."""


def _rank(task: str) -> tuple[int, str]:
    name, subject = split(task)
    return NAMES.index(name), subject


def representable(listing: Listing, new: Iterable[str] | None = None) -> Listing:
    """List names that are not UTF-8 with their bytes escaped, without pages. ``new``: only these names can be such."""
    paths = listing.entries if new is None else listing.entries.keys() & new
    with suppress(UnicodeEncodeError):
        "".join(paths).encode()
        return listing
    undecodable = [path for path in paths if escape_non_utf8(path) != path]
    for path in undecodable:
        listing.entries.pop(path)
        listing.entries[escape_non_utf8(path)] = Entry(escape_non_utf8(path), "special")
    return listing
