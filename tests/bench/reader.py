"""The live reader: from a key to the answer, from a save to the changed page in a browser, the first page, memory over
a watch, also after many saves with many streams, and the weight of a page over its own content.

Measured over HTTP on this machine, on torch's Python files and on PyTorch whole, with names that are drawn by chance.
"""

from __future__ import annotations

import gzip
import os
import random
import shutil
import socket
import sqlite3
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from urllib.parse import quote

from tests.bench.measure import family_megabytes
from tests.corpora import debian, fetch
from tests.site.support import Driver, Serving, browser, serving, until
from tests.support import run
from tests.watch.support import watching

TREES: dict[str, Callable[[], Path]] = {
    "torch": lambda: fetch.corpus("torch"),
    "pytorch": lambda: debian.source("pytorch"),
}
NAMES, SAVES, PAGES = 400, 20, 30
STREAMS, STREAMED = 20, 2000
"""Clients that listen for changes, and the saves that each of them is told of."""
_OBSERVE = """window.changedAt = 0;
new MutationObserver(() => { window.changedAt = window.changedAt || Date.now(); })
  .observe(document.getElementById("main"), {childList: true, subtree: true});"""


def main() -> None:
    """Print a block for each tree."""
    with tempfile.TemporaryDirectory(prefix=".bench-", dir=os.environ.get("INCDOC_BENCH") or fetch.cache()) as scratch:
        for name, tree in TREES.items():
            root = Path(scratch) / name
            shutil.copytree(tree(), root, symlinks=True)
            run(root, "git", "init", "-q")
            run(root, "incdoc", "-v0")
            print(f"{name}:", flush=True)
            _measure(root)


def _measure(root: Path) -> None:
    with watching(root) as watch:
        alone = family_megabytes(watch.process.pid)
    with serving(root) as served, browser() as driver:
        _keys(root, served)
        pages = _pages(root)
        first = [_timed(served, page) for page in pages]
        print(f"  a page for the first time: p50 {_at(first, 0.5):.1f} ms, p99 {_at(first, 0.99):.1f} ms (150)")
        print(f"  memory over a watch: {family_megabytes(served.watch.process.pid) - alone:.0f} MB (80)")
        weights = [_weight(served, page) for page in pages]
        print(f"  weight of a page over its content, compressed: median {statistics.median(weights):.2f} (1.3)")
        _saves(root, served, driver)
    with serving(root) as served:
        _streams(root, served)


def _keys(root: Path, served: Serving) -> None:
    store = next((root / ".incdoc").glob("store-*.db"))
    with sqlite3.connect(f"file:{store}?mode=ro", uri=True) as db:
        names = [row[0] for row in db.execute("SELECT name FROM keyword")]
    chosen = random.Random(1).sample(names, NAMES)
    words = [name.rpartition(".")[2][:length] for name in chosen for length in range(1, 9)]
    paths = [f"-/find?q={quote(word)}" for word in words]
    over_http = [_timed(served, path) for path in paths]
    took = [float(served.get(f"/{path}")[1]["server-timing"].partition("dur=")[2]) for path in paths]
    for what, each in (("key to answer, the server's time", took), ("over HTTP, a connection each", over_http)):
        print(f"  {len(names):,} entries, {what}: p50 {_at(each, 0.5):.1f} ms (3), p99 {_at(each, 0.99):.1f} ms (20)")


def _pages(root: Path) -> list[str]:
    top = root / "docs/reference"
    found = sorted(path.relative_to(top).as_posix() for path in top.rglob("*_docs.md"))
    return [quote(path[:-3] + ".html") for path in random.Random(1).sample(found, PAGES)]


def _weight(served: Serving, page: str) -> float:
    """Compressed bytes of a page over those of what is in its main element."""
    whole = served.get(f"/{page}")[2]
    content = whole[whole.index(b"<main") : whole.index(b"</main>")]
    return len(gzip.compress(whole)) / len(gzip.compress(content))


def _saves(root: Path, served: Serving, driver: Driver) -> None:
    """A comment that is added at the end, and a function, which has other pages and the index made again too."""
    sources = sorted(path for path in root.rglob("*.py") if ".git" not in path.parts and path.stat().st_size < 50_000)
    for what, added in (("a comment", "# more {}\n"), ("a function", "\n\ndef added_{}():\n    pass\n")):
        took = []
        for number, path in enumerate(random.Random(2).sample(sources, SAVES)):
            text = path.read_text(encoding="utf-8", errors="replace")
            driver.get(f"{served.address}{path.relative_to(root).as_posix()}_docs.html")
            until(lambda: driver.find_elements("css selector", "#tree li"), "no tree")
            driver.execute_script(_OBSERVE)
            time.sleep(0.3)
            began = time.time() * 1000
            path.write_text(text + added.format(number), encoding="utf-8")
            until(lambda: driver.execute_script("return window.changedAt"), f"{path} did not change")
            took.append(driver.execute_script("return window.changedAt") - began)
        p50, p99 = _at(took, 0.5), _at(took, 0.99)
        print(f"  {what} saved to changed page in the browser: p50 {p50:.0f} ms (100), p99 {p99:.0f} ms", flush=True)


def _streams(root: Path, served: Serving) -> None:
    """Memory while every one of many clients is told of every save."""
    told = [0] * STREAMS
    with ExitStack() as stack:
        for number in range(STREAMS):
            stream = stack.enter_context(socket.create_connection(("127.0.0.1", served.port)))
            stream.sendall(f"GET /-/events HTTP/1.1\r\nHost: 127.0.0.1:{served.port}\r\n\r\n".encode())
            threading.Thread(target=_listen, args=(stream, told, number), daemon=True).start()
        until(lambda: all(told), "a stream did not begin")
        path = min(root.rglob("*.py"), key=lambda each: (abs(each.stat().st_size - 5_000), each))
        text = path.read_text(encoding="utf-8", errors="replace")
        for save in range(STREAMED + 1):
            before = tuple(told)
            path.write_text(f"{text}\n\ndef added_{save}():\n    pass\n", encoding="utf-8")
            until(partial(_all_above, told, before), "a client was not told of a save")
            if save % (STREAMED // 4) == 0:
                print(f"  {save:,} saves, {STREAMS} streams: {family_megabytes(served.watch.process.pid):.0f} MB")


def _all_above(told: list[int], before: tuple[int, ...]) -> bool:
    return all(now > then for now, then in zip(told, before, strict=True))


def _listen(stream: socket.socket, told: list[int], number: int) -> None:
    while received := stream.recv(65536):
        told[number] += received.count(b"\n\n")


def _timed(served: Serving, path: str) -> float:
    """Milliseconds until the whole answer is there."""
    began = time.perf_counter()
    status, _, _ = served.get(f"/{path}")
    assert status == 200, path
    return (time.perf_counter() - began) * 1000


def _at(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]
