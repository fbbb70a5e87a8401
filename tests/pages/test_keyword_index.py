"""Every entry is on one page of the global keyword index, whatever it begins with; none is too small or too large."""

from __future__ import annotations

import re
from collections import Counter
from random import Random
from typing import TYPE_CHECKING
from urllib.parse import unquote

import pytest

from incdoc.config import load
from incdoc.engine.build import Build
from incdoc.engine.mode import Mode
from incdoc.engine.workspace import Workspace
from incdoc.executors import Executors, Serial
from incdoc.links.index_ranges import DEEPEST_PREFIX, WHOLE, Range, divide, key_of, title
from incdoc.pages.kinds import kind_of, path_of, split, task_of
from tests import inprocess
from tests.support import pages, write

if TYPE_CHECKING:
    from pathlib import Path

SMALL = "max_page_kb = 16\n"
"""The index is divided from 4 KB on, and parts have 2 KB."""


# --- keys


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Get", "get "),
        ("_sum", "sum "),
        ("__all__", "all__ "),
        ("get_2x", "get_0x "),
        ("a.b c", "a!b!c "),
        ("École", "ecole "),
        ("E\u0301cole", "ecole "),
        ("Ørsted", "orsted "),
        ("Æther", "ather "),
        ("ß", "ss "),
        ("404", "00000 "),
        ("/users", "00!users "),
        ("_", "00 "),
        ("", "00 "),
        ("Ωmega", "0a!mega "),
        ("Привет", "0b!!!!!! "),
        ("漢字", "0l!! "),
        ("ŋ", "0m! "),
    ],
)
def test_what_a_name_is_filed_under(name: str, key: str) -> None:
    assert key_of(name) == key


@pytest.mark.parametrize(
    ("found", "text", "said"),
    [
        (WHOLE, "", ""),
        (Range("a", "c"), "a-c", "A–C"),
        (Range("s", "s"), "s", "S"),
        (Range("s ", "sd"), "s-sd", "S–Sd"),
        (Range("s ", "s "), "s-s-", "S"),
        (Range("r", "s "), "r-s-", "R–S"),
        (Range("test!a", "test!c"), "test+a-test+c", "Test…a–Test…c"),
        (Range("0", "0"), "0", "Digits, symbols and other scripts"),
        (Range("0", "b"), "0-b", "Symbols–B"),
        (Range("00", "0a"), "00-0a", "Digits and symbols–Greek"),
        (Range("0b", "0b"), "0b", "Cyrillic"),
    ],
)
def test_a_range_has_one_name_and_a_title(found: Range, text: str, said: str) -> None:
    assert (found.text(), title(found)) == (text, said)
    assert Range.of(text) == found
    task = task_of("keywords", text)
    assert split(task) == ("keywords", text)
    assert path_of(task) == kind_of("keywords").path(text)


# --- ranges


def ranges(sizes: dict[str, int], limit: int) -> tuple[Range, ...]:
    """The ranges of keys of these sizes."""
    below: Counter[str] = Counter()
    for key, size in sizes.items():
        for length in range(1, DEEPEST_PREFIX + 1):
            if length <= len(key):
                below[key[:length]] += size

    def longer(prefix: str) -> dict[str, int]:
        return {each: size for each, size in below.items() if len(each) == len(prefix) + 1 and each.startswith(prefix)}

    return divide(longer, limit)


def words(chance: Random, count: int) -> dict[str, int]:
    beginnings = ["", "", "", "test_", "get", "É", "Ж", "4", "/"]
    letters = "aaabcdeeeefghijkllmnopqrsssttttuvwxyz__1.é漢"
    return {
        key_of(chance.choice(beginnings) + "".join(chance.choices(letters, k=chance.randint(0, 6)))): chance.randint(
            60, 200
        )
        for _ in range(count)
    }


@pytest.mark.parametrize("count", [0, 5, 100, 3000])
@pytest.mark.parametrize("seed", range(4))
def test_every_key_is_in_one_range_and_none_is_small_or_large(count: int, seed: int) -> None:
    limit = 16 << 10
    sizes = words(Random(seed), count)
    found = ranges(sizes, limit)
    held: Counter[Range] = Counter()
    for key, size in sizes.items():
        (at,) = [each for each in found if each.first <= key < each.end]
        held[at] += size
    assert list(found) == sorted(found)
    assert len({each.text() for each in found}) == len(found)
    assert [each for each in found if Range.of(each.text()) != each] == []
    if len(found) > 1:
        assert min(held[each] for each in found) >= limit // 8
        assert max(held.values()) <= limit
    else:
        assert found == (WHOLE,)


@pytest.mark.parametrize("seed", range(20))
def test_an_edit_changes_few_ranges(seed: int) -> None:
    chance = Random(seed)
    sizes = words(chance, 2000)
    before = set(ranges(sizes, 16 << 10))
    for _ in range(20):
        sizes[key_of("".join(chance.choices("abcdest_", k=5)))] = 100
        after = set(ranges(sizes, 16 << 10))
        assert len(after - before) <= 3
        before = after


def test_equal_beginnings_are_one_range() -> None:
    sizes = {key_of(f"test_with_a_long_beginning_{number}x"): 100 for number in range(10)}
    sizes |= {key_of(f"test_with_{'abcdefgh'[number % 8] * 5}{'x' * number}"): 100 for number in range(300)}
    assert ranges(sizes, 16 << 10) == (WHOLE,)


