"""Extension modules: the sources that make them, the modules that import them, the stubs that describe them."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from tests import inprocess
from tests.links.support import Pair, Repository
from tests.support import pages, write

if TYPE_CHECKING:
    from pathlib import Path

EXTENSION = """\
#include <pybind11/pybind11.h>
namespace _C { int helper(); }
PYBIND11_MODULE(_C, m) {
  m.def("add", &add, "Adds two numbers.");
  py::class_<Boat>(m, "Boat").def("sail", &Boat::sail);
}
"""
OTHER = "PyMODINIT_FUNC PyInit__C(void) { return 0; }\n"


def repository(tmp_path: Path, files: dict[str, str]) -> Repository:
    return Repository(tmp_path / "store.sqlite", {"pkg/__init__.py": "", "csrc/ext.cpp": EXTENSION, **files})


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("import pkg._C", "csrc/ext.cpp"),
        ("from pkg import _C", "csrc/ext.cpp"),
        ("from . import _C", "csrc/ext.cpp"),
        ("from pkg._C import add", "csrc/ext.cpp:_C::add"),
        ("from ._C import Boat", "csrc/ext.cpp:_C::Boat"),
        ("from ._C import helper", "csrc/ext.cpp"),
        ("import _C", "csrc/ext.cpp"),
        ("import other._C", "distribution"),
        ("import pkg._D", "missing"),
        ("from ._D import add", "missing"),
        ("import pkg.mod._C", "missing"),
    ],
)
def test_an_import_leads_to_what_makes_the_module(tmp_path: Path, statement: str, expected: str) -> None:
    tables = repository(tmp_path, {"pkg/mod.py": "", "pkg/use.py": statement + "\n"})
    assert tables.reads("pkg/use.py") == [expected]
    assert tables.tables.importers("csrc/ext.cpp") == (["pkg/use.py"] if "ext.cpp" in expected else [])


METHODS = """\
static PyMethodDef functions[] = {{"add", add, METH_O, "Adds."}, {NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "_C", NULL, -1, functions};
PyMODINIT_FUNC PyInit__C(void) { return PyModule_Create(&module); }
"""


@pytest.mark.parametrize("suffix", ["c", "cpp"])
def test_what_a_module_of_cpython_offers_is_found(tmp_path: Path, suffix: str) -> None:
    found = Repository(
        tmp_path / "store.sqlite",
        {"pkg/__init__.py": "", f"src/speed.{suffix}": METHODS, "pkg/use.py": "from ._C import add, sub\n"},
    )
    assert found.reads("pkg/use.py") == [f"src/speed.{suffix}:_C::add", f"src/speed.{suffix}"]


def test_two_that_make_it_are_ambiguous(tmp_path: Path) -> None:
    found = repository(tmp_path, {"pkg/use.py": "from . import _C\nimport pkg._C\n", "other/init.c": OTHER})
    assert found.reads("pkg/use.py") == ["ambiguous: csrc/ext.cpp other/init.c"] * 2
    assert found.tables.importers("csrc/ext.cpp") == []


@pytest.mark.parametrize(
    ("package", "expected"),
    [
        ("def _C(): pass\n", "pkg/__init__.py:_C"),
        ("from .other import _C\n", "pkg/__init__.py -> pkg/other.py:_C"),
        ("from . import _C\n", "csrc/ext.cpp"),
        ("from pkg import _C\n", "csrc/ext.cpp"),
    ],
)
def test_a_name_of_the_package_is_no_module(tmp_path: Path, package: str, expected: str) -> None:
    files = {"pkg/__init__.py": package, "pkg/other.py": "def _C(): pass\n", "pkg/use.py": "from pkg import _C\n"}
    assert repository(tmp_path, files).reads("pkg/use.py") == [expected]


def test_names_are_followed_through_the_package(tmp_path: Path) -> None:
    files = {
        "pkg/__init__.py": "from ._C import Boat\n",
        "pkg/use.py": "from pkg import Boat\nclass Dinghy(Boat): ...\n",
    }
    found = repository(tmp_path, files)
    assert found.reads("pkg/use.py") == ["pkg/__init__.py -> csrc/ext.cpp:_C::Boat"]
    assert found.tables.subclasses("csrc/ext.cpp") == [("_C::Boat", "pkg/use.py", "Dinghy")]


def test_a_stub_leads_to_what_makes_its_module(tmp_path: Path) -> None:
    files = {"pkg/_C.pyi": "class Boat: ...\n", "pkg/use.py": "from pkg._C import Boat\n"}
    found = repository(tmp_path, files)
    assert found.reads("pkg/use.py") == ["pkg/_C.pyi:Boat"]
    assert found.resolve("pkg/_C.pyi").related == (("source of the extension module", "csrc/ext.cpp"),)
    assert found.tables.belonging("csrc/ext.cpp") == [("stub", "pkg/_C.pyi")]
    assert found.tables.importers("csrc/ext.cpp") == ["pkg/use.py"]
    found.edit(**{"other/init.c": OTHER})
    assert [word for word, _ in found.resolve("pkg/_C.pyi").related] == ["possible source of the extension module"] * 2
    assert found.tables.importers("csrc/ext.cpp") == []
    found.edit(**{"other/init.c": None, "pkg/_C.py": "class Boat: ...\n"})
    assert found.resolve("pkg/_C.pyi").related == ()
    assert found.tables.belonging("csrc/ext.cpp") == []


def test_pages_lead_to_each_other(tmp_path: Path) -> None:
    files = {
        "pkg/__init__.py": "from ._C import add\n",
        "pkg/_D.pyi": "x: int\n",
        "csrc/ext.cpp": EXTENSION,
        "csrc/d.cpp": "NB_MODULE(_D, m) {}\n",
        "csrc/ops.cpp": 'TORCH_LIBRARY_FRAGMENT(boats, m) {\n  m.def("sail(Tensor wind) -> Tensor");\n}\n',
        "csrc/any.cpp": "PYBIND11_MODULE(TORCH_EXTENSION_NAME, m) {}\n",
        "test_pkg.py": "from pkg._C import Boat\ndef test_boat(): Boat()\n",
    }
    folder = write(tmp_path / "p", files)
    assert inprocess.run(folder).status == 0
    made = {name: page.decode() for name, page in pages(folder).items()}
    page = made["csrc/ext.cpp_docs.md"]
    assert "Makes the Python module `_C` (line [3](" in page
    assert '</a>`_C::add` | offered by the module | <code>m.def("add", &amp;add, "Adds two numbers.")</code> |' in page
    assert "| Adds two numbers. |" in page
    assert "**Imported by**, besides the [tests]" in page
    assert "Tests that import this file:" in page
    assert "[`pkg/__init__.py`](../pkg/__init__.py_docs.md)" in page
    assert "[`test_pkg.py`](../test_pkg.py_docs.md)" in page
    assert "of [`csrc/ext.cpp`](../csrc/ext.cpp_docs.md)" in made["pkg/__init__.py_docs.md"]
    assert "- [`pkg/_D.pyi`](../pkg/_D.pyi_docs.md) (stub)" in made["csrc/d.cpp_docs.md"]
    assert "(source of the extension module)" in made["pkg/_D.pyi_docs.md"]
    assert "Registers operators of the library `boats` with PyTorch (line [1](" in made["csrc/ops.cpp_docs.md"]
    assert "`boats::sail`" in made["csrc/ops.cpp_kw.md"]
    assert "which the build names by `TORCH_EXTENSION_NAME`" in made["csrc/any.cpp_docs.md"]


def test_after_edits_the_tables_are_those_made_from_nothing(tmp_path: Path) -> None:
    texts = {
        "pkg/__init__.py": ["", "from ._C import add\n", "def _C(): ...\n", "from . import _C\n"],
        "pkg/_C.pyi": ["def add(): ...\n", "class Boat: ...\n"],
        "pkg/_C.py": ["add = 1\n"],
        "pkg/use.py": ["from pkg import add\nfrom ._C import Boat\n", "import pkg._C, _D\nclass A(pkg._C.Boat): ...\n"],
        "a.cpp": [EXTENSION, EXTENSION.replace("Boat", "Ship"), EXTENSION.replace("(_C,", "(_D,"), OTHER],
        "b.c": [OTHER, OTHER.replace("__C", "__D"), "int x;\n"],
    }
    files = {"pkg/use.py": texts["pkg/use.py"][0], "a.cpp": EXTENSION}
    Pair(tmp_path, files).edit_at_random(random.Random(5), texts, steps=100)
