"""Incdoc in projects as they are released: what a new user types, what is written, and that nothing of theirs changes.

``python -m tests.corpora.test_at_home`` prints the transcripts.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.plugin.test_terminal import terminal
from tests.support import ENVIRONMENT, pages, write

from . import debian, fetch
from .test_typescript import package

ROOT = Path(__file__).parents[2]
MKDOCS = {"mkdocs.yml": "site_name: HTTPX\n", "docs/index.md": "# HTTPX\n"}


def _httpx(folder: Path) -> None:
    """With the two files of its repository that are not in its release."""
    shutil.copytree(fetch.release("httpx", "0.28.1"), folder)
    write(folder, MKDOCS)


def _monorepo(folder: Path) -> None:
    for name, version in (("click", "8.3.1"), ("pluggy", "1.6.0")):
        shutil.copytree(fetch.release(name, version), folder / "packages" / name)
    write(folder, {"Makefile": "all:\n\techo all\n"})


def _rxjs(folder: Path) -> None:
    shutil.copytree(package("rxjs-7.8.1"), folder, ignore=shutil.ignore_patterns("dist"))


def _serde(folder: Path) -> None:
    shutil.copytree(debian.source("rust-serde"), folder)


def _leveldb(folder: Path) -> None:
    shutil.copytree(debian.source("leveldb"), folder)


PROJECTS: dict[str, tuple[Callable[[Path], None], str, set[str]]] = {
    "a Python library": (_httpx, "reference", {"dodo.py", "pyproject.toml", ".gitignore"}),
    "a monorepo": (_monorepo, "docs/reference", {"dodo.py", "pyproject.toml", ".gitignore"}),
    "TypeScript": (_rxjs, "docs/reference", {"incdoc.toml"}),
    "Rust": (_serde, "docs/reference", {"incdoc.toml"}),
    "C++": (_leveldb, "docs/reference", {"incdoc.toml"}),
}
"""What is in a folder, where the pages are, and which files ``init`` adds to or writes."""


def state(folder: Path) -> dict[str, bytes]:
    """The files that are neither git's, nor the cache, nor what Python leaves."""
    aside = {".git", ".incdoc", "__pycache__"}
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not path.is_symlink() and aside.isdisjoint(path.relative_to(folder).parts)
    }


class Transcript:
    """A user's commands in a fresh repository."""

    def __init__(self, folder: Path, make: Callable[[Path], None]) -> None:
        self.folder = folder
        make(folder)
        self.lines: list[str] = []
        for command in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-qm", "one"]):
            git = ["git", "-c", "user.name=a", "-c", "user.email=a@b", "-c", "core.autocrlf=false", *command]
            subprocess.run(git, cwd=folder, check=True, env=ENVIRONMENT)
        remote = ["git", "remote", "add", "origin", f"https://github.com/example/{folder.name}.git"]
        subprocess.run(remote, cwd=folder, check=True, env=ENVIRONMENT)
        self.before = state(folder)

    def type(self, command: str, status: int = 0) -> str:
        done = subprocess.run(
            command.split(), cwd=self.folder, env=ENVIRONMENT, capture_output=True, text=True, check=False, timeout=600
        )
        said = done.stdout + done.stderr
        self.lines += [f"$ {command}", said.rstrip("\n")]
        assert done.returncode == status, f"{command} ended with {done.returncode}:\n{said}"
        assert "Traceback" not in said and "CmdOption" not in said
        return said


def first_day(folder: Path, make: Callable[[Path], None], output: str, written: set[str]) -> Transcript:
    """Set up, build, look, and build again."""
    user = Transcript(folder, make)
    user.type("incdoc init --dry-run")
    assert state(folder) == user.before
    said = user.type("incdoc init")
    assert "Left to do:\n- Build the pages:\n" in said
    after = state(folder)
    assert {name for name in after if after[name] != user.before.get(name)} == written
    assert all(after[name].startswith(data) for name, data in user.before.items()), "existing lines stay"
    user.type("incdoc check", status=1)
    said = user.type("incdoc")
    assert said.rstrip().endswith(f"incdoc: to read the pages, begin with {output}/index.md, or run incdoc serve")
    now = state(folder)
    assert {name: now.get(name) for name in after} == after
    assert all(name.startswith(f"{output}/") for name in now.keys() - after.keys())
    assert (folder / output / "index.md").is_file() and len(pages(folder, output)) > 2 * 20
    user.type("incdoc check")
    assert ", 0 pages rendered, 0 written, 0 removed" in user.type("incdoc")
    source = min((name for name in user.before if f"{name}_docs.md" in pages(folder, output)), key=len)
    assert "is up to date" in user.type(f"incdoc why {source}")
    assert user.type(f"incdoc docs:{source}")
    user.type("incdoc clean -n")
    user.type("incdoc clean")
    assert state(folder) == after, "only pages were deleted"
    return user


@pytest.mark.corpora
@pytest.mark.parametrize("name", PROJECTS)
def test_the_first_day(name: str, tmp_path: Path) -> None:
    make, output, written = PROJECTS[name]
    user = first_day(tmp_path / "project", make, output, written)
    if name == "a Python library":
        settings = tomllib.loads((user.folder / "pyproject.toml").read_text())["tool"]["incdoc"]
        assert settings["source_url"] == "https://github.com/example/project/blob/main"
        assert "MkDocs makes a site of docs" in "\n".join(user.lines)
        assert ", 0 parsed" in user.type("doit")


@pytest.mark.corpora
def test_progress_on_a_terminal(tmp_path: Path) -> None:
    user = Transcript(tmp_path / "project", _leveldb)
    shown = terminal(user.folder, "incdoc", "check", status=1, CI="")
    assert "making pages: " in shown and "missing. Run incdoc" in shown.splitlines()[-1]
    shown = terminal(user.folder, "incdoc", CI="")
    assert "Writing" in shown and "to read the pages" in shown.splitlines()[-1]


@pytest.mark.corpora
@pytest.mark.parametrize("platform", ["macosx_11_0_arm64", "macosx_10_15_x86_64", "win_amd64"])
def test_every_dependency_has_a_wheel(platform: str, tmp_path: Path) -> None:
    """So that incdoc can be installed without a compiler."""
    required = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    platforms = [platform, "macosx_14_0_arm64" if "arm64" in platform else "macosx_10_13_x86_64"]
    options = [f"--platform={each}" for each in platforms if each.startswith("macosx") or each == platform]
    options = [each for each in options if each.endswith(("arm64", "x86_64")) is platform.startswith("macosx")]
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    command += ["--only-binary=:all:", "--python-version=3.12", "--implementation=cp", "--abi=cp312", "--abi=abi3"]
    command += ["--abi=none", *options, "--dest", str(tmp_path), *required]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert len(list(tmp_path.glob("*.whl"))) == len(required)


def main() -> None:
    """Print all transcripts."""
    import tempfile

    for name, (make, output, written) in PROJECTS.items():
        with tempfile.TemporaryDirectory(prefix="incdoc-home-") as folder:
            user = first_day(Path(folder) / "project", make, output, written)
        print(f"\n## {name}\n")
        for block in user.lines:
            lines = block.split("\n")
            print("\n".join(lines if len(lines) < 30 else [*lines[:12], f"... {len(lines) - 24} lines", *lines[-12:]]))


if __name__ == "__main__":
    main()
