"""One build of one repository, from the scan to the last page; doit decides the order, this does the work.

::

    scan()       listing of the disk -> changes against the link tables
    parse(path)  facts of one changed source, collected from the workers that run ahead
    link()       the link tables brought up to the changes; from then on ``pending`` holds what may differ
    page(task)   one task's page, collected likewise
    prune()      pages that no task makes any more
    finish()     stamps, so that the next build need not read

State that outlives a kill is in the store, row by row; the session holds only what can be found again.
"""

from __future__ import annotations

import gc
import os
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from functools import partial, wraps
from hashlib import blake2b
from typing import Concatenate, ParamSpec, TypeVar

from msgspec.structs import replace

from incdoc import languages
from incdoc.build import work
from incdoc.build.ahead import Ahead, Executor, LostError
from incdoc.build.plan import (
    KINDS,
    Planner,
    facts_of,
    folder_task,
    kind_digest,
    open_tables,
    split,
    version_of,
)
from incdoc.build.statistics import Clock, Statistics
from incdoc.config import Config, IncdocError, SourceError
from incdoc.languages.facts import Facts
from incdoc.links import card as cards
from incdoc.links.card import Card
from incdoc.links.names import ancestors, parent
from incdoc.links.update import Change, apply
from incdoc.pages import paths
from incdoc.pages.write import MARK, Writer, Written, clean_scratch
from incdoc.sources import Entry, Listing, Stamps, read_file, scan
from incdoc.store import Lock, Store

P = ParamSpec("P")
R = TypeVar("R")

_REPLACED = "was replaced by another file"
_WORK = ("parsed", "rendered", "written", "removed")
_PARSE_BYTES = 256 * 1024
_RENDER_WEIGHT = 384 * 1024
_BATCHES_AHEAD = 6
_FEW = 8
"""Up to so many pages are rendered on the spot: a pool's start takes longer."""


