"""Each scenario, through the real command: exactly the named tasks run, exactly the pages that differ are written,
and all pages are those of a build of the same files from nothing."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from incdoc.config import EXPORTS
from incdoc.pages.manifest import is_manifest
from incdoc.plugin.tasks import ALL
from incdoc.sources.mark import is_page
from tests import inprocess
from tests.inprocess import Ran
from tests.scenarios.edits import OUTPUT, Place
from tests.scenarios.reading import Step, read
from tests.support import DODO, ENVIRONMENT, REFUSED, WITH_LOADER, pages, would_change, write

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

FILES = sorted(Path(__file__).parent.glob("*.txt"))
_COMMAND = "from incdoc.plugin.main import main; main()"


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_scenario(file: Path, tmp_path: Path) -> None:
    scenario = read(file)
    place = Place(tmp_path, "doit" if "dodo.py" in scenario.files else "")
    write(place.root, _doits(scenario.files))
    assert _build(place).status == 0
    for number, step in enumerate(scenario.steps, 1):
        for edit in step.edits:
            place.do(edit)
        before = _snapshot(place.page)
        said = _check(place)
        assert _snapshot(place.page) == before
        ran = _build(place)
        where = f"{file.name}, edit {number}"
        _judge(place, where, step, ran, before)
        if not place.upgrade and not any(":" in option for option in place.options):
            after = _snapshot(place.page)
            touched = {page for page in before.keys() | after.keys() if before.get(page) != after.get(page)}
            assert said == (None if step.status == REFUSED else touched), f"{where}: check did not say so"
        place.options = []


def _check(place: Place) -> set[str] | None:
    """The pages below the output folder that ``incdoc check`` lists; None where it refuses as the build does."""
    said = would_change(place.root, OUTPUT)
    return said and {page for page in said if not page.startswith("pages/")}


def _doits(files: dict[str, str]) -> dict[str, str]:
    """Write ``dodo.py`` and ``[tool.doit]`` as the README has them, if the scenario asks for them by name."""
    known = {"dodo.py": DODO.partition("\n\n\n")[0] + "\n", "pyproject.toml": WITH_LOADER}
    return {name: text or known.get(name, "") for name, text in files.items()}


def _judge(place: Place, where: str, step: Step, ran: Ran, before: dict[str, tuple[int, int, bytes]]) -> None:
    assert ran.status == step.status, f"{where}: ended with {ran.status}\n{ran.said}"
    for line in step.says:
        assert line in ran.said, f"{where}: {line!r} was not said, but\n{ran.said}"
    after = _snapshot(place.page)
    touched = {page for page in before.keys() | after.keys() if before.get(page) != after.get(page)}
    known = _recorded(place)
    tasks = [_told(task, known, touched) for task in ran.tasks]
    assert sorted(tasks) == sorted(set(_spelled(step.runs, known))), where
    differ = {page for page in touched if before.get(page, (0, 0, b""))[2] != after.get(page, (0, 0, b""))[2]}
    assert touched == differ, f"{where}: written although they were so before"
    for page, seen in before.items():
        assert not _is_somebodys(page, seen[2]) or after.get(page) == seen, f"{where}: {page} is not incdoc's"
    if step.status == REFUSED:
        assert not touched, f"{where}: written although the build was refused"
        return
    if any(":" in option for option in place.options):
        return  # pages that were not selected wait
    foreign = {page for page, (_, _, text) in after.items() if _is_somebodys(page, text)}
    made = {page: text for page, (_, _, text) in after.items() if page not in foreign}
    expected = {page: text for page, text in _clean_pages(place).items() if page not in foreign}
    assert made == expected, f"{where}: not the pages of a clean build"


def _is_somebodys(page: str, text: bytes) -> bool:
    """Whether incdoc did not write the file; an empty one may be a page that was truncated."""
    return bool(text) and not (is_page(text) or is_manifest(text) or page in EXPORTS)


def _told(task: str, known: dict[str, set[str]], touched: set[str]) -> str:
    """A task that ran as ``[runs]`` has it."""
    if task.startswith("parse:"):
        return task
    if task not in known:
        return f"gone {task}"
    return task if known[task] & touched else f"same {task}"


def _spelled(runs: list[str], known: Iterable[str]) -> list[str]:
    """Expand ``kind:*``."""
    found = []
    for line in runs:
        before, star, _ = line.partition(":*")
        how, _, kind = before.rpartition(" ")
        found += [f"{how} {task}".strip() for task in known if task.startswith(f"{kind}:")] if star else [line]
    return found


def _build(place: Place) -> Ran:
    """Build in this process, or with the scenario's command: doit, another incdoc."""
    if not place.command and not place.upgrade:
        return inprocess.run(place.root, *place.options)
    command = [place.command] if place.command else [sys.executable, "-c", _COMMAND]
    path = os.pathsep.join([*map(str, place.upgrade), *filter(None, sys.path)])
    done = subprocess.run(
        [*command, "run", *place.options, "--reporter", "json"],
        cwd=place.root,
        env=ENVIRONMENT | {"PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    try:
        report = json.loads(done.stdout)
    except ValueError:
        return Ran(done.returncode, done.stdout + done.stderr, {}, [])
    tasks = [
        task["name"]
        for task in report["tasks"]
        if task["result"] in ("success", "fail") and ":" in task["name"] and task["name"].partition(":")[0] in ALL
    ]
    said = report["out"] + report["err"] + "".join(task.get("error") or "" for task in report["tasks"])
    return Ran(done.returncode, said, {}, tasks)


def _recorded(place: Place) -> dict[str, set[str]]:
    """The tasks that have pages, with their pages."""
    db = sqlite3.connect(place.cache)
    try:
        found: dict[str, set[str]] = {}
        for task, page in db.execute("SELECT task, path FROM page"):
            found.setdefault(task, set()).add(page)
        return found
    finally:
        db.close()


def _snapshot(output: Path) -> dict[str, tuple[int, int, bytes]]:
    """mtime, inode and bytes of every file below the folder."""
    found = {}
    for path in output.rglob("*"):
        if path.is_file():
            stat = path.stat()
            found[path.relative_to(output).as_posix()] = (stat.st_mtime_ns, stat.st_ino, path.read_bytes())
    return found


def _clean_pages(place: Place) -> dict[str, bytes]:
    """Build the same files from nothing at another path; the pages."""
    clean = Place.__new__(Place)
    clean.root, clean.options, clean.command, clean.upgrade = place.root.with_name("clean"), [], "", place.upgrade
    shutil.rmtree(clean.root, ignore_errors=True)
    shutil.copytree(place.root, clean.root, symlinks=True, ignore=_not_sources(place.root))
    assert _build(clean).status == 0
    return pages(clean.root)


def _not_sources(root: Path) -> Callable[[str, list[str]], set[str]]:
    """For ``copytree``: leave out what builds made."""
    made = {str(root / OUTPUT), str(root / "pages"), str(root / ".incdoc"), str(root / ".cache")}
    return lambda folder, names: {name for name in names if f"{folder}/{name}" in made}
