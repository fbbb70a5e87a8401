"""The four projects."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from tests.corpora.debian import source
from tests.corpora.fetch import release
from tests.corpora.test_typescript import package
from tests.support import ENVIRONMENT

INCDOC = (sys.executable, "-c", "from incdoc.plugin.main import main; main()")


class Project(NamedTuple):
    """``plain``: the sources alone; ``built``: with incdoc's pages and its cache."""

    plain: Path
    built: Path


_WHERE: dict[str, Callable[[], Path]] = {
    "httpx": lambda: release("httpx", "0.28.1"),
    "ripgrep": lambda: source("rust-ripgrep"),
    "zod": lambda: package("zod-4.1.12"),
    "leveldb": lambda: source("leveldb"),
}
_WRITTEN = {"zod": ("src", "package.json", "README.md")}
"""Of a package what is written by hand: beside its sources are the files that its compiler made of them."""


def prepare(folder: Path) -> dict[str, Project]:
    """Both copies of each project below a folder. Raises FetchError."""
    return {name: _prepare(folder / name, name, get()) for name, get in _WHERE.items()}


def _prepare(folder: Path, name: str, given: Path) -> Project:
    project = Project(folder / "plain", folder / "built")
    for place in project:
        for each in _WRITTEN.get(name, (".",)):
            if (given / each).is_dir():
                shutil.copytree(given / each, place / each, symlinks=True, dirs_exist_ok=True)
            else:
                shutil.copy2(given / each, place / each)
    subprocess.run([*INCDOC, "-v0"], cwd=project.built, env=ENVIRONMENT, check=True)
    return project
