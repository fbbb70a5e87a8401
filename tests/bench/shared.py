"""A fresh clone with a warm shared cache beside a build without one: seconds, requests, bytes; with nginx.

The trees: Django, torch's Python files and PyTorch whole, or those that are named in INCDOC_TREES.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.bench.change import INCDOC
from tests.bench.measure import INSTALLED, timed
from tests.corpora import debian, fetch
from tests.remote.nginx import Nginx, nginx

BUDGET = 0.4
"""Of the CPU time of a build without a cache, in a clone with a warm one."""
TREES: dict[str, Callable[[], Path]] = {
    "django": lambda: fetch.corpus("django"),
    "torch": lambda: fetch.corpus("torch"),
    "pytorch": lambda: debian.source("pytorch"),
}


def main() -> None:
    """Print three lines for each tree."""
    place = os.environ.get("INCDOC_BENCH") or fetch.cache()
    for name in os.environ.get("INCDOC_TREES", " ".join(TREES)).split():
        with (
            tempfile.TemporaryDirectory(prefix=".bench-", dir=place) as scratch,
            nginx(Path(scratch, "nginx")) as server,
        ):
            _measure(name, Path(scratch), server)


def _measure(name: str, scratch: Path, server: Nginx) -> None:
    top = scratch / "origin"
    shutil.copytree(TREES[name](), top, symlinks=True)
    (top / "incdoc.toml").write_text(f'[remote]\nurl = "{server.url}"\nwrite = true\n')
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "sources"]):
        identity = ["-c", "user.name=bench", "-c", "user.email=bench@example.org", "-c", "gc.auto=0"]
        subprocess.run(["git", *identity, *command], cwd=top, check=True)
    for folder in ("plain", "warm"):
        subprocess.run(["git", "clone", "-q", top, scratch / folder], check=True)
    (scratch / "plain/incdoc.toml").write_text("")
    plain = timed(INCDOC, scratch / "plain")
    INSTALLED.update(server.credentials("writer"))
    first = timed(INCDOC, top)
    INSTALLED.pop("INCDOC_REMOTE_CREDENTIALS")
    sent = _bytes(server)
    asked = len(server.requests())
    warm = timed([*INCDOC, "--stats", str(scratch / "stats")], scratch / "warm")
    requests = server.requests()
    print(f"{name}: {(scratch / 'stats').read_text().strip()}")
    print(f"  without a cache       {plain.seconds:6.1f} s, {plain.processor:6.1f} s of CPU, {plain.megabytes:,.0f} MB")
    print(
        f"  which writes to one   {first.seconds:6.1f} s, {first.processor:6.1f} s of CPU, {asked:,} requests, "
        f"{sent / 1e6:.1f} MB in {len(server.entries()):,} entries"
    )
    ratio = warm.processor / plain.processor
    print(
        f"  clone with a warm one {warm.seconds:6.1f} s, {warm.processor:6.1f} s of CPU, {len(requests):,} requests, "
        f"{warm.megabytes:,.0f} MB: {ratio:.2f} of the first, budget {BUDGET}",
        flush=True,
    )


def _bytes(server: Nginx) -> int:
    return sum(each.stat().st_size for each in server.entries())
