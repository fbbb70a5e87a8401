"""Keys of folders: what they depend on, and how much of the tree a change reaches."""

from __future__ import annotations

from hashlib import sha1
from random import Random

import pytest

from incdoc.remote.tree import SOURCES_OF_A_UNIT, Folder, Unit, tree_of


def key(text: str) -> bytes:
    return sha1(text.encode(), usedforsecurity=False).digest() + b"version1"


def many(count: int, folders: int) -> dict[str, bytes]:
    random = Random(count)
    return {
        f"{'/'.join(f'd{random.randrange(folders)}' for _ in range(random.randrange(1, 5)))}/f{each}": key(str(each))
        for each in range(count)
    }


def units(node: Unit | Folder) -> set[Unit]:
    return {node} if isinstance(node, Unit) else {*node.units()}


def keys(node: Unit | Folder) -> set[bytes]:
    if isinstance(node, Unit):
        return {node.key}
    return {node.key}.union(*map(keys, node.below))


@pytest.mark.parametrize("count", [1, 2, 63, 64, 65, 500, 5000])
def test_each_source_is_in_a_unit(count: int) -> None:
    sources = many(count, 8)
    found = units(tree_of(sources, "main"))
    assert {each for unit in found for each in unit.facts} == {*sources.values()}
    assert max(len(unit.facts) for unit in found) <= 2 * SOURCES_OF_A_UNIT
    assert len(found) <= 2 + count // 8


def test_no_source() -> None:
    assert tree_of({}, "main") == tree_of({}, "main")


def test_the_order_is_of_no_matter() -> None:
    sources = many(500, 5)
    assert tree_of(sources, "main") == tree_of(dict(reversed(sources.items())), "main")


def test_each_namespace_has_keys_of_its_own() -> None:
    sources = many(500, 5)
    assert keys(tree_of(sources, "main")).isdisjoint(keys(tree_of(sources, "pr")))


@pytest.mark.parametrize("seed", range(20))
def test_a_change_reaches_one_unit_and_what_is_above(seed: int) -> None:
    sources = many(3000, 6)
    path = Random(seed).choice(sorted(sources))
    before, after = tree_of(sources, "main"), tree_of(sources | {path: key("another")}, "main")
    assert len(keys(after) - keys(before)) <= 2 + path.count("/")
    assert len(units(after) - units(before)) == 1


def test_any_depth() -> None:
    path = "d/" * 1900
    found = tree_of({f"{path}{each}": key(str(each)) for each in range(100)}, "main")
    assert len(units(found)) > 1


def test_a_change_of_a_source_changes_the_root() -> None:
    sources = many(300, 4)
    assert tree_of(sources, "main").key != tree_of(sources | {"new": key("x")}, "main").key
