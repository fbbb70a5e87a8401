"""The links say what changed; the kinds of pages say what that touches."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from incdoc import links
from incdoc.config import Config
from incdoc.links.changes import (
    Change,
    ChapterChanged,
    CompanionChanged,
    CounterpartChanged,
    CountsChanged,
    DescriptionChanged,
    EntriesChanged,
    FolderChanged,
    ImportersChanged,
    IndexChanged,
    KeywordsChanged,
    PartsChanged,
    ResolutionChanged,
    SourceChanged,
    StartsChanged,
    SubclassesChanged,
)
from incdoc.pages.kinds import NAMES, active, touched_by

FOLDER = Path(links.__file__).parent


def spoken_of(source: str) -> set[str]:
    """The kinds of pages of which the texts of a module are names, or names of tasks."""
    texts = [node.value for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Constant)]
    return {name for name in NAMES for text in texts if isinstance(text, str) and text.partition(":")[0] == name}


def test_links_know_no_kind_of_page() -> None:
    found = {path.name: spoken_of(path.read_text(encoding="utf-8")) for path in FOLDER.rglob("*.py")}
    assert len(found) > 3
    assert {name: kinds for name, kinds in found.items() if kinds} == {}


def test_one_that_is_spoken_of_is_found() -> None:
    assert spoken_of('note(f"docs:{path}", "why")\nfor kind in ("index", "x"): pass\nsql = "keywords > 0"') == {
        "docs",
        "index",
    }


@pytest.mark.parametrize(
    ("change", "tasks"),
    [
        (SourceChanged("a/b.py", shown=True, documented=True), "docs:a/b.py kw:a/b.py index:a doc:a book:a"),
        (SourceChanged("b.bin", shown=False, documented=False), "index:. doc:."),
        (DescriptionChanged("", ("",)), "book:/ book:."),
        (DescriptionChanged("a", ("", "a")), "index:. doc:. book:/ book:. book:a"),
        (DescriptionChanged("a/b", ()), "index:a doc:a book:/"),
        (CompanionChanged("a.pyi"), "docs:a.pyi"),
        (KeywordsChanged("a/b.py"), "sub:a sub:."),
        (EntriesChanged("x"), "keywords:x"),
        (IndexChanged(frozenset()), "keywords:/"),
        (FolderChanged("a", ()), "index:. index:a doc:. doc:a sub:. sub:a book:/"),
        (FolderChanged("", ("",)), "index:. doc:. sub:. book:. book:/ keywords:/ rules:/"),
        (CountsChanged(), "index:. rules:/"),
        (ChapterChanged("a", ("", "b")), "book:/ book:a book:. book:b"),
        (ResolutionChanged("a.py", names=True), "docs:a.py kw:a.py"),
        (ResolutionChanged("a.md", names=False), "docs:a.md"),
        (ImportersChanged("a/b.py"), "docs:a/b.py doc:a"),
        (SubclassesChanged("a/b.py"), "docs:a/b.py"),
        (CounterpartChanged("a.h"), "docs:a.h"),
        (PartsChanged("a", folders=False, chapters=("a",)), "doc:a book:a"),
        (PartsChanged("", folders=True, chapters=()), "doc:. book:/"),
        (StartsChanged("pyproject.toml"), "book:/"),
        (StartsChanged("a/pyproject.toml"), ""),
    ],
)
def test_tasks_that_a_change_touches(change: Change, tasks: str) -> None:
    found = list(touched_by(active(Config("/")), change))
    assert sorted(found) == sorted(tasks.split())
