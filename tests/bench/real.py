"""Real trees with their own ignore files, on a disk: nothing changed, and one edit, beside ninja and git status.

PyTorch whole (Debian's source package), Django, and this repository; sources are committed, pages neither committed nor
ignored. A folder on a disk is needed, because on tmpfs a stat costs less: INCDOC_BENCH names one, otherwise the
folder of the corpora is used.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.bench.change import INCDOC, ROUNDS, ninja_file
from tests.bench.measure import Run, timed
from tests.corpora import debian, fetch

ROOT = Path(__file__).parents[2]
BUDGET = 0.25
"""Seconds that a run with nothing to do may take on PyTorch."""


def _export(folder: Path) -> None:
    """This repository as it is committed."""
    archive = subprocess.run(["git", "archive", "HEAD"], cwd=ROOT, stdout=subprocess.PIPE, check=True).stdout
    folder.mkdir()
    subprocess.run(["tar", "-x"], cwd=folder, input=archive, check=True)


TREES: dict[str, tuple[Callable[[Path], object], str]] = {
    "pytorch": (lambda folder: shutil.copytree(debian.source("pytorch"), folder, symlinks=True), "torch/nn/init.py"),
    "django": (
        lambda folder: shutil.copytree(fetch.corpus("django"), folder, symlinks=True),
        "django/utils/timesince.py",
    ),
    "this repository": (_export, "incdoc/config.py"),
}


def main() -> None:
    """Print a line for each tree and state."""
    for program in ("ninja", "git"):
        if shutil.which(program) is None:
            sys.exit(f"{program} is not installed; install it, then run the benchmark again.")
    place = os.environ.get("INCDOC_BENCH") or fetch.cache()
    for name, (make, edited) in TREES.items():
        with tempfile.TemporaryDirectory(prefix=".bench-", dir=place) as scratch:
            _measure(name, make, edited, Path(scratch))


def _measure(name: str, make: Callable[[Path], object], edited: str, scratch: Path) -> None:
    top = scratch / "repository"
    make(top)
    (top / ".gitignore").touch()  # on which ninja's edges of folders' pages depend
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "sources"]):
        identity = ["-c", "user.name=bench", "-c", "user.email=bench@example.org", "-c", "gc.auto=0"]
        subprocess.run(["git", *identity, *command], cwd=top, check=True)
    clean = timed(INCDOC, top)
    edges = ninja_file(top, scratch / "ninja")
    time.sleep(2.1)  # times must be older than the coarsest clock of a file system, for every tool here
    commands = {
        "incdoc": INCDOC,
        "ninja": ["ninja", "-C", str(scratch / "ninja")],
        "git status": ["git", "status", "--porcelain"],
    }
    for command in commands.values():
        timed(command, top)
    nothing = _rounds(commands, top, lambda number: None)
    one = _rounds(commands, top, lambda number: _edit(top / edited, number))
    print(f"{name}: {edges:,} pages; clean build {clean.seconds:.1f} s; medians of {ROUNDS}")
    for label, took in (("nothing changed", nothing), ("one edit", one)):
        beside = ", ".join(
            f"{tool} {took[tool]:.3f} s (ratio {took['incdoc'] / took[tool]:.2f})" for tool in list(took)[1:]
        )
        print(f"  {label:<16} incdoc {took['incdoc']:.3f} s; {beside}", flush=True)
    if name == "pytorch":
        print(f"  budget {BUDGET} s with nothing changed: {'kept' if nothing['incdoc'] <= BUDGET else 'NOT kept'}")


def _rounds(commands: dict[str, list[str]], top: Path, before: Callable[[int], None]) -> dict[str, float]:
    """Medians of seconds, the tools taken in turn."""
    runs: dict[str, list[Run]] = {tool: [] for tool in commands}
    for number in range(ROUNDS):
        before(number)
        for tool, command in commands.items():
            runs[tool].append(timed(command, top))
    return {tool: statistics.median(run.seconds for run in each) for tool, each in runs.items()}


def _edit(source: Path, number: int) -> None:
    """Change a comment at the end of a source."""
    kept = [line for line in source.read_text().splitlines() if not line.startswith("# edited ")]
    source.write_text("\n".join([*kept, f"# edited {number}"]) + "\n")
