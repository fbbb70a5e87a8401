"""universal-ctags as the judge of the names of C, C++ and CUDA: all of PyTorch without its third-party folder.

A name is right if ctags has one of the same kind on a line of the definition. What is left out of the comparison, with
its reason:

- what ctags finds in the bodies of functions, which incdoc does not read: local classes, aliases and values
- macro calls that ctags takes for functions: names in capitals
- of CUDA's files, what only incdoc has: ctags 5.9 loses the rest of a file at the launch of a kernel
- macros that only incdoc has: ctags leaves out those in branches that it does not follow

What else only incdoc has was right in nearly all samples: ctags leaves out alias templates, templates with conditions,
and what is around a macro that it does not know.

Measured with ctags 5.9, per cent (recall, precision): callables 99.6, 98.8; classes 99.8, 99.9; structs 99.2, 98.8;
enums 100, 99.8; enumerators 99.6, 99.6; members 99.8, 98.6; namespaces 99.7, 100; types 99.4, 98.1; macros 100, 96.5.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections import Counter, defaultdict
from pathlib import Path
from typing import NamedTuple

import pytest

from incdoc.languages.cpp.reading import read
from incdoc.languages.facts import Definition

from . import debian

pytestmark = [
    pytest.mark.corpora,
]

SUFFIXES = {
    **dict.fromkeys((".cpp", ".cc", ".cxx", ".h", ".hh", ".hpp", ".inl"), "cpp"),
    ".c": "c",
    **dict.fromkeys((".cu", ".cuh"), "cuda"),
}
TAGS = {
    "function": "callable", "prototype": "callable", "class": "class", "struct": "struct", "enum": "enum",
    "enumerator": "enumerator", "namespace": "namespace", "member": "member", "typedef": "type", "macro": "macro",
}  # fmt: skip
KINDS = {
    "function": "callable", "method": "callable", "class": "class", "struct": "struct", "enum": "enum",
    "enumerator": "enumerator", "namespace": "namespace", "field": "member", "typedef": "type", "type alias": "type",
    "macro": "macro",
}  # fmt: skip
COMMAND = (
    "ctags", "--languages=C,C++,CUDA", "--map-C=.c", "--map-C++=+.h.inl", "--map-CUDA=.cu.cuh", "--kinds-C++=+px",
    "--kinds-CUDA=+px", "--kinds-C=+px", "--output-format=json", "--fields=NnKZF", "-f", "-", "--sort=no", "-L", "-",
)  # fmt: skip
CALL = re.compile(r"[A-Z][A-Z0-9]*(?:_\w*)?\Z")
OPERATOR = re.compile(r"\boperator\b.*", re.DOTALL)
AT_LEAST = 99, 98
"""Recall and precision, per cent."""


class Row(NamedTuple):
    """A name on lines of a file."""

    kind: str
    name: str
    first: int
    last: int


def tagged(paths: list[Path]) -> dict[str, list[Row]]:
    """The names that ctags finds, by path, without those in functions."""
    done = subprocess.run(
        COMMAND, input="\n".join(map(str, paths)), capture_output=True, text=True, check=True, errors="replace"
    )
    local: dict[str, set[str]] = defaultdict(set)
    found: dict[str, dict[Row, str]] = defaultdict(dict)
    for tag in map(json.loads, done.stdout.splitlines()):
        scope = tag.get("scope", "")
        if tag.get("scopeKind") == "function" or scope in local[tag["path"]]:
            local[tag["path"]].add(f"{scope}::{tag['name']}")
        elif (kind := TAGS.get(tag["kind"])) and not tag["name"].startswith("__anon"):
            found[tag["path"]][Row(kind, simple(kind, tag["name"]), tag["line"], tag["line"])] = scope
    return {path: [row for row, scope in rows.items() if scope not in local[path]] for path, rows in found.items()}


def simple(kind: str, name: str) -> str:
    """The last part of a name, without white space."""
    if kind == "callable" and (operator := OPERATOR.search(name)):
        return operator[0].replace(" ", "")
    return re.sub(r"<.*>\Z", "", name, flags=re.DOTALL).rpartition("::")[2]


def rows(definition: Definition) -> Row | None:
    """A definition as ctags would have it: an unnamed struct with a typedef is that type."""
    kind = "type" if "typedef" in definition.traits else KINDS.get(definition.kind)
    return Row(kind, simple(kind, definition.name), definition.line, definition.end) if kind else None


def test_names_are_those_of_ctags() -> None:
    top = debian.source("pytorch")
    paths = sorted(path for path in top.rglob("*") if path.suffix in SUFFIXES and "third_party" not in path.parts)
    theirs = tagged(paths)
    both: Counter[str] = Counter()
    missing: dict[str, list[str]] = defaultdict(list)
    made_up: dict[str, list[str]] = defaultdict(list)
    for path in paths:
        definitions = read(SUFFIXES[path.suffix], path.read_bytes()).definitions
        mine = [row for each in definitions if (row := rows(each))]
        bodies = [each for each in definitions if each.kind in ("function", "method", "test", "macro call")]
        for tag in theirs.get(str(path), []):
            same = (row for row in mine if row[:2] == tag[:2] and row.first <= tag.first <= row.last)
            if (row := next(same, None)) is not None:
                mine.remove(row)
                both[tag.kind] += 1
            elif not within(tag, bodies) and not (tag.kind == "callable" and CALL.match(tag.name)):
                missing[tag.kind].append(f"{path.relative_to(top)}:{tag.first}: {tag.name}")
        for row in mine:
            if SUFFIXES[path.suffix] != "cuda":
                made_up[row.kind].append(f"{path.relative_to(top)}:{row.first}: {row.name}")
    assert both.total() > 80_000
    for kind, right in sorted(both.items()):
        recall = 100 * right / (right + len(missing[kind]))
        precision = 100 * right / (right + len(made_up[kind]))
        print(f"{kind:12} {right:7,} {recall:6.2f} {precision:6.2f}")
        assert recall >= AT_LEAST[0], (kind, missing[kind][:30])
        assert precision >= AT_LEAST[1] or kind == "macro", (kind, made_up[kind][:30])


def within(tag: Row, bodies: list[Definition]) -> bool:
    """Whether it is inside a function, whose body is not read."""
    if tag.kind == "callable":
        return any(each.line < tag.first < each.end for each in bodies)
    return any(each.line <= tag.first <= each.end for each in bodies)
