"""The names that libclang, the front end of a compiler, finds in C and C++, compared with those of incdoc.

    python -m tests.corpora.libclang [EVERY]

compares all of PyTorch without its third-party folder, or one of EVERY sources, and prints the table and what was left
out. Headers that a configuration generates are those of the released wheel. A compiler reads most headers again for
each source, which would take hours: here one unit includes all headers, and the sources are read after it, from its
precompiled form. The bodies of functions are not read. A file counts if libclang finds no error in it.
"""

from __future__ import annotations

import ctypes
import os
import re
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from incdoc.languages.cpp.reading import read
from incdoc.languages.facts import Definition

from . import debian, fetch
from .test_ctags_cpp import Row

KINDS = {
    "function": "callable", "method": "callable", "class": "record", "struct": "record", "union": "record",
    "enum": "enum", "enumerator": "enumerator", "namespace": "namespace", "field": "member",
}  # fmt: skip
CURSORS = {
    "FUNCTION_DECL": "callable", "CXX_METHOD": "callable", "CONSTRUCTOR": "callable", "DESTRUCTOR": "callable",
    "CONVERSION_FUNCTION": "callable", "FUNCTION_TEMPLATE": "callable", "CLASS_DECL": "record", "STRUCT_DECL": "record",
    "UNION_DECL": "record", "CLASS_TEMPLATE": "record", "CLASS_TEMPLATE_PARTIAL_SPECIALIZATION": "record",
    "ENUM_DECL": "enum", "ENUM_CONSTANT_DECL": "enumerator", "FIELD_DECL": "member", "NAMESPACE": "namespace",
}  # fmt: skip
INSIDE = frozenset(("record", "enum", "namespace"))
TRANSPARENT = frozenset(("LINKAGE_SPEC", "UNEXPOSED_DECL", "FRIEND_DECL"))
OPTIONS = 64 | 1
"""CXTranslationUnit_SkipFunctionBodies, and DetailedPreprocessingRecord, without which no skipped range is known."""
KEEP_GOING, PRECOMPILED = 512, 2 | 16
"""Also after a missing header; CXTranslationUnit_Incomplete and ForSerialization."""
HEADERS, SOURCES = frozenset((".h", ".hpp", ".hh", ".hxx", ".inl")), frozenset((".cc", ".cpp", ".cxx", ".c"))
WRONG = "with errors, for the most part because a header is missing"
LEFT_OUT = frozenset(("caffe2/utils/cblas.h", "c10/util/variant.h"))
"""A header with the guard of another, which libclang therefore reads as empty, and a program of macros."""
_OTHERS = frozenset(("third_party", "templates"))
"""Other projects, and sources with parts that a script replaces."""


class _Ranges(ctypes.Structure):
    """CXSourceRangeList."""

    _fields_ = [("count", ctypes.c_uint), ("ranges", ctypes.c_void_p)]


class Table:
    """What both find, what incdoc misses, and what it alone finds, by kind."""

    def __init__(self) -> None:
        self.both: Counter[str] = Counter()
        self.missing: dict[str, list[str]] = defaultdict(list)
        self.made_up: dict[str, list[str]] = defaultdict(list)
        self.files = 0

    def compare(self, place: str, theirs: list[Row], skipped: set[int], definitions: tuple[Definition, ...]) -> None:
        """Add a file. ``skipped``: the lines that libclang did not follow."""
        self.files += 1
        mine = [row for each in definitions if (row := row_of(each))]
        for tag in theirs:
            same = (row for row in mine if row[:2] == tag[:2] and row.first <= tag.first <= row.last)
            if (row := next(same, None)) is not None:
                mine.remove(row)
                self.both[tag.kind] += 1
            else:
                self.missing[tag.kind].append(f"{place}:{tag.first}: {tag.name}")
        for row in (each for each in mine if each.first not in skipped):
            self.made_up[row.kind].append(f"{place}:{row.first}: {row.name}")

    def figures(self) -> Iterator[tuple[str, int, float, float]]:
        """(kind, found by both, recall, precision), in per cent."""
        for kind, right in sorted(self.both.items()):
            recall = 100 * right / (right + len(self.missing[kind]))
            yield kind, right, recall, 100 * right / (right + len(self.made_up[kind]))

    def print(self) -> None:
        """The table."""
        for kind, right, recall, precision in self.figures():
            print(f"{kind:12} {right:7,} {recall:6.2f} {precision:6.2f}")


def parsed(top: Path, path: str, folders: list[str]) -> tuple[list[Row], set[int]] | None:
    """The names that libclang finds in a source, and the lines that it left out; None if anything has an error."""
    from clang import cindex

    unit = cindex.Index.create().parse(str(top / path), args=_options(path, folders), options=OPTIONS)
    if any(each.severity >= cindex.Diagnostic.Error for each in unit.diagnostics):
        return None
    return _rows(unit.cursor.get_children(), str(top / path)), skipped(unit, str(top / path))


