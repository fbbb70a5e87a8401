"""Repositories in the repository, hard links, and the one true reason why something is no source."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from tests.support import REFUSED, build, changed, pages, run, write
from tests.watch.support import until, watching

FILES = {
    "a.py": "import vend\nfrom vend.sub import thing\nimport pkg.inner.deep\nimport elsewhere\n",
    "pkg/__init__.py": "",
    "pkg/b.py": "from .inner import x\n",
    "README.md": "# P\n\n[v](vend/README.md)\n",
    ".gitignore": "*.log\nbuilt/\n.incdoc/\n",
    "pyproject.toml": '[tool.incdoc]\nexclude = ["*.tmp"]\n',
}
OWN = "a repository of its own"


def git(folder: Path, *arguments: str) -> str:
    return run(folder, "git", "-c", "user.name=A", "-c", "user.email=a@example.org", *arguments)


@pytest.fixture
def top(tmp_path: Path) -> Path:
    folder = write(tmp_path / "top", FILES)
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "all")
    return folder


def nested(folder: Path) -> None:
    write(folder, {"v.py": "def v(): ...\n", "sub/w.py": ""})
    git(folder, "init", "-q")


def text(folder: Path, page: str) -> str:
    return (folder / "docs/reference" / page).read_text()


@pytest.mark.parametrize("with_git", [True, False])
def test_a_repository_inside_is_said(top: Path, with_git: bool) -> None:
    nested(top / "vend")
    nested(top / "pkg/inner")
    if not with_git:
        shutil.rmtree(top / ".git")
    build(top)
    assert f"- `vend`: {OWN}" in text(top, "index.md")
    assert f"- `inner`: {OWN}" in text(top, "pkg/index.md")
    assert not any("v.py" in page for page in pages(top))
    page = text(top, "a.py_docs.md")
    assert page.count(OWN) >= 3
    assert page.count("not found in this repository") == 1, "elsewhere is not"
    assert OWN in text(top, "pkg/b.py_docs.md")
    assert f"vend is {OWN}" in run(top, "incdoc", "why", "vend")
    for path in ("vend/v.py", "vend/sub/w.py", "vend/not_there.py"):
        said = run(top, "incdoc", "why", path, status=REFUSED)
        assert f"{path} is neither a source nor a page: vend is {OWN}." in said
    assert f"pkg/inner is {OWN}" in run(top, "incdoc", "why", "pkg/inner/v.py", status=REFUSED)


def test_a_repository_comes_and_goes(top: Path) -> None:
    build(top)
    before = pages(top)
    nested(top / "vend")
    nested(top / "pkg/inner")
    build(top)
    shutil.rmtree(top / ".incdoc")
    found = pages(top)
    assert build(top)["written"] == 0
    assert pages(top) == found != before
    shutil.rmtree(top / "vend")
    shutil.rmtree(top / "pkg/inner")
    build(top)
    assert changed(pages(top), before) == set()


def test_a_submodule_is_said(top: Path, tmp_path: Path) -> None:
    origin = tmp_path / "origin"
    nested(origin)
    git(origin, "add", "-A")
    git(origin, "commit", "-qm", "all")
    git(top, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(origin), "vend")
    build(top)
    assert f"- `vend`: submodule, {OWN}" in text(top, "index.md")
    assert OWN in text(top, "a.py_docs.md")
    assert f"vend is a submodule, {OWN}" in run(top, "incdoc", "why", "vend/v.py", status=REFUSED)


def test_a_watch_sees_that_a_repository_becomes_a_folder(top: Path) -> None:
    nested(top / "vend")
    with watching(top) as watch:
        shutil.rmtree(top / "vend/.git")
        page = top / "docs/reference/vend/sub/w.py_docs.md"
        until(page.exists, lambda: watch.output)
        (top / "vend/sub/w.py").write_text("def later(): ...\n")
        until(lambda: "later" in page.read_text(), lambda: watch.output)


def test_a_watch_sees_a_new_repository(top: Path, tmp_path: Path) -> None:
    nested(tmp_path / "made")
    with watching(top) as watch:
        (tmp_path / "made").rename(top / "vend")
        until(lambda: OWN in text(top, "index.md"), lambda: watch.output)
        shutil.rmtree(top / "vend")
        until(lambda: OWN not in text(top, "index.md"), lambda: watch.output)


def test_two_names_of_one_file_are_two_sources(top: Path) -> None:
    os.link(top / "pkg/b.py", top / "companion.py")
    build(top)
    assert {"companion.py_docs.md", "pkg/b.py_docs.md"} <= pages(top).keys()
    with (top / "pkg/b.py").open("a") as stream:
        stream.write("\n\ndef added(): ...\n")
    build(top)
    assert all("added" in text(top, page) for page in ("companion.py_docs.md", "pkg/b.py_docs.md"))


def test_a_watch_follows_both_names_of_a_file(top: Path) -> None:
    os.link(top / "pkg/b.py", top / "companion.py")
    with watching(top) as watch:
        with (top / "pkg/b.py").open("a") as stream:
            stream.write("\n\ndef added(): ...\n")
        for page in ("pkg/b.py_docs.md", "companion.py_docs.md"):
            until(lambda page=page: "added" in text(top, page), lambda: watch.output)  # type: ignore[misc]


def test_why_gives_the_one_true_reason(top: Path) -> None:
    write(top, {"x.log": "", "built/y.py": "", "z.tmp": "", "pkg/c.pyc": "", "env/pyvenv.cfg": "", "env/lib/m.py": ""})
    (top / "data.bin").write_bytes(b"\0\1")
    (top / "link").symlink_to("a.py")
    (top / "linked").symlink_to("pkg")
    os.mkfifo(top / "pipe")
    (top / "empty").mkdir()
    build(top)
    reasons = {
        "x.log": "git ignores it: rule '*.log' in .gitignore, line 1.",
        "built/y.py": "git ignores it: rule 'built/' in .gitignore, line 2.",
        "z.tmp": "pyproject.toml: tool.incdoc.exclude excludes it: '*.tmp'.",
        "pkg/c.pyc": "it is a file that git, Python or doit writes.",
        ".git/config": "it is a file that git, Python or doit writes.",
        "env/lib/m.py": "it is in the virtual environment env, and git does not track it.",
        "linked/b.py": "linked is a symbolic link to pkg, which is not followed.",
        "empty": "it is a folder without sources.",
        ".incdoc/lock": "it is in the cache folder .incdoc.",
        "docs/reference/nothing.md": "it is in the output folder docs/reference.",
        "nowhere.py": "it does not exist.",
        "pipe": "it is neither a file nor a folder.",
    }
    for path, reason in reasons.items():
        said = run(top, "incdoc", "why", path, status=REFUSED)
        assert f"{path} is neither a source nor a page: {reason}" in said
    listed = {
        "data.bin": "data.bin is a binary file: it has no pages",
        "link": "link is a symbolic link to a.py, which is not followed: it has no pages",
    }
    for path, reason in listed.items():
        said = run(top, "incdoc", "why", path)
        assert said.startswith(reason)
        assert said.splitlines()[0] == json.loads(run(top, "incdoc", "why", "--format", "json", path))["absence"]
