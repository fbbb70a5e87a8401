"""One-file builds as the repository grows: the time and memory beyond the scan must not grow with it."""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

from tests.bench import trees
from tests.bench.measure import timed
from tests.support import BIN

SIZES = (2_000, 20_000, 100_000)
ROUNDS = 7
INCDOC = [str(BIN / "incdoc"), "-v0"]


def main() -> None:
    """A row a size, then what 10,000 more sources cost."""
    rows = []
    for size in SIZES:
        with tempfile.TemporaryDirectory() as scratch:
            rows.append((size, *_measure(Path(scratch) / "repository", size)))
    for size, nothing, edited, resting, working in rows:
        print(f"{size:>7,} sources: nothing changed {nothing:.3f} s, {resting:.0f} MB;", end=" ")
        print(f"one body edited {edited:.3f} s ({edited - nothing:+.3f} s), {working:.0f} MB")
    (small, n0, e0, *_), (large, n1, e1, *_) = rows[0], rows[-1]
    per = (large - small) / 10_000
    print(f"10,000 more sources: {(n1 - n0) / per * 1000:.0f} ms for the scan,", end=" ")
    print(f"{((e1 - n1) - (e0 - n0)) / per * 1000:.1f} ms for the edit beyond it")


def _measure(top: Path, size: int) -> tuple[float, float, float, float]:
    trees.copies(top, size)
    timed(INCDOC, top)
    time.sleep(2.1)
    timed(INCDOC, top)
    nothing = [timed(INCDOC, top) for _ in range(ROUNDS)]
    edited = []
    for number in range(ROUNDS):
        trees.edit(top, number)
        edited.append(timed(INCDOC, top))
    return (
        statistics.median(run.seconds for run in nothing),
        statistics.median(run.seconds for run in edited),
        max(run.megabytes for run in nothing),
        max(run.megabytes for run in edited),
    )
