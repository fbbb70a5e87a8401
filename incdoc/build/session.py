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

import os
import threading
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from hashlib import blake2b

from incdoc import languages
from incdoc.build import work
from incdoc.build.ahead import Ahead, Executor, Lost
from incdoc.build.plan import KINDS, Planned, Planner, folder_task, kind_digest, split, style_of
from incdoc.build.statistics import Clock, Statistics
from incdoc.config import Config, IncdocError, SourceError
from incdoc.languages.facts import Facts
from incdoc.links import card as cards
from incdoc.links.card import Card
from incdoc.links.names import parent
from incdoc.links.tables import Tables
from incdoc.links.update import Change, apply
from incdoc.pages.write import Writer, Written, clean_scratch
from incdoc.sources import Entry, Listing, Stamps, blob_id, read_file, scan
from incdoc.store import Lock, Store, file_name, open_store

_PARSE_BYTES = 256 * 1024
_RENDER_BYTES = 512 * 1024
_BATCHES_AHEAD = 6
_FEW = 8
"""Up to so many pages are rendered on the spot: a pool's start takes longer."""
_PLAN_CHUNK = 64
_VERSION_BYTES = 8


class Session:
    """The build of ``config``'s repository. ``pool``: makes the executor, at its first use. ``say``: a line for people."""

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
        self.store: Store = open_store(os.path.join(config.root, config.cache, file_name()))
        self.tables = Tables(self.store, self.read_facts)
        self._clock = Clock()
        self._make_pool = pool
        self._make_serial = serial
        self._executor: Executor | None = None
        self._say = say
        self._lock = Lock(os.path.join(config.root, config.cache, "lock"))
        self._guard = threading.RLock()
        self._pid = os.getpid()
        self._place = work.Place(
            config.root, config.output, config.cache, config.templates, style_of(config)
        )
        self.listing: Listing | None = None
        self._changes: dict[str, Entry | None] = {}
        self._failed: set[str] = set()
        self._parsing: Ahead[tuple[str, bytes], bytes] | None = None
        self._moved: dict[str, bytes] = {}
        self._linked = False
        self._page_stamps = Stamps()
        self._reasons: dict[str, str] = {}
        self._planned: dict[str, Planned | None] = {}
        self._order: list[str] = []
        self._position: dict[str, int] = {}
        self._next = 0
        self._rendering: Ahead[work.Job, work.Outcome] | None = None
        self._fresh: set[str] = set()

    # ------------------------------------------------------------------ opening

    def own(self) -> None:
        """Become the tree's one builder. Raises BusyError."""
        self._lock.acquire(self._say)
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

    def scan(self) -> list[str]:
        """List the disk; the sources whose facts are not known, sorted: they must be parsed."""
        stamps = Stamps.decode(self.store.get_meta("sources") or b"")
        self.listing = listing = _representable(scan(self.config, stamps))
        self.statistics.sources = sum(entry.kind == "file" for entry in listing.entries.values())
        self.statistics.hashed = listing.hashed
        self.problems += [sentence for _, sentence in listing.problems]
        self._state = _state(listing)
        if self.store.get_meta("linked") != self._state:
            self._compare(listing)
        self._settings()
        self._check_pages()
        return self._unknown()

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
                if old is None or old[0] != self.identity(entry):
                    self._changes[path] = entry
            elif old is None or cards.decode(old[1]) != _odd_card(entry):
                self._changes[path] = entry
        if listing.complete:
            self._changes.update((path, None) for path in linked.keys() - listing.entries.keys())
        elif linked.keys() - listing.entries.keys():
            self.problems.append("Not every folder could be listed: pages of sources that were not found are kept.")

    def identity(self, entry: Entry) -> bytes:
        """Blob id and extractor: what a source's facts depend on."""
        return entry.blob + _version(languages.detect(entry.path).extractor)

    def _unknown(self) -> list[str]:
        wanted: dict[str, bytes] = {}
        for path, entry in self._changes.items():
            if entry is not None and entry.kind == "file" and languages.detect(path).extractor != "binary":
                wanted[path] = self.identity(entry)
        known = self.store.known_facts(set(wanted.values()))
        known = {key for key in known if self.store.get_facts(key) is not None} if len(known) < 1000 else known
        self.statistics.reused = sum(key in known for key in wanted.values())
        unknown = sorted(path for path, key in wanted.items() if key not in known)
        first = {}
        for path in unknown:
            first.setdefault(wanted[path], path)
        self._twin = {path: first[wanted[path]] for path in unknown}
        self._parsing = Ahead(
            self._late_executor(len(unknown)),
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
        entry = self._changes[path]
        assert entry is not None
        algorithm = "sha256" if len(entry.blob) == 32 else "sha1"
        data, blob, _ = read_file(os.path.join(self.config.root, path), algorithm, path)
        if blob != entry.blob:
            self._changes[path] = Entry(path, "file", len(data), blob)
            self._state = b""
            if self.listing is not None:
                self.listing.stamps.forget(path)
        return data

    def _fail(self, path: str, sentence: str) -> None:
        self._failed.add(path)
        self.problems.append(sentence)

    def start_parsing(self) -> None:
        """Let the workers begin; ``parse`` collects."""
        if self._parsing is not None:
            self._parsing.advance()

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
            except Lost:
                self._fail(path, f"{path} could not be parsed: its worker ran out of time or memory, or crashed. Exclude it.")
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

    def _keep_facts(self, path: str, data: bytes) -> None:
        entry = self._changes[path]
        assert entry is not None
        self.store.put_facts(self.identity(entry), data)
        self.statistics.parsed += 1

    def read_facts(self, identity: bytes) -> Facts | None:
        """The facts behind an identity; None where they are unknown."""
        if identity[-_VERSION_BYTES:] == _version("binary"):
            return languages.extract("binary", b"")
        data = self.store.get_facts(identity)
        return work.decode_facts(data) if data is not None else None

    # ------------------------------------------------------------------ links

    def link(self) -> None:
        """Bring the link tables up to the disk."""
        with self._guard:
            if self._linked:
                return
            self._linked = True
            self.store.flush()
            changes = [change for path, entry in sorted(self._changes.items()) if (change := self._change(path, entry))]
            apply(self.tables, changes)
            self._planner = None
            if not self._failed:
                self.store.put_meta("linked", self._state)

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
        facts = self.read_facts(identity)
        if facts is None:
            facts = self._again(path)
            if facts is None:
                return None
            identity = self.identity(self._changes[path] or entry)
        language = languages.detect(path)
        card = cards.make(path, language.label, language.extractor, entry.size, facts)
        return Change(path, b"" if facts.binary else identity, card, why)

    def _again(self, path: str) -> Facts | None:
        """Facts that the store should have and has not: a damaged row, or a worker of doit's read other bytes."""
        try:
            self._parse_here(path)
        except SourceError as error:
            self._fail(path, str(error))
            return None
        entry = self._changes[path]
        return self.read_facts(self.identity(entry)) if entry is not None else None

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
        self._note(filter(None, (self._restore(page, recorded.get(page), prefix) for page in odd)))

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
            why = "was edited by hand" if data else "is empty"
        self._page_stamps.forget(page)
        self.store.drop_page(page)
        self._say(f"{self.config.output}/{page} {why}; it is restored.")
        return row[0], f"{page} {why}"

    def tasks(self) -> dict[str, str]:
        """What may have to be made, with the reason, in the order of the pages."""
        self.link()
        if not self._reasons:
            found = self.planner.expand(self.store.pending())
            self._reasons = dict(sorted(found.items(), key=lambda item: _rank(item[0])))
        return self._reasons

    def plan_pages(self, tasks: list[str]) -> None:
        """The order in which pages will be asked for: their work runs ahead."""
        self._order = tasks
        self._position = {task: number for number, task in enumerate(tasks)}
        self._next = 0
        self._rendering = Ahead(
            self._late_executor(len(tasks)),
            partial(work.render, self._place),
            self._to_render(),
            _RENDER_BYTES,
            _BATCHES_AHEAD,
        )

    def planned(self, task: str) -> Planned | None:
        """The page that a task makes now; None where it makes none."""
        with self._guard:
            if task not in self._planned:
                self.link()
                self._planned[task] = self.planner.page(task)
            return self._planned[task]

    def is_current(self, task: str) -> bool:
        """Whether the task's page on disk is what its inputs say."""
        with self._guard:
            planned = self.planned(task)
            pages = self.store.task_pages(task)
            if planned is None:
                return not pages
            row = self.store.get_page(pages[0]) if pages else None
            current = row is not None and row[1] == planned.key
            if current and os.getpid() == self._pid:
                self.store.finish(task)
                self._planned.pop(task)
            return current

    def _to_render(self) -> Iterator[tuple[str, work.Job, int]]:
        while self._next < len(self._order):
            task = self._order[self._next]
            self._next += 1
            if task in self._fresh:
                continue
            planned = self.planned(task)
            if planned is None or self.is_current(task):
                continue
            job = self._job(planned)
            yield task, job, len(job.facts) + len(job.inputs) + _size(planned)

    def _job(self, planned: Planned) -> work.Job:
        kind, subject = split(planned.task)
        if kind != "docs":
            return work.Job(planned.task, planned.encoded)
        identity = self.tables.identity(subject) or b""
        facts = self.store.get_facts(identity) or b""
        return work.Job(planned.task, planned.encoded, facts, subject, identity[:-_VERSION_BYTES])

    def page(self, task: str) -> str:
        """Make a task's page; a sentence where that failed, else empty."""
        with self._guard:
            planned = self.planned(task)
            if planned is None:
                self._remove(task, ())
                self._done(task)
                return ""
            return self._record(planned, self._outcome(planned))

    def _outcome(self, planned: Planned) -> work.Outcome:
        task = planned.task
        position = self._position.get(task)
        if os.getpid() != self._pid or self._rendering is None or position is None:
            return work.render(self._place, [self._job(planned)])[0]
        try:
            return self._rendering.collect(task)
        except KeyError:
            # asked for although it is current (``doit -a``), or not in the order that was planned
            return work.render(self._place, [self._job(planned)])[0]
        except Lost:
            return work.Outcome(task, problem=f"The page of {task} could not be made: its worker died.")

    def _record(self, planned: Planned, outcome: work.Outcome) -> str:
        task = planned.task
        self._planned.pop(task, None)
        if outcome.problem:
            return outcome.problem
        if outcome.moved:
            self._say(f"{split(task)[1]} changed while it was documented; the next build takes it up.")
            return ""
        self.statistics.rendered += len(outcome.pages)
        for page in outcome.pages:
            self._note_page(page)
            self.store.put_page(page.page, task, planned.key, page.digest)
        self._remove(task, {page.page for page in outcome.pages})
        self._done(task)
        return ""

    def _note_page(self, page: Written) -> None:
        self.statistics.written += page.changed
        # what was written here is known: it needs no time to settle, unlike a file that somebody else wrote
        self._page_stamps.record(page.page, page.stat, page.digest, page.stat.st_ctime_ns + 10**10)  # type: ignore[arg-type]

    def _done(self, task: str) -> None:
        self._fresh.add(task)
        self.store.finish(task)
        if os.getpid() != self._pid:
            self.store.flush()

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
        """Every task that makes a page, as the link tables have them."""
        self.link()
        return [task for kind in KINDS for task in sorted(self.planner.every(kind), key=_rank)]

    def prune(self) -> list[str]:
        """Remove recorded pages whose tasks are gone; the sentences about what went wrong in this run."""
        with self._guard:
            self.store.flush()
            for task in self.store.pending():
                if self.planner.page(task) is None:
                    self._remove(task, ())
                    self._done(task)
            return list(dict.fromkeys(self.problems))

    def orphans(self) -> Iterator[str]:
        """Pages below the output folder that carry incdoc's mark and that no task is known to make."""
        recorded = self.store.all_pages()
        top = os.path.join(self.config.root, self.config.output)
        for folder, _, names in os.walk(top):
            for name in names:
                path = os.path.join(folder, name)
                page = os.path.relpath(path, top).replace(os.sep, "/")
                if name.endswith(".md") and page not in recorded:
                    yield page

    # ------------------------------------------------------------------ closing

    def _late_executor(self, count: int) -> Executor:
        return _Late(self, count)

    def executor(self, count: int) -> Executor:
        """Workers for ``count`` items: none where a pool's start would take longer."""
        if self._executor is None:
            if self.config.workers == 1 and count == 0:
                return self._make_serial()
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
        if self.listing is not None and self._lock_held():
            if self.listing.stamps.changed:
                self.store.put_meta("sources", self.listing.stamps.encode())
            if self._page_stamps.changed:
                self.store.put_meta("pages", self._page_stamps.encode())
        self.statistics.pages = int(self.store.query("SELECT count(*) FROM page")[0][0])
        self.statistics.seconds = self._clock.seconds()
        self.store.close()
        self._lock.release()

    def _lock_held(self) -> bool:
        return self._lock.held


class _Late:
    """The session's executor, made when work is really submitted."""

    def __init__(self, session: Session, count: int) -> None:
        self._session = session
        self._count = count
        self.workers = session.config.workers

    def submit(self, work_: Callable[..., list[object]], /, *args: object):  # type: ignore[no-untyped-def]
        return self._session.executor(self._count).submit(work_, *args)

    def restart(self) -> None:
        self._session.executor(self._count).restart()

    def close(self) -> None:
        pass


def _rank(task: str) -> tuple[int, str]:
    kind, subject = split(task)
    return KINDS.index(kind), subject


def _size(planned: Planned) -> int:
    """About how much work a page is, in bytes of source."""
    card = getattr(planned.inputs, "card", None)
    return int(card.size) if card is not None else 4096


_versions: dict[str, bytes] = {}


def _version(extractor: str) -> bytes:
    if extractor not in _versions:
        _versions[extractor] = blake2b(languages.version(extractor).encode(), digest_size=_VERSION_BYTES).digest()
    return _versions[extractor]


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
        digest.update(_version(extractor))
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


def page_digest(content: str) -> bytes:
    """The digest that the store keeps of a page's text."""
    return blob_id(content.encode())


__all__ = ["IncdocError", "Session", "folder_task", "page_digest", "parent"]
