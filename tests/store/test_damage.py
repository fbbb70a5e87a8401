"""A damaged cache costs time: no page is wrong, nothing ends in a traceback, no run fails twice."""

from __future__ import annotations

from pathlib import Path

from tests.corpora.damage import Damages, trials


def test_random_damages(tmp_path: Path) -> None:
    damages = Damages(tmp_path, seed=20)
    found = trials(damages, flips=24, large=0)
    found += [damages.after(damages.part()) for _ in range(16)]
    assert [each for each in found if not each.good] == []
    assert max(each.builds for each in found) == 1
