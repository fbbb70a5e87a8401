"""A fresh clone with a restored cache: files that git's index vouches for are not read, and all pages are right.

strace says which files are opened; the index is written again after the clone, as a larger checkout's would be by the
time that git has written its files (in a little one they are as young as the index, and git would read them too).
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.support import ENVIRONMENT, build, changed, pages, run, would_change, write

COUNT = 230
OUTPUT = "docs/reference"


def git(folder: Path, *arguments: str) -> str:
    settings = ("user.name=A", "user.email=a@example.org", "protocol.file.allow=always", "advice.detachedHead=false")
    options = [part for setting in settings for part in ("-c", setting)]
    return run(folder, "git", *options, *arguments, GIT_CONFIG_GLOBAL=os.devnull, GIT_CONFIG_NOSYSTEM="1")


def sources() -> dict[str, str]:
    files = {f"p{n % 7}/m{n:03}.py": f'"""Module {n}."""\n\nimport os\n\nN = {n}\n' for n in range(COUNT)}
    return files | {"README.md": "# Many\n", ".gitattributes": "*.md text\n*.bin filter=lfs\nid.py ident\n"} | {
        "id.py": "# $Id$\n", "large.bin": "version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 1\n",
    }  # fmt: skip


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with its pages committed; its cache is beside it, in a folder ``cache``."""
    return commit(tmp_path_factory.mktemp("sha1") / "origin", "sha1")


@pytest.fixture(scope="module")
def origin_256(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with SHA-256 for git's hash."""
    return commit(tmp_path_factory.mktemp("sha256") / "origin", "sha256")


def commit(folder: Path, algorithm: str) -> Path:
    write(folder, sources())
    git(folder, "init", "-q", f"--object-format={algorithm}", "-b", "main")
    build(folder)
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "first")
    build(folder)
    shutil.copytree(folder / ".incdoc", folder.parent / "cache")
    return folder


class Clone(NamedTuple):
    folder: Path
    origin: Path


def make(origin: Path, place: Path, *options: str) -> Clone:
    git(origin.parent, "clone", "-q", *options, f"file://{origin}", str(place))
    return restore(origin, place)


def restore(origin: Path, place: Path) -> Clone:
    shutil.copytree(origin.parent / "cache", place / ".incdoc")
    time.sleep(0.05)
    git(place, "update-index", "-q", "--refresh", "--force-write-index")
    time.sleep(0.15)
    return Clone(place, origin)


def opened(folder: Path, *command: str) -> set[str]:
    """The files below ``folder`` that a command opens for reading, relative to it."""
    log = folder.parent / "strace.log"
    trace = ("strace", "-f", "-y", "-qq", "-e", "trace=open,openat,openat2", "-o", str(log))
    subprocess.run([*trace, *command], cwd=folder, env=ENVIRONMENT, capture_output=True, check=False, timeout=300)
    found = re.findall(r"= \d+<([^>]*)>$", log.read_text(errors="replace"), re.MULTILINE)
    return {name[len(str(folder)) + 1 :] for name in found if name.startswith(f"{folder}/") and os.path.isfile(name)}


def read(clone: Clone) -> tuple[set[str], set[str]]:
    """The sources and the pages that ``check`` opens."""
    names = opened(clone.folder, "incdoc", "check")
    names = {name for name in names if not name.startswith((".incdoc/", ".git/")) and ".gitignore" not in name}
    names -= {".git", ".gitattributes", "incdoc.toml", "pyproject.toml"}  # read as settings, not as sources
    below = {name.removeprefix(OUTPUT + "/") for name in names if name.startswith(OUTPUT + "/")}
    return {name for name in names if not name.startswith(OUTPUT + "/")}, below


def demand_right(clone: Clone) -> None:
    """``check`` says what the build then does, and the pages are those of a build from nothing."""
    said, before = would_change(clone.folder), pages(clone.folder)
    build(clone.folder)
    assert changed(before, pages(clone.folder)) == said
    copy = clone.folder.parent / "clean"
    shutil.copytree(clone.folder, copy, symlinks=True, ignore=shutil.ignore_patterns("reference", ".incdoc"))
    build(copy)
    assert pages(copy) == pages(clone.folder)


def worktree(origin: Path, place: Path) -> Clone:
    first = make(origin, place.with_name("first"))
    git(first.folder, "worktree", "add", "-q", "--detach", str(place))
    return restore(origin, place)


UNREAD: dict[str, Callable[[Path, Path], Clone]] = {
    "clone": make,
    "shallow": lambda origin, place: make(origin, place, "--depth=1"),
    "second work tree": worktree,
}


@pytest.mark.parametrize("how", UNREAD)
def test_nothing_is_read_where_nothing_changed(origin: Path, tmp_path: Path, how: str) -> None:
    demand_unread(UNREAD[how](origin, tmp_path / "clone"))


def test_nothing_is_read_under_sha_256(origin_256: Path, tmp_path: Path) -> None:
    clone = make(origin_256, tmp_path / "clone")
    demand_unread(clone)
    (clone.folder / "p1/m001.py").write_text("N = 'edited'\n")
    demand_right(clone)


def demand_unread(clone: Clone) -> None:
    found, read_pages = read(clone)
    assert found <= {"id.py", "large.bin"}, "only what git converts is read"
    assert "id.py" in found, "its bytes are not those that git stores"
    assert {name for name in read_pages if not name.startswith("id.py")} == set()


def _edit(name: str, text: str) -> Callable[[Path], object]:
    return lambda folder: (folder / name).write_text(text)


