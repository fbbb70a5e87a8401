"""Drawings of files and folders: how many boxes they have, and what an arrow means."""

from __future__ import annotations

import re

import pytest

from incdoc.pages.diagram import MOST_NODES, neighbours, parts


def boxes(drawing: str) -> list[str]:
    return re.findall(r'\["([^"]*)"\]', drawing)


def test_a_file_between_its_imports_and_importers() -> None:
    drawing = neighbours("a.py", ["lib/b.py", "lib/c.py"], ["c.py", "lib/c.py"])
    assert drawing.split("\n") == [
        "graph LR",
        '  self["a.py"]',
        '  n0["c.py"]',
        '  n1["lib/b.py"]',
        '  n2["lib/c.py"]',
        "  n0 --> self",
        "  self --> n1",
        "  self <--> n2",
    ]


@pytest.mark.parametrize(("imported", "importers"), [([], []), (["b"], ["b"]), (["b"], ["c"])])
def test_few_neighbours_are_not_drawn(imported: list[str], importers: list[str]) -> None:
    assert neighbours("a", imported, importers) == ""


def test_many_neighbours_are_drawn_as_their_folders() -> None:
    files = [f"{top}/{folder}/{number}.py" for top in "pq" for folder in "abc" for number in range(10)]
    assert boxes(neighbours("x.py", files, [])) == [
        "x.py",
        *(f"{top}/{one}/ (10 files)" for top in "pq" for one in "abc"),
    ]
    wide = [f"{top}/{number}/x.py" for top in "pqr" for number in range(20)]
    assert boxes(neighbours("x.py", wide, ["top.py"])) == [
        "x.py",
        "./ (1 file)",
        *(f"{top}/ (20 files)" for top in "pqr"),
    ]
    assert neighbours("x.py", [f"{number}/a.py" for number in range(MOST_NODES)], []) == ""


def test_imports_between_parts() -> None:
    pairs = [("a", "b"), ("b", "a"), ("c.py", "a")]
    assert parts(pairs, ["a", "b"]).split("\n")[1:] == [
        '  n0["a"]',
        '  n1["b"]',
        '  n2["c.py"]',
        "  n0 <--> n1",
        "  n2 --> n0",
    ]
    assert parts(pairs[:2], ["a", "b"]) == ""


def test_of_many_parts_only_folders_are_drawn() -> None:
    pairs = [(f"{number}.py", "a") for number in range(MOST_NODES)] + [("a", "b"), ("b", "c"), ("c", "a")]
    assert boxes(parts(pairs, ["a", "b", "c"])) == ["a", "b", "c"]
    assert parts([(f"f{number}", "a") for number in range(MOST_NODES)], [f"f{number}" for number in range(50)]) == ""
