"""What manifests require, start and are made of, and which distributions the imports of sources are by them."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from incdoc.languages.resolution import Start
from incdoc.pages.folder_page import FolderPage
from tests.links.support import Pair, Repository

if TYPE_CHECKING:
    from pathlib import Path

PYTHON = {
    "pyproject.toml": (
        "[project]\nname = 'top'\ndependencies = ['PyYAML>=6', 'attrs']\n"
        "[project.scripts]\ntop = 'top.cli:main'\nother = 'top:run'\ngone = 'top.gone:main'\nmore = 'elsewhere:main'\n"
        "[project.entry-points.'a.b']\nplug = 'top.cli:Plug.make [extra]'\n"
        "[tool.uv.workspace]\nmembers = ['libs/*', 'none/*']\nexclude = ['libs/out']\n"
    ),
    "top/__init__.py": "from .cli import run\n",
    "top/cli.py": (
        "import yaml\nimport attr\nfrom google.cloud import storage\nimport numpy.linalg\ndef main(): ...\n"
        "def run(): ...\nclass Plug: ...\n"
    ),
    "libs/sail/pyproject.toml": (
        "[project]\nname = 'Sail_Boat'\ndependencies = ['google.cloud-storage', 'mast', 'hull>1']\n"
        "[tool.uv.sources]\nmast = {workspace = true}\nhull.path = '../hull'\n"
    ),
    "libs/sail/sail.py": "import yaml\nimport google.cloud.storage\nimport numpy\n",
    "libs/mast/pyproject.toml": "[project]\nname = 'Mast'\n",
    "libs/hull/pyproject.toml": (
        "[tool.poetry]\nname = 'hull'\n[tool.poetry.scripts]\nfloat = {reference = 'hull:float'}\n"
    ),
    "libs/hull/hull.py": "def float(): ...\n",
    "libs/out/pyproject.toml": "[project]\nname = 'out'\n",
    "other/run.py": "import numpy\nimport yaml\n",
}
NPM = {
    "package.json": (
        '{\n"name": "top",\n"workspaces": ["packages/*", "!packages/out"],\n'
        '"scripts": {"go": "node tools/go.js && tsc"},\n'
        '"devDependencies": {"react": "18"}\n}\n'
    ),
    "tools/go.js": "",
    "packages/hull/package.json": (
        '{\n"name": "@boat/hull",\n"bin": {"hull": "./dist/cli.js", "none": "gone.js"},\n'
        '"dependencies": {"@boat/sail": "workspace:*", "vue": "^3", "out": "file:../out"}\n}\n'
    ),
    "packages/hull/tsconfig.json": '{"compilerOptions": {"outDir": "dist", "rootDir": "src"}}\n',
    "packages/hull/src/cli.ts": (
        'import "vue/jsx";\nimport "react";\nimport type { E } from "estree";\nimport "left";\n'
    ),
    "packages/sail/package.json": (
        '{"name": "@boat/sail", "bin": "./run.js", "devDependencies": {"@types/estree": "1"}}\n'
    ),
    "packages/sail/run.js": 'import "vue";\n',
    "packages/sail/x.ts": 'import type { E } from "estree";\nimport "estree";\n',
    "packages/out/package.json": '{"name": "out"}\n',
}
CARGO = {
    "Cargo.toml": (
        "[workspace]\nmembers = ['crates/*']\nexclude = ['crates/out']\n"
        "[workspace.dependencies]\nsail = { path = 'crates/sail' }\nserde-json = '1'\n"
    ),
    "crates/hull/Cargo.toml": (
        "[package]\nname = 'hull'\n[dependencies]\nsail.workspace = true\nserde-json.workspace = true\n"
        "[dependencies.mast]\npath = '../mast'\n[[bin]]\nname = 'hull'\n[[bin]]\nname = 'other'\n"
        "[[bin]]\nname = 'odd'\npath = 'src/odd.rs'\n[[example]]\nname = 'show'\n"
    ),
    "crates/hull/src/main.rs": "use serde_json::Value;\nuse rand::x;\n",
    "crates/hull/src/bin/other.rs": "",
    "crates/hull/src/odd.rs": "",
    "crates/hull/examples/show/main.rs": "",
    "crates/sail/Cargo.toml": "[package]\nname = 'sail'\n",
    "crates/sail/src/lib.rs": "use serde_json::Value;\n",
    "crates/out/Cargo.toml": "[package]\nname = 'out'\n",
}
GO = {
    "go.mod": (
        "module example.org/top\nrequire (\n\tgithub.com/a/b/v2 v2.1.0 // indirect\n\texample.org/mast v1.0.0\n)\n"
        "require example.org/sail v0.0.0\nreplace example.org/sail => ./sail\n"
    ),
    "main.go": 'package main\nimport (\n\t"github.com/a/b/v2/deep"\n\t"github.com/c/d"\n)\n',
    "sail/go.mod": "module example.org/other\n",
    "mast/go.mod": "module example.org/mast\n",
    "mast/mast.go": 'package mast\nimport "github.com/a/b/v2"\n',
}
LOCKED = {
    "pyproject.toml": "[project]\nname = 'top'\ndependencies = ['attrs']\n",
    "poetry.lock": "[[package]]\nname = 'attrs'\nversion = '25.1'\ndescription = 'Classes'\n"
    "[package.dependencies]\nmast = '*'\n[[package]]\nname = 'Mast'\nversion = '1'\n",
    "Cargo.lock": "[[package]]\nname = 'oar'\nversion = '1'\n",
    "Pipfile.lock": '{"_meta": {"hash": {"sha256": "0"}, "pipfile-spec": 6, "sources": [{"name": "a"}]},\n'
    '"default": {"Rope_Knot": {"hashes": [], "version": "==1.2"},\n"top": {"editable": true, "path": "."},\n'
    '"sail": {"version": "==1"}},\n'
    '"develop": {"anchor": {"git": "https://a.example/anchor", "ref": "0"}, "buoy": "none"}}',
    "other.lock.json": '{"_meta": {"pipfile-spec": 6}, "default": {"gull": {"version": "==1"}}}',
    "environment.yml": "name: top\nchannels: [conda-forge]\ndependencies:\n  - python >=3.11\n"
    "  - conda-forge::hull=1.2\n  - pip:\n    - -r requirements.txt\n    - 'sail==2'\n",
    "values.yml": "name: a\ndependencies:\n  - oar\n",
    "a.py": "import attr, mast, hull, sail, oar, rope_knot, anchor, gull, buoy\n",
}
SCRIPT = {
    "setup.py": "from setuptools import Extension, setup\n"
    "REQUIRES = ['attrs>=20']\nMORE = ['oar']\nMORE = ['oar', 'sail']\n"
    "ext = [Extension('top._speed', ['src/speed.c']), Extension(name='top._x', sources=['gone.c'])]\n"
    "setup(install_requires=REQUIRES + ['mast'], setup_requires=MORE, extras_require={'dev': ['hull']},\n"
    "    entry_points={'console_scripts': ['top = top.cli:main'], 'a.b': ['plug = top.cli:Plug.make [x]']},\n"
    "    ext_modules=ext)\n",
    "setup.cfg": "[options.entry_points]\nconsole_scripts =\n    other = top.cli:main\n    # no = top.cli:main\n",
    "tools/setup.py": "from other import setup\nsetup(install_requires=['numpy'])\n",
    "tools/run.py": "import numpy\n",
    "requirements.txt": "attrs==25.1\n",
    "top/__init__.py": "",
    "top/cli.py": "import attr, mast, hull, oar\ndef main(): ...\nclass Plug: ...\n",
    "src/speed.c": "int x;\n",
}
ALL = {"python": PYTHON, "npm": NPM, "cargo": CARGO, "go": GO, "locks": LOCKED, "script": SCRIPT}


def opened(folder: Path, files: dict[str, str]) -> Repository:
    return Repository(folder / "store.sqlite", files)


def led(repository: Repository, path: str) -> dict[str, str]:
    """What each import of a manifest leads to."""
    outline = repository.tables.outline(path)
    assert outline is not None
    names = [item.alias or item.module for item in outline.imports]
    return dict(zip(names, repository.reads(path), strict=True))


def required(repository: Repository, path: str) -> list[str]:
    """What the imports of a source are that are of other projects: ``name of manifest``; else the kind."""
    found = repository.resolve(path).targets
    return [f"{each.name} of {each.path}" if each.kind == "distribution" and each.path else each.kind for each in found]


def started(repository: Repository, path: str) -> list[str]:
    starts = [(manifest, Start.of(said)) for manifest, said in repository.tables.starts(path)]
    return [
        f"{path}: {' '.join(filter(None, (each.kind, each.name, each.group, each.function)))}" for path, each in starts
    ]


def entries(repository: Repository, folder: str) -> tuple[str, ...]:
    """The entry points on a folder's page."""
    return FolderPage.of(repository.tables, folder).entries


