"""After edits, crashes and losses the pages are those of a build from nothing."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.support import ENVIRONMENT, PROJECT, build, changed, pages, rewritten, run, stored, write
from tests.tally import count


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = write(tmp_path / "project", PROJECT)
    build(folder)
    return folder


def clean_pages(folder: Path) -> dict[str, bytes]:
    """Build the same files from nothing; the pages."""
    copy = folder.with_name(folder.name + "-clean")
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(folder, copy, symlinks=True, ignore=shutil.ignore_patterns("docs", ".incdoc"))
    build(copy)
    return pages(copy)


def source_rows(folder: Path) -> dict[str, bytes]:
    """What the link tables know of each source."""
    with stored(folder) as db:
        return {
            path: facts_key + summary
            for path, facts_key, summary in db.execute("SELECT path, facts_key, summary FROM source")
        }


def test_binary_files_are_compared_by_content(project: Path) -> None:
    write(project, {"pkg/__main__.py": "import pkg\n"})
    (project / "data.bin").write_bytes(b"a\0b")
    (project / "odd.dat").write_bytes(b"text\0not")
    build(project)
    rows = source_rows(project)
    core = project / "pkg/core.py"
    core.write_text(core.read_text().replace("getpid", "getppid"))
    assert build(project)["rendered"] == 1
    before, rows = rows, source_rows(project)
    assert changed(before, rows) == {"pkg/core.py"}
    (project / "data.bin").write_bytes(b"c\0d")
    assert build(project)["rendered"] == 0  # its line has type and size, which did not change
    (project / "data.bin").write_bytes(b"longer\0")
    assert build(project)["rendered"] == 1
    assert changed(rows, source_rows(project)) == {"data.bin"}
    assert pages(project) == clean_pages(project)


@pytest.mark.parametrize("harm", ["cut", "noise", "facts"])
def test_a_lost_or_damaged_cache_costs_time_only(project: Path, harm: str) -> None:
    (project / "pkg/fast.py").unlink()
    mine = project / "docs/reference/mine.md"
    mine.write_text("# Mine\n")
    store = next((project / ".incdoc").glob("store-*.db"))
    if harm == "cut":
        store.write_bytes(store.read_bytes()[: store.stat().st_size // 2])
    elif harm == "noise":
        store.write_bytes(os.urandom(50_000))
    else:
        with rewritten(project) as db:
            db.execute("UPDATE fact SET data = zeroblob(length(data))")
        core = project / "pkg/core.py"
        core.write_text(core.read_text() + "\n")
    build(project)
    made = pages(project)
    assert made.pop("mine.md") == b"# Mine\n"
    assert made == clean_pages(project)


def test_damage_in_the_middle_of_the_store(project: Path) -> None:
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
        if process.wait() == -signal.SIGKILL:
            count("kills")
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
    first.send_signal(signal.SIGSTOP)  # so that it holds the lock until the second build waits for it
    second = subprocess.Popen(["incdoc"], cwd=folder, env=ENVIRONMENT, stderr=subprocess.PIPE, text=True)
    assert second.stderr is not None
    said = second.stderr.readline()
    first.send_signal(signal.SIGCONT)
    second.communicate()
    assert first.wait() == second.returncode == 0
    assert f"process {first.pid}" in said and "Waiting" in said
    assert pages(folder) == clean_pages(folder)


def test_a_cache_that_is_a_folder_of_sources_is_refused(project: Path) -> None:
    (project / "incdoc.toml").write_text('cache = "pkg"\n')
    before = sorted(path.name for path in (project / "pkg").iterdir())
    said = run(project, "incdoc", status=3)
    assert "cache folder pkg contains '__init__.py', which incdoc did not create." in said
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


def test_a_source_that_is_ignored_and_back_while_incdoc_reads_otherwise(project: Path) -> None:
    """What a setting changes of the links makes all stamps count anew: those of sources that went must not stay."""
    write(project, {"extra/more.py": '"""More."""\n', ".gitignore": "/docs/\n/.incdoc/\n"})
    time.sleep(0.2)  # so that the stamps of the first build are believed
    build(project)
    write(project, {"incdoc.toml": 'generated = "leave out"\n', ".gitignore": "/docs/\n/.incdoc/\n/extra/\n"})
    build(project)
    assert "extra/more.py_docs.md" not in pages(project)
    write(project, {".gitignore": "/docs/\n/.incdoc/\n"})
    assert "extra/more.py_docs.md" in run(project, "incdoc", "check", status=1)
    build(project)
    assert pages(project) == clean_pages(project)
