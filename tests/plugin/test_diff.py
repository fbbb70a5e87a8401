"""``incdoc diff``: what changed in the API and what breaks, from git's objects alone, with and without the store."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from incdoc.query.api import Parameter, Signature, parse_signature
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
    ("pkg.tools.old", "deprecated", False, ""),
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
    answer = diff(project, "HEAD~1")
    assert said(answer) == EXPECTED
    assert answer["breaking"]
    fresh = next(each for each in answer["changes"] if each["name"] == "pkg.tools.fresh")
    assert (fresh["path"], fresh["line"]) == ("pkg/tools.py", 11)


def test_the_work_tree_does_not_matter(project: Path) -> None:
    for name in ("pkg", "tests"):
        shutil.rmtree(project / name)
    assert said(diff(project, "HEAD~1", "HEAD")) == EXPECTED
    back = said(diff(project, "HEAD", "HEAD~1"))
    assert ("pkg.tools.fresh", "removed", True, "") in back and ("pkg.gone", "added", False, "") in back
    assert diff(project, "HEAD", "HEAD") == {"breaking": False, "changes": []}


def test_exit_codes_and_formats(project: Path) -> None:
    text = run(project, "incdoc", "diff", "HEAD~1", "--exit-code", status=1)
    assert "! pkg.tools.glue: moved (now pkg.more.glue)  pkg/more.py:1\n" in text
    assert "12 changes, 9 of them breaking." in text
    assert run(project, "incdoc", "diff", "HEAD", "--exit-code") == "The API did not change.\n"
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


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("()", Signature((), None)),
        ("[T](self, x: T = None) -> T", Signature((
            Parameter("self", "either", None), Parameter("x", "either", "None"),
        ), "T")),
        ("(a, /, b=1, *, c, d: int='x', **e)", Signature((
            Parameter("a", "positional", None), Parameter("b", "either", "1"), Parameter("c", "keyword", None),
            Parameter("d", "keyword", '"x"'), Parameter("e", "**", None),
        ), None)),
        ("(*args: int, c=u'')", Signature((Parameter("args", "*", None), Parameter("c", "keyword", '""')), None)),
    ],
)  # fmt: skip
def test_signatures(text: str, expected: Signature) -> None:
    assert parse_signature(text) == expected
