"""A tree of many languages with a site and all exports, built whole and in parts."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

from incdoc.config import EXPORTS
from incdoc.sources.mark import MANIFEST
from tests import inprocess
from tests.engine import mixed
from tests.support import pages, write

Pages = dict[str, bytes]
"""The bytes of every file of the output and of the site."""

SETTINGS = f'site = "site"\nexports = [{", ".join(f"{each!r}" for each in EXPORTS)}]\nmax_page_kb = 16\n'
FILES = {
    "incdoc.toml": SETTINGS,
    "README.md": "# Mixed\n\nA tree of many languages.\n",
    "long.md": "# Long\n\n" + "".join(f"## Part {n}\n\n{'Words of a text. ' * 120}\n\n" for n in range(12)),
    **{
        path: (lines[0] if path.endswith((".json", ".ipynb")) else "\n".join(lines)) + "\n"
        for path, lines in mixed.LINES.items()
        if path not in ("Cargo.toml",)
    },
}


def made(folder: Path) -> Pages:
    """What a build made, without the manifest."""
    found = pages(folder) | {f"site/{page}": data for page, data in pages(folder, "site").items()}
    return {page: data for page, data in found.items() if page != MANIFEST}


def whole(top: Path, files: Mapping[str, str]) -> Pages:
    """The pages of one build from nothing."""
    shutil.rmtree(top, ignore_errors=True)
    assert inprocess.run(write(top, dict(files))).status == 0
    return made(top)


def part(folder: Path, number: int, count: int, *arguments: str) -> inprocess.Ran:
    """Build a part in ``folder``."""
    return inprocess.run(folder, "--shard", f"{number}/{count}", *arguments)


def in_parts(top: Path, files: Mapping[str, str], count: int) -> list[Path]:
    """A tree for each part, each with a cache of its own, with its pages built."""
    folders = [write(top / f"part-{number}", dict(files)) for number in range(1, count + 1)]
    for number, folder in enumerate(folders, 1):
        ran = part(folder, number, count)
        assert ran.status == 0, ran.said
    return folders


def together(folders: Iterable[Path]) -> Pages:
    """The pages of parts, each of which may be in one part alone."""
    found: Pages = {}
    for folder in folders:
        own = made(folder)
        assert found.keys().isdisjoint(own), found.keys() & own.keys()
        found |= own
    return found


def copy_pages(folders: Iterable[Path], target: Path) -> None:
    """Copy the output folders of parts into one tree."""
    for folder in folders:
        for output in ("docs/reference", "site"):
            if (folder / output).exists():
                shutil.copytree(folder / output, target / output, dirs_exist_ok=True)
