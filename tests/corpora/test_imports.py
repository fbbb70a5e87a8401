"""The importers that Django's pages name are those that grimp finds, file by file."""

from __future__ import annotations

import posixpath
import re
import sys
from itertools import pairwise
from typing import TYPE_CHECKING
from urllib.parse import unquote

import grimp
import pytest

from .reading import parser, shown

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pytest

    from .built import Built

pytestmark = pytest.mark.corpora

Edge = tuple[str, str]
"""Importing module, imported module."""

DIFFERENT: dict[Edge, str] = {}
"""Where the two differ, and why. An entry that is no longer needed fails the test."""

LISTS = ("Dependencies", "Testing & Usage")
"""The sections whose lists name importers: other files, and tests."""
LEAD = re.compile(r"[\w ]+ by\b|Tests that (?!use names|have the name)[\w ]+ this file")
"""How the paragraphs before these lists begin."""


def theirs(folder: Path, monkeypatch: pytest.MonkeyPatch) -> set[Edge]:
    monkeypatch.syspath_prepend(folder)
    graph = grimp.build_graph("django", cache_dir=None)
    return {
        (importer, imported)
        for importer in graph.modules
        for imported in graph.find_modules_directly_imported_by(importer)
    }


def importers_below(pages: Path, root: str, package: str) -> set[Edge]:
    """The edges in a package, whose folder is in ``root``, by the pages below ``pages``."""
    edges = set()
    top = f"{root}/" if root else ""
    for page in (pages / root / package).rglob("*.py_docs.md"):
        path = page.relative_to(pages).as_posix()
        for link in importers(page.read_text(encoding="utf-8")):
            source = unquote(posixpath.normpath(posixpath.join(posixpath.dirname(path), link)))
            if source.startswith(f"{top}{package}/") and source.endswith(".py_docs.md"):
                edges.add((module(source.removeprefix(top)), module(path.removeprefix(top))))
    return edges


def importers(text: str) -> Iterator[str]:
    """Links of the list items in the two sections, in the lists of what imports a source."""
    section, depth, lead = "", 0, ""
    for opening, inline in pairwise(parser().parse(text)):
        if opening.type == "heading_open" and opening.tag == "h2":
            section = shown(inline)
        elif opening.type in ("bullet_list_open", "bullet_list_close"):
            depth += opening.nesting
        elif inline.type == "inline" and not depth:
            lead = shown(inline)
        elif inline.type == "inline" and section in LISTS and LEAD.match(lead):
            yield from (str(each.attrs["href"]) for each in inline.children or () if each.type == "link_open")


def module(page: str) -> str:
    """``django/db/__init__.py_docs.md`` -> ``django.db``."""
    return page.removesuffix(".py_docs.md").removesuffix("/__init__").replace("/", ".")


def test_importers_are_those_of_grimp(django_pages: Built, monkeypatch: pytest.MonkeyPatch) -> None:
    before = set(sys.modules)
    true, said = theirs(django_pages.root, monkeypatch), importers_below(django_pages.pages, "", "django")
    assert "django" not in set(sys.modules) - before, "the corpus was imported"
    print(f"\n{len(true)} imports between modules by grimp, {len(said)} by the pages")
    unexplained = [
        f"{'missing' if edge in true else 'made up'}: {edge}" for edge in sorted((true ^ said) - set(DIFFERENT))
    ]
    assert not unexplained, f"{len(unexplained)} differences\n" + "\n".join(unexplained[:40])
    assert set(DIFFERENT) <= true ^ said, "explained, but not different any more"
    assert len(true) > 3_000
