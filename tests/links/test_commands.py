"""How the tests of each language are run, by the manifests around them."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from incdoc.languages.resolution import Command
from tests.links.support import Pair, Repository

if TYPE_CHECKING:
    from pathlib import Path

FILES = {
    "tests/test_a.py": "import a\n",
    "a.py": "",
    "go/go.mod": "module example.org/shop\n",
    "go/main_test.go": "package main\n",
    "go/store/store_test.go": 'package store\nimport "example.org/shop/money"\n',
    "go/money/money.go": "package money\n",
    "lost/x_test.go": "package lost\n",
    "Cargo.toml": "[workspace]\nmembers = ['rs/*']\n",
    "rs/grid/Cargo.toml": "[package]\nname = 'grid-x'\n",
    "rs/grid/src/lib.rs": "mod cells;\nmod deep;\n",
    "rs/grid/src/cells.rs": "#[test]\nfn a() {}\n",
    "rs/grid/src/deep/mod.rs": "mod tests;\n",
    "rs/grid/src/deep/tests.rs": "",
    "rs/grid/src/odd.rs": "",
    "rs/grid/src/bin/show.rs": "",
    "rs/grid/tests/whole.rs": "mod common;\nuse grid_x::cells;\n",
    "rs/grid/tests/common/mod.rs": "",
    "alone/Cargo.toml": "[package]\nname = 'alone'\n",
    "alone/src/main.rs": "mod tests;\n",
    "alone/src/tests.rs": "",
    "package.json": '{"devDependencies": {"mocha": "1"}}\n',
    "web/package.json": (
        '{\n"scripts": {"test": "tsc && vitest run --coverage"},\n"devDependencies": {"jest": "1"}\n}\n'
    ),
    "web/src/cart.test.ts": 'import "./cart";\n',
    "web/src/cart.ts": "",
    "other/x.spec.js": 'require("../web/src/cart");\n',
    "pom.xml": "<project/>\n",
    "java/src/test/java/p/AccountTest.java": "package p;\nimport p.Account;\n",
    "java/src/main/java/p/Account.java": "package p;\npublic class Account {}\n",
    "gradle/build.gradle.kts": "\n",
    "gradle/gradlew": "\n",
    "gradle/src/TestOne.java": "class TestOne {}\n",
    "cpp/CMakeLists.txt": "project(store C CXX)\nenable_testing()\nadd_subdirectory(test)\n",
    "cpp/map.h": "int size();\n",
    "cpp/test/CMakeLists.txt": (
        "add_executable(map-test map_test.cc main.cc)\nadd_test(NAME map COMMAND map-test)\n"
        "add_executable(units unit_test.cc cases.cc)\ngtest_discover_tests(units)\n"
    ),
    "cpp/test/map_test.cc": '#include "../map.h"\n',
    "cpp/test/main.cc": "int main() {}\n",
    "cpp/test/cases.cc": "TEST(List, Grows) { }\nTEST_P(Set, Grows) { }\n",
    "cpp/test/unit_test.cc": "TEST(Unit, One) { }\n",
    "cpp/test/lost_test.cc": "TEST(Lost, One) { }\n",
    "elsewhere/CMakeLists.txt": "add_executable(a a_test.c)\nadd_test(NAME a COMMAND a)\n",
    "elsewhere/a_test.c": "int main() {}\n",
    "plain/b_test.c": "int main() {}\n",
}
COMMANDS = {
    "tests/test_a.py": ("", "python -m pytest", "tests/test_a.py"),
    "go/main_test.go": ("go", "go test", "."),
    "go/store/store_test.go": ("go", "go test", "./store"),
    "rs/grid/src/lib.rs": ("", "cargo test -p grid-x"),
    "rs/grid/src/cells.rs": ("", "cargo test -p grid-x cells::"),
    "rs/grid/src/deep/mod.rs": ("", "cargo test -p grid-x deep::"),
    "rs/grid/src/deep/tests.rs": ("", "cargo test -p grid-x deep::tests::"),
    "rs/grid/src/bin/show.rs": ("", "cargo test -p grid-x --bin show"),
    "rs/grid/tests/whole.rs": ("", "cargo test -p grid-x --test whole"),
    "alone/src/main.rs": ("alone", "cargo test -p alone"),
    "alone/src/tests.rs": ("alone", "cargo test -p alone tests::"),
    "web/src/cart.test.ts": ("web", "npx vitest run", "src/cart.test.ts"),
    "other/x.spec.js": ("", "npx mocha", "other/x.spec.js"),
    "java/src/test/java/p/AccountTest.java": ("", "mvn test -Dtest=p.AccountTest"),
    "gradle/src/TestOne.java": ("gradle", "./gradlew test --tests TestOne"),
    "cpp/test/map_test.cc": ("cpp", "ctest --test-dir build -R '^map$'"),
    "cpp/test/cases.cc": ("cpp", "ctest --test-dir build -R '(^|/)(List|Set)[./]'"),
    "cpp/test/unit_test.cc": ("cpp", "ctest --test-dir build -R '(^|/)Unit[./]'"),
}


def commands(repository: Repository) -> dict[str, Command]:
    found = {path: repository.tables.command(path) for path in repository.files}
    return {path: Command.of(text) for path, text in found.items() if text}


def test_how_tests_are_run(tmp_path: Path) -> None:
    found = commands(Repository(tmp_path / "store.sqlite", FILES))
    assert found.pop("rs/grid/tests/common/mod.rs", None) is None, "it is found by no name"
    assert found == {path: Command(*said) for path, said in COMMANDS.items()}


@pytest.mark.parametrize(
    ("manifest", "words"),
    [
        ('{"scripts": {"test": "jest"}}', "npx jest"),
        ('{"scripts": {"test": "NODE_ENV=x node_modules/.bin/mocha -R dot"}}', "npx mocha"),
        ('{"scripts": {"test": "node --no-warnings --test src/"}}', "node --test"),
        ('{"scripts": {"test": "node jest.js"}}', ""),
        ('{"scripts": {"test": "eslint . && jest-lint"}, "devDependencies": {"ava": "6"}}', "npx ava"),
        ('{"scripts": {"test": "vitest && playwright test"}}', ""),
        ('{"devDependencies": {"vitest": "1", "@playwright/test": "1"}}', ""),
        ('{"dependencies": {"@playwright/test": "1"}}', "npx playwright test"),
        ('{"scripts": {"test": "react-scripts test"}}', "npx react-scripts test"),
        ('{"scripts": {"test": 1}}', ""),
        (f'{{"scripts": {{"test": "{"node " * 100_000}"}}}}', ""),
        ("{}", ""),
    ],
)
def test_the_manifest_names_the_program(tmp_path: Path, manifest: str, words: str) -> None:
    found = commands(Repository(tmp_path / "store.sqlite", {"package.json": manifest, "a.test.js": ""}))
    assert found == ({"a.test.js": Command("", words, "a.test.js")} if words else {})


def test_a_file_that_declares_itself_ends(tmp_path: Path) -> None:
    files = {"Cargo.toml": "[package]\nname = 'x'\n", "src/lib.rs": "mod lib;\n", "src/lib/deep.rs": ""}
    found = commands(Repository(tmp_path / "store.sqlite", files))
    assert found == {"src/lib.rs": Command("", "cargo test -p x")}


def test_what_is_excluded_from_a_workspace_is_so_in_any_order(tmp_path: Path) -> None:
    files = {
        "Cargo.toml": "[workspace]\nexclude = ['rs/odd']\nmembers = ['rs/*']\n",
        "rs/odd/Cargo.toml": "[package]\nname = 'a name'\n",
        "rs/odd/tests/one.rs": "",
    }
    found = commands(Repository(tmp_path / "store.sqlite", files))
    assert found == {"rs/odd/tests/one.rs": Command("rs/odd", "cargo test -p 'a name' --test one")}


def test_what_is_tested_notices_how(tmp_path: Path) -> None:
    found = Repository(tmp_path / "store.sqlite", FILES)
    pending = found.edit(**{"web/package.json": '{"scripts": {"test": "jest"}}'})
    assert commands(found)["web/src/cart.test.ts"].words == "npx jest"
    assert {"docs:web/src/cart.ts", "docs:web/src/cart.test.ts"} <= pending.keys()
    pending = found.edit(**{"package.json": None})
    assert "other/x.spec.js" not in commands(found)
    assert {"docs:web/src/cart.ts", "docs:other/x.spec.js"} <= pending.keys(), "which is not below the manifest"
    pending = found.edit(**{"Cargo.toml": "[workspace]\nmembers = ['other']\n"})
    assert commands(found)["rs/grid/tests/whole.rs"].folder == "rs/grid"
    assert {"docs:rs/grid/tests/whole.rs", "docs:rs/grid/src/cells.rs"} <= pending.keys()
    pending = found.edit(**{"cpp/test/CMakeLists.txt": "add_executable(b map_test.cc)\nadd_test(NAME b COMMAND b)\n"})
    assert commands(found)["cpp/test/map_test.cc"].words.endswith(" -R '^b$'")
    assert "cpp/test/unit_test.cc" not in commands(found)
    assert {"docs:cpp/map.h", "docs:cpp/test/map_test.cc", "docs:cpp/test/unit_test.cc"} <= pending.keys()
    pending = found.edit(**{"cpp/CMakeLists.txt": None})
    assert "cpp/test/map_test.cc" not in commands(found)
    assert {"docs:cpp/map.h", "docs:cpp/test/map_test.cc"} <= pending.keys()
    pending = found.edit(
        **{
            "elsewhere/CMakeLists.txt": "project(a)\nenable_testing()\nadd_executable(a a_test.c)\n"
            "add_test(NAME a COMMAND a)\n"
        }
    )
    assert commands(found)["elsewhere/a_test.c"].folder == "elsewhere"
    assert "docs:elsewhere/a_test.c" in pending
    script = "project(b)\nenable_testing()\nadd_executable(b b_test.c)\nadd_test(NAME b COMMAND b)\n"
    pending = found.edit(**{"plain/CMakeLists.txt": script})
    assert commands(found)["plain/b_test.c"].folder == "plain"
    assert "docs:plain/b_test.c" in pending


def test_the_folder_of_a_script_is_that_of_its_sources(tmp_path: Path) -> None:
    files = {"CMakeLists.txt": "project(a)\ninclude(CTest)\nadd_executable(x a_test.c)\nadd_test(NAME x.y COMMAND x)\n"}
    files |= dict.fromkeys(("a_test.c", "sub/a_test.c", "sub/CMakeLists.txt"), "\n")
    found = commands(Repository(tmp_path / "store.sqlite", files))
    assert found == {"a_test.c": Command("", r"ctest --test-dir build -R '^x\.y$'")}


def test_random_edits_equal_a_clean_build(tmp_path: Path) -> None:
    Pair(tmp_path, FILES).edit_at_random(random.Random(2), {path: [text] for path, text in FILES.items()})
