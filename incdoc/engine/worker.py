"""The work of workers: bytes -> facts and outlines, tasks -> pages on disk. Plain functions of plain values, so that
any executor can run them; each worker process makes its parser, templates, tables and folder handles once.

A worker plans its own pages: it makes the inputs from the link tables in the store, compares the key with the one
recorded, and renders and writes only what differs. A forked worker inherits the tables that its parent has read.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from msgspec import Struct, msgpack

from incdoc import languages
from incdoc.config import Config, IncdocError, SourceError, UnsteadyError
from incdoc.engine.keys import VERSION_BYTES, digests
from incdoc.engine.output import writer_of
from incdoc.engine.plan import Planned, Planner, style_of, tables_of
from incdoc.engine.tasks import split
from incdoc.executors.bounds import BYTES_A_DEADLINE, SECONDS, bounded
from incdoc.links.outline import Outline
from incdoc.links.outline import encode as encode_outline
from incdoc.links.tables import Tables
from incdoc.pages.write import Writer, Written
from incdoc.sources import algorithm_of, git, read_file
from incdoc.sources.index import is_sparse
from incdoc.sources.objects import Objects, absent
from incdoc.store import open_store, store_path

if TYPE_CHECKING:
    from incdoc.executors.prefetch import LostError
    from incdoc.pages.render import Renderer

encode_facts = msgpack.Encoder().encode

MEMORY_A_BYTE = 40
MEMORY = 200 << 20
_LATE = 10

Extracted = tuple[bytes, bytes]
"""Facts and outline of one source, encoded."""


def extract(batch: list[tuple[str, bytes]]) -> list[Extracted | str]:
    """The facts of each (extractor, bytes); the end of a sentence if reading one failed.

    A worker that does this has at most MEMORY_A_BYTE times the largest one and MEMORY bytes, and ends by itself long
    after the deadline of its parent.
    """
    largest = max((len(data) for _, data in batch), default=0)
    late = _LATE * SECONDS * (1 + sum(len(data) for _, data in batch) / BYTES_A_DEADLINE)
    with _uncollected(), bounded(late, MEMORY + MEMORY_A_BYTE * largest):
        return [_extract(extractor, data) for extractor, data in batch]


def lost(error: LostError) -> str:
    """The end of a sentence about a source whose workers were lost."""
    return (
        f"could not be parsed: its worker {error}, twice. Its page did not change. "
        "If this happens again, add it to tool.incdoc.exclude"
    )


def _extract(extractor: str, data: bytes) -> Extracted | str:
    try:
        facts = languages.extract(extractor, data)
        return encode_facts(facts), encode_outline(Outline.of(facts))
    except MemoryError:
        return (
            f"could not be parsed: it needs more memory than {MEMORY_A_BYTE} times its size and {MEMORY >> 20} MB. "
            "Its page did not change. Add it to tool.incdoc.exclude"
        )
    except Exception as error:  # noqa: BLE001 - a fault in reading one source must not cost the others
        return f"could not be read because of a bug in incdoc ({type(error).__name__}: {error})"


@contextmanager
def _uncollected() -> Iterator[None]:
    """No garbage collection during a batch: it would walk every tree and every fact again and again."""
    gc.disable()
    gc.freeze()
    yield
    gc.collect()


class Outcome(Struct, frozen=True, array_like=True):
    """The result of a task. ``key`` is empty if the task makes no page; ``current``: its page is up to date and nothing
    was done; ``moved``: the source's bytes are not those of its facts, and nothing was done."""

    task: str
    key: bytes = b""
    pages: tuple[Written, ...] = ()
    current: bool = False
    moved: bool = False
    problem: str = ""


def make(config: Config, batch: list[tuple[str, bytes]]) -> list[Outcome]:
    """Make the page of each (task, recorded key or empty)."""
    maker = _maker(config)
    with _uncollected():
        return [maker.make(task, known) for task, known in batch]


class Maker:
    """Makes pages of one repository from the link tables."""

    def __init__(self, config: Config, tables: Tables, planner: Planner, writer: Writer) -> None:
        self.config = config
        self._tables = tables
        self._planner = planner
        self._writer = writer
        self._objects = Objects(config.root)
        self._renderer: Renderer | None = None

    def make(self, task: str, known: bytes) -> Outcome:
        """Plan, compare, render, write; a failure does not affect other pages."""
        try:
            planned = self._planner.page(task)
            if planned is None:
                return Outcome(task)
            if planned.key == known:
                return Outcome(task, planned.key, current=True)
            return self._render(planned)
        except IncdocError as error:
            return Outcome(task, problem=str(error))

    def _render(self, planned: Planned) -> Outcome:
        parts = self.texts(planned)
        if parts is None:
            return Outcome(planned.task, planned.key, moved=True)
        return Outcome(planned.task, planned.key, tuple(self._writer.write(page, content) for page, content in parts))

    def texts(self, planned: Planned) -> list[tuple[str, str]] | None:
        """(page, text) of a plan; None where the source is not what its facts were read from. Raises SourceError where
        the source cannot be read."""
        kind, path = split(planned.task)
        facts, body = None, ""
        if kind == "docs":
            blob = (self._tables.facts_key(path) or b"")[:-VERSION_BYTES]
            facts = self._tables.facts(path)
            data = self._read(path, blob) if facts is None or self.config.source == "full" else b""
            if facts is None or data is None:
                return None
            from incdoc.languages.text import decode

            cookie = next((mark.text for mark in facts.marks if mark.kind == "encoding"), "")
            body = decode(data, cookie) if data else ""
        return self._templates().render(planned.inputs, facts, body)

    def ready(self, all_kinds: bool) -> None:
        """Compile templates before they are needed: those of sources' pages, or all; forked workers inherit them."""
        from incdoc.pages.render import KINDS

        self._templates().compile(KINDS if all_kinds else KINDS[:1])

    def _templates(self) -> Renderer:
        if self._renderer is None:
            from incdoc.pages.render import Renderer

            config = self.config
            self._renderer = Renderer(style_of(config), f"{config.root}/{config.templates}" if config.templates else "")
        return self._renderer

    def _read(self, path: str, blob: bytes) -> bytes | None:
        """The bytes with this blob id: the file's, or where the checkout leaves it out, those that git has. None where
        the source is gone or has other bytes by now, which the next build takes up. Raises SourceError where that
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
        """Close the output's folders and end git."""
        self._writer.close()
        self._objects.close()


_made: Maker | None = None


def prepare(maker: Maker | None) -> None:
    """Set the Maker of this process and of the workers that are forked from it."""
    global _made  # noqa: PLW0603 - one a process, handed to forked workers
    if _made is not None and _made is not maker:
        _made.close()
    _made = maker


def _maker(config: Config) -> Maker:
    if _made is None or _made.config != config:
        tables = tables_of(config, open_store(store_path(config), joins=True))
        prepare(Maker(config, tables, Planner(tables, config, digests(config)), writer_of(config)))
    assert _made is not None
    return _made
