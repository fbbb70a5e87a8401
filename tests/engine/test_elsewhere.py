"""What macOS and Windows do not have is not needed: ``fork``, folder descriptors, ``O_NOFOLLOW``, inotify.

The commands run with these taken away. That is no test on these systems.
"""

from __future__ import annotations

import ntpath
import os
import re
from pathlib import Path

import pytest

from incdoc.pages.paths import chapter_path, docs_path, folder_page, kw_path, letter_path
from tests.support import ENVIRONMENT, PROJECT, build, changed, pages, run, write

_MACOS = """import os, sys
import asyncio, multiprocessing.popen_spawn_posix, subprocess, socket, selectors, shutil, tempfile
del os.fork, os.sched_getaffinity
sys.platform = "darwin"
"""
_WINDOWS = (
    _MACOS
    + """for name in "O_NOFOLLOW O_DIRECTORY O_CLOEXEC O_NONBLOCK pread pwrite geteuid getuid mkfifo".split():
    delattr(os, name)
os.supports_dir_fd = set()
"""
)
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?|.*[. ]|.*[<>:\"\\|?*].*", re.IGNORECASE)


@pytest.fixture(params=[_MACOS, _WINDOWS], ids=["as on macOS", "as on Windows"])
def elsewhere(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, str]:
    """The environment of a command on another system."""
    site = write(tmp_path / "site", {"sitecustomize.py": request.param})
    return {"PYTHONPATH": os.pathsep.join(filter(None, (str(site), ENVIRONMENT.get("PYTHONPATH"))))}


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_the_same_pages_are_made(tmp_path: Path, elsewhere: dict[str, str], jobs: str) -> None:
    files = PROJECT | {f"many/m{number}.py": f"x{number} = 1\n" for number in range(40)}
    here = write(tmp_path / "here", files)
    build(here)
    there = write(tmp_path / "there", files)
    for folder in (here, there):
        run(folder, "git", "init", "-q")

    def incdoc(*command: str, status: int = 0) -> str:
        return run(there, "incdoc", *command, status=status, **elsewhere)

    incdoc("-j", jobs)
    assert pages(there) == pages(here)
    assert ", 0 pages rendered, 0 written, 0 removed" in incdoc("-j", jobs)
    incdoc("check")
    for folder in (here, there):
        core = folder / "pkg/core.py"
        core.write_text(core.read_text().replace("Start it", "Begin it"))
        (folder / "pkg/fast.py").unlink()
        write(folder, {"docs/reference/pkg/notes.md": "mine\n"})
    before = pages(there)
    found = re.findall(r"^docs/reference/(\S+) is ", incdoc("check", status=1), re.MULTILINE)
    build(here)
    incdoc("-j", jobs)
    assert pages(there) == pages(here)
    assert changed(before, pages(there)) == set(found)
    incdoc("clean")
    assert pages(there) == {"pkg/notes.md": b"mine\n"}


def test_no_link_is_followed(tmp_path: Path, elsewhere: dict[str, str]) -> None:
    folder = write(tmp_path / "p", PROJECT)
    (tmp_path / "out").mkdir()
    (folder / "docs/reference").mkdir(parents=True)
    (folder / "docs/reference/pkg").symlink_to(tmp_path / "out")
    said = run(folder, "incdoc", status=None, **elsewhere)
    assert "cannot hold pages: 'pkg' is a file or a symbolic link" in said and "Traceback" not in said
    assert not list((tmp_path / "out").iterdir())


@pytest.mark.parametrize(
    "path",
    ["con.py", "a/aux", "nul/x.py", "a:b.py", "c:/x", "x. ", "a./b", "q?.md", 'a"b', "a|b", "a<b>", "b\\c", "COM1.txt"],
)
def test_pages_have_names_that_windows_has(path: str) -> None:
    folder = path.rpartition("/")[0] or path
    made = [docs_path(path), kw_path(path), folder_page(folder, "index.md"), chapter_path(folder), letter_path("a:b")]
    for page in made:
        assert ntpath.splitdrive(page)[0] == "" and not ntpath.isabs(page)
        assert ntpath.normpath(page).replace("\\", "/") == page
        assert not [part for part in page.split("/") if _RESERVED.fullmatch(part)], page