def test_python(tmp_path: Path) -> None:
    found = opened(tmp_path, PYTHON)
    assert led(found, "pyproject.toml") == {
        "PyYAML": "distribution",
        "attrs": "distribution",
        "top": "top/cli.py:main",
        "other": "top/__init__.py -> top/cli.py:run",
        "gone": "missing",
        "more": "distribution",
        "plug": "top/cli.py:Plug",
        "libs/*": "folders: libs/hull libs/mast libs/sail",
        "none/*": "folders",
        "!libs/out": "folders",
    }
    assert led(found, "libs/sail/pyproject.toml") == {
        "google.cloud-storage": "distribution",
        "mast": "libs/mast/pyproject.toml",
        "hull": "libs/hull/pyproject.toml",
    }
    yaml, attrs = "pyyaml of pyproject.toml", "attrs of pyproject.toml"
    assert required(found, "top/cli.py") == [yaml, attrs, "distribution", "distribution"]
    storage = "google-cloud-storage of libs/sail/pyproject.toml"
    assert required(found, "libs/sail/sail.py") == [yaml, storage, "distribution"]
    assert started(found, "top/cli.py") == [
        "pyproject.toml: command other run",
        "pyproject.toml: command top main",
        "pyproject.toml: entry point plug a.b Plug",
    ]
    assert started(found, "libs/hull/hull.py") == ["libs/hull/pyproject.toml: command float float"]


