"""Which sources are generated, vendored or minified: attributes as git reads them, marks and paths."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from incdoc.languages.gitattributes import FILE, GENERATED, VENDORED
from incdoc.links.provenance import Attributes, origins
from tests.support import LANGUAGES, write

if TYPE_CHECKING:
    from pathlib import Path

FOLDERS = ("", "gen", "gen/deep", "a b")
PATHS = [
    f"{folder}/{name}".lstrip("/")
    for folder in FOLDERS
    for name in ("a.go", "b.py", "x[1].c", "#n", "!n", "é.py", "gen")
]
PATTERNS = (
    *(
        "*.go",
        "gen/*",
        "gen/**",
        "/gen",
        "gen",
        "gen/",
        "**/a.go",
        "deep/*.py",
        "/deep/a.go",
        "*",
        "**",
        "?.py",
        "[ab].*",
    ),
    *(
        "[!a].py",
        "x\\[1\\].c",
        '"a b/*"',
        '"\\303\\251.py"',
        '"\\#n"',
        "\\!n",
        "!n",
        "#n",
        "é.py",
        "*/a.go",
        "gen*/**/b.py",
    ),
    *(
        '"a.go',
        "a.go/",
        "",
        "[attr]made",
        "[attr]copied",
        "[attr]-x",
        "[^a].go",
        "a*o",
        "*.[a-h]?",
        "\\a.go",
    ),
)
STATES = (
    *("linguist-generated", "-linguist-generated", "!linguist-generated", "linguist-generated=true"),
    *("linguist-generated=false", "linguist-generated=1", "linguist-vendored", "-linguist-vendored", "made", "-made"),
    *("copied", "text", "-diff", "bad/name", "!made", "binary", "copied=true"),
)
line = st.builds(
    lambda lead, pattern, states, end: f"{lead}{pattern} {' '.join(states)}{end}",
    st.sampled_from(("", "", "", " ", "\t")),
    st.sampled_from(PATTERNS),
    st.lists(st.sampled_from(STATES), max_size=3),
    st.sampled_from(("", "", "\r", " \t")),
)
texts = st.lists(line, max_size=6).map("\n".join)


def manifests(files: dict[str, str]) -> dict[str, str]:
    language = LANGUAGES.language(FILE)
    return {path: language.read(text.encode()).manifest for path, text in files.items()}


def by_git(root: Path, paths: list[str]) -> dict[tuple[str, str], bool]:
    """What git says of each (path, attribute)."""
    asked = subprocess.run(
        ["git", "check-attr", "-z", "--stdin", GENERATED, VENDORED],
        input="".join(f"{path}\0" for path in paths).encode(),
        cwd=root,
        capture_output=True,
        check=True,
    )
    fields = asked.stdout.decode().split("\0")
    rows = zip(fields[::3], fields[1::3], fields[2::3], strict=False)
    return {(path, name): value not in ("unset", "false") for path, name, value in rows if value != "unspecified"}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("attributes")
    subprocess.run(["git", "init", "--quiet"], cwd=folder, check=True)
    return folder


@settings(max_examples=150, deadline=None)
@given(files=st.dictionaries(st.sampled_from(FOLDERS), texts, min_size=1))
def test_attributes_are_those_of_git(root: Path, files: dict[str, str]) -> None:
    written = {f"{folder}/{FILE}".lstrip("/"): files.get(folder, "") for folder in FOLDERS}
    write(root, written)
    kept = manifests(written)
    attributes = Attributes(lambda file: kept.get(file, ""))
    found = {
        (path, name): verdict.state
        for path in PATHS
        for name, verdict in attributes.of(path).items()
        if name in (GENERATED, VENDORED)
    }
    assert found == by_git(root, PATHS)


def test_lines_about_other_attributes_are_not_kept() -> None:
    said = manifests({"": "*.png binary\n* text=auto eol=lf\n# *.py linguist-generated\n*.c diff=c -whitespace\n"})
    assert said == {"": ""}


def test_a_long_line_is_ignored_as_git_does(root: Path) -> None:
    written = {
        FILE: f"{'a' * 3000} linguist-generated\n*.py linguist-generated {'x' * 2040}\n*.go linguist-generated\n"
    }
    write(root, {f"{folder}/{FILE}".lstrip("/"): "" for folder in FOLDERS} | written)
    attributes = Attributes(lambda file: manifests(written).get(file, ""))
    assert {path for path in PATHS if attributes.of(path)} == {path for path, _ in by_git(root, PATHS)}


def shown(path: str, marked: tuple[str, ...] = (), **files: str) -> list[tuple[str, str, str]]:
    kept = manifests({FILE if folder == "top" else f"{folder}/{FILE}": text for folder, text in files.items()})
    attributes = Attributes(lambda file: kept.get(file, ""))
    return [(each.kind, each.evidence, each.place) for each in origins(path, marked, attributes)]


def test_attributes_decide_over_marks_and_paths() -> None:
    assert shown("vendor/a.js") == [("vendored", "path", "vendor/")]
    assert shown("vendor/a.js", top="vendor/** -linguist-vendored") == []
    assert shown("vendor/a.js", top="vendor/** linguist-vendored=false") == []
    assert shown("vendor/a.js", top="vendor/** linguist-vendored") == [("vendored", "attribute", FILE)]
    assert shown("a.js", ("generated",)) == [("generated", "mark", "")]
    assert shown("a.js", ("generated",), top="*.js -linguist-generated") == []
    assert shown("a.js", ("generated",), top="*.js linguist-generated") == [("generated", "attribute", FILE)]
    assert shown("a.min.js", top="*.js -linguist-generated") == []
    assert shown("a.min.js", ("minified",)) == [("minified", "mark", "")]
    assert shown("x/a.js", top="*.js linguist-generated", x="*.js -linguist-generated") == []
    assert shown("x/a.js", top="*.js -linguist-generated", x="*.js linguist-generated") == [
        ("generated", "attribute", f"x/{FILE}")
    ]


def test_attributes_themselves_have_no_origin() -> None:
    assert shown(f"vendor/{FILE}", top="* linguist-generated") == []


def test_a_deep_folder_is_no_recursion() -> None:
    assert shown("/".join("a" * 2000), top="a linguist-generated")[0][0] == "generated"
