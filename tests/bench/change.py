"""Nothing changed, and one function's body edited, compared with what other tools need in the same tree.

Each figure is a ratio of medians of runs taken in turn, in one run of this script.
"""

from __future__ import annotations

import os
import re
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

from tests.bench import trees
from tests.bench.measure import Run, timed
from tests.support import BIN

SIZES = (2_400, 20_000)
ROUNDS = 7
INCDOC = [str(BIN / "incdoc"), "-v0"]


_SPECIAL = re.compile(r"[$: ]")


def ninja_file(top: Path, folder: Path) -> int:
    """A ``build.ninja`` in ``folder`` with an edge and a stamp for each page of the sources at ``top``; how many."""
    stamps = folder / "stamps"
    stamps.mkdir(parents=True)
    rows = ["rule page", "  command = touch $out", "  generator = 1"]
    output = top / "docs/reference"
    count = 0
    for directory, _, names in os.walk(output):
        for name in names:
            page = Path(directory, name)
            source = top / page.relative_to(output).parent / name.removesuffix("_docs.md").removesuffix("_kw.md")
            of = source if source.is_file() else top / ".gitignore"
            (stamps / str(count)).touch()
            rows.append(f"build stamps/{count}: page {_SPECIAL.sub(lambda match: f'${match[0]}', str(of))}")
            count += 1
    (folder / "build.ninja").write_text("\n".join(rows) + "\n")
    return count


def main() -> None:
    """Print a table for each size."""
    for program, package in (("ninja", "ninja-build"), ("ctags", "universal-ctags"), ("git", "git")):
        if shutil.which(program) is None:
            sys.exit(f"{program} is not installed; apt-get install {package}, then run the benchmark again.")
    for size in SIZES:
        with tempfile.TemporaryDirectory() as scratch:
            _measure(size, Path(scratch))


def _measure(size: int, scratch: Path) -> None:
    top = trees.copies(scratch / "repository", size)
    clean = timed(INCDOC, top)
    edges = ninja_file(top, scratch / "ninja")
    time.sleep(2.1)  # times must be older than the coarsest clock of a file system, for every tool here
    ninja = ["ninja", "-C", str(scratch / "ninja")]
    ctags = ["ctags", "-R", "--languages=Python", "-f", str(scratch / "tags"), "."]
    status = ["git", "status", "--porcelain"]
    for command in (INCDOC, ninja, status):
        timed(command, top)
    runs: dict[str, list[Run]] = {}

    def take(label: str, command: list[str]) -> None:
        runs.setdefault(label, []).append(timed(command, top))

    for _ in range(ROUNDS):
        take("nothing", INCDOC)
        take("ninja", ninja)
        take("git status", status)
    for number in range(ROUNDS):
        trees.edit(top, number)
        take("edited", INCDOC)
        take("ninja edited", ninja)
        take("git status edited", status)
    take("ctags -R", ctags)
    took = {label: statistics.median(run.seconds for run in each) for label, each in runs.items()}
    memory = max(run.megabytes for run in runs["nothing"])
    print(f"{size:,} sources, {edges:,} pages; clean build {clean.seconds:.1f} s; medians of {ROUNDS}")
    print(f"  nothing changed  incdoc {took['nothing']:.3f} s, {memory:.0f} MB", end="")
    print(f"; ninja {took['ninja']:.3f} s (ratio {took['nothing'] / took['ninja']:.2f}", end="")
    print(f"); git status {took['git status']:.3f} s (ratio {took['nothing'] / took['git status']:.2f})")
    print(f"  one body edited  incdoc {took['edited']:.3f} s", end="")
    print(f" ({took['edited'] - took['nothing']:+.3f} s)", end="")
    print(f"; ninja {took['ninja edited']:.3f} s (ratio {took['edited'] / took['ninja edited']:.2f}", end="")
    print(f"); git status {took['git status edited']:.3f} s", end="")
    print(f"; ctags -R {took['ctags -R']:.2f} s (ratio {took['edited'] / took['ctags -R']:.3f})", flush=True)