REQUIREMENTS = {
    "requirements.txt": "-r requirements/dev.txt\n-c gone.txt\n-e ./lib\n--index-url https://a.b\nA line of prose\n"
    "PyYAML==6.0 \\\n    --hash=sha256:ab \\\n    --hash=sha256:cd\n# six\n",
    "requirements/dev.txt": "attrs >= 20 ; python_version < '4'  # for a\nsail @ https://a.b/sail-1.zip\n"
    "git+https://a.b/c.git@main#egg=mast\n",
    "lib/setup.cfg": "[metadata]\nname = lib\n[options]\ninstall_requires =\n    numpy\n    # oar\n",
    "lib/Pipfile": "[packages]\nrequests = '*'\n[dev-packages]\npytest = '*'\n",
    "src/a.py": "import attr, yaml, sail, mast, six, numpy\n",
    "lib/b.py": "import numpy, requests, pytest, oar\n",
    "src/c.py": "import six\n",
    "src/d.py": "import os\n",
}


def test_the_files_that_pip_and_setuptools_read(tmp_path: Path) -> None:
    found = opened(tmp_path, REQUIREMENTS)
    assert led(found, "requirements.txt") == {
        "requirements/dev.txt": "requirements/dev.txt",
        "gone.txt": "missing",
        "./lib": "lib/setup.cfg",
        "PyYAML": "distribution",
    }
    dev = "requirements/dev.txt"
    assert required(found, "src/a.py") == [
        f"attrs of {dev}",
        "pyyaml of requirements.txt",
        f"sail of {dev}",
        f"mast of {dev}",
        "distribution",
        "distribution",
    ]
    assert required(found, "lib/b.py") == [
        "numpy of lib/setup.cfg",
        "requests of lib/Pipfile",
        "pytest of lib/Pipfile",
        "distribution",
    ]
    outline = found.tables.outline("requirements.txt")
    assert outline is not None
    assert outline.imports[3].requirement == "==6.0", "without the hashes"


def test_lock_files_and_environments_are_evidence_behind_manifests(tmp_path: Path) -> None:
    found = opened(tmp_path, LOCKED)
    assert required(found, "a.py") == [
        "attrs of pyproject.toml",
        "mast of poetry.lock",
        "hull of environment.yml",
        "sail of environment.yml",
        "distribution",
        "rope-knot of Pipfile.lock",
        "anchor of Pipfile.lock",
        "distribution",
        "distribution",
    ]
    outline = found.tables.outline("Pipfile.lock")
    assert outline is not None
    assert [(each.line, each.module, each.scope, each.requirement) for each in outline.imports] == [
        (2, "Rope_Knot", "default", "1.2"),
        (3, "top", "default", ""),
        (4, "sail", "default", "1"),
        (5, "anchor", "develop", ""),
    ]
    outline = found.tables.outline("poetry.lock")
    assert outline is not None
    assert [(each.module, each.requirement) for each in outline.imports] == [("attrs", "25.1"), ("Mast", "1")]
    assert not outline.summary, "what a lock file says of a distribution is not about the folder"
    outline = found.tables.outline("environment.yml")
    assert outline is not None
    said = [(each.module, each.requirement, each.scope) for each in outline.imports]
    assert said == [("hull", "=1.2", "dependencies"), ("sail", "==2", "dependencies.pip")]
    pending = found.edit(**{"pyproject.toml": "[project]\nname = 'top'\n"})
    assert required(found, "a.py")[0] == "attrs of poetry.lock"
    assert "docs:a.py" in pending
    found.edit(**{"poetry.lock": None})
    assert required(found, "a.py")[:2] == ["distribution"] * 2
    assert "docs:a.py" in found.edit(**{"Pipfile.lock": "{}"})
    assert required(found, "a.py")[5:7] == ["distribution"] * 2