def _options(path: str, folders: list[str]) -> list[str]:
    c = path.endswith(".c")
    return [f"-x{'c' if c else 'c++'}", f"-std={'gnu11' if c else 'c++17'}", "-w", "-ferror-limit=0", *folders]


def _rows(cursors: Any, path: str) -> list[Row]:
    text = Path(path).read_bytes()
    return list(dict.fromkeys(row for cursor in cursors for row in named(cursor, path, text)))


def named(cursor: Any, path: str, text: bytes) -> Iterator[Row]:
    """The names of a declaration, and of what is in it."""
    place = cursor.location
    if place.file is None or place.file.name != path:
        return
    what = cursor.kind.name
    kind = CURSORS.get(what, "")
    if what == "VAR_DECL" and CURSORS.get(cursor.lexical_parent.kind.name) == "record":
        kind = "member"  # a definition outside of its class is a variable
    if kind in INSIDE and kind != "namespace" and not cursor.is_definition():
        return
    name = simple(kind, cursor.spelling)
    if kind and name and "(" not in name.replace("operator()", "") and written(text, place.offset, name):
        yield Row(kind, name, place.line, place.line)
    if kind in INSIDE or what in TRANSPARENT:
        for each in cursor.get_children():
            if what != "FRIEND_DECL" or each.is_definition():
                yield from named(each, path, text)


def written(text: bytes, at: int, name: str) -> bool:
    """Whether a name is in the text, where it is said to be: macros make others."""
    word = re.match(r"~?\s*\w+", name)
    found = text[at : at + 200].decode("utf-8", "replace")
    return word is not None and re.sub(r"\s", "", found).startswith(re.sub(r"\s", "", word[0]))


def skipped(unit: Any, path: str) -> set[int]:
    """The lines in branches that libclang did not follow."""
    from clang import cindex

    function = cindex.conf.lib.clang_getSkippedRanges
    function.argtypes, function.restype = [ctypes.c_void_p, ctypes.c_void_p], ctypes.POINTER(_Ranges)
    found = function(unit.obj, cindex.File.from_name(unit, path)).contents
    ranges = ctypes.cast(found.ranges, ctypes.POINTER(cindex.SourceRange))
    return {at for i in range(found.count) for at in range(ranges[i].start.line, ranges[i].end.line + 1)}


def simple(kind: str, name: str) -> str:
    """The last part of a name, without white space and arguments."""
    if kind == "callable" and (operator := re.search(r"\boperator\b.*", name, re.DOTALL)):
        return "operator " if re.match(r"operator \w", operator[0]) else operator[0].replace(" ", "")
    return re.sub(r"<.*>\Z", "", name, flags=re.DOTALL).rpartition("::")[2]


def row_of(definition: Definition) -> Row | None:
    """A definition as libclang would have it: a static member that is defined outside of its class is a variable, and a
    type that only a typedef names has no name."""
    kind = KINDS.get(definition.kind)
    if kind is None or "typedef" in definition.traits:
        return None
    outside = rf"\w\s*::\s*{re.escape(simple(kind, definition.name))}\s*(?:[=({{\[]|\Z)"
    if kind == "member" and re.search(outside, definition.declaration.partition("=")[0]):
        return None
    name = "operator " if "conversion" in definition.traits else simple(kind, definition.name)
    return Row(kind, name, definition.line, definition.end)


# --- PyTorch whole


def headers() -> Path:
    """Those of the released wheel, generated ones among them. The smallest wheel is that for macOS."""
    command = ("--only-binary=:all:", "--platform", "macosx_11_0_arm64", "--python-version", "310")
    return fetch.unpacked(
        fetch.cache() / "torch-1.13.1-headers",
        lambda folder: fetch.download("torch", "1.13.1", command, folder),
        lambda name: name.startswith("torch/include/"),
    )


