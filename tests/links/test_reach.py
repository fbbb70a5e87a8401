"""Which tests reach a source, and how; and what is a test."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest

from incdoc.languages import outline_of
from incdoc.languages.python.language import has_tests
from tests.links.support import Pair, Repository
from tests.support import LANGUAGES, build, write

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Make = Callable[..., Repository]

FILES = {
    "incdoc.toml": 'output = "docs/reference"\n',
    "libx/__init__.py": "from .core import f\n",
    "libx/core.py": "def f(): ...\ndef g(): ...\n",
    "libx/alone.py": "",
    "libx/plugin.py": "",
    "libx/far.py": "class A: ...\n",
    "libx/test_utils.py": "from .core import f\nclass FakeServer:\n    def start(self): ...\n",
    "tests/conftest.py": 'import libx.far\npytest_plugins = ["libx.plugin"]\n',
    "tests/test_core.py": "import libx\ndef test_f():\n    assert libx.f()\n",
    "tests/test_shadow.py": "import libx\ndef test_f(libx):\n    assert libx.f()\n",
    "tests/test_named.py": "from unittest import mock\n@mock.patch('libx.far.A')\ndef test_a(m): ...\n",
}


@pytest.fixture
def make(tmp_path: Path) -> Make:
    return lambda **files: Repository(tmp_path / "store.db", files)


def section(folder: Path, path: str) -> str:
    page = (folder / f"docs/reference/{path}_docs.md").read_text()
    return page.partition("Testing & Usage\n")[2].partition("\n## ")[0]


def test_a_page_says_how_each_test_reaches_the_source(tmp_path: Path) -> None:
    folder = write(tmp_path / "p", FILES)
    build(folder)
    core = section(folder, "libx/core.py")
    assert "[`tests/test_core.py`](../tests/test_core.py_docs.md): [`f`](#f), through [`libx/__init__.py`]" in core
    assert "python -m pytest tests/test_core.py\n" in core
    assert "test_shadow" not in core
    assert "test_utils" not in core
    far = section(folder, "libx/far.py")
    assert "Tests that import this file:\n\n- [`tests/test_named.py`]" in far
    assert "Run before the tests beside and below it, and using this file:\n\n- [`tests/conftest.py`]" in far
    assert "- [`tests/conftest.py`]" in section(folder, "libx/plugin.py")
    assert not section(folder, "libx/alone.py")
    own = section(folder, "tests/test_core.py")
    assert "This test uses:" in own
    assert "[`libx/core.py`](../libx/core.py_docs.md): [`f`]" in own
    assert "python -m pytest tests/test_core.py\n" in own
    assert "(by its name, in `pytest_plugins`)" in (folder / "docs/reference/tests/conftest.py_docs.md").read_text()


NAMESAKES = {
    "incdoc.toml": 'output = "docs/reference"\n',
    "pyproject.toml": "[project]\nname = 'sail'\n",
    "src/sail/__init__.py": "",
    "src/sail/filters.py": "",
    "src/sail/cli/run.py": "",
    "src/sail/mast.py": "",
    "src/oar/filters.py": "",
    "src/sail/tests/test_mast.py": "import sail.cli.run\ndef test_a(): ...\n",
    "src/sail/cli/mast.py": "",
    "tests/test_filters.py": "import sail\ndef test_a(): ...\n",
    "tests/unit/cli/test_run.py": "import sail.mast\ndef test_a(): ...\n",
    "tests/test_mast.py": "from sail import mast\ndef test_a(): ...\n",
    "src/sail/tests/test_hull.py": "def test_a(): ...\n",
    "src/sail/hull/__init__.py": "",
    "src/sail/test_gone.py": "def helper(): ...\n",
    "src/sail/gone.py": "",
}


def test_a_test_that_imports_nothing_of_a_source_reaches_it_by_its_name(tmp_path: Path) -> None:
    folder = write(tmp_path / "p", NAMESAKES)
    build(folder)
    filters = section(folder, "src/sail/filters.py")
    assert "Tests that have the name of this file:\n\n- [`tests/test_filters.py`]" in filters
    assert "python -m pytest tests/test_filters.py\n" in filters
    assert "name of this" not in section(folder, "src/oar/filters.py"), "the test uses another package"
    assert "- [`tests/unit/cli/test_run.py`]" in section(folder, "src/sail/cli/run.py")
    assert "- [`src/sail/tests/test_hull.py`]" in section(folder, "src/sail/hull/__init__.py")
    mast = section(folder, "src/sail/mast.py")
    assert "Tests that have the name of this file:\n\n- [`src/sail/tests/test_mast.py`]" in mast
    assert "- [`tests/test_mast.py`]" not in mast.partition("have the name")[2], "that one imports it"
    assert "name of this" not in section(folder, "src/sail/cli/mast.py"), "there is one nearer"
    assert "name of this" not in section(folder, "src/sail/gone.py"), "nothing in that file is a test"


def test_that_a_test_has_a_name_is_noticed(tmp_path: Path) -> None:
    texts = {path: [text, text, "", "import sail.filters\ndef test_b(): ...\n"] for path, text in NAMESAKES.items()}
    Pair(tmp_path, NAMESAKES).edit_at_random(Random(3), texts)


def test_an_attribute_of_a_module_is_no_import(make: Make) -> None:
    found = make(
        **{
            "p/__init__.py": "from . import sub\n",
            "p/sub.py": "def f(): ...\n",
            "test_p.py": "import p\ndef test_f(): p.sub.f()\n",
        }
    )
    assert found.tables.importers("p/sub.py") == ["p/__init__.py"]
    assert found.tables.mentions("p/sub.py") == []
    assert {(path, name) for path, _, name in found.tables.tested("p/sub.py")} >= {("test_p.py", "f")}


def test_names_in_texts_lead_to_files(make: Make) -> None:
    found = make(
        **FILES
        | {
            "use.py": "import importlib\nx = importlib.import_module('libx.core')\n"
            "y = importlib.import_module(name)\nz = importlib.import_module('.core', 'libx')\n"
            "w = __import__('libx')\npatch('time.sleep')\nmonkeypatch.setattr('libx.far.A', 1)\n"
            "setattr(x, 'libx.far', 1)\n# import_module('libx.far')\npatch.dict('libx.core.g', {})\n"
        }
    )
    assert found.reads("use.py") == [
        "stdlib",
        "libx/core.py",
        "missing",
        "libx/__init__.py",
        "stdlib",
        "libx/far.py:A",
        "libx/core.py:g",
    ]
    assert found.tables.importers("libx/plugin.py") == ["tests/conftest.py"]


@pytest.mark.parametrize("used", ["from libx.core import g", "import libx.core"])
def test_a_test_that_becomes_none_and_back(make: Make, used: str) -> None:
    is_one = {"tests/test_other.py": f"{used}\ndef test_g(): ...\n"}
    found = make(**FILES | is_one)
    before = found.inputs()
    pending = found.edit(**{"tests/test_other.py": f"{used}\ndef check_g(): ...\n"})
    assert not found.tables.is_test("tests/test_other.py")
    assert "docs:libx/core.py" in pending
    assert found.inputs()["docs:libx/core.py"] != before["docs:libx/core.py"]
    pending = found.edit(**is_one)
    assert "docs:libx/core.py" in pending
    assert found.inputs() == before


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("def test_a(): ...\n", True),
        ("async def test_a(): ...\n", True),
        ("class TestA:\n    def test_a(self): ...\n", True),
        ("class A(TestCase):\n    def testA(self): ...\n", True),
        ("class TestA(BaseTests): ...\n", True),
        ("from base import *\n", True),
        ("from base import test_a\n", True),
        ("def load_tests(*given): ...\n", True),
        ("class TestServer:\n    def start(self): ...\n", False),
        ("class Own(TestCase):\n    def helper(self): ...\n", False),
        ("class Base: ...\nclass TestServer(Base): ...\n", False),
        ("def helper():\n    def test_a(): ...\n", False),
        ("class A(TestCase, metaclass=TestMeta): ...\n", False),
        ("from unittest import TestCase\n", False),
        ("", False),
    ],
)
def test_what_a_runner_finds_tests_in(text: str, expected: bool) -> None:
    outline = outline_of(LANGUAGES["python"].read(text.encode()))
    assert has_tests("test_a.py", outline) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("def test_a(): ...\n", False),
        ("from base import test_a\n", False),
        ("class A(TestCase):\n    def test_a(self): ...\n", True),
        ("from base import *\n", True),
    ],
)
def test_functions_of_a_file_that_pytest_does_not_read_are_no_tests(text: str, expected: bool) -> None:
    outline = outline_of(LANGUAGES["python"].read(text.encode()))
    assert has_tests("jinja/tests.py", outline) is expected
