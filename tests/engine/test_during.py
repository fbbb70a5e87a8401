"""A source that is edited while the build runs is never recorded as seen: this build or the next one reads it.

The edits are made (see ``conftest.py``) in the moment before the build opens the file. What a file system with coarse
times can hide even then is tested with a clock as an argument, in ``tests/sources/test_stamps.py``.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import inprocess
from tests.engine.support import Opened, clean, rewrite, text
from tests.support import PROJECT, pages, write

SOURCE = "pkg/core.py"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return write(tmp_path / "project", PROJECT | {SOURCE: text(1)})


@pytest.mark.parametrize("moment", range(1, 4))
def test_edited_when_it_is_opened(project: Path, opened: Callable[[Opened], None], moment: int) -> None:
    """At the ``moment``-th time: to be hashed, to be parsed, to be shown."""
    left = [moment]

    def edit(path: str) -> bool:
        left[0] -= path.endswith(SOURCE)
        if left[0] == 0:
            rewrite(project / SOURCE, 2)
        return left[0] > 0

    opened(edit)
    first = inprocess.run(project)
    assert left[0] == 0
    assert ("changed while it was documented" in first.said) == (moment == 3)
    assert inprocess.run(project).status == 0
    assert b"number_2" in pages(project)[f"{SOURCE}_docs.md"]
    assert pages(project) == clean(project)
    rewrite(project / SOURCE, 1)  # facts were stored only under the content that they were read from
    inprocess.run(project)
    assert b"number_1" in pages(project)[f"{SOURCE}_docs.md"]


def _fails(path: Path) -> None:
    """In the place of the system: what an audit hook raises is what opening raises."""
    raise OSError(errno.EIO, os.strerror(errno.EIO), str(path))


def _becomes_a_pipe(path: Path) -> None:
    if not path.is_fifo():
        path.unlink()
        os.mkfifo(path)


@pytest.mark.parametrize(
    ("act", "moment", "reason"),
    [
        (_fails, 4, "cannot be read: Input/output error"),
        (_becomes_a_pipe, 3, "is not a regular file"),
        (_becomes_a_pipe, 4, "is not a regular file"),
    ],
)
def test_a_source_that_cannot_be_read_when_its_page_is_made(
    project: Path, opened: Callable[[Opened], None], act: Callable[[Path], None], moment: int, reason: str
) -> None:
    """At the ``moment``-th time: by doit, which notes what was parsed, and to be shown."""
    inprocess.run(project)
    before = pages(project)[f"{SOURCE}_docs.md"]
    rewrite(project / SOURCE, 2)
    left = [moment]

    def fail(path: str) -> bool:
        left[0] -= path.endswith(SOURCE)
        if left[0] <= 0:
            act(project / SOURCE)
        return True

    opened(fail)
    failed = inprocess.run(project)
    opened(lambda path: False)
    assert failed.status == 1, failed.said
    assert f"{SOURCE} {reason}. Its page did not change." in failed.said
    assert pages(project)[f"{SOURCE}_docs.md"] == before
    (project / SOURCE).unlink()
    (project / SOURCE).write_text(text(2))
    assert inprocess.run(project).status == 0
    assert pages(project) == clean(project)


def test_doit_cannot_read_what_was_parsed(project: Path, opened: Callable[[Opened], None]) -> None:
    inprocess.run(project)
    rewrite(project / SOURCE, 2)
    left = [3]

    def fail(path: str) -> bool:
        left[0] -= path.endswith(SOURCE)
        if left[0] == 0:
            _fails(project / SOURCE)
        return True

    opened(fail)
    assert inprocess.run(project).status == 0
    assert left == [0]
    assert pages(project) == clean(project)
