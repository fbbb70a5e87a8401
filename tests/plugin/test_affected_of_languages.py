"""``incdoc affected`` of every language with imports: what a change reaches, through several files, and which tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.plugin.test_affected import affected, commit_all, git
from tests.support import build, write

FILES = {
    # C++: a header in a header, its implementation, a test of what includes it
    "cpp/include/shop/money.h": "#pragma once\nint price();\n",
    "cpp/include/shop/cart.h": '#pragma once\n#include "shop/money.h"\nclass Cart {};\n',
    "cpp/src/money.cpp": '#include "shop/money.h"\nint price() { return 1; }\n',
    "cpp/src/cart.cpp": '#include "shop/cart.h"\n',
    "cpp/src/kernel.cu": '#include "shop/cart.h"\n',
    "cpp/src/alone.cpp": "int alone() { return 1; }\n",
    "cpp/tests/cart_test.cc": '#include "shop/cart.h"\nTEST(Cart, Empty) {}\n',
    "cpp/tests/other_test.cc": "TEST(Other, Empty) {}\n",
    # TypeScript: through an index
    "web/src/money.ts": "export const price = 1;\n",
    "web/src/index.ts": 'export * from "./money";\n',
    "web/src/cart.tsx": 'import { price } from ".";\nexport const Cart = () => price;\n',
    "web/src/old.js": 'const money = require("./money");\n',
    "web/src/cart.test.tsx": 'import { Cart } from "./cart";\n',
    "web/src/other.test.ts": 'import "./other";\n',
    "web/src/other.ts": "export {};\n",
    # Rust: modules of a crate, and its integration test
    "rust/Cargo.toml": '[package]\nname = "shop"\n',
    "rust/src/lib.rs": "pub mod cart;\npub mod money;\n",
    "rust/src/cart.rs": "use crate::money::Money;\n",
    "rust/src/money.rs": "pub struct Money;\n",
    "rust/tests/whole.rs": "use shop::cart;\n",
    # Go: a package of two files, and the tests of both packages
    "go/go.mod": "module example.org/shop\n",
    "go/money/money.go": "package money\nfunc Price() int { return 1 }\n",
    "go/money/more.go": "package money\nfunc More() int { return Price() }\n",
    "go/money/more_test.go": "package money\n",
    "go/cart/cart.go": 'package cart\nimport "example.org/shop/money"\nvar X = money.More()\n',
    "go/cart/cart_test.go": "package cart\n",
    "go/other/other_test.go": "package other\n",
    # Java: by import, by star, and without an import in the same package
    "java/src/main/java/org/money/Money.java": "package org.money;\npublic class Money {}\n",
    "java/src/main/java/org/money/Purse.java": "package org.money;\npublic class Purse { Money money; }\n",
    "java/src/main/java/org/cart/Cart.java": "package org.cart;\nimport org.money.Purse;\npublic class Cart {}\n",
    "java/src/main/java/org/cart/Star.java": "package org.star;\nimport org.money.*;\nclass Star {}\n",
    "java/src/test/java/org/cart/CartTest.java": "package org.cart;\nclass CartTest { Cart cart; }\n",
    "java/src/test/java/org/far/FarTest.java": "package org.far;\nclass FarTest {}\n",
    # protocol buffers, Starlark, shell, Make, CMake, notebooks, a workflow
    "proto/money.proto": 'syntax = "proto3";\nmessage Money {}\n',
    "proto/cart.proto": 'syntax = "proto3";\nimport "proto/money.proto";\nmessage Cart {}\n',
    "proto/shop.proto": 'syntax = "proto3";\nimport "cart.proto";\nservice Shop {}\n',
    "bazel/rules.bzl": "def rule(): pass\n",
    "bazel/more.bzl": 'load("//bazel:rules.bzl", "rule")\n',
    "bazel/BUILD": 'load(":more.bzl", "rule")\n',
    "sh/lib.sh": "say() { echo x; }\n",
    "sh/run.sh": "#!/bin/sh\n. ./lib.sh\n",
    "mk/common.mk": "all:\n",
    "mk/Makefile": "include common.mk\n",
    "cmake/CMakeLists.txt": "include(cmake/tools.cmake)\nadd_subdirectory(sub)\n",
    "cmake/cmake/tools.cmake": "set(A 1)\n",
    "cmake/sub/CMakeLists.txt": "add_library(a a.c)\n",
    "py/money.py": "PRICE = 1\n",
    "py/look.ipynb": (
        '{"cells": [{"cell_type": "code", "metadata": {}, "outputs": [], "source": ["import py.money\\n"]}], '
        '"metadata": {"language_info": {"name": "python"}}, "nbformat": 4, "nbformat_minor": 5}\n'
    ),
    ".github/workflows/ci.yml": "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n    - run: ./sh/run.sh\n",
    ".gitignore": ".incdoc/\n",
}
REACHED = {
    "cpp/include/shop/money.h": (
        ["cpp/include/shop/cart.h", "cpp/src/cart.cpp", "cpp/src/kernel.cu", "cpp/src/money.cpp"],
        ["cpp/tests/cart_test.cc"],
    ),
    # what includes the header is linked with the implementation
    "cpp/src/money.cpp": (
        ["cpp/include/shop/cart.h", "cpp/include/shop/money.h", "cpp/src/cart.cpp", "cpp/src/kernel.cu"],
        ["cpp/tests/cart_test.cc"],
    ),
    "cpp/src/alone.cpp": ([], []),
    "web/src/money.ts": (["web/src/cart.tsx", "web/src/index.ts", "web/src/old.js"], ["web/src/cart.test.tsx"]),
    "rust/src/money.rs": (["rust/src/cart.rs", "rust/src/lib.rs"], ["rust/tests/whole.rs"]),
    "go/money/money.go": (["go/cart/cart.go"], ["go/cart/cart_test.go", "go/money/more_test.go"]),
    "java/src/main/java/org/money/Money.java": (
        [
            "java/src/main/java/org/cart/Cart.java",
            "java/src/main/java/org/cart/Star.java",
            "java/src/main/java/org/money/Purse.java",
        ],
        ["java/src/test/java/org/cart/CartTest.java"],
    ),
    "proto/money.proto": (["proto/cart.proto", "proto/shop.proto"], []),
    "bazel/rules.bzl": (["bazel/BUILD", "bazel/more.bzl"], []),
    "sh/lib.sh": ([".github/workflows/ci.yml", "sh/run.sh"], []),
    "mk/common.mk": (["mk/Makefile"], []),
    "cmake/cmake/tools.cmake": (["cmake/CMakeLists.txt"], []),
    "cmake/sub/CMakeLists.txt": (["cmake/CMakeLists.txt"], []),
    "py/money.py": (["py/look.ipynb"], []),
}
"""Changed source -> (other sources that are no tests, tests)."""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write(tmp_path_factory.mktemp("affected") / "project", FILES)
    git(folder, "init", "-q", "-b", "main")
    build(folder)
    commit_all(folder)
    return folder


@pytest.mark.parametrize("path", REACHED)
def test_what_a_change_reaches(project: Path, path: str) -> None:
    text = (project / path).read_text()
    (project / path).write_text(text + "\n")
    try:
        answer = affected(project)
    finally:
        (project / path).write_text(text)
    sources, tests = REACHED[path]
    assert answer["changed"] == [{"path": path, "state": "changed"}]
    assert answer["tests"] == tests
    assert answer["sources"] == sorted([path, *sources, *tests])


def test_what_a_removed_source_reaches(project: Path) -> None:
    lost = {"go/money/money.go": ["go/money/more.go"]}  # it calls what the package has no more
    for path in ("java/src/main/java/org/money/Money.java", "cpp/include/shop/money.h", "go/money/money.go"):
        text = (project / path).read_text()
        (project / path).unlink()
        try:
            answer = affected(project)
        finally:
            (project / path).write_text(text)
        sources, tests = REACHED[path]
        assert answer["sources"] == sorted([*sources, *tests, *lost.get(path, ())]), path
