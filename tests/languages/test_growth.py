"""Work that grows no faster than a source: counted in calls, which do not depend on the machine's speed."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType

import pytest

from incdoc.languages import extract

FAMILIES: dict[str, tuple[str, Callable[[int], str]]] = {
    "classes": ("python", lambda n: "".join(f"class A{i}:\n    x = 1\n" for i in range(n))),
    "one class again": ("python", lambda n: "class A:\n    x = 1\n" * n),
    "functions": ("python", lambda n: "".join(f"def f{i}():\n    raise E\n" for i in range(n))),
    "decorators": ("python", lambda n: "@d\n" * n + "def f(): ...\n"),
    "imports": ("python", lambda n: "".join(f"from m{i} import a as b{i}\n" for i in range(n))),
    "exports": ("python", lambda n: f"__all__ = {[f'a{i}' for i in range(n)]}\n"),
    "elif": ("python", lambda n: "if a:\n    b = 1\n" + "elif a:\n    b = 1\n" * n),
    "strings": ("python", lambda n: "x = " + "'a' " * n + "\n"),
    "walrus": ("python", lambda n: "".join(f"(a{i} := 1)\n" for i in range(n))),
    "calls": ("python", lambda n: "def f(): ...\ndef g():\n" + "    f()\n" * n),
    "evals": ("python", lambda n: "eval(x)\n" * n),
    "setext": ("markdown", lambda n: "a\n" * n + "===\n"),
    "quoted setext": ("markdown", lambda n: "> a*\n" * n + "> ===\n"),
    "headings": ("markdown", lambda n: "# a\n" * n),
    "references": ("markdown", lambda n: "".join(f"[a{i}]: b\n" for i in range(n))),
    "links": ("markdown", lambda n: "[a](b)\n\n" * n),
    "todo": ("text", lambda n: "TODO: a\n" * n),
    "long line": ("text", lambda n: "TODO: a " * n),
}


def calls(language: str, data: bytes) -> int:
    """How many functions, of Python and of C, reading ``data`` calls."""
    count = 0

    def profile(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(profile)
    try:
        extract(language, data)
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("family", FAMILIES)
def test_calls_grow_no_faster_than_the_source(family: str) -> None:
    language, make = FAMILIES[family]
    extract(language, make(2).encode())  # what is made once a process is not counted
    small, large = (calls(language, make(n).encode()) for n in (400, 1600))
    assert large <= 4.4 * small + 2000, (small, large)


_LONG = "A" * 30_000
REPEATED = {
    "methods": f"class {_LONG}:\n" + "".join(f"  def f{i}(self): ...\n" for i in range(2_000)),
    "attributes": f"class {_LONG}:\n" + "".join(f"  a{i} = 1\n" for i in range(2_000)),
    "findings": f"def {_LONG}():\n" + "  eval(x)\n" * 2_000,
    "nested classes": "".join(" " * i + f"class {'B' * 600}{i}:\n" for i in range(300)) + " " * 300 + "x = 1\n",
}


@pytest.mark.parametrize("family", REPEATED)
def test_names_that_repeat_a_long_one_are_refused(family: str) -> None:
    """Sixty megabytes of names, of less than a hundred kilobytes."""
    source = REPEATED[family].encode()
    facts = extract("python", source)
    assert facts.refused == f"qualified names of more than {8 * len(source) + 64 * 1024:,} characters in all"
    assert not facts.definitions


def test_a_long_name_alone_is_read() -> None:
    facts = extract("python", f"class {_LONG}:\n    def f(self): ...\n".encode())
    assert [each.name for each in facts.definitions] == [_LONG, f"{_LONG}.f"]