def _conflict(folder: Path) -> None:
    git(folder, "checkout", "-q", "-b", "side")
    (folder / "p1/m001.py").write_text("N = 'side'\n")
    git(folder, "commit", "-qam", "side")
    git(folder, "checkout", "-q", "main")
    (folder / "p1/m001.py").write_text("N = 'main'\n")
    git(folder, "commit", "-qam", "main")
    run(folder, "git", "-c", "user.name=A", "-c", "user.email=a@b", "merge", "-q", "side", status=1)


def _intend(folder: Path) -> None:
    (folder / "p1/new.py").write_text('"""New."""\n')
    git(folder, "add", "-N", "p1/new.py")


def _hidden(flag: str) -> Callable[[Path], None]:
    def hide(folder: Path) -> None:
        git(folder, "update-index", flag, "p1/m001.py")
        (folder / "p1/m001.py").write_text("N = 'hidden'\n")

    return hide


def _sparse(folder: Path) -> None:
    git(folder, "sparse-checkout", "set", "--no-cone", "/*", "!/p1/m001.py")


def _commit(folder: Path) -> None:
    (folder / "p1/m001.py").write_text("N = 'next'\n")
    git(folder, "commit", "-qam", "next")


TOUCHED: dict[str, Callable[[Path], object]] = {
    "edited": _edit("p1/m001.py", "N = 'edited'\n"),
    "committed": _commit,
    "untracked": _edit("p1/new.py", '"""New."""\n'),
    "page edited": _edit(f"{OUTPUT}/p1/m001.py_kw.md", "<!-- Generated by incdoc from x -->\n"),
    "intent to add": _intend,
    "conflict": _conflict,
    "assume-unchanged": _hidden("--assume-unchanged"),
    "skip-worktree": _hidden("--skip-worktree"),
    "sparse": _sparse,
}


@pytest.mark.parametrize("what", TOUCHED)
def test_only_what_was_touched_is_read(origin: Path, tmp_path: Path, what: str) -> None:
    clone = make(origin, tmp_path / "clone")
    TOUCHED[what](clone.folder)
    time.sleep(0.05)
    run(clone.folder, "git", "update-index", "-q", "--refresh", "--force-write-index", status=None)
    time.sleep(0.15)
    said = would_change(clone.folder)
    assert said is not None
    stale = said | {f"p1/m001.py_{kind}.md" for kind in ("docs", "kw")}
    found, read_pages = read(clone)
    assert found <= {"id.py", "large.bin", "p1/m001.py", "p1/new.py"}
    unexpected = {name for name in read_pages - stale if not name.startswith("id.py")}
    assert not unexpected & {f"p{n % 7}/m{n:03}.py_{kind}.md" for n in range(COUNT) for kind in ("docs", "kw")}
    demand_right(clone)


def test_a_submodule_is_not_read(tmp_path: Path, origin: Path) -> None:
    inner = write(tmp_path / "inner", {"inside.py": "X = 1\n"})
    git(inner, "init", "-q")
    git(inner, "add", "-A")
    git(inner, "commit", "-qm", "first")
    clone = make(origin, tmp_path / "clone")
    git(clone.folder, "submodule", "add", "-q", f"file://{inner}", "sub")
    found, _ = read(clone)
    assert found <= {"id.py", "large.bin", ".gitmodules"}
    demand_right(clone)


def test_autocrlf(origin: Path, tmp_path: Path) -> None:
    clone = make(origin, tmp_path / "clone", "-c", "core.autocrlf=true")
    assert b"\r\n" in (clone.folder / "p1/m001.py").read_bytes()
    assert f"{OUTPUT}/index.md is edited: it has other line ends; -text for the pages in .gitattributes" in run(
        clone.folder, "incdoc", "check", status=1
    )
    demand_right(clone)


def test_pages_that_git_leaves_alone_under_autocrlf(origin: Path, tmp_path: Path) -> None:
    """As docs/ci.md says: the attribute is enough, if the line ends of sources are not converted either."""
    mine = make(origin, tmp_path / "mine").folder
    (mine / ".gitattributes").write_text("* -text\n")
    (mine / "id.py").unlink()  # their bytes are not the subject here
    build(mine)
    git(mine, "add", "-A")
    git(mine, "commit", "-qm", "as they are")
    git(tmp_path, "clone", "-q", "-c", "core.autocrlf=true", f"file://{mine}", "clone")
    assert "are up to date" in run(tmp_path / "clone", "incdoc", "check")


def test_text_auto_reads_nothing_where_line_ends_are_as_stored(origin: Path, tmp_path: Path) -> None:
    clone = make(origin, tmp_path / "clone")
    (clone.folder / ".git/info/attributes").write_text("* text=auto\n")
    found, read_pages = read(clone)
    assert found <= {"id.py", "large.bin"}
    assert {name for name in read_pages if not name.startswith("id.py")} == set()


def test_a_lock_is_waited_for_and_a_stale_one_costs_reading(origin: Path, tmp_path: Path) -> None:
    clone = make(origin, tmp_path / "clone")
    lock = clone.folder / ".git/index.lock"
    lock.touch()
    timer = threading.Timer(0.5, lock.unlink)
    timer.start()
    found, _ = read(clone)
    timer.join()
    assert found <= {"id.py", "large.bin"}
    lock.touch()
    found, _ = read(clone)
    assert len(found) > COUNT
    lock.unlink()
    demand_right(clone)


def test_without_git_everything_is_read_and_right(origin: Path, tmp_path: Path) -> None:
    clone = make(origin, tmp_path / "clone")
    shutil.rmtree(clone.folder / ".git")
    found, _ = read(clone)
    assert len(found) > COUNT
    demand_right(clone)
