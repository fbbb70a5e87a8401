"""``incdoc diff`` on real releases breaks where griffe's ``check`` breaks; each difference is listed here by name."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import griffe
import pytest

from tests.support import run

from . import fetch

pytestmark = pytest.mark.corpora

Breakage = tuple[str, str, str]
"""(name, kind, parameter)."""

KINDS = {
    "OBJECT_REMOVED": "removed",
    "OBJECT_CHANGED_KIND": "kind changed",
    "CLASS_REMOVED_BASE": "base removed",
    "PARAMETER_REMOVED": "parameter removed",
    "PARAMETER_MOVED": "parameter moved",
    "PARAMETER_CHANGED_KIND": "parameter kind changed",
    "PARAMETER_CHANGED_DEFAULT": "default changed",
    "PARAMETER_CHANGED_REQUIRED": "parameter became required",
    "PARAMETER_ADDED_REQUIRED": "required parameter added",
    "RETURN_CHANGED_TYPE": "return annotation dropped",
}

# found by griffe and not by incdoc
INSTANCE = "an attribute that only a method sets, on self: no fact of the class"
ABSTRACT = "griffe takes what @abc.abstractproperty decorates for a function"
# found by incdoc and not by griffe
HANDLER = (
    "an except clause binds the name: griffe prefers the definition before it, often an import, which is not public"
)
REBOUND = "the module binds the name that it also imports: griffe keeps the import"
LOOP = "the variable of a loop at module level"
OUTSIDE = "griffe inherits nothing where one base is of another distribution; the class lost its own __init__"


def removed(why: str, *names: str) -> dict[Breakage, str]:
    """These names are gone; the value says why only one of the two reports it."""
    return {(name, "removed", ""): why for name in names}


PAIRS: dict[tuple[str, str, str, str], dict[Breakage, str]] = {
    ("click", "8.1.8", "8.2.0", "src"): {
        **removed(INSTANCE, "click.testing.CliRunner.mix_stderr"),
    },
    ("jinja2", "2.11.3", "3.0.0", "src"): {
        ("jinja2.sandbox.SandboxedFormatter.__init__", "parameter removed", "escape"): OUTSIDE,
        **removed(
            INSTANCE,
            "jinja2.environment.Environment.enable_async",
            "jinja2.nativetypes.NativeEnvironment.enable_async",
            "jinja2.sandbox.ImmutableSandboxedEnvironment.enable_async",
            "jinja2.sandbox.SandboxedEnvironment.enable_async",
            "jinja2.loaders.PackageLoader.filesystem_bound",
            "jinja2.loaders.PackageLoader.manager",
            "jinja2.loaders.PackageLoader.provider",
        ),
    },
    ("packaging", "21.3", "22.0", ""): {
        **removed(REBOUND, "packaging.requirements.MARKER_EXPR"),
        ("packaging.specifiers.BaseSpecifier.prereleases", "kind changed", ""): ABSTRACT,
    },
    ("boltons", "23.0.0", "25.0.0", ""): {
        ("boltons.cacheutils.RLock", "base removed", ""): HANDLER,
        ("boltons.socketutils.RLock", "base removed", ""): HANDLER,
        **removed(
            HANDLER,
            "boltons.cacheutils.basestring",
            "boltons.cacheutils.bytes",
            "boltons.cacheutils.str",
            "boltons.cacheutils.unicode",
            "boltons.funcutils.partialmethod",
            "boltons.iterutils.izip",
            "boltons.iterutils.xrange",
        ),
    },
    ("werkzeug", "2.3.8", "3.0.0", "src"): {
        **removed(LOOP, "werkzeug.datastructures.auth.name"),
        **removed(
            INSTANCE,
            "werkzeug.formparser.FormDataParser.charset",
            "werkzeug.formparser.FormDataParser.errors",
            "werkzeug.formparser.MultiPartParser.charset",
            "werkzeug.formparser.MultiPartParser.errors",
            "werkzeug.routing.map.Map.charset",
            "werkzeug.routing.map.Map.encoding_errors",
            "werkzeug.test.EnvironBuilder.charset",
        ),
    },
}
AGREED = {"click": 46, "jinja2": 186, "packaging": 32, "boltons": 46, "werkzeug": 101}
"""How many breaking changes both find."""


def git(folder: Path, *arguments: str) -> None:
    run(folder, "git", "-c", "user.name=A", "-c", "user.email=a@example.org", *arguments)


def _has_parameter(kind: str) -> bool:
    return kind.startswith(("parameter", "default", "required"))


def incdoc_says(folder: Path, package: str) -> set[Breakage]:
    answer = json.loads(run(folder, "incdoc", "diff", "HEAD~1", "--format", "json"))
    found = set()
    for each in answer["changes"]:
        if each["breaking"] and each["name"].partition(".")[0] == package:
            kind = "removed" if each["kind"] == "moved" else each["kind"]
            found.add((each["name"], kind, each["detail"].partition(":")[0] if _has_parameter(kind) else ""))
    return found


def griffe_says(package: str, old: Path, new: Path) -> set[Breakage]:
    loaded = [
        griffe.load(package, search_paths=[place], allow_inspection=False, resolve_aliases=True) for place in (old, new)
    ]
    found = set()
    for each in griffe.find_breaking_changes(*loaded):
        kind = KINDS[each.kind.name]
        parameter = (each.old_value or each.new_value).name.lstrip("*") if _has_parameter(kind) else ""
        found.add((each.obj.path if kind == "removed" else each.obj.canonical_path, kind, parameter))
    return found


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair[0])
def test_breaking_changes_are_those_of_griffe(tmp_path: Path, pair: tuple[str, str, str, str]) -> None:
    package, *versions, source = pair
    git(tmp_path, "init", "-q")
    releases = [fetch.release(package, version) for version in versions]
    for release in releases:
        for path in tmp_path.iterdir():
            if path.name != ".git":
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        shutil.copytree(release, tmp_path, dirs_exist_ok=True)
        git(tmp_path, "add", "-A", "-f")
        git(tmp_path, "commit", "-qm", release.name)
    ours = incdoc_says(tmp_path, package)
    theirs = griffe_says(package, *(release / source for release in releases))
    assert ours ^ theirs == PAIRS[pair].keys()
    assert len(ours & theirs) == AGREED[package]
