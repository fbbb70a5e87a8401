"""A source that is edited while the build runs is never recorded as seen: this build or the next one reads it.

The edits are made (see ``conftest.py``) in the moment before the build opens the file. What a file system with coarse
times can hide even then is tested with a clock as an argument, in ``tests/sources/test_stamps.py``.
"""

from __future__ import annotations

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
