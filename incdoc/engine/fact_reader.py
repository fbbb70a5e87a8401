"""The facts of changed sources: found in the store by content, offered by a shared cache, or prefetched by workers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from incdoc.config import Config, SourceError
from incdoc.engine import worker
from incdoc.engine.changes import ChangeSet, is_parsed
from incdoc.engine.keys import facts_key
from incdoc.engine.statistics import Statistics
from incdoc.engine.workspace import Workspace
from incdoc.executors.prefetch import BatchPrefetcher, LostError
from incdoc.executors.protocol import Submitter
from incdoc.languages import Languages
from incdoc.languages.outline import Outline
from incdoc.languages.outline import decode as decode_outline
from incdoc.thresholds import FACTS_CHECKED_EARLY

if TYPE_CHECKING:
    from incdoc.remote.cache import Offer

BATCH_BYTES = 256 * 1024

Reading = BatchPrefetcher[worker.Source, worker.Extracted | str]


def item(
    languages: Languages, path: str, data: bytes, offered: bytes = b"", sampled: bool = False
) -> tuple[str, worker.Source, int]:
    """The item of work that reads one source: (path, source, size)."""
    return path, worker.Source(languages.of_content(path, data).name, data, offered, sampled), len(data)


def reading(executor: Submitter, items: Iterator[tuple[str, worker.Source, int]]) -> Reading:
    """The sources ``items``, which workers of ``executor`` read in batches."""
    return BatchPrefetcher(executor, worker.extract, items, BATCH_BYTES)


def collected(sources: Reading, path: str, config: Config) -> worker.Extracted | str:
    """The facts of a source; the end of a sentence if it cannot be read. Raises KeyError if it is not one of them."""
    try:
        found = sources.collect(path)
    except LostError as error:
        found = worker.lost(error)
    return found.replace(worker.EXCLUDE, config.key("exclude")) if isinstance(found, str) else found


class FactReader:
    """Parses the changed sources whose facts the store does not have.

    ``unknown``: the sources whose facts are not known, sorted.
    """

    def __init__(self, workspace: Workspace, changes: ChangeSet, statistics: Statistics) -> None:
        self._workspace = workspace
        self._changes = changes
        self._statistics = statistics
        self._prefetched: Reading | None = None
        self._same_content: dict[str, str] = {}
        self._outlines: dict[bytes, bytes] = {}
        """Encoded outlines of the sources that were read in this build, by facts key."""
        self.unknown: list[str] = []
        self._offers: dict[bytes, Offer] = {}
        """Facts that a shared cache has, by facts key."""
        self._asked = 0
        """How often ``parse`` was called."""

    def find(self, always: bool = False) -> None:
        """Find the sources whose facts are not known; with ``always`` that is all sources."""
        changes = self._changes
        entries = changes.listing.entries if always else changes.to_link
        languages = self._workspace.languages
        wanted = {
            path: facts_key(languages, path, entry.blob)
            for path, entry in entries.items()
            if entry and is_parsed(languages, entry)
        }
        known = set() if always else self._known(set(wanted.values()))
        self._statistics.reused += sum(key in known for key in wanted.values())
        self.unknown = sorted(path for path, key in wanted.items() if key not in known)
        if self._workspace.shares and not always:
            self._offers = self._workspace.sharing.offers(changes.listing, {wanted[path] for path in self.unknown})
        first: dict[bytes, str] = {}
        for path in self.unknown:
            first.setdefault(wanted[path], path)
        self._same_content = {path: first[wanted[path]] for path in self.unknown}

    def _known(self, keys: set[bytes]) -> set[bytes]:
        facts = self._workspace.store.facts
        known = facts.known(keys)
        return {key for key in known if facts.get(key) is not None} if len(known) < FACTS_CHECKED_EARLY else known

    def in_worker(self, workspace: Workspace, changes: ChangeSet, statistics: Statistics) -> FactReader:
        """For a process that doit forked: it reads each source when its task runs."""
        copy = FactReader(workspace, changes, statistics)
        copy.unknown, copy._same_content, copy._offers = self.unknown, self._same_content, self._offers
        return copy

    def prefetch(self) -> None:
        """Let workers read the unknown sources, from the first call of ``start`` or ``parse`` on."""
        mine = [path for path in self.unknown if self._same_content[path] == path]
        self._prefetched = reading(self._workspace.readers(len(mine)), self._items(mine))

    @property
    def prefetches(self) -> bool:
        """Whether sources are read before their tasks run: not if doit itself runs tasks in processes."""
        return self._prefetched is not None

    def _items(self, paths: Iterable[str]) -> Iterator[tuple[str, worker.Source, int]]:
        for path in paths:
            try:
                data = self._changes.read(path)
            except SourceError as error:
                self._changes.fail(path, str(error))
                continue
            yield self._item(path, data)

    def _item(self, path: str, data: bytes) -> tuple[str, worker.Source, int]:
        offer = self._offers.get(self._key(path)) if self._offers else None
        sampled = offer is not None and self._workspace.sharing.samples()
        return item(self._workspace.languages, path, data, offer.facts if offer else b"", sampled)

    def _key(self, path: str) -> bytes:
        return facts_key(self._workspace.languages, path, self._changes.entry(path).blob)

    def start(self) -> bool:
        """Keep the workers busy; returns whether they have work. ``parse`` collects it."""
        if self._prefetched is not None:
            self._prefetched.advance()
        return self._prefetched is not None and bool(self.unknown)

    def parse(self, path: str) -> None:
        """Put the facts of one source into the store."""
        self._workspace.progress("reading sources", self._asked, len(self.unknown))
        self._asked += 1
        if self._same_content.get(path, path) != path or path in self._changes.failed:
            return
        if self._prefetched is None:
            self._parse_now(path)
            return
        try:
            self._keep(path, collected(self._prefetched, path, self._workspace.config))
        except KeyError:
            if path not in self._changes.failed:
                self._parse_now(path)

    def _parse_now(self, path: str) -> None:
        """Also a source that is read alone is read by a worker, which can be killed; a grammar cannot."""
        workspace = self._workspace
        alone = reading(workspace.readers(1), iter([self._item(path, self._changes.read(path))]))
        self._keep(path, collected(alone, path, workspace.config))
        workspace.store.flush()

    def parse_lost(self) -> None:
        """Parse the unknown sources of which the store still has no facts."""
        keys = {path: self._key(path) for path in self.unknown}
        known = self._workspace.store.facts.known(set(keys.values()))
        for path, key in keys.items():
            if key not in known:
                self.parse(path)

    def _keep(self, path: str, found: worker.Extracted | str) -> None:
        if isinstance(found, str):
            self._changes.fail(path, f"{path} {found}.")
            return
        key = self._key(path)
        self._outlines[key] = found.outline
        self._workspace.store.facts.put(key, found.facts)
        if found.how == "offered":
            self._statistics.fetched += 1
            return
        self._statistics.parsed += 1
        if found.how == "refuted":
            self._changes.problems.append(self._workspace.sharing.refuted(path, self._offers[key]))

    def forget_lost(self) -> None:
        """Drop the outlines whose facts did not get into the store: ``outline`` reads the sources again."""
        kept = self._workspace.store.facts.known(self._outlines)
        self._outlines = {key: outline for key, outline in self._outlines.items() if key in kept}

    def forget_outlines(self) -> None:
        """Drop the outlines: after linking they are not needed."""
        self._outlines.clear()

    def outline(self, path: str) -> Outline | None:
        """The outline of a changed source. If the store has no facts of it (a damaged row, or a worker of doit read
        other bytes), the source is read again; None if that fails."""
        first = self._same_content.get(path, path)
        if first != path and first in self._changes.failed:
            self._changes.fail(
                path, f"{path} could not be parsed: it has the same content as {first}, which could not be parsed."
            )
            return None
        found = self._outline(path)
        if found is not None:
            return found
        try:
            self._parse_now(path)
        except SourceError as error:
            self._changes.fail(path, str(error))
            return None
        return self._outline(path)

    def _outline(self, path: str) -> Outline | None:
        key = self._key(path)
        if key in self._outlines:
            return decode_outline(self._outlines[key])
        return self._workspace.tables.outline_of(key)
