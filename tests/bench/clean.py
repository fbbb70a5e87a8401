"""A clean build of torch's Python files by two processes, in turn with parsing alone by as many."""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
from pathlib import Path

from tests.bench.measure import memory, timed
from tests.corpora import fetch
from tests.support import BIN

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


def main() -> None:
    """Print the median ratio of the pairs, and the memory."""
    corpus = fetch.corpus("torch")
    command = [str(BIN / "incdoc"), "-j", str(JOBS)]
    with tempfile.TemporaryDirectory() as scratch:
        top = Path(scratch)
        script = top / "parsing.py"
        script.write_text(PARSING)
        ratios, alone, built = [], [], []
        for number in range(ROUNDS):
            copy = top / f"copy{number}"
            shutil.copytree(corpus, copy)
            parse = timed([sys.executable, str(script), str(copy), str(JOBS)], top).seconds
            clean = timed(command, copy).seconds
            ratios.append(clean / parse)
            alone.append(parse)
            built.append(clean)
        print(f"parsing alone, {JOBS} processes    {statistics.median(alone):6.2f} s")
        print(f"clean build, {JOBS} processes      {statistics.median(built):6.2f} s")
        print(f"ratio                       {statistics.median(ratios):6.2f}   (budget 2.5)")
        shutil.copytree(corpus, top / "memory")
        print(f"memory of a clean build     {memory(command, top / 'memory'):6.0f} MB (budget 500)")
