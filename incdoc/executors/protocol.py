"""What incdoc expects of an executor, which says where work runs, and the executors of one build.

Reading a source is a function of bytes that returns bytes, so any machine can do it. Making a page reads the store
and the sources and writes into the output folder; where workers have another disk, the process that builds plans and
writes it, and they make its text. Resolving links, and planning a page of a dry run, needs tables that are only in the
memory of the process that builds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from typing import NamedTuple, Protocol, TypeVar

R = TypeVar("R")


class Submitter(Protocol):
    """Runs batches of work."""

    @property
    def depth(self) -> int:
        """How many batches to submit ahead, so that no worker waits for the next one."""

    @property
    def seconds(self) -> float:
        """The time for a small batch; a large one has more."""

    @property
    def lost(self) -> tuple[type[BaseException], ...]:
        """The exceptions of ``submit`` or of a future which mean that a worker was lost, not that its work failed."""

    def submit(self, work: Callable[..., list[R]], /, *args: object) -> Future[list[R]]: ...
    def restart(self) -> None:
        """End every worker; later ones are new. Results that were not collected may be lost."""


class Executor(Submitter, Protocol):
    """An executor that a build can be given."""

    @property
    def workers(self) -> int:
        """How many batches run at the same time."""

    @property
    def inherits(self) -> bool:
        """Whether workers see this process's memory as it is when they start."""

    @property
    def shares_disk(self) -> bool:
        """Whether workers read and write the repository and the store that this process does."""

    @property
    def few(self) -> Submitter:
        """An executor that completes a batch or two sooner."""

    def close(self) -> None:
        """End the workers until the next batch, but not ``few``."""

    def end(self) -> None:
        """End everything."""


class Executors(NamedTuple):
    """The executor that reads sources, the one that makes pages and resolves links, and the calling process."""

    facts: Executor
    pages: Executor
    here: Executor

    def distinct(self) -> Iterator[Executor]:
        """Those that have workers, each once."""
        yield self.pages
        if self.facts is not self.pages:
            yield self.facts

    def fit(self, needs_memory: bool) -> Executor:
        """``pages`` if it can make pages, else the calling process. ``needs_memory``: planning them needs data of this
        process that is not in the store; it plans those of workers that do not share its disk."""
        pages = self.pages
        return pages if pages.inherits or not pages.shares_disk or not needs_memory else self.here
