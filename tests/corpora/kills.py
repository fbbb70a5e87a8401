"""Builds between two releases of a real project, killed at random moments.

After each SIGKILL the next run must leave the pages of a clean build, and parse exactly what the killed one had not
kept. Prints a line for every tenth kill, and a summary.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from tests.support import stored
from tests.tally import count

from . import fetch
from .built import COMMAND, build
from .history import become, read

PROJECT = ("sphinx", "7.4.7", "8.1.3")


class Kill(NamedTuple):
    """``after``: seconds into the build. ``kept``: contents whose facts the killed run had written, of ``new`` ones;
    ``parsed``, ``rendered``: by the next run. ``same``: its pages are those of a clean build."""

    after: float
    killed: bool
    new: int
    kept: int
    parsed: int
    rendered: int
    same: bool

    @property
    def exact(self) -> bool:
        """Whether the pages are right and nothing was parsed twice."""
        return self.same and self.parsed == self.new - self.kept


class Kills:
    """``project`` at release ``old``, built, and what a step to ``new`` does. ``work``: an empty folder."""

    def __init__(self, work: Path, project: str, old: str, new: str) -> None:
        self._start, self._live = work / "start", work / "live"
        self._new = fetch.release(project, new)
        shutil.copytree(fetch.release(project, old), self._start, symlinks=True)
        build(self._start)
        self._known = _facts(self._start)
        clean = work / "clean"
        shutil.copytree(self._new, clean, symlinks=True)
        self._expected = read(build(clean).pages)
        self._prepare()
        began = time.monotonic()
        whole = build(self._live)
        self.seconds = time.monotonic() - began
        self.parsed = int(whole.stats["parsed"])
        assert read(whole.pages) == self._expected

    def _prepare(self) -> None:
        shutil.rmtree(self._live, ignore_errors=True)
        shutil.copytree(self._start, self._live, symlinks=True)
        become(self._live, self._new)

    def kill(self, after: float) -> Kill:
        """Build, SIGKILL ``after`` so many seconds, build again."""
        self._prepare()
        process = subprocess.Popen(
            COMMAND,
            cwd=self._live,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(after)
        process.send_signal(signal.SIGKILL)
        killed = process.wait() == -signal.SIGKILL
        if killed:
            count("kills")
        kept = _facts(self._live) - self._known
        again = build(self._live)
        same = read(again.pages) == self._expected and not list((self._live / ".incdoc/tmp").glob("*"))
        return Kill(after, killed, self.parsed, kept, int(again.stats["parsed"]), int(again.stats["rendered"]), same)


def _facts(tree: Path) -> int:
    with stored(tree) as db:
        return int(db.execute("SELECT count(*) FROM fact").fetchone()[0])


def run(kills: int, seed: int) -> int:
    """So many kills, of which every tenth is printed; how many were wrong."""
    chance = random.Random(seed)
    wrong = early = some = every = 0
    with tempfile.TemporaryDirectory(prefix="incdoc-soak-") as folder:
        killing = Kills(Path(folder), *PROJECT)
        print(
            f"{' '.join(PROJECT)}: {killing.parsed} contents to parse, {killing.seconds:.2f} s undisturbed; seed {seed}"
        )
        for number in range(1, kills + 1):
            done = killing.kill(chance.uniform(0, killing.seconds))
            wrong += not done.exact
            early += not done.kept
            every += done.kept == done.new
            some += 0 < done.kept < done.new
            if not done.exact or number % 10 == 0:
                print(f"{number:>4} {'right' if done.exact else 'WRONG'} {json.dumps(done._asdict())}", flush=True)
    print(f"{kills} kills: {wrong} wrong; kept by the killed run: nothing {early}, a part {some}, all facts {every}")
    return wrong
