"""What build files, scripts, documents, schemas and notebooks include, load or name leads to files."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests import inprocess
from tests.support import pages, write

NOTEBOOK = json.dumps({"cells": [{"cell_type": "code", "source": ["from boat import hull\n"]}]})
FILES = {
    "Makefile": "include rules/common.mk\n-include .config\n",
    "rules/common.mk": "X = 1\n",
    "CMakeLists.txt": "include(cmake/warn.cmake)\nadd_subdirectory(lib)\nfind_package(Sail)\nfind_package(Threads)\n",
    "cmake/warn.cmake": "set(A 1)\n",
    "cmake/FindSail.cmake": "set(B 1)\n",
    "lib/CMakeLists.txt": "add_library(x x.c)\n",
    "tools/build.sh": '. ./lib.sh\nsource "$(dirname "$0")/more.sh"\n',
    "tools/lib.sh": "a() { :; }\n",
    "tools/more.sh": "b() { :; }\n",
    "BUILD": 'load("//rules:boat.bzl", "boat")\nload(":own.bzl", "x")\nload("@other//:y.bzl", "y")\n',
    "rules/boat.bzl": "def boat(): pass\n",
    "own.bzl": "x = 1\n",
    "docs/guide.rst": "Guide\n=====\n\n.. toctree::\n\n   parts/hull\n\n.. automodule:: boat.hull\n\n:doc:`other`\n",
    "docs/parts/hull.rst": "Hull\n====\n",
    "docs/other.rst": "Other\n=====\n",
    "boat/__init__.py": "",
    "boat/hull.py": "H = 1\n",
    "api/a.proto": 'syntax = "proto3";\nimport "common/b.proto";\n',
    "api/common/b.proto": "message B { int32 x = 1; }\n",
    ".github/workflows/ci.yml": (
        "on: push\njobs:\n  a:\n    steps:\n      - uses: ./.github/actions/sail\n"
        "      - run: |\n          make && ./tools/build.sh\n      - run: ./more.sh\n        working-directory: tools\n"
    ),
    ".github/actions/sail/action.yml": "name: sail\nruns: {using: composite}\n",
    ".gitlab-ci.yml": "include:\n  - local: /ci/base.yml\ntest:\n  script:\n    - bash ci/test.sh\n",
    "ci/base.yml": "stages: [test]\n",
    "ci/test.sh": "true\n",
    ".pre-commit-config.yaml": "repos:\n- repo: local\n  hooks:\n  - id: own\n    entry: ci/test.sh\n",
    "run/compose.yaml": "services:\n  web:\n    build: ../web\n  db: {build: {context: .., dockerfile: web/Other}}\n",
    "web/Dockerfile": "FROM x\n",
    "lab/fit.ipynb": NOTEBOOK,
}
LINKS = [
    ("Makefile", "rules/common.mk"),
    ("CMakeLists.txt", "cmake/warn.cmake"),
    ("CMakeLists.txt", "lib/CMakeLists.txt"),
    ("CMakeLists.txt", "cmake/FindSail.cmake"),
    ("tools/build.sh", "tools/lib.sh"),
    ("tools/build.sh", "tools/more.sh"),
    ("BUILD", "rules/boat.bzl"),
    ("BUILD", "own.bzl"),
    ("docs/guide.rst", "docs/parts/hull.rst"),
    ("docs/guide.rst", "docs/other.rst"),
    ("docs/guide.rst", "boat/hull.py"),
    ("api/a.proto", "api/common/b.proto"),
    (".github/workflows/ci.yml", ".github/actions/sail/action.yml"),
    (".github/workflows/ci.yml", "tools/build.sh"),
    (".github/workflows/ci.yml", "tools/more.sh"),
    (".gitlab-ci.yml", "ci/base.yml"),
    (".gitlab-ci.yml", "ci/test.sh"),
    (".pre-commit-config.yaml", "ci/test.sh"),
    ("run/compose.yaml", "web/Dockerfile"),
    ("lab/fit.ipynb", "boat/hull.py"),
]


def made(folder: Path) -> dict[str, str]:
    assert inprocess.run(folder).status == 0
    return {name: page.decode() for name, page in pages(folder).items()}


def dependencies(page: str) -> str:
    return page.partition("## Dependencies")[2].partition("\n## ")[0]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return made(write(tmp_path_factory.mktemp("links") / "p", FILES))


@pytest.mark.parametrize(("source", "target"), LINKS)
def test_it_leads_to_the_file_which_knows_it(built: dict[str, str], source: str, target: str) -> None:
    name = target.rpartition("/")[2]
    assert f"{name}_docs.md" in dependencies(built[f"{source}_docs.md"])
    assert f"[`{source}`]" in built[f"{target}_docs.md"]


@pytest.mark.parametrize("target", sorted({target for _, target in LINKS}))
def test_pages_are_those_of_a_clean_build_when_a_file_goes_and_comes_back(tmp_path: Path, target: str) -> None:
    folder = write(tmp_path / "p", FILES)
    before = made(folder)
    (folder / target).unlink()
    without = made(folder)
    shutil.copytree(folder, clean := tmp_path / "clean", ignore=shutil.ignore_patterns(".incdoc", "reference"))
    assert without == made(clean)
    write(folder, {target: FILES[target]})
    assert made(folder) == before
