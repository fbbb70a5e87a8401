"""libclang, the front end of a compiler, as the judge of which definitions of C and C++ use which of other files of
their project, and which functions of their own file they call.

A file counts if libclang parses it, and all that it includes, without an error. Left out is what incdoc does not
follow: names in sources that see very many files through other includes, members of objects, values. So what it says is
compared, and how much that is of what libclang finds is printed.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.links.support import Repository

from . import debian
from .libclang import builtin
from .test_includes_gcc import PROJECTS, SUFFIXES
from .test_libclang import MADE

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [pytest.mark.corpora]

CONFIGURED = """\
#define JSON_INLINE inline
#define JSON_INTEGER_IS_LONG_LONG 1
#define JSON_HAVE_LOCALECONV 1
#define JSON_PARSER_MAX_DEPTH 2048
#define HAVE_STDINT_H 1
#define HAVE_UNISTD_H 1
"""
AT_LEAST = {"jansson": 1_000, "leveldb": 2_000}
Used = tuple[str, str, str, str]
"""(file, definition, file, definition in that)."""
_SCOPES = frozenset((
    "NAMESPACE", "CLASS_DECL", "STRUCT_DECL", "UNION_DECL", "CLASS_TEMPLATE", "CLASS_TEMPLATE_PARTIAL_SPECIALIZATION",
    "ENUM_DECL",
))  # fmt: skip
_TEST_BODY = re.compile(r"(?:\A|::)([^\W_]+)_(\w+)_Test::TestBody\Z")
"""What GoogleTest makes of ``TEST(Suite, Name)``."""
_FUNCTIONS = frozenset((
    "FUNCTION_DECL", "CXX_METHOD", "CONSTRUCTOR", "DESTRUCTOR", "CONVERSION_FUNCTION", "FUNCTION_TEMPLATE",
))  # fmt: skip
_OWNERS = _FUNCTIONS | frozenset((
    "CLASS_DECL", "STRUCT_DECL", "UNION_DECL", "CLASS_TEMPLATE", "FIELD_DECL", "VAR_DECL", "TYPEDEF_DECL",
    "TYPE_ALIAS_DECL", "ENUM_DECL", "ENUM_CONSTANT_DECL",
))  # fmt: skip


def qualified(cursor: Any) -> str:
    """The name with its scopes."""
    parts: list[str] = []
    at = cursor
    while at is not None and at.kind.name != "TRANSLATION_UNIT":
        if at.spelling and (at is cursor or at.kind.name in _SCOPES) and not at.is_anonymous():
            parts.append(re.sub(r"<.*>", "", at.spelling) or at.spelling)
        at = at.semantic_parent
    found = "::".join(reversed(parts))
    test = _TEST_BODY.search(found)
    return f"{test[1]}.{test[2]}" if test is not None else found


def uses(unit: Any, top: Path, path: str) -> Iterator[Used]:
    """What libclang finds; of a macro only its name is known."""
    waiting = [(each, "", False) for each in unit.cursor.get_children()]
    while waiting:
        cursor, owner, inside = waiting.pop()
        file = cursor.location.file
        if file is None or os.path.relpath(file.name, top) != path:
            continue
        kind = cursor.kind.name
        if kind in _OWNERS and not inside:
            owner, inside = qualified(cursor), kind in _FUNCTIONS
            yield path, owner, path, ""
        found = cursor.referenced
        if kind == "MACRO_INSTANTIATION":
            yield path, "", "", cursor.spelling
        elif found is not None and found.location.file is not None and kind != "NAMESPACE_REF":
            definer = os.path.relpath(found.location.file.name, top)
            yield path, owner, definer, qualified(found)
            if found.kind.name in ("CONSTRUCTOR", "DESTRUCTOR"):
                yield path, owner, definer, qualified(found.semantic_parent)
        waiting += [(each, owner, inside) for each in cursor.get_children()]


@pytest.mark.parametrize("project", AT_LEAST)
def test_each_use_is_one_of_libclang(project: str, tmp_path: Path) -> None:
    from clang import cindex

    for name in MADE:
        (tmp_path / "made" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "made" / name).write_text(CONFIGURED)
    package, folder, roots = PROJECTS[project]
    top = debian.source(package)
    options = [*(f"-I{top / root}" for root in roots), f"-I{tmp_path / 'made'}", "-isystem", builtin()]
    options += ["-DLEVELDB_PLATFORM_POSIX=1", "-DHAVE_O_CLOEXEC=1"]
    tests = debian.source("googletest")
    options += [f"-I{tests / each / 'include'}" for each in ("googletest", "googlemock")]
    files = {
        path.relative_to(top).as_posix(): path.read_text("utf-8", "replace")
        for path in sorted((top / folder).rglob("*"))
        if path.suffix in SUFFIXES and path.is_file()
    }
    repository = Repository(tmp_path / "cache" / "store.sqlite", files)
    theirs: set[Used] = set()
    ours: set[Used] = set()
    judged = 0
    for path in files:
        c = path.endswith(".c")
        arguments = [f"-x{'c' if c else 'c++'}", f"-std={'gnu11' if c else 'c++17'}", "-w", *options]
        unit = cindex.Index.create().parse(str(top / path), args=arguments, options=1)
        if any(each.severity >= cindex.Diagnostic.Error for each in unit.diagnostics):
            continue
        judged += 1
        theirs.update(uses(unit, top, path))
        ours |= {(path, each.owner, each.path, each.name) for each in repository.resolve(path).usages}
        facts = repository.tables.facts(path)
        assert facts is not None
        own = ((each.name, called) for each in facts.definitions for called in each.calls)
        ours |= {(path, name, path, called) for name, called in own if name != called}
    macros = {each[3] for each in theirs if not each[2]}
    known = {each[:2] for each in theirs}  # not those in branches that libclang does not follow
    named = {(*each[:2], each[3]) for each in theirs}  # a method may be declared in another file than it is defined in
    elsewhere = {each for each in theirs if each[0] != each[2] and each[2] in files}
    said = {each for each in ours if each[0] != each[2]}
    made_up = {
        each
        for each in ours - theirs
        if each[3] not in macros and each[:2] in known and (each in said or (*each[:2], each[3]) not in named)
    }
    print(project, judged, len(elsewhere), len(said & theirs), len(made_up), f"calls in one file {len(ours - said)}")
    assert not made_up, f"{len(made_up)} made up\n" + "\n".join(map(str, sorted(made_up)[:60]))
    assert len(said) >= AT_LEAST[project]
