"""A Dask cluster of processes of this machine, which end with it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.support import ENVIRONMENT, UNPRIVILEGED

SECONDS = 60.0


class Cluster:
    """A scheduler; workers are added one by one, each in an empty folder of its own below ``top``."""

    def __init__(self, top: Path, scheme: str = "tcp", **environment: str) -> None:
        self._top = top
        self._environment = ENVIRONMENT | {"DASK_TEMPORARY_DIRECTORY": str(top)} | environment
        with socket.socket() as found:
            found.bind(("127.0.0.1", 0))
            port = found.getsockname()[1]
        self.address = f"{scheme}://127.0.0.1:{port}"
        self.workers: list[subprocess.Popen[bytes]] = []
        self._scheduler = self._start("scheduler", "--host", self.address, "--no-dashboard", "--no-show")

    def add(self, *options: str, **environment: str) -> subprocess.Popen[bytes]:
        """Start a worker and wait until it has joined: it says so."""
        name = f"worker-{len(self.workers)}"
        process = self._start(
            "worker", self.address, "--nthreads", "1", "--no-dashboard", "--name", name, *options,
            folder=name, prefix=tuple(UNPRIVILEGED), **environment,
        )  # fmt: skip
        self.workers.append(process)
        self._wait(name, "Registered to:")
        return process

    @property
    def scheduler(self) -> int:
        """The process of the scheduler."""
        return self._scheduler.pid

    def said(self, name: str) -> str:
        """What a process printed so far."""
        return (self._top / f"{name}.txt").read_text(errors="replace")

    def _start(
        self, *arguments: str, folder: str = "scheduler", prefix: tuple[str, ...] = (), **environment: str
    ) -> subprocess.Popen[bytes]:
        place = self._top / folder
        place.mkdir(parents=True)
        with open(self._top / f"{folder}.txt", "wb") as output:
            return subprocess.Popen(
                [*prefix, sys.executable, "-m", "dask", *arguments],
                cwd=place,
                stdout=output,
                stderr=output,
                stdin=subprocess.DEVNULL,
                env=self._environment | environment,
                start_new_session=True,
            )

    def _wait(self, name: str, word: str) -> None:
        deadline = time.monotonic() + SECONDS
        while word not in self.said(name):
            assert time.monotonic() < deadline, self.said(name) + self.said("scheduler")
            time.sleep(0.05)

    def end(self) -> None:
        """Kill every process, also those that hang, with what they started."""
        for process in (*self.workers, self._scheduler):
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@contextmanager
def cluster(top: Path, scheme: str = "tcp", **environment: str) -> Iterator[Cluster]:
    """A cluster without workers."""
    top.mkdir(parents=True, exist_ok=True)
    made = Cluster(top, scheme, **environment)
    try:
        yield made
    finally:
        made.end()