def builtin() -> str:
    """The headers of a compiler itself, which the wheel of libclang lacks."""
    done = subprocess.run(["gcc", "-print-file-name=include"], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def pytorch(every: int = 1, tell: Callable[[Table], None] = lambda _: None) -> tuple[Table, Counter[str]]:
    """All headers of PyTorch, and one of ``every`` sources: the table, and how many files were left out and why.
    ``tell`` is called after the headers, and after each 100 sources."""
    from clang import cindex

    top, table, left = debian.source("pytorch"), Table(), Counter[str]()
    generated = headers() / "include"
    roots = [top / each for each in ("", "aten/src", "torch/csrc/api/include", "torch/csrc")]
    roots += [top / "third_party/pybind11/include", generated, generated / "torch/csrc/api/include"]
    folders = [f"-I{each}" for each in roots] + ["-isystem", builtin(), f"-I{_python()}"]
    files = sorted(path for path in top.rglob("*") if path.is_file() and _OTHERS.isdisjoint(path.parts))
    files = [path for path in files if path.relative_to(top).as_posix() not in LEFT_OUT]
    left["CUDA, whose headers are not there"] = sum(path.suffix in (".cu", ".cuh") for path in files)
    with tempfile.TemporaryDirectory() as folder:
        together = Path(folder) / "all.h"
        wanted = [path for path in files if path.suffix in HEADERS]
        together.write_text("".join(f'#include "{path}"\n' for path in wanted), encoding="utf-8")
        options = ["-xc++-header", *_options(".h", folders)[1:]]
        unit = cindex.Index.create().parse(
            str(together), args=options, options=OPTIONS | KEEP_GOING | PRECOMPILED
        )  # fmt: skip
        cursors: dict[str, list[Any]] = defaultdict(list)
        for cursor in unit.cursor.get_children():
            if (file := cursor.location.file) is not None:
                cursors[file.name].append(cursor)
        wrong = _wrong(unit)
        for each in map(str, wanted):
            if each in wrong or each not in cursors:
                left[WRONG if each in wrong else "without a name that libclang shows"] += 1
            else:
                _compare(table, each, top, _rows(cursors[each], each), skipped(unit, each))
        tell(table)
        unit.save(f"{folder}/all.pch")
        del unit, cursors
        sources = [str(path) for path in files if path.suffix in SOURCES][::every]
        answers = _answers((path, _after(path, folders, f"{folder}/all.pch")) for path in sources)
        for number, (path, answer) in enumerate(answers, 1):
            if isinstance(answer, str):
                left[answer] += 1
            else:
                _compare(table, path, top, *answer)
            if not number % 100:
                tell(table)
    return table, left


def _after(path: str, folders: list[str], precompiled: str) -> list[str]:
    """The options for a source, which is read after the headers."""
    return [*_options(path, folders), *(() if path.endswith(".c") else ("-include-pch", precompiled))]


_Answer = tuple[list[Row], set[int]] | str
"""The names and the skipped lines of a source, or why it is left out."""


def _answers(sources: Iterable[tuple[str, list[str]]]) -> Iterator[tuple[str, _Answer]]:
    """The answer for each (source, options), from a process of its own: libclang crashes on some."""
    pool = None
    for path, options in sources:
        pool = pool or ProcessPoolExecutor(1, get_context("spawn"), max_tasks_per_child=200)
        try:
            yield path, pool.submit(_alone, path, options).result()
        except BrokenProcessPool:
            pool = None
            yield path, "on which libclang crashes"
    if pool is not None:
        pool.shutdown()


def _alone(path: str, options: list[str]) -> _Answer:
    from clang import cindex

    unit = cindex.Index.create(excludeDecls=True).parse(path, args=options, options=OPTIONS | KEEP_GOING)
    cursors = [each for each in unit.cursor.get_children() if _is_in(each, path)]
    return WRONG if path in _wrong(unit) else (_rows(cursors, path), skipped(unit, path))


def _python() -> str:
    import sysconfig

    return sysconfig.get_paths()["include"]


def _is_in(cursor: Any, path: str) -> bool:
    file = cursor.location.file
    return file is not None and file.name == path


def _wrong(unit: Any) -> set[str]:
    """The files in which there is an error."""
    from clang import cindex

    errors = (each for each in unit.diagnostics if each.severity >= cindex.Diagnostic.Error)
    return {each.location.file.name for each in errors if each.location.file is not None}


def _compare(table: Table, path: str, top: Path, theirs: list[Row], lines: set[int]) -> None:
    definitions = read("c" if path.endswith(".c") else "cpp", Path(path).read_bytes()).definitions
    table.compare(os.path.relpath(path, top), theirs, lines, definitions)


def main(words: list[str]) -> int:
    """Print the table, and what differs."""
    table, left = pytorch(
        int(words[0]) if words else 1,
        lambda table: print(f"{table.files:,} files, {table.both.total():,} names", file=sys.stderr, flush=True),
    )  # fmt: skip
    for kind in sorted(table.both):
        for title, found in (("missing", table.missing[kind]), ("only incdoc's", table.made_up[kind])):
            for each in found:
                print(f"{title:14} {kind:10} {each}")
    print(f"{table.files:,} files were compared.")
    for why, count in sorted(left.items()):
        print(f"{count:,} were left out: {why}.")
    table.print()
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
