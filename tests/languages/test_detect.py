"""The file type that a name means, and every extractor by its name."""

import pytest

from incdoc.languages import Languages, file_types, load
from incdoc.languages.facts import Facts
from incdoc.languages.registry import OWN
from tests.support import LANGUAGES


@pytest.mark.parametrize(
    ("path", "name", "label", "fence", "extractor"),
    [
        ("a/b.py", "python", "Python source", "python", "python"),
        ("a/b.pyi", "python", "Python stub", "python", "python"),
        ("README.md", "markdown", "Markdown", "markdown", "markdown"),
        ("x.yml", "yaml", "YAML", "yaml", "yaml"),
        ("aten/x.cuh", "cuda", "CUDA header", "cuda", "cuda"),
        ("x.d.ts", "typescript", "TypeScript declarations", "typescript", "typescript"),
        ("my.d.tsx", "tsx", "TypeScript with JSX", "tsx", "typescript"),
        ("Makefile", "makefile", "Makefile", "makefile", "make"),
        ("a/CMakeLists.txt", "cmake", "CMake script", "cmake", "cmake"),
        ("docker/Dockerfile.dev", "dockerfile", "Dockerfile", "dockerfile", "containerfile"),
        ("requirements.txt", "packaging", "Requirements", "", "packaging"),
        ("a/requirements-dev.txt", "packaging", "Requirements", "", "packaging"),
        ("Dev_Requirements.TXT", "packaging", "Requirements", "", "packaging"),
        ("a/requirements/dev.txt", "packaging", "Requirements", "", "packaging"),
        ("a/requirements/more/dev.txt", "text", "Text", "", "text"),
        ("myrequirements/dev.txt", "text", "Text", "", "text"),
        ("setup.cfg", "ini", "Settings", "ini", "packaging"),
        ("Pipfile", "toml", "TOML", "toml", "toml"),
        ("Pipfile.lock", "json", "JSON lock file", "json", "json"),
        ("LICENSE", "text", "Licence", "", "text"),
        ("LICENSE.zlib", "text", "Licence", "", "text"),
        (".gitignore", "text", "Ignore rules", "", "text"),
        ("BUILD", "starlark", "Starlark build file", "starlark", "starlark"),
        ("build", "text", "Text", "", "text"),
        ("cuda.BUILD", "starlark", "Starlark build file", "starlark", "starlark"),
        ("meson.build", "text", "Text", "", "text"),
        ("A.D.TS", "typescript", "TypeScript declarations", "typescript", "typescript"),
        ("x.PNG", "binary", "Image", "", "binary"),
        ("locale/de/django.mo", "binary", "Compressed translations", "", "binary"),
        ("libfoo.so.1", "binary", "Library", "", "binary"),
        ("django-admin.1", "text", "Manual page", "", "text"),
        ("a.tar.gz", "binary", "Archive", "", "binary"),
        ("icon.svg", "xml", "SVG image", "xml", "text"),
        ("weird.xyzzy", "text", "Text", "", "text"),
        ("py", "text", "Text", "", "text"),
        (".py", "python", "Python source", "python", "python"),
        ("a.py/readable", "text", "Text", "", "text"),
        ("\udcff\n|.py", "python", "Python source", "python", "python"),
        ("", "text", "Text", "", "text"),
    ],
)
def test_a_name_means_a_language(path: str, name: str, label: str, fence: str, extractor: str) -> None:
    found = LANGUAGES.detect(path)
    assert (found.label, found.fence, found.language) == (label, fence, extractor)
    assert name in (fence, extractor, "text", "binary")


def test_no_suffix_is_listed_twice() -> None:
    tables = (getattr(file_types, name) for name in ("_TABLE", "_NAMES", "_BINARY"))
    for table in tables:
        names = " ".join(row.rpartition("|")[2] for row in table.strip().splitlines()).split()
        assert len(names) == len(set(names))


def test_no_program_is_listed_twice() -> None:
    types = [each for name in (*OWN, "lexed.awk") for each in load(name).files]
    types += [each for each in file_types.file_types() if each.language == "text"]
    named: dict[str, set[str]] = {}
    for each in types:
        for program in each.programs:
            named.setdefault(program, set()).add(each.label)
    assert named
    assert [program for program, labels in named.items() if len(labels) > 1] == []


