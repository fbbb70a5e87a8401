"""A CI job: a fresh clone of a large repository with its pages committed and its cache restored.

``check`` beside ``git status`` on the same clone, without and with ``* text=auto``; then ``affected`` and ``diff`` of
one commit. Runs are taken in turn; a ratio is that of medians.
"""

from __future__ import annotations

import shutil
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

from tests.bench import trees
from tests.bench.measure import timed
from tests.support import BIN

SOURCES = 20_000
ROUNDS = 5
CHECK = [str(BIN / "incdoc"), "check"]
STATUS = ["git", "status", "--short"]


def git(folder: Path, *arguments: str) -> None:
    options = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "gc.auto=0")
    subprocess.run(["git", *options, *arguments], cwd=folder, check=True, capture_output=True)


def main() -> None:
    """Print a row a figure: wall clock and CPU seconds of all processes, and their ratio."""
    with tempfile.TemporaryDirectory() as scratch:
        top = Path(scratch)
        origin = trees.copies(top / "origin", SOURCES)
        (origin / ".gitignore").write_text(".incdoc/\n")
        timed([str(BIN / "incdoc"), "-v0"], origin)
        git(origin, "add", "-A")
        git(origin, "commit", "-qm", "pages")
        timed([str(BIN / "incdoc"), "-v0"], origin)
        clone = top / "clone"
        git(top, "clone", "-q", f"file://{origin}", str(clone))
        shutil.copytree(origin / ".incdoc", clone / ".incdoc")
        shutil.rmtree(origin)
        pages = sum(1 for path in (clone / "docs").rglob("*") if path.is_file())
        print(f"a fresh clone of {SOURCES:,} sources and {pages:,} pages, cache restored")
        time.sleep(2.1)
        _compare("check", clone)
        (clone / ".git/info/attributes").write_text("* text=auto\n")
        _compare("check, * text=auto", clone)
        (clone / ".git/info/attributes").unlink()
        source = next(path for path in sorted(clone.rglob("*.py")) if path.stat().st_size > 20_000)
        source.write_text(source.read_text() + "\n\ndef added_here(a, b):\n    return a\n")
        git(clone, "commit", "-qam", "second")
        for title, command in {
            "check after one commit": CHECK,
            "affected --tests": [str(BIN / "incdoc"), "affected", "--tests", "--since", "HEAD~1"],
            "affected --pages": [str(BIN / "incdoc"), "affected", "--pages", "--since", "HEAD~1"],
            "diff": [str(BIN / "incdoc"), "diff", "HEAD~1"],
        }.items():
            runs = [timed(command, clone, statuses=(0, 1)) for _ in range(3)]
            print(f"{title:28} {statistics.median(run.seconds for run in runs):6.2f} s")


def _compare(title: str, clone: Path) -> None:
    check, status = [], []
    for _ in range(ROUNDS):
        check.append(timed(CHECK, clone))
        status.append(timed(STATUS, clone))
    mine = statistics.median(run.seconds for run in check)
    theirs = statistics.median(run.seconds for run in status)
    print(f"{title:28} {mine:6.2f} s   git status {theirs:5.2f} s   ratio {mine / theirs:5.2f}   (target 3)")
