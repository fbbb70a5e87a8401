"""No test file is left out in silence: what is on disk is collected, by one of the two commands that CI runs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.corpora import fetch

ROOT = Path(__file__).parents[1]
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}


def on_disk(root: Path) -> set[str]:
    """Every test file; those below ``tests/golden/sources`` are sources that tests read."""
    found = {path.relative_to(root).as_posix() for path in root.glob("tests/**/test_*.py")}
    return {name for name in found if not name.startswith("tests/golden/sources/")}


def collected(root: Path, *options: str) -> set[str]:
    """The files of the tests that pytest would run."""
    command = [sys.executable, "-m", "pytest", "--collect-only", "-o", "addopts=", "-q", "-p", "no:cacheprovider"]
    done = subprocess.run([*command, *options], cwd=root, env=ENVIRONMENT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return {line.partition("::")[0] for line in done.stdout.splitlines() if "::" in line}


def test_every_test_file_is_collected() -> None:
    without, corpora = collected(ROOT), collected(ROOT, "--corpora")
    assert on_disk(ROOT) == without | corpora
    assert "tests/test_collection.py" in without - corpora
    assert "tests/corpora/test_history.py" in corpora - without


def test_a_folder_that_pytest_leaves_out_is_noticed(tmp_path: Path) -> None:
    for folder in ("build", "engine"):
        (tmp_path / "tests" / folder).mkdir(parents=True)
        (tmp_path / "tests" / folder / f"test_{folder}.py").write_text("def test_it():\n    pass\n")
    assert on_disk(tmp_path) - collected(tmp_path) == {"tests/build/test_build.py"}
    own = tmp_path / "pyproject.toml"
    own.write_text((ROOT / "pyproject.toml").read_text(encoding="utf-8"), encoding="utf-8")
    assert on_disk(tmp_path) == collected(tmp_path)


def test_what_a_developer_is_told_who_runs_no_test_of_a_corpus() -> None:
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "tests/corpora/test_history.py"]
    done = subprocess.run(command, cwd=ROOT, env=ENVIRONMENT, capture_output=True, text=True, check=False)
    assert done.returncode == 5, done.stdout  # pytest's "no tests were collected"
    assert "2 tests of released projects were left out; --corpora runs them" in done.stdout


def test_a_corpus_that_cannot_be_had_is_a_failure(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--corpora", "tests/corpora/test_history.py"]
    offline = ENVIRONMENT | {"INCDOC_CORPORA": str(tmp_path), "PIP_INDEX_URL": "http://127.0.0.1:9/"}
    offline |= {"PIP_NO_INDEX": "1", "PIP_CONFIG_FILE": os.devnull, "PIP_FIND_LINKS": ""}
    done = subprocess.run(command, cwd=ROOT, env=offline, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stdout
    assert "cannot be downloaded" in done.stdout and "skipped" not in done.stdout


def test_a_test_without_the_mark_downloads_nothing() -> None:
    with pytest.raises(AssertionError, match="needs the mark corpora"):
        fetch.release("requests", "2.27.0")