@pytest.mark.parametrize(
    ("first", "program", "label", "language"),
    [
        (b"#!/bin/sh", "sh", "Shell script", "bash"),
        (b"#! /bin/bash -eu", "bash", "Shell script", "bash"),
        (b"#!/usr/bin/env python3", "python3", "Python source", "python"),
        (b"#!/usr/bin/env python3\r", "python3", "Python source", "python"),
        (b"#!/opt/x/python3.11 -I", "python3.11", "Python source", "python"),
        (b"#!python", "python", "Python source", "python"),
        (b"#!/usr/bin/env -S uv run --script", "uv", "Python source", "python"),
        (b"#!/usr/bin/env -S -i LC_ALL=C -u HOME node --no-warnings", "node", "JavaScript source", "javascript"),
        (b"#!/usr/bin/env -Snode --x", "node", "JavaScript source", "javascript"),
        (b"#!/usr/bin/env --split-string=node --x", "node", "JavaScript source", "javascript"),
        (b"#!/usr/bin/env -vS 'deno' run", "deno", "TypeScript source", "typescript"),
        (b"#!/usr/bin/env /usr/bin/env ruby2.7", "ruby2.7", "Ruby source", "lexed.ruby"),
        (b"#!/usr/bin/perl -w", "perl", "Perl source", "lexed.perl"),
        (b"#!/usr/bin/env perl6", "perl6", "Raku source", "text"),
        (b"#!/usr/bin/lua5.3", "lua5.3", "Lua source", "lexed.lua"),
        (b"#!/usr/bin/awk -f", "awk", "AWK script", "lexed.awk"),
        (b"#!/usr/bin/tclsh8.6", "tclsh8.6", "Tcl script", "text"),
        (b"#!/usr/bin/make -f", "make", "Makefile", "make"),
        (b"#!/usr/bin/env Rscript", "Rscript", "R source", "text"),
        (b"#!/usr/local/bin/own-thing 3", "own-thing", "Text", "text"),
        (b"#!/usr/bin/env", "", "Text", "text"),
        (b"#!/usr/bin/env -S -i", "", "Text", "text"),
        (b"#!", "", "Text", "text"),
        (b"#![feature(x)]", "", "Text", "text"),
        (b" #!/bin/sh", "", "Text", "text"),
        (b"\n#!/bin/sh", "", "Text", "text"),
        (b"#!/bin/\xff\xfe", "", "Text", "text"),
        (b"#!/" + b"x" * 5000 + b"/sh", "", "Text", "text"),
    ],
)
def test_the_first_line_means_a_language_where_the_name_says_nothing(
    first: bytes, program: str, label: str, language: str
) -> None:
    data = first + b"\nx = 1\n"
    facts = LANGUAGES.of_content("bin/tool", data).read(data)
    assert (facts.language, facts.program) == (language, program)
    found = LANGUAGES.detect("bin/tool", facts.program)
    assert (found.label, found.language) == (label, language)


@pytest.mark.parametrize("path", ["a.py", "a.txt", "LICENSE", "Makefile", "a.1"])
def test_a_name_that_says_something_decides_whatever_the_first_line_is(path: str) -> None:
    data = b"#!/usr/bin/perl\n"
    assert LANGUAGES.of_content(path, data) is LANGUAGES.language(path)
    assert LANGUAGES.detect(path, "perl") is LANGUAGES.detect(path)


def test_a_script_of_a_language_that_is_not_chosen_is_text() -> None:
    languages = Languages.named(("markdown",))
    assert languages.of_content("tool", b"#!/bin/sh\n").name == "text"
    assert languages.detect("tool", "sh").label == "Shell script"


@pytest.mark.parametrize("extractor", ["markdown", "text", "binary"])
def test_an_extractor_gives_facts_of_its_language(extractor: str) -> None:
    facts = load(extractor).read(b"# x\n")
    assert isinstance(facts, Facts)
    assert facts.language == extractor
