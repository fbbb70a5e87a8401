"""Imports and bases of JavaScript, TypeScript, Rust, Go and Java, resolved within a repository."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.links.support import Pair, Repository

SCRIPTS = {
    "web/cart.ts": (
        'import { total as t, Base } from "./util.js";\nimport type { M } from "./money";\n'
        'import d, * as fs from "fs";\n'
        'import { deep } from "../lib";\nimport "react/jsx";\nimport x from "./data.json";\nimport "./shape";\n'
        "class Cart extends Base<M> {}\nclass Sub extends Cart {}\n"
    ),
    "web/util.js": "export function total() {}\nexport class Base {}\n",
    "web/shape.tsx": "export const shape = 1;\n",
    "web/data.json": "{}\n",
    "lib/index.ts": 'export * from "./one";\nexport { inner as deep } from "./two";\n',
    "lib/one.ts": "export const one = 1;\n",
    "lib/two.ts": 'import "./index";\nexport const inner = 2;\n',
    "lib/package/deep/x.ts": 'import "..";\n',
    "lib/two.d.ts": "export declare const inner: number;\n",
}
PROJECTS = {
    "package.json": '{\n"name": "top",\n"workspaces": ["packages/*", "!packages/out"]\n}\n',
    "tsconfig.base.json": (
        '{\n// as all\n"compilerOptions": {\n"paths": {"@/*": ["gone/*", "app/src/*",], "exact": ["app/src/one"],\n'
        '"@/deep/*": ["app/deep/*"]}\n},\n}\n'
    ),
    "app/tsconfig.json": '{\n"extends": "../tsconfig.base",\n"compilerOptions": {"baseUrl": "src",\n"paths": {}\n}}\n',
    "app/lib/tsconfig.json": '{"extends": ["../../tsconfig.base.json"]}\n',
    "app/lib/x.ts": (
        'import { one } from "@/one";\nimport "exact";\nimport "@/deep/two";\nimport "fs";\nimport "@boat/hull";\n'
        'import "@boat/hull/keel";\nimport "@boat/hull/inner/a";\nimport "@boat/sail";\nimport "@boat/out";\n'
    ),
    "app/y.ts": 'import "one";\nimport "fs";\nimport "@/one";\nimport "./folder";\n',
    "app/src/one.ts": 'export * from "@boat/sail";\nexport const other = 1;\n',
    "app/src/fs.ts": "",
    "app/deep/two.tsx": "",
    "app/folder/package.json": '{"main": "./begin.js"}\n',
    "app/folder/begin.ts": "",
    "packages/hull/package.json": (
        '{\n"name": "@boat/hull",\n"imports": {"#own/*": "./source/*.js", "#sail": "@boat/sail"},\n'
        '"exports": {".": {"types": "./dist/index.d.ts", "default": "./dist/index.js"},\n'
        '"./keel": [{"require": "./dist/gone.cjs", "import": "./dist/keel.js"}],\n'
        '"./inner/*": "./source/*.ts", "./inner/secret/*": null}\n}\n'
    ),
    "packages/hull/tsconfig.json": '{\n"compilerOptions": {"outDir": "dist",\n"rootDir": "source"}\n}\n',
    "packages/hull/source/index.ts": 'import "#own/a";\nimport "#sail";\nimport "@boat/hull/keel";\nimport "#none";\n',
    "packages/hull/source/keel.ts": "",
    "packages/hull/source/a.ts": "",
    "packages/sail/package.json": '{"name": "@boat/sail", "types": "types/index.d.ts", "main": "lib"}\n',
    "packages/sail/lib/index.js": "export function one() {}\n",
    "packages/out/package.json": '{"name": "@boat/out"}\n',
    "packages/out/index.js": "",
    "pnpm/pnpm-workspace.yaml": "packages:\n  - 'a/**'\n  - b\n",
    "pnpm/a/b/c/package.json": '{"name": "c"}\n',
    "pnpm/a/b/c/index.ts": "",
    "pnpm/b/z.js": 'const c = require("c");\nrequire("@boat/hull");\n',
}
OPTIONS = {
    "package.json": '{"workspaces": ["packages/*"]}\n',
    "tsconfig.json": (
        '{"compilerOptions": {\n"rootDirs": ["app", "made/app"],\n"typeRoots": ["types"],\n'
        '"paths": {"@/*": ["gone/*", "made/app/*"]}\n}}\n'
    ),
    "app/main.ts": 'import "./view";\nimport "known";\nimport "old/deep";\nimport "old";\nimport "@/view";\n',
    "made/app/view.ts": 'import "./main";\n',
    "types/known/index.d.ts": "",
    "packages/old/package.json": (
        '{\n"name": "old",\n"typesVersions": {"<4": {"*": ["ts3/*"]}, ">=4": {"*": ["ts4/*"]}}\n}\n'
    ),
    "packages/old/index.d.ts": "",
    "packages/old/ts3/deep.d.ts": "",
    "packages/old/ts4/deep.d.ts": "",
}
CRATES = {
    "a/Cargo.toml": "[package]\nname = 'a'\n",
    "a/src/lib.rs": (
        'pub mod cells;\nmod deep;\nmod gone;\n#[path = "odd/place.rs"] mod odd;\n'
        "pub use deep::inner::Thing as Other;\npub trait Area {}\npub enum Cell { Full }\n"
        "mod inline { mod nested; use super::Cell; use super::cells::full; }\n"
        "use std::fmt;\nuse serde::Serialize;\n"
    ),
    "a/src/cells.rs": (
        "use crate::{Area, Cell::Full, Other, deep::*};\npub fn full() {}\nstruct Mine;\nimpl Area for Mine {}\n"
    ),
    "a/src/deep/mod.rs": "pub mod inner;\nuse self::inner::Thing;\n",
    "a/src/deep/inner.rs": "pub struct Thing;\nuse super::super::cells;\nuse crate::nothing::x;\n",
    "a/src/inline/nested.rs": "",
    "a/src/odd/place.rs": "",
    "a/tests/whole.rs": "mod common;\nuse a::cells;\nuse crate::common::help;\n",
    "a/tests/common/mod.rs": "pub fn help() {}\n",
    "b-two/Cargo.toml": '[package]\nname = "b-two"\n',
    "b-two/src/lib.rs": "extern crate a;\nuse a::{cells::full, Other};\nuse b_two::x;\nuse ::serde::S;\n",
    "b/tests/tests.rs": "mod feature;\nmod util;\n",
    "b/tests/feature.rs": "use crate::util::Dir;\n",
    "b/tests/util.rs": "pub struct Dir;\n",
}
MODULES = {
    "go.mod": "module example.org/shop\n\ngo 1.21\nrequire (\n\tgithub.com/a/b v1.0 // indirect\n)\nrequire c.d/e v2\n",
    "main.go": (
        'package main\nimport (\n\t"fmt"\n\t"example.org/shop/store"\n\t"example.org/shop/gone"\n'
        '\tu "example.org/shop/util"\n\t"github.com/a/b"\n)\n'
    ),
    "store/store.go": 'package store\nimport "example.org/shop/util"\ntype Store struct { *util.Base; Rows }\n',
    "store/rows.go": "package store\ntype Rows struct {}\n",
    "store/store_test.go": 'package store\nimport "testing"\n',
    "util/util.go": "package util\ntype Base struct {}\n",
    "tool/go.mod": "module example.org/tool\n",
    "tool/main.go": 'package main\nimport "example.org/shop/util"\n',
}
PACKAGES = {
    "src/org/example/Account.java": (
        "package org.example;\nimport java.util.List;\nimport org.other.Base;\nimport org.other.Base.Inner;\n"
        "import static org.other.Base.make;\nimport org.other.*;\nimport com.google.X;\nimport org.other.Gone;\n"
        "class Account extends Base<T> implements Beside, List {\n  static class In extends Inner implements Own {}\n"
        "  interface Own {}\n}\n"
    ),
    "src/org/example/Beside.java": "package org.example;\ninterface Beside {}\nclass Second {}\n",
    "src/org/other/Base.java": "package org.other;\npublic class Base { static void make() {} class Inner {} }\n",
    "test/org/example/AccountTest.java": "package org.example;\nimport org.example.Second;\n",
}


def opened(folder: Path, files: dict[str, str]) -> Repository:
    return Repository(folder / "store.sqlite", files)


def bases(repository: Repository, path: str) -> list[tuple[str, str, str]]:
    return [(each.owner, each.path, each.name) for each in repository.resolve(path).bases]


def test_scripts(tmp_path: Path) -> None:
    found = opened(tmp_path, SCRIPTS)
    assert found.reads("web/cart.ts") == [
        "web/util.js:total", "web/util.js:Base", "missing", "stdlib", "stdlib",
        "lib/index.ts -> lib/two.ts:inner", "distribution", "web/data.json", "web/shape.tsx",
    ]  # fmt: skip
    assert bases(found, "web/cart.ts") == [("Cart", "web/util.js", "Base"), ("Sub", "web/cart.ts", "Cart")]
    assert found.reads("lib/package/deep/x.ts") == ["lib/package"]
    found.edit(**{"web/money.ts": "export interface M {}\n"})
    assert found.reads("web/cart.ts")[2] == "web/money.ts:M"
    found.edit(**{"web/util.ts": "export const total = 1;\n"})
    assert found.reads("web/cart.ts")[:2] == ["web/util.ts:total", "web/util.ts"]


def test_projects(tmp_path: Path) -> None:
    found = opened(tmp_path, PROJECTS)
    assert found.reads("app/lib/x.ts") == [
        "app/src/one.ts -> packages/sail/lib/index.js:one", "app/src/one.ts", "app/deep/two.tsx", "stdlib",
        "packages/hull/source/index.ts", "packages/hull/source/keel.ts", "packages/hull/source/a.ts",
        "packages/sail/lib/index.js", "distribution",
    ]  # fmt: skip
    assert found.reads("app/y.ts") == ["app/src/one.ts", "app/src/fs.ts", "distribution", "app/folder/begin.ts"]
    assert found.reads("packages/hull/source/index.ts") == [
        "packages/hull/source/a.ts", "packages/sail/lib/index.js", "packages/hull/source/keel.ts", "missing",
    ]  # fmt: skip
    assert found.reads("pnpm/b/z.js") == ["pnpm/a/b/c/index.ts", "distribution"]


def test_options_of_projects(tmp_path: Path) -> None:
    found = opened(tmp_path, OPTIONS)
    assert found.reads("app/main.ts") == [
        "made/app/view.ts", "types/known/index.d.ts", "packages/old/ts4/deep.d.ts", "packages/old/index.d.ts",
        "made/app/view.ts",
    ]  # fmt: skip
    assert found.reads("made/app/view.ts") == ["app/main.ts"]
    pending = found.edit(**{"tsconfig.json": OPTIONS["tsconfig.json"].replace('"app", ', "")})
    assert found.reads("app/main.ts")[0] == "missing"
    assert "docs:app/main.ts" in pending


def test_a_project_is_as_its_manifests_say(tmp_path: Path) -> None:
    found = opened(tmp_path, PROJECTS)
    said = PROJECTS["packages/hull/package.json"].replace('"./inner/*"', '"./outer/*"')
    found.edit(**{"packages/hull/package.json": said})
    assert found.reads("app/lib/x.ts")[6] == "packages/hull"
    found.edit(**{"packages/sail/package.json": '{"name": "@boat/mast"}'})
    assert found.reads("app/lib/x.ts")[7] == "distribution"
    found.edit(
        **{"packages/out/package.json": '{"name": "@boat/sail"}', "package.json": '{"workspaces": ["packages/*"]}'}
    )
    assert found.reads("app/lib/x.ts")[7:] == ["packages/out/index.js", "distribution"]
    found.edit(**{"tsconfig.base.json": None})
    assert found.reads("app/lib/x.ts")[:3] == ["distribution"] * 3
    found.edit(**{"app/lib/jsconfig.json": '{"compilerOptions": {"baseUrl": ".."}}', "app/lib/tsconfig.json": None})
    assert found.reads("app/y.ts")[:1] == ["app/src/one.ts"]
    found.edit(**{"app/lib/x.ts": 'import "src/one";\n'})
    assert found.reads("app/lib/x.ts") == ["app/src/one.ts"]


def test_a_name_is_found_behind_stars_that_were_passed_for_another(tmp_path: Path) -> None:
    files = {
        "a.ts": 'import { two, one } from "./all";\n',
        "all.ts": 'export * from "./one";\nexport * from "./two";\n',
        "one.ts": "export const one = 1;\n",
        "two.ts": "export const two = 1;\n",
    }
    assert opened(tmp_path, files).reads("a.ts") == ["all.ts -> two.ts:two", "all.ts -> one.ts:one"]


def test_crates(tmp_path: Path) -> None:
    found = opened(tmp_path, CRATES)
    assert found.reads("a/src/lib.rs") == [
        "a/src/cells.rs", "a/src/deep/mod.rs", "missing", "a/src/odd/place.rs",
        "a/src/deep/inner.rs:Thing", "a/src/inline/nested.rs", "a/src/lib.rs:Cell", "a/src/cells.rs:full",
        "stdlib", "distribution",
    ]  # fmt: skip
    assert found.reads("a/src/cells.rs") == [
        "a/src/lib.rs:Area", "a/src/lib.rs:Cell::Full", "a/src/lib.rs -> a/src/deep/inner.rs:Thing",
        "a/src/deep/mod.rs",
    ]  # fmt: skip
    assert bases(found, "a/src/cells.rs") == [("Mine", "a/src/lib.rs", "Area")]
    assert found.reads("a/src/deep/mod.rs") == ["a/src/deep/inner.rs", "a/src/deep/inner.rs:Thing"]
    assert found.reads("a/src/deep/inner.rs") == ["a/src/cells.rs", "a/src/lib.rs"]
    assert found.reads("a/tests/whole.rs") == ["a/tests/common/mod.rs", "a/src/cells.rs", "a/tests/common/mod.rs:help"]
    assert found.reads("b/tests/feature.rs") == ["b/tests/util.rs:Dir"]
    assert found.reads("b-two/src/lib.rs") == [
        "a/src/lib.rs", "a/src/cells.rs:full", "a/src/lib.rs -> a/src/deep/inner.rs:Thing", "b-two/src/lib.rs",
        "distribution",
    ]  # fmt: skip
    found.edit(**{"a/Cargo.toml": "[package]\nname = 'other'\n"})
    assert found.reads("b-two/src/lib.rs")[:2] == ["distribution", "distribution"]
    found.edit(**{"a/src/gone/mod.rs": ""})
    assert found.reads("a/src/lib.rs")[2] == "a/src/gone/mod.rs"


def test_modules(tmp_path: Path) -> None:
    found = opened(tmp_path, MODULES)
    assert found.reads("main.go") == ["stdlib", "store", "missing", "util/util.go", "distribution"]
    assert bases(found, "store/store.go") == [("Store", "util/util.go", "Base"), ("Store", "store/rows.go", "Rows")]
    assert found.reads("go.mod") == ["distribution", "distribution"]
    assert found.reads("tool/main.go") == ["util/util.go"]
    used = {path for path, _, _ in found.resolve("main.go").uses}
    assert used == {"store/store.go", "store/rows.go", "util/util.go"}
    found.edit(**{"tool/cmd/main.go": 'package main\nimport "example.org/tool"\n'})
    assert found.reads("tool/cmd/main.go") == ["tool/main.go"]
    found.edit(**{"go.mod": "module example.org/other\n"})
    assert found.reads("main.go") == ["stdlib", *["distribution"] * 4]
    found.edit(**{"go.mod": None})
    assert found.reads("store/store.go") == ["distribution"]


def test_packages(tmp_path: Path) -> None:
    found = opened(tmp_path, PACKAGES)
    base = "src/org/other/Base.java"
    assert found.reads("src/org/example/Account.java") == [
        "stdlib", f"{base}:Base", f"{base}:Base.Inner", f"{base}:Base.make", "src/org/other", "distribution", "missing",
    ]  # fmt: skip
    assert bases(found, "src/org/example/Account.java") == [
        ("Account", base, "Base"),
        ("Account", "src/org/example/Beside.java", "Beside"),
        ("Account.In", base, "Base.Inner"),
        ("Account.In", "src/org/example/Account.java", "Account.Own"),
    ]
    assert found.reads("test/org/example/AccountTest.java") == ["src/org/example/Beside.java:Second"]
    found.edit(**{base: "package org.moved;\npublic class Base {}\n"})
    assert found.reads("src/org/example/Account.java")[1] == "distribution"


def test_tests_by_their_names(tmp_path: Path) -> None:
    files = [
        "a.go",
        "a_test.go",
        "src/main/p/A.java",
        "src/test/p/ATest.java",
        "b.ts",
        "b.spec.ts",
        "__tests__/b.test.ts",
    ]
    found = opened(tmp_path, dict.fromkeys(files, ""))

    def related(path: str) -> list[tuple[str, str]]:
        companions = found.tables.resolver.linker(path).companions(path)
        return [(word, each) for word, each in companions if each in files]

    assert related("a.go") == [("test", "a_test.go")]
    assert related("a_test.go") == [("source", "a.go")]
    assert related("src/main/p/A.java") == [("test", "src/test/p/ATest.java")]
    assert related("src/test/p/ATest.java") == [("source", "src/main/p/A.java")]
    assert related("b.ts") == [("test", "__tests__/b.test.ts"), ("test", "b.spec.ts")]
    assert related("b.spec.ts") == related("__tests__/b.test.ts") == [("source", "b.ts")]
    linkers = found.tables.resolver
    assert list(linkers.linker("a.go").executed_by("a.go")) == ["a_test.go"]
    assert list(linkers.linker("src/main/p/A.java").executed_by("src/main/p/A.java")) == ["src/test/p/ATest.java"]


ALL = {
    "scripts": SCRIPTS,
    "projects": PROJECTS,
    "options": OPTIONS,
    "crates": CRATES,
    "modules": MODULES,
    "packages": PACKAGES,
}


@pytest.mark.parametrize("name", ALL)
def test_random_edits_equal_a_clean_build(name: str, tmp_path: Path) -> None:
    files = ALL[name]
    texts = {path: [text, text, *files.values()] for path, text in files.items()}
    Pair(tmp_path, files).edit_at_random(random.Random(1), texts)
