"""Making pages: workers plan, render and write them in advance; each is recorded here when it is collected."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from incdoc.config import IncdocError
from incdoc.engine import worker
from incdoc.engine.mode import Mode
from incdoc.engine.statistics import Statistics
from incdoc.engine.texts import Order, Texts, work_for
from incdoc.engine.workspace import Workspace
from incdoc.executors.prefetch import BatchPrefetcher, Done, LostError
from incdoc.executors.protocol import Executor
from incdoc.pages.kind import SourceKind
from incdoc.pages.kinds import kind_of, path_of, split
from incdoc.thresholds import PAGES_WITHOUT_WORKERS

_BATCH_WEIGHT = 384 * 1024

Made = worker.Outcome | Texts | str
"""What workers give: outcomes; those that do not share the disk give the texts of an order, or why there are none."""


class Failure(NamedTuple):
    """A page that could not be made, and the sentence that says why."""

    page: str
    problem: str


class PageBuilder:
    """Makes the pages of one build in ``workspace``, whose link tables are up to date."""

    def __init__(self, workspace: Workspace, statistics: Statistics) -> None:
        self._workspace = workspace
        self._store = workspace.store
        self._statistics = statistics
        self._prefetched: BatchPrefetcher[Any, Made] | None = None
        self._ordered: dict[str, Order] = {}
        """The orders whose texts another machine makes, without what it needs for them."""
        self._planned: set[str] = set()
        self._left: set[str] = set()
        """Those of the planned tasks whose page was not recorded yet."""
        self._made: dict[str, worker.Outcome] = {}
        self._keys: dict[str, dict[str, bytes]] | None = None
        """The recorded keys before this build's first page, read with one query if many pages are made."""
        self.written: list[tuple[str, str]] = []
        """(page, task) of the pages whose text changed, in order."""
        self.failed: dict[str, Failure] = {}
        """By task."""

    def prefetch(self, tasks: list[str]) -> None:
        """Let the pages of ``tasks`` be made, those of one source together."""
        order = sorted(tasks, key=_together)
        make: Callable[[list[Any]], list[Any]] = self._make  # before workers are forked
        executor = self._workspace.executors.here if len(order) <= PAGES_WITHOUT_WORKERS else self._share()
        self._planned, self._left = set(order), set(order)
        if executor.shares_disk:
            items = ((task, (task, self._known(task)), self._weight(task)) for task in order)
            self._prefetched = BatchPrefetcher(executor, make, items, _BATCH_WEIGHT)
        else:
            make = work_for(self._workspace.config)
            self._prefetched = BatchPrefetcher(executor, make, self._orders(order), _BATCH_WEIGHT)
        if executor is not self._workspace.executors.here:
            self._prefetched.advance()  # while doit makes its tasks

    def _share(self) -> Executor:
        """New workers, which inherit the tables as they are now; those of a dry run are only in memory."""
        executors = self._workspace.executors
        if executors.fit(needs_memory=self._workspace.mode is Mode.DRY_RUN) is executors.here:
            return executors.here
        self._keys = self._store.pages.by_task()
        self._workspace.tables.preload_pages()
        return self._workspace.fresh_workers()

    def _orders(self, tasks: list[str]) -> Iterator[tuple[str, Order | Done[Made], int]]:
        """The orders of the pages that must be made, for workers that do not share the disk. A page that is joined of
        parts is made here: the store has them."""
        maker = self._workspace.maker
        for task in tasks:
            joined = kind_of(split(task)[0]).is_joined
            ordered = maker.make(task, self._known(task)) if joined else maker.order(task, self._known(task))
            if isinstance(ordered, worker.Outcome):
                yield task, Done(ordered), 0
            else:
                self._ordered[task] = replace(ordered, inputs=Struct(), source=None)
                yield task, ordered, self._weight(task)

    def _write(self, task: str, found: Texts | str) -> worker.Outcome:
        """The outcome of an order: write its texts."""
        ordered = self._ordered.pop(task)
        if isinstance(found, str):
            return worker.Outcome(task, problem=found)
        try:
            return self._workspace.maker.write(ordered, found)
        except IncdocError as error:
            return worker.Outcome(task, problem=str(error))

    def _known(self, task: str) -> bytes:
        """The key that is recorded for a task; empty if none is."""
        return min(self._recorded(task).values(), default=b"")

    def _recorded(self, task: str) -> dict[str, bytes]:
        return self._keys.get(task, {}) if self._keys is not None else self._store.pages.keys_of(task)

    def _weight(self, task: str) -> int:
        """The estimated work for a page, in bytes of source."""
        name, subject = split(task)
        return kind_of(name).weight(self._workspace.tables, subject)

    def outcome(self, task: str) -> worker.Outcome:
        """The outcome of a task, collected from the worker that made its page, or made here."""
        if task not in self._made:
            self._made[task] = self._collect(task)
            for path, data in self._made[task].fragments:
                self._store.fragments.put(split(task)[0], path, data)
        return self._made[task]

    def _collect(self, task: str) -> worker.Outcome:
        if self._prefetched is not None:
            try:
                found = self._prefetched.collect(task)
                return found if isinstance(found, worker.Outcome) else self._write(task, found)
            except LostError as error:
                sentence = f"The page of {task} could not be made: its worker process {error}, twice. Build again."
                return worker.Outcome(task, problem=sentence)
            except KeyError:
                pass  # not among those that were planned
        return self._make_here(task, self._known(task))

    def _make_here(self, task: str, known: bytes) -> worker.Outcome:
        return self._make([(task, known)])[0]

    @property
    def _make(self) -> Callable[[list[tuple[str, bytes]]], list[worker.Outcome]]:
        """What workers that are forked from now on can do, and this process."""
        return partial(worker.make, self._workspace.config, self._workspace.maker.number)

    def is_current(self, task: str) -> bool:
        """Whether the task's page on disk is up to date."""
        if task in self._planned:
            outcome = self.outcome(task)
            if outcome.current:
                self._store.pages.finish(task)
            return outcome.current
        planned = self._workspace.planner.page(task)
        if planned is None:
            return not self._store.pages.of(task)
        current = planned.key == self._known(task)
        if current and self._workspace.mode is not Mode.QUERY:
            self._store.pages.finish(task)
        return current

    def page(self, task: str) -> str:
        """Record a task's page; a sentence if making it failed, else empty."""
        self._workspace.progress("making pages", len(self._planned) - len(self._left), len(self._planned))
        self._left.discard(task)
        outcome = self.outcome(task)
        if outcome.current:  # requested although it is up to date, as by ``doit -a``
            outcome = self._make_here(task, b"")
        self._made.pop(task, None)
        if outcome.problem:
            self._fail(task, outcome.problem)
            return outcome.problem
        if outcome.moved:
            self._workspace.say(f"{split(task)[1]} changed while it was documented; the next build reads it again.")
            return ""
        self._record(outcome)
        return ""

    def _fail(self, task: str, problem: str) -> None:
        if self._workspace.planner.page(task) is not None:
            self.failed[task] = Failure(path_of(task), problem)

    def _record(self, outcome: worker.Outcome) -> None:
        store = self._store
        self._statistics.rendered += len(outcome.pages)
        for page in outcome.pages:
            if page.changed:
                self._statistics.written += 1
                self.written.append((page.page, outcome.task))
            self._workspace.output_folder.note(page)
            store.pages.put(page.page, outcome.task, outcome.key, page.digest)
        left = self._recorded(outcome.task).keys() - {page.page for page in outcome.pages}
        if left:
            self._statistics.removed += self._workspace.output_folder.remove(outcome.task, left)
        store.pages.finish(outcome.task)
        if self._workspace.mode is Mode.WORKER:
            store.flush()


def _together(task: str) -> tuple[int, str, str]:
    """Sort key: what takes long, both pages of a source next to each other, then the folders'."""
    name, subject = split(task)
    kind = kind_of(name)
    return (1 if isinstance(kind, SourceKind) else 0 if kind.is_joined else 2, subject, name)
