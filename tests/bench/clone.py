"""A CI job: a fresh clone of a large repository with its pages committed and its cache restored.

``check`` beside ``git status`` in the same clone, each once in a clone of its own, as a job runs them: there git
compares contents where its index is as young as the files. And both again, when git has noted what it found. Then
``affected`` and ``diff`` of one commit. A ratio is that of medians.
"""

from __future__ import annotations

import shutil
import statistics
import subprocess
import tempfile
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
        cache = top / "cache"
        shutil.move(origin / ".incdoc", cache)
        pages = sum(1 for path in (origin / "docs").rglob("*") if path.is_file())
        print(f"a fresh clone of {SOURCES:,} sources and {pages:,} pages, cache restored")
        _compare(origin, cache, top / "converted", "* text=auto\n")
        clone = _compare(origin, cache, top / "clone", "")
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


def _compare(origin: Path, cache: Path, clone: Path, attributes: str) -> Path:
    """Print the ratios; the last of the clones."""
    runs: dict[str, list[float]] = {}
    for _ in range(ROUNDS):
        shutil.rmtree(clone, ignore_errors=True)
        git(clone.parent, "clone", "-q", f"file://{origin}", str(clone))
        shutil.copytree(cache, clone / ".incdoc")
        (clone / ".git/info/attributes").write_text(attributes)
        for when in ("fresh", "again"):
            for name, command in (("check", CHECK), ("git status", STATUS)):
                runs.setdefault(f"{when} {name}", []).append(timed(command, clone).seconds)
    took = {label: statistics.median(each) for label, each in runs.items()}
    for when in ("fresh", "again"):
        mine, theirs = took[f"{when} check"], took[f"{when} git status"]
        title = f"check, {when}{', * text=auto' if attributes else ''}"
        print(f"{title:28} {mine:6.2f} s   git status {theirs:5.2f} s   ratio {mine / theirs:5.2f}   (target 3)")
    return clone
