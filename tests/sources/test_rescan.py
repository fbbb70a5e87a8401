"""A rescan of the changed paths finds what a whole scan finds."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from incdoc.config import Config
from incdoc.sources import Listing, Stamps, rescan, scan
from tests.sources.support import repository, write

FILES: dict[str, str | bytes] = {"a.py": "a = 1\n", "pkg/b.py": "b = 2\n", "pkg/c.py": "", ".gitignore": "*.log\n"}


def seen(listing: Listing) -> list[object]:
    return list(listing.entries.items())


def follow(top: Path, *steps: dict[str, str | bytes | None]) -> list[set[str]]:
    """Apply each step's writes and removals; the touched paths, after comparing with a whole scan."""
    config = Config(root=str(top), exclude=("skip/**",))
    known = scan(config, Stamps())
    touched = []
    for step in steps:
        for name, content in step.items():
            if content is None:
                (top / name).unlink()
            else:
                write(top, {name: content})
        known, paths = rescan(config, known, step)
        touched.append(paths)
        assert seen(known) == seen(scan(config, Stamps()))
    return touched


@pytest.mark.parametrize("in_git", [True, False])
def test_edits_additions_and_removals(tmp_path: Path, in_git: bool) -> None:
    top = tmp_path / "top"
    if in_git:
        repository(top, FILES)
    else:
        write(top, FILES)
    found = follow(
        top,
        {"a.py": "a = 22\n"},
        {"pkg/b.py": None, "new.py": "new\n", "x.log": "ignored", "skip/y.py": "", "docs/reference/z.md": ""},
        {"pkg/b.py": "b = 3\n"},
        {".gitignore": "*.log\nnew.py\n"},
    )
    assert "new.py" in found[3]


@pytest.mark.parametrize("in_git", [True, False])
def test_virtual_environments(tmp_path: Path, in_git: bool) -> None:
    top = tmp_path / "top"
    files: dict[str, str | bytes] = FILES | {"sample/pyvenv.cfg": "", "sample/b.py": ""}
    repository(top, files) if in_git else write(top, files)
    follow(
        top,
        {".venv/pyvenv.cfg": "home = /\n"},
        {".venv/lib/site.py": "", "sample/c.py": "", "other/lib/d.py": ""},
        {"other/pyvenv.cfg": ""},
        {"other/pyvenv.cfg": None},
        {"sample/pyvenv.cfg": None},
        {"sample/lib/e.py": ""},
    )


def test_only_what_changed_is_read(tmp_path: Path) -> None:
    top = repository(tmp_path, FILES)
    config = Config(root=str(top))
    known = scan(config, Stamps())
    write(top, {"a.py": "other\n", "pkg/b.py": "not told\n"})
    listing, _ = rescan(config, known, ["a.py"])
    assert listing.hashed == 1


def test_what_a_name_became(tmp_path: Path) -> None:
    top = repository(tmp_path, FILES)
    config = Config(root=str(top))
    known = scan(config, Stamps())
    (top / "a.py").unlink()
    (top / "a.py").symlink_to("pkg/b.py")
    known, _ = rescan(config, known, ["a.py"])
    assert seen(known) == seen(scan(config, Stamps()))
    os.unlink(top / "a.py")
    write(top, {"a.py/inside.py": ""})
    known, touched = rescan(config, known, ["a.py"])
    assert seen(known) == seen(scan(config, Stamps()))
    assert touched >= {"a.py", "a.py/inside.py"}
