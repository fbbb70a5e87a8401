"""A real watch of a real folder, and a clean build to compare with."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support import BIN, ENVIRONMENT, pages, run

PATIENCE = 120.0
"""Seconds after which an event is taken to be lost. No test asserts less."""
OWN = "docs", ".incdoc"


class Watching:
    """A running ``incdoc watch`` of ``root``."""

    def __init__(self, root: Path, command: list[str]) -> None:
        self.root = root
        self.process = subprocess.Popen(
            command, cwd=root, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self.lines: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))

    @property
    def output(self) -> str:
        """All that it printed."""
        return "\n".join(self.lines)

    def rebuilds(self) -> list[str]:
        """The lines that report rebuilds."""
        return [line for line in self.lines if re.search(r", \d+ ms$", line)]

    def wait_for(self, text: str, count: int = 1) -> None:
        """Wait until ``text`` was printed ``count`` times."""
        until(lambda: self.output.count(text) >= count, lambda: f"no {text!r} in:\n{self.output}")

    def settle(self) -> None:
        """Wait until the pages are those of a clean build."""
        expected = clean(self.root)
        until(lambda: pages_of(self.root) == expected, lambda: self._difference(expected))

    def _difference(self, expected: dict[str, bytes]) -> str:
        found = pages_of(self.root)
        odd = sorted(page for page in found.keys() | expected.keys() if found.get(page) != expected.get(page))
        told = "\n".join(f"{'+' * (page in found)}{'-' * (page in expected)} {page}" for page in odd[:20])
        return f"{len(odd)} pages differ from a clean build:\n{told}\n{self.output}"

    def interrupt(self, number: int = signal.SIGINT) -> int:
        """Its exit status after a signal."""
        self.process.send_signal(number)
        status = self.process.wait(PATIENCE)
        self._reader.join(PATIENCE)
        return status

    def workers(self) -> list[int]:
        """Its child processes."""
        return [
            int(pid) for pid in Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        ]


@contextmanager
def watching(root: Path, *arguments: str, command: tuple[str, str] = ("incdoc", "watch")) -> Iterator[Watching]:
    """A watch that is ready; it is stopped afterwards."""
    watch = Watching(root, [str(BIN / command[0]), command[1], *arguments])
    try:
        watch.wait_for("watching")
        yield watch
    finally:
        if watch.process.poll() is None:
            watch.process.kill()
            watch.process.wait()


def until(true: Callable[[], bool], what: Callable[[], str], patience: float = PATIENCE) -> None:
    """Wait until ``true`` returns True; fail with the message of ``what``."""
    end = time.monotonic() + patience
    while not true():
        assert time.monotonic() < end, what()
        time.sleep(0.02)


def pages_of(root: Path) -> dict[str, bytes]:
    """The pages, while they are being written and removed."""
    try:
        return pages(root)
    except OSError:
        return {}


def clean(root: Path) -> dict[str, bytes]:
    """The pages of a clean build of a copy."""
    copy = root.parent / "clean"
    shutil.rmtree(copy, ignore_errors=True)
    copy.mkdir()
    sources = [str(path) for path in root.iterdir() if path.name not in OWN]
    subprocess.run(["cp", "-a", *sources, str(copy)], check=True)
    run(copy, "incdoc", "-v0", "-j", "1")
    return pages(copy)


def git(root: Path, *arguments: str) -> str:
    """Run a git command."""
    who = ("-c", "user.name=n", "-c", "user.email=e@example.org", "-c", "init.defaultBranch=main")
    return run(root, "git", *who, *arguments)
