"""The archives that are published: built, checked, and installed where nothing else is."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from tests.support import write

pytestmark = [pytest.mark.corpora]

ROOT = Path(__file__).parents[2]
_ENVIRONMENT = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "VIRTUAL_ENV"))}


def run(*command: str | Path, folder: Path) -> str:
    """What a command prints; it must succeed. It does not see the packages of the tests."""
    done = subprocess.run(
        [str(each) for each in command],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env=_ENVIRONMENT,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The source distribution and the wheel, by their endings, of what git has."""
    folder = tmp_path_factory.mktemp("distribution")
    source = folder / "source"
    run("git", "-c", "advice.detachedHead=false", "clone", "-q", ROOT, source, folder=folder)
    run(sys.executable, "-m", "build", "--outdir", folder / "dist", source, folder=folder)
    return {path.name.rpartition(".")[2]: path for path in (folder / "dist").iterdir()}


def test_the_archives_are_complete_and_their_metadata_is_right(built: dict[str, Path]) -> None:
    said = run(sys.executable, "-m", "twine", "check", "--strict", *built.values(), folder=ROOT)
    assert said.count("PASSED") == 2
    with zipfile.ZipFile(built["whl"]) as wheel:
        inside = set(wheel.namelist())
    package = {path.relative_to(ROOT).as_posix() for path in (ROOT / "incdoc").rglob("*") if path.is_file()}
    tracked = set(run("git", "ls-files", "incdoc", folder=ROOT).split())
    assert tracked <= inside
    assert {name for name in inside if name.startswith("incdoc/")} <= package
    with tarfile.open(built["gz"]) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"README.md", "LICENSE", "docs/commands.md", "docs/settings.md", "tests/support.py"} <= names


def pythons() -> list[str]:
    """This Python, and those of other releases from 3.11 on that the machine has, on the path or by pyenv."""
    own = sys.version_info[1]
    others = [minor for minor in range(11, 20) if minor != own]
    found = {minor: shutil.which(f"python3.{minor}") for minor in others}
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    for minor in others:
        for python in sorted(pyenv.glob(f"3.{minor}.*/bin/python")):
            found[minor] = str(python)
    return [sys.executable, *(found[minor] or "" for minor in others if found[minor])]


@pytest.mark.parametrize("python", pythons())
def test_the_wheel_works_where_nothing_else_is(built: dict[str, Path], tmp_path: Path, python: str) -> None:
    run(python, "-m", "venv", tmp_path / "env", folder=tmp_path)
    own, incdoc = (tmp_path / "env/bin" / name for name in ("python", "incdoc"))
    run(own, "-m", "pip", "install", "--quiet", built["whl"], folder=tmp_path)
    project = write(tmp_path / "project", {"pkg/__init__.py": "", "pkg/core.py": "def f():\n    pass\n"})
    run("git", "init", "-q", folder=project)
    run(incdoc, "init", folder=project)
    run(incdoc, folder=project)
    assert (project / "docs/reference/pkg/core.py_docs.md").is_file()
    run(incdoc, "check", folder=project)
    assert (
        "pip install 'incdoc[web]'"
        in subprocess.run([incdoc, "serve"], cwd=project, capture_output=True, text=True, check=False).stderr
    )
