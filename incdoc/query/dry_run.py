"""A build that writes nothing and reports what a build would write and remove, for read-only commands.

The same session, plan and renderer run as in a build, in a snapshot of the store and with a writer that compares:
``check`` cannot disagree with the build that follows, because it is that build.
"""

from __future__ import annotations

import difflib
import os
import re
import sqlite3
from collections.abc import Callable, Iterator
from functools import partial
from typing import Final, Literal

from msgspec import Struct
from msgspec.structs import replace

from incdoc.config import Config, IncdocError
from incdoc.engine.build import Build
from incdoc.engine.mode import Mode
from incdoc.engine.workspace import Workspace
from incdoc.executors import Executors
from incdoc.pages.kinds import split
from incdoc.sources.mark import MANIFEST

PageState = Literal["stale", "missing", "orphaned", "edited"]
STALE: Final = "stale"
MISSING: Final = "missing"
ORPHANED: Final = "orphaned"
EDITED: Final = "edited"
_UNKNOWN = "it differs from a build of its sources; without a cache the cause is not known"
_LEFT_OUT = "the sparse checkout leaves it out, and its content in git differs from a build of its sources"
_NAMED = re.compile(r"(.+) (?:changed|was added|was removed)|reads (.+), whose names changed", re.DOTALL)
"""Causes that name a source."""
_UNMADE = "it has no source"
_MANIFEST = "it does not list all generated files that cannot have incdoc's mark"


class Finding(Struct, frozen=True):
    """A page that a build would change.

    ``page``: relative to the repository. ``state``: ``stale`` (it would be rewritten), ``missing``, ``orphaned`` (it
    would be removed), ``edited`` (by hand since it was written). ``cause``: the end of a sentence. ``source``: the one
    that caused it, if that is known and it is there.
    """

    page: str
    state: PageState
    cause: str
    task: str
    source: str = ""


