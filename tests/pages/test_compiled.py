"""Compiled templates are kept between processes, and whatever is kept, the pages are right."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import PROJECT, pages, run, write


def build(folder: Path, kept: Path) -> dict[str, bytes]:
    """The pages of a project that a process makes with the code that is kept in a folder."""
    write(folder, PROJECT)
    run(folder, "incdoc", PYTHONDONTWRITEBYTECODE="", PYTHONPYCACHEPREFIX=str(kept))
    return pages(folder)


def codes(kept: Path) -> list[Path]:
    return sorted(kept.rglob("template-*.pyc"))


def test_they_are_kept_and_used(tmp_path: Path) -> None:
    right = build(tmp_path / "first", tmp_path / "kept")
    before = {path: path.stat() for path in codes(tmp_path / "kept")}
    assert len(before) > 5
    assert build(tmp_path / "second", tmp_path / "kept") == right
    assert {path: path.stat().st_mtime_ns for path in codes(tmp_path / "kept")} == {
        path: stat.st_mtime_ns for path, stat in before.items()
    }


@pytest.mark.parametrize("damage", ["empty", "cut", "other"])
def test_damaged_ones_are_compiled_again(damage: str, tmp_path: Path) -> None:
    right = build(tmp_path / "first", tmp_path / "kept")
    for path in codes(tmp_path / "kept"):
        data = path.read_bytes()
        path.write_bytes({"empty": b"", "cut": data[:200], "other": b"x" * 20 + data[20:]}[damage])
    assert build(tmp_path / "second", tmp_path / "kept") == right
    assert all(path.stat().st_size > 200 for path in codes(tmp_path / "kept"))


def test_where_nothing_may_be_kept_nothing_is(tmp_path: Path) -> None:
    write(tmp_path / "project", PROJECT)
    run(tmp_path / "project", "incdoc", PYTHONDONTWRITEBYTECODE="1", PYTHONPYCACHEPREFIX=str(tmp_path / "kept"))
    assert codes(tmp_path / "kept") == []
