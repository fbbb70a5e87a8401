"""``llms.txt`` and ``llms-full.txt``: what is in them, what an edit changes, and what a budget leaves out."""

from __future__ import annotations

import os
import re
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote

import pytest
from markdown_it import MarkdownIt

from incdoc.pages.useful import approximate
from tests import inprocess
from tests.exports.support import FILES, OUTPUT, is_right, project
from tests.support import build, pages, run, write

README = "# The [Shop]\n\nSells things to people. It is small.\n"
CART = "src/shop/_cart.py"
BOTH = "llms.txt", "llms-full.txt"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return project(tmp_path / "project", *BOTH, files=FILES | {"README.md": README, "src/shop/b [1].py": "B = 1\n"})


def text(root: Path, name: str = BOTH[0]) -> str:
    return (root / OUTPUT / name).read_text()


def sections(root: Path) -> dict[str, list[str]]:
    """The labels of the links in each section, as a reader of Markdown finds them."""
    found: dict[str, list[str]] = {}
    tokens = MarkdownIt().parse(text(root))
    for before, token in pairwise(tokens):
        if before.type == "heading_open" and before.tag == "h2":
            found[token.content] = []
        if token.type == "inline" and found:
            found[list(found)[-1]] += re.findall(r"^\[`*(.*?)`*\]\(", token.content)
    return found


def test_the_index_has_what_llmstxt_org_asks_for(root: Path) -> None:
    tokens = MarkdownIt().parse(text(root))
    assert [(each.type, each.tag) for each in tokens[:4:3]] == [
        ("heading_open", "h1"),
        ("blockquote_open", "blockquote"),
    ]
    assert tokens[1].content == "shop", "the name in the manifest"
    assert tokens[5].content == "Sells things to people."
    assert sections(root) == {
        "Where to begin": ["README.md", "Index", "Book", "Keywords", "llms-full.txt"],
        "Public API": ["engine/box.cpp", "shop", "src/shop/b [1].py", "shop.till"],
        "Folders": ["engine", "guide", "src", "src/shop"],
        "Optional": ["tests"],
    }
    assert "- [`shop.till`](src/shop/till.py_docs.md): A till.\n" in text(root)


def test_every_link_leads_to_a_file(root: Path) -> None:
    links = re.findall(r"\]\(([^)]+)\)", text(root))
    assert len(links) == 14
    for link in links:
        assert (root / OUTPUT / unquote(link)).is_file(), link


def test_the_public_api_comes_first(root: Path) -> None:
    shown = text(root, BOTH[1])
    heads = re.findall(r"^## (.*)$", shown, re.M)
    assert heads[0] == CART, "what the package hands on"
    assert set(heads) == {CART, "src/shop/till.py", "src/shop/b [1].py", "engine/box.cpp"}
    lines = shown.partition(f"## {CART}\n\n")[2].split("\n\n## ")[0]
    assert lines == (
        "Carts.\n\n"
        "- `class Cart`: Holds what is bought.\n"
        "  - `limit: int = 3`: How much fits.\n"
        "  - `def add(self, name: str, count: int = 1) -> None`: Take one more.\n"
        "  - `def is_full(self) -> bool`: Whether nothing fits.\n"
        "- `class FullError(ValueError)`: There is no room.\n"
        "- `def total(cart: Cart) -> int`: What it costs."
    )
    assert "- `struct Lid` in `box`\n" in shown
    assert "_check" not in shown
    assert "All 7 definitions are here." in shown


def test_a_body_or_a_moved_line_writes_neither(root: Path) -> None:
    before = {name: (root / OUTPUT / name).stat() for name in BOTH}
    write(root, {CART: "\n" + FILES[CART].replace("return 0", "return 1").replace("It may be empty.", "Or not.")})
    assert not [task for task in inprocess.run(root).tasks if task.startswith("export") and "llms" not in task]
    for name in BOTH:
        stat = (root / OUTPUT / name).stat()
        assert (stat.st_mtime_ns, stat.st_ino) == (before[name].st_mtime_ns, before[name].st_ino)
    is_right(root)


def test_a_sentence_and_a_signature_reach_them(root: Path) -> None:
    write(root, {"src/shop/till.py": '"""Tills ring."""\n\n\ndef add(cart, more): ...\n'})
    inprocess.run(root)
    assert "(src/shop/till.py_docs.md): Tills ring.\n" in text(root)
    assert "Tills ring.\n\n- `def add(cart, more)`" in text(root, BOTH[1])
    write(root, {"README.md": "# Other\n\nDoes other things.\n", "pyproject.toml": ""})
    inprocess.run(root)
    for name in BOTH:
        assert text(root, name).startswith("# Other\n\n> Does other things.\n")
    is_right(root)


