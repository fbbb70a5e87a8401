"""Includes and bases of C, C++ and CUDA, resolved within a repository."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.links.support import Repository

FILES = {
    "c10/core/Device.h": "#include <c10/macros/Macros.h>\n#include <string>\nnamespace c10 { struct Device {}; }\n",
    "c10/core/Device.cpp": "#include <c10/core/Device.h>\n#include \"Local.h\"\n",
    "c10/core/Local.h": "#include \"Device.h\"\nnamespace c10 { class Local : public Device {}; }\n",
    "c10/macros/Macros.h": "",
    "aten/src/ATen/Device.h": "#include <c10/core/Device.h>\n",
    "aten/src/ATen/native/Add.cpp": "#include <ATen/Device.h>\n#include <gone.h>\n#include \"Device.h\"\n",
    "lib/include/lib/api.h": "namespace lib { template <class T> class Base {}; }\n",
    "lib/src/api.cc": "#include \"lib/api.h\"\nnamespace lib { struct Impl : virtual private Base<int>, std::V {}; }\n",
    "app/main.cu": "#include <lib/api.h>\n#include <math.h>\nstruct Main : ::lib::Base<Main> {};\n",
    "app/a/config.h": "",
    "app/b/config.h": "",
    "app/c/use.c": "#include \"config.h\"\n#include <string.h>\n",
}  # fmt: skip


def leads(repository: Repository, path: str) -> list[tuple[str, str]]:
    return [(each.kind, each.path) for each in repository.resolve(path).targets]


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    return Repository(tmp_path_factory.mktemp("store") / "store.sqlite", FILES)


def test_includes(repository: Repository) -> None:
    assert leads(repository, "c10/core/Device.h") == [("source", "c10/macros/Macros.h"), ("stdlib", "")]
    assert leads(repository, "c10/core/Device.cpp") == [("source", "c10/core/Device.h"), ("source", "c10/core/Local.h")]
    assert leads(repository, "c10/core/Local.h") == [("source", "c10/core/Device.h")]
    assert leads(repository, "lib/src/api.cc") == [("source", "lib/include/lib/api.h")]
    assert leads(repository, "app/main.cu") == [("source", "lib/include/lib/api.h"), ("stdlib", "")]


def test_a_header_below_a_folder_around_the_file_is_taken(repository: Repository) -> None:
    found = leads(repository, "aten/src/ATen/native/Add.cpp")
    assert found[:2] == [("source", "aten/src/ATen/Device.h"), ("missing", "")]
    assert found[2] == ("source", "aten/src/ATen/Device.h")


def test_what_nothing_decides_is_ambiguous(repository: Repository) -> None:
    ambiguous, standard = repository.resolve("app/c/use.c").targets
    assert ambiguous.kind == "ambiguous"
    assert ambiguous.candidates == ("app/a/config.h", "app/b/config.h")
    assert standard.kind == "stdlib"


def test_bases(repository: Repository) -> None:
    def bases(path: str) -> list[tuple[str, str, str, str]]:
        return [(each.owner, each.text, each.path, each.name) for each in repository.resolve(path).bases]

    assert bases("c10/core/Local.h") == [("c10::Local", "public Device", "c10/core/Device.h", "c10::Device")]
    header = "lib/include/lib/api.h"
    assert bases("lib/src/api.cc") == [("lib::Impl", "virtual private Base<int>", header, "lib::Base")]
    assert bases("app/main.cu") == [("Main", "::lib::Base<Main>", header, "lib::Base")]


def test_a_header_that_appears_is_found(tmp_path: Path) -> None:
    repository = Repository(
        tmp_path / "store.sqlite", {"a/use.c": '#include "x/new.h"\n', "b/use.cu": "#include <x/new.h>\n"}
    )
    assert leads(repository, "a/use.c") == leads(repository, "b/use.cu") == [("missing", "")]
    repository.edit(**{"lib/x/new.h": ""})
    assert leads(repository, "a/use.c") == leads(repository, "b/use.cu") == [("source", "lib/x/new.h")]


def test_an_implementation_may_be_included_from_a_folder_around(tmp_path: Path) -> None:
    files = {"lib/src/all.cc": '#include "src/one.cc"\n', "other/src/one.cc": ""}
    repository = Repository(tmp_path / "store.sqlite", files)
    assert leads(repository, "lib/src/all.cc") == [("missing", "")]
    repository.edit(**{"lib/src/one.cc": ""})
    assert leads(repository, "lib/src/all.cc") == [("source", "lib/src/one.cc")]
    repository.edit(**{"lib/src/one.cc": None})
    assert leads(repository, "lib/src/all.cc") == [("missing", "")]
