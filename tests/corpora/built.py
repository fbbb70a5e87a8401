"""A tree of pages, built by the command in its own process, as a user builds it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

COMMAND = (sys.executable, "-c", "from incdoc.plugin.main import main; main()")
OUTPUT = "docs/reference"


class Built(NamedTuple):
    """``root``: the repository; ``pages``: its pages; ``stats``: what ``--stats`` wrote."""

    root: Path
    pages: Path
    stats: dict[str, float]

    def texts(self, ending: str) -> list[str]:
        """The pages whose names end with ``ending``, relative to ``pages``, sorted."""
        return sorted(path.relative_to(self.pages).as_posix() for path in self.pages.rglob(f"*{ending}"))


def build(root: Path, *options: str, **environment: str) -> Built:
    """Build the pages of the tree at ``root``."""
    stats = root.with_name(root.name + ".stats.json")
    done = subprocess.run(
        [*COMMAND, "-d", str(root), "--stats", str(stats), *options],
        cwd=root,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))} | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"exit status {done.returncode}\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
    return Built(root, root / OUTPUT, json.loads(stats.read_text()))


def copy_and_build(source: Path, place: Path) -> Built:
    """Build in a copy, so that the fetched corpus does not change."""
    shutil.copytree(source, place, symlinks=True)
    return build(place)
