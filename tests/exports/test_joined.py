"""The files for other programs as pages: an edit makes its part again; they are explained, cleaned and protected."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from incdoc.config import EXPORTS
from incdoc.pages.kinds import KINDS as ALL
from incdoc.sources.mark import MANIFEST
from tests import inprocess
from tests.exports.support import FILES, OUTPUT, is_right, project, settings
from tests.support import REFUSED, build, pages, rewritten, run, stored, would_change, write

KINDS = tuple(row.name for each in EXPORTS for row in ALL if row.listed == each)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return project(tmp_path / "project", *EXPORTS)


def parts(root: Path) -> dict[tuple[str, str], bytes]:
    with stored(root) as db:
        return {
            (kind, path): bytes(digest) for kind, path, digest in db.execute("SELECT kind, path, digest FROM fragment")
        }


def test_an_edit_makes_the_part_of_its_source_alone(root: Path) -> None:
    with rewritten(root) as db:  # a part that is made again is seen
        db.execute("UPDATE fragment SET digest = x'01' WHERE path = 'src/shop/till.py'")
    write(root, {"engine/box.cpp": FILES["engine/box.cpp"].replace("open", "close")})
    before = parts(root)
    ran = inprocess.run(root).tasks
    assert {task for task in ran if task.startswith("export")} == {f"{kind}:/" for kind in KINDS}
    after = parts(root)
    assert {
        path for kind, path in before.keys() | after.keys() if before.get((kind, path)) != after.get((kind, path))
    } == {"engine/box.cpp", "engine/"}


def test_they_are_right_after_edits(root: Path) -> None:
    for name, text in (
        ("src/shop/till.py", None),
        ("src/shop/new.py", "from shop.till import add\n\n\nclass New: ...\n"),
        ("src/shop/till.py", FILES["src/shop/till.py"]),
        ("engine/box.cpp", "\n" + FILES["engine/box.cpp"]),
        ("guide/start.md", "text\n"),
        ("src/shop/__init__.py", ""),
    ):
        if text is None:
            (root / name).unlink()
        else:
            write(root, {name: text})
        listed = would_change(root)
        before = pages(root)
        inprocess.run(root)
        after = pages(root)
        assert listed == {page for page in before.keys() | after.keys() if before.get(page) != after.get(page)}
        is_right(root)


def test_one_that_is_no_longer_asked_for_goes(root: Path) -> None:
    for left in ((EXPORTS[0],), (), EXPORTS):
        write(root, settings(*left))
        inprocess.run(root)
        assert {each for each in EXPORTS if (root / OUTPUT / each).exists()} == set(left)
        assert (root / OUTPUT / MANIFEST).exists() == bool(left)
        assert {kind for kind, _ in parts(root)} == {KINDS[EXPORTS.index(each)] for each in left}
        is_right(root)


def test_they_come_back_as_they_were(root: Path) -> None:
    before = pages(root)
    (root / OUTPUT / "tags").unlink()
    assert would_change(root) == {"tags"}
    assert inprocess.run(root).counts["rendered"] == 1
    (root / OUTPUT / "objects.inv").write_bytes(b"")
    inprocess.run(root)
    assert pages(root) == before
    with rewritten(root) as db:
        db.execute("DELETE FROM fragment WHERE path < 'src'")
    (root / OUTPUT / "tags").unlink()
    inprocess.run(root)
    assert pages(root) == before
    shutil.rmtree(root / ".incdoc")
    assert inprocess.run(root).counts["written"] == 0


def test_a_user_s_file_stays(tmp_path: Path) -> None:
    root = write(tmp_path / "project", FILES | settings("tags") | {f"{OUTPUT}/tags": "mine\n"})
    run(root, "git", "init", "-q")
    assert f"{OUTPUT}/tags was not written by incdoc" in run(root, "incdoc", status=REFUSED)
    (root / OUTPUT / "tags").unlink()
    run(root, "incdoc")
    (root / OUTPUT / "tags").write_text("mine\n")
    write(root, {"engine/box.cpp": ""})
    assert "was not written by incdoc and is left alone" in run(root, "incdoc", status=1)
    (root / OUTPUT / "tags").unlink()
    run(root, "incdoc")
    is_right(root)


@pytest.mark.parametrize("asked", [EXPORTS, EXPORTS[1:]], ids=["all", "one less"])
def test_a_refused_build_without_a_cache_forgets_no_file(root: Path, asked: tuple[str, ...]) -> None:
    before = pages(root)
    shutil.rmtree(root / ".incdoc")
    write(root, {f"{OUTPUT}/pyproject.toml_docs.md": "mine\n"})
    assert inprocess.run(root).status == REFUSED
    (root / OUTPUT / "pyproject.toml_docs.md").unlink()
    assert {name: text for name, text in before.items() if not name.startswith("pyproject.toml_docs")} == pages(root)
    write(root, settings(*asked))
    assert inprocess.run(root).status == 0
    assert {each for each in EXPORTS if (root / OUTPUT / each).exists()} == set(asked)
    is_right(root)


def test_they_are_listed_explained_and_cleaned(root: Path) -> None:
    write(root, {"engine/box.cpp": FILES["engine/box.cpp"].replace("open", "close")})
    said = run(root, "incdoc", "why", f"{OUTPUT}/tags")
    assert "tags would be written" in said
    assert "engine/box.cpp" in said
    assert f"{OUTPUT}/tags" in run(root, "incdoc", "check", status=1)
    assert "the tags for editors" in run(root, "incdoc", "list")
    run(root, "incdoc", "clean", "export_tags")
    assert not (root / OUTPUT / "tags").exists()
    run(root, "incdoc", "export_tags")
    assert "close" in (root / OUTPUT / "tags").read_text()
    run(root, "incdoc")
    is_right(root)


def test_a_selected_page_leaves_what_changed_for_the_next_build(root: Path) -> None:
    write(root, {"engine/box.cpp": FILES["engine/box.cpp"].replace("open", "close")})
    run(root, "incdoc", "docs:engine/box.cpp", "prune")
    write(root, {"src/shop/till.py": "def other(): ...\n"})
    run(root, "incdoc", "export_tags:/")
    assert {"close", "other"} <= {line.split("\t")[0] for line in (root / OUTPUT / "tags").read_text().splitlines()}
    run(root, "incdoc", "-n", "2")
    is_right(root)


def test_many_processes_make_what_one_makes(tmp_path: Path) -> None:
    many = {f"m/a{number}.py": f"class A{number}: ...\n" for number in range(400)}
    root = project(tmp_path / "project", *EXPORTS, files=FILES | many)
    other = write(tmp_path / "other", FILES | many | settings(*EXPORTS))
    run(other, "git", "init", "-q")
    build(other, "-j", "2")
    assert pages(root) == pages(other)
    assert len(parts(other)) == len(parts(root))
    write(other, {"m/a7.py": "class B: ...\n"})
    build(other, "-j", "2")
    is_right(other)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ('["tag"]', f"exports has 'tag', which is none of {', '.join(EXPORTS)}. Did you mean 'tags'?"),
        ('["tags", "tags"]', "exports must name no file twice."),
        ('"tags"', 'exports must be a list of files, such as ["objects.inv", "tags"].'),
    ],
)
def test_a_wrong_setting_is_a_sentence(tmp_path: Path, value: str, said: str) -> None:
    root = write(tmp_path / "project", {"a.py": "", "incdoc.toml": f"exports = {value}\n"})
    assert said in run(root, "incdoc", status=None)


def test_the_order_in_the_setting_changes_nothing(root: Path) -> None:
    write(root, settings(*reversed(EXPORTS)))
    assert {task.partition(":")[0] for task in inprocess.run(root).tasks} <= {
        "parse",
        "docs",
        "kw",
        "export_symbols",
        "export_scip",
    }  # the settings are a source
    assert json.loads((root / OUTPUT / MANIFEST).read_text())["files"].keys() == set(EXPORTS)
