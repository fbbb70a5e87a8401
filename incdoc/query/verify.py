"""Make a sample of the pages without the cache and compare it with those on disk, to find wrong contents of the cache.

The sources are read and the links are made again, as if there were no store; the texts of the sample's pages are then
the right ones. The sample is a function of the tasks' names, so that a failure can be repeated.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from hashlib import blake2b

from msgspec import Struct

from incdoc.engine.plan import Planner, tables_of
from incdoc.engine.shard import Shard
from incdoc.pages.differences import Difference, differences, explain
from incdoc.query.dry_run import DryRun
from incdoc.store import store_path
from incdoc.store.snapshot import Snapshot


class Mismatch(Struct, frozen=True):
    """A page that differs from a build from nothing. ``differences``: between its inputs from the store and those made
    again; ``inputs``: all of them if they are equal (the facts of the source itself are wrong then)."""

    page: str
    differences: tuple[Difference, ...]
    inputs: tuple[tuple[str, str], ...]


class Verification:
    """Makes ``percent`` of the pages of a part again, in a ``dry_run`` without the store. Raises IncdocError."""

    def __init__(self, dry_run: DryRun, percent: int, shard: Shard) -> None:
        dry_run.link()
        session = dry_run.session
        self._workspace = session.workspace
        tasks = list(filter(shard.has, session.tasks()))
        sample = [task for task in tasks if _chosen(task, percent)]
        session.plan_pages(sample)
        self.problems = [problem for task in sample if (problem := session.page(task))]
        """Pages that could not be made, in sentences."""
        self.made, self.tasks = len(sample), len(tasks)
        self._wrong = session.page_builder.written

    def mismatches(self) -> Iterator[Mismatch]:
        """The pages that differ, in order."""
        config = self._workspace.config
        with closing(Snapshot(store_path(config))) as store:
            recorded = Planner(tables_of(config, store), config, self._workspace.digests)
            for page, task in sorted(self._wrong):
                old, new = recorded.page(task), self._workspace.planner.page(task)
                found = tuple(differences(old.inputs, new.inputs)) if old and new else ()
                inputs = tuple(explain(new.inputs)) if new and not found else ()
                yield Mismatch(config.place(page), found, inputs)


def _chosen(task: str, percent: int) -> bool:
    return int.from_bytes(blake2b(task.encode(), digest_size=8).digest(), "big") % 10_000 < percent * 100
