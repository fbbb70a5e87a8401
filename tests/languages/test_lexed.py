"""Names that a lexer reads: what is declared, and nothing that is only used, quoted or commented."""

from __future__ import annotations

from pathlib import Path

import pytest

from incdoc.languages import load
from incdoc.languages.lexed.extract import LONGEST_LINE, MOST_BYTES, RULES
from incdoc.languages.lexed.language import LANGUAGES
from incdoc.languages.registry import Languages, kinds_of

FOLDER = Path(__file__).parents[1] / "golden/sources/lexed"
NAMES = {
    "blend.glsl": "PRECISION uOutput Block kHalf mixed main",
    "light.frag": "Light position lights shade main",
    "sum.S": "STEP sum loop",
    "start.s": "push_all _start",
    "build.gradle": "plugins dependencies clean version",
    "Shape.groovy": "shapes Shape draw",
    "setup.ps1": "$root Get-Tool Even",
    "types.psm1": "Tool Level",
    "run.bat": "ROOT test ANSWER end",
    "clean.cmd": "CACHE again",
    "queue.lua": "M.push grow M:size",
    "init.lua": "",
    "shop.rb": "Shop Cart self.open full?",
    "Rakefile": "helper",
    "user.php": r"App\Model Named User name make",
    "view.php": "show",
    "Cart.kt": "shop.cart Cart Carts open Priced Id",
    "App.swift": "Priced Cart make total",
    "page.html": "The shop #top Open now",
    "style.css": "--accent .cart .row #total",
    "tool.ini": "name paths paths.cache",
    "app.properties": "server.port",
    "main.tf": "variable.region resource.aws_s3_bucket.logs locals",
    "dev.tfvars": "region",
}
OTHERS = {
    "a.pl": ("package A::B;\nuse C;\nsub run { my $x = 1; foo(); }\n# sub old {}\n", "A::B run"),
    "a.scala": ("object O extends X {\n def f(a: Int) = new { g(a) }\n}\ncase class C(a: Int)\n", "O f C"),
    "a.ex": ('defmodule A.B do\n @doc "def no"\n def run(a), do: a\n defp q, do: 1\nend\n', "A.B run q"),
    "a.dart": ("class A extends B {\n void run(int a) {}\n}\nenum E { a }\n", "A E"),
    "a.php": ("<?php\nuse function b\\c;\nfunction f() { return A::class; }\n", "f"),
    "a.xml": ('<r><!-- <a name="no"/> --><s name="app">name="x"</s><t android:id="@+id/b" c="d"/></r>\n', "app @+id/b"),
    "a.awk": ("function f(a) { return g(a) }\nBEGIN { x = 1 }\n", "f"),
    "a.pyx": ("cdef class A:\n    cpdef int run(self):\n        return f(1)\ndef f(a): pass\n", "A run f"),
}


def names(path: str, data: bytes) -> list[str]:
    """The names of a source, by line."""
    facts = Languages.named(()).of_content(path, data).read(data)
    assert all(kinds_of(facts.language)[each.kind].heading for each in facts.definitions)
    return [each.name for each in facts.definitions]


@pytest.mark.parametrize("path", NAMES)
def test_declarations_are_found_and_nothing_else(path: str) -> None:
    assert " ".join(names(path, (FOLDER / path).read_bytes())) == NAMES[path]


@pytest.mark.parametrize("path", OTHERS)
def test_declarations_of_others_are_found_and_nothing_else(path: str) -> None:
    source, expected = OTHERS[path]
    assert " ".join(names(path, source.encode())) == expected


def test_each_language_has_files_and_rules() -> None:
    assert set(LANGUAGES) == {f"lexed.{name}" for name in RULES}
    assert all(language.files for language in LANGUAGES.values())


def test_lines_are_those_of_the_file() -> None:
    facts = load("lexed.lua").read(b"\n\r\n--[[ a\nb ]]\r\nfunction f()\nend\n\n  function g() end\n")
    assert [(each.name, each.line) for each in facts.definitions] == [("f", 5), ("g", 8)]


@pytest.mark.parametrize("name", RULES)
def test_what_a_lexer_could_take_long_for_is_refused(name: str) -> None:
    assert "a line of more than" in load(f"lexed.{name}").read(b"x" * (LONGEST_LINE + 1)).refused
    assert "comments without an end" in load(f"lexed.{name}").read(b"/*\n" * 100).refused
    assert "more than 64 KiB" in load(f"lexed.{name}").read(b"x\n" * (MOST_BYTES // 2 + 1)).refused


def test_documents_of_hcl_that_end_are_read() -> None:
    read = load("lexed.hcl").read
    assert len(read(b"a = <<-EOF\n  x\n  EOF\n" * 100).definitions) == 100
    assert "here-documents without an end" in read(b"a = <<EOF\n" * 100).refused


@pytest.mark.parametrize("name", RULES)
@pytest.mark.parametrize("data", [b"", b"\0", b"\xff\xfe", b"\xff\n(", "é" * 9 + "\r", b"{" * 99 + b"}" * 200, b"def"])
def test_any_bytes_give_facts(name: str, data: bytes | str) -> None:
    facts = load(f"lexed.{name}").read(data if isinstance(data, bytes) else data.encode())
    assert facts.language == f"lexed.{name}"
    assert all(1 <= each.line <= facts.lines for each in facts.definitions)


def test_a_chosen_language_has_its_files() -> None:
    assert Languages.named(("python",)).detect("a.lua").language == "lexed.lua"
    assert Languages.named(("python",)).detect("a.c").language == "text"
