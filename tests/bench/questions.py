"""What a question costs: the commands on a repository that was built, and the start of ``incdoc mcp``.

A run in which nothing changed is beside them.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

from tests.bench import trees
from tests.bench.measure import INSTALLED, Run, timed
from tests.support import BIN

SOURCES = 2_000
ROUNDS = 5
INCDOC = str(BIN / "incdoc")
COMMANDS = {
    "nothing changed": ["-v0"],
    "find": ["find", "Client"],
    "outline": ["outline", "."],
    "map": ["map"],
}
_START = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": {"name": "bench", "version": "1"},
    },
}


def main() -> None:
    """Print a row a question: the medians of wall clock and of seconds of processors."""
    with tempfile.TemporaryDirectory() as scratch:
        top = trees.copies(Path(scratch) / "tree", SOURCES)
        timed([INCDOC, "-v0"], top)
        print(f"{SOURCES:,} sources, built")
        for title, words in COMMANDS.items():
            _row(title, [timed([INCDOC, *words], top, statuses=(0, 1)) for _ in range(ROUNDS)])
        _row("mcp, to its first answer", [started(top) for _ in range(ROUNDS)], "   (target 1.5 s)")


def _row(title: str, runs: list[Run], target: str = "") -> None:
    seconds, used = (
        statistics.median(each) for each in zip(*((run.seconds, run.processor) for run in runs), strict=True)
    )
    print(f"{title:28} {seconds:6.2f} s   processors {used:5.2f} s{target}")


def started(folder: Path) -> Run:
    """A server on standard streams, from its start to its answer to a client that begins."""
    start = time.perf_counter()
    process = subprocess.Popen(
        [INCDOC, "mcp"], cwd=folder, env=INSTALLED, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin is not None and process.stdout is not None
    process.stdin.write(json.dumps(_START) + "\n")
    process.stdin.flush()
    answer = json.loads(process.stdout.readline())
    assert "result" in answer, answer
    seconds = time.perf_counter() - start
    process.stdin.close()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    process.stdout.close()
    return Run(seconds, used.ru_maxrss / 1024, used.ru_utime + used.ru_stime)
