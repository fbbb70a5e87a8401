"""What a sparse checkout leaves out keeps its pages, its importers and its links."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.support import build, changed, pages, run, write
from tests.watch.support import until, watching

FILES = {
    "app/__init__.py": "",
    "app/main.py": "from lib.core import Engine\n\n\nclass Fast(Engine):\n    pass\n",
    "lib/__init__.py": '"""The library."""\n\nfrom lib.core import Engine\n',
    "lib/core.py": '"""The core."""\n\n\nclass Engine:\n    """Runs."""\n',
    "lib/data.bin": "\0\1",
    "other/user.py": "import app.main\n",
    "README.md": "# Project\n\n[core](lib/core.py)\n",
    ".gitignore": ".incdoc/\n",
}
SHAPES = {"cone": ("--cone",), "sparse index": ("--cone", "--sparse-index"), "patterns": ("--no-cone",)}


def git(folder: Path, *arguments: str) -> str:
    return run(folder, "git", "-c", "user.name=A", "-c", "user.email=a@example.org", *arguments)


def sparse(folder: Path, shape: str, *folders: str) -> None:
    top = () if shape != "patterns" else ("/*", "!/*/")
    named = [f"/{name}/" if shape == "patterns" else name for name in folders]
    git(folder, "sparse-checkout", "set", *SHAPES[shape], *top, *named)
    assert not (folder / "lib").exists()


@pytest.fixture
def origin(tmp_path: Path) -> Path:
    """A repository whose pages are committed."""
    folder = write(tmp_path / "origin", FILES)
    git(folder, "init", "-q", "-b", "main")
    build(folder)
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "all")
    return folder


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("cache", ["warm", "lost"])
def test_pages_stay_as_they_are(origin: Path, shape: str, cache: str) -> None:
    whole = pages(origin)
    sparse(origin, shape, "app", "docs")
    if cache == "lost":
        shutil.rmtree(origin / ".incdoc")
    assert "pages are up to date" in run(origin, "incdoc", "check")
    counts = build(origin)
    assert (counts["written"], counts["removed"]) == (0, 0)
    assert pages(origin) == whole
    assert git(origin, "status", "--porcelain") == ""
    again = build(origin)
    assert (again["parsed"], again["rendered"], again["hashed"]) == (0, 0, 0)
    assert again["sources"] == len(FILES)


@pytest.mark.parametrize("shape", SHAPES)
def test_an_edit_reaches_what_is_left_out_and_comes_from_it(origin: Path, tmp_path: Path, shape: str) -> None:
    sparse(origin, shape, "app", "docs")
    shutil.rmtree(origin / ".incdoc")
    edit = FILES["app/main.py"] + "\n\nclass Faster(Engine):\n    pass\n"
    (origin / "app/main.py").write_text(edit)
    build(origin)
    expected = write(tmp_path / "expected", FILES | {"app/main.py": edit})
    build(expected)
    assert changed(pages(origin), pages(expected)) == set()
    assert "Faster" in (origin / "docs/reference/lib/core.py_docs.md").read_text()


def test_in_and_out_of_the_checkout_nothing_is_written(origin: Path) -> None:
    for arguments in (("set", "app", "docs"), ("add", "lib"), ("set", "docs"), ("disable",)):
        git(origin, "sparse-checkout", *arguments)
        counts = build(origin)
        assert (counts["parsed"], counts["written"], counts["removed"]) == (0, 0, 0), arguments


def test_what_is_deleted_is_not_taken_for_left_out(origin: Path) -> None:
    sparse(origin, "cone", "app", "docs")
    (origin / "app/main.py").unlink()
    assert build(origin)["removed"] > 0
    assert "app/main.py_docs.md" not in pages(origin)
    assert "lib/core.py_docs.md" in pages(origin)


def test_a_source_removed_in_git_loses_its_pages(origin: Path) -> None:
    sparse(origin, "cone", "app", "docs")
    git(origin, "rm", "-q", "--cached", "--sparse", "lib/core.py")
    build(origin)
    assert "lib/core.py_docs.md" not in pages(origin)


def test_pages_that_are_left_out_are_neither_written_nor_missing(origin: Path) -> None:
    git(origin, "sparse-checkout", "set", "--cone", "app", "lib")
    assert not (origin / "docs").exists()
    for _ in range(2):
        assert "pages are up to date" in run(origin, "incdoc", "check")
        assert build(origin)["written"] == 0
        assert not (origin / "docs").exists()
    shutil.rmtree(origin / ".incdoc")
    assert "pages are up to date" in run(origin, "incdoc", "check")
    (origin / "app/main.py").write_text("import os\n")
    said = run(origin, "incdoc", "check", status=1)
    assert "docs/reference/app/main.py_docs.md is stale: the sparse checkout leaves it out" in said
    assert build(origin)["written"] == 0
    assert not (origin / "docs").exists()
    git(origin, "sparse-checkout", "disable")
    assert build(origin)["written"] > 0


def test_a_partial_clone_without_the_contents_says_so_once_and_keeps_the_pages(origin: Path, tmp_path: Path) -> None:
    git(origin, "config", "uploadpack.allowFilter", "true")
    url = origin.as_uri()
    git(tmp_path, "clone", "-q", "--filter=blob:none", "--sparse", "--no-local", url, "clone")
    clone = tmp_path / "clone"
    git(clone, "sparse-checkout", "set", "app", "docs")
    before = pages(clone)
    git(clone, "config", "remote.origin.url", "ext::false")
    said = run(clone, "incdoc", status=1)
    assert said.count("Git does not have the content of 4 sources") == 1
    after = pages(clone)
    kept = [name for name in before if name.startswith("lib/") and name.endswith(("_docs.md", "_kw.md"))]
    assert kept and all(after[name] == before[name] for name in kept)


def test_a_watch_follows_the_checkout(origin: Path) -> None:
    whole = pages(origin)
    with watching(origin) as watch:
        sparse(origin, "cone", "app", "docs")
        edit = FILES["app/main.py"] + "\n\nclass Faster(Engine):\n    pass\n"
        (origin / "app/main.py").write_text(edit)
        page = origin / "docs/reference/lib/core.py_docs.md"
        until(lambda: page.exists() and "Faster" in page.read_text(), lambda: watch.output)
    assert pages(origin).keys() == whole.keys()


def test_other_commands(origin: Path) -> None:
    sparse(origin, "sparse index", "app", "docs")
    assert run(origin, "incdoc", "affected") == ""
    assert "did not change" in run(origin, "incdoc", "why", "lib/core.py")
    assert "docs:lib/core.py" in run(origin, "incdoc", "list", "--all")
    run(origin, "incdoc", "run", "--always", "docs:lib/core.py")
    run(origin, "incdoc", "run", "--verify", "100")
