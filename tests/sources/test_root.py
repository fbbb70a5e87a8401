"""The project that a folder belongs to."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from incdoc.sources.root import find_root
from tests.sources.support import git
from tests.support import UNPRIVILEGED, write

_NAMES = "[tool.incdoc]\noutput = 'docs/reference'\n"


def _repository(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    git(folder, "init", "-q", ".")
    return folder


@pytest.mark.parametrize("name", ["incdoc.toml", "pyproject.toml"])
def test_the_nearest_settings_upwards(tmp_path: Path, name: str) -> None:
    top = write(_repository(tmp_path / "top"), {name: _NAMES, "a/b/x.py": "", "a/pyproject.toml": "[project]\n"})
    assert find_root(str(top / "a/b")) == str(top)
    write(top, {f"a/{name}": _NAMES})
    assert find_root(str(top / "a/b")) == str(top / "a")
    assert find_root(str(top)) == str(top)


def test_without_settings_the_top_of_the_work_tree(tmp_path: Path) -> None:
    write(tmp_path, {"incdoc.toml": ""})
    top = write(_repository(tmp_path / "top"), {"a/x.py": ""})
    assert find_root(str(top / "a")) == str(top)


def test_a_repository_in_a_repository_is_its_own(tmp_path: Path) -> None:
    top = write(_repository(tmp_path / "top"), {"incdoc.toml": ""})
    inner = write(_repository(top / "inner"), {"a/x.py": ""})
    assert find_root(str(inner / "a")) == str(inner)


def test_without_git_settings_above_or_the_folder_itself(tmp_path: Path) -> None:
    write(tmp_path, {"top/incdoc.toml": "", "top/a/x.py": "", "other/a/x.py": ""})
    assert find_root(str(tmp_path / "top/a")) == str(tmp_path / "top")
    assert find_root(str(tmp_path / "other/a")) == str(tmp_path / "other/a")


@pytest.mark.parametrize("settings", ["[tool.incdoc", "[tool.incdoc]\ncache = ["])
def test_broken_settings_are_settings(tmp_path: Path, settings: str) -> None:
    top = write(_repository(tmp_path / "top"), {"a/pyproject.toml": settings, "a/b/x.py": ""})
    assert find_root(str(top / "a/b")) == str(top / "a")


def test_a_pipe_in_the_place_of_settings_is_not_waited_for(tmp_path: Path) -> None:
    top = write(_repository(tmp_path / "top"), {"a/b/x.py": ""})
    os.mkfifo(top / "a/pyproject.toml")
    assert find_root(str(top / "a/b")) == str(top)


def test_a_link_to_a_folder_is_followed(tmp_path: Path) -> None:
    top = write(_repository(tmp_path / "top"), {"incdoc.toml": "", "a/x.py": ""})
    (tmp_path / "link").symlink_to(top / "a")
    assert find_root(str(tmp_path / "link")) == str(top)


def test_a_folder_that_cannot_be_read_is_not_entered(tmp_path: Path) -> None:
    write(tmp_path, {"top/incdoc.toml": "", "top/closed/a/x.py": ""})
    (tmp_path / "top/closed").chmod(0o311)
    try:
        command = "import sys; from incdoc.sources.root import find_root; print(find_root(sys.argv[1]))"
        arguments = [*UNPRIVILEGED, sys.executable, "-c", command, str(tmp_path / "top/closed/a")]
        found = subprocess.run(arguments, capture_output=True, text=True, check=True)
    finally:
        (tmp_path / "top/closed").chmod(0o755)
    assert found.stdout.strip() == str(tmp_path / "top/closed/a")


def test_settings_of_another_user_count_only_in_a_work_tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    top = write(tmp_path / "top", {"incdoc.toml": "", "a/x.py": ""})
    owner = os.lstat(top).st_uid
    real = os.lstat

    def lstat(path: str) -> os.stat_result:
        found = real(path)
        if str(path).endswith("incdoc.toml"):
            return os.stat_result((*found[:4], owner + 1, *found[5:]))
        return found

    monkeypatch.setattr(os, "lstat", lstat)
    assert find_root(str(top / "a")) == str(top / "a")
    _repository(top)
    assert find_root(str(top / "a")) == str(top)
