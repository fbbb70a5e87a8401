"""What is a test, on released projects, against what pytest collects there."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from incdoc.languages import outline_of
from tests.support import LANGUAGES

from . import fetch

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.corpora
PROJECTS = {
    "attrs": "25.4.0",
    "blinker": "1.9.0",
    "cachetools": "6.2.1",
    "click": "8.3.1",
    "idna": "3.11",
    "iniconfig": "2.3.0",
    "itsdangerous": "2.2.0",
    "jinja2": "3.1.6",
    "markdown": "3.9",
    "markupsafe": "3.0.3",
    "mistune": "3.1.4",
    "more-itertools": "10.8.0",
    "packaging": "25.0",
    "pluggy": "1.6.0",
    "pyparsing": "3.2.5",
    "tomlkit": "0.13.3",
    "toolz": "1.0.0",
    "wcwidth": "0.2.14",
}
LEFT_OUT = {
    "attrs/tests/test_3rd_party.py": "skips itself where cloudpickle is not installed",
    "attrs/tests/test_forward_references.py": "its conftest ignores it before Python 3.14",
}
"""Files with tests that pytest does not collect here, and why."""
_NODE = re.compile(r"^([\w./-]+\.py)::", re.MULTILINE)
_ERROR = re.compile(r"^ERROR ([\w./-]+\.py)", re.MULTILINE)


def collected(project: Path) -> tuple[set[str], set[str]]:
    """The files in which pytest finds tests, and those that it cannot import here."""
    places = os.pathsep.join([str(project / "src"), str(project)])
    options = ("--collect-only", "-q", "-p", "no:cacheprovider", "--continue-on-collection-errors", "--color=no")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, "-o", "addopts=", "-o", "testpaths="],
        cwd=project,
        env=os.environ | {"PYTHONPATH": places, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    return set(_NODE.findall(done.stdout)), set(_ERROR.findall(done.stdout))


def found_by_incdoc(project: Path) -> set[str]:
    """The files that incdoc takes for tests."""
    language = LANGUAGES["python"]
    found = set()
    for file in project.rglob("*.py"):
        path = file.relative_to(project).as_posix()
        if language.is_test(path) and language.has_tests(path, outline_of(language.read(file.read_bytes()))):
            found.add(path)
    return found


@pytest.mark.parametrize("name", PROJECTS)
def test_what_pytest_collects(name: str) -> None:
    project = fetch.release(name, PROJECTS[name])
    found, unread = collected(project)
    mine = found_by_incdoc(project)
    assert found, "nothing was collected"
    assert found <= mine, sorted(found - mine)
    more = {f"{name}/{path}" for path in mine - found - unread}
    assert more <= LEFT_OUT.keys(), sorted(more - LEFT_OUT.keys())
