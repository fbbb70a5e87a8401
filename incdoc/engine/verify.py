"""A sample of the pages made from nothing and compared with those on disk: a cache that lies is found.

The sources are read and the links made anew, as if there were no store; what the sample's pages then say is what they
must say. The sample is a function of the tasks' names, so that a failure can be repeated.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from hashlib import blake2b

from msgspec import Struct

from incdoc.engine.plan import Planner, tables_of
from incdoc.engine.rehearsal import Rehearsal
from incdoc.pages.differences import Difference, differences, explain
from incdoc.store import store_path
from incdoc.store.snapshot import Snapshot


class Lie(Struct, frozen=True):
    """A page that is not what its sources say. ``differences``: by what the inputs of its key in the store differ from
    those made anew; ``inputs``: all of these, where they agree (what is known of the source itself is then wrong)."""

    page: str
    differences: tuple[Difference, ...]
    inputs: tuple[tuple[str, str], ...]


class Verification:
    """Makes ``percent`` of the pages again, in a blank ``rehearsal``. Raises IncdocError."""

    def __init__(self, rehearsal: Rehearsal, percent: int) -> None:
        rehearsal.link()
        session = rehearsal.session
        self._workspace = session.workspace
        self._output = rehearsal.config.output
        tasks = list(session.tasks())
        sample = [task for task in tasks if _chosen(task, percent)]
        session.plan_pages(sample)
        self.problems = [problem for task in sample if (problem := session.page(task))]
        """Pages that could not be made, in sentences."""
        self.made, self.tasks = len(sample), len(tasks)
        self._wrong = session.making.written

    def lies(self) -> Iterator[Lie]:
        """The pages that differ, in order."""
        config = self._workspace.config
        with closing(Snapshot(store_path(config))) as store:
            recorded = Planner(tables_of(config, store), config, self._workspace.digests)
            for page, task in sorted(self._wrong):
                old, new = recorded.page(task), self._workspace.planner.page(task)
                found = tuple(differences(old.inputs, new.inputs)) if old and new else ()
                inputs = tuple(explain(new.inputs)) if new and not found else ()
                yield Lie(f"{self._output}/{page}", found, inputs)


def _chosen(task: str, percent: int) -> bool:
    return int.from_bytes(blake2b(task.encode(), digest_size=8).digest(), "big") % 10_000 < percent * 100
