"""What a build costs a source, and a change costs a source that did not change, as the repository grows.

    python -m tests.bench.scale [SOURCES...]

Copies of Django's Python files under other names, in git. Seconds are those of processors, which other work on the
machine disturbs less than a clock. The last row is what the largest size makes of a million sources, if each stage
grows as its number of sources does.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench import trees
from tests.bench.measure import INSTALLED, family_megabytes, timed
from tests.support import BIN

SIZES = (20_000, 100_000)
MILLION = 1_000_000
ROUNDS = 5
INCDOC = [str(BIN / "incdoc"), "-v0"]
EDITED = "django0/utils/timesince.py"
PARTS = 4
PATIENCE = 120.0

Figures = dict[str, float]


def main(sizes: tuple[int, ...] = SIZES) -> None:
    """Print the figures of each size as they are measured, then those of a million sources."""
    for size in sizes:
        with tempfile.TemporaryDirectory() as scratch:
            figures = measured(Path(scratch) / "repository", size)
    print(f"{MILLION:,} sources, projected from {sizes[-1]:,}:")
    for name, value in figures.items():
        print(f"  {name:<44} {value * MILLION / sizes[-1]:>12,.1f}")


def measured(top: Path, size: int) -> Figures:
    """The figures of a tree of ``size`` sources that is made at ``top``; each is printed."""
    trees.copies(top, size)
    found: Figures = {}
    print(f"{size:,} sources, per source in brackets:", flush=True)
    for part in (_first, _sizes, _nothing, _edited, _git, _watch, _joined):
        for name, value in part(top):
            found[name] = value
            print(f"  {name:<44} {value:>12,.2f} [{value / size * 1e6:,.1f}e-6]", flush=True)
    return found


def _first(top: Path) -> Iterator[tuple[str, float]]:
    """The stages of the first build."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.stages"], cwd=top, env=INSTALLED, capture_output=True, text=True, check=True
    )
    found = json.loads(done.stdout)
    for stage, row in found["stages"].items():
        yield f"first build, {stage}: s", row["own"]
        if row["workers"] >= 0.05:
            yield f"first build, {stage}, in workers: s", row["workers"]
        yield f"first build, after {stage}: MB", row["megabytes"]
    yield "first build, one process: MB", found["megabytes"]
    yield "first build, one worker: MB", found["worker_megabytes"]


def _sizes(top: Path) -> Iterator[tuple[str, float]]:
    """Bytes on the disk."""
    store = sum(each.stat().st_size for each in (top / ".incdoc").glob("store-*"))
    files = [each.stat().st_size for each in (top / "docs/reference").rglob("*") if each.is_file()]
    yield "store: MB", store / 1e6
    yield "pages: 1,000", len(files) / 1e3
    yield "pages: MB", sum(files) / 1e6


def _nothing(top: Path) -> Iterator[tuple[str, float]]:
    """A build with nothing to do."""
    time.sleep(2.1)  # until the stamps are old enough to be believed
    timed(INCDOC, top)
    runs = [timed(INCDOC, top) for _ in range(ROUNDS)]
    yield "nothing changed: s", min(each.processor for each in runs)
    yield "nothing changed, by the clock: s", min(each.seconds for each in runs)
    yield "nothing changed: MB", max(each.megabytes for each in runs)


def _edited(top: Path) -> Iterator[tuple[str, float]]:
    """One body edited."""
    runs = []
    for number in range(ROUNDS):
        trees.edit(top, number)
        runs.append(timed(INCDOC, top))
    yield "one body edited: s", min(each.processor for each in runs)
    yield "one body edited, by the clock: s", min(each.seconds for each in runs)
    yield "one body edited: MB", max(each.megabytes for each in runs)


def _git(top: Path) -> Iterator[tuple[str, float]]:
    """Git's own part of the listing, as incdoc asks, and with a monitor that says that nothing changed."""
    listing = ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--exclude", "/docs/reference/"]
    monitor = top / ".git/monitor"
    monitor.write_text("#!/bin/sh\nprintf 'token\\0'\n")
    monitor.chmod(0o755)
    off = ("core.fsmonitor=false", "core.untrackedCache=false")
    on = (f"core.fsmonitor={monitor}", "core.fsmonitorHookVersion=2", "core.untrackedCache=true")
    for settings in (off, on):
        timed(_settled(settings, ["status", "--porcelain"]), top)  # which writes what it learned into the index
    for name, command in (("ls-files", listing), ("status", ["status", "--porcelain"])):
        for said, settings in (("", off), (", monitor and untracked cache", on)):
            yield f"git {name}{said}: s", min(timed(_settled(settings, command), top).processor for _ in range(ROUNDS))
    subprocess.run(["git", "update-index", "--no-fsmonitor", "--no-untracked-cache"], cwd=top, check=True)


def _settled(settings: tuple[str, ...], command: list[str]) -> list[str]:
    return ["git", *(part for each in settings for part in ("-c", each)), *command]


def _watch(top: Path) -> Iterator[tuple[str, float]]:
    """What a running watch takes, and a save."""
    page = top / "docs/reference" / f"{EDITED}_docs.md"
    began = time.perf_counter()
    with _watching(top) as watch:
        yield "watch, until it is ready: s", time.perf_counter() - began
        time.sleep(3)  # it warms up
        before = _used(watch.pid)
        taken = []
        for number in range(2 * ROUNDS):
            inode = page.stat().st_ino
            trees.edit(top, 100 + number)
            began = time.perf_counter()
            while page.stat().st_ino == inode and time.perf_counter() - began < PATIENCE:
                time.sleep(0.0005)
            taken.append(time.perf_counter() - began)
            time.sleep(0.5)
        yield "watch, save to page, median by the clock: s", statistics.median(taken)
        yield "watch, one save: s", (_used(watch.pid) - before) / len(taken)
        yield "watch: MB", family_megabytes(watch.pid)


@contextmanager
def _watching(top: Path) -> Iterator[subprocess.Popen[str]]:
    watch = subprocess.Popen(
        [str(BIN / "incdoc"), "watch"],
        cwd=top,
        env=INSTALLED,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert watch.stdout is not None
    try:
        for line in watch.stdout:
            if "watching" in line:
                break
        yield watch
    finally:
        watch.send_signal(signal.SIGINT)
        watch.wait()


def _used(pid: int) -> float:
    """The seconds of processors of a process and of its children that ended."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def _joined(top: Path) -> Iterator[tuple[str, float]]:
    """A cache that is merged into an empty one, the build after it, and one part without a cache."""
    apart = top.parent / "part"
    apart.mkdir()
    shutil.move(top / ".incdoc", apart / ".incdoc")
    merged = timed([str(BIN / "incdoc"), "merge", "-q", str(apart / ".incdoc")], top)
    yield "merge: s", merged.processor
    yield "merge: MB", merged.megabytes
    yield "the build after it: s", timed(INCDOC, top).processor
    shutil.rmtree(top / ".incdoc")
    shutil.rmtree(top / "docs/reference")
    command = [str(BIN / "incdoc"), "run", "-v0", "--shard", f"1/{PARTS}"]
    yield f"one part of {PARTS}, without a cache: s", timed(command, top).processor


if __name__ == "__main__":
    main(tuple(map(int, sys.argv[1:])) or SIZES)
