"""Ten releases of a real project, one after the other in one tree: each build is exact and minimal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from .history import RELEASES, walk

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.corpora


@pytest.mark.parametrize("project", ["requests", "click"])
def test_a_projects_history(project: str, tmp_path: Path) -> None:
    steps = list(walk(project, tmp_path))
    assert len(steps) == len(RELEASES[project].split()) - 1 == 9
    for step in steps:
        assert step.same, f"{project} {step.release}: not the pages of a clean build"
        assert step.parsed <= step.unseen, step
        assert step.rendered == step.written, step
        assert step.written + step.removed == step.differ, step
