"""libclang, the front end of a compiler, as the judge of the names of C and C++: jansson, leveldb and PyTorch.

Of jansson and leveldb a file counts if libclang parses it, and all that it includes, without an error;
headers that a configuration makes are empty files. Of PyTorch, all headers and one of 100 sources are compared;
``doit judge_cpp`` compares all (``tests/corpora/libclang.py``). A name is right if libclang has one of the same kind on
a line of the definition. What is left out, with its reason:

- what libclang finds in the bodies of functions, which incdoc does not read
- names that macros make: they are not in the text
- what incdoc finds in branches of ``#if`` that libclang does not follow: incdoc shows all of them
- one header that is a program of macros, and one that libclang does not read twice, since it has another's guard
- records and enums without a name, or with that of a typedef alone, and what is only declared of them: ``class A;``

What differs otherwise: names that are arguments of macros; functions of which two headers have the same text.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from incdoc.languages.cpp.reading import read

from . import debian
from .libclang import Table, builtin, parsed, pytorch
from .test_ctags_cpp import AT_LEAST
from .test_includes_gcc import PROJECTS, SUFFIXES

pytestmark = [pytest.mark.corpora]

JUDGED = "jansson", "leveldb"
MADE = "jansson_config.h", "jansson_private_config.h", "port/port_config.h"
"""Headers that a configuration makes."""


def assert_right(table: Table) -> None:
    """Print the table; each kind has the recall and the precision that is promised."""
    table.print()
    for kind, _, recall, precision in table.figures():
        differ = table.missing[kind][:40], table.made_up[kind][:40]
        assert recall >= AT_LEAST[0] and precision >= AT_LEAST[1], (kind, *differ)


def test_names_are_those_of_libclang(tmp_path: Path) -> None:
    for name in MADE:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    table = Table()
    for package, folder, roots in (PROJECTS[each] for each in JUDGED):
        top = debian.source(package)
        folders = [*(f"-I{top / root}" for root in roots), f"-I{tmp_path}", "-isystem", builtin()]
        folders.append("-DLEVELDB_PLATFORM_POSIX=1")
        for path in sorted(each for each in (top / folder).rglob("*") if each.suffix in SUFFIXES and each.is_file()):
            place = os.path.relpath(path, top)
            if (found := parsed(top, place, folders)) is None:
                continue
            table.compare(place, *found, read("c" if path.suffix == ".c" else "cpp", path.read_bytes()).definitions)
    assert table.both.total() > 1_500
    assert_right(table)


def test_names_in_the_headers_of_pytorch_are_those_of_libclang() -> None:
    table, left = pytorch(every=100)
    print(f"{table.files:,} files, without {dict(left)}")
    assert table.files > 1_700
    assert table.both.total() > 40_000
    assert_right(table)
