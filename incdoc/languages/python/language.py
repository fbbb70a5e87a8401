"""Python as a language: its files, and the kinds of its definitions."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from incdoc.sources.paths import join

from ..language import FileType, Kind, Language
from .traits import is_private

if TYPE_CHECKING:
    from ..facts import Definition, Import
    from ..outline import Outline

PROJECT_FILES = ("pyproject.toml", "setup.py", "setup.cfg")
"""The files that declare a project in their folder."""


_ASIDE = frozenset(("tests", "test", "examples", "example", "benchmarks", "benchmark", "docs", "doc", "scripts"))
_RUN_BY_TOOLS = frozenset(
    (
        "conanfile.py",
        "dodo.py",
        "fabfile.py",
        "hatch_build.py",
        "manage.py",
        "noxfile.py",
        "setup.py",
        "toxfile.py",
    )
)
"""Names by which setuptools, doit, Django and others find a script beside a project. In a package they are modules."""


def is_test(path: str) -> bool:
    """Whether the file's name matches pytest's and unittest's default patterns for tests.

    A folder's name does not count: ``django/test`` is a library, and ``tests/support.py`` has no tests.
    """
    name = path.rpartition("/")[2]
    if not name.endswith(".py"):
        return False
    stem = name[:-3]
    return stem.startswith("test_") or stem.endswith("_test") or stem in ("test", "tests")


def made_for_users(path: str) -> bool:
    """Whether a module may be part of an API: its name is not that of a test, and it is in none of the first
    folders that have tests, examples or documentation. ``django/test`` is a library."""
    folder, _, name = path.rpartition("/")
    return folder.partition("/")[0] not in _ASIDE and not is_aside(name)


def is_run_by_tools(path: str, exists: Callable[[str], bool]) -> bool:
    """Whether a tool finds the script by its name and runs it: no other module imports it.
    ``homeassistant/setup.py`` is a module of a package."""
    folder, _, name = path.rpartition("/")
    return name in _RUN_BY_TOOLS and not any(exists(join(folder, each)) for each in ("__init__.py", "__init__.pyi"))


def is_aside(part: str) -> bool:
    """Whether a part of a module's name is that of a test. A module ``test`` or ``tests`` is not."""
    stem = part.removesuffix(".pyi").removesuffix(".py")
    return stem.startswith("test_") or stem.endswith("_test") or stem == "conftest"


def is_listed(definition: Definition) -> bool:
    """Whether a keyword index has it: an attribute that is documented, or has a type, or is a member of an enum. Those
    that are private and have no documentation are left out."""
    if definition.kind != "attribute" or definition.doc:
        return True
    typed = definition.signature.startswith(":") or "member" in definition.traits
    return typed and not is_private(definition.name.rpartition(".")[2])


def has_tests(path: str, outline: Outline) -> bool:
    """Whether pytest or unittest would find a test in a source with the name of one: a function or method by its name,
    or a class that may inherit some. Functions are pytest's, which does not look into a ``tests.py``.

    What is imported counts where its name is that of a test; a star may bring some along.
    """
    functions = path.rpartition("/")[2] not in _OF_UNITTEST
    for name, kind in outline.keywords:
        first, _, rest = name.partition(".")
        if kind == "method" and name.rpartition(".")[2].startswith("test"):
            return True
        if rest or kind not in ("function", "variable"):
            continue
        if first in _HOOKS or (functions and first.startswith("test" if kind == "function" else "test_")):
            return True
    own = {name for name, _ in outline.classes}
    every = (base.partition("[")[0] for _, bases in outline.classes for base in bases)
    inherited = (base.rpartition(".")[2] for base in every if "=" not in base)
    if any("Test" in base and base not in own and base not in _BASES for base in inherited):
        return True
    return any(_brings_tests(item, functions) for item in outline.imports)


def _brings_tests(item: Import, functions: bool) -> bool:
    if item.scope in ("function", "class", "type checking"):
        return False
    name = item.alias or item.name
    if name.startswith("test_"):
        return functions
    return item.name == "*" or (name.startswith("Test") and name not in _BASES)


_OF_UNITTEST = ("test.py", "tests.py")
_HOOKS = ("load_tests",)
_BASES = frozenset(
    ("TestCase", "IsolatedAsyncioTestCase", "AsyncTestCase", "SimpleTestCase", "TransactionTestCase", "TestClient")
)
"""Classes for tests that have none themselves."""


PROGRAMS = ("python", "pythonw", "pypy", "ipython", "uv", "pipx")
"""``uv run`` and ``pipx run`` read what a script needs from its comments."""

LANGUAGE = Language(
    name="python",
    indexed_as="module",
    domain="py",
    role="module",
    title="Python",
    files=(
        FileType("Python source", "python", suffixes=("py", "pyw"), programs=PROGRAMS),
        FileType("Python stub", "python", suffixes=("pyi",)),
    ),
    kinds=(
        Kind("class", "classes", heading="Classes", shown="block", public=True, derives=True, role="class"),
        Kind("function", heading="Functions", shown="block", public=True, role="function"),
        Kind("method", heading="Methods", shown="block", public=True, role="method"),
        Kind("attribute", heading="Attributes", shown="member", role="attribute"),
        Kind("constant", heading="Constants", shown="value", public=True, role="data"),
        Kind("variable", label="module variable", heading="Constants", shown="value", public=True, role="data"),
        Kind("type alias", "type aliases", heading="Constants", shown="value", public=True, role="type"),
    ),
    depends=("tree_sitter", "tree_sitter_python"),
    describes=(("__init__.py", 0), ("__init__.pyi", 2)),
    extract="incdoc.languages.python.extract:extract",
    parser="incdoc.languages.python.grammar:parse",
    constructors=("__init__", "__new__", "__post_init__"),
    followed=("class", "function", "method", "constant", "variable", "type alias"),
    own_uses="incdoc.languages.python.extract:uses_of_own",
    linker="incdoc.languages.python.linker:PythonLinker",
    view="incdoc.languages.python.view:PythonView",
    documentation="incdoc.languages.python.docstrings:read",
    rules="incdoc.languages.python.ruleset:RULES",
    api="incdoc.languages.python.comparison:compare",
    layout=(*PROJECT_FILES, "__init__.py", "__init__.pyi"),
    is_test=is_test,
    made_for_users=made_for_users,
    is_run_by_tools=is_run_by_tools,
    has_tests=has_tests,
    is_entry=lambda path: path.endswith("__main__.py"),
    is_listed=is_listed,
    described_by="package docstring",
)
