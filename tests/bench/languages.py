"""Each language on real trees: files, megabytes, seconds to read them, and the ratio to parsing alone with its grammar;
then the clean build of PyTorch whole beside ctags, doxygen and parsing alone.

Seconds are those of one process on one processor, without the garbage collector, as in a worker, and without what a
process does once: each source was read before. Of several rounds the fastest counts, source by source. Languages
without a grammar have no ratio; the cells of notebooks are parsed with the grammars of what is in them. doxygen, which
takes minutes, is tried if it is installed.
"""

from __future__ import annotations

import functools
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from pathlib import Path

from tree_sitter import Language, Parser

from incdoc.engine.garbage import uncollected
from incdoc.languages import load
from tests.bench.measure import memory, timed
from tests.corpora import debian
from tests.corpora.fetch import cache
from tests.support import BIN, LANGUAGES

TREES = ("pytorch", "caddy", "rust-ripgrep", "rust-serde", "guava-libraries")
JOBS = 2
ROUNDS = 3
BUDGET = 3.0
"""The most times as long as parsing alone that reading may take."""
DOXYGEN_SECONDS = 900
DOXYFILE = """INPUT = {input}
OUTPUT_DIRECTORY = {output}
RECURSIVE = YES
FILE_PATTERNS = *.h *.hpp *.c *.cc *.cpp *.cu *.cuh *.py
EXTRACT_ALL = YES
QUIET = YES
WARNINGS = NO
GENERATE_LATEX = NO
HAVE_DOT = NO
NUM_PROC_THREADS = 2
"""


def main() -> None:
    """Print the tables."""
    found = _sources(TREES)
    print(f"{'language':<14} {'files':>6} {'MB':>7} {'read s':>8} {'parse s':>8} {'ratio':>6}")
    for name, sources in sorted(found.items(), key=lambda item: -sum(map(len, item[1]))):
        _line(name, sources)
    print(f"(budget of the ratio {BUDGET})\n")
    _whole()


def _sources(trees: Iterable[str]) -> dict[str, list[bytes]]:
    """The sources of the trees by language, each content once."""
    found: dict[str, dict[bytes, None]] = {}
    for tree in trees:
        for path in _files(debian.source(tree)):
            found.setdefault(LANGUAGES.detect(path.as_posix()).language, {})[path.read_bytes()] = None
    return {name: list(contents) for name, contents in found.items() if name not in ("text", "binary")}


def _files(top: Path) -> Iterator[Path]:
    for folder, _, names in os.walk(top):
        for name in names:
            path = Path(folder, name)
            if path.is_file() and not path.is_symlink():
                yield path


def _line(name: str, sources: list[bytes]) -> None:
    read = load(name).read
    read(b"")  # imports
    megabytes = sum(map(len, sources)) / 1e6
    took = _seconds(read, sources)
    parse = _parse(name)
    if parse is None:
        print(f"{name:<14} {len(sources):>6,} {megabytes:>7.2f} {took:>8.2f} {'':>8} {'':>6}", flush=True)
        return
    alone = _seconds(parse, sources)
    print(
        f"{name:<14} {len(sources):>6,} {megabytes:>7.2f} {took:>8.2f} {alone:>8.2f} {took / alone:>6.2f}", flush=True
    )


def _seconds(act: Callable[[bytes], object], sources: Iterable[bytes]) -> float:
    """The sum of the fastest rounds."""
    with uncollected():
        return sum(min(_once(act, data) for _ in range(ROUNDS + 1)) for data in sources)


def _once(act: Callable[[bytes], object], data: bytes) -> float:
    start = time.thread_time()
    act(data)
    return time.thread_time() - start


def _parse(name: str) -> Callable[[bytes], object] | None:
    """Parsing alone with the grammars of a language; None if it has none."""
    parsers = [_parser(each) for each in load(name).depends if each.startswith("tree_sitter_")]
    if name != "notebook":
        return parsers[0].parse if parsers else None
    whole, cells = parsers[0], dict(zip(("markdown", "code"), parsers[1:], strict=True))

    def parse(data: bytes) -> None:
        whole.parse(data)
        for kind, text in _cells(data):
            cells[kind].parse(text)

    return parse


def _parser(distribution: str) -> Parser:
    module = import_module(distribution)
    make = getattr(module, "language", None) or module.language_typescript
    return Parser(Language(make()))


@functools.cache
def _cells(data: bytes) -> list[tuple[str, bytes]]:
    """The texts of the cells of a notebook, by kind, each as one."""
    found: dict[str, list[str]] = {"markdown": [], "code": []}
    for cell in json.loads(data).get("cells", []):
        if cell["cell_type"] in found:
            found[cell["cell_type"]].append("".join(cell["source"]))
    return [(kind, "\n".join(texts).encode()) for kind, texts in found.items()]


def _whole() -> None:
    top = debian.source("pytorch")
    with tempfile.TemporaryDirectory(prefix=".bench-", dir=os.environ.get("INCDOC_BENCH") or cache()) as scratch:
        place = Path(scratch)
        copy = place / "pytorch"
        shutil.copytree(top, copy, symlinks=True)
        took = timed([str(BIN / "incdoc"), "-v0", "-j", str(JOBS)], copy)
        print(f"PyTorch whole, clean, {JOBS} processes: {took.seconds:.1f} s, {took.processor:.1f} s of processors")
        shutil.rmtree(copy)
        shutil.copytree(top, copy, symlinks=True)
        alone = sum(_seconds(parse, each) for name, each in _sources(TREES[:1]).items() if (parse := _parse(name)))
        print(
            f"  parsing alone with the same grammars: {alone:.1f} s of processors, ratio {took.processor / alone:.2f}"
        )
        print(f"  memory in all {memory([str(BIN / 'incdoc'), '-v0', '-j', str(JOBS)], copy):.0f} MB")
        shutil.rmtree(copy)
        if shutil.which("ctags"):
            print(f"  ctags -R: {timed(['ctags', '-R', '-f', str(place / 'tags'), str(top)], place).seconds:.1f} s")
        if shutil.which("doxygen"):
            _doxygen(top, place)


def _doxygen(top: Path, place: Path) -> None:
    (place / "Doxyfile").write_text(DOXYFILE.format(input=top, output=place / "doxygen"))
    start = time.perf_counter()
    try:
        subprocess.run(["doxygen", "Doxyfile"], cwd=place, capture_output=True, timeout=DOXYGEN_SECONDS, check=True)
    except subprocess.TimeoutExpired:
        print(f"  doxygen, C, C++, CUDA and Python: not done after {DOXYGEN_SECONDS} s", file=sys.stderr)
    else:
        print(f"  doxygen, C, C++, CUDA and Python: {time.perf_counter() - start:.1f} s")
