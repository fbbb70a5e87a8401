"""Releases of real projects, one after the other in one tree: what each step edits, and what a build of it costs.

    python -m tests.corpora.history [PROJECT...]

prints a table. Every step is also built from nothing, and the pages must be the same.
"""

from __future__ import annotations

import filecmp
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from incdoc.sources import hash_file
from tests.support import LANGUAGES

from . import fetch
from .built import OUTPUT, build

if TYPE_CHECKING:
    from collections.abc import Iterator

RELEASES = {
    "requests": "2.27.0 2.27.1 2.28.0 2.28.1 2.28.2 2.29.0 2.30.0 2.31.0 2.32.2 2.32.3",
    "click": "8.1.3 8.1.4 8.1.5 8.1.6 8.1.7 8.1.8 8.2.0 8.2.1 8.3.0 8.3.1",
    "django": "5.0 5.0.1 5.0.2 5.0.3 5.1 5.1.1 5.1.2 5.2 5.2.1 5.2.2",
}


class Step(NamedTuple):
    """From one release to the next. ``edits``: files added, changed or removed; ``unseen``: contents that no
    release before had for their languages; ``differ``: pages that are other, new or gone. Seconds of the build, and of
    one from nothing."""

    release: str
    edits: int
    unseen: int
    parsed: int
    rendered: int
    written: int
    removed: int
    differ: int
    same: bool
    seconds: float
    clean: float


def walk(project: str, work: Path) -> Iterator[Step]:
    """Each release of the project after the first. ``work``: an empty folder."""
    live = work / "live"
    seen: set[tuple[str, bytes]] = set()
    before: dict[str, bytes] = {}
    for version in RELEASES[project].split():
        source = fetch.release(project, version)
        edits = become(live, source)
        contents = {(LANGUAGES.detect(name).language, hash_file(str(path))[0]) for name, path in files(source).items()}
        done = build(live)
        after = read(done.pages)
        clean = work / "clean"
        shutil.rmtree(clean, ignore_errors=True)
        shutil.copytree(source, clean, symlinks=True)
        fresh = build(clean)
        if seen:
            yield Step(
                version,
                edits,
                len(contents - seen),
                int(done.stats["parsed"]),
                int(done.stats["rendered"]),
                int(done.stats["written"]),
                int(done.stats["removed"]),
                sum(before.get(page) != after.get(page) for page in before.keys() | after.keys()),
                after == read(fresh.pages),
                done.stats["seconds"],
                fresh.stats["seconds"],
            )
        seen |= contents
        before = after


def become(tree: Path, source: Path) -> int:
    """Give ``tree`` the files of ``source``, touching only those that differ; how many did."""
    wanted, there = files(source), files(tree)
    gone = there.keys() - wanted.keys()
    for name in gone:
        there[name].unlink()
    for folder in sorted((path for path in tree.rglob("*") if path.is_dir()), reverse=True):
        if folder != tree / OUTPUT and not any(folder.iterdir()):
            folder.rmdir()
    other = [
        name for name, path in wanted.items() if name not in there or not filecmp.cmp(path, there[name], shallow=False)
    ]
    for name in other:
        place = tree / name
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(wanted[name], place)
    return len(gone) + len(other)


def files(tree: Path) -> dict[str, Path]:
    """Every source by its name, without what a build made."""
    made = (f"{OUTPUT}/", ".incdoc/")
    found = {path.relative_to(tree).as_posix(): path for path in tree.rglob("*") if path.is_file()}
    return {name: path for name, path in found.items() if not name.startswith(made)}


def read(pages: Path) -> dict[str, bytes]:
    """Every page."""
    return {path.relative_to(pages).as_posix(): path.read_bytes() for path in pages.rglob("*") if path.is_file()}


def main(projects: list[str]) -> int:
    """Print the table."""
    wrong = 0
    row = "{:<10} {:<8} {:>6} {:>7} {:>7} {:>9} {:>8} {:>8} {:>8} {:>8} {:>8}  {}"
    print(row.format("project", *Step._fields[:8], "seconds", "clean", "pages"))
    for project in projects or list(RELEASES):
        with tempfile.TemporaryDirectory(prefix="incdoc-history-") as folder:
            for step in walk(project, Path(folder)):
                wrong += not step.same
                said = "as clean" if step.same else "NOT AS CLEAN"
                print(row.format(project, *step[:8], f"{step.seconds:.2f}", f"{step.clean:.2f}", said), flush=True)
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
