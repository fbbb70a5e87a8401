"""Whenever a build is killed, the next one is right, and does not repeat what was finished."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import inprocess
from tests.support import PROJECT, pages, stored, write


def rows(folder: Path, table: str) -> int:
    with stored(folder) as db:
        return int(db.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def first_kept(folder: Path, table: str) -> int:
    """A build is killed as early as a row of the table is there; how many there are."""
    low, high = 0, 1 << 15
    while high - low > 1:
        middle = (low + high) // 2
        for made in (".incdoc", "docs"):
            shutil.rmtree(folder / made, ignore_errors=True)
        inprocess.run_killed(folder, middle)
        if rows(folder, table):
            high = middle
        else:
            low = middle
    for made in (".incdoc", "docs"):
        shutil.rmtree(folder / made, ignore_errors=True)
    assert inprocess.run_killed(folder, high)
    return rows(folder, table)


def sources(folder: Path, count: int) -> Path:
    return write(folder, {f"m{number}.txt": f"{number}\n" for number in range(count)})


def test_facts_are_kept_before_the_links_are_made(tmp_path: Path) -> None:
    folder = sources(tmp_path / "killed", 540)
    kept = first_kept(folder, "fact")
    assert rows(folder, "source") == 0 and 0 < kept < 540
    assert inprocess.run(folder).counts["parsed"] == 540 - kept


def test_pages_are_kept_before_the_run_ends(tmp_path: Path) -> None:
    folder = sources(tmp_path / "killed", 280)
    kept = first_kept(folder, "page")
    again = inprocess.run(folder).counts
    assert 0 < kept < again["pages"] and again["parsed"] == 0
    assert again["rendered"] == again["pages"] - kept


def tamper(folder: Path) -> None:
    (folder / "docs/reference/pkg/index.md").unlink()
    with open(folder / "docs/reference/pkg/core.py_kw.md", "a") as stream:
        stream.write("mine\n")


def edit(folder: Path) -> None:
    (folder / "pkg/fast.py").unlink()
    write(folder, {"pkg/new.py": "from pkg.core import more\n", "pkg/core.py": "def more():\n    pass\n"})


def lose_cache(folder: Path) -> None:
    (folder / "pkg/fast.py").unlink()
    shutil.rmtree(folder / ".incdoc")


def move_output(folder: Path) -> None:
    write(folder, {"incdoc.toml": 'output = "docs/other"\n'})


@pytest.mark.parametrize(("change", "step"), [(tamper, 1), (edit, 5), (lose_cache, 29), (move_output, 11)])
def test_killed_at_any_moment(tmp_path: Path, change: Callable[[Path], None], step: int) -> None:
    start = write(tmp_path / "start", PROJECT)
    inprocess.run(start)
    clean, live = tmp_path / "clean", tmp_path / "live"
    shutil.copytree(start, clean)
    change(clean)
    for made in (".incdoc", "docs"):
        shutil.rmtree(clean / made, ignore_errors=True)
    inprocess.run(clean)
    for moment in itertools.count(step, step):
        shutil.rmtree(live, ignore_errors=True)
        shutil.copytree(start, live)
        change(live)
        killed = inprocess.run_killed(live, moment)
        assert inprocess.run(live).status == 0
        assert pages(live, "docs") == pages(clean, "docs"), f"killed at moment {moment}"
        if not killed:
            break
    assert moment > 100
