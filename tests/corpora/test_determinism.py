"""No page depends on where, when and how it is built: clean builds of Django in different settings are equal."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

from . import fetch
from .built import build

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.corpora

AT_LEAST = 15_000


def digests(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def copy_in_order(source: Path, place: Path, order: list[Path]) -> None:
    """Make the files one by one, so that the disk lists them in another order, with other times."""
    for path in order:
        target = place / path.relative_to(source)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target, follow_symlinks=False)
        shutil.copymode(path, target)
        os.utime(target, (1_000_000_000, 1_000_000_000))


def make_repository(root: Path) -> None:
    git = ["git", "-C", str(root), "-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "gc.auto=0"]
    for command in (["init", "--quiet"], ["add", "--all", "--force"], ["commit", "--quiet", "--message", "all"]):
        subprocess.run([*git, *command], check=True, capture_output=True)


def test_two_unlike_builds_agree(tmp_path: Path) -> None:
    source = fetch.corpus("django")
    files = sorted(path for path in source.rglob("*") if path.is_file())
    one, other = tmp_path / "one", tmp_path / "a" / "deeper folder" / "other"
    copy_in_order(source, one, files)
    random.Random(5).shuffle(files)
    copy_in_order(source, other, files)
    make_repository(other)
    first = build(one, "-j", "1", PYTHONHASHSEED="1", TZ="UTC", LC_ALL="C.UTF-8")
    second = build(other, "-j", "2", PYTHONHASHSEED="4242", TZ="Asia/Tokyo", LC_ALL="C")
    mine, yours = digests(first.pages), digests(second.pages)
    assert len(mine) > AT_LEAST
    assert sorted(mine) == sorted(yours)
    different = [page for page in mine if mine[page] != yours[page]]
    assert not different, f"{len(different)} pages differ: {different[:20]}"
