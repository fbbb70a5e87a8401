"""The names by which a file can be imported, by the layout of its repository."""

from __future__ import annotations

import pytest

from incdoc.languages.python.modules import Layout, companions, dotted_name, is_module, stem
from incdoc.sources.paths import ancestors


def layout(*files: str) -> Layout:
    return Layout(frozenset(files).__contains__)


@pytest.mark.parametrize(
    ("files", "path", "names"),
    [
        pytest.param((), "tool.py", ["tool"], id="flat"),
        pytest.param(("pkg/__init__.py",), "pkg/mod.py", ["pkg.mod"], id="package"),
        pytest.param(("pkg/__init__.py",), "pkg/__init__.py", ["pkg"], id="the package itself"),
        pytest.param(("pkg/__init__.pyi",), "pkg/mod.pyi", ["pkg.mod"], id="package of stubs"),
        pytest.param(
            ("src/pkg/__init__.py", "pyproject.toml"),
            "src/pkg/mod.py",
            ["pkg.mod", "src.pkg.mod"],
            id="src of a project",
        ),
        pytest.param(("src/pkg/__init__.py",), "src/pkg/mod.py", ["pkg.mod", "src.pkg.mod"], id="src"),
        pytest.param(
            ("libs/one/pyproject.toml", "libs/one/src/one/__init__.py"),
            "libs/one/src/one/mod.py",
            ["one.mod", "src.one.mod", "libs.one.src.one.mod"],
            id="a project below the repository, with src",
        ),
        pytest.param(
            ("one/setup.py", "two/setup.cfg"),
            "two/deep/mod.py",
            ["mod", "deep.mod", "two.deep.mod"],
            id="several projects",
        ),
        pytest.param((), "a/b/mod.py", ["mod", "a.b.mod"], id="namespace package"),
        pytest.param(
            ("a/b/c/__init__.py",), "a/b/c/mod.py", ["c.mod", "a.b.c.mod"], id="package in a namespace package"
        ),
        pytest.param((), "scripts/run.py", ["run", "scripts.run"], id="scripts"),
        pytest.param((), "scripts/run-all.py", [], id="a script that cannot be imported"),
        pytest.param((), "my-project/mod.py", ["mod"], id="below a folder that is no name"),
        pytest.param(
            ("my-project/pyproject.toml", "my-project/pkg/__init__.py"),
            "my-project/pkg/mod.py",
            ["pkg.mod"],
            id="a project in a folder that is no name",
        ),
        pytest.param(("__init__.py",), "mod.py", ["mod"], id="the repository is itself a package"),
    ],
)
def test_names(files: tuple[str, ...], path: str, names: list[str]) -> None:
    assert layout(*files, path).names(path) == names


def test_declared_roots_are_on_the_path_for_all_files() -> None:
    found = layout("pyproject.toml", "libs/one/pyproject.toml", "libs/one/src/a.py", "tests/src/b.py")
    assert found.declared("")
    assert found.declared("src")
    assert found.declared("libs/one")
    assert found.declared("libs/one/src")
    assert not found.declared("libs")
    assert not found.declared("libs/one/src/src/x")
    assert not found.declared("tests/src")


def test_roots_are_nearest_first() -> None:
    found = layout("libs/one/pyproject.toml", "libs/one/src/pkg/__init__.py")
    assert found.roots("libs/one/src/pkg/mod.py") == ("libs/one/src", "libs/one", "")
    assert found.roots("libs/one/src/pkg/deep/mod.py") == ("libs/one/src", "libs/one", "")


@pytest.mark.parametrize(
    ("base", "root", "name"),
    [("a/b", "", "a.b"), ("a/b", "a", "b"), ("ab/c", "a", ""), ("a-b/c", "", ""), ("größe", "", "größe")],
)
def test_dotted_name(base: str, root: str, name: str) -> None:
    assert dotted_name(base, root) == name


def test_paths() -> None:
    assert ancestors("a/b") == ["a/b", "a", ""]
    assert stem("a/__init__.py") == "a"
    assert stem("a/b.pyi") == "a/b"
    assert companions("a/b.py") == ["a/b.pyi"]
    assert companions("a/b.pyi") == ["a/b.py"]
    assert is_module("a.pyi")
    assert not is_module("a.pyc")
