"""Names and imports of configuration and build files, documents and schemas."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from incdoc.languages.facts import Facts
from incdoc.languages.keyed import part
from incdoc.languages.registry import load
from incdoc.languages.yaml.extract import MOST_LEVELS

SOURCES = {
    "make": (
        """# Builds the boats.
CC ?= cc
export LANG = C
include rules/common.mk
.PHONY: all
all: boat  ## build all of it
# The boat itself.
boat: hull.c \\
  mast.c
\t$(CC) -o $@ $^
\tfake: no
%.o: %.c
debug: CFLAGS = -g
define TEXT
ghost: target
endef
ifdef X
$(OUT): y
endif
""",
        "variable CC 2, variable LANG 3, target all 6, target boat 8, target %.o 12, variable TEXT 14",
        "rules/common.mk",
    ),
    "containerfile": (
        """# syntax=docker/dockerfile:1
ARG BASE=3.12
FROM python:${BASE} AS build
RUN <<EOT
FROM ghost
EOT
ENV A=1 \\
    # of the port
    B="two words"
ENV OLD way
LABEL org.example="x"
FROM build
""",
        "argument BASE 2, stage build 3, variable A 7, variable B 7, variable OLD 10, label org.example 11",
        "python:${BASE}",
    ),
    "cmake": (
        """project(boat LANGUAGES C)
# add_library(ghost x.c)
#[[ add_library(ghost2 x.c) ]]
option(WITH_SAIL "Build the sail" ON)
set(STD 17)
include(cmake/warn.cmake)
add_subdirectory(lib)
add_library(hull STATIC hull.c)
function(warn target)
  add_library(${target}_x y.c)
endfunction()
add_test(NAME floats COMMAND boat "add_library(ghost3)")
""",
        "project boat 1, option WITH_SAIL 4, variable STD 5, target hull 8, function warn 9, test floats 12",
        "cmake/warn.cmake, lib",
    ),
    "rst": (
        """Boats
=====

How to build.

.. _start:

Parts
-----

.. code-block:: c

   Not a heading
   =============

.. toctree::
   :maxdepth: 2

   hull
   The mast <parts/mast>

.. automodule:: boat.sail

See :doc:`other`.

******
Second
******
""",
        "heading Boats 1, label start 6, heading Parts 8, heading Second 27",
        "hull, parts/mast, boat.sail, other",
    ),
    "packaging": (
        """# Builds the boats.

[metadata]
name: boat
[options]
install_requires =
    attrs
    PyYAML>=5; python_version > "3.8"  # to read them

    # six
    sail[oak,elm] ~= 1.0
python_requires = >=3.8
setup_requires = hull; keel
[options.extras_require]
tests = file: more.txt
[tool:pytest]
addopts =
    -r ghost.txt
""",
        "section metadata 3, key metadata.name 4, section options 5, key options.install_requires 6, "
        "key options.python_requires 12, key options.setup_requires 13, section options.extras_require 14, "
        "key options.extras_require.tests 15, section tool:pytest 16, key tool:pytest.addopts 17",
        "attrs, PyYAML, sail, hull, keel, more.txt",
    ),
    "protobuf": (
        """syntax = "proto3";
package boat.v1;
import public "other.proto";
// A part; message Ghost {}
message Part {
  int32 id = 1;
  map<string, Part> parts = 2;
  enum Kind { HULL = 0; }
  oneof more { string note = 3; }
}
service Parts {
  rpc Get(Part) returns (stream Part) { option deadline = 1; }
}
""",
        "package boat.v1 2, message Part 5, field Part.id 6, field Part.parts 7, enum Part.Kind 8, "
        "enumerator Part.Kind.HULL 8, field Part.note 9, service Parts 11, method Parts.Get 12",
        "other.proto",
    ),
    "sql": (
        """-- CREATE TABLE ghost (id INT);
