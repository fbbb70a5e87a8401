"""``incdoc diff``: what changed in the API and what breaks, from git's objects alone, with and without the store."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.support import build, run, tree, write

OLD = {
    "pkg/__init__.py": 'from ._impl import hidden, Engine\n\n__all__ = ["hidden", "Engine"]\n',
    "pkg/_impl.py": "class Base:\n    def stop(self): ...\n\n\n"
    "class Engine(Base):\n    def start(self, speed=1): ...\n\n\ndef hidden(a, b): ...\n\n\ndef _own(): ...\n",
    "pkg/tools.py": "def cut(a, *, deep=False) -> int: ...\n\n\ndef glue(): ...\n\n\ndef old(): ...\n\n\nLIMIT = 3\n",
    "pkg/gone.py": "def leaves(): ...\n",
    "tests/test_pkg.py": "def test_it(): ...\n",
    ".gitignore": ".incdoc/\n",
}
NEW = OLD | {
    "pkg/_impl.py": "class Base: ...\n\n\nclass Engine(Base):\n    def start(self, speed): ...\n\n\n"
    "def hidden(b, a): ...\n",
    "pkg/tools.py": "import warnings\n\n\ndef cut(a, *, deep=True): ...\n\n\n"
    "@warnings.deprecated('no')\ndef old(): ...\n\n\ndef fresh(): ...\n",
    "pkg/more.py": "def glue(): ...\n",
    "tests/test_pkg.py": "",
}
NEW.pop("pkg/gone.py")

EXPECTED = {
    ("pkg._impl.Engine.stop", "removed", True, ""),
    ("pkg._impl.Engine.start", "parameter became required", True, "speed"),
    ("pkg._impl.hidden", "parameter moved", True, "a: 0 → 1"),
    ("pkg._impl.hidden", "parameter moved", True, "b: 1 → 0"),
    ("pkg.gone", "removed", True, ""),
    ("pkg.more", "added", False, ""),
    ("pkg.tools.LIMIT", "removed", True, ""),
    ("pkg.tools.cut", "default changed", True, "deep: False → True"),
    ("pkg.tools.cut", "return annotation dropped", True, "int"),
    ("pkg.tools.fresh", "added", False, ""),
    ("pkg.tools.glue", "moved", True, "now pkg.more.glue"),
    ("pkg.tools.old", "deprecated", False, "no"),
}


def git(folder: Path, *arguments: str) -> str:
    return run(folder, "git", "-c", "user.name=A", "-c", "user.email=a@example.org", *arguments)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    write(folder, OLD)
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "old")
    (folder / "pkg/gone.py").unlink()
    write(folder, NEW)
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "new")
    return folder


def diff(folder: Path, *arguments: str) -> dict[str, Any]:
    before = tree(folder)
    answer: dict[str, Any] = json.loads(run(folder, "incdoc", "diff", *arguments, "--format", "json"))
    assert tree(folder) == before
    return answer


def said(answer: dict[str, Any]) -> set[tuple[str, str, bool, str]]:
    return {(each["name"], each["kind"], each["breaking"], each["detail"]) for each in answer["changes"]}


@pytest.mark.parametrize("cache", ["none", "of the new commit", "of the old commit", "of neither"])
def test_what_changed(project: Path, cache: str) -> None:
    if cache == "of the old commit":
        git(project, "checkout", "-q", "HEAD~1")
    if cache != "none":
        if cache == "of neither":
            write(project, {"pkg/__init__.py": "", "pkg/other.py": ""})
        build(project)
        git(project, "checkout", "-q", "-f", "master" if "master" in git(project, "branch") else "main")
    answer = diff(project, "HEAD~1", "HEAD")
    assert said(answer) == EXPECTED
    assert answer["breaking"]
    fresh = next(each for each in answer["changes"] if each["name"] == "pkg.tools.fresh")
    assert (fresh["path"], fresh["line"]) == ("pkg/tools.py", 11)


def test_the_work_tree_does_not_matter_between_commits(project: Path) -> None:
    for name in ("pkg", "tests"):
        shutil.rmtree(project / name)
    assert said(diff(project, "HEAD~1", "HEAD")) == EXPECTED
    back = said(diff(project, "HEAD", "HEAD~1"))
    assert ("pkg.tools.fresh", "removed", True, "") in back and ("pkg.gone", "added", False, "") in back
    head = git(project, "rev-parse", "HEAD").strip()
    assert diff(project, "HEAD", "HEAD") == {
        "breaking": False,
        "base": head,
        "head": head,
        "changes": [],
        "compared": {},
        "not_compared": [],
        "no_api": {},
    }


def test_exit_codes_and_formats(project: Path) -> None:
    text = run(project, "incdoc", "diff", "HEAD~1", "--exit-code", status=1)
    assert "! pkg.tools.glue: moved (now pkg.more.glue)  pkg/more.py:1\n" in text
    assert "12 changes, 9 of them breaking." in text
    head = git(project, "rev-parse", "HEAD")[:12]
    same = f"The API did not change.\nCompared commit {head} with the work tree: 0 changed files.\n"
    assert run(project, "incdoc", "diff", "HEAD", "--exit-code") == same
    table = run(project, "incdoc", "diff", "HEAD~1", "HEAD", "--format", "markdown")
    assert "| `pkg.tools.cut` | default changed | `deep: False → True` |" in table
    assert (
        table.index("**Breaking**")
        < table.index("pkg.gone")
        < table.index("**Other**")
        < table.index("pkg.tools.fresh")
    )
    assert "is not a commit" in run(project, "incdoc", "diff", "nowhere", status=3)
    assert "takes one or two commits" in run(project, "incdoc", "diff", status=3)
    assert "HEAD is empty" in run(project, "incdoc", "diff", "HEAD", "", status=3)


@pytest.mark.parametrize("cached", [False, True])
def test_without_head_the_work_tree_is_compared(project: Path, cached: bool) -> None:
    if cached:
        build(project)
    write(project, {"pkg/tools.py": "def cut(a): ...\n", "pkg/untracked.py": "def n(): ...\n", "README.md": "# A\n"})
    (project / "pkg/more.py").unlink()
    answer = diff(project, "HEAD")
    assert answer["head"] is None and answer["compared"] == {"Python": 3} and answer["no_api"] == {"Markdown": 1}
    assert {
        ("pkg.tools.cut", "parameter removed", True, "deep"),
        ("pkg.tools.fresh", "removed", True, ""),
        ("pkg.more", "removed", True, ""),
        ("pkg.untracked", "added", False, ""),
    } < said(answer)
    text = run(project, "incdoc", "diff", "HEAD")
    assert "with the work tree: 3 changed files (Python 3).\n1 changed file has no API (Markdown 1).\n" in text
    assert diff(project, "HEAD", "HEAD")["changes"] == []


def test_a_changed_line_end_is_no_change(project: Path) -> None:
    write(project, {".gitattributes": "*.py text eol=crlf\n"})
    path = project / "pkg/tools.py"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert diff(project, "HEAD")["compared"] == {}


UNREAD = {
    "tool.rb": ("class Tool\nend\n", "Ruby", "its language is not compared"),
    "api.proto": ("message A {}\n", "Protocol Buffers", "its language is not compared"),
    "lib.zig": ("pub fn f() void {}\n", "Zig source", "its language is not compared"),
    "pkg/wrong.py": ("def f(:\n", "Python", "line 1 could not be parsed"),
    "pkg/nul.py": ("a = 1\0\n", "Python", "line 1 could not be parsed"),
    "pkg/large.py": ("x = 1  # " + 2200000 * "a", "Python", "it was not read: larger than 2 MiB"),
}


@pytest.mark.parametrize("path", UNREAD)
def test_what_is_not_compared_passes_no_gate(project: Path, path: str) -> None:
    content, kind, reason = UNREAD[path]
    git(project, "checkout", "-q", "HEAD")
    write(project, {path: content})
    answer = diff(project, "HEAD")
    assert answer["not_compared"] == [{"path": path, "type": kind, "reason": reason}]
    text = run(project, "incdoc", "diff", "HEAD", "--exit-code", status=4)
    assert f"? {path}: not compared ({kind}): {reason}\n" in text
    assert f"1 changed file is not compared ({kind} 1).\n" in text
    assert "The API did not change" not in text
    assert f"| `{path}` | {kind} | {reason} |" in run(project, "incdoc", "diff", "HEAD", "--format", "markdown")
    run(project, "incdoc", "diff", "HEAD", "--exit-code", "--allow-unread")
    (project / "pkg/tools.py").unlink()
    run(project, "incdoc", "diff", "HEAD", "--exit-code", "--allow-unread", status=1)


def test_documents_settings_tests_and_pages_pass_the_gate(project: Path) -> None:
    changed = ("README.md", "a.yaml", "data.csv", "Makefile", "tests/test_new.py", "examples/a.rb", "style.css")
    write(project, dict.fromkeys(changed, "a\n") | {"old/p.md": "<!-- Generated by incdoc from a -->\n# A\n"})
    assert "7 changed files have no API" in run(project, "incdoc", "diff", "HEAD", "--exit-code")
    git(project, "add", "-A")
    git(project, "commit", "-qm", "documents")
    text = run(project, "incdoc", "diff", "HEAD~1", "HEAD", "--exit-code")
    assert "7 changed files have no API" in text and "tests and examples 2" in text


RUN_BY_TOOLS = {
    "dodo.py": "globals().update(tasks())\n",
    "noxfile.py": "def tests(session): ...\n",
    "sub/setup.py": "def helper(): ...\n",
    "web/package.json": "{}\n",
    "web/vite.config.ts": "export const port = 1;\n",
    "web/gulpfile.js": "export function build() {}\n",
    "web/.eslintrc.cjs": "module.exports = {};\n",
    "crate/Cargo.toml": '[package]\nname = "a"\n',
    "crate/build.rs": "pub fn main() {}\n",
}
"""Scripts that tools find by their names, and the manifests beside them."""
NO_SCRIPTS = {
    "pkg/setup.py": "def helper(): ...\n",
    "other/vite.config.ts": "export const port = 1;\n",
    "crate/src/lib.rs": "pub mod build;\n",
    "crate/src/build.rs": "pub fn build() {}\n",
}
"""The same names where no tool looks for them."""


def test_scripts_that_tools_run_have_no_api(project: Path) -> None:
    write(project, RUN_BY_TOOLS)
    text = run(project, "incdoc", "diff", "HEAD", "--exit-code")
    assert "The API did not change." in text and "scripts for tools 7" in text
    git(project, "add", "-A")
    git(project, "commit", "-qm", "scripts")
    assert "The API did not change." in run(project, "incdoc", "diff", "HEAD", "HEAD~1", "--exit-code")


def test_a_module_with_the_name_of_a_script_is_compared(project: Path) -> None:
    write(project, {"crate/Cargo.toml": '[package]\nname = "a"\n'} | NO_SCRIPTS)
    answer = diff(project, "HEAD")
    assert answer["compared"] == {"Python": 1, "Rust": 2, "TypeScript": 1}
    assert {each["path"] for each in answer["changes"]} == NO_SCRIPTS.keys()


def test_setting_a_project_up_changes_no_api(project: Path) -> None:
    write(project, {"pyproject.toml": '[project]\nname = "pkg"\n'})
    git(project, "add", "-A")
    git(project, "commit", "-qm", "manifest")
    run(project, "incdoc", "init")
    run(project, "incdoc")
    git(project, "add", "-A")
    git(project, "commit", "-qm", "pages")
    assert "The API did not change." in run(project, "incdoc", "diff", "HEAD~1", "HEAD", "--exit-code")


def test_sources_that_settings_exclude_are_not_compared(project: Path) -> None:
    write(project, {"incdoc.toml": 'exclude = ["pkg/tools.py"]\n'})
    names = {each["name"] for each in diff(project, "HEAD~1", "HEAD")["changes"]}
    assert not any(name.startswith("pkg.tools") for name in names) and "pkg.gone" in names


def test_a_repository_inside_that_moved_on_is_not_compared(project: Path) -> None:
    head = git(project, "rev-parse", "HEAD").strip()
    for other in (head, git(project, "rev-parse", "HEAD~1").strip()):
        git(project, "update-index", "--add", "--cacheinfo", f"160000,{other},vendor")
        git(project, "commit", "-qm", "vendor")
    answer = diff(project, "HEAD~1", "HEAD")
    assert [each["path"] for each in answer["not_compared"]] == ["vendor"]
