"""The action, the GitLab job and the hooks, run as far as possible without GitHub, GitLab and pre-commit.ci."""

from __future__ import annotations

import os
import re
import sys
from importlib.metadata import version
from pathlib import Path
from string import Template
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
        self.values |= {"github.action_path": str(ROOT), "runner.os": "Linux", "runner.arch": "X64"}
        self.values |= {"github.sha": "0" * 40}
        self.temporary = project.parent / "runner"
        self.temporary.mkdir(exist_ok=True)
        self.summary = self.temporary / "summary"
        self.summary.touch()

    def fill(self, text: str) -> str:
        return re.sub(r"\$\{\{ ([\w.-]+) \}\}", lambda match: self.values[match[1]], text)

    def fill_all(self, number: int) -> dict[str, str]:
        """What a step that uses another action gives it."""
        return {name: self.fill(value) for name, value in load("action.yml")["runs"]["steps"][number]["with"].items()}

    def run(self, number: int, status: int = 0) -> str:
        step = load("action.yml")["runs"]["steps"][number]
        folder = self.project / self.fill(step.get("working-directory", "."))
        environment = {name: self.fill(value) for name, value in step.get("env", {}).items()}
        environment |= {"RUNNER_TEMP": str(self.temporary), "GITHUB_STEP_SUMMARY": str(self.summary)}
        outputs = self.temporary / "outputs"
        environment["GITHUB_OUTPUT"] = str(outputs)
        outputs.write_text("")
        script = self.fill(step["run"])
        assert "${{" not in script, "inputs reach a script through its environment: anything else could be code"
        said = run(folder, "bash", "-eo", "pipefail", "-c", script, status=status, **environment)
        for line in outputs.read_text().splitlines():
            name, _, value = line.partition("=")
            self.values[f"steps.{step['id']}.outputs.{name}"] = value
        return said


def test_the_action(project: Path) -> None:
    action = Action(project, diff="HEAD~1")
    names = [step["name"] for step in load("action.yml")["runs"]["steps"]]
    assert [name.split()[0] for name in names] == ["Install", "Restore", "Check", "Compare", "Bring"]
    action.run(0)
    cache = action.fill_all(1)
    python = "python{}.{}".format(*sys.version_info)
    assert cache["key"] == f"incdoc-{version('incdoc')}-{python}-Linux-X64-{'0' * 40}"
    assert cache["restore-keys"] == cache["key"].removesuffix("0" * 40), "never the cache of another release"
    assert not action.run(2).startswith("::error")
    action.run(3)
    assert "| `pkg.fast` | removed |" in action.summary.read_text()
    action.values["inputs.fail-on-breaking"] = "true"
    action.run(3, status=1)
    action.run(4)
    assert git(project, "status", "--porcelain") == ""
    (project / "pkg/core.py").write_text("class Engine: ...\n")
    assert "::error file=pkg/core.py,title=" in action.run(2, status=1)
    assert "| `docs/reference/pkg/core.py_docs.md` | stale |" in action.summary.read_text()


class Clone:
    """A fresh clone of a project, with an empty home: what a job of CI begins with."""

    def __init__(self, project: Path, depth: str = "0") -> None:
        self.folder = project.parent / f"clone-{depth}"
        depths = ("--depth", depth) if depth != "0" else ()
        run(project.parent, "git", "clone", "-q", *depths, f"file://{project}", str(self.folder))
        self.home = project.parent / "home"
        self.home.mkdir(exist_ok=True)
        self.environment = {"HOME": str(self.home), "XDG_CACHE_HOME": "", "GIT_CONFIG_NOSYSTEM": "1"}


def test_the_workflow_that_init_writes(project: Path) -> None:
    """Its steps, in a fresh clone; the installation is the one of the tests."""
    run(project, "incdoc", "init", "--ci", "github")
    build(project)
    git(project, "add", "-A")
    git(project, "commit", "-qm", "third")
    clone = Clone(project)
    workflow = yaml.safe_load((clone.folder / ".github/workflows/incdoc.yml").read_text())
    assert workflow["permissions"] == {"contents": "read"}
    steps = workflow["jobs"]["incdoc"]["steps"]
    assert steps[0]["with"]["fetch-depth"] == 0
    assert steps[2]["run"] == f"python -m pip install --quiet incdoc=={version('incdoc')}"
    assert steps[3]["with"]["key"].startswith(f"incdoc-{version('incdoc')}-python3.12-")
    assert steps[3]["with"]["path"] == ".incdoc"
    summary = clone.home / "summary"
    environment = clone.environment | {"GITHUB_STEP_SUMMARY": str(summary), "BASE": "HEAD~2"}
    said = [
        run(clone.folder, "bash", "-eo", "pipefail", "-c", step["run"], status=0, **environment) for step in steps[4:]
    ]
    assert "pages are up to date" in said[0] and "::error" not in said[0] and said[2] == ""
    assert "### Reference pages" in summary.read_text() and "| `pkg.fast` | removed |" in summary.read_text()
    assert git(clone.folder, "status", "--porcelain") == ""