class DryRun:
    """A build of one repository that writes nothing, except for what ``keep`` is asked to. ``say`` gets lines for the
    user; ``blank``: without the store; ``progress``: as of a workspace. To be closed."""

    def __init__(
        self,
        config: Config,
        executors: Executors,
        say: Callable[[str], None],
        blank: bool = False,
        progress: Callable[[str, int, int], None] | None = None,
    ) -> None:
        self.config = config
        self.problems: list[str] = []
        """The failures of a build, in sentences."""
        self.findings: list[Finding] = []
        """The pages that are not up to date, sorted."""
        self._workspace = partial(Workspace, config, executors, say, Mode.DRY_RUN)
        self._progress = progress
        self._executors, self._say = executors, say
        self._was_run = False
        self.session = self._begin(blank)
        self._was_blank = not blank and not self.session.store.was_damaged and not self.session.store.sources.any()
        """Whether no build has used the cache yet."""

    def _begin(self, blank: bool) -> Build:
        workspace = self._workspace(blank=blank)
        if self._progress is not None:
            workspace.progress = self._progress
        return Build(workspace)

    def scan(self) -> None:
        """List the files on disk, and no more. Raises IncdocError."""
        self._whatever_the_cache(self._scan)

    def link(self) -> None:
        """Update the link tables from the files on disk, which makes the plan known. Raises IncdocError."""
        self._whatever_the_cache(self._link)

    def read(self) -> None:
        """``link``, for an answer that says nothing of pages: whatever is in the output. Raises IncdocError."""
        self._whatever_the_cache(self._read)

    def run(self) -> None:
        """Do the whole build without writing. Raises IncdocError if a build would be refused."""
        self._whatever_the_cache(self._run)

    def _whatever_the_cache(self, act: Callable[[], object]) -> None:
        try:
            self._act(act)
        except IncdocError:
            if not self.session.store.is_discarded:
                raise
            self.close()  # a damaged store counts as absent
            self.session = self._begin(True)
            self._act(act)

    def _act(self, act: Callable[[], object]) -> None:
        try:
            act()
        finally:
            self.session.workspace.progress("", 0, 0)

    def _scan(self) -> list[str]:
        return self.session.scan()

    def _link(self) -> None:
        unknown = self._scan()
        self.session.check_output()
        self._read_sources(unknown)

    def _read(self) -> None:
        self._read_sources(self._scan())

    def _read_sources(self, unknown: list[str]) -> None:
        session = self.session
        session.start_parsing()
        for path in unknown:
            session.parse(path)
        session.link()

    def _run(self) -> None:
        self._link()
        session = self.session
        reasons = session.tasks()
        session.plan_pages(list(reasons))
        self.problems = [said for task in reasons if not session.is_current(task) and (said := session.page(task))]
        self.problems += session.said_problems()
        first = session.is_first
        session.end()
        found = (replace(each, source=self._source(each, first)) for each in self._findings(reasons, first))
        self.findings = sorted(found, key=lambda finding: finding.page)
        self._was_run = True

    def _findings(self, reasons: dict[str, str], first: bool) -> Iterator[Finding]:
        session = self.session
        edited = {each.page: f"it {each.what}" for each in session.tampered}
        for page, task in session.page_builder.written:
            place = self.config.place(page)
            if page in session.workspace.output_folder.left_out:
                yield Finding(place, STALE, _LEFT_OUT, task)
            elif not os.path.lexists(f"{self.config.root}/{place}"):
                cause = edited.get(page, "it was never written" if first else reasons.get(task, ""))
                yield Finding(place, MISSING, cause, task)
            elif page in edited:
                yield Finding(place, EDITED, edited[page], task)
            else:
                yield Finding(place, STALE, _UNKNOWN if first else reasons.get(task, ""), task)
        if session.workspace.output_folder.lists_anew:
            place = self.config.place(MANIFEST)
            there = os.path.lexists(f"{self.config.root}/{place}")
            yield Finding(place, STALE if there else MISSING, _MANIFEST, "")
        for place in session.left:
            yield Finding(place, ORPHANED, "it is in a folder of former settings", "")
        for page, task in session.workspace.output_folder.removed:
            yield Finding(self.config.place(page), ORPHANED, reasons.get(task, _UNMADE), task)

    def _source(self, finding: Finding, first: bool) -> str:
        """The source that caused a finding: the one that its cause names, else that of its page if it changed, or may
        have; empty if there is none."""
        entries = self.session.changes.entries
        named = _NAMED.fullmatch(finding.cause)
        subject = split(finding.task)[1] if finding.task else ""
        candidates: list[str] = [*(filter(None, named.groups()) if named else ()), subject]
        for path in candidates:
            if entries.get(path) is not None or (first and path == subject and path in entries):
                return path
        return ""

    def difference(self, finding: Finding) -> str:
        """The changes of a build in a page, as a unified diff."""
        if finding.page == self.config.place(MANIFEST):
            text: str | None = self.session.workspace.output_folder.manifest()
        else:
            text = self._texts(finding.task).get(finding.page) if finding.state != ORPHANED else None
        try:
            with open(f"{self.config.root}/{finding.page}", encoding="utf-8", errors="replace", newline="") as stream:
                old: str | None = stream.read()
        except OSError:
            old = None
        lines = difflib.unified_diff(
            (old or "").splitlines(keepends=True),
            (text or "").splitlines(keepends=True),
            f"a/{finding.page}" if old is not None else os.devnull,
            f"b/{finding.page}" if text is not None else os.devnull,
        )
        return "".join(line if line.endswith("\n") else line + "\n\\ No newline at end of file\n" for line in lines)

    def _texts(self, task: str) -> dict[str, str]:
        workspace = self.session.workspace
        planned = workspace.planner.page(task)
        texts = workspace.maker.texts(planned) if planned is not None else None
        return {
            self.config.place(page): text if isinstance(text, str) else text.decode("utf-8", "replace")
            for page, text in texts or ()
        }

    def keep(self) -> int:
        """Where no build has used the cache yet, write into it what was learned, so that the next command need not
        learn it again: what was read out of the sources; where all pages are up to date, all that a build would write
        there, because it would change no page. Returns the number of sources; 0 where another process uses the cache,
        or it cannot be written."""
        store = self.session.store
        if not self._was_blank or not self.session.statistics.parsed:
            return 0
        store.flush()
        tables = ["fact"]
        if self._was_run and not (self.findings or self.problems or self.session.changes.failed):
            tables = [name for (name,) in store.query("SELECT name FROM sqlite_master WHERE type = 'table'")]
        found = Workspace(self.config, self._executors, self._say, Mode.BUILD)
        try:
            found.lock_tree(seconds=0)
            if found.store.sources.any():
                return 0  # a build has come between
            with found.store.transaction() as db:
                for table in tables:
                    rows = store.query(f"SELECT * FROM {table}")
                    if rows:
                        db.executemany(f"INSERT OR REPLACE INTO {table} VALUES ({','.join('?' * len(rows[0]))})", rows)
        except (IncdocError, OSError, sqlite3.Error):
            return 0
        finally:
            found.close()
        return self.session.statistics.sources

    def close(self) -> None:
        """Close the store and end the workers."""
        self.session.workspace.close()
