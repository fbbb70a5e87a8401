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

MORE = {
    "async changed": "griffe does not compare whether a function is awaited",
    "base replaced": "griffe counts bases",
    "became read-only": "griffe does not compare what is assigned",
    "exception no longer raised": "griffe does not compare docstrings",
    "overload removed": "griffe does not compare overloads",
    "parameter type changed": "griffe does not compare types",
    "return type changed": "griffe does not compare types",
    "setter removed": "griffe does not compare setters",
    "slots added": "griffe does not compare slots",
    "type changed": "griffe does not compare types",
}
"""What only incdoc reports, whatever it is about."""

# found by griffe and not by incdoc
ABSTRACT = "griffe takes what @abc.abstractproperty decorates for a function"
ALIAS = "griffe does not follow `old = new`"
CALL = "what with_metaclass(...) gives is not known"
BOUND = "griffe compares self and cls as parameters"
GENERIC = "Generic is no base that users name"
GIVEN = "__getattr__ of the module gives the name, or gave it"
LAZY = "__getattr__ of the module imports the name"
NAMED_TUPLE = "a named tuple has a constructor"
OBJECT = "object is the base of every class"
PRIVATE = "parameters whose names begin with two underscores are passed by position"
SLOTS = "__slots__ is no name that users use"
STUB = "griffe takes annotations from a stub of the package"
TEST = "a module of tests"
# found by incdoc and not by griffe
FIELDS = "griffe does not know the fields of attrs"
EXECUTED = "the module executes a text that defines the name"
HANDLER = (
    "an except clause binds the name: griffe prefers the definition before it, often an import, which is not public"
)
INHERITED = "griffe had compared the inherited constructor already"
LOOP = "the variable of a loop at module level"
METHODS = "a method other than __init__ sets the attribute"
OUTSIDE = "griffe inherits nothing where one base is of another distribution; the class lost its own __init__"
REBOUND = "the module binds the name that it also imports: griffe keeps the import"
REEXPORT = "the package imports the name from its own modules: to griffe that is private"


def removed(why: str, *names: str) -> dict[Breakage, str]:
    """These names are gone; the value says why only one of the two reports it."""
    return {(name, "removed", ""): why for name in names}


