"""The memory of a source is bounded by its size; what is just below a limit is read, what is above it is refused."""

from __future__ import annotations

import subprocess
import sys

import pytest

from incdoc.languages import load
from incdoc.languages.facts import MOST_ROWS
from incdoc.languages.limits import MAX_BYTES, MAX_TOKENS
from incdoc.languages.markdown.extract import LARGEST, MOST_LINES
from incdoc.languages.rust.grammar import MAX_TOKENS as MAX_RUST_TOKENS
from incdoc.languages.typescript.extract import MOST_TYPED_CALLS
from incdoc.languages.typescript.nodes import MAX_TOKENS as MAX_SCRIPT_TOKENS

FAMILIES = {
    "variables": ("python", "{}", "a=1\n", 4, 1),
    "calls": ("python", "{}", "f()\n", 4, 0),
    "tuples": ("python", "x=[{}]\n", "(),", 3, 0),
    "attributes": ("python", "x=[{}]\n", "a.b,", 4, 0),
    "numbers": ("python", "x=[{}]\n", "1,", 2, 0),
    "classes": ("python", "{}", "class A:\n    x = 1\n", 8, 2),
    "imports": ("python", "{}", "import a\n", 3, 1),
    "findings": ("python", "{}", "eval(x)\n", 5, 1),
    "headings": ("markdown", "{}", "# a\n", 1, 1),
    "paragraphs": ("markdown", "{}", "a\n\n", 2, 0),
    "blocks of code": ("markdown", "{}", "```\n\n```\n", 3, 1),
    "list items": ("markdown", "{}", "- a\n", 1, 0),
    "links in a line": ("markdown", "{}", "[a](b) ", 0, 0),
    "emphasis": ("markdown", "{}", "*a* ", 0, 0),
    "items of Rust": ("rust", "{}", "fn f(){}\n", 7, 1),
    "paths of Rust": ("rust", "use a::{{{}}};", "b,", 2, 1),
    "tokens of Rust": ("rust", "m!({});", "a,", 2, 0),
    "functions of Go": ("go", "package p\n{}", "func f(){}\n", 7, 1),
    "names of Go": ("go", "package p\nvar a{} int\n", ",b", 2, 1),
    "calls of Go": ("go", "package p\nfunc f(){{{}}}\n", "g()\n", 4, 0),
    "functions of C": ("c", "{}", "int f(){}\n", 6, 1),
    "calls of C": ("c", "int f(){{{}}}", "g();\n", 5, 0),
    "variables of C": ("c", "int a{};", ",b", 2, 1),
    "macros of C": ("c", "{}", "#define A\n", 4, 1),
    "includes of C": ("c", "{}", "#include<a>\n", 6, 1),
    "enumerators of C++": ("cpp", "enum A {{{}}};", "B,", 2, 1),
    "members of C++": ("cpp", "class A {{{}}};", "int a;\n", 4, 1),
    "values of C++": ("cpp", "int a[] = {{{}}};", "1,", 2, 0),
    "macro calls of C++": ("cpp", "{}", "FOO(a)\n", 5, 1),
    "fields of Java": ("java", "class A{{{}}}", "int a;\n", 4, 1),
    "names of Java": ("java", "class A{{int a{};}}", ",b", 2, 1),
    "calls of Java": ("java", "class A{{void f(){{{}}}}}", "g();\n", 5, 0),
    "constants of TypeScript": ("typescript", "{}", "const a=1;\n", 5, 1),
    "names of TypeScript": ("typescript", "let a{}", ",b", 2, 1),
    "arrays of TypeScript": ("typescript", "x=[{}]\n", "a,", 2, 0),
    "calls of JavaScript": ("javascript", "{}", "f();\n", 5, 0),
    "arrays of JavaScript": ("javascript", "x=[{}]\n", "a,", 2, 0),
    "imports of JavaScript": ("javascript", "import {{{}}} from 'a'\n", "b,", 2, 1),
    "remarks": ("text", "{}", "TODO: a\n", 0, 1),
}
"""Language, frame, what is repeated, how much of the limited (tokens, lines) it has, and how many rows of facts."""

_CHILD = """
import resource, sys
from incdoc.languages import load
language, data = sys.argv[1], sys.stdin.buffer.read()
load(language).read(b"# a\\n")
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(load(language).read(data).refused)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def source(family: str, more: int = 0) -> bytes:
    language, frame, unit, counted, rows = FAMILIES[family]
    largest, most = (LARGEST, MOST_LINES) if language == "markdown" else (MAX_BYTES, MAX_TOKENS)
    own = {"rust": MAX_RUST_TOKENS, "javascript": MAX_SCRIPT_TOKENS, "typescript": MAX_SCRIPT_TOKENS}
    most = own.get(language, most)
    counts = [(most - 10) // counted] if counted else []
    counts += [(MOST_ROWS - 10) // rows] if rows else []
    n = min((largest - len(frame)) // len(unit), *counts, largest)
    return frame.format(unit * (n + more)).encode()


@pytest.mark.skipif(sys.platform != "linux", reason="ru_maxrss is in kilobytes on Linux")
@pytest.mark.parametrize("family", FAMILIES)
def test_memory_is_at_most_forty_times_the_size_and_200_mb(family: str) -> None:
    data = source(family)
    command = [sys.executable, "-c", _CHILD, FAMILIES[family][0]]
    done = subprocess.run(command, input=data, capture_output=True, check=True)
    refused, grown = done.stdout.decode().split("\n")[:2]
    assert not refused
    assert int(grown) * 1024 <= 40 * len(data) + 200_000_000


@pytest.mark.skipif(sys.platform != "linux", reason="ru_maxrss is in kilobytes on Linux")
def test_calls_with_type_arguments_are_counted() -> None:
    data = b"a<b>(" * MOST_TYPED_CALLS
    done = subprocess.run([sys.executable, "-c", _CHILD, "typescript"], input=data, capture_output=True, check=True)
    refused, grown = done.stdout.decode().split("\n")[:2]
    assert not refused
    assert int(grown) * 1024 <= 40 * len(data) + 200_000_000
    assert "calls with type arguments" in load("typescript").read(data + b"a<b>(").refused


@pytest.mark.parametrize("family", FAMILIES)
def test_more_is_refused(family: str) -> None:
    facts = load(FAMILIES[family][0]).read(source(family, more=20))
    assert facts.refused.startswith(("larger than", "more than"))
    assert not facts.definitions
