"""Real vim in a pseudo-terminal, saving in each of its ways."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import PROJECT, write
from tests.watch.support import PATIENCE, Watching, git, until, watching


@pytest.fixture(scope="module")
def watch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watching]:
    root = write(tmp_path_factory.mktemp("vim") / "repo", PROJECT | {".gitignore": "docs/\n*.swp\n*~\n"})
    git(root, "init", "-q")
    with watching(root) as running:
        yield running


class Vim:
    """vim in its own terminal."""

    def __init__(self, path: Path, *settings: str) -> None:
        commands = [argument for setting in settings for argument in ("-c", f"set {setting}")]
        self._terminal, inner = pty.openpty()
        self.process = subprocess.Popen(
            ["vim", "-u", "DEFAULTS", "-i", "NONE", *commands, str(path)],
            stdin=inner, stdout=inner, stderr=inner, cwd=path.parent, start_new_session=True,
            env={**os.environ, "TERM": "xterm"},
        )  # fmt: skip
        os.close(inner)
        threading.Thread(target=self._drain, daemon=True).start()

    def _drain(self) -> None:
        while select.select([self._terminal], [], [])[0]:
            try:
                if not os.read(self._terminal, 65536):
                    return
            except OSError:
                return

    def type(self, keys: str) -> None:
        os.write(self._terminal, keys.encode())

    def end(self) -> None:
        self.type("\x1b:q!\r")
        assert self.process.wait(PATIENCE) == 0


@pytest.mark.parametrize(
    "settings",
    [
        (),
        ("backup",),
        ("backupcopy=yes",),
        ("backupcopy=no",),
        ("nowritebackup",),
        ("backup", "backupcopy=yes", "nofsync"),
    ],
    ids="-".join,
)
def test_saves_of_vim(watch: Watching, settings: tuple[str, ...]) -> None:
    source = watch.root / "pkg/core.py"
    page = watch.root / "docs/reference/pkg/core.py_docs.md"
    before = len(watch.lines)
    vim = Vim(source, *settings)
    for number in range(3):
        line = f"# saved {number} with {' '.join(settings)}"
        vim.type(f"\x1bGo{line}\x1b:w\r")
        until(lambda line=line: line in page.read_text(), lambda: watch.output)  # type: ignore[misc]
        time.sleep(0.1)
    vim.end()
    watch.settle()
    lines = watch.lines[before:]
    assert len(lines) == 3 and all(line.startswith("incdoc: pkg/core.py: ") for line in lines), lines
    # the page was never deleted between vim's renames
    assert not any("removed" in line for line in lines)
