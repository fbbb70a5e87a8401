"""The wall clock time and the memory of whole processes."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import NamedTuple

from tests.support import ENVIRONMENT

INSTALLED = {key: value for key, value in ENVIRONMENT.items() if key != "PYTHONDONTWRITEBYTECODE"}
"""With it every process would compile incdoc's modules again, which pip compiles for a user."""


class Run(NamedTuple):
    """One process: seconds, the highest resident size of the process alone in MB, and the seconds of processors that it
    and its children took."""

    seconds: float
    megabytes: float
    processor: float = 0.0


def timed(command: list[str], folder: Path, statuses: tuple[int, ...] = (0,)) -> Run:
    """Run a command to its end; exit if its status is none of ``statuses``."""
    start = time.perf_counter()
    process = subprocess.Popen(command, cwd=folder, env=INSTALLED, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in statuses:
        sys.exit(f"{' '.join(command)} failed in {folder}")
    return Run(seconds, used.ru_maxrss / 1024, used.ru_utime + used.ru_stime)


def memory(command: list[str], folder: Path) -> float:
    """The highest memory in MB of a command and all its children: their proportional shares (PSS), summed."""
    process = subprocess.Popen(command, cwd=folder, env=INSTALLED, stdout=subprocess.DEVNULL)
    highest = [0.0]

    def observe() -> None:
        while process.poll() is None:
            highest[0] = max(highest[0], family_megabytes(process.pid))
            time.sleep(0.1)

    observer = threading.Thread(target=observe, daemon=True)
    observer.start()
    observer.join()
    if process.returncode != 0:
        sys.exit(f"{' '.join(command)} failed in {folder}")
    return highest[0]


def family_megabytes(pid: int) -> float:
    """The memory of a process and all its children now: their proportional shares, summed."""
    return sum(map(_share, _family(pid))) / 1024


def _family(pid: int) -> list[int]:
    found = [pid]
    for each in found:
        try:
            text = Path(f"/proc/{each}/task/{each}/children").read_text()
        except OSError:
            continue
        found += [int(child) for child in text.split()]
    return found


def _share(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)
