"""``doit bench``: the budgets, as ratios measured in one run on one machine.

Clean builds of torch's Python files by two processes, in turn with parsing alone by as many: whole processes, wall
clock, the median ratio of the pairs. Memory is the sum of the proportional shares (PSS) of all processes at its
highest. Then a run with nothing changed, and one after the edit of a function's body.
"""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from tests.corpora import fetch
from tests.support import BIN, ENVIRONMENT

ROUNDS = 5
JOBS = 2
PARSING = """
import os, sys
from concurrent.futures import ProcessPoolExecutor

def prepare():
    global parser
    import tree_sitter, tree_sitter_python
    parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_python.language()))

def work(paths):
    for path in paths:
        with open(path, "rb") as stream:
            parser.parse(stream.read())

if __name__ == "__main__":
    paths = sorted(os.path.join(d, f) for d, _, fs in os.walk(sys.argv[1]) for f in fs if f.endswith(".py"))
    batches = [paths[i : i + 16] for i in range(0, len(paths), 16)]
    with ProcessPoolExecutor(int(sys.argv[2]), initializer=prepare) as pool:
        list(pool.map(work, batches))
"""


def timed(command: list[str], folder: Path, watch: bool = False) -> tuple[float, float]:
    """(seconds, highest memory in MB of the process and its children)."""
    start = time.perf_counter()
    process = subprocess.Popen(command, cwd=folder, env=ENVIRONMENT, stdout=subprocess.DEVNULL)
    highest = [0.0]
    if watch:
        observer = threading.Thread(target=_observe, args=(process, highest), daemon=True)
        observer.start()
    if process.wait() != 0:
        sys.exit(f"{command} failed")
    return time.perf_counter() - start, highest[0]


def _observe(process: subprocess.Popen[bytes], highest: list[float]) -> None:
    while process.poll() is None:
        highest[0] = max(highest[0], sum(map(_share, _family(process.pid))) / 1024)
        time.sleep(0.1)


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


def main() -> None:
    """Print a row a figure."""
    corpus = fetch.corpus("torch")
    with tempfile.TemporaryDirectory() as scratch:
        top = Path(scratch)
        script = top / "parsing.py"
        script.write_text(PARSING)
        ratios, alone, built = [], [], []
        for number in range(ROUNDS):
            copy = top / f"copy{number}"
            shutil.copytree(corpus, copy)
            parse, _ = timed([sys.executable, str(script), str(copy), str(JOBS)], top)
            clean, _ = timed([str(BIN / "incdoc"), "-j", str(JOBS)], copy)
            ratios.append(clean / parse)
            alone.append(parse)
            built.append(clean)
        print(f"parsing alone, {JOBS} processes    {statistics.median(alone):6.2f} s")
        print(f"clean build, {JOBS} processes      {statistics.median(built):6.2f} s")
        print(f"ratio                       {statistics.median(ratios):6.2f}   (budget 2.5)")
        _, memory = _memory(top, corpus)
        print(f"memory of a clean build     {memory:6.0f} MB (budget 500)")
        _edits(copy)


def _memory(top: Path, corpus: Path) -> tuple[float, float]:
    copy = top / "memory"
    shutil.copytree(corpus, copy)
    return timed([str(BIN / "incdoc"), "-j", str(JOBS)], copy, watch=True)


def _edits(copy: Path) -> None:
    command = [str(BIN / "incdoc"), "-j", str(JOBS)]
    timed(command, copy)
    nothing = statistics.median(timed(command, copy)[0] for _ in range(ROUNDS))
    source = copy / "torch/_lazy/extract_compiled_graph.py"
    text = source.read_text()
    body = []
    for number in range(ROUNDS):
        source.write_text(text.replace("copy.deepcopy(", f"copy.deepcopy(  # {number}\n            ", 1))
        body.append(timed(command, copy)[0])
    print(f"nothing changed             {nothing:6.3f} s")
    print(f"a function's body edited    {statistics.median(body):6.3f} s (budget: 0.1 s more)")


if __name__ == "__main__":
    main()
