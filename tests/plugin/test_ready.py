"""The action, the GitLab job and the hooks, run as far as possible without GitHub, GitLab and pre-commit.ci."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support import BIN, PROJECT, build, run, write

ROOT = Path(__file__).parents[2]


def git(folder: Path, *arguments: str) -> str:
    return run(folder, "git", "-c", "user.name=A", "-c", "user.email=a@example.org", *arguments)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A repository of two commits with its pages committed."""
    folder = write(tmp_path / "project", PROJECT | {".gitignore": ".incdoc/\n"})
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "first")
    (folder / "pkg/fast.py").unlink()
    build(folder)
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "second")
    return folder


def load(name: str) -> Any:
    return yaml.safe_load((ROOT / name).read_text())


class Action:
    """The steps of the composite action; GitHub's expressions are filled in, its own actions left out."""

    def __init__(self, project: Path, **inputs: str) -> None:
        self.project = project
        given = load("action.yml")["inputs"]
        self.values = {f"inputs.{name}": inputs.get(name, each["default"]) for name, each in given.items()}
        self.values |= {"github.action_path": str(ROOT), "runner.os": "Linux", "github.sha": "0" * 40}
        self.temporary = project.parent / "runner"
        self.temporary.mkdir(exist_ok=True)
        self.summary = self.temporary / "summary"
        self.summary.touch()

    def fill(self, text: str) -> str:
        return re.sub(r"\$\{\{ ([\w.-]+) \}\}", lambda match: self.values[match[1]], text)

    def run(self, number: int, status: int = 0) -> str:
        step = load("action.yml")["runs"]["steps"][number]
        folder = self.project / self.fill(step.get("working-directory", "."))
        environment = {name: self.fill(value) for name, value in step.get("env", {}).items()}
        environment |= {"RUNNER_TEMP": str(self.temporary), "GITHUB_STEP_SUMMARY": str(self.summary)}
        script = self.fill(step["run"])
        assert "${{" not in script, "inputs reach a script through its environment: anything else could be code"
        return run(folder, "bash", "-eo", "pipefail", "-c", script, status=status, **environment)


def test_the_action(project: Path) -> None:
    action = Action(project, diff="HEAD~1")
    names = [step["name"] for step in load("action.yml")["runs"]["steps"]]
    assert [name.split()[0] for name in names] == ["Install", "Restore", "Check", "Compare", "Bring"]
    action.run(0)
    assert not action.run(2).startswith("::error")
    action.run(3)
    assert "| `pkg.fast` | removed |" in action.summary.read_text()
    action.values["inputs.fail-on-breaking"] = "true"
    action.run(3, status=1)
    action.run(4)
    assert git(project, "status", "--porcelain") == ""
    (project / "pkg/core.py").write_text("class Engine: ...\n")
    assert "::error file=docs/reference/pkg/core.py_docs.md" in action.run(2, status=1)
    assert "| `docs/reference/pkg/core.py_docs.md` | stale |" in action.summary.read_text()


def test_no_step_of_the_action_lets_an_input_be_code() -> None:
    for step in load("action.yml")["runs"]["steps"]:
        assert "${{" not in step.get("run", "")


def test_the_gitlab_job(project: Path) -> None:
    job = load("ci/incdoc.gitlab-ci.yml")["incdoc"]
    script = "\n".join(["set -e", *job["script"]])
    base = git(project, "rev-parse", "HEAD~1").strip()
    environment = job["variables"] | {"CI_MERGE_REQUEST_DIFF_BASE_SHA": base}
    assert "| `pkg.fast` | removed |" in run(project, "bash", "-c", script, **environment)
    (project / "pkg/core.py").write_text("class Engine: ...\n")
    assert "core.py_docs.md is stale" in run(project, "bash", "-c", script, status=1, **environment)
    run(project, "bash", "-c", "\n".join(job["after_script"]), **environment)
    assert "are current" in run(project, "incdoc", "check")


def test_the_hooks_of_pre_commit(project: Path) -> None:
    home = {"PRE_COMMIT_HOME": str(project.parent / "pre-commit")}

    def hook(name: str, status: int) -> str:
        command = (str(BIN / "pre-commit"), "try-repo", str(ROOT), name, "--all-files", "--verbose")
        return run(project, *command, status=status, **home)

    said = hook("incdoc-check", 0)
    assert re.search(r"incdoc check\.*.*Passed", said)
    (project / "pkg/core.py").write_text("class Engine: ...\n")
    git(project, "add", "-A")
    assert "core.py_docs.md is stale" in hook("incdoc-check", 1)
    assert "files were modified by this hook" in hook("incdoc", 1)
    git(project, "add", "-A")
    git(project, "commit", "-qm", "third")
    assert "Passed" in hook("incdoc", 0)


def test_a_source_date_changes_nothing(project: Path) -> None:
    run(project, "rm", "-rf", "docs", ".incdoc")
    run(project, "incdoc", SOURCE_DATE_EPOCH="1", TZ="Asia/Tokyo")
    assert git(project, "status", "--porcelain") == ""
    assert os.listdir(project / "docs/reference")