def test_who_imports_what_decides_about_the_order(root: Path) -> None:
    assert text(root, BOTH[1]).index("box.cpp") < text(root, BOTH[1]).index("till.py")
    write(root, {"src/shop/user.py": "from shop.till import add\n"})  # till.py itself stays as it is
    inprocess.run(root)
    assert text(root, BOTH[1]).index("box.cpp") > text(root, BOTH[1]).index("till.py")
    is_right(root)
    (root / "src/shop/user.py").unlink()
    inprocess.run(root)
    assert text(root, BOTH[1]).index("box.cpp") < text(root, BOTH[1]).index("till.py")
    is_right(root)
    write(root, {"src/shop/__init__.py": "from shop.till import add\n\n__all__ = ['add']\n"})
    inprocess.run(root)
    assert text(root, BOTH[1]).index("till.py") < text(root, BOTH[1]).index("_cart.py")
    is_right(root)


def test_a_package_that_hands_on_without_documentation_says_what(root: Path) -> None:
    write(root, {"src/shop/__init__.py": "from shop._cart import Cart, FullError\n\n__all__ = ['Cart', 'FullError']\n"})
    inprocess.run(root)
    assert "- [`shop`](src/shop/__init__.py_docs.md): `Cart`, `FullError`\n" in text(root)
    write(root, {CART: FILES[CART].replace("class FullError(ValueError)", "class FullErr(ValueError)")})
    inprocess.run(root)
    assert "- [`shop`](src/shop/__init__.py_docs.md): `Cart`\n" in text(root)
    is_right(root)


def test_names_of_modules_follow_the_layout(root: Path) -> None:
    write(root, {"src/__init__.py": ""})
    inprocess.run(root)
    assert "[`src.shop.till`]" in text(root)
    is_right(root)


@pytest.mark.parametrize("budget", [1000, 2000])
def test_no_more_than_the_budget(tmp_path: Path, budget: int) -> None:
    many = {
        f"p/m{number}/a.py": f'"""Module {number}."""\n\n\ndef f{number}(a: int) -> int:\n    """What f is for."""\n'
        for number in range(120)
    }
    root = project(tmp_path / "project", *BOTH, more=f"llms_tokens = {budget}\n", files=FILES | many)
    for name in BOTH:
        assert 0.85 * budget < approximate(text(root, name)) <= budget, name
    left = re.search(r"Not listed for want of room: (\d+) modules and (\d+) folders\.", text(root))
    assert left is not None
    listed = sections(root)
    assert len(listed["Public API"]) + int(left[1]) == 3 + 120
    assert len(listed["Folders"]) + len(listed.get("Optional", ())) + int(left[2]) == 6 + 120
    assert listed["Folders"][:4] == ["engine", "guide", "p", "src"], "the nearest to the top"
    count = re.search(r"(\d+) of 126 definitions are here, in [12],000 tokens of 4 bytes\.", text(root, BOTH[1]))
    assert count is not None
    assert int(count[1]) == len(re.findall(r"^- ", text(root, BOTH[1]), re.M))
    assert "class Cart" in text(root, BOTH[1])
    write(root, {"incdoc.toml": f"exports = {list(BOTH)}\nllms_tokens = {budget + 500}\n"})
    inprocess.run(root)
    assert len(sections(root)["Folders"]) > len(listed["Folders"])
    assert approximate(text(root)) <= budget + 500
    is_right(root)


def test_the_budget_is_a_number(tmp_path: Path) -> None:
    root = write(tmp_path / "project", {"a.py": "", "incdoc.toml": 'llms_tokens = "many"\n'})
    said = run(root, "incdoc", status=None)
    assert "llms_tokens must be a whole number of tokens from 1000 to 10000000, not 'many'." in said


def test_a_repository_that_says_nothing_has_both(tmp_path: Path) -> None:
    root = project(tmp_path / "project", *BOTH, files={"data.bin": "\0\0", "notes.txt": "x\n"})
    assert text(root).startswith("# Reference\n\n")
    assert "All 0 definitions are here." in text(root, BOTH[1])
    (root / "notes.txt").unlink()
    inprocess.run(root)
    is_right(root)


def test_workers_make_what_one_process_makes(root: Path) -> None:
    made = pages(root)
    run(root, "rm", "-rf", ".incdoc", OUTPUT)
    build(root, "-j", "2")
    assert pages(root) == made
    assert not [name for name in os.listdir(root / OUTPUT) if name.endswith(".tmp")]


def test_what_tools_run_is_left_out_until_it_is_a_module(root: Path) -> None:
    config = {"web/vite.config.js": "export function found() {}\n", "web/package.json": "{}"}
    write(root, {"tool/setup.py": "def install(): ...\n"} | config)
    inprocess.run(root)
    for name in BOTH:
        assert "setup.py" not in text(root, name)
        assert "vite.config.js" not in text(root, name)
    write(root, {"tool/__init__.py": ""})
    (root / "web/package.json").unlink()
    inprocess.run(root)
    assert "## tool/setup.py\n\n- `def install()`\n" in text(root, BOTH[1])
    assert "[`tool.setup`]" in text(root)
    for name in BOTH:
        assert "vite.config.js" in text(root, name)
    is_right(root)
