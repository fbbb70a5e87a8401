"""The book reads in the order of imports, and its chapters have the paths of no other page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from incdoc.pages.book import is_aside, reading_order
from incdoc.pages.paths import chapter_path, docs_path, folder_page, kw_path
from tests import inprocess
from tests.support import pages, write

if TYPE_CHECKING:
    from pathlib import Path


def test_a_folder_is_after_those_that_it_imports() -> None:
    imports = {"": [("app", "core"), ("app", "shop"), ("shop", "core")], "shop": [("shop/a", "shop/b")]}
    chapters = ["", "app", "core", "shop", "shop/a", "shop/b", "shop/b/c"]
    assert reading_order(chapters, imports) == ["", "core", "shop", "shop/b", "shop/b/c", "shop/a", "app"]


def test_folders_without_a_chapter_count_in_the_order() -> None:
    assert reading_order(["a", "c"], {"": [("a", "b"), ("b", "c")]}) == ["c", "a"]


def test_circles_of_imports_end() -> None:
    circle = [(f"p{n:04}", f"p{(n + 1) % 5000:04}") for n in range(5000)]
    assert sorted(reading_order([one for one, _ in circle], {"": circle})) == [one for one, _ in circle]


def test_deep_folders_are_ordered() -> None:
    deep = "/".join("d" * 2000)
    assert reading_order([deep, "a"], {}) == ["a", deep]


@pytest.mark.parametrize(
    ("folder", "aside"), [("tests", True), ("a/Benchmarks/b", True), ("testing", False), ("latest", False), ("", False)]
)
def test_tests_and_benchmarks_are_aside(folder: str, aside: bool) -> None:
    assert is_aside(folder) == aside


@pytest.mark.parametrize("book", ["book", "Book", "BOOK"])
def test_no_two_pages_have_one_path(book: str) -> None:
    folders = ["", book, "a", "a.b", "a/b", "a%2Eb", f"{book}/a", "repository", "index", f"{book}/index"]
    folders += ["a_chapter", "a_chapter.md", f"{book}/a_chapter.md", "con", "aux.b", "x" * 255, "doc", "sub"]
    made = [chapter_path(folder) for folder in folders]
    made += [folder_page(folder, name) for folder in folders for name in ("index.md", "doc.md", "sub.md")]
    made += [path(f"{folder}/f") for folder in folders if folder for path in (docs_path, kw_path)]
    assert len({path.lower() for path in made}) == len(made)
    assert {path.partition("/")[0] for path in made if path.lower().startswith("book/")} == {"book"}


def test_a_chapter_has_a_readable_path() -> None:
    assert chapter_path("src/my.shop") == "book/src/my.shop_chapter.md"
    assert chapter_path("") == "book/repository.md"


NAMES = "".join(f"def a{n}(): ...\n" for n in range(20))
PROJECT = {
    "pyproject.toml": '[project]\nname = "shop"\n[project.scripts]\nshop = "shop.cli:main"\ngo = "app.extra:_go"\n',
    "README.md": "# Shop\n\nSells things.\n",
    "shop/__init__.py": '"""A shop."""\n\nfrom shop.cli import main\n\n__all__ = ["main"]\n',
    "shop/cli.py": '"""The command."""\n\nfrom zoo import two\n\n' + NAMES + "def main(argv=None): ...\n",
    "app/extra.py": "def _go(): ...\n",
    "app/one.py": '"""An app."""\nfrom zoo import two\n',
    "zoo/two.py": '"""A zoo."""\n',
    "tests/test_shop.py": '"""Tests."""\n\nfrom shop import main\n\n\ndef test_shop():\n    pass\n',
}


def test_the_contents_are_up_to_date_after_each_edit(tmp_path: Path) -> None:
    folder = write(tmp_path / "p", PROJECT)
    assert inprocess.run(folder).status == 0
    book = pages(folder)["comprehensive_book.md"].decode()
    assert "- command `shop`: [`shop/cli.py`](./shop/cli.py_docs.md)" in book
    assert "- [`shop`](./shop/index.md#public-names): 1 function" in book
    assert re.findall(r"book/(\w+)\.md", book) == [
        "repository",
        "zoo_chapter",
        "app_chapter",
        "shop_chapter",
        "tests_chapter",
    ]
    assert book.index("## Appendix") < book.index("tests_chapter")
    assert "graph LR" in pages(folder)["book/repository.md"].decode()
    edits = {
        "app/extra.py": "",
        "shop/cli.py": '"""The command."""\n\nfrom zoo import two\n\n' + NAMES + "class main: ...\n",
        "app/one.py": '"""An app."""\n',
        "zoo/two.py": '"""A zoo."""\nfrom app import one\n',
        "shop/__init__.py": '"""A shop."""\n',
        "pyproject.toml": '[project]\nname = "shop"\n[project.scripts]\nstore = "shop.cli:main"\n',
    }
    now: dict[str, str] = dict(PROJECT)
    for number, (path, text) in enumerate(edits.items()):
        now[path] = text
        if text:
            write(folder, {path: text})
        else:
            (folder / path).unlink()
        assert inprocess.run(folder).status == 0
        whole = write(tmp_path / f"clean{number}", {path: text for path, text in now.items() if text})
        assert inprocess.run(whole).status == 0
        assert pages(folder) == pages(whole), path