CREATE TABLE IF NOT EXISTS main.part (
  id INTEGER PRIMARY KEY, -- its number
  "full name" TEXT DEFAULT 'CREATE TABLE no (a INT)',
  price DECIMAL(10, 2),
  FOREIGN KEY (id) REFERENCES other (id)
);
CREATE UNIQUE INDEX by_name ON part ("full name");
CREATE OR REPLACE VIEW dear AS SELECT * FROM part;
CREATE FUNCTION total(a INT) RETURNS INT AS $$ CREATE TABLE no2 (a INT); $$ LANGUAGE sql;
""",
        "table main.part 2, column main.part.id 3, column main.part.full name 4, column main.part.price 5, "
        "index by_name 8, view dear 9, function total 10",
        "",
    ),
    "bash": (
        """#!/bin/bash
# Builds all of it.
. ./lib.sh
source "$(dirname "$0")/more.sh"
OUT=${OUT:-out}
readonly VERSION=1
alias ll='ls -l'
if true; then
  MODE=fast
fi
# Says how.
usage() {
  LOCAL=1
  cat <<EOT
fake() { text; }
EOT
}
""",
        "variable OUT 5, variable VERSION 6, alias ll 7, variable MODE 9, function usage 12",
        "./lib.sh, more.sh",
    ),
    "starlark": (
        '''"""Rules of boats."""
load("//rules:boat.bzl", "boat")
SOURCES = ["a.c"]
def _impl(ctx):
    """Makes it."""
    ghost(name = "no")
sail = rule(implementation = _impl)
cc_library(
    name = "hull",
    srcs = SOURCES,
)
''',
        "variable SOURCES 3, function _impl 4, rule sail 7, target hull 8",
        "//rules:boat.bzl",
    ),
    "yaml": (
        """on: {push: {branches: [main]}}
jobs:
  test:
    runs-on: linux
    steps:
      - uses: actions/checkout@v4
      - name: Run it
        run: make
""",
        "key on 1, key on.push 1, key on.push.branches 1, key jobs 2, job jobs.test 3, key jobs.test.runs-on 4, "
        "key jobs.test.steps 5, item key jobs.test.steps.uses 6, "
        "step actions/checkout@v4 6, step Run it 7, item key jobs.test.steps.name 7, "
        "item key jobs.test.steps.run 8",
        "actions/checkout@v4",
    ),
    "toml": (
        """top = 1 # not 2
