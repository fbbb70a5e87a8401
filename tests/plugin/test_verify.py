"""``incdoc run --verify`` finds a cache with wrong contents."""

from __future__ import annotations

import zlib
from pathlib import Path

import pytest

from tests.support import PROJECT, build, pages, rewritten, run, tree, write


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = write(tmp_path / "project", PROJECT)
    build(folder)
    return folder


def lie(folder: Path, sql: str) -> None:
    with rewritten(folder) as db:
        for key, data in db.execute("SELECT key, data FROM fact").fetchall():
            wrong = data[4:].replace(b"The core.", b"The mark.")
            crc = zlib.crc32(wrong, zlib.crc32(key)).to_bytes(4, "big")
            db.execute("UPDATE fact SET data = ? WHERE key = ?", (crc + wrong, key))
        db.executescript(sql)


def test_a_correct_cache(project: Path) -> None:
    before = pages(project)
    said = run(project, "incdoc", "run", "--verify", "100")
    total = f"{len(before):,}"
    assert f"{total} of {total} pages were made again without the cache, and are the same." in said
    few = run(project, "incdoc", "--verify", "20")
    count = int(few.rpartition("incdoc: ")[2].split()[0])
    assert 0 < count < len(before)
    assert few.splitlines()[-1] == run(project, "incdoc", "--verify", "20").splitlines()[-1]
    assert pages(project) == before


def test_wrong_facts_behind_the_right_digest(project: Path) -> None:
    lie(project, "UPDATE page SET key = x'00' WHERE task = 'docs:pkg/core.py';"
        "INSERT OR REPLACE INTO pending VALUES ('docs:pkg/core.py', 'a lie')")  # fmt: skip
    before = tree(project / "pkg")
    said = run(project, "incdoc", "run", "--verify", "100", status=1)
    assert "docs/reference/pkg/core.py_docs.md differs from a build without the cache" in said
    assert (
        "what was read out of the source itself is wrong in the cache" in said
        and "Delete the cache folder .incdoc and build again" in said
    )
    assert tree(project / "pkg") == before
    for path in (project / ".incdoc").glob("store*"):
        path.unlink()
    run(project, "incdoc", "run", "--verify", "100")


def test_wrong_links(project: Path) -> None:
    lie(project, "DELETE FROM subclass; UPDATE page SET key = x'00' WHERE task = 'docs:pkg/core.py';"
        "INSERT OR REPLACE INTO pending VALUES ('docs:pkg/core.py', 'a lie')")  # fmt: skip
    said = run(project, "incdoc", "run", "--verify", "100", status=1)
    assert "incdoc:   subclasses[0]: Engine pkg/fast.py FastEngine was added" in said


@pytest.mark.parametrize("percent", ["-1", "101", "x"])
def test_a_wrong_percentage(project: Path, percent: str) -> None:
    run(project, "incdoc", "run", f"--verify={percent}", status=3)
