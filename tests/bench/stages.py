"""One build in this process, and what each of its stages takes: ``python -m tests.bench.stages`` in a repository.

A row of JSON a stage: seconds of processors of this process and of its workers, seconds of the clock, and the MB that
this process has at the end. Workers are ended after each stage, since the system counts what they took only then.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from collections.abc import Callable
from typing import Any

from incdoc.engine.session import Session


class Stages:
    """The stages so far; each ends where the next begins."""

    def __init__(self) -> None:
        self.rows: dict[str, dict[str, float]] = {}
        self._name = "start"
        self._began = self._now()

    def enter(self, name: str) -> None:
        """End the present stage and begin another."""
        now = self._now()
        row = self.rows.setdefault(self._name, {"own": 0.0, "workers": 0.0, "clock": 0.0})
        for key, before, after in zip(row, self._began, now, strict=False):
            row[key] += after - before
        row["megabytes"] = _resident()
        self._name, self._began = name, now

    @staticmethod
    def _now() -> tuple[float, float, float]:
        used = os.times()
        return used.user + used.system, used.children_user + used.children_system, time.perf_counter()


def _resident() -> float:
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * resource.getpagesize() / (1 << 20)


def main() -> None:
    """Build the current folder."""
    from incdoc.plugin.active_build import active_build
    from incdoc.plugin.main import Main

    stages = Stages()
    _between(stages, "scan", "list", "read")
    _between(stages, "link", "link", "pages")
    _between(stages, "end", "end", "store")
    status = Main().run(["run", "-v0", *sys.argv[1:]])
    active_build.close()
    stages.enter("")
    own, workers = (
        resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    print(json.dumps({"status": status, "stages": stages.rows, "megabytes": own, "worker_megabytes": workers}))


def _between(stages: Stages, method: str, name: str, after: str) -> None:
    """Let the first call of a method of the session be a stage."""
    called: Callable[..., Any] = getattr(Session, method)
    done: list[bool] = []

    def staged(self: Session, *args: Any, **options: Any) -> Any:
        if done:
            return called(self, *args, **options)
        done.append(True)
        if name != "list":
            self.workspace.end_workers()
        stages.enter(name)
        try:
            return called(self, *args, **options)
        finally:
            stages.enter(after)

    setattr(Session, method, staged)


if __name__ == "__main__":
    main()
