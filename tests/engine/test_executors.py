"""A build whose sources are read and pages rendered where neither its disk nor its memory is."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest

from incdoc.config import load
from incdoc.engine.build import Build
from incdoc.engine.mode import Mode
from incdoc.engine.workspace import Workspace
from incdoc.executors import Executors, Serial
from tests.support import build, pages, write

FILES = {f"pkg/m{n}.py": f"import os\nfrom pkg import m{n + 1}\n\nclass C{n}:\n    pass\n" for n in range(30)}


class KilledWorkerError(Exception):
    """As those of distributed executors, this is no BrokenExecutor."""


class Remote(Serial):
    """Sends work and results as bytes; the first ``losses`` batches lose their worker."""

    inherits = False
    shares_disk = False
    lost = (KilledWorkerError,)

    def __init__(self, losses: int = 0) -> None:
        self.losses = losses
        self.batches = 0
        self.restarts = 0

    def submit(self, work: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        self.batches += 1
        if self.batches <= self.losses:
            future: Future[Any] = Future()
            future.set_exception(KilledWorkerError())
            return future
        there, sent, named = pickle.loads(pickle.dumps((work, args, kwargs)))
        return super().submit(there, *sent, **named)

    def restart(self) -> None:
        self.restarts += 1


def _build(folder: Path, executors: Executors) -> list[str]:
    workspace = Workspace(load(str(folder)), executors, lambda line: None, Mode.BUILD)
    workspace.lock_tree()
    session = Build(workspace)
    for path in session.scan():
        session.parse(path)
    tasks = list(session.tasks())
    session.plan_pages(tasks)
    problems = [said for task in tasks if not session.is_current(task) and (said := session.page(task))]
    problems += session.said_problems()
    session.end()
    workspace.save()
    workspace.close()
    return problems


@pytest.mark.parametrize("losses", [0, 1])
def test_sources_are_read_elsewhere(tmp_path: Path, losses: int) -> None:
    there, here = write(tmp_path / "there", FILES), write(tmp_path / "here", FILES)
    remote = Remote(losses)
    assert _build(there, Executors(remote, Serial(), Serial())) == []
    build(here)
    assert pages(there) == pages(here)
    assert remote.batches and remote.restarts == losses


@pytest.mark.parametrize("losses", [0, 1])
def test_texts_are_made_elsewhere_and_written_here(tmp_path: Path, losses: int) -> None:
    there, here = write(tmp_path / "there", FILES), write(tmp_path / "here", FILES)
    remote = Remote(losses)
    assert _build(there, Executors(Serial(), remote, Serial())) == []
    build(here)
    assert pages(there) == pages(here)
    assert remote.batches and remote.restarts == losses
