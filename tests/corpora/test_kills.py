"""A build between two releases that is killed at random moments is continued; ``doit soak`` kills it 200 times."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from .kills import Kills

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.corpora


def test_killed_between_two_releases(tmp_path: Path) -> None:
    chance = random.Random(3)
    killing = Kills(tmp_path, "click", "8.1.7", "8.2.0")
    for _ in range(10):
        done = killing.kill(chance.uniform(0, killing.seconds))
        assert done.exact, done