[a.'b.c']
d.e = { f = 1, g = "[ghost]" }
[[list]]
x = [
  { y = 1 },
]
""",
        'key top 1, table a."b.c" 2, key a."b.c".d.e 3, key a."b.c".d.e.f 3, key a."b.c".d.e.g 3, table list 4, '
        "key list.x 5, item key list.x.y 6",
        "",
    ),
    "json": (
        """{
  "a": {"b": [1, {"c": "\\u00e9"}]},
  // not JSON, but common
  "d.e": null
}
""",
        'key a 2, key a.b 2, item key a.b.c 2, key "d.e" 4',
        "",
    ),
    "notebook": (
        json.dumps(
            {
                "cells": [
                    {"cell_type": "markdown", "source": ["# Fit\n", "\n", "Least squares."]},
                    {"cell_type": "code", "source": ["%matplotlib inline\n", "import numpy\n"], "outputs": ["def f()"]},
                    {"cell_type": "code", "source": "def fit(x):\n    return x\n"},
                ],
                "metadata": {"kernelspec": {"language": "python"}},
            },
            indent=1,
        ),
        "heading Fit 6, function fit 23",
        "numpy",
    ),
}  # fmt: skip


@pytest.mark.parametrize("language", SOURCES)
def test_names_and_imports(language: str) -> None:
    text, names, imports = SOURCES[language]
    facts = load(language).read(text.encode())
    found = [f"{each.kind} {each.name} {each.line}" for each in facts.definitions]
    assert sorted(found) == sorted(names.split(", "))
    assert ", ".join(each.keyword for each in facts.imports) == imports
    assert not facts.errors
    kinds = {kind.name for kind in load(language).kinds}
    assert {each.kind for each in facts.definitions} <= kinds


def test_comments_document_what_is_below() -> None:
    def docs(language: str) -> dict[str, str]:
        return {each.name: each.doc for each in read(language).definitions if each.doc}

    assert docs("make") == {"all": "build all of it", "boat": "The boat itself."}
    assert docs("bash") == {"usage": "Says how."}
    assert docs("cmake") == {"WITH_SAIL": "Build the sail"}
    assert docs("protobuf") == {"Part": "A part; message Ghost {}"}
    assert docs("starlark") == {"_impl": "Makes it."}
    said = {language: read(language).about for language in ("make", "bash", "rst", "starlark", "notebook")}
    assert said == {
        "make": "Builds the boats.",
        "bash": "Builds all of it.",
        "rst": "Boats\n\nHow to build.",
        "starlark": "Rules of boats.",
        "notebook": "Fit\n\nLeast squares.",
    }


def read(language: str) -> Facts:
    return load(language).read(SOURCES[language][0].encode())


# --- keys are those that the languages' own parsers find


def keys(value: object, around: str = "") -> Iterator[str]:
    """Every key, with the keys around it."""
    if isinstance(value, dict):
        for key, inner in value.items():
            name = around + part(key)
            yield name
            yield from keys(inner, f"{name}.")
    elif isinstance(value, list):
        for item in value:
            yield from keys(item, around)


scalars = st.none() | st.booleans() | st.integers(-9, 9) | st.text("ab:#'\"\\ -é{[", max_size=4)
plain_keys = st.from_regex(r"[abz_][abz_-]{0,2}", fullmatch=True) | st.text("a.:#'\" é\\", min_size=1, max_size=3)
values: st.SearchStrategy[Any] = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(plain_keys, inner, max_size=3), max_leaves=8
)
tables = st.dictionaries(plain_keys, values, max_size=4)


def found(language: str, text: str) -> set[str]:
    facts = load(language).read(text.encode())
    assert not facts.errors, text
    return {each.name for each in facts.definitions}


@settings(max_examples=300, deadline=None)
@given(tables, st.sampled_from([None, 2]))
def test_keys_of_json(value: dict[str, Any], indent: int | None) -> None:
    assert found("json", json.dumps(value, indent=indent)) == set(keys(value))


@settings(max_examples=200, deadline=None)
@given(tables, st.sampled_from([None, 2]))
def test_json_says_the_same_with_comments_and_with_a_fault_behind_it(value: dict[str, Any], indent: int | None) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=False)
    plain, commented, broken = (load("json").read(f"{text}{end}".encode()) for end in ("", "\n// {", "\n]"))
    assert broken.errors
    assert not commented.errors
    assert plain.definitions == commented.definitions == broken.definitions


@settings(max_examples=300, deadline=None)
@given(tables)
def test_keys_of_yaml(value: dict[str, Any]) -> None:
    text = yaml.safe_dump(value, allow_unicode=True, sort_keys=False)
    assert found("yaml", text) == set(keys(yaml.safe_load(text)))


@settings(max_examples=300, deadline=None)
@given(tables)
def test_keys_of_toml(value: dict[str, Any]) -> None:
    text = "".join(f"{json.dumps(key, ensure_ascii=False)} = {inline(each)}\n" for key, each in value.items())
    assert found("toml", text) == set(keys(tomllib.loads(text)))


def inline(value: object) -> str:
    """TOML in one line; what it has not, as a string."""
    if isinstance(value, dict):
        return (
            "{"
            + ", ".join(f"{json.dumps(key, ensure_ascii=False)} = {inline(each)}" for key, each in value.items())
            + "}"
        )
    if isinstance(value, list):
        return "[" + ", ".join(map(inline, value)) + "]"
    return json.dumps(value if isinstance(value, (bool, int)) else str(value), ensure_ascii=False)


@pytest.mark.parametrize(
    ("language", "text", "said"),
    [
        (
            "toml",
            '# Settings.\n\n[project]\nname = "x"\ndescription = "Boats, \\"all\\" of them."\n',
            '`x`: Boats, "all" of them.',
        ),
        ("toml", '[package]\ndescription = """\nGrids\nof cells."""\n', "Grids of cells."),
        ("toml", "# Settings.\n\n[a]\ndescription = 'no'\n", "Settings."),
        ("json", '{"name": "x", "description": "The web part.", "a": {"description": "no"}}', "`x`: The web part."),
    ],
)
def test_the_description_of_a_manifest_says_what_it_is_for(language: str, text: str, said: str) -> None:
    assert load(language).read(text.encode()).doc == said


def test_hooks_are_those_of_pre_commit_and_not_every_list_with_identifiers() -> None:
    def hooks(source: str) -> list[str]:
        return [each.name for each in load("yaml").read(source.encode()).definitions if each.kind == "hook"]

    assert hooks("- id: one\n  name: One\n  entry: run\n  language: python\n") == ["one"]
    assert hooks("repos:\n- repo: https://example.org/x\n  rev: v1\n  hooks:\n  - id: two\n") == ["two"]
    assert hooks("- id: 1\n  name: Anna\n- id: 2\n  name: Ben\n") == []
    assert hooks("repos:\n- id: 1\n  url: x\n") == []


WORKFLOW = """on: push
defaults: {run: {working-directory: web}}
jobs:
  a:
    defaults:
      run:
        working-directory: ./sub/
    steps:
    - run: ./x.sh
    - working-directory: ${{ github.workspace }}/deep
      run: |
        python y.py
        cd more && bash z.sh
        (cd ../inner; ./in.sh); ./out.sh
        cd $HOME
        ./no.sh
    - run: ./no.sh
      working-directory: ${{ matrix.folder }}
    - run: ./t.sh
      working-directory: .
  b:
    steps:
    - run: node w.js
