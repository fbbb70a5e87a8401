"""A source, a worker or the store fails in the middle of a build: it is reported, and no later build is wrong."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from incdoc.config import load
from incdoc.engine import worker
from incdoc.engine.build import Build
from incdoc.engine.mode import Mode
from incdoc.engine.workspace import Workspace
from incdoc.executors import Executors, Pool, Serial
from tests import inprocess
from tests.engine.support import Opened, clean, rewrite, text
from tests.support import PROJECT, pages, run, write

SOURCE = "pkg/core.py"
OTHER = "pkg/fast.py"
_read = worker.extract


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return write(tmp_path / "project", PROJECT | {SOURCE: text(1), OTHER: text(3)})


def test_what_was_committed_beside_a_source_that_failed_is_compared_again(
    project: Path,
    opened: Callable[[Opened], None],
) -> None:
    """Both are edited, one is away while it is parsed, both are as they were: the other's page must go back too."""
    inprocess.run(project)
    rewrite(project / SOURCE, 2)
    rewrite(project / OTHER, 4)
    left = [2]  # it is opened to be hashed, then to be parsed

    def vanish(path: str) -> bool:
        if left[0] == 0:
            os.rename(project.parent / "away", project / SOURCE)
            return False
        left[0] -= path.endswith(SOURCE)
        if left[0] == 0:
            os.rename(project / SOURCE, project.parent / "away")
        return True

    opened(vanish)
    failed = inprocess.run(project)
    assert failed.status == 1
    assert SOURCE in failed.said
    assert b"number_4" in pages(project)[f"{OTHER}_docs.md"]
    rewrite(project / SOURCE, 1)
    rewrite(project / OTHER, 3)
    assert inprocess.run(project).status == 0
    assert pages(project) == clean(project)


def tables(store: Path) -> list[tuple[str, int]]:
    with sqlite3.connect(store) as db:
        rows = db.execute("SELECT name, rootpage FROM sqlite_master WHERE rootpage > 0").fetchall()
    db.close()
    return [(str(name), int(root)) for name, root in rows]


def test_each_table_of_the_store_is_damaged(project: Path) -> None:
    """The run that meets the damage ends with a sentence, the next one is right."""
    inprocess.run(project)
    store = next((project / ".incdoc").glob("store-*.db"))
    for number, (name, _) in enumerate(tables(store)):
        inprocess.run(project)
        root = dict(tables(store))[name]
        with open(store, "r+b") as stream:
            stream.seek(4096 * (root - 1))
            stream.write(b"\xff" * 4096)
        if number % 2:
            rewrite(project / SOURCE, number % 10)
        (project / f"docs/reference/{OTHER}_kw.md").unlink()
        first, last = inprocess.run(project), inprocess.run(project)
        assert first.status == 0 or "Build again" in first.said, f"{name}: {first.said}"
        assert last.status == 0, f"{name}: {last.said}"
        assert pages(project) == clean(project), name


def _kills(items: list[worker.Source]) -> list[worker.Extracted | str]:
    if any(b"deadly" in each.data for each in items):
        os._exit(1)
    return _read(items)


def test_the_twin_of_a_content_that_kills_its_worker(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not parsed in the build's own process."""
    write(project, {"a.py": "deadly = 1\n", "b.py": "deadly = 1\n"})
    monkeypatch.setattr(worker, "extract", _kills)
    config = load(str(project))
    workspace = Workspace(config, Executors(Pool(1), Serial(), Serial()), lambda line: None, Mode.BUILD)
    session = Build(workspace)
    workspace.lock_tree()
    for path in session.scan():
        session.parse(path)
    said = session.said_problems()
    tasks = session.tasks()
    session.end()
    workspace.close()
    assert [line for line in said if line.startswith("b.py")] == [
        "b.py could not be parsed: it has the same content as a.py, which could not be parsed."
    ]
    assert "docs:pkg/core.py" in tasks
    monkeypatch.undo()
    inprocess.run(project)
    assert pages(project) == clean(project)


def test_a_damaged_page_table_is_said_in_a_sentence(project: Path) -> None:
    """By the command, with its workers, and at its very end."""
    run(project, "incdoc")
    store = next((project / ".incdoc").glob("store-*.db"))
    with open(store, "r+b") as stream:
        stream.seek(4096 * (dict(tables(store))["page"] - 1))
        stream.write(b"\xff" * 4096)
    said = run(project, "incdoc", status=None)
    assert "Traceback" not in said
    run(project, "incdoc")
    assert pages(project) == clean(project)
