"""The work of workers: bytes -> facts and outlines, tasks -> pages on disk. Plain functions of plain values, so that
any executor can run them; each worker process makes its parser, templates, tables and folder handles once.

A worker plans its own pages: it makes the inputs from the link tables in the store, compares the key with the one
recorded, and renders and writes only what differs. A forked worker inherits the tables that its parent has read.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Literal, NamedTuple

from msgspec import Struct, msgpack
from msgspec.structs import replace

from incdoc import languages
from incdoc.config import Config, IncdocError, SourceError, UnsteadyError
from incdoc.engine.garbage import uncollected
from incdoc.engine.keys import digests
from incdoc.engine.output import writer_of
from incdoc.engine.plan import Planned, Planner, decode_facts, tables_of
from incdoc.engine.texts import Order, TextMaker, Texts
from incdoc.executors.bounds import BYTES_A_DEADLINE, SECONDS, bounded
from incdoc.executors.inherited import Inherited
from incdoc.languages.facts import Facts
from incdoc.languages.outline import encode as encode_outline
from incdoc.links.tables import Tables
from incdoc.pages.kind import SourceText
from incdoc.pages.kinds import KINDS, kind_of, split
from incdoc.pages.write import Writer, Written
from incdoc.sources import algorithm_of, git, read_file
from incdoc.sources.index import is_sparse
from incdoc.sources.objects import Objects, absent
from incdoc.store import open_store, store_path
from incdoc.store.facts import unpack_key
from incdoc.store.fragments import Fragment

if TYPE_CHECKING:
    from incdoc.executors.prefetch import LostError
    from incdoc.languages.language import Language

encode_facts = msgpack.Encoder().encode

MEMORY_A_BYTE = 40
MEMORY = 200 << 20
_LATE = 10
_NO_FACTS = Facts("text", 0)
"""Of a page that is about no source."""

EXCLUDE = "{exclude}"
"""What the sentences of a worker have in place of the setting, whose file it does not know."""


class Source(NamedTuple):
    """A source to be read. ``offered``: its facts, as another machine says, encoded, or empty; they are taken where
    they agree with the bytes. ``sampled``: the source is read all the same, and what was read counts."""

    language: str
    data: bytes
    offered: bytes = b""
    sampled: bool = False


class Extracted(NamedTuple):
    """Facts and outline of one source, encoded. ``how``: whether they were ``read``, or are the ``offered`` ones; of a
    source that was sampled, ``refuted`` where the offered ones are not those that were read."""

    facts: bytes
    outline: bytes
    how: Literal["read", "offered", "refuted"]


def extract(batch: list[Source]) -> list[Extracted | str]:
    """The facts of each source; the end of a sentence if reading one failed.

    A worker that does this has at most MEMORY_A_BYTE times the largest one and MEMORY bytes, and ends by itself long
    after the deadline of its parent.
    """
    largest = max((len(each.data) + len(each.offered) for each in batch), default=0)
    late = _LATE * SECONDS * (1 + sum(len(each.data) for each in batch) / BYTES_A_DEADLINE)
    with uncollected(), bounded(late, MEMORY + MEMORY_A_BYTE * largest):
        return [_extract(each) for each in batch]


def lost(error: LostError) -> str:
    """The end of a sentence about a source whose workers died or hung."""
    return (
        f"could not be parsed: the worker process that read it {error}, twice. Its page did not change. "
        f"If this happens again, add it to {EXCLUDE}"
    )


def _extract(source: Source) -> Extracted | str:
    try:
        language = languages.load(source.language)
        offered = _offered(source, language) if source.offered and not source.sampled else None
        if offered is not None:
            return offered
        facts = language.read(source.data)
        encoded, outline = encode_facts(facts), encode_outline(languages.outline_of(facts))
        return Extracted(encoded, outline, "refuted" if source.sampled and encoded != source.offered else "read")
    except MemoryError:
        return (
            f"could not be parsed: it needs more memory than {MEMORY_A_BYTE} times its size and {MEMORY >> 20} MB. "
            f"Its page did not change. Add it to {EXCLUDE}"
        )
    except Exception as error:  # noqa: BLE001 - a fault in reading one source must not cost the others
        return f"could not be read because of a bug in incdoc or its language ({type(error).__name__}: {error})"


def _offered(source: Source, language: Language) -> Extracted | None:
    """The facts that are offered; None where they are none of this source."""
    from incdoc.languages.agreement import agrees

    try:
        facts = decode_facts(source.offered)
        if not agrees(facts, language, source.data):
            return None
        return Extracted(encode_facts(facts), encode_outline(languages.outline_of(facts)), "offered")
    except Exception:  # noqa: BLE001 - whatever another machine sent, it costs no more than reading the source
        return None


class Outcome(Struct, frozen=True, array_like=True):
    """The result of a task. ``key`` is empty if the task makes no page; ``current``: its page is up to date and nothing
    was done; ``moved``: the source's bytes are not those of its facts, and nothing was done. ``fragments``: those parts
    of a joined page that were made, to be kept."""

    task: str
    key: bytes = b""
    pages: tuple[Written, ...] = ()
    fragments: tuple[Fragment, ...] = ()
    current: bool = False
    moved: bool = False
    problem: str = ""


def make(config: Config, number: int, batch: list[tuple[str, bytes]]) -> list[Outcome]:
    """Make the page of each (task, recorded key or empty), with the Maker of that number if this process has it."""
    maker = _maker(config, number)
    with uncollected():
        return [maker.make(task, known) for task, known in batch]


class Maker:
    """Makes pages of one repository from the link tables."""

    def __init__(self, config: Config, tables: Tables, planner: Planner, writer: Writer) -> None:
        self.config = config
        self._tables = tables
        self._planner = planner
        self._writer = writer
        self._objects = Objects(config.root)
        self.number = makers.add(self)

    def make(self, task: str, known: bytes) -> Outcome:
        """Plan, compare, render, write; a failure does not affect other pages."""
        ordered = self.order(task, known)
        if isinstance(ordered, Outcome):
            return ordered
        try:
            return self.write(ordered, self._text_maker.texts(ordered))
        except IncdocError as error:
            return Outcome(task, problem=str(error))

    def order(self, task: str, known: bytes) -> Outcome | Order:
        """Plan and compare: what the text of a page is made from, or the outcome where no text is to be made."""
        try:
            planned = self._planner.page(task)
            if planned is None:
                return Outcome(task)
            made = self._tables.store.fragments.made(split(task)[0])
            if planned.key == known:
                return Outcome(task, planned.key, current=True, fragments=made)
            ordered = self._order(planned)
            return replace(ordered, made=made) if ordered else Outcome(task, planned.key, (), made, moved=True)
        except IncdocError as error:
            return Outcome(task, problem=str(error))

    def write(self, ordered: Order, parts: Texts) -> Outcome:
        """Write the texts of a page. Raises OutputError."""
        written = tuple(self._writer.write(page, content) for page, content in parts)
        return Outcome(ordered.task, ordered.key, written, ordered.made)

    def texts(self, planned: Planned) -> Texts | None:
        """(page, text) of a plan; None where the source is not what its facts were read from. Raises SourceError where
        the source cannot be read."""
        ordered = self._order(planned)
        return self._text_maker.texts(ordered) if ordered else None

    def _order(self, planned: Planned) -> Order | None:
        name, subject = split(planned.task)
        kind, source = kind_of(name), None
        reads = kind.reads(planned.settings)
        if reads == "fragments":
            if not kind.is_complete(planned.inputs):
                return None
            kept = self._tables.store.fragments.texts(name)
            source = SourceText(_NO_FACTS, fragments=tuple(sorted(kept.items())))
        elif reads != "nothing":
            source = self._source(subject, whole=reads == "text")
            if source is None:
                return None
        return Order(planned.task, planned.key, planned.inputs, planned.settings, source)

    @cached_property
    def _text_maker(self) -> TextMaker:
        config = self.config
        return TextMaker(config, f"{config.root}/{config.templates}" if config.templates else "")

    def _source(self, path: str, whole: bool) -> SourceText | None:
        blob = unpack_key(self._tables.facts_key(path) or b"")[0]
        facts = self._tables.facts(path)
        data = self._read(path, blob) if facts is None or whole else b""
        if facts is None or data is None:
            return None
        from incdoc.languages.text import decode

        return SourceText(facts, decode(data, facts.format.cookie) if data else "")

    def ready(self, all_kinds: bool) -> None:
        """Compile templates before they are needed: those of sources' pages, or all; forked workers inherit them."""
        rows = KINDS if all_kinds else KINDS[:1]
        self._text_maker.renderer.compile(template for row in rows for template in kind_of(row.name).templates)

    def _read(self, path: str, blob: bytes) -> bytes | None:
        """The bytes with this blob id: the file's, or where the checkout leaves it out, those that git has. None where
        the source was deleted or changed meanwhile, which the next build handles. Raises SourceError where that
        cannot be told."""
        try:
            data, found, _ = read_file(f"{self.config.root}/{path}", algorithm_of(blob), path)
        except UnsteadyError:
            return None
        except SourceError as error:
            if isinstance(error.__cause__, FileNotFoundError | NotADirectoryError):
                return self._stored(path, blob)
            raise SourceError(f"{error} Its page did not change.") from error
        return data if found == blob else None

    def _stored(self, path: str, blob: bytes) -> bytes | None:
        data = self._objects.read(blob)
        repository = git.find(self.config.root) if data is None else None
        if repository is not None and is_sparse(repository):
            raise absent(path)
        return data

    def close(self) -> None:
        """Close the output's folders and end git. It makes no page from now on."""
        makers.remove(self.number)
        self._writer.close()
        self._objects.close()


makers: Inherited[Maker] = Inherited()
"""The Makers of this process, and of that from which this worker was forked."""
_own: dict[Config, Maker] = {}
"""The one Maker of a worker that inherited none."""


def _maker(config: Config, number: int) -> Maker:
    maker = makers.get(number) or _own.get(config)
    if maker is None:
        while _own:
            _own.popitem()[1].close()
        store = open_store(store_path(config), joins=True)
        tables = tables_of(config, store)
        writer = writer_of(config, store)
        maker = _own[config] = Maker(config, tables, Planner(tables, config, digests(config)), writer)
    return maker
