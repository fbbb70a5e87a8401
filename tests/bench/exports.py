"""What the files for other programs cost: in a first build, each alone and all, and after one edit.

Seconds are those of processors, of all processes together: what else runs on the machine changes them little.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from incdoc.config import EXPORTS
from tests.bench.measure import timed
from tests.bench.trees import released

PROJECTS = {"httpx": ("0.28.1", "httpx/_auth.py"), "sphinx": ("8.2.3", "sphinx/util/__init__.py")}
"""By name: the release, and the source that is edited."""
INCDOC = [sys.executable, "-m", "incdoc", "-q"]


def main() -> None:
    """Print a block for each project."""
    for name, root, edited in released(PROJECTS):
        _measure(root, root / edited, name)


def _measure(root: Path, edited: Path, name: str) -> None:
    print(f"{name}:{'first build':>32}{'one edit':>12}{'size':>12}", flush=True)
    without = _row(root, edited, "without", ())
    for each in EXPORTS:
        _row(root, edited, each, (each,))
    print(f"  all take {_row(root, edited, 'all', EXPORTS) / without:.2f} x a first build without them", flush=True)


def _row(root: Path, edited: Path, title: str, exports: tuple[str, ...]) -> float:
    """Seconds of a first build."""
    (root / "incdoc.toml").write_text(f"exports = {list(exports)}\n")
    output = root / "docs/reference"
    for made in (output, root / ".incdoc"):
        shutil.rmtree(made, ignore_errors=True)
    first = timed(INCDOC, root).processor
    text = edited.read_text()
    edited.write_text(f'{text}\n\ndef added_by_the_benchmark():\n    """Something new."""\n')
    edit = timed(INCDOC, root).processor
    edited.write_text(text)
    size = sum((output / each).stat().st_size for each in exports)
    print(f"  {title:<24}{first:>9.2f} s{edit:>10.2f} s{size / 1e6:>9.2f} MB", flush=True)
    return first
