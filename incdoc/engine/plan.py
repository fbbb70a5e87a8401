"""Which tasks must run, and why, as pure data; building, checking and explaining use the same plan.

A **task** makes one page (or its parts): ``docs:PATH``, ``kw:PATH``, ``index:FOLDER``, ``doc:FOLDER``, ``sub:FOLDER``
(the repository is ``.``), ``book:FOLDER`` and ``book:/`` for the contents, ``keywords:PREFIX`` and ``keywords:/``.
A task's **key** is the digest of its page's inputs, of the settings that affect it, and of the code and template that
render it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from hashlib import blake2b

from msgspec import Struct, msgpack

from incdoc import languages
from incdoc.config import Config, SourceError
from incdoc.engine.keys import VERSION_BYTES, version_of
from incdoc.engine.tasks import folder_task, split
from incdoc.languages.facts import Facts
from incdoc.links.names import parent
from incdoc.links.tables import Tables
from incdoc.pages import inputs
from incdoc.pages.paths import Style
from incdoc.sources import algorithm_of, read_file
from incdoc.sources.objects import Objects
from incdoc.store import Store

decode_facts = msgpack.Decoder(Facts).decode


class Planned(Struct, frozen=True):
    """A page that a task makes now."""

    task: str
    inputs: inputs.Inputs
    key: bytes


def facts_of(store: Store, facts_key: bytes) -> Facts | None:
    """The facts of a facts key; None if the store does not have them."""
    if facts_key[-VERSION_BYTES:] == version_of("binary"):
        return languages.extract("binary", b"")
    data = store.get_facts(facts_key)
    return decode_facts(data) if data is not None else None


def tables_of(config: Config, store: Store) -> Tables:
    """The link tables in ``store``."""
    return Tables(
        store,
        lambda facts_key: facts_of(store, facts_key),
        lambda path, facts_key: _read_again(config, store, path, facts_key),
    )


def _read_again(config: Config, store: Store, path: str, facts_key: bytes) -> Facts | None:
    """Read the facts of a damaged row again, if the source has not changed since."""
    blob = facts_key[:-VERSION_BYTES]
    try:
        data, found, _ = read_file(os.path.join(config.root, path), algorithm_of(blob), path)
    except SourceError:
        with closing(Objects(config.root)) as objects:  # where a sparse checkout leaves it out
            stored = objects.read(blob)
        if stored is None:
            return None
        data, found = stored, blob
    extractor = languages.detect(path).extractor
    if found != blob or facts_key[-VERSION_BYTES:] != version_of(extractor):
        return None
    facts = languages.extract(extractor, data)
    store.put_facts(facts_key, msgpack.encode(facts))
    return facts


def style_of(config: Config) -> Style:
    """The settings that pages see."""
    return Style(config.output, config.source, config.source_url, config.max_page_kb)


class Planner:
    """Makes plans from the link tables as they are. ``config``: the settings that reach the pages; ``digests``: what
    every page of a kind depends on besides its inputs."""

    def __init__(self, tables: Tables, config: Config, digests: dict[str, bytes]) -> None:
        self._tables = tables
        self._whole = config.source == "full"
        self._limit = config.max_page_kb * 1024
        self._digests = digests

    def page(self, task: str) -> Planned | None:
        """The page that the task makes now; None if it makes none."""
        value = self._inputs(*split(task))
        if value is None:
            return None
        kind = task.partition(":")[0]
        key = blake2b(self._digests[kind] + inputs.encode(value), digest_size=16).digest()
        return Planned(task, value, key)

    def _inputs(self, kind: str, subject: str) -> inputs.Inputs | None:
        tables = self._tables
        if not tables.holds(""):
            return None
        if kind in ("docs", "kw"):
            summary = tables.summaries(parent(subject)).get(subject)
            if summary is None or summary.kind != "file":
                return None
            return inputs.Docs.of(tables, subject, self._whole) if kind == "docs" else inputs.Kw.of(tables, subject)
        if kind == "keywords":
            if subject == "/":
                return inputs.Letters.of(tables, self._limit)
            return inputs.Letter.of(tables, subject) if subject in self.letters(subject[:1]) else None
        if kind == "book" and subject == "/":
            return inputs.Contents.of(tables)
        if not tables.holds(subject):
            return None
        if kind == "book":
            documented = any(summary.documented for summary in tables.summaries(subject).values())
            return inputs.Chapter.of(tables, subject) if documented else None
        if kind == "index":
            return inputs.Index.of(tables, subject)
        return inputs.Doc.of(tables, subject) if kind == "doc" else inputs.Sub.of(tables, subject)

    def letters(self, first: str) -> list[str]:
        """The parts of the global index whose names begin with ``first``."""
        if not self._tables.prefix_size(first):
            return []
        return list(inputs.letters_of(self._tables, first, self._limit))

    def expand(self, pending: dict[str, str]) -> dict[str, str]:
        """Pending tasks, with the tasks of parts of the global index that replace, or are replaced by, pending ones."""
        tasks = dict(pending)
        for task, reason in pending.items():
            kind, subject = split(task)
            if kind == "keywords" and subject != "/":
                tasks.update((f"keywords:{prefix}", reason) for prefix in self.letters(subject[:1]))
                tasks.update((each, reason) for each in self._tables.store.tasks_from(f"keywords:{subject[:1]}"))
        return tasks

    def every(self, kind: str) -> Iterator[str]:
        """Every task of a kind that makes a page."""
        tables = self._tables
        if not tables.holds(""):
            return
        if kind in ("docs", "kw"):
            for folder in tables.folders():
                yield from (
                    f"{kind}:{path}" for path, summary in tables.summaries(folder).items() if summary.kind == "file"
                )
        elif kind == "keywords":
            yield from (f"keywords:{prefix}" for prefix in inputs.letters(tables, "", self._limit))
            yield "keywords:/"
        elif kind == "book":
            yield from (folder_task("book", folder) for folder in tables.chapters())
            yield "book:/"
        else:
            for folder in tables.folders():
                yield folder_task(kind, folder)
