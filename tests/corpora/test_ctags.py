"""universal-ctags as the judge of the names of other languages: kind and name of each definition.

ctags reads by a hand-written parser for each language, which has gaps too: what only incdoc has is right in most
samples. The differences that are known are left out before the comparison, each with its reason. All kinds of ctags are
compared: also the types that are implemented (Rust) and the names of imported packages (Go), which are no definitions
of incdoc. ctags 5.9 has no constants of Rust: an expression over the lines without comments and strings judges them.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections import Counter
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from incdoc.languages.registry import load

from . import debian

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from incdoc.languages.facts import Facts

pytestmark = [
    pytest.mark.corpora,
]


def packages(facts: Facts) -> Iterator[tuple[str, str]]:
    """The names that a source of Go gives to packages."""
    return (("name of a package", each.alias) for each in facts.imports if each.alias.strip("_."))


def implemented(facts: Facts) -> Iterator[tuple[str, str]]:
    """The types with a name that a source of Rust implements: they have members, or a trait."""
    others = {each.name for each in facts.definitions if each.kind in ("trait", "function", "method", "module")}
    names = {each.name.rpartition("::")[0] for each in facts.definitions if each.kind in ("method", "type", "constant")}
    names -= others
    names |= {each.name for each in facts.definitions if each.kind in ("struct", "enum", "union") and each.bases}
    simple = {name.rpartition("::")[2] for name in names}
    return (("implementation", name) for name in simple if re.fullmatch(r"\w+", name))


class Judged(NamedTuple):
    """How the tags of a language are compared."""

    title: str
    """What ctags calls the language."""
    pattern: str
    packages: tuple[str, ...]
    """Source packages of Debian."""
    tags: dict[str, str]
    """Kind of a tag -> what is compared; others are left out."""
    kinds: dict[str, str]
    """Kind of a definition -> what is compared; others are left out."""
    at_least: int
    """Names, so that an empty folder does not pass."""
    wrong: re.Pattern[str] | None = None
    """Lines of ctags that are no definitions."""
    unknown: str = ""
    """The kind of which ctags knows no members."""
    more: Callable[[Facts], Iterable[tuple[str, str]]] = lambda facts: ()
    """(what is compared, name) of what incdoc has not as a definition."""


UNTRUE = re.compile(
    r'"name": "(\w+)", .*&\'static \1\b'  # the type of a static: &'static str
    r'|"pattern": "[^"]*\bfor (?:&\'\w+ mut |(?:&(?:\'\w+ )?+)?+[^\w&])[^"]*", .*"kind": "implementation"'
)
"""What ctags says of Rust that is not so: of an implementation for a type without a name it gives another word."""
JUDGED = {
    "rust": Judged(
        "Rust",
        "*.rs",
        ("rust-ripgrep", "rust-serde", "python-cryptography"),
        {
            "macro": "macro", "method": "callable", "function": "callable", "enumerator": "variant", "enum": "enum",
            "interface": "trait", "field": "field", "module": "module", "struct": "struct", "typedef": "type",
            "variable": "static", "implementation": "implementation",
        },
        {
            "macro": "macro", "method": "callable", "function": "callable", "variant": "variant", "enum": "enum",
            "trait": "trait", "field": "field", "module": "module", "struct": "struct", "type": "type",
            "static": "static",
        },
        2_500,
        UNTRUE,
        # the fields of a variant of an enum
        "variant",
        implemented,
    ),
    "go": Judged(
        "Go",
        "*.go",
        ("restic",),
        {
            "func": "callable", "methodSpec": "callable", "struct": "struct", "interface": "interface",
            "member": "field", "anonMember": "field", "type": "type", "talias": "type", "const": "constant",
            "var": "variable", "package": "package", "packageName": "name of a package",
        },
        {
            "function": "callable", "method": "callable", "struct": "struct", "interface": "interface",
            "field": "field", "type": "type", "constant": "constant", "variable": "variable", "package": "package",
        },
        5_000,
        more=packages,
    ),
    "java": Judged(
        "Java",
        "*.java",
        ("guava-libraries",),
        {
            "method": "callable", "class": "class", "enum": "enum", "enumConstant": "enumerator", "field": "field",
            "interface": "interface", "annotation": "annotation", "package": "package",
        },
        {
            "method": "callable", "constructor": "callable", "class": "class", "record": "class", "enum": "enum",
            "enum constant": "enumerator", "field": "field", "constant": "field", "interface": "interface",
            "annotation": "annotation", "package": "package",
        },
        50_000,
        # the arguments of a constant of an enum: A(Timeout.values())
        re.compile(r'"name": "\w+\.\w+", .*"kind": "enumConstant"'),
    ),
}  # fmt: skip
"""By language."""

ONCE = ("implementation",)
"""Kinds that incdoc has once for each name."""
NO_CODE = re.compile(r'/\*.*?\*/|//[^\n]*|b?"(?:[^"\\]|\\.)*"', re.DOTALL)
CONSTANT = re.compile(r"^[ \t]*(?:pub(?:\([^)]*\))?\s+)?const\s+([A-Za-z]\w*)\s*:", re.MULTILINE)
Names = Counter[tuple[str, str, str]]
"""(what, file, name), and how often."""


def tagged(judged: Judged, folder: Path) -> Names:
    """The names that ctags finds."""
    command = ["ctags", "--output-format=json", "--fields=+K", "-f", "-", "--sort=no", "-R"]
    command += [f"--languages={judged.title}", "."]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    names: Names = Counter()
    for line in done.stdout.splitlines():
        tag = json.loads(line)
        if (what := judged.tags.get(tag["kind"])) is not None and not (judged.wrong and judged.wrong.search(line)):
            names[what, tag["path"].removeprefix("./"), tag["name"]] += 1
    for name in names:
        if name[0] in ONCE:
            names[name] = 1
    return names


def read(language: str, judged: Judged, folder: Path) -> Names:
    """The names that incdoc finds."""
    extract: Callable[[bytes], Facts] = import_module(f"incdoc.languages.{language}.extract").extract
    names: Names = Counter()
    for path in sorted(folder.rglob(judged.pattern)):
        if path.is_file():
            facts = extract(path.read_bytes())
            definitions = facts.definitions
            place = path.relative_to(folder).as_posix()
            names.update((what, place, name) for what, name in judged.more(facts))
            owners = {each.name for each in definitions if each.kind == judged.unknown}
            for each in definitions:
                owner = each.name.rpartition("::")[0]
                if (what := judged.kinds.get(each.kind)) is not None and owner not in owners:
                    simple = each.name if what == "package" else each.name.replace("::", ".").rpartition(".")[2]
                    names[what, place, simple] += 1
    return names


def test_constants_of_rust_are_those_of_its_lines() -> None:
    ours: Names = Counter()
    lines: Names = Counter()
    for package in JUDGED["rust"].packages:
        folder = debian.source(package)
        for path in filter(Path.is_file, sorted(folder.rglob("*.rs"))):
            place, data = path.relative_to(folder).as_posix(), path.read_bytes()
            for each in load("rust").read(data).definitions:
                if each.kind == "constant":
                    ours["constant", place, each.name.rpartition("::")[2]] += 1
            code = NO_CODE.sub("", data.decode())
            lines.update(("constant", place, found[1]) for found in CONSTANT.finditer(code))
    recall, precision = compared(ours, lines)["constant"]
    assert ours.total() >= 250
    assert recall >= 98, list((lines - ours).items())[:20]  # those in calls of macros are not read
    assert precision >= 98, list((ours - lines).items())[:20]


def compared(ours: Names, theirs: Names) -> dict[str, tuple[float, float]]:
    """Recall and precision of each kind, in per cent."""
    figures = {}
    for what in sorted({key[0] for key in [*ours, *theirs]}):
        mine = Counter({key: count for key, count in ours.items() if key[0] == what})
        right = Counter({key: count for key, count in theirs.items() if key[0] == what})
        both = (mine & right).total()
        figures[what] = (100 * both / (right.total() or 1), 100 * both / (mine.total() or 1))
    return figures


@pytest.mark.parametrize("language", JUDGED)
def test_names_are_those_of_ctags(language: str) -> None:
    judged = JUDGED[language]
    ours: Names = Counter()
    theirs: Names = Counter()
    for package in judged.packages:
        folder = debian.source(package)
        ours += read(language, judged, folder)
        theirs += tagged(judged, folder)
    assert ours.total() >= judged.at_least
    for what, (recall, precision) in compared(ours, theirs).items():
        print(f"{language:<6} {what:<12} {recall:6.1f} {precision:6.1f}")
        assert recall >= 98, (what, list((theirs - ours).items())[:20])
        assert precision >= 98, (what, list((ours - theirs).items())[:20])
