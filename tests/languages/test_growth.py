"""Work that grows no faster than a source: counted in calls, which do not depend on the machine's speed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from incdoc.languages import load
from tests.support import calls_of

FAMILIES: dict[str, tuple[str, Callable[[int], str]]] = {
    "classes": ("python", lambda n: "".join(f"class A{i}:\n    x = 1\n" for i in range(n))),
    "one class again": ("python", lambda n: "class A:\n    x = 1\n" * n),
    "functions": ("python", lambda n: "".join(f"def f{i}():\n    raise E\n" for i in range(n))),
    "decorators": ("python", lambda n: "@d\n" * n + "def f(): ...\n"),
    "imports": ("python", lambda n: "".join(f"from m{i} import a as b{i}\n" for i in range(n))),
    "exports of Python": ("python", lambda n: f"__all__ = {[f'a{i}' for i in range(n)]}\n"),
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
    "functions of Rust": ("rust", lambda n: "/// d\n#[a]\nfn f() { use b::c; }\n" * n),
    "items in a body": ("rust", lambda n: "fn f() {" + "use a::b; fn g() {}\n" * n + "}\n"),
    "impls": ("rust", lambda n: "struct A;\n" + "impl B for A { fn f() {} }\n" * n),
    "paths": ("rust", lambda n: "use a::{" + "b::{c, d}," * n + "};\n"),
    "attributes": ("rust", lambda n: "#[a]\n" * n + "fn f() {}\n"),
    "functions of Go": ("go", lambda n: "package p\n" + "// d\nfunc f() {}\n" * n),
    "names of Go": ("go", lambda n: "package p\nvar a" + ", b" * n + " int\n"),
    "fields of Go": ("go", lambda n: "package p\ntype S struct {\n" + "// a\nb int // c\n" * n + "}\n"),
    "uses of Go": ("go", lambda n: "package p\nfunc f(a b.C) {" + "d(e.F); d := g; h(C{k: v})\n" * n + "}\n"),
    "functions of C": ("c", lambda n: "/* d */\nstatic int f(void) { return 1; }\n" * n),
    "variables of C": ("c", lambda n: "int a" + ", b" * n + ";\n"),
    "macros of C": ("c", lambda n: "#define A(x) x\n" * n),
    "members of C++": ("cpp", lambda n: "class A {" + "/// d\nAPI void f() const; int x; // y\n" * n + "};\n"),
    "macro calls of C++": ("cpp", lambda n: "REGISTER(a, b)\n" * n + "int a;\n"),
    "branches of C++": ("cpp", lambda n: "#if A\nint f() {\n#else\nint g() {\n#endif\n}\n" * n),
    "uses of C++": ("cpp", lambda n: "int f(a::B c) {" + "g(c); D::e(F()); h = x; H y;\n" * n + "}\n"),
    "kernels": ("cuda", lambda n: "template <typename T> __global__ void f(T x) {}\n" * n),
    "members of Java": ("java", lambda n: "class A {" + "/** d */ @B void f() {}\n" * n + "}\n"),
    "annotations": ("java", lambda n: "@B\n" * n + "class A {}\n"),
    "uses of Java": ("java", lambda n: "class A { void f() {" + "B.c(new D<E>(f)); f(); a.b.C x = G;\n" * n + "}}\n"),
    "exports": ("typescript", lambda n: "/** d */\nexport function f(): void {}\n" * n),
    "names of TypeScript": ("typescript", lambda n: "let {a" + ", b: c" * n + "} = f();\n"),
    "members of TypeScript": ("typescript", lambda n: "class A {" + "/** d */ @B() f(x: number) {}\n" * n + "}\n"),
    "requires": ("javascript", lambda n: "const a = require('b');\nif (a) { require('c'); }\n" * n),
    "imports of JavaScript": ("javascript", lambda n: "import {a" + ", b as c" * n + "} from 'd';\n"),
    "functions of Lua": ("lexed.lua", lambda n: "function a.b() f() end\n" * n),
    "labels of assembly": ("lexed.asm", lambda n: "#define A\na:\n  mov b, c\n" * n),
    "statements of GLSL": ("lexed.glsl", lambda n: "uniform vec3 a;\nvoid f() { g(a); }\n" * n),
    "headings of HTML": ("lexed.html", lambda n: '<h1 id="a">b\n' * n),
    "keys of settings": ("lexed.ini", lambda n: "[a]\nb = 1\n" * n),
    "todo": ("text", lambda n: "TODO: a\n" * n),
    "long line": ("text", lambda n: "TODO: a " * n),
}


@pytest.mark.parametrize("family", FAMILIES)
def test_calls_grow_no_faster_than_the_source(family: str) -> None:
    language, make = FAMILIES[family]
    load(language).read(make(2).encode())  # what is made once a process is not counted
    small, large = (calls_of(partial(load(language).read, make(n).encode())) for n in (400, 1600))
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
    facts = load("python").read(source)
    assert facts.refused == f"qualified names of more than {8 * len(source) + 64 * 1024:,} characters in all"
    assert not facts.definitions


SHARED = {
    "a type of C++": ("cpp", f"std::{'x' * 790} a{', b' * 9_000};\n"),
    "a comment of C": ("c", f"/* {'x ' * 9_000} */\nint a{', b' * 9_000};\n"),
    "a type of Go": ("go", f"package p\nvar a{', b' * 9_000} struct {{ {'x' * 190} int }}\n"),
    "a comment of Go": ("go", f"package p\n// {'x ' * 9_000}\nvar a{', b' * 9_000} int\n"),
    "a type of Java": ("java", f"class A {{ {'B' * 9_000} a{', b' * 9_000}; }}\n"),
    "a type of Rust": ("rust", f"struct {'A' * 9_000};\nimpl {'A' * 9_000} {{ {'fn f() {} ' * 9_000} }}\n"),
}


@pytest.mark.parametrize("family", SHARED)
def test_texts_that_many_definitions_share_are_refused(family: str) -> None:
    language, source = SHARED[family]
    facts = load(language).read(source.encode())
    assert f"of more than {8 * len(source) + 64 * 1024:,} characters in all" in facts.refused
    assert not facts.definitions


def test_a_long_name_alone_is_read() -> None:
    facts = load("python").read(f"class {_LONG}:\n    def f(self): ...\n".encode())
    assert [each.name for each in facts.definitions] == [_LONG, f"{_LONG}.f"]
