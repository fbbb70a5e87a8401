"""Facts keys of all sources -> a Merkle tree of folders, whose keys say what is below them.

A **unit** is what one pack has the facts of: the sources of a small folder with all below it, or a part of those that
are directly in a large one, with its smallest folders. A **folder** has units and folders. A key is a digest of the
facts keys below, whatever the names are. Two equal trees have equal keys on every machine.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import NamedTuple

SOURCES_OF_A_UNIT = 64
"""Folders with at most so many sources below them are one unit; a part of a larger one has some half of it."""
_VERSION = b"incdoc facts 1"


class Unit(NamedTuple):
    """What one pack has. ``key``: 32 bytes; ``facts``: the facts keys, sorted, each once."""

    key: bytes
    facts: tuple[bytes, ...]


class Folder(NamedTuple):
    """A folder with too many sources for a unit. ``key``: 32 bytes."""

    key: bytes
    below: tuple[Unit | Folder, ...]

    def units(self) -> Iterator[Unit]:
        """All units below it."""
        stack: list[Unit | Folder] = [self]
        while stack:
            each = stack.pop()
            if isinstance(each, Unit):
                yield each
            else:
                stack.extend(reversed(each.below))


def tree_of(sources: Mapping[str, bytes], namespace: str) -> Unit | Folder:
    """The tree of these sources: facts keys by path."""
    seed = _digest(_VERSION, namespace.encode())
    direct: dict[str, dict[str, list[bytes]]] = {"": {}}
    """By folder, the facts keys of each name in it that is a source or a small folder."""
    for path, key in sources.items():
        folder, _, name = path.rpartition("/")
        direct.setdefault(folder, {})[name] = [key]
        while folder and (folder := folder.rpartition("/")[0]) not in direct:
            direct[folder] = {}
    large: dict[str, list[Unit | Folder]] = {}
    for folder in sorted(direct, key=lambda each: (-each.count("/"), each)):
        if folder:
            _close(seed, folder, direct, large)
    keys = [key for each in direct[""].values() for key in each]
    below = large.get("", [])
    return _folder(seed, below, direct[""]) if below or len(keys) > SOURCES_OF_A_UNIT else _unit(seed, keys)


def _close(
    seed: bytes, folder: str, direct: dict[str, dict[str, list[bytes]]], large: dict[str, list[Unit | Folder]]
) -> None:
    """Hand a folder, all of whose folders were, to the one above it."""
    above, _, name = folder.rpartition("/")
    keys = [key for each in direct[folder].values() for key in each]
    below = large.pop(folder, [])
    if below or len(keys) > SOURCES_OF_A_UNIT:
        large.setdefault(above, []).append(_folder(seed, below, direct.pop(folder)))
    else:
        direct[above][f"{name}/"] = keys


def _folder(seed: bytes, below: list[Unit | Folder], direct: Mapping[str, list[bytes]]) -> Folder:
    together = {name: keys for name, keys in direct.items() if len(keys) < SOURCES_OF_A_UNIT // 4}
    made = [*below, *(_unit(seed, keys) for name, keys in direct.items() if name not in together)]
    made += _parts(seed, together)
    made.sort(key=lambda each: each.key)
    return Folder(_digest(seed, b"folder", *(each.key for each in made)), tuple(made))


def _parts(seed: bytes, direct: Mapping[str, list[bytes]]) -> list[Unit | Folder]:
    """Units of these, by the digests of the names: a source that changes, changes the unit that it is in."""
    count = sum(map(len, direct.values()))
    bits = (count // (SOURCES_OF_A_UNIT // 2)).bit_length() if count > SOURCES_OF_A_UNIT else 0
    parts: dict[int, list[bytes]] = {}
    for name, keys in direct.items():
        part = int.from_bytes(sha256(name.encode("utf-8", "surrogateescape")).digest()[:4], "big") >> (32 - bits)
        parts.setdefault(part, []).extend(keys)
    return [_unit(seed, parts[each]) for each in sorted(parts)]


def _unit(seed: bytes, keys: list[bytes]) -> Unit:
    facts = tuple(sorted({*keys}))
    return Unit(_digest(seed, b"unit", *facts), facts)


def _digest(*parts: bytes) -> bytes:
    digest = sha256()
    for part in parts:
        digest.update(len(part).to_bytes(4, "big"))
        digest.update(part)
    return digest.digest()
