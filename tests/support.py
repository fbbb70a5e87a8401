"""Run the real commands on small repositories."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from incdoc.config import IncdocError, load
from incdoc.executors import Executors, Serial
from incdoc.languages import Languages
from incdoc.query.dry_run import DryRun
from incdoc.store import Store, store_path
from incdoc.store.snapshot import Snapshot
from tests.tally import count

if TYPE_CHECKING:
    import sqlite3
    from types import FrameType

LANGUAGES = Languages.named(())
"""The languages of the default settings."""
BIN = Path(sys.executable).parent
ENVIRONMENT = {key: value for key, value in os.environ.items() if not key.startswith(("GIT_", "DOIT_"))} | {
    "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
    "CI": "true",
}


UNPRIVILEGED = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if os.geteuid() == 0 else []
"""What a command begins with so that permissions apply to it, even if root runs it."""


def run(folder: Path, *command: str, status: int | None = 0, **environment: str) -> str:
    """Run a command; what it prints on both streams. Its exit status must be ``status`` (None: any)."""
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, env=ENVIRONMENT | environment, check=False, timeout=300
    )
    output = done.stdout + done.stderr
    assert status is None or done.returncode == status, f"{command} ended with {done.returncode}:\n{output}"
    return output


def build(folder: Path, *arguments: str, status: int = 0, command: str = "incdoc") -> dict[str, int]:
    """Build ``folder``; the counts of ``--stats``."""
    stats = folder.parent / f"{folder.name}.stats.json"
    stats.unlink(missing_ok=True)
    count("builds")
    run(folder, command, *arguments, "--stats", str(stats), status=status)
    counts: dict[str, int] = json.loads(stats.read_text())
    return counts


def write(folder: Path, files: dict[str, str]) -> Path:
    """Write files below ``folder``."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return folder


def pages(folder: Path, output: str = "docs/reference") -> dict[str, bytes]:
    """The bytes of every file below the output folder, by its path relative to that folder."""
    top = folder / output
    return {str(path.relative_to(top)): path.read_bytes() for path in sorted(top.rglob("*")) if path.is_file()}


REFUSED = 3
"""The exit status of a build that is refused before it starts."""


def would_change(folder: Path, output: str = "docs/reference") -> set[str] | None:
    """The pages that ``incdoc check`` lists, relative to the output folder; None if it refuses as a build would.
    Nothing is written."""
    try:
        with closing(
            DryRun(load(folder, jobs=1), Executors(Serial(), Serial(), Serial()), lambda line: None)
        ) as dry_run:
            dry_run.run()
            return {finding.page.removeprefix(output + "/") for finding in dry_run.findings}
    except IncdocError:
        return None


@contextmanager
def stored(folder: Path) -> Iterator[sqlite3.Connection]:
    """The store's tables, also of a build that was killed; the files stay as they are."""
    with closing(Snapshot(store_path(load(folder)))) as store:
        yield store.db


@contextmanager
def rewritten(folder: Path) -> Iterator[sqlite3.Connection]:
    """The store's tables, to be changed in ways that no check sum shows."""
    with closing(Store(store_path(load(folder)))) as store:
        yield store.writable


def changed(before: dict[str, bytes], after: dict[str, bytes]) -> set[str]:
    """The names whose contents differ, or that only one side has."""
    return {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}


def tree(folder: Path) -> dict[str, tuple[int, int, bytes]]:
    """Everything below ``folder`` with mtime, inode and content, to compare before and after a command."""
    return {
        str(path.relative_to(folder)): (
            path.lstat().st_mtime_ns,
            path.lstat().st_ino,
            path.read_bytes() if path.is_file() and not path.is_symlink() else b"",
        )
        for path in sorted(folder.rglob("*"))
    }


PROJECT = {
    "pkg/__init__.py": '"""A package."""\n\nfrom .core import Engine\n\n__all__ = ["Engine"]\n',
    "pkg/core.py": '"""The core.\n\nMore.\n"""\n\nimport os\n\n\nclass Engine:\n    """Runs."""\n\n'
    '    def start(self) -> None:\n        """Start it."""\n        os.getpid()\n',
    "pkg/fast.py": "from pkg import Engine\n\n\nclass FastEngine(Engine):\n    pass\n",
    "tests/test_core.py": "from pkg.core import Engine\n\n\ndef test_engine():\n    assert Engine\n",
    "README.md": "# Project\n\nIt runs.\n",
    "setup.cfg": "[metadata]\nname = project\n",
}
DODO = """import incdoc

globals().update(incdoc.tasks())


def task_own():
    return {"actions": ["echo own >> own.txt"], "file_dep": ["setup.cfg"], "targets": ["own.txt"]}
"""
WITH_LOADER = '[tool.doit]\nloader = "incdoc"\n[tool.doit.plugins.command]\nwatch = "incdoc.plugin.watch:Watch"\n'


def marked(source: str, mark: str) -> list[tuple[int, str]]:
    """(line, what is behind the mark) of each line of a source that has it."""
    lines = enumerate(source.splitlines(), 1)
    return [(number, line.partition(mark)[2].strip()) for number, line in lines if mark in line]


def calls_of(work: Callable[[], object]) -> int:
    """How many functions, of Python and of C, some work calls. It does not depend on the speed of the machine."""
    counted = 0

    def profile(frame: FrameType, event: str, argument: object) -> None:
        nonlocal counted
        counted += event in ("call", "c_call")

    sys.setprofile(profile)
    try:
        work()
    finally:
        sys.setprofile(None)
    return counted