def test_the_script_of_setuptools(tmp_path: Path) -> None:
    found = opened(tmp_path, SCRIPT)
    assert led(found, "setup.py") == {
        "setuptools": "distribution",
        "attrs": "distribution",
        "mast": "distribution",
        "hull": "distribution",
        "top": "top/cli.py:main",
        "plug": "top/cli.py:Plug",
        "top._speed": "src/speed.c",
        "top._x": "missing",
    }
    assert {"attrs of requirements.txt", "attrs of setup.py"}.isdisjoint(required(found, "setup.py"))
    assert led(found, "setup.cfg") == {"other": "top/cli.py:main"}
    of_script = ["attrs of requirements.txt", "mast of setup.py", "hull of setup.py"]
    assert required(found, "top/cli.py") == [*of_script, "distribution"], "a name that is assigned twice is not known"
    assert required(found, "tools/run.py") == ["distribution"], "that is another function"
    assert started(found, "top/cli.py") == [
        "setup.cfg: command other main",
        "setup.py: command top main",
        "setup.py: entry point plug a.b Plug",
    ]
    assert found.tables.belonging("src/speed.c") == [("builds it into an extension module", "setup.py")]
    said = SCRIPT["setup.py"].replace("'mast'", "'oar'").replace("src/speed.c", "gone.c")
    pending = found.edit(**{"setup.py": said})
    assert required(found, "top/cli.py")[1:] == ["distribution", "hull of setup.py", "oar of setup.py"]
    assert {"docs:top/cli.py", "docs:src/speed.c"} <= pending.keys()
    assert "docs:tools/run.py" not in pending


def test_what_a_requirements_file_says_is_noticed(tmp_path: Path) -> None:
    found = opened(tmp_path, REQUIREMENTS)
    sources = {"docs:src/a.py", "docs:src/c.py", "docs:src/d.py", "docs:lib/b.py"}
    pending = found.edit(**{"requirements/dev.txt": REQUIREMENTS["requirements/dev.txt"] + "six\n"})
    assert required(found, "src/c.py") == ["six of requirements/dev.txt"]
    assert sources & pending.keys() == {"docs:src/a.py", "docs:src/c.py"}, "they import six"
    pending = found.edit(**{"lib/setup.cfg": REQUIREMENTS["lib/setup.cfg"].replace("# oar", "oar")})
    assert required(found, "lib/b.py")[3] == "oar of lib/setup.cfg"
    assert sources & pending.keys() == {"docs:lib/b.py"}
    pending = found.edit(**{"requirements/dev.txt": None})
    assert required(found, "src/c.py") == ["distribution"]
    assert sources & pending.keys() == {"docs:src/a.py", "docs:src/c.py"}
    assert "docs:requirements.txt" in pending, "it reads the file"


def test_what_a_manifest_of_python_says_is_noticed(tmp_path: Path) -> None:
    found = opened(tmp_path, PYTHON)
    said = PYTHON["pyproject.toml"]
    pending = found.edit(**{"pyproject.toml": said.replace("'attrs'", "'attrs', 'NumPy'")})
    assert required(found, "top/cli.py")[3] == "numpy of pyproject.toml"
    assert {"docs:top/cli.py", "docs:libs/sail/sail.py", "docs:other/run.py"} <= pending.keys()
    assert "docs:libs/hull/hull.py" not in pending, "it imports no distribution"
    pending = found.edit(**{"pyproject.toml": said.replace("top.cli:main", "libs.hull.hull:float")})
    assert {"docs:top/cli.py", "docs:libs/hull/hull.py", "doc:top", "doc:libs/hull"} <= pending.keys()
    assert started(found, "libs/hull/hull.py")[1:] == ["pyproject.toml: command top float"]
    pending = found.edit(**{"none/new/pyproject.toml": "[project]\nname = 'mast'\n"})
    assert led(found, "pyproject.toml")["none/*"] == "folders: none/new"
    assert led(found, "libs/sail/pyproject.toml")["mast"].startswith("ambiguous: libs/mast")
    assert entries(found, "libs/hull") == ("libs/hull/hull.py",)
    found.edit(**{"libs/hull/pyproject.toml": None})
    assert led(found, "libs/sail/pyproject.toml")["hull"] == "missing"


