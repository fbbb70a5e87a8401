"""Why a page would be made or a source read, or why not, from the inputs that make the page's key.

The link tables in the store are those of the last build; those of the dry run are those of the next. A page's inputs
are made from both. Those of the last build are the inputs of the page on disk if their key is the recorded one.
Then every place where the two differ can be named; these places are why the keys differ.

A place leads to sources: the page's own, or one that it names. From there the **chain** follows imports and re-exports
to a source that changed.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Literal

from msgspec import Struct

from incdoc.config import SourceError
from incdoc.engine.plan import Planned, Planner, tables_of
from incdoc.links.tables import Tables
from incdoc.pages.differences import Difference, differences, explain
from incdoc.pages.kinds import NAMES, kind_of, split, task_of
from incdoc.query.dry_run import DryRun
from incdoc.sources.absence import why_absent, without_pages
from incdoc.sources.blob import printable
from incdoc.sources.paths import parent
from incdoc.store import store_path
from incdoc.store.facts import unpack_key
from incdoc.store.snapshot import Snapshot

SourceState = Literal["unchanged", "changed", "added", "removed"]
TaskState = Literal["current", "rendered", "written", "removed", "failed"]


class Source(Struct, frozen=True):
    """A source as the next build finds it. ``state``: ``unchanged``, ``changed``, ``added``, ``removed``; ``parsed``:
    its content was never seen, so it is read. The blob ids are hex, empty where there is none."""

    path: str
    state: SourceState
    parsed: bool
    before: str
    after: str


class Reason(Struct, frozen=True):
    """Why a task runs, or why it does not.

    ``state``: ``current``; ``rendered`` (with the same text), ``written``, ``removed``, ``failed``. ``cause``: the end
    of a sentence. ``differences``: between its inputs and those of the page on disk, or None if the inputs of that
    page are not known. ``chains``: sources, each importing the next, up to one that changed.
    """

    task: str
    pages: tuple[str, ...]
    state: TaskState
    cause: str
    differences: tuple[Difference, ...] | None
    chains: tuple[tuple[Source, ...], ...]


class Why:
    """Explains a linked ``dry_run``."""

    def __init__(self, dry_run: DryRun) -> None:
        self._session = dry_run.session
        self._workspace = dry_run.session.workspace
        self._config = dry_run.config
        self._before = tables_of(self._config, Snapshot(store_path(self._config)))
        self._comparable = self._before.store.get_meta("links") == self._workspace.links_version
        """Whether the rows of the last build are those that this version of incdoc would have made of its sources."""
        self._after: Tables = self._workspace.tables
        digests = {group: self._before.store.get_meta(f"kind:{group}") or b"" for group in self._workspace.digests}
        self._planner = Planner(self._before, self._config, digests)
        self._tasks = self._session.tasks()

    def close(self) -> None:
        """Close the store of the last build."""
        self._before.store.close()

    def source(self, path: str) -> Source | None:
        """The state of a source; None if ``path`` is not, and was not, a source."""
        known = self._before.store.sources.get(path)
        entry = self._session.changes.listing.entries.get(path)
        if entry is None and known is None:
            return None
        before = unpack_key(known[0])[0].hex() if known else ""
        after = self._session.changes.entry(path).blob.hex() if entry else ""
        if path not in self._session.changes.entries:
            state: SourceState = "unchanged"
        else:
            state = "removed" if entry is None else "changed" if known else "added"
        return Source(path, state, path in self._session.fact_reader.unknown, before, after)

    def find(self, given: str, path: str | None, names: Iterable[str] = ()) -> tuple[str, list[str]]:
        """What ``given`` means, relative to the repository, and its tasks: one of ``names``, which are names of tasks
        ``given`` may name, or the source, the page or the folder at ``path`` (None: not in the repository). Where that
        is nothing, ``given`` may be relative to the repository, as paths are printed, or to the output. Raises
        SourceError if no such thing exists."""
        for name in names:
            kind, subject = split(name)
            if kind in NAMES and subject != name and self._makes(name):
                return name, [name]
            if name.startswith("parse:") and self.source(subject) is not None:
                return subject, self._tasks_of(subject) or []
        for each in (path, given.rstrip("/"), f"{self._config.output}/{given}"):
            if each and (tasks := self._tasks_of(each)) is not None:
                return each, tasks
        raise SourceError(self._explain_nothing(given, path))

    def _tasks_of(self, path: str) -> list[str] | None:
        page = self._config.page_at(path)
        for store in (self._after.store, self._before.store) if page else ():
            row = store.pages.get(page)
            if row is not None:
                return [row[0]]
        if self.source(path) is not None:
            return [task for task in _about(path, folder=False) if self._makes(task)]
        folder = "" if path == "." else path
        return [task for task in _about(folder, folder=True) if self._makes(task)] or None

    def _explain_nothing(self, given: str, path: str | None) -> str:
        listing = self._session.changes.listing
        name = printable(given)
        if path is None:
            return f"{name} is not in the project {printable(self._config.root)}."
        if path in listing.pages:
            return f"{name} is a page that incdoc generated: it is no source, and no task of this project makes it."
        if any(path.startswith(folder) for folder in listing.apart):
            return f"{name} is in the output or the cache folder of a project below this one: it is no source here."
        reason = why_absent(self._config, listing, path)
        return f"{name} is neither a source nor a page: {reason}."

    def absence(self, path: str) -> str | None:
        """Why something that is listed has no pages, in a sentence; None of all else."""
        entry = self._session.changes.listing.entries.get(path.rstrip("/"))
        if entry is None:
            return None
        if entry.kind != "file":
            return without_pages(entry)
        summary = self._after.summaries(parent(entry.path)).get(entry.path)
        if summary is not None and summary.kind == "left out":
            kinds = " and ".join(each.kind for each in summary.origins)
            return (
                f"{printable(entry.path)} is {kinds}: by the setting {self._config.key('generated')} it has no pages, "
                "and its folder's pages name it."
            )
        if summary is None or summary.kind != "binary":
            return None
        return f"{printable(entry.path)} is a binary file: it has no pages, and its folder's pages name it."

    def _makes(self, task: str) -> bool:
        return self._planned_before(task) is not None or self._workspace.planner.page(task) is not None

    def _planned_before(self, task: str) -> Planned | None:
        """What the task made in the last build; None also where that cannot be told any more."""
        return self._planner.page(task) if self._comparable else None

    def reason(self, task: str) -> Reason:
        """Why a task would run, or why it would not."""
        store = self._before.store
        pages = tuple(self._config.place(page) for page in store.pages.of(task))
        cause = self._tasks.get(task, "")
        planned = self._workspace.planner.page(task)
        if planned is not None and (not cause or self._session.is_current(task)):
            count = sum(1 for _ in explain(planned.inputs))
            looked = f"{cause}, but " if cause else ""
            return Reason(task, pages, "current", f"{looked}its {count:,} inputs did not change", (), ())
        found = self._differences(task)
        chains = tuple(self._chains(task, found or ())) if cause else ()
        if planned is None:
            return Reason(
                task, pages, "removed" if pages else "current", cause or "there is no page to make", found, chains
            )
        problem = self._session.page(task)
        made = self._session.page_builder.written
        pages = tuple(self._config.place(page) for page in self._after.store.pages.of(task)) or pages
        state: TaskState = "failed" if problem else "written" if any(each == task for _, each in made) else "rendered"
        return Reason(task, pages, state, problem or cause, found, chains)

    def _differences(self, task: str) -> tuple[Difference, ...] | None:
        """The differences of the inputs; None if those of the last build are not the inputs of the page on disk."""
        before, after = self._planned_before(task), self._workspace.planner.page(task)
        pages = self._before.store.pages.of(task)
        row = self._before.store.pages.get(pages[0]) if pages else None
        if before is None or row is None or before.key != row[1]:
            return None
        return tuple(differences(before.inputs, after.inputs)) if after is not None else ()

    # chains

    def reached(self, path: str) -> Iterator[Reason]:
        """The tasks of other subjects that run because ``path`` changed."""
        own = set(_about(path, folder=False))
        for task in list(self._tasks):
            if task not in own:
                reason = self.reason(task)
                if reason.state != "current" and any(chain[-1].path == path for chain in reason.chains):
                    yield reason

    def _chains(self, task: str, found: Iterable[Difference]) -> Iterator[tuple[Source, ...]]:
        ends = set()
        for start in self._starts(task, found):
            chain = self._chain(start)
            if chain and chain[-1].path not in ends:
                ends.add(chain[-1].path)
                yield chain

    def _starts(self, task: str, found: Iterable[Difference]) -> Iterator[str]:
        """The sources that a task's differing places lead to."""
        name, subject = split(task)
        changed = self._session.changes.entries
        places = [each.place for each in found]
        yield from kind_of(name).sources_behind(subject, changed, places, (self._before, self._after))
        for each in found:
            for leaf in (*(each.before or ()), *(each.after or ())):
                if leaf != subject and (leaf in changed or self._after.exists(leaf)):
                    yield leaf

    def _chain(self, start: str) -> tuple[Source, ...]:
        """The shortest chain of imports to a changed source; empty if there is none."""
        changed = self._session.changes.entries
        came: dict[str, str | None] = {start: None}
        queue = deque([start])
        while queue:
            path = queue.popleft()
            if path in changed:
                way = [path]
                while (before := came[way[-1]]) is not None:
                    way.append(before)
                return tuple(source for each in reversed(way) if (source := self.source(each)) is not None)
            for target in self._references_of(path):
                if target not in came:
                    came[target] = path
                    queue.append(target)
        return ()

    def _references_of(self, path: str) -> list[str]:
        """The sources that a source uses or used, and the changed sources with a module name that it looks for."""
        found: set[str] = set()
        for tables in (self._before, self._after):
            found.update(tables.references_of(path))
            for name in tables.lookups_of(path):
                found.update(self._appeared.get(name, ()))
        return sorted(found)

    @cached_property
    def _appeared(self) -> dict[str, list[str]]:
        """The added and removed sources, by the lookups that find them."""
        found: dict[str, list[str]] = {}
        for path in self._session.changes.entries:
            if self._before.exists(path) != self._after.exists(path):
                names: set[str] = set()
                for tables in (self._before, self._after):
                    names |= tables.resolver.lookups(path) | set(tables.module_names(path))
                for name in names:
                    found.setdefault(name, []).append(path)
        return found


def _about(path: str, folder: bool) -> list[str]:
    """The tasks whose subject is a source, or a ``folder``."""
    return [task_of(name, subject) for name in NAMES for subject in kind_of(name).about(path, folder)]