"""


def test_a_script_is_in_the_folder_in_which_the_step_runs() -> None:
    found = load("yaml").read(WORKFLOW.encode()).imports
    assert [(item.line, item.place, item.module) for item in found] == [
        (9, "sub", "./x.sh"),
        (12, "deep", "y.py"),
        (13, "deep", "more/z.sh"),
        (14, "deep", "more/../inner/in.sh"),
        (14, "deep", "more/out.sh"),
        (19, "", "./t.sh"),
        (23, "web", "w.js"),
    ]
    scripts = load("json").read(b'{"scripts": {"a": "cd tools && node go.js", "b": "node go.js && cd x"}}').imports
    assert [(item.alias, item.module) for item in scripts] == [("a", "tools/go.js"), ("b", "go.js")]


REFUSED = """
import sys
from incdoc.languages.registry import load
print(load("yaml").read(sys.stdin.buffer.read()).refused, end="")
"""


@pytest.mark.parametrize("bom", ["", "\ufeff"])
@pytest.mark.parametrize(
    "shape",
    [
        lambda levels: "- " * levels + "a\n",
        lambda levels: "? " * levels + "a\n",
        lambda levels: "".join(f"{' ' * level}a:\n" for level in range(levels)),
        lambda levels: "".join(f"{'  ' * level}a:\r\n{'  ' * level}- b:\r\n" for level in range(levels // 2)),
    ],
)
def test_blocks_of_yaml_that_are_too_deep_for_the_grammar_are_refused(shape: Callable[[int], str], bom: str) -> None:
    """The grammar's scanner writes beyond its room from 254 on, which ends the process."""
    text = bom + shape(MOST_LEVELS - 2)
    assert not load("yaml").read(text.encode()).refused
    for levels in (254, 1_000):
        done = subprocess.run(
            [sys.executable, "-c", REFUSED], check=False, input=(bom + shape(levels)).encode(), capture_output=True
        )
        assert done.stdout.decode() == f"nested deeper than {MOST_LEVELS} levels"


def test_long_rules_and_far_texts_in_yaml_are_no_levels() -> None:
    text = f"# {'- ' * 300}\na: |\n  {'-' * 300}\n{'b' * 300}: {'- ' * 10}\n"
    assert not load("yaml").read(text.encode()).refused
