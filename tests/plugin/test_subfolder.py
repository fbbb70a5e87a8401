"""Commands in a folder of a project are about the project, and take paths relative to that folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sources.support import git
from tests.support import REFUSED, pages, run, write


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    files = {"pkg/__init__.py": "", "pkg/a.py": "def f(): ...\n", "a.py": "x = 1\n", ".gitignore": ".incdoc/\n"}
    folder = write(tmp_path_factory.mktemp("x") / "project", files | {"pyproject.toml": "[tool.incdoc]\n"})
    git(folder, "init", "-q", ".")
    run(folder, "incdoc")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "x")
    return folder


def test_a_build_and_a_check_are_of_the_whole_project(project: Path) -> None:
    before = pages(project)
    assert "0 pages rendered" in run(project / "pkg", "incdoc")
    assert "are up to date" in run(project / "pkg", "incdoc", "check")
    assert "are up to date" in run(project / "docs/reference/pkg", "incdoc", "check")
    run(project / "pkg", "incdoc", "docs:a.py")
    run(project / "pkg", "incdoc", "affected", "--pages")
    assert pages(project) == before
    assert not (project / "pkg/docs").exists()
    assert not (project / "pkg/.incdoc").exists()


@pytest.mark.parametrize(
    ("folder", "given", "answer"),
    [
        (".", "./pkg/a.py", "pkg/a.py did not change"),
        (".", "pkg//a.py", "pkg/a.py did not change"),
        ("pkg", "a.py", "pkg/a.py did not change"),
        ("pkg", "../a.py", "a.py did not change"),
        ("pkg", "pkg/a.py", "pkg/a.py did not change"),
        ("pkg", "docs:a.py", "docs/reference/a.py_docs.md is up to date"),
        ("docs/reference/pkg", "a.py_kw.md", "docs/reference/pkg/a.py_kw.md is up to date"),
        ("pkg", ".", "docs/reference/pkg/index.md is up to date"),
        ("pkg", "..", "docs/reference/index.md is up to date"),
    ],
)
def test_paths_are_relative_to_the_folder(project: Path, folder: str, given: str, answer: str) -> None:
    assert run(project / folder, "incdoc", "why", given).startswith(answer)


def test_an_absolute_path(project: Path) -> None:
    given = (str(project / "pkg/a.py"), str(project / "docs/reference/pkg/a.py_docs.md"))
    for path in given:
        assert "pkg/a.py" in run(Path("/"), "incdoc", "why", "-d", str(project), path)


def test_a_path_outside_of_the_project(project: Path) -> None:
    assert "../../x.py is not in the project" in run(project / "pkg", "incdoc", "why", "../../x.py", status=REFUSED)


def test_dir_says_otherwise(project: Path) -> None:
    try:
        assert "2 sources" in run(project / "pkg", "incdoc", "-d", ".")
        assert (project / "pkg/docs/reference/a.py_docs.md").is_file()
        assert "5 sources" in run(project, "incdoc")  # and pages of the folder's own output are none
    finally:
        run(project, "git", "clean", "-fdxq", "pkg")


def test_init_sets_the_project_up(tmp_path: Path) -> None:
    top = write(tmp_path / "top", {"a/x.py": ""})
    git(top, "init", "-q", ".")
    assert f"The project is {top}." in run(top / "a", "incdoc", "init")
    assert (top / "pyproject.toml").is_file()
    assert not (top / "a/pyproject.toml").exists()
    run(top / "a", "incdoc", "init", "-d", ".")
    assert (top / "a/pyproject.toml").is_file()