def test_the_jobs_of_gitlab_need_the_whole_history(project: Path) -> None:
    """GitLab fetches ``GIT_DEPTH`` commits, 20 if nothing says otherwise."""
    base = git(project, "rev-parse", "HEAD~1").strip()
    run(project, "incdoc", "init", "--ci", "gitlab")
    written = yaml.safe_load((project / ".gitlab/incdoc.yml").read_text())["incdoc"]
    build(project)
    git(project, "add", "-A")
    git(project, "commit", "-qm", "third")
    for job in (load("ci/incdoc.gitlab-ci.yml")["incdoc"], written):
        script = "\n".join(line for line in job["script"] if not line.startswith("pip install"))
        for depth, status in ((job["variables"]["GIT_DEPTH"], 0), ("1", 3)):
            clone = Clone(project, depth)
            environment = clone.environment | {"CI_MERGE_REQUEST_DIFF_BASE_SHA": base}
            said = run(clone.folder, "bash", "-ec", script, status=status, **environment)
            assert "pages are up to date" in said and ("git fetch --unshallow" in said or status == 0)
            run(clone.folder, "bash", "-ec", "\n".join(job["after_script"]), status=0, **environment)
            assert git(clone.folder, "status", "--porcelain") == ""
            run(project, "rm", "-rf", str(clone.folder))


def test_no_step_of_the_action_lets_an_input_be_code() -> None:
    for step in load("action.yml")["runs"]["steps"]:
        assert "${{" not in step.get("run", "")


def gitlab_variables(job: Any) -> dict[str, str]:
    """A job's variables, as GitLab fills in those that name others."""
    variables: dict[str, str] = job["variables"]
    return {name: Template(value).safe_substitute(variables) for name, value in variables.items()}


def test_the_cache_of_the_gitlab_job_is_of_one_release_and_one_python() -> None:
    job = load("ci/incdoc.gitlab-ci.yml")["incdoc"]
    branches = {"CI_COMMIT_REF_SLUG": "topic", "CI_DEFAULT_BRANCH": "main"}

    def keys(**variables: str) -> list[str]:
        known = gitlab_variables(job) | branches | variables
        return [Template(key).substitute(known) for key in (job["cache"]["key"], *job["cache"]["fallback_keys"])]

    assert gitlab_variables(job)["INCDOC_PACKAGE"] == f"incdoc=={version('incdoc')}"
    assert keys() == [f"incdoc-{version('incdoc')}-python3.12-linux-{branch}" for branch in ("topic", "main")]
    assert not set(keys()) & set(keys(INCDOC_VERSION="0.2.0"))
    assert not set(keys()) & set(keys(INCDOC_PYTHON="3.13"))
    assert Template(job["image"]).substitute(gitlab_variables(job)) == "python:3.12"


def test_the_gitlab_job(project: Path) -> None:
    job = load("ci/incdoc.gitlab-ci.yml")["incdoc"]
    script = "\n".join(["set -e", *job["script"]])
    base = git(project, "rev-parse", "HEAD~1").strip()
    environment = gitlab_variables(job) | {"CI_MERGE_REQUEST_DIFF_BASE_SHA": base}
    assert "| `pkg.fast` | removed |" in run(project, "bash", "-c", script, status=0, **environment)
    (project / "pkg/core.py").write_text("class Engine: ...\n")
    assert "core.py_docs.md is stale" in run(project, "bash", "-c", script, status=1, **environment)
    run(project, "bash", "-c", "\n".join(job["after_script"]), status=0, **environment)
    assert "are up to date" in run(project, "incdoc", "check")


def test_the_hooks_of_pre_commit(project: Path) -> None:
    home = {"PRE_COMMIT_HOME": str(project.parent / "pre-commit"), "HOME": str(project.parent / "home")}

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
