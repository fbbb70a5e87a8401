"""Real repositories for the tests of sources."""

from __future__ import annotations

import subprocess
import time
from typing import TYPE_CHECKING

from incdoc.config import Config
from incdoc.sources import Listing, Stamps, scan
from incdoc.sources.stamps import FINE

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def git(folder: Path, *arguments: str, data: bytes | None = None) -> str:
    """Run git as a user would, with no settings but the repository's."""
    done = subprocess.run(
        ["git", "-c", "user.name=A", "-c", "user.email=a@example.org", *arguments],
        cwd=folder,
        input=data,
        capture_output=True,
        check=True,
    )
    return done.stdout.decode("utf-8", "surrogateescape")


def write(folder: Path, files: Mapping[str, str | bytes]) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)


def repository(folder: Path, files: Mapping[str, str | bytes], *init: str) -> Path:
    """A repository in which ``files`` are committed."""
    folder.mkdir(parents=True, exist_ok=True)
    git(folder, "init", "-q", *init)
    write(folder, files)
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "first")
    return folder


def settle() -> None:
    """Wait until the times of new files are old enough for stamps to be believed."""
    time.sleep(FINE / 1e9 + 0.02)


def look(folder: Path, stamps: Stamps | None = None, **settings: object) -> Listing:
    return scan(Config(root=str(folder), **settings), Stamps() if stamps is None else stamps)  # type: ignore[arg-type]


def hashes(folder: Path, *names: str) -> list[bytes]:
    """The blob ids of the bytes on disk, as git computes them without attributes."""
    return [bytes.fromhex(git(folder, "hash-object", "--no-filters", "--", name).strip()) for name in names]
