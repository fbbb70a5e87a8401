"""Look-ups from the root of the tree down, and what is sent after a build.

A key that is found says which packs have the facts of all that is below it; one that is missing is asked for its units
and folders. So a fresh clone of a known state asks once, and then for packs; later requests grow with the folders that
changed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from hashlib import sha256
from typing import NamedTuple

from incdoc.config import Shared
from incdoc.remote import actions, packs
from incdoc.remote.actions import MOST_ACTION, ActionError, Pack
from incdoc.remote.connection import Connection
from incdoc.remote.credentials import signing_key
from incdoc.remote.packs import PackError
from incdoc.remote.tree import Folder, Unit, tree_of

MOST_KEPT = 1 << 30
"""Bytes of facts that are taken from a cache in one build: those of 100,000 sources and more."""
_BATCH = 16 << 20
"""Bytes of packs that are asked for in one round."""


class Offer(NamedTuple):
    """Facts of one source that came from outside. ``entry``: the name of the entry that has them."""

    facts: bytes
    entry: str


class SharedCache:
    """The shared cache of one build. ``sources``: facts keys by path, of all sources that may be shared."""

    def __init__(self, settings: Shared, sources: Mapping[str, bytes]) -> None:
        self._settings = settings
        self._sources = sources
        self._signing = signing_key()
        self._found: dict[bytes, list[Pack]] = {}
        """The packs of each key that was found."""
        self.connection = Connection(settings.url, settings.seconds)
        self.wrong: dict[str, str] = {}
        """Entries that are not what they should be, with the end of a sentence about each."""

    # ------------------------------------------------------------------ reading

    def offers(self, wanted: Collection[bytes]) -> dict[bytes, Offer]:
        """What there is of the wanted facts, by facts key. Nothing of it is checked against a source."""
        left = {*wanted}
        found: dict[bytes, Offer] = {}
        for namespace in self._settings.reads if self._sources else ():
            if left and not self.connection.failed:
                found |= self._offers_of(namespace, left)
                left -= found.keys()
        self.wrong |= self.connection.refused
        return found

    def _offers_of(self, namespace: str, wanted: set[bytes]) -> dict[bytes, Offer]:
        tree = tree_of(self._sources, namespace)
        units = {each.key: each for each in _units(tree) if not wanted.isdisjoint(each.facts)}
        found: dict[bytes, Offer] = {}
        chosen: dict[bytes, Pack] = {}
        for listed in self._look_up(namespace, tree, units):
            chosen |= {pack.digest: pack for pack in listed if pack.unit in units}
        for batch in _batches(list(chosen.values())):
            if sum(len(each.facts) for each in found.values()) > MOST_KEPT:
                break  # the rest is read
            answers = self.connection.get(namespace, [(_content(pack.digest), pack.size) for pack in batch], sized=True)
            for pack in batch:
                data = answers.get(_content(pack.digest))
                if data is not None:
                    found |= self._unpacked(pack, data, units[pack.unit], wanted)
        return found

    def _look_up(self, namespace: str, tree: Unit | Folder, units: Mapping[bytes, Unit]) -> Iterator[list[Pack]]:
        """The packs of the highest keys that are found, above units that are asked for."""
        level = [tree]
        while level:
            answers = self.connection.get(namespace, [(_action(each.key), MOST_ACTION) for each in level])
            lower: list[Unit | Folder] = []
            for each in level:
                listed = self._listed(each, answers.get(_action(each.key)))
                if listed is not None:
                    yield listed
                elif isinstance(each, Folder):
                    lower += [one for one in each.below if any(unit.key in units for unit in _units(one))]
            level = lower

    def _listed(self, node: Unit | Folder, data: bytes | None) -> list[Pack] | None:
        """The packs that a message names; None where it does not name those of all units below."""
        if data is None:
            return None
        try:
            listed = actions.decode(data)
        except ActionError as error:
            self.wrong[_action(node.key)] = str(error)
            return None
        if {pack.unit for pack in listed} != {unit.key for unit in _units(node)}:
            self.wrong[_action(node.key)] = "is about other folders"
            return None
        self._found[node.key] = listed
        return listed

    def _unpacked(self, pack: Pack, data: bytes, unit: Unit, wanted: set[bytes]) -> dict[bytes, Offer]:
        entry = _content(pack.digest)
        if sha256(data).digest() != pack.digest:
            self.wrong[entry] = "has another digest than its name says"
            return {}
        try:
            rows = packs.decode(data, unit.key, wanted.intersection(unit.facts), self._signing)
        except PackError as error:
            self.wrong[entry] = str(error)
            return {}
        return {key: Offer(facts, entry) for key, facts in rows.items()}

    # ------------------------------------------------------------------ writing

    def send(self, facts: Callable[[bytes], bytes | None]) -> bool:
        """Keep the facts of all sources in the namespace that is written to; whether all are kept. ``facts``: gives
        those of a facts key, None where they are not known."""
        namespace = self._settings.namespace
        if not self._sources or not self.connection.may_write(namespace):
            return False
        tree = tree_of(self._sources, namespace)
        missing = self._missing(namespace, tree)
        made = {}
        for each in missing:
            if isinstance(each, Unit) and (pack := self._packed(each, facts)) is not None:
                made[each.key] = pack
        listed = {key: [Pack(key, sha256(data).digest(), len(data))] for key, data in made.items()}
        if not self.connection.put(namespace, [(_content(listed[key][0].digest), data) for key, data in made.items()]):
            return False
        entries = [(_action(key), actions.encode(packs)) for key, packs in listed.items()]
        for each in reversed(missing):  # from the lowest folders up
            if isinstance(each, Folder):
                below = [listed.get(one.key) or self._found.get(one.key) for one in each.below]
                if None in below:
                    continue  # a source could not be read
                listed[each.key] = [pack for packs in below if packs for pack in packs]
                try:
                    entries.append((_action(each.key), actions.encode(listed[each.key])))
                except ActionError:
                    continue  # a reader that misses it asks for what is below
        return self.connection.put(namespace, list(reversed(entries)))

    def _missing(self, namespace: str, tree: Unit | Folder) -> list[Unit | Folder]:
        """What the cache does not have, folders before what is below them."""
        missing: list[Unit | Folder] = []
        level = [tree]
        while level and not self.connection.failed:
            unknown = [each for each in level if each.key not in self._found]
            answers = self.connection.get(namespace, [(_action(each.key), MOST_ACTION) for each in unknown])
            for each in unknown:
                self._listed(each, answers.get(_action(each.key)))
            lower = [each for each in level if each.key not in self._found]
            missing += lower
            level = [one for each in lower if isinstance(each, Folder) for one in each.below]
        return missing

    def _packed(self, unit: Unit, facts: Callable[[bytes], bytes | None]) -> bytes | None:
        rows = [(key, data) for key in unit.facts if (data := facts(key)) is not None]
        if len(rows) < len(unit.facts):
            return None
        try:
            return packs.encode(unit.key, rows, self._signing)
        except PackError:
            return None

    def close(self) -> None:
        """End the connection."""
        self.connection.close()


def _units(node: Unit | Folder) -> Iterator[Unit]:
    return iter([node]) if isinstance(node, Unit) else node.units()


def _batches(listed: Sequence[Pack]) -> Iterator[list[Pack]]:
    batch: list[Pack] = []
    size = 0
    for pack in listed:
        batch.append(pack)
        size += pack.size
        if size >= _BATCH:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _action(key: bytes) -> str:
    return f"ac/{key.hex()}"


def _content(digest: bytes) -> str:
    return f"cas/{digest.hex()}"
