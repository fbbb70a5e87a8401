"""From a save to its page on disk, under a running ``incdoc watch`` of torch's Python files.

The clock runs from the return of the write to the moment at which the page's file is another one, which is looked for
every 0.2 ms. Body edits change the last line of a source; import edits and first-sentence edits reach other pages too.
Then what 5,500 changes at once take in time and memory, and beside it how long ``zensical serve`` and ``mkdocs serve``
need to show one edited page of the same tree of pages.
"""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path

from tests.bench.measure import family_megabytes
from tests.corpora import fetch
from tests.support import BIN, ENVIRONMENT

EDITS = 300
PAUSE = 0.15
PATIENCE = 60.0
AT_ONCE = 5_500
SITE_PATIENCE = 600.0

Edit = Callable[[str, int], str]


def body(text: str, number: int) -> str:
    """A comment at the end."""
    return re.sub(r"# edit \d+\n\Z", "", text) + f"# edit {number}\n"


def imported(text: str, number: int) -> str:
    """An import at the top, another each time."""
    module = ("ast", "bisect", "colorsys", "difflib")[number % 4]
    return f"import {module}  # edit {number}\n" + re.sub(r"\Aimport \w+  # edit \d+\n", "", text)


def sentence(text: str, number: int) -> str:
    """A first sentence at the top, another each time."""
    return f'"""Sentence {number}."""  # edited\n' + re.sub(r'\A""".*"""  # edited\n', "", text)


def main() -> None:
    """Print a row a figure."""
    corpus = fetch.corpus("torch")
    with tempfile.TemporaryDirectory() as scratch:
        top = Path(scratch) / "torch"
        shutil.copytree(corpus, top)
        subprocess.run(["git", "init", "-q", str(top)], check=True)
        (top / ".gitignore").write_text("docs/\n")
        watch = _start(top)
        try:
            _edits(top)
            _at_once(top, watch)
        finally:
            watch.send_signal(signal.SIGINT)
            watch.wait()
        _sites(top, Path(scratch))


def _edits(top: Path) -> None:
    chance = random.Random(7)
    sources = [path for path in sorted(top.rglob("*.py")) if _page(top, path).exists()]
    for name, edit, budget in (
        ("body", body, "30 / 100"),
        ("import", imported, "60"),
        ("first sentence", sentence, "60"),
    ):
        taken = sorted(_edit(top, chance.choice(sources), edit, number) for number in range(EDITS))
        p50, p90, p99 = (taken[int(len(taken) * part)] * 1000 for part in (0.5, 0.9, 0.99))
        print(f"{name:<15} p50 {p50:6.1f}  p90 {p90:6.1f}  p99 {p99:6.1f} ms   (budget {budget})", flush=True)


def _start(top: Path) -> subprocess.Popen[str]:
    watch = subprocess.Popen(
        [str(BIN / "incdoc"), "watch"], cwd=top, env=ENVIRONMENT, stdout=subprocess.PIPE, text=True
    )
    assert watch.stdout is not None
    for line in watch.stdout:
        if "watching" in line:
            threading.Thread(target=watch.stdout.read, daemon=True).start()
            return watch
    sys.exit("incdoc watch did not start")


def _page(top: Path, source: Path) -> Path:
    return top / "docs/reference" / f"{source.relative_to(top)}_docs.md"


def _edit(top: Path, source: Path, edit: Edit, number: int) -> float:
    """Seconds from the write's return to another file in the page's place."""
    page = _page(top, source)
    text = edit(source.read_text(errors="surrogateescape"), number)
    before = os.stat(page).st_ino
    with open(source, "w", errors="surrogateescape") as file:
        file.write(text)
    began = time.perf_counter()
    while os.stat(page).st_ino == before:
        if time.perf_counter() - began > PATIENCE:
            sys.exit(f"no new page for {source}")
        time.sleep(0.0002)
    taken = time.perf_counter() - began
    time.sleep(PAUSE)
    return taken


def _at_once(top: Path, watch: subprocess.Popen[str]) -> None:
    """Change every source, and add as many as are missing, at once."""
    sources = sorted(path for path in top.rglob("*.py"))
    missing = [top / "more" / f"p{n // 100}" / f"m{n}.py" for n in range(AT_ONCE - len(sources))]
    for folder in {path.parent for path in missing}:
        folder.mkdir(parents=True)
    for source in missing:
        source.write_text(f'"""Module {source.stem}."""\n\n\ndef f():\n    return 1\n')
    for source in sources:
        with open(source, "a") as file:
            file.write("\n# changed at once\n")
    began, highest = time.perf_counter(), 0.0
    last = _page(top, sources[-1])
    while "changed at once" not in last.read_text() or not all(_page(top, path).exists() for path in missing[-100:]):
        highest = max(highest, family_megabytes(watch.pid))
        if time.perf_counter() - began > 10 * PATIENCE:
            sys.exit("the changes at once were not taken up")
        time.sleep(0.05)
    print(
        f"{AT_ONCE:,} at once   settled after {time.perf_counter() - began:.1f} s, {highest:.0f} MB   (budget 600 MB)"
    )


def _sites(top: Path, scratch: Path) -> None:
    """The same pages as sites of generators that serve."""
    for tool, settings in (("zensical", "zensical.toml"), ("mkdocs", "mkdocs.yml")):
        if not (BIN / tool).exists():
            print(f"{tool} is not installed")
            continue
        site = scratch / tool
        site.mkdir()
        shutil.copytree(top / "docs/reference", site / "docs")
        name = '[project]\nsite_name = "bench"\n' if tool == "zensical" else "site_name: bench\n"
        (site / settings).write_text(name)
        print(f"{tool} serve: {_serve(site, tool)}", flush=True)


def _serve(site: Path, tool: str) -> str:
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    page = "torch/_lazy/closure.py_docs"
    command = [str(BIN / tool), "serve", "-a", f"127.0.0.1:{port}"]
    server = subprocess.Popen(command, cwd=site, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        began = time.perf_counter()
        if not _shows(port, page, "closure", began + SITE_PATIENCE):
            return f"not ready after {SITE_PATIENCE:.0f} s"
        ready = time.perf_counter() - began
        taken = []
        for number in range(3):
            with open(site / "docs" / f"{page}.md", "a") as file:
                file.write(f"\nedit-number-{number}\n")
            began = time.perf_counter()
            if not _shows(port, page, f"edit-number-{number}", began + SITE_PATIENCE):
                return f"ready after {ready:.1f} s, but an edit did not show in {SITE_PATIENCE:.0f} s"
            taken.append(time.perf_counter() - began)
        return f"one page edited: {min(taken):.2f} s at best, {max(taken):.2f} s at worst; ready after {ready:.1f} s"
    finally:
        server.kill()
        server.wait()


def _shows(port: int, page: str, text: str, end: float) -> bool:
    while time.perf_counter() < end:
        try:
            connection = HTTPConnection("127.0.0.1", port, timeout=60)
            connection.request("GET", f"/{page}/")
            answer = connection.getresponse()
            if answer.status == 200 and text in answer.read().decode("utf-8", "replace"):
                return True
        except OSError:
            pass
        time.sleep(0.01)
    return False
