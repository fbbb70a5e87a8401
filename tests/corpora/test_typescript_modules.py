"""The TypeScript compiler as the judge of where modules are: workspaces of packages that npm publishes with sources.

A workspace is put together as its repository has it: the packages in one folder, a ``package.json`` with
``workspaces``, the configuration. The compiler finds packages by links in ``node_modules``; incdoc by the manifests.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple

import pytest

from incdoc.languages.typescript.projects import SUFFIXES
from tests.links.support import Repository

from .test_typescript import COMPILER, package

pytestmark = [
    pytest.mark.corpora,
]


class Workspace(NamedTuple):
    """A workspace, and how many of its imports lead to its own files."""

    packages: tuple[str, ...]
    options: dict[str, object]
    at_least: int
    built: str = ""
    """What is left out of each package, because the compiler makes it; each has a configuration that says so."""


BUNDLER: dict[str, object] = {"module": "esnext", "moduleResolution": "bundler"}
WORKSPACES = {
    "exports": Workspace(("@trpc/server-11.6.0", "@trpc/client-11.6.0", "@trpc/react-query-11.6.0"), BUNDLER, 800),
    "conditions": Workspace(
        (
            "@tanstack/query-core-5.90.5",
            "@tanstack/react-query-5.90.5",
            "@tanstack/query-persist-client-core-5.91.1",
        ),
        {**BUNDLER, "customConditions": ["@tanstack/custom-condition"]},
        400,
    ),
    "projects": Workspace(
        (
            "@jupyterlab/services-7.4.9",
            "@jupyterlab/coreutils-6.4.9",
            "@jupyterlab/settingregistry-4.4.9",
            "@jupyterlab/statedb-4.4.9",
            "@jupyterlab/nbformat-4.4.9",
        ),
        {"module": "esnext", "moduleResolution": "node", "composite": True},
        190,
        built="lib",
    ),
    "paths": Workspace(
        ("@tiptap/core-3.7.0", "@tiptap/extension-list-3.7.0", "@tiptap/extension-bold-3.7.0", "@tiptap/pm-3.7.0"),
        {
            **BUNDLER,
            "baseUrl": ".",
            "paths": {"@tiptap/pm/*": ["packages/pm/src/*"], "@tiptap/*": ["packages/*/dist", "packages/*/src"]},
        },
        300,
    ),
    "main": Workspace(
        (
            "@lumino/widgets-2.7.1",
            "@lumino/signaling-2.1.4",
            "@lumino/algorithm-2.0.3",
            "@lumino/coreutils-2.2.1",
            "rxjs-7.8.1",
        ),
        {"module": "esnext", "moduleResolution": "node"},
        2_000,
    ),
    "node": Workspace(("zod-4.1.12",), {"module": "nodenext", "moduleResolution": "nodenext"}, 700),
}


def assembled(workspace: Workspace, folder: Path) -> Path:
    """The workspace in a folder."""
    (folder / "package.json").write_text('{"private": true, "workspaces": ["packages/*"]}')
    base = "tsconfigbase.json" if workspace.built else "tsconfig.json"
    (folder / base).write_text(json.dumps({"compilerOptions": workspace.options}))
    for each in workspace.packages:
        name = each.rpartition("-")[0]
        place = folder / "packages" / name.rpartition("/")[2]
        shutil.copytree(package(each), place)
        (place / "tsconfig.json").unlink(missing_ok=True)
        link = folder / "node_modules" / name
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(place)
        if workspace.built:
            shutil.rmtree(place / workspace.built)
            said = {"outDir": workspace.built, "rootDir": "src"}
            written = {"extends": "../../tsconfigbase", "compilerOptions": said, "include": ["src/**/*"]}
            (place / "tsconfig.json").write_text(json.dumps(written))
    return folder


OWN = {
    "package.json": '{"private": true, "workspaces": ["packages/*"]}',
    "tsconfig.json": json.dumps(
        {
            "compilerOptions": {
                "module": "esnext",
                "moduleResolution": "node",
                "rootDirs": ["app", "made/app", "made/other"],
                "typeRoots": ["types", "more/types"],
                "baseUrl": ".",
                "paths": {"@/*": ["gone/*", "app/*", "made/app/*"], "both": ["gone", "more/both"]},
            }
        }
    ),
    "app/main.ts": "".join(
        f'import "{each}";\n'
        for each in (
            "./view", "./deep/text", "./deep/only", "./none", "../app/other", "@/view", "@/main", "both", "known",
            "also/inner", "code", "old", "old/deep", "old/index", "newer", "newer/part", "plain/x",
        )
    ),
    "app/deep/only.ts": "",
    "made/app/view.ts": 'import "./main";\nimport "./other";\n',
    "made/app/deep/text.ts": 'import "./only";\nimport "../main";\n',
    "made/other/other.ts": "",
    "made/other/view.ts": "",
    "more/both.ts": "",
    "types/known/index.d.ts": "",
    "types/code/index.ts": "",
    "more/types/also/inner.d.ts": "",
    "packages/old/package.json": json.dumps(
        {
            "name": "old",
            "types": "index.d.ts",
            "typesVersions": {"<4.0": {"*": ["ts3/*"]}, "*": {"*": ["ts4/*", "ts5/*"]}},
        }
    ),
    "packages/old/index.d.ts": "",
    "packages/old/deep.d.ts": "",
    "packages/old/ts3/index.d.ts": "",
    "packages/old/ts4/index.d.ts": "",
    "packages/old/ts5/deep.d.ts": "",
    "packages/newer/package.json": json.dumps(
        {"name": "newer", "typesVersions": {">=4.2 || >=9": {"part": ["own/part"], "index": ["own/first"]}}}
    ),
    "packages/newer/own/part.d.ts": "",
    "packages/newer/own/first.d.ts": "",
    "packages/plain/package.json": '{"name": "plain", "typesVersions": {"<=3.9": {"*": ["x/*"]}}}',
    "packages/plain/x.d.ts": "",
    "packages/plain/x/x.d.ts": "",
}  # fmt: skip
"""Options that the published workspaces do not have."""


def written(folder: Path) -> Path:
    """The files of ``OWN`` in a folder."""
    for path, text in OWN.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    (folder / "node_modules").mkdir()
    for each in ("old", "newer", "plain"):
        (folder / "node_modules" / each).symlink_to(folder / "packages" / each)
    return folder


@pytest.mark.parametrize("name", [*WORKSPACES, "own"])
def test_modules_are_where_the_compiler_finds_them(name: str, tmp_path: Path) -> None:
    workspace = WORKSPACES.get(name)
    (tmp_path / "p").mkdir()
    (tmp_path / "cache").mkdir()
    top = assembled(workspace, tmp_path / "p") if workspace else written(tmp_path / "p")
    files: dict[str, str] = {}
    for each in sorted(top.rglob("*")):
        relative = each.relative_to(top).as_posix()
        if each.name.endswith(SUFFIXES) and each.is_file() and not relative.startswith("node_modules/"):
            files[relative] = each.read_text("utf-8", "replace")
    repository = Repository(tmp_path / "cache" / "store.sqlite", files)
    asked, ours = [], []
    for path in files:
        outline = repository.tables.outline(path)
        targets = repository.resolve(path).targets
        if outline is not None and not path.endswith(".json"):
            for item, target in zip(outline.imports, targets, strict=True):
                asked.append((path, item.module, item.style == "require" or path.endswith((".cjs", ".cts"))))
                ours.append(target.path if target.kind == "source" else "")
    compiler = package(COMPILER) / "lib" / "typescript.js"
    done = subprocess.run(
        ["node", str(Path(__file__).with_name("typescript_modules.js")), str(compiler), str(top)],
        input="".join(json.dumps(request) + "\n" for request in asked),
        capture_output=True,
        text=True,
        check=True,
    )
    theirs = [answer if answer in files else "" for answer in done.stdout.split("\n")[:-1]]
    assert len(theirs) == len(ours)
    rows = {(*request, mine, right) for request, mine, right in zip(asked, ours, theirs, strict=True)}
    wrong = [row for row in sorted(rows) if row[3] and row[3] != row[4]]
    right = [row for row in rows if row[4]]
    found = [row for row in right if row[3] == row[4]]
    print(f"{name:<11} {len(right):6} {100 * len(found) / len(right):6.2f} {len(wrong):6}")
    assert wrong == []
    assert len(right) >= (workspace.at_least if workspace else 17)
    assert len(found) >= (0.97 if workspace else 1) * len(right), sorted(row for row in right if not row[3])[:20]
