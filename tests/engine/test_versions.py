"""What the versions of the stages are made of, and what a distribution's release is."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from incdoc.engine import keys, versions
from incdoc.languages.registry import OWN, load
from incdoc.pages import kinds
from incdoc.store.schema import TABLES
from tests.support import write

PACKAGE = Path(versions.PACKAGE)
ROOMS = ("config", "sources", "languages", "store", "links", "engine", "pages")


def imports(name: str) -> tuple[set[str], set[str]]:
    """(modules of incdoc, top-level names of other distributions) that a module imports, as ``ast`` reads it."""
    own, others = set(), set()
    package = ["incdoc", *name.split("/")[:-1]]
    for node in ast.walk(ast.parse((PACKAGE / name).read_text(encoding="utf-8"))):
        found: list[list[str]] = []
        if isinstance(node, ast.Import):
            found = [alias.name.split(".") for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            base += node.module.split(".") if node.module else []
            below = [[*base, alias.name] for alias in node.names]
            modules = [each for each in below if file_of(each)]
            found = modules if len(modules) == len(below) else [base, *modules]
            if base and base[0] != "incdoc":
                found = [base]
        for dotted in found:
            if dotted[0] == "incdoc":
                own.add(file_of(dotted))
            elif dotted[0] not in sys.stdlib_module_names:
                others.add(dotted[0])
    return own - {""}, others


def file_of(dotted: list[str]) -> str:
    path = "/".join(dotted[1:])
    candidates = [f"{path}.py", f"{path}/__init__.py"] if path else ["__init__.py"]
    return next((name for name in candidates if (PACKAGE / name).is_file()), "")


def test_every_import_is_followed() -> None:
    for path in sorted(PACKAGE.rglob("*.py")):
        name = path.relative_to(PACKAGE).as_posix()
        file = versions.read(name)
        own, others = imports(name)
        assert own <= file.own, name  # an example in a docstring may look like an import, too
        assert others <= file.others, name


def test_no_release_is_looked_for_that_is_not_installed() -> None:
    """Text that looks like an import would be, at each start."""
    _, others = versions.follow([path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py")], ROOMS)
    assert {"msgspec", "jinja2", "tree_sitter", "tree_sitter_python", "ahocorasick_rs", "pathspec"} <= others
    assert [name for name in sorted(others) if versions.release(name) == "none"] == []


def test_each_stage_has_a_version_of_its_own() -> None:
    found = [versions.links_version(OWN, kinds.NAMES), versions.pages_version(kinds.NAMES)]
    found += [versions.language_version(name) for name in OWN]
    found += [keys.version_of(extractor) for extractor in ("python", "markdown", "text", "binary")]
    assert len(set(found)) == len(found)


@pytest.mark.parametrize("name", OWN)
def test_what_a_language_names_counts(name: str) -> None:
    language = load(name)
    references = (language.linker, language.view, language.rules, language.documentation)
    named = {each.partition(":")[0] for each in references if each}
    modules = {file_of(each.split(".")) for each in named}
    assert modules <= set(versions._described(name))
    assert language.extract == f"incdoc.languages.{name}.extract:extract"


def test_every_table_is_of_the_links_or_of_something_else() -> None:
    """A link table that is not emptied when the links are made anew would keep rows of other code."""
    from incdoc.links.update import LINK_TABLES

    tables = {line.split()[2] for line in TABLES.splitlines() if line.startswith("CREATE TABLE ")}
    assert tables - {"meta", "stamp", "fact", "fragment", "page", "pending", "doit"} == set(LINK_TABLES)


def test_every_template_reaches_a_kind() -> None:
    templates = {path.name for path in (PACKAGE / "pages" / "templates").iterdir()}
    assert {each for kind in kinds.NAMES for each in keys.templates_of(kind)} == templates


RELEASES = """
import sys
from incdoc.engine.versions import release
for name in sys.argv[1:]:
    print(name, release(name))
"""
NAMES = ("tree_sitter_python", "markupsafe", "jinja2", "vendored", "single", "zipped", "absent")


def releases(*path: Path) -> dict[str, str]:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(map(str, path))}
    command = [sys.executable, "-c", RELEASES, *NAMES]
    said = subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout
    return dict(line.split() for line in said.splitlines())


def test_a_release_is_found_however_a_distribution_is_installed(tmp_path: Path) -> None:
    folder = write(
        tmp_path / "folder",
        {
            "tree_sitter_python-99.0.dist-info/METADATA": "",
            "MarkupSafe-98.0-py3.11.egg-info": "",
            "Jinja2-97.0.egg-info/PKG-INFO": "",
            "vendored/__init__.py": "",
            "vendored/part.py": "x = 1",
            "single.py": "x = 1",
        },
    )
    archive = tmp_path / "zipped.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("zipped/__init__.py", "x = 1")
    before = releases(folder, archive)
    assert (before["tree_sitter_python"], before["markupsafe"], before["jinja2"]) == ("99.0", "98.0", "97.0")
    assert before["absent"] == "none"
    (folder / "vendored" / "part.py").write_text("x = 2")
    (folder / "single.py").write_text("x = 2")
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("zipped/__init__.py", "x = 2")
    after = releases(folder, archive)
    assert {name for name in NAMES if before[name] != after[name]} == {"vendored", "single", "zipped"}