PAIRS: dict[tuple[str, str, str, str, str], dict[Breakage, str]] = {
    ("click", "8.1.8", "8.2.0", "src", "click"): {
        **removed(REEXPORT, "click.HelpOption"),
        **removed(LAZY, "click.parser.split_arg_string"),
        **removed(
            GIVEN,
            "click.__version__",
            "click.core.BaseCommand",
            "click.core.MultiCommand",
            "click.parser.Argument",
            "click.parser.Option",
            "click.parser.OptionParser",
            "click.parser.ParsingState",
            "click.parser.normalize_opt",
            "click.parser.split_opt",
        ),
        ("click.core.Context.forward", "required parameter added", "cmd"): PRIVATE,
        ("click.core.Context.forward", "required parameter added", "self"): PRIVATE,
        ("click.core.Context.invoke", "required parameter added", "callback"): PRIVATE,
        ("click.core.Context.invoke", "required parameter added", "self"): PRIVATE,
    },
    ("jinja2", "2.11.3", "3.0.0", "src", "jinja2"): {
        ("jinja2.sandbox.SandboxedFormatter.__init__", "parameter removed", "escape"): OUTSIDE,
        **removed(EXECUTED, "jinja2.compiler.f"),
        **removed(NAMED_TUPLE, "jinja2.lexer.Token.__new__"),
        **removed(SLOTS, "jinja2.lexer.Token.__slots__"),
        ("jinja2.runtime.Undefined.__bool__", "kind changed", ""): ALIAS,
    },
    ("packaging", "21.3", "22.0", "", "packaging"): {
        **removed(REBOUND, "packaging.requirements.MARKER_EXPR"),
        ("packaging.specifiers.BaseSpecifier.prereleases", "kind changed", ""): ABSTRACT,
    },
    ("boltons", "23.0.0", "25.0.0", "", "boltons"): {
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
    ("werkzeug", "2.3.8", "3.0.0", "src", "werkzeug"): {
        **removed(LOOP, "werkzeug.datastructures.auth.name"),
        **removed(GIVEN, "werkzeug.__version__"),
    },
    ("httpx", "0.27.2", "0.28.1", "", "httpx"): {},
    ("attrs", "23.2.0", "24.1.0", "src", "attr"): {
        ("attr._next_gen.define", "return annotation dropped", ""): STUB,
        ("attr._next_gen.field", "return annotation dropped", ""): STUB,
    },
    ("urllib3", "1.26.20", "2.0.0", "src", "urllib3"): {
        **removed(
            METHODS,
            "urllib3.connection.HTTPConnection.auto_open",
            "urllib3.connection.HTTPSConnection.auto_open",
            "urllib3.contrib.socks.SOCKSConnection.auto_open",
            "urllib3.contrib.socks.SOCKSHTTPSConnection.auto_open",
        ),
        **removed(HANDLER, "urllib3.connectionpool.weakref_finalize"),
        **removed(REBOUND, "urllib3.util.ssl_.HAS_SNI"),
        ("urllib3.exceptions.NewConnectionError.__init__", "parameter removed", "pool"): INHERITED,
        ("urllib3.exceptions.NewConnectionError.__init__", "required parameter added", "conn"): INHERITED,
        ("urllib3.fields.format_header_param", "kind changed", ""): ALIAS,
        ("urllib3.util.timeout.Timeout.resolve_default_timeout", "parameter moved", "timeout"): BOUND,
        ("urllib3.util.timeout.Timeout.resolve_default_timeout", "parameter removed", "cls"): BOUND,
        **removed(SLOTS, "urllib3.util.url.Url.__slots__"),
    },
    ("marshmallow", "3.26.1", "4.0.0", "src", "marshmallow"): {
        ("marshmallow.fields.Field", "base removed", ""): "griffe counts bases",
        ("marshmallow.fields.Number", "base removed", ""): GENERIC,
        ("marshmallow.schema.Schema.loads", "parameter kind changed", "self"): BOUND,
    },
    ("flask", "1.1.4", "2.0.3", "src", "flask"): {**removed(REEXPORT, "flask.json_available")},
    ("watchdog", "3.0.0", "4.0.0", "src", "watchdog"): {},
    ("anyio", "3.7.1", "4.0.0", "src", "anyio"): {},
    ("jsonschema", "4.17.3", "4.18.0", "", "jsonschema"): {
        **removed(GIVEN, "jsonschema.exceptions.RefResolutionError", "jsonschema.validators.RefResolver"),
        ("jsonschema._types.TypeChecker.__init__", "default changed", "type_checkers"): FIELDS,
    },
    ("tenacity", "8.2.3", "9.0.0", "", "tenacity"): {},
    ("markdown", "3.3.7", "3.4", "", "markdown"): {
        **removed(
            GIVEN,
            *(f"markdown.util.{name}" for name in ("etree", "int2str", "iterrange", "string_type", "text_type")),
        ),
    },
}
"""(project, old release, new release, folder of the sources, package): each difference that is not of ``MORE``, nor
about ``object``, bases that are calls, and modules of tests, which rules tell."""
OPEN = {"boltons": {"boltons/statsutils.py"}}
"""By package, the modules that bind names which are computed."""
AGREED = {
    "click": 33, "jinja2": 161, "packaging": 32, "boltons": 17, "werkzeug": 107, "httpx": 33, "attrs": 1,
    "urllib3": 145, "marshmallow": 186, "flask": 32, "watchdog": 78, "anyio": 30, "jsonschema": 3, "tenacity": 2,
    "markdown": 61,
}  # fmt: skip
"""How many breaking changes both find."""


def git(folder: Path, *arguments: str) -> None:
    run(folder, "git", "-c", "user.name=A", "-c", "user.email=a@example.org", *arguments)


def _has_parameter(kind: str) -> bool:
    return kind.startswith(("parameter", "default", "required"))


def incdoc_says(folder: Path, package: str) -> set[Breakage]:
    answer = json.loads(run(folder, "incdoc", "diff", "HEAD~1", "HEAD", "--format", "json"))
    assert answer["compared"]
    assert {each["path"] for each in answer["not_compared"]} == OPEN.get(package, set())
    found = set()
    for each in answer["changes"]:
        if each["breaking"] and each["name"].partition(".")[0] == package and each["kind"] not in MORE:
            kind = "removed" if each["kind"] == "moved" else each["kind"]
            found.add((each["name"], kind, each["detail"].partition(":")[0] if _has_parameter(kind) else ""))
    return found


def griffe_says(package: str, old: Path, new: Path) -> dict[Breakage, str]:
    """Its breakages, each with the rule by which incdoc reports no such one."""
    loaded = [
        griffe.load(package, search_paths=[place], allow_inspection=False, resolve_aliases=True) for place in (old, new)
    ]
    found = {}
    for each in griffe.find_breaking_changes(*loaded):
        kind = KINDS[each.kind.name]
        parameter = (each.old_value or each.new_value).name.lstrip("*") if _has_parameter(kind) else ""
        name = each.obj.path if kind == "removed" else each.obj.canonical_path
        rule = ""
        if kind == "base removed":
            lost = [str(base) for base in each.old_value][len(each.new_value) :]
            rule = OBJECT if lost == ["object"] else CALL if all("(" in base for base in lost) else ""
        if any(part.startswith("test_") for part in name.split(".")[1:-1]):
            rule = TEST
        found[name, kind, parameter] = rule
    return found


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair[0])
def test_breaking_changes_are_those_of_griffe(tmp_path: Path, pair: tuple[str, str, str, str, str]) -> None:
    project, *versions, source, package = pair
    git(tmp_path, "init", "-q")
    releases = [fetch.release(project, version) for version in versions]
    for release in releases:
        for path in tmp_path.iterdir():
            if path.name != ".git":
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        shutil.copytree(release, tmp_path, dirs_exist_ok=True)
        git(tmp_path, "add", "-A", "-f")
        git(tmp_path, "commit", "-qm", release.name)
    ours = incdoc_says(tmp_path, package)
    theirs = griffe_says(package, *(release / source for release in releases))
    assert {each for each in theirs if theirs[each]} & ours == set(), "a rule explains what is no difference"
    assert ours ^ {each for each in theirs if not theirs[each]} == PAIRS[pair].keys()
    assert len(ours & theirs.keys()) == AGREED[project]
