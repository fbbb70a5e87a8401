"""Builds of different folders in one process, at the same time: each is right, and the process is left as it was."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest

from incdoc.config import load
from incdoc.engine.build import Build
from incdoc.engine.mode import Mode
from incdoc.engine.workspace import Workspace
from incdoc.executors import Executors, Pool, Serial
from tests.support import build, pages, write


def _project(folder: Path, word: str, count: int) -> Path:
    files = {
        f"{word}/m{n}.py": f"import os\nfrom {word} import m{n + 1}\n\nclass {word}{n}:\n    pass\n"
        for n in range(count)
    }
    return write(folder, files)


def _started(folder: Path, pool: Pool | Serial, mode: Mode = Mode.BUILD) -> Build:
    workspace = Workspace(load(str(folder)), Executors(pool, pool, Serial()), lambda line: None, mode)
    if mode is Mode.BUILD:
        workspace.lock_tree()
    return Build(workspace)


def _parse(session: Build) -> None:
    for path in session.scan():
        session.parse(path)


def _make(session: Build, tasks: list[str]) -> None:
    for task in tasks:
        if not session.is_current(task):
            assert session.page(task) == ""


def _close(session: Build) -> None:
    assert session.said_problems() == []
    session.end()
    session.workspace.save()
    session.workspace.close()


@pytest.mark.parametrize("count", [3, 60])
def test_two_builds_take_turns(tmp_path: Path, count: int) -> None:
    """Step by step; with many pages, workers make them."""
    was = gc.isenabled(), gc.get_freeze_count()
    names = "one", "two"
    sessions = [_started(_project(tmp_path / name, name, count), Pool(2)) for name in names]
    assert not gc.isenabled()
    for session in sessions:
        _parse(session)
    tasks = [list(session.tasks()) for session in sessions]
    for session, some in zip(sessions, tasks, strict=True):
        session.plan_pages(some)
    for half in (0, 1):
        for session, some in zip(sessions, tasks, strict=True):
            _make(session, some[half::2])
    _close(sessions[0])
    assert not gc.isenabled()
    _close(sessions[1])
    assert (gc.isenabled(), gc.get_freeze_count()) == was
    for name in names:
        build(_project(tmp_path / f"alone-{name}", name, count))
        assert pages(tmp_path / name) == pages(tmp_path / f"alone-{name}")
        assert build(tmp_path / name)["rendered"] == 0


def test_a_dry_run_beside_a_build_of_the_same_folder_writes_nothing(tmp_path: Path) -> None:
    folder = _project(tmp_path / "one", "one", 3)
    build(folder)
    before = pages(folder)
    (folder / "one/m1.py").write_text("def added(): ...\n")
    dry = _started(folder, Serial(), Mode.DRY_RUN)
    _parse(dry)
    tasks = list(dry.tasks())
    dry.plan_pages(tasks)
    other = _started(_project(tmp_path / "two", "two", 3), Serial())
    _parse(other)
    other.plan_pages(list(other.tasks()))
    _make(dry, tasks)
    assert pages(folder) == before
    assert dry.page_builder.written
    _close(other)
    _close(dry)