def test_npm(tmp_path: Path) -> None:
    found = opened(tmp_path, NPM)
    assert led(found, "package.json") == {
        "packages/*": "folders: packages/hull packages/sail",
        "!packages/out": "folders",
        "go": "tools/go.js",
        "react": "distribution",
    }
    assert led(found, "packages/hull/package.json") == {
        "hull": "packages/hull/src/cli.ts",
        "none": "missing",
        "@boat/sail": "packages/sail/package.json",
        "vue": "distribution",
        "out": "packages/out/package.json",
    }
    hull = "packages/hull/package.json"
    assert required(found, "packages/hull/src/cli.ts") == [
        f"vue of {hull}", "react of package.json", "distribution", "distribution"
    ]  # fmt: skip
    assert required(found, "packages/sail/x.ts") == ["@types/estree of packages/sail/package.json", "distribution"]
    assert required(found, "packages/sail/run.js") == ["distribution"], "what another package requires is not its own"
    assert started(found, "packages/hull/src/cli.ts") == [f"{hull}: command hull"]
    assert started(found, "packages/sail/run.js") == ["packages/sail/package.json: command sail"]
    found.edit(**{"packages/hull/tsconfig.json": None})
    assert led(found, hull)["hull"] == "missing"
    found.edit(**{"package.json": None})
    assert led(found, hull)["@boat/sail"] == "distribution"
    assert required(found, "packages/hull/src/cli.ts")[1] == "distribution"


def test_cargo(tmp_path: Path) -> None:
    found = opened(tmp_path, CARGO)
    assert led(found, "Cargo.toml") == {
        "crates/*": "folders: crates/hull crates/sail",
        "!crates/out": "folders",
        "sail": "crates/sail/Cargo.toml",
        "serde-json": "distribution",
    }
    assert led(found, "crates/hull/Cargo.toml") == {
        "sail": "crates/sail/Cargo.toml",
        "serde-json": "distribution",
        "mast": "missing",
        "hull": "crates/hull/src/main.rs",
        "other": "crates/hull/src/bin/other.rs",
        "odd": "crates/hull/src/odd.rs",
        "show": "crates/hull/examples/show/main.rs",
    }
    assert required(found, "crates/hull/src/main.rs") == ["serde_json of crates/hull/Cargo.toml", "distribution"]
    assert required(found, "crates/sail/src/lib.rs") == ["serde_json of Cargo.toml"]
    assert started(found, "crates/hull/src/main.rs") == ["crates/hull/Cargo.toml: command hull"]
    assert started(found, "crates/hull/examples/show/main.rs") == ["crates/hull/Cargo.toml: example show"]
    pending = found.edit(**{"Cargo.toml": CARGO["Cargo.toml"].replace("crates/sail'", "crates/out'")})
    assert led(found, "crates/hull/Cargo.toml")["sail"] == "crates/out/Cargo.toml"
    assert "docs:crates/hull/Cargo.toml" in pending
    pending = found.edit(**{"crates/new/Cargo.toml": "[package]\nname = 'new'\n"})
    assert led(found, "Cargo.toml")["crates/*"] == "folders: crates/hull crates/new crates/sail"
    assert "docs:Cargo.toml" in pending


def test_go(tmp_path: Path) -> None:
    found = opened(tmp_path, GO)
    assert led(found, "go.mod") == {
        "github.com/a/b/v2": "distribution",
        "example.org/mast": "mast/go.mod",
        "example.org/sail": "sail/go.mod",
    }
    assert required(found, "main.go") == ["github.com/a/b/v2 of go.mod", "distribution"]
    assert required(found, "mast/mast.go") == ["github.com/a/b/v2 of go.mod"]


@pytest.mark.parametrize("name", ALL)
def test_random_edits_equal_a_clean_build(name: str, tmp_path: Path) -> None:
    files = ALL[name]
    texts = {path: [text, text, *files.values()] for path, text in files.items()}
    Pair(tmp_path, files).edit_at_random(random.Random(1), texts)
