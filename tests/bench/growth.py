"""Whole builds of sources of one shape, as large as the limits accept, and of half as many: time and memory.

Processor time that grows as the source gives a ratio of 2 beyond the cost of an empty build. What is refused is built
from facts without definitions; the rows here are of sources that are read.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from incdoc.languages import load
from tests.bench.measure import memory, timed
from tests.languages.test_growth import FAMILIES
from tests.support import BIN, write

INCDOC = [str(BIN / "incdoc"), "-v0", "-j", "1"]
ROUNDS = 3
TREES: dict[str, Callable[[int], dict[str, str]]] = {
    "a folder of 20,000 files": lambda n: {f"f/m{i}.py": f"x{i} = 1\n" for i in range(n)},
    "a file imported by 20,000": lambda n: {
        "hub.py": "def f(): ...\n",
        **{f"d{i // 100}/m{i}.py": "from hub import f\n\nf()\n" for i in range(n)},
    },
    "one name in 20,000 files": lambda n: {f"d{i // 100}/m{i}.py": "def same(): ...\n" for i in range(n)},
}
FILES = 20_000
LARGEST_TEXT = 4 << 20
"""Bytes; text has no limit."""


def is_read(language: str, data: bytes) -> bool:
    """Whether a source is below the limits."""
    return len(data) <= LARGEST_TEXT and not load(language).read(data).refused


def largest(language: str, make: Callable[[int], str]) -> int:
    """The largest number of repetitions that is read, at most 2 million."""
    low, high = 1, 1 << 21
    while low < high:
        middle = (low + high + 1) // 2
        if is_read(language, make(middle).encode()):
            low = middle
        else:
            high = middle - 1
    return low


def seconds_of(scratch: Path, files: dict[str, str], rounds: int) -> float:
    """The seconds of processors of the least of some clean builds: other programs may be running."""
    found = []
    for number in range(rounds):
        with tempfile.TemporaryDirectory(dir=scratch, prefix=str(number)) as folder:
            top = write(Path(folder), files)
            found.append(timed(INCDOC, top).processor)
    return min(found)


def main() -> None:
    """Print a row for each shape."""
    named = sys.argv[2:]
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        start = seconds_of(scratch, {"a.py": "", "a.md": ""}, ROUNDS)
        print(f"an empty build {start:.2f} s")
        print(f"{'shape':<28} {'bytes':>10} {'s, half':>8} {'s':>7} {'ratio':>6} {'MB':>6} {'allowed':>8}")
        for name, (language, make) in FAMILIES.items():
            if named and name not in named:
                continue
            suffix = {"python": "py", "markdown": "md", "text": "txt"}[language]
            n = largest(language, make)
            _row(scratch, name, start, *({f"a.{suffix}": make(count)} for count in (n // 2, n)))
        for name, make_tree in TREES.items():
            if not named or name in named:
                _row(scratch, name, start, make_tree(FILES // 2), make_tree(FILES))


def _row(scratch: Path, name: str, start: float, half: dict[str, str], whole: dict[str, str]) -> None:
    rounds = 1 if len(whole) > 2 else ROUNDS
    small, large = (seconds_of(scratch, files, rounds) for files in (half, whole))
    with tempfile.TemporaryDirectory(dir=scratch) as folder:
        taken = memory(INCDOC, write(Path(folder), whole))
    size = sum(map(len, whole.values()))
    allowed = f"{40 * size / 1e6 + 200:8.0f}" if len(whole) == 1 else ""
    ratio = (large - start) / (small - start)
    print(f"{name:<28} {size:>10,} {small:8.2f} {large:7.2f} {ratio:6.2f} {taken:6.0f} {allowed}", flush=True)
