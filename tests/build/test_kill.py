"""What a killed build had finished is not done again: state is committed as the run goes."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

from tests import inprocess
from tests.support import write


def rows(folder: Path, table: str) -> int:
    store = next(folder.glob(".incdoc/store-*.db"), None)
    if store is None:
        return 0
    db = sqlite3.connect(store)
    try:
        return int(db.execute(f"SELECT count(*) FROM {table}").fetchone()[0])
    except sqlite3.OperationalError:
        return 0  # killed before there were tables
    finally:
        db.close()


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