# --- pages


def entries(page: bytes) -> list[str]:
    return re.findall(r"^- \*\*`(.*?)`\*\*", page.decode(), re.MULTILINE)


def test_a_small_index_is_one_page(tmp_path: Path) -> None:
    folder = write(tmp_path / "p", {"a.py": "def f(): pass\n", "a.md": "# API\n\n## /users\n"})
    assert inprocess.run(folder).status == 0
    made = pages(folder)
    assert [name for name in made if name.startswith("keywords")] == ["keywords.md"]
    assert entries(made["keywords.md"]) == ["/users", "a", "a.md", "a.py", "API", "f"]


def test_parts_appear_and_go(tmp_path: Path) -> None:
    headings = "".join(f"## {letter}{n:04} {'x' * 40}\n\n" for letter in "aps/Ж" for n in range(40))
    folder = write(tmp_path / "p", {"b.md": "# API\n", "incdoc.toml": SMALL})
    for text in (headings, headings.replace("## p", "## ap"), headings[:2000], "# One\n", headings):
        write(folder, {"b.md": f"# API\n\n{text}"})
        assert inprocess.run(folder).status == 0
        made = pages(folder)
        linked = [unquote(link) for link in re.findall(r"\]\(\./(keywords\.[^)]*)\)", made["keywords.md"].decode())]
        assert sorted(linked) == sorted(name for name in made if name.startswith("keywords.") and name != "keywords.md")
        parts = linked or ["keywords.md"]
        listed = [entry for part in parts for entry in entries(made[part])]
        assert len(listed) == len(set(listed))
        assert set(re.findall("^## (.*)$", text, re.MULTILINE)) <= set(listed)
        assert all(len(made[part]) <= 16 * 1024 for part in parts)
        assert inprocess.run(folder, "check").status == 0


SECTIONS = {
    "pkg/__init__.py": "",
    "pkg/core.py": """\
class Core:
    def run(self): pass
    def _go(self): pass
    def __call__(self): pass
class _Hidden:
    def shown(self): pass
""",
    "pkg/_private.py": "def public(): pass\n",
    "pkg/main.go": "package main\n\nfunc Exported() {}\n\nfunc internal() {}\n",
    "tests/test_core.py": "def test_core(): pass\ndef _helper(): pass\n",
    "data.json": '{"_comment": "x"}\n',
}


def sections(page: bytes) -> dict[str, list[str]]:
    pieces = re.split(r"^## (.*)$", page.decode(), flags=re.MULTILINE)
    return dict(zip(["", *pieces[1::2]], [entries(each.encode()) for each in pieces[::2]], strict=True))


def test_tests_and_private_names_are_apart(tmp_path: Path) -> None:
    folder = write(tmp_path / "p", SECTIONS)
    assert inprocess.run(folder).status == 0
    found = sections(pages(folder)["keywords.md"])
    assert found["Names in Tests"] == ["_helper", "test_core", "test_core.py"]
    assert found["Private Names"] == ["Core._go", "_go", "_Hidden", "_Hidden.shown", "internal", "_private", "shown"]
    assert {"Core.__call__", "_comment", "public", "Exported", "_private.py", "pkg", "tests"} <= set(found[""])
    for name in ("tests/test_core.py", "pkg/main.go", "pkg/_private.py"):
        (folder / name).unlink()
    write(folder, {"pkg/core.py": "x = 1\n"})
    assert inprocess.run(folder).status == 0
    assert list(sections(pages(folder)["keywords.md"])) == [""]


def test_a_module_is_named_as_it_is_imported(tmp_path: Path) -> None:
    folder = write(tmp_path / "p", {"src/a/__init__.py": "", "src/a/b.py": "x = 1\n"})
    assert inprocess.run(folder).status == 0
    text = pages(folder)["keywords.md"].decode()
    assert "- **`b`**: [module `a.b`](./src/a/b.py_docs.md)" in text
    assert "- **`a`**: [module `a`](./src/a/__init__.py_docs.md), [folder `src/a`](./src/a/index.md)" in text
    assert "__init__.py`" not in text


def test_a_build_that_is_killed_after_the_list_of_the_parts_makes_them_in_the_next(tmp_path: Path) -> None:
    """Also a part that is new because of names in another one."""
    headings = {each: "".join(f"## {each}{n:04} {'x' * 40}\n\n" for n in range(30)) for each in "ap"}
    folder = write(tmp_path / "p", {"b.md": headings["a"], "incdoc.toml": SMALL})
    assert inprocess.run(folder).status == 0
    write(folder, {"b.md": headings["a"] + headings["p"]})
    workspace = Workspace(load(str(folder)), Executors(Serial(), Serial(), Serial()), lambda line: None, Mode.BUILD)
    session = Build(workspace)
    workspace.lock_tree()
    for path in session.scan():
        session.parse(path)
    assert {"keywords:/", "keywords:0-l", "keywords:m-z"} <= session.tasks().keys()
    session.page("keywords:/")
    workspace.store.flush()
    workspace.close()
    assert inprocess.run(folder).status == 0
    assert {"keywords.0-l.md", "keywords.m-z.md"} <= pages(folder).keys()
