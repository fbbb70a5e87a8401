"""A first build on a Dask cluster of this machine, beside one by processes, and what more workers would give.

Seconds are of the clock (other programs may be running) and of processors: of the build with its own worker processes,
not with those of the cluster, and of the scheduler. The simulation takes the times of batches that one process
recorded, and gives each batch to the worker that is free first; everything else is serial. It leaves out the network
and what a scheduler takes.
"""

from __future__ import annotations

import heapq
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any

from incdoc.config import load
from incdoc.engine.build import Build
from incdoc.engine.mode import Mode
from incdoc.engine.workspace import Workspace
from incdoc.executors import Executors, Serial
from tests.bench.measure import timed
from tests.bench.trees import released
from tests.executors.cluster import cluster

PROJECTS = {"sphinx": ("8.2.3", "sphinx/util/__init__.py")}
PROCESSES, WORKERS, SIMULATED = (1, 2), (1, 2, 4), (1, 2, 4, 16, 64)


class Recorder(Serial):
    """Does the work here as another machine would, and keeps its seconds."""

    shares_disk = False
    inherits = False

    def __init__(self) -> None:
        self.seconds_of: list[float] = []

    def submit(self, work: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """The result, timed."""
        start = time.process_time()
        try:
            return super().submit(work, *args, **kwargs)
        finally:
            self.seconds_of.append(time.process_time() - start)


def makespan(batches: list[float], workers: int) -> float:
    """The seconds until the last batch ends, each given to the worker that is free first."""
    free = [0.0] * workers
    for seconds in batches:
        heapq.heappush(free, heapq.heappop(free) + seconds)
    return max(free)


def main() -> None:
    """Print a row for each number of workers, then the simulation."""
    for name, root, _ in released(PROJECTS):
        print(f"{name}:{'seconds':>28}{'of processors':>16}{'scheduler':>12}", flush=True)
        for jobs in PROCESSES:
            _row(f"process, {jobs}", root, "process", jobs)
        for workers in WORKERS:
            with tempfile.TemporaryDirectory() as folder, cluster(Path(folder) / "cluster") as made:
                for _ in range(workers):
                    made.add("--no-nanny")
                _row(f"dask, {workers}", root, f"dask={made.address}", 1, made.scheduler)
        _simulate(root)


def _row(title: str, root: Path, executor: str, jobs: int, scheduler: int = 0) -> None:
    """``scheduler``: the process of one; 0: there is none."""
    _clear(root)
    before = _processor(scheduler)
    ran = timed([sys.executable, "-m", "incdoc", "-q", "--executor", executor, "-j", str(jobs)], root)
    took = _processor(scheduler) - before
    print(f"  {title:<20}{ran.seconds:>12.2f}{ran.processor:>16.2f}{took:>12.2f}", flush=True)


def _clear(root: Path) -> None:
    for made in (root / "docs/reference", root / ".incdoc"):
        shutil.rmtree(made, ignore_errors=True)


def _processor(pid: int) -> float:
    """Seconds of processors that a process took; 0 of none."""
    if not pid:
        return 0.0
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _simulate(root: Path) -> None:
    _clear(root)
    facts, pages = Recorder(), Recorder()
    start = time.process_time()
    workspace = Workspace(load(str(root)), Executors(facts, pages, Serial()), print, Mode.BUILD)
    workspace.lock_tree()
    session = Build(workspace)
    for path in session.scan():
        session.parse(path)
    tasks = list(session.tasks())
    session.plan_pages(tasks)
    for task in tasks:
        if not session.is_current(task):
            session.page(task)
    session.end()
    workspace.save()
    workspace.close()
    whole = time.process_time() - start
    shared = sum(facts.seconds_of) + sum(pages.seconds_of)
    serial = whole - shared
    print(
        f"  simulated: {len(facts.seconds_of)} + {len(pages.seconds_of)} batches, {shared:.2f} s; {serial:.2f} s serial"
    )
    for workers in SIMULATED:
        seconds = serial + makespan(facts.seconds_of, workers) + makespan(pages.seconds_of, workers)
        print(f"  {workers:>3} workers {seconds:>8.2f} s, {whole / seconds:.2f} x one process", flush=True)
    print(f"  limit {whole / serial:.2f} x", flush=True)
