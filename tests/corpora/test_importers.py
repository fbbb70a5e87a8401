"""The importers that pages name are those that grimp finds, in projects of many shapes."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from . import fetch
from .built import copy_and_build
from .test_imports import importers_below

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.corpora

Edge = tuple[str, str]
"""Importing module, imported module."""

PROJECTS = (
    ("attrs", "25.4.0", "src", "attr"),
    ("structlog", "25.5.0", "src", "structlog"),
    ("starlette", "1.0.0", "", "starlette"),
    ("aiohttp", "3.13.2", "", "aiohttp"),
    ("rich-click", "1.9.4", "src", "rich_click"),
    ("marshmallow", "4.1.1", "src", "marshmallow"),
    ("celery", "5.6.0", "", "celery"),
    ("scrapy", "2.13.4", "", "scrapy"),
    ("sphinx", "8.2.3", "", "sphinx"),
    ("networkx", "3.6", "", "networkx"),
    ("jsonschema", "4.25.1", "", "jsonschema"),
    ("trio", "0.32.0", "src", "trio"),
    ("anyio", "4.12.0", "src", "anyio"),
)
"""Name, release, root of imports, package."""

IN_A_TEXT = "the module's name is in a text, in import_module or the like, which grimp does not read"
COMPILED = "the module is compiled: grimp names its package, a page says that it is not found"
NO_PACKAGE = "the importing module is in a folder without __init__.py, which grimp leaves out"
DIFFERENT: dict[Edge, str] = {
    ("aiohttp.http_writer", "aiohttp"): COMPILED,
    ("celery.bin.shell", "celery.concurrency.eventlet"): IN_A_TEXT,
    ("celery.bin.shell", "celery.concurrency.gevent"): IN_A_TEXT,
    ("scrapy.settings.default_settings", "scrapy"): IN_A_TEXT,
    ("networkx.algorithms.minors.tests.test_contraction", "networkx"): NO_PACKAGE,
    ("networkx.algorithms.minors.tests.test_contraction", "networkx.utils"): NO_PACKAGE,
    ("trio._core._tests.test_guest_mode", "trio._core._run"): IN_A_TEXT,
    ("trio._core._tests.type_tests.nursery_start", "trio"): NO_PACKAGE,
    ("trio._core._tests.type_tests.run", "trio"): NO_PACKAGE,
    ("trio._tests.test_subprocess", "trio._subprocess"): IN_A_TEXT,
    ("trio._tests.type_tests.check_wraps", "trio"): NO_PACKAGE,
    ("trio._tests.type_tests.open_memory_channel", "trio"): NO_PACKAGE,
    ("trio._tests.type_tests.path", "trio"): NO_PACKAGE,
    ("trio._tests.type_tests.path", "trio._file_io"): NO_PACKAGE,
    ("trio._tests.type_tests.raisesgroup", "trio.testing"): NO_PACKAGE,
    ("trio._tests.type_tests.subprocesses", "trio"): NO_PACKAGE,
    ("trio._tests.type_tests.task_status", "trio"): NO_PACKAGE,
}
"""Where the two differ, and why. An entry that is no longer needed fails the test."""

_GRIMP = """
import json, sys
sys.path.insert(0, sys.argv[1])
import grimp
graph = grimp.build_graph(sys.argv[2], cache_dir=None)
print(json.dumps([(one, other) for one in graph.modules for other in graph.find_modules_directly_imported_by(one)]))
"""


def theirs(root: Path, package: str) -> set[Edge]:
    command = (sys.executable, "-c", _GRIMP, str(root), package)
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return {(one, other) for one, other in json.loads(done.stdout)}


@pytest.mark.parametrize(("name", "version", "root", "package"), PROJECTS, ids=[each[0] for each in PROJECTS])
def test_importers_are_those_of_grimp(tmp_path: Path, name: str, version: str, root: str, package: str) -> None:
    built = copy_and_build(fetch.release(name, version), tmp_path / name)
    true = theirs(built.root / root, package)
    said = importers_below(built.pages, root, package)
    explained = {edge for edge in DIFFERENT if edge[0].partition(".")[0] == package}
    unexplained = [f"{'missing' if edge in true else 'made up'}: {edge}" for edge in sorted((true ^ said) - explained)]
    assert not unexplained, f"{len(unexplained)} differences\n" + "\n".join(unexplained[:40])
    assert explained <= true ^ said, "explained, but not different any more"
    assert len(true) > 20
