"""After edits, crashes and losses the pages are those of a build from nothing."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support import ENVIRONMENT, PROJECT, build, pages, run, write


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = write(tmp_path / "project", PROJECT)
    build(folder)
    return folder


def clean_pages(folder: Path) -> dict[str, bytes]:
    """The pages of a build of the same files from nothing."""
    copy = folder.with_name(folder.name + "-clean")
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(folder, copy, symlinks=True, ignore=shutil.ignore_patterns("docs", ".incdoc"))
    build(copy)
    return pages(copy)


def replace(name: str, old: str, new: str) -> Callable[[Path], object]:
    return lambda folder: (folder / name).write_text((folder / name).read_text().replace(old, new))


EDITS: dict[str, tuple[Callable[[Path], object], set[str]]] = {
    "body": (replace("pkg/core.py", "getpid", "getppid"), {"pkg/core.py_docs.md"}),
    "comment": (replace("pkg/fast.py", "    pass", "    pass  # fast"), {"pkg/fast.py_docs.md"}),
    "first sentence": (
        replace("pkg/core.py", '"""The core.', '"""The heart.'),
        {"pkg/core.py_docs.md", "pkg/index.md", "comprehensive_book.chapter.pkg.md"},
    ),
    "import": (
        replace("tests/test_core.py", "from pkg.core import Engine", "from pkg.fast import FastEngine as Engine"),
        {
            "tests/test_core.py_docs.md",
            "tests/test_core.py_kw.md",
            "pkg/core.py_docs.md",
            "pkg/fast.py_docs.md",
            "pkg/doc.md",
        },
    ),
    "base class": (
        replace("pkg/fast.py", "(Engine)", ""),
        {"pkg/fast.py_docs.md", "pkg/core.py_docs.md"},
    ),
    "touch": (lambda folder: os.utime(folder / "pkg/core.py", ns=(1, 10**18)), set()),
}


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_writes_exactly_what_differs(project: Path, name: str) -> None:
    edit, reached = EDITS[name]
    before = pages(project)
    times = {page: (project / "docs/reference" / page).stat().st_mtime_ns for page in before}
    edit(project)
    counts = build(project)
    after = pages(project)
    assert {page for page in before.keys() | after.keys() if before.get(page) != after.get(page)} == reached
    assert counts["rendered"] == counts["written"] == len(reached)
    assert after == clean_pages(project)
    assert {page for page in times if (project / "docs/reference" / page).stat().st_mtime_ns != times[page]} == reached


def test_binary_files_are_compared_by_content(project: Path) -> None:
    write(project, {"pkg/__main__.py": "import pkg\n"})
    (project / "data.bin").write_bytes(b"a\0b")
    (project / "odd.dat").write_bytes(b"text\0not")
    build(project)
    with sqlite3.connect(next((project / ".incdoc").glob("store-*.db"))) as db:
        db.execute("CREATE TABLE seen (path TEXT)")
        db.execute("CREATE TRIGGER look AFTER INSERT ON source BEGIN INSERT INTO seen VALUES (new.path); END")
    db.close()
    EDITS["body"][0](project)
    assert build(project)["rendered"] == 1
    (project / "data.bin").write_bytes(b"c\0d")
    assert build(project)["rendered"] == 0  # its line has type and size, which are as they were
    (project / "data.bin").write_bytes(b"longer\0")
    assert build(project)["rendered"] == 1
    with sqlite3.connect(next((project / ".incdoc").glob("store-*.db"))) as db:
        assert db.execute("SELECT path FROM seen").fetchall() == [("pkg/core.py",), ("data.bin",), ("data.bin",)]
    db.close()
    assert pages(project) == clean_pages(project)


def test_a_module_that_appears_and_goes(project: Path) -> None:
    write(project, {"pkg/user.py": "from .later import thing\n"})
    build(project)
    assert b"not found in this repository" in pages(project)["pkg/user.py_docs.md"]
    write(project, {"pkg/later.py": "def thing():\n    pass\n"})
    build(project)
    assert b"later.py_docs.md#thing" in pages(project)["pkg/user.py_docs.md"]
    assert pages(project) == clean_pages(project)
    (project / "pkg/later.py").rename(project / "pkg/sooner.py")
    build(project)
    assert pages(project) == clean_pages(project)


def test_rewritten_with_equal_size_and_time(project: Path) -> None:
    core = project / "pkg/core.py"
    found = core.stat()
    core.write_text(core.read_text().replace("Start it", "Begin it"[:8].ljust(8)))
    os.utime(core, ns=(found.st_atime_ns, found.st_mtime_ns))
    assert (core.stat().st_size, core.stat().st_mtime_ns) == (found.st_size, found.st_mtime_ns)
    build(project)
    assert b"Begin it" in pages(project)["pkg/core.py_docs.md"]


def test_content_seen_before_is_not_parsed(project: Path) -> None:
    core = project / "pkg/core.py"
    text = core.read_text()
    core.write_text(text + "\nx = 1\n")
    assert build(project)["parsed"] == 1
    core.write_text(text)
    counts = build(project)
    assert (counts["parsed"], counts["reused"]) == (0, 1)


def test_pages_deleted_or_edited_are_restored(project: Path) -> None:
    whole = pages(project)
    output = project / "docs/reference"
    (output / "index.md").unlink()
    core = output / "pkg/core.py_docs.md"
    core.write_text(core.read_text() + "mine\n")
    (output / "pkg/fast.py_kw.md").write_text("")
    said = run(project, "incdoc")
    assert pages(project) == whole
    assert "pkg/core.py_docs.md was edited by hand" in said and "index.md is gone" in said


def test_a_page_replaced_by_a_hand_written_file_is_left_alone(project: Path) -> None:
    page = project / "docs/reference/pkg/index.md"
    page.write_text("# Mine\n")
    said = run(project, "incdoc", status=1)
    assert "docs/reference/pkg/index.md was not written by incdoc" in said
    assert page.read_text() == "# Mine\n"
    page.unlink()
    build(project)
    assert pages(project) == clean_pages(project)


def test_sources_and_folders_that_go_take_their_pages(project: Path) -> None:
    mine = project / "docs/reference/tests/notes.txt"
    mine.write_text("mine")
    shutil.rmtree(project / "tests")
    build(project)
    made = pages(project)
    assert made.pop("tests/notes.txt") == b"mine"
    assert made == clean_pages(project)


@pytest.mark.parametrize("harm", ["gone", "cut", "noise", "facts"])
def test_a_lost_or_damaged_cache_costs_time_only(project: Path, harm: str) -> None:
    (project / "pkg/fast.py").unlink()
    mine = project / "docs/reference/mine.md"
    mine.write_text("# Mine\n")
    store = next((project / ".incdoc").glob("store-*.db"))
    if harm == "gone":
        shutil.rmtree(project / ".incdoc")
    elif harm == "cut":
        store.write_bytes(store.read_bytes()[: store.stat().st_size // 2])
    elif harm == "noise":
        store.write_bytes(os.urandom(50_000))
    else:
        with sqlite3.connect(store) as db:
            db.execute("UPDATE fact SET data = zeroblob(length(data))")
        db.close()
        core = project / "pkg/core.py"
        core.write_text(core.read_text() + "\n")
    build(project)
    made = pages(project)
    assert made.pop("mine.md") == b"# Mine\n"
    assert made == clean_pages(project)


def test_damage_in_the_midst_of_the_store(project: Path) -> None:
    store = next((project / ".incdoc").glob("store-*.db"))
    with open(store, "r+b") as stream:
        for page in range(2, store.stat().st_size // 4096, 2):
            stream.seek(4096 * page)
            stream.write(b"\xff" * 4096)
    core = project / "pkg/core.py"
    core.write_text(core.read_text().replace("getpid", "getppid"))
    said = run(project, "incdoc", status=None)
    assert "Traceback" not in said
    build(project)
    assert pages(project) == clean_pages(project)


def test_settings_reach_only_what_they_reach(project: Path) -> None:
    (project / "incdoc.toml").write_text('source_url = "https://example.org/blob/main"\n')
    counts = build(project)
    assert counts["parsed"] == 1  # the settings' own file
    made = pages(project)
    assert b"https://example.org/blob/main/pkg/core.py#L" in made["pkg/core.py_docs.md"]
    assert made == clean_pages(project)
    (project / "incdoc.toml").write_text('source_url = "https://example.org/blob/main"\nsource = "none"\n')
    counts = build(project)
    assert counts["parsed"] == 1
    assert b"Original Source" not in pages(project)["pkg/core.py_docs.md"]
    assert pages(project) == clean_pages(project)


def test_a_template_of_the_users(project: Path) -> None:
    write(project, {"incdoc.toml": 'templates = "templates"\n', "templates/kw.md.jinja": "{{ page.path }}\n"})
    build(project)
    assert pages(project)["pkg/core.py_kw.md"].endswith(b" -->\npkg/core.py\n")
    write(project, {"templates/kw.md.jinja": "keywords of {{ page.path }}\n"})
    counts = build(project)
    assert pages(project)["pkg/core.py_kw.md"].endswith(b" -->\nkeywords of pkg/core.py\n")
    assert counts["parsed"] == 1


def test_killed_builds(tmp_path: Path) -> None:
    body = "".join(f'def f{n}(a):\n    """Doc {n}."""\n    return a\n\n\n' for n in range(40))
    files = {f"p{n}/m{m}.py": f"from . import m{m + 1}\n{n}\n{body}" for n in range(6) for m in range(20)}
    folder = write(tmp_path / "killed", files)
    expected = clean_pages(folder)
    chance = random.Random(7)
    for _ in range(12):
        process = subprocess.Popen(
            ["incdoc"], cwd=folder, env=ENVIRONMENT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        time.sleep(chance.uniform(0.15, 1.0))
        process.send_signal(signal.SIGKILL)
        process.wait()
    build(folder)
    assert pages(folder) == expected
    assert list((folder / ".incdoc/tmp").glob("*")) == []


def test_the_second_of_two_builds_waits(tmp_path: Path) -> None:
    body = "".join(f"def f{n}(a):\n    return a\n\n\n" for n in range(100))
    folder = write(tmp_path / "two", {f"m{m}.py": f"# {m}\n{body}" for m in range(150)})
    first = subprocess.Popen(["incdoc"], cwd=folder, env=ENVIRONMENT, stdout=subprocess.DEVNULL)
    lock = folder / ".incdoc/lock"
    while not (lock.exists() and lock.read_text()):
        time.sleep(0.005)
    said = run(folder, "incdoc")
    assert first.wait() == 0
    assert f"process {first.pid}" in said and "Waiting" in said
    assert pages(folder) == clean_pages(folder)


def test_a_cache_that_is_a_folder_of_sources_is_refused(project: Path) -> None:
    (project / "incdoc.toml").write_text('cache = "pkg"\n')
    before = sorted(path.name for path in (project / "pkg").iterdir())
    said = run(project, "incdoc", status=3)
    assert "tool.incdoc.cache" in said and "name a folder of its own" in said
    assert sorted(path.name for path in (project / "pkg").iterdir()) == before


def test_pages_of_another_branch_that_are_right_are_not_called_restored(project: Path) -> None:
    output = project / "docs/reference/pkg"
    for page in output.iterdir():
        text = page.read_bytes()
        page.unlink()
        page.write_bytes(text)
    core = project / "pkg/core.py"
    core.write_text(core.read_text().replace("getpid", "getppid"))
    right = clean_pages(project)["pkg/core.py_docs.md"]
    (output / "core.py_docs.md").write_bytes(right)
    assert "restored" not in run(project, "incdoc")
    assert pages(project)["pkg/core.py_docs.md"] == right
