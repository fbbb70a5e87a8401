"""Findings with a code of ruff are those of ruff itself: on Django, torch, ten more projects and the rules' cases.

What ``# noqa`` suppresses is in neither. ruff does not obey ``# nosec``, so that it is taken out for incdoc.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from incdoc.languages.findings import rules
from incdoc.languages.python.extract import extract
from incdoc.languages.python.ruleset import RULES

from . import fetch

CODES = frozenset(rule.code for rule in rules(RULES) if re.fullmatch(r"[A-Z]+\d+", rule.code))

Place = tuple[str, int, str]
"""File, line, code."""

# Where the two differ on purpose, and why. An entry that is no longer needed fails the test.
DIFFERENT: dict[str, dict[Place, str]] = {"django": {}, "torch": {}}

RELEASES: dict[str, tuple[str, dict[Place, str]]] = {
    "ansible-core": ("2.19.14", {}),
    "celery": ("5.7.0", {}),
    "dask": ("2026.8.0", {}),
    "distributed": ("2026.8.0", {}),
    "luigi": ("3.8.1", {}),
    "networkx": ("3.6.1", {}),
    "nltk": ("3.10.4", {}),
    "paramiko": ("5.1.0", {}),
    "pytest": ("9.2.0", {}),
    "scrapy": ("2.19.0", {}),
}
"""The version of each project, and its differences as above."""


def ruffs(folder: Path) -> Counter[Place]:
    command = [
        sys.executable, "-P", "-m", "ruff", "check", "--isolated", "--no-cache",
        "--no-respect-gitignore", "--exit-zero", "--target-version", "py312", "--select", ",".join(sorted(CODES)),
        "--output-format", "json", ".",
    ]  # fmt: skip
    output = subprocess.run(command, cwd=folder, capture_output=True, check=True).stdout
    return Counter(
        (
            Path(entry["filename"]).relative_to(folder.resolve()).as_posix(),
            entry["location"]["row"],
            entry["code"],
        )
        for entry in json.loads(output)
        if entry["code"] in CODES
    )


def ours(folder: Path) -> Counter[Place]:
    return Counter(
        (path.relative_to(folder).as_posix(), finding.line, finding.code)
        for path in sorted(folder.rglob("*.py"))
        for finding in extract(path.read_bytes().replace(b"nosec", b"_____")).findings
        if finding.code in CODES
    )


def compare(folder: Path, different: dict[Place, str]) -> None:
    theirs, own = ruffs(folder), ours(folder)
    assert theirs, "ruff looked at nothing"
    missing = sorted((theirs - own).elements())
    extra = sorted((own - theirs).elements())
    unexplained = [place for place in missing + extra if place not in different]
    assert not unexplained, f"of {theirs.total()}: {len(missing)} missing, {len(extra)} extra: {unexplained[:20]}"
    assert set(different) <= {*missing, *extra}, "explained, but not different any more"


@pytest.mark.corpora
@pytest.mark.parametrize("name", sorted(DIFFERENT))
def test_a_code_base(name: str) -> None:
    compare(fetch.corpus(name), DIFFERENT[name])


@pytest.mark.corpora
@pytest.mark.parametrize("project", sorted(RELEASES))
def test_a_project(project: str) -> None:
    version, different = RELEASES[project]
    compare(fetch.modules(project, version), different)


def test_cases(tmp_path: Path) -> None:
    for case in sorted((Path(__file__).parents[1] / "languages" / "findings").iterdir()):
        if case.stem in CODES:
            (tmp_path / f"{case.stem}.py").write_text(case.read_text(encoding="utf-8"), encoding="utf-8")
    compare(tmp_path, {})
