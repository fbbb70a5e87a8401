"""gcc as the judge of includes: jansson (C), fmtlib, googletest and leveldb (C++) and the folder c10 of PyTorch.

gcc tells which file it opened for which (``-H``), for each source and each header alone. Headers that a configuration
makes, and those of other projects, are empty files in a folder of their own. An edge is a pair of files of the project,
one of which includes the other.

- Right edges that are missing: gcc opened the file, and incdoc leads elsewhere or nowhere.
- Wrong edges: gcc opened another file of the project for the same words. What gcc did not open at all, because of a
  condition or an earlier include, is not judged.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections import defaultdict
from pathlib import Path

import pytest

from tests.links.support import Repository

from . import debian

pytestmark = [pytest.mark.corpora]

PROJECTS = {
    "jansson": ("jansson", "", ("src", "test")),
    "fmtlib": ("fmtlib", "", ("include", "test", "test/gtest")),
    "googletest": (
        "googletest",
        "",
        ("googletest/include", "googlemock/include", "googletest", "googlemock"),
    ),
    "leveldb": ("leveldb", "", ("include", ".")),
    "c10": ("pytorch", "c10", (".",)),
}
"""The package, the folder of it that is read, and the folders that its own build searches."""
SUFFIXES = frozenset((".c", ".cc", ".cpp", ".cxx", ".h", ".hh", ".hpp", ".inl"))
MISSING = re.compile(r"fatal error: (\S+): No such file")
OPENED = re.compile(r"(\.+) (.*)")
MOST_MISSING = 40


def opened(top: Path, made: Path, roots: tuple[str, ...], path: str) -> set[tuple[str, str]]:
    """(file, file that it includes) of one source, both in the project."""
    language = "c" if path.endswith(".c") else "c++"
    folders = [f"-I{root}" for root in roots] + [f"-I{made}"]
    command = ["gcc", "-E", "-H", "-w", f"-x{language}", *folders, path, "-o", os.devnull]
    for _ in range(MOST_MISSING):
        done = subprocess.run(command, cwd=top, capture_output=True, text=True, check=False, errors="replace")
        missing = MISSING.search(done.stderr)
        if missing is None:
            break
        empty = made / missing[1]
        empty.parent.mkdir(parents=True, exist_ok=True)
        empty.touch()
    found: set[tuple[str, str]] = set()
    above = [path]
    for line in done.stderr.splitlines():
        if (match := OPENED.match(line)) is None:
            continue
        place = os.path.normpath(top / match[2])
        inside = os.path.relpath(place, top) if place.startswith(f"{top}/") else ""
        del above[len(match[1]) :]
        if inside and above[-1]:
            found.add((above[-1], inside))
        above.append(inside)
    return found


@pytest.mark.parametrize("project", PROJECTS)
def test_includes_lead_where_gcc_looks(project: str, tmp_path: Path) -> None:
    package, folder, roots = PROJECTS[project]
    top = debian.source(package)
    files = {
        path.relative_to(top).as_posix(): path.read_text(encoding="utf-8", errors="replace")
        for path in sorted((top / folder).rglob("*"))
        if path.suffix in SUFFIXES and path.is_file()
    }
    repository = Repository(tmp_path / "store" / "store.sqlite", files)
    theirs: dict[str, set[str]] = defaultdict(set)
    for path in files:
        for source, file in opened(top, tmp_path / "made", roots, path):
            theirs[source].add(file)
    missing, wrong, right = [], [], 0
    for path in files:
        outline = repository.tables.outline(path)
        assert outline is not None
        mine = set()
        for item, target in zip(outline.imports, repository.resolve(path).targets, strict=True):
            if target.kind != "source":
                continue
            mine.add(target.path)
            name = "/" + os.path.normpath(item.module).lstrip("./")
            others = {each for each in theirs[path] if f"/{each}".endswith(name)}
            if others and target.path not in others:
                wrong.append((path, item.module, target.path, sorted(others)))
        right += len(mine & theirs[path])
        missing += [(path, each) for each in sorted(theirs[path] - mine) if each in files]
    print(f"{project:12} {right:6,} of {right + len(missing):6,}, {len(wrong)} wrong")
    for each in (*missing, *wrong):
        print("  ", *each)
    assert right > 30
    assert wrong == []
    assert right / (right + len(missing)) >= 0.97, missing
