"""Which tasks must run, and why, as pure data; building, checking and explaining use the same plan.

A **task** makes one page (or its parts): ``KIND:SUBJECT``, as ``pages.kinds`` names it.
A task's **key** is the digest of its page's inputs, of the settings that affect it, and of the code and template that
render it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from hashlib import blake2b

from msgspec import Struct, msgpack

from incdoc import languages
from incdoc.config import Config, SourceError
from incdoc.engine import keys
from incdoc.engine.keys import group_of, version_of
from incdoc.languages.facts import Facts
from incdoc.links.inventories import Inventories
from incdoc.links.tables import Tables
from incdoc.pages.kind import encode
from incdoc.pages.kinds import active, kind_of, split, task_of
from incdoc.sources import algorithm_of, read_file
from incdoc.sources.objects import Objects
from incdoc.store import Store
from incdoc.store.facts import unpack_key

decode_facts = msgpack.Decoder(Facts).decode


class Planned(Struct, frozen=True):
    """A page that a task makes now."""

    task: str
    inputs: Struct
    settings: Struct
    key: bytes


def facts_of(store: Store, facts_key: bytes) -> Facts | None:
    """The facts of a facts key; None if the store does not have them."""
    if unpack_key(facts_key)[1] == version_of("binary"):
        return languages.load("binary").read(b"")
    data = store.facts.get(facts_key)
    return decode_facts(data) if data is not None else None


def tables_of(config: Config, store: Store) -> Tables:
    """The link tables in ``store``."""
    return Tables(
        store,
        lambda facts_key: facts_of(store, facts_key),
        lambda path, facts_key: _read_again(config, store, path, facts_key),
        languages.Languages.of(config),
        config.leaves_out,
        partial(Inventories.of, config),
        partial(_read, config),
    )


def _read_again(config: Config, store: Store, path: str, facts_key: bytes) -> Facts | None:
    """Read the facts of a damaged row again, if the source has not changed since."""
    blob = unpack_key(facts_key)[0]
    data = _read(config, path, blob)
    chosen = languages.Languages.of(config)
    if data is None or facts_key != keys.facts_key(chosen, path, blob):
        return None
    facts = chosen.of_content(path, data).read(data)
    store.facts.put(facts_key, msgpack.encode(facts))
    return facts


def _read(config: Config, path: str, blob: bytes) -> bytes | None:
    """The bytes of a source, if they are those of the blob id."""
    try:
        data, found, _ = read_file(os.path.join(config.root, path), algorithm_of(blob), path)
    except SourceError:
        with closing(Objects(config.root)) as objects:  # where a sparse checkout leaves it out
            return objects.read(blob)
    return data if found == blob else None


class Planner:
    """Makes plans from the link tables as they are. ``config``: the settings that reach the pages; ``digests``: what
    the pages of each group depend on besides their inputs (see ``keys``)."""

    def __init__(self, tables: Tables, config: Config, digests: dict[str, bytes]) -> None:
        self._tables = tables
        self._settings = {name: kind_of(name).settings(config) for name in active(config)}
        self._digests = digests

    def page(self, task: str) -> Planned | None:
        """The page that the task makes now; None if it makes none."""
        name, subject = split(task)
        if name not in self._settings or not self._tables.holds(""):
            return None
        settings = self._settings[name]
        value = kind_of(name).inputs(self._tables, subject, settings)
        if value is None:
            return None
        group = group_of(self._tables, name, subject)
        key = blake2b(self._digests[group] + encode(value), digest_size=16).digest()
        return Planned(task, value, settings, key)

    def expand(self, pending: dict[str, str]) -> dict[str, str]:
        """The tasks to look at for pending ones: also those whose pages replace, or are replaced by, theirs."""
        tasks: dict[str, str] = {}
        for task, reason in pending.items():
            name, subject = split(task)
            if name not in self._settings:
                continue
            for other in kind_of(name).looked_at(self._tables, subject, self._settings[name]):
                found = task_of(name, other)
                tasks.setdefault(found, pending.get(found, reason))
        return tasks

    def every(self, name: str) -> Iterator[str]:
        """Every task of a kind that makes a page."""
        if name in self._settings and self._tables.holds(""):
            subjects = kind_of(name).subjects(self._tables, self._settings[name])
            yield from (task_of(name, subject) for subject in subjects)
