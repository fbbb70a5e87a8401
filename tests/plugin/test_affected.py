"""``incdoc affected``: the sources that changed since a commit and what they reach, from the link tables."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.corpora import fetch
from tests.support import BIN, PROJECT, build, changed, pages, run, tree, write

FILES = PROJECT | {
    "pkg/alone.py": '"""Alone."""\n',
    "pkg/deep/__init__.py": "",
    "pkg/deep/far.py": "from pkg.fast import FastEngine\n",
    "tests/conftest.py": "from helper import thing\n",
    "tests/helper.py": "def thing():\n    pass\n",
    "tests/test_alone.py": "import pkg.alone\ndef test_alone():\n    pass\n",
    "tests/test_far.py": "def test_far():\n    from pkg.deep import far\n",
    "tools/test_tool.py": "def test_tool():\n    pass\n",
    ".gitignore": ".incdoc/\n",
}


def git(folder: Path, *arguments: str) -> str:
    return run(folder, "git", "-c", "user.name=A", "-c", "user.email=a@example.org", *arguments)


def commit_all(folder: Path) -> None:
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "more", "--allow-empty")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = write(tmp_path / "project", FILES)
    git(folder, "init", "-q", "-b", "main")
    build(folder)
    commit_all(folder)
    return folder


def affected(folder: Path, *arguments: str) -> dict[str, Any]:
    before = tree(folder)
    answer: dict[str, Any] = json.loads(run(folder, "incdoc", "affected", "--json", *arguments))
    assert {name: value for name, value in tree(folder).items() if name != ".git"} == {
        name: value for name, value in before.items() if name != ".git"
    }
    return answer


def test_nothing_changed(project: Path) -> None:
    os.utime(project / "pkg/core.py")
    answer = affected(project)
    assert (answer["changed"], answer["sources"], answer["tests"], answer["pages"]) == ([], [], [], [])
    assert run(project, "incdoc", "affected", "--sources", "--pages") == ""


def test_importers_packages_and_tests(project: Path) -> None:
    (project / "pkg/fast.py").write_text("from pkg import Engine\n\n\nclass FastEngine(Engine):\n    slow = False\n")
    answer = affected(project)
    assert answer["changed"] == [{"path": "pkg/fast.py", "state": "changed"}]
    assert answer["sources"] == ["pkg/deep/far.py", "pkg/fast.py", "tests/test_far.py"]
    assert run(project, "incdoc", "affected", "--tests") == "tests/test_far.py\n"
    (project / "pkg/core.py").write_text("class Engine:\n    pass\n")
    tests = run(project, "incdoc", "affected", "--tests").split()
    assert tests == ["tests/test_alone.py", "tests/test_core.py", "tests/test_far.py"], "pkg imports it, and so do all"


def test_a_conftest_reaches_the_tests_of_its_folder(project: Path) -> None:
    (project / "tests/helper.py").write_text("def thing():\n    return 1\n")
    assert affected(project)["tests"] == ["tests/test_alone.py", "tests/test_core.py", "tests/test_far.py"]


def test_added_removed_and_renamed(project: Path) -> None:
    (project / "pkg/alone.py").rename(project / "pkg/other.py")
    (project / "pkg/ünew.py").write_text("import pkg.other\n")
    answer = affected(project)
    assert answer["changed"] == [
        {"path": "pkg/alone.py", "state": "removed"},
        {"path": "pkg/other.py", "state": "added"},
        {"path": "pkg/ünew.py", "state": "added"},
    ]
    assert answer["sources"] == ["pkg/other.py", "pkg/ünew.py", "tests/test_alone.py"]


def _body(folder: Path) -> None:
    core = folder / "pkg/core.py"
    core.write_text(core.read_text().replace("getpid", "getppid"))


def _many(folder: Path) -> None:
    _body(folder)
    (folder / "pkg/fast.py").unlink()
    (folder / "README.md").write_text("# Other\n")
    (folder / "data.bin").write_bytes(b"\0\1")
    (folder / "link").symlink_to("README.md")
    write(
        folder, {"pkg/fresh/one.py": "from pkg.core import Engine\n", "tests/test_fresh.py": "import pkg.fresh.one\n"}
    )


@pytest.mark.parametrize("edit", [_body, _many])
@pytest.mark.parametrize("committed", [False, True])
@pytest.mark.parametrize("built", [False, True])
def test_pages_are_those_that_differ_between_the_builds(project: Path, edit: Any, committed: bool, built: bool) -> None:
    before = pages(project)
    edit(project)
    if committed:
        commit_all(project)
    if built:
        build(project)
    said = affected(project, "--since", "HEAD~1" if committed else "HEAD")["pages"]
    build(project)
    assert said == sorted(f"docs/reference/{page}" for page in changed(before, pages(project)))


def test_without_a_cache_and_in_a_folder_of_the_repository(project: Path) -> None:
    _body(project)
    known = affected(project)
    assert known["changed"] == [{"path": "pkg/core.py", "state": "changed"}]
    shutil.rmtree(project / ".incdoc")
    assert affected(project) == known
    (project / "pkg/incdoc.toml").write_text("")
    answer = affected(project / "pkg")
    assert answer["changed"] == [{"path": "core.py", "state": "changed"}, {"path": "incdoc.toml", "state": "added"}]


def test_files_that_git_converts_have_not_changed(tmp_path: Path) -> None:
    folder = write(tmp_path / "p", {"id.py": "# $Id$\n", "a.py": "", ".gitattributes": "id.py ident\n"})
    git(folder, "init", "-q")
    commit_all(folder)
    (folder / "id.py").unlink()
    git(folder, "checkout", "-q", "--", "id.py")
    assert "$Id: " in (folder / "id.py").read_text()
    assert affected(folder)["changed"] == []


@pytest.mark.parametrize("name", ["nowhere", "--help-me", "HEAD:pkg", ""])
def test_a_revision_that_does_not_exist(project: Path, name: str) -> None:
    said = run(project, "incdoc", "affected", f"--since={name}", status=3)
    assert ("is not a commit of this repository" if name else "is empty. Name a commit") in said


def test_without_git(project: Path) -> None:
    shutil.rmtree(project / ".git")
    assert "no git repository" in run(project, "incdoc", "affected", status=3)


@pytest.mark.parametrize("name", ["tests/data/rows.yaml", "pyproject.toml", "src/lib.rs", "README.md", "new.bin"])
def test_a_file_that_imports_do_not_lead_from_is_said(project: Path, name: str) -> None:
    every = ["tests/test_alone.py", "tests/test_core.py", "tests/test_far.py", "tools/test_tool.py"]
    write(project, {"tests/data/rows.yaml": "a: 1\n", "src/lib.rs": "pub fn f() {}\n"})
    commit_all(project)
    with (project / name).open("a") as file:
        file.write("\n")
    (project / "pkg/deep/far.py").write_text("from pkg.fast import FastEngine as Fast\n")
    said = run(project, "incdoc", "affected", "--tests")
    assert f"1 changed file is not followed by imports: {name}." in said
    assert said.splitlines()[:-1] == every
    said = run(project, "incdoc", "affected", "--tests", "--when-unknown=none")
    assert f"1 changed file is not followed by imports: {name}." in said
    assert said.splitlines()[0] == "tests/test_far.py" and len(said.splitlines()) == 2
    said = run(project, "incdoc", "affected", "--tests", "--when-unknown", "error", status=4)
    assert len(said.splitlines()) == 1
    assert "not followed" not in run(project, "incdoc", "affected", "--pages")


def test_compiled_sources_may_matter_to_tests_of_another_language(tmp_path: Path) -> None:
    files = {"src/lib.rs": "pub fn f() {}\n", "tests/run.rs": "use lib::f;\n"}
    folder = write(tmp_path / "p", files | {"Cargo.toml": '[package]\nname = "lib"\n'})
    git(folder, "init", "-q")
    commit_all(folder)
    (folder / "src/lib.rs").write_text("pub fn f() { }\n")
    assert affected(folder)["not_followed"] == []
    write(folder, {"tests/test_it.py": "def test_it(): ...\n"})
    commit_all(folder)
    (folder / "src/lib.rs").write_text("pub fn f() {  }\n")
    assert affected(folder)["not_followed"] == ["src/lib.rs"]


def test_files_that_are_not_followed_are_in_the_object_too(project: Path) -> None:
    (project / "pyproject.toml").write_text("")
    (project / "pkg/fast.py").write_text("")
    answer = affected(project)
    assert answer["not_followed"] == ["pyproject.toml"]
    assert answer["tests"] == ["tests/test_far.py"]
    assert "pyproject.toml" in run(project, "incdoc", "affected", "--json", "--when-unknown=error", status=4)


RAISED = ("boltons/strutils.py", "boltons/typeutils.py", "boltons/dictutils.py", "boltons/mathutils.py")


@pytest.mark.corpora
def test_the_tests_of_a_real_project_that_a_broken_module_fails(tmp_path: Path) -> None:
    folder = tmp_path / "boltons"
    shutil.copytree(fetch.release("boltons", "25.0.0"), folder)
    (folder / "tests/conftest.py").unlink()  # written for an older pytest
    git(folder, "init", "-q")
    commit_all(folder)
    build(folder)
    sizes = set()
    for name in RAISED:
        text = (folder / name).read_text()
        (folder / name).write_text(text + "\nraise RuntimeError('broken')\n")
        said = set(affected(folder)["tests"])
        command = (str(BIN / "python"), "-m", "pytest", "-q", "--tb=no", "-p", "no:cacheprovider", "tests")
        lines = [line for line in run(folder, *command, status=None).splitlines() if line[:6] in ("ERROR ", "FAILED")]
        failed = {line.split()[1].partition("::")[0] for line in lines}
        assert failed and failed <= said, f"{name}: {sorted(failed - said)}"
        sizes.add(len(said))
        (folder / name).write_text(text)
    assert len(sizes) > 1, "the answer depends on what changed"


def test_names_that_are_not_utf_8(project: Path) -> None:
    """Such files have no pages; the others are still listed."""
    odd = os.fsencode(project) + b"/pkg/odd\xff.py"
    with open(odd, "w") as stream:
        stream.write("x = 1\n")
    commit_all(project)
    with open(odd, "w") as stream:
        stream.write("x = 2\n")
    (project / "pkg/core.py").write_text("def start():\n    return 3\n")
    found = affected(project)
    assert [each["path"] for each in found["changed"]] == ["pkg/core.py"]


def test_pages_of_a_former_output_are_no_sources(project: Path) -> None:
    write(project, {"incdoc.toml": 'output = "out"\n'})
    run(project, "incdoc")
    write(project, {"docs/reference/pkg/core.py_docs.md": "# Mine\n"})
    answer = affected(project)
    assert answer["changed"] == [
        {"path": "docs/reference/pkg/core.py_docs.md", "state": "added"},
        {"path": "incdoc.toml", "state": "added"},
    ]
    assert answer["sources"] == ["docs/reference/pkg/core.py_docs.md", "incdoc.toml"]