def _heals(method: Callable[Concatenate[Session, P], R]) -> Callable[Concatenate[Session, P], R]:
    """A store whose damage shows in the midst of a run is deleted; the run fails with a sentence, the next is right."""

    @wraps(method)
    def guarded(self: Session, /, *args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return method(self, *args, **kwargs)
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError as error:
            self.store.discard()
            raise IncdocError(f"The cache in {self.config.cache} was damaged and is deleted: build again.") from error

    return guarded


class Session:
    """The build of ``config``'s repository.

    ``pool`` makes the executor, at its first use; ``say`` takes a line for people.
    """

    def __init__(
        self,
        config: Config,
        pool: Callable[[int], Executor],
        serial: Callable[[], Executor],
        say: Callable[[str], None],
    ) -> None:
        self.config = config
        self.statistics = Statistics()
        self.problems: list[str] = []
        self.tables = open_tables(config)
        self.store: Store = self.tables.store
        self._clock = Clock()
        self._make_pool = pool
        self._make_serial = serial
        self._executor: Executor | None = None
        self._say = say
        self._lock = Lock(os.path.join(config.root, config.cache, "lock"))
        self._guard = threading.RLock()
        self._pid = os.getpid()
        self.listing: Listing | None = None
        self._changes: dict[str, Entry | None] = {}
        self._failed: set[str] = set()
        self._first = False
        self._prunes = False
        self.unknown: list[str] = []
        self._twin: dict[str, str] = {}
        self._state = b""
        self._parsing: Ahead[tuple[str, bytes], bytes | str] | None = None
        self._linked = False
        self._page_stamps = Stamps()
        self._reasons: dict[str, str] = {}
        self._making: Ahead[tuple[str, bytes], work.Outcome] | None = None
        self._made: dict[str, work.Outcome] = {}
        self._ahead: set[str] = set()

    # ------------------------------------------------------------------ opening

    def own(self) -> None:
        """Become the tree's one builder. Raises BusyError."""
        if self._lock.held:
            return
        self._lock.acquire(self._say)
        gc.disable()  # a build makes millions of objects and hardly a cycle
        _mark_cache(self.config)
        clean_scratch(self.config.root, self.config.cache)

    @property
    def planner(self) -> Planner:
        """Plans from the link tables as they are now."""
        if self._planner is None:
            self._planner = Planner(self.tables, self.config)
        return self._planner

    _planner: Planner | None = None

    # ------------------------------------------------------------------ sources

    @_heals
    def scan(self, always: bool = False, ahead: bool = True) -> list[str]:
        """List the disk; the sources whose facts are not known, sorted: they must be parsed.

        ``always``: all are. ``ahead``: workers do it; else whoever asks for a source parses it.
        """
        stamps = Stamps.decode(self.store.get_meta("sources") or b"")
        self.listing = listing = _representable(scan(self.config, stamps))
        self.statistics.sources = sum(entry.kind == "file" for entry in listing.entries.values())
        self.statistics.hashed = listing.hashed
        self.problems += [sentence for _, sentence in listing.problems]
        self._state = _state(listing)
        self._first = not self.store.query("SELECT 1 FROM source LIMIT 1")
        if self.store.get_meta("linked") != self._state:
            self._compare(listing)
        self._settings()
        self._check_pages()
        return self._unknown(always, ahead)

    def _compare(self, listing: Listing) -> None:
        linked = {
            path: (bytes(identity), card)
            for path, identity, card in self.store.query("SELECT path, identity, card FROM source")
        }
        for path, entry in listing.entries.items():
            old = linked.get(path)
            if entry.kind == "unreadable" and old is not None:
                continue  # its page is kept as it is
            if entry.kind == "file":
                if old is None or (old[0] or _binary_identity(old[1])) != self.identity(entry):
                    self._changes[path] = entry
            elif old is None or cards.decode(old[1]) != _odd_card(entry):
                self._changes[path] = entry
        if listing.complete:
            self._changes.update((path, None) for path in linked.keys() - listing.entries.keys())
        elif linked.keys() - listing.entries.keys():
            self.problems.append("Not every folder could be listed: pages of sources that were not found are kept.")

    def identity(self, entry: Entry) -> bytes:
        """Blob id and extractor: what a source's facts depend on."""
        return entry.blob + version_of(languages.detect(entry.path).extractor)

    def _unknown(self, always: bool, ahead: bool) -> list[str]:
        wanted: dict[str, bytes] = {}
        entries = self.listing.entries if always and self.listing is not None else self._changes
        for path, entry in entries.items():
            if entry is not None and entry.kind == "file" and languages.detect(path).extractor != "binary":
                wanted[path] = self.identity(entry)
        known = set() if always else self.store.known_facts(set(wanted.values()))
        known = {key for key in known if self.store.get_facts(key) is not None} if len(known) < 1000 else known
        self.statistics.reused = sum(key in known for key in wanted.values())
        unknown = self.unknown = sorted(path for path, key in wanted.items() if key not in known)
        first: dict[bytes, str] = {}
        for path in unknown:
            first.setdefault(wanted[path], path)
        self._twin = {path: first[wanted[path]] for path in unknown}
        if not ahead:
            return unknown
        self._parsing = Ahead(
            self._late_executor(),
            work.extract,
            self._to_parse([path for path in unknown if self._twin[path] == path]),
            _PARSE_BYTES,
            _BATCHES_AHEAD,
        )
        return unknown

    def _to_parse(self, paths: Iterable[str]) -> Iterator[tuple[str, tuple[str, bytes], int]]:
        for path in paths:
            try:
                data = self._read(path)
            except SourceError as error:
                self._fail(path, str(error))
                continue
            yield path, (languages.detect(path).extractor, data), len(data)

    def _read(self, path: str) -> bytes:
        """A changed source's bytes. What was read is what is recorded, whatever the scan saw."""
        entry = self._entry(path)
        algorithm = "sha256" if len(entry.blob) == 32 else "sha1"
        data, blob, _ = read_file(os.path.join(self.config.root, path), algorithm, path)
        if blob != entry.blob:
            self._changes[path] = Entry(path, "file", len(data), blob)
            self._state = b""
            if self.listing is not None:
                self.listing.stamps.forget(path)
        return data

    def _entry(self, path: str) -> Entry:
        """A source as it was listed, or as it was when it was read since."""
        entry = self._changes.get(path)
        if entry is None:
            assert self.listing is not None
            entry = self.listing.entries[path]
        return entry

    def _fail(self, path: str, sentence: str) -> None:
        self._failed.add(path)
        self.problems.append(sentence)

    def start_parsing(self) -> None:
        """Let the workers begin; ``parse`` collects."""
        if self._parsing is not None:
            self._parsing.advance()

    @_heals
    def parse(self, path: str) -> None:
        """Put the facts of one source into the store."""
        with self._guard:
            if self._twin.get(path, path) != path or path in self._failed:
                return
            if os.getpid() != self._pid or self._parsing is None:
                self._parse_here(path)
                return
            try:
                data = self._parsing.collect(path)
            except LostError:
                self._fail(
                    path, f"{path} could not be parsed: its worker ran out of time or memory, or crashed. Exclude it."
                )
                return
            except KeyError:
                if path not in self._failed:
                    self._parse_here(path)
                return
            self._keep_facts(path, data)

    def _parse_here(self, path: str) -> None:
        data = work.extract([(languages.detect(path).extractor, self._read(path))])[0]
        self._keep_facts(path, data)
        self.store.flush()

    def _keep_facts(self, path: str, data: bytes | str) -> None:
        if isinstance(data, str):
            self._fail(path, f"{path} {data}.")
            return
        entry = self._entry(path)
        self.store.put_facts(self.identity(entry), data)
        self.statistics.parsed += 1

    # ------------------------------------------------------------------ links

    @_heals
    def link(self) -> None:
        """Bring the link tables up to the disk."""
        with self._guard:
            if self._linked:
                return
            self._linked = True
            if not self._lock.held and os.getpid() == self._pid and self._changes:
                self._look_ahead()
            self.store.flush()
            changes = [change for path, entry in sorted(self._changes.items()) if (change := self._change(path, entry))]
            apply(self.tables, changes)
            self._planner = None
            if not self._failed:
                self.store.put_meta("linked", self._state)

    def _look_ahead(self) -> None:
        """Whoever only asks sees what a build would, in a copy of the store."""
        self.tables = open_tables(self.config, copy=True)
        self.store = self.tables.store
        self._planner = None
        self.start_parsing()
        for path in self.unknown:
            self.parse(path)

    def _change(self, path: str, entry: Entry | None) -> Change | None:
        if path in self._failed:
            return None
        old = self.store.query("SELECT 1 FROM source WHERE path = ?", path)
        if entry is None:
            return Change(path, why="was removed") if old else None
        why = "changed" if old else "was added"
        if entry.kind != "file":
            return Change(path, b"", _odd_card(entry), why)
        identity = self.identity(entry)
        facts = facts_of(self.store, identity)
        if facts is None:
            facts = self._again(path)
            if facts is None:
                return None
            identity = self.identity(self._changes[path] or entry)
        language = languages.detect(path)
        card = cards.make(path, language.label, language.extractor, entry.size, facts)
        if facts.binary:
            return Change(path, b"", replace(card, detail=identity.hex()), why)
        return Change(path, identity, card, why)

    def _again(self, path: str) -> Facts | None:
        """Facts that the store should have and has not: a damaged row, or a worker of doit's read other bytes."""
        try:
            self._parse_here(path)
        except SourceError as error:
            self._fail(path, str(error))
            return None
        entry = self._changes[path]
        return facts_of(self.store, self.identity(entry)) if entry is not None else None

    # ------------------------------------------------------------------ pages

    def _settings(self) -> None:
        """Settings, templates and code that changed since the last build reach every page of their kinds."""
        for kind in KINDS:
            digest = kind_digest(kind, self.config)
            known = self.store.get_meta(f"kind:{kind}")
            if known == digest:
                continue
            if known is not None:
                self._note((task, "settings, template or incdoc itself changed") for task in self.planner.every(kind))
            self.store.put_meta(f"kind:{kind}", digest)

    def _note(self, tasks: Iterable[tuple[str, str]]) -> None:
        with self.store.transaction() as db:
            db.executemany("INSERT OR IGNORE INTO pending VALUES (?, ?)", list(tasks))

    def _check_pages(self) -> None:
        """Pages that were deleted or edited by hand since they were written."""
        stamps = self._page_stamps = Stamps.decode(self.store.get_meta("pages") or b"")
        prefix = os.path.join(self.config.root, self.config.output) + "/"
        odd: list[str] = []
        known, lstat = stamps.known, os.lstat
        for page in stamps:
            try:
                if known(page, lstat(prefix + page)) is None:
                    odd.append(page)
            except OSError:
                odd.append(page)
        rows = self.store.query("SELECT count(*) FROM page")[0][0]
        recorded = self.store.all_pages() if odd or rows != len(stamps) else {}
        if rows != len(stamps):
            odd += [page for page in recorded if page not in stamps]
        found = [note for page in odd if (note := self._restore(page, recorded.get(page), prefix))]
        self._note(found)
        if not self._lock.held:
            return  # whoever only asks restores nothing
        found = [(task, why) for task, why in found if not why.endswith(_REPLACED)]
        for _, why in found[:_FEW]:
            self._say(f"{self.config.output}/{why}; it is restored.")
        if len(found) > _FEW:
            self._say(f"{len(found) - _FEW:,} more pages are gone or were edited by hand; they are restored.")

    def _restore(self, page: str, row: tuple[str, bytes, bytes] | None, prefix: str) -> tuple[str, str] | None:
        if row is None:
            self._page_stamps.forget(page)
            return None
        try:
            data, blob, found = read_file(prefix + page, "sha1", page)
        except SourceError:
            why = "is gone" if not os.path.lexists(prefix + page) else "cannot be read"
        else:
            if blob == row[2]:
                self._page_stamps.record(page, found, blob)
                return None
            why = "is empty" if not data else "was edited by hand" if data.startswith(MARK) else _REPLACED
        self._page_stamps.forget(page)
        self.store.drop_page(page)
        return row[0], f"{page} {why}"

    @_heals
    def tasks(self) -> dict[str, str]:
        """What may have to be made, with the reason, in the order of the pages."""
        self.link()
        if not self._reasons:
            found = self.planner.expand(self.store.pending())
            self._reasons = dict(sorted(found.items(), key=lambda item: _rank(item[0])))
        return self._reasons

    def plan_pages(self, tasks: list[str]) -> None:
        """The tasks that will be asked for: their work runs ahead, those of one source together."""
        order = sorted(tasks, key=_together)
        if len(order) > _FEW:
            self._fork_ready()
            executor = self._late_executor()
        else:
            executor = self._make_serial()
            work.prepare(work.Maker(self.config, self.tables))
        items = ((task, (task, self._known(task)), self._weight(task)) for task in order)
        self._ahead = set(order)
        self._making = Ahead(executor, partial(work.make, self.config), items, _RENDER_WEIGHT, _BATCHES_AHEAD)

    def _fork_ready(self) -> None:
        """New workers, which inherit the tables as they are now."""
        if self._executor is not None:
            self._executor.close()
            self._executor = None
        self.store.flush()
        self.tables.preload_pages()
        gc.freeze()  # what forked workers share must not be touched by their collections
        work.prepare(work.Maker(self.config, self.tables))

    def _known(self, task: str) -> bytes:
        pages = self.store.task_pages(task)
        row = self.store.get_page(pages[0]) if pages else None
        return row[1] if row is not None else b""

    def _weight(self, task: str) -> int:
        """About how much work a page is, in bytes of source."""
        kind, subject = split(task)
        card = self.tables.cards(parent(subject)).get(subject) if kind == "docs" else None
        return card.size + 2000 if card is not None else 3000

    @_heals
    def outcome(self, task: str) -> work.Outcome:
        """What becomes of a task now: collected from the worker that made its page, or made here."""
        with self._guard:
            if task not in self._made:
                self.link()
                self._made[task] = self._collect(task)
            return self._made[task]

    def _collect(self, task: str) -> work.Outcome:
        if os.getpid() == self._pid and self._making is not None:
            try:
                return self._making.collect(task)
            except LostError:
                return work.Outcome(task, problem=f"The page of {task} could not be made: its worker died.")
            except KeyError:
                pass  # not among those that were planned
        return work.make(self.config, [(task, self._known(task))])[0]

    @_heals
    def is_current(self, task: str) -> bool:
        """Whether the task's page on disk is what its inputs say."""
        if task not in self._ahead:
            return self._would_be_current(task)
        outcome = self.outcome(task)
        if outcome.current:
            self.store.finish(task)
        return outcome.current

    def _would_be_current(self, task: str) -> bool:
        with self._guard:
            self.link()
            planned = self.planner.page(task)
            if planned is None:
                return not self.store.task_pages(task)
            return planned.key == self._known(task)

    @_heals
    def page(self, task: str) -> str:
        """Record a task's page; a sentence where making it failed, else empty."""
        with self._guard:
            outcome = self.outcome(task)
            if outcome.current:  # asked for all the same, as by ``doit -a``
                outcome = work.make(self.config, [(task, b"")])[0]
            self._made.pop(task, None)
            return self._record(outcome)

    def _record(self, outcome: work.Outcome) -> str:
        task = outcome.task
        if outcome.problem:
            return outcome.problem
        if outcome.moved:
            self._say(f"{split(task)[1]} changed while it was documented; the next build takes it up.")
            return ""
        self.statistics.rendered += len(outcome.pages)
        for page in outcome.pages:
            self._note_page(page)
            self.store.put_page(page.page, task, outcome.key, page.digest)
        self._remove(task, {page.page for page in outcome.pages})
        self.store.finish(task)
        if os.getpid() != self._pid:
            self.store.flush()
        return ""

    def _note_page(self, page: Written) -> None:
        self.statistics.written += page.changed
        # what was written here is known: it needs no time to settle, unlike a file that somebody else wrote
        self._page_stamps.record(page.page, page.stat, page.digest, page.stat.st_ctime_ns + 10**10)

    def _remove(self, task: str, keep: Iterable[str]) -> None:
        writer = None
        for page in self.store.task_pages(task):
            if page in keep or (self.store.get_page(page) or ("",))[0] != task:
                continue
            writer = writer or Writer(self.config.root, self.config.output, self.config.cache)
            if writer.remove(page):
                self.statistics.removed += 1
            self._page_stamps.forget(page)
            self.store.drop_page(page)
        if writer:
            writer.close()

    def every_task(self) -> list[str]:
        """Every task that makes a page; for whoever only asks, as the link tables and the listing have them."""
        if not self._lock.held:
            return self._listed_tasks()
        self.link()
        return [task for kind in KINDS for task in sorted(self.planner.every(kind), key=_rank)]

    def _listed_tasks(self) -> list[str]:
        """Without reading a source: what has pages by its name, and the parts of the index that are recorded."""
        tasks = {task for kind in KINDS for task in self.planner.every(kind)}
        for path, entry in self._changes.items():
            pages = {f"docs:{path}", f"kw:{path}"}
            if entry is None:
                tasks -= pages
            elif entry.kind == "file":
                tasks |= pages if languages.detect(path).extractor != "binary" else set()
                tasks |= {
                    folder_task(kind, folder) for folder in ancestors(parent(path)) for kind in ("index", "doc", "sub")
                }
                if languages.detect(path).extractor in ("python", "markdown"):
                    tasks.add(folder_task("book", parent(path)))
        return sorted(tasks, key=_rank)

    def sources(self) -> list[str]:
        """The sources that are parsed, sorted."""
        entries = self.listing.entries.values() if self.listing else ()
        return [e.path for e in entries if e.kind == "file" and languages.detect(e.path).extractor != "binary"]

    def blob(self, path: str) -> bytes | None:
        """The blob id of a listed source, as it was read."""
        relative = os.path.relpath(path, self.config.root) if os.path.isabs(path) else path
        entry = self._changes.get(relative) or (self.listing.entries.get(relative) if self.listing else None)
        return entry.blob or None if entry is not None else None

    def foreign_counts(self) -> dict[str, int]:
        """In a process that doit forked: what was counted there, for ``add_counts`` in its parent."""
        if os.getpid() == self._pid:
            return {}
        counted, self.statistics = self.statistics, Statistics()
        return {name: getattr(counted, name) for name in _WORK}

    def add_counts(self, counts: dict[str, int]) -> None:
        """Count what another process did."""
        for name in _WORK:
            setattr(self.statistics, name, getattr(self.statistics, name) + counts.get(name, 0))

    def work_left(self) -> bool:
        """Whether anything may have to be done, or said."""
        return bool(self._changes or self.problems or self.store.pending())

    def page_count(self) -> int:
        """How many tasks may make pages in this run."""
        return len(self._reasons)

    def clean(self, task: str) -> None:
        """Remove a task's pages and forget its key."""
        with self._guard:
            self._remove(task, ())
            self._note([(task, "it was cleaned")])

    def check_output(self) -> None:
        """Raise OutputError where something that incdoc did not write stands where a new page goes."""
        top = os.path.join(self.config.root, self.config.output)
        if not self._changes or not os.path.isdir(top):
            return
        there = _files_below(top)
        writer = Writer(self.config.root, self.config.output, self.config.cache)
        try:
            for page in sorted(self._new_pages() & there):
                if self.store.get_page(page) is None:
                    writer.check(page)
        finally:
            writer.close()

    def _new_pages(self) -> set[str]:
        """Where pages of changed sources and of their folders go."""
        pages = {paths.KEYWORDS, paths.BOOK}
        for path, entry in self._changes.items():
            if entry is None:
                continue
            pages |= {paths.docs_path(path), paths.kw_path(path)}
            for folder in ancestors(parent(path)):
                pages.update(paths.folder_page(folder, name) for name in (paths.INDEX, paths.DOC, paths.SUB))
                pages.add(paths.chapter_path(folder))
        return pages

    @_heals
    def said_problems(self) -> list[str]:
        """What could not be read, each in a sentence; from now on ``finish`` removes what is no page any more."""
        with self._guard:
            self.link()
            self._prunes = True
            return list(dict.fromkeys(self.problems))

    def _prune(self) -> None:
        """Remove recorded pages whose tasks are gone and, where the store was lost, pages that no task makes."""
        for task in self.store.pending():
            if self.planner.page(task) is None:
                self._remove(task, ())
                self.store.finish(task)
        self.store.flush()
        if self._first and not self.store.pending():
            self._remove_orphans()

    def _remove_orphans(self) -> None:
        """Without a store nothing is known of earlier pages: those with incdoc's mark that no task makes go."""
        there = _files_below(os.path.join(self.config.root, self.config.output))
        writer = Writer(self.config.root, self.config.output, self.config.cache)
        for page in sorted(there - self.store.all_pages().keys()):
            self.statistics.removed += page.endswith(".md") and writer.remove(page)
        writer.close()

    # ------------------------------------------------------------------ closing

    def _late_executor(self) -> Executor:
        return _Late(self)

    def executor(self) -> Executor:
        """The workers, started at the first use."""
        if self._executor is None:
            self._executor = self._make_pool(self.config.workers)
        return self._executor

    def finish(self) -> None:
        """Write the stamps, let go of the tree. The session is over."""
        if os.getpid() != self._pid:
            return
        if self._executor is not None:
            self._executor.close()
            self._executor = None
        self.store.flush()
        if self._prunes and self._lock.held:
            self._prune()
        if self.listing is not None and self._lock.held:
            if self.listing.stamps.changed:
                self.store.put_meta("sources", self.listing.stamps.encode())
            if self._page_stamps.changed:
                self.store.put_meta("pages", self._page_stamps.encode())
        self.statistics.pages = int(self.store.query("SELECT count(*) FROM page")[0][0])
        self.statistics.seconds = self._clock.seconds()
        self.store.close()
        self._lock.release()


class _Late:
    """The session's executor, made when work is really submitted."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.workers = session.config.workers

    def submit(self, work_: Callable[..., list[R]], /, *args: object) -> Future[list[R]]:
        return self._session.executor().submit(work_, *args)

    def restart(self) -> None:
        self._session.executor().restart()

    def close(self) -> None:
        pass


def _rank(task: str) -> tuple[int, str]:
    kind, subject = split(task)
    return KINDS.index(kind), subject


def _together(task: str) -> tuple[int, str, str]:
    """Sort key: both pages of a source next to each other, then the folders'."""
    kind, subject = split(task)
    return (0 if kind in ("docs", "kw") else 1, subject, kind)


def _binary_identity(card: bytes) -> bytes:
    """What a binary file was, which has no identity for the link tables: nothing can be imported from it."""
    found = cards.decode(card)
    return bytes.fromhex(found.detail) if found.kind == "binary" else b""


def _odd_card(entry: Entry) -> Card:
    """The card of what has no pages: a link, a device, a submodule, a file that cannot be read."""
    return Card(entry.kind, languages.detect(entry.path).label, "", 0, detail=entry.target)


def _representable(listing: Listing) -> Listing:
    """A name that is no UTF-8 is listed with its bytes spelled out, and has no pages."""
    odd = [path for path in listing.entries if not _is_text(path)]
    for path in odd:
        listing.entries.pop(path)
        spelled = path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
        listing.entries[spelled] = Entry(spelled, "special")
    return listing


def _files_below(top: str) -> set[str]:
    """Every file and every other thing that is no folder, relative to ``top``; folders too, with no final slash."""
    found: set[str] = set()
    for folder, folders, names in os.walk(top):
        prefix = os.path.relpath(folder, top).replace(os.sep, "/") + "/" if folder != top else ""
        found.update(prefix + name for name in (*folders, *names))
    return found


def _is_text(path: str) -> bool:
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def _state(listing: Listing) -> bytes:
    """A digest of all that the link tables depend on."""
    digest = blake2b(digest_size=20)
    for extractor in ("python", "markdown", "text", "binary"):
        digest.update(version_of(extractor))
    digest.update(b"complete" if listing.complete else b"partial")
    for path, entry in listing.entries.items():
        digest.update(f"{path}\0{entry.kind}\0{entry.target}\0".encode("utf-8", "surrogateescape"))
        digest.update(entry.blob)
    return digest.digest()


def _mark_cache(config: Config) -> None:
    """The cache folder keeps itself out of git."""
    ignore = os.path.join(config.root, config.cache, ".gitignore")
    if not os.path.exists(ignore):
        with open(ignore, "w", encoding="utf-8") as stream:
            stream.write("*\n")
