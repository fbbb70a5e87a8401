"""Headings, code blocks, keys and links of Markdown; hostile Markdown is read soon, with equal facts each time."""

import subprocess
import sys
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from incdoc.languages.facts import TextFormat
from incdoc.languages.markdown.extract import extract


def _definitions(source: str, kind: str) -> list[tuple[str, int, int]]:
    return [(each.name, each.line, each.end) for each in extract(source.encode()).definitions if each.kind == kind]


def _links(source: str) -> list[tuple[int, str]]:
    return [(each.line, each.target) for each in extract(source.encode()).links]


def test_headings_last_until_the_next_of_their_level() -> None:
    source = "intro\n\n# One\n\n## Two\ntext\n\nThree\n-----\n\n### Four\n\nFive\n====\nend\n"
    assert _definitions(source, "heading") == [
        ("One", 3, 12), ("Two", 5, 7), ("Three", 8, 12), ("Four", 11, 12), ("Five", 13, 15),
    ]  # fmt: skip
    assert [each.signature for each in extract(source.encode()).definitions] == ["#", "##", "##", "###", "#"]


def test_headings_are_plain_text() -> None:
    source = (
        "# A *b* **c** `d_e` [f](g) [h] \\* &amp; <b>i</b> ![j](k) [l]\n# ##\n# C# #\n# a\n\n[l]: m\n"
        "# snake_case_name\n# $1 and $2\n"
    )
    names = [name for name, _, _ in _definitions(source, "heading")]
    assert names == ["A b c d_e f [h] * & i j l", "", "C#", "a", "snake_case_name", "$1 and $2"]


def test_what_is_in_code_is_no_heading_and_no_link() -> None:
    source = "```\n# no\n[a](b)\n```\n\n    # no\n\n`[a](b)` \\[a](b)\n\n<!--\n# no\n[a](b)\n-->\n"
    assert _definitions(source, "heading") == []
    assert _links(source) == []


def test_a_heading_in_a_quotation_is_without_its_marks() -> None:
    assert _definitions("> One\n> two\n> ===\n> x\n", "heading") == [("One two", 1, 4)]


def test_code_blocks_have_their_language() -> None:
    source = "```python title=x\na\n```\n\n~~~\nb\n~~~\n> ```c++\n> x\n> ```\n\n````md\n```\n````\n"
    assert _definitions(source, "code block") == [
        ("python", 1, 3),
        ("", 5, 7),
        ("c++", 8, 10),
        ("md", 12, 14),
    ]


def test_an_unclosed_code_block_lasts_to_the_end() -> None:
    assert _definitions("```sh\na\nb\n", "code block") == [("sh", 1, 3)]


def test_front_matter_keys() -> None:
    yaml = "---\ntitle: x\nnested:\n  inner: 1\n'quoted key': 2\n# c: d\nurl:x\n---\nbody: no\n"
    assert _definitions(yaml, "key") == [("title", 2, 2), ("nested", 3, 3), ("quoted key", 5, 5)]
    toml = '+++\ntitle = "x"\na.b = 1\n[table]\nkey = 1\n[[many]]\n+++\n'
    assert _definitions(toml, "key") == [("title", 2, 2), ("a", 3, 3), ("table", 4, 4), ("many", 6, 6)]


def test_links_images_and_references_with_their_lines() -> None:
    source = (
        "[a](b \"t\") ![c](<d e>)\nnext [f](g)\n\n[ref]\n\n[ref]: <h i> 't'\n\n"
        "> quoted\n> [j](k)\n\n| [l](m) | x |\n|---|---|\n| y | ![n](o) |\n\n<https://p.q> [![r](s)](t)\n"
        "costs $5 [u](v) $6\n\n# [w](x)\n"
    )
    assert _links(source) == [
        (1, "b"), (1, "d e"), (2, "g"), (6, "h i"), (9, "k"), (11, "m"), (13, "o"), (15, "https://p.q"),
        (15, "s"), (15, "t"), (16, "v"), (18, "x"),
    ]  # fmt: skip


def _about(source: str) -> tuple[str, str]:
    facts = extract(source.encode())
    return facts.title, facts.doc


@pytest.mark.parametrize(
    ("source", "title", "doc"),
    [
        ("[![badge](a)](b)\n\n# The *name*\n\n> quote\n\nFirst `code`\nand [more](x).\n\nSecond.\n",
         "The name", "First code and more."),
        ("only text\n", "", "only text"),
        ("", "", ""),
        # a heading below prose is no title
        ("Widgets for people.\n\n## Sponsors\n\nThanks.\n", "", "Widgets for people."),
        ("Homepage: <https://x.org>\n\n## Sponsors\n\nThanks to all.\n", "", ""),
        # one that is only an image is none, and its image is not a part of one
        ("# ![Logo](l.svg)\n\n# Parts [![build](b)](c)\n\nFast parts.\n", "Parts", "Fast parts."),
        # what is below another section does not describe the document
        ("# Parts\n\n[![badge](a)](b)\n\n## Install\n\nRun pip.\n", "Parts", ""),
        ("# Parts\n\n## Install\n\nRun pip.\n\n## About\n\nFast parts.\n", "Parts", "Fast parts."),
        ("# Parts\n\n## What is Parts?\n\nFast parts.\n", "Parts", "Fast parts."),
        # links with labels and separators are no prose
        ("# P\n\n[Docs](a) | [Chat](b) · [中文](c)\n\n**Documentation**: <https://x.org>\n\nFast parts.\n",
         "P", "Fast parts."),
        ("# P\n\n<a href='a'>Docs</a> - <a href='b'>Chat with us</a>\n\nFast parts.\n", "P", "Fast parts."),
        # in HTML
        ('<p align="center"><img src="l.svg"></p>\n<h1 align="center">Part<b>ly</b> &amp; co</h1>\n\n'
         "[![b](c)](d)\n\nFast parts.\n", "Partly & co", "Fast parts."),
        ('<h2 align="center">\n\nParts\n\n</h2>\n\nFast.\n', "Parts", "Fast."),
        ("<h2>Parts</h2>\n\nFast.\n", "Parts", "Fast."),
        ("<!-- # no -->\n<div>\n\n# Parts\n\n</div>\n\n<p><em>Fast parts</em></p>\n\nMore.\n", "Parts", "Fast parts"),
        ("# P\n\n<details>\n<summary>More</summary>\n\nHidden text.\n\n</details>\n\nFast.\n", "P", "Fast."),
        ("# P\n\n<p><b>Please give:</b><br><a href='a'><img src='b'></a></p>\n\nFast.\n", "P", "Fast."),
        # the title of the front matter, where no heading is the first
        ('---\ntitle: "Parts"\n---\n\nFast parts.\n', "Parts", "Fast parts."),
        ("---\ntitle: Parts\n---\n\n# All parts\n", "All parts", ""),
        ("---\ntitle: Parts\n...\n\nFast parts.\n", "Parts", "Fast parts."),
        # the list that a colon opens
        ("# P\n\nIt provides:\n\n- **one**\n  thing\n- [two](x)\n\n  more\n\nEnd.\n",
         "P", "It provides:\n\n- one thing\n- two"),
        ("It provides:\n\n```\ncode\n```\n\n- one\n", "", "It provides:"),
        ("It provides:\n\n" + "- one\n" * 21, "", "It provides:\n\n" + "- one\n" * 20 + "- …"),
        # what is in a quotation or a list is not about the document
        ("> # No\n>\n> no\n\n- # No\n\n  no\n\nYes.\n", "", "Yes."),
    ],
)  # fmt: skip
def test_a_document_describes_itself(source: str, title: str, doc: str) -> None:
    assert _about(source) == (title, doc)


def test_a_heading_has_its_level_wherever_it_begins() -> None:
    assert [each.signature for each in extract(b" # One\n\n  ## Two\n\n   ### Three\n").definitions] == [
        "#", "##", "###"
    ]  # fmt: skip


def test_footnotes_are_no_links() -> None:
    source = "Fast[^1] parts.[^note]\n\n[^1]: https://x.org\n[^note]: See [this](y).\n"
    assert _about(source) == ("", "Fast parts.")
    assert _links(source) == [(4, "y")]


def test_front_matter_may_end_in_dots() -> None:
    assert _definitions("---\na: 1\n...\n\n# b: 2\n\n...\n", "key") == [("a", 2, 2)]
    assert _definitions("---\na: 1\n...\nb: 2\n---\n", "key") == [("a", 2, 2)]
    assert _definitions("a\n\n---\nb: 1\n...\n", "key") == []


def test_bytes_that_are_no_utf8() -> None:
    assert extract("# Grün\n".encode("utf-16")).definitions[0].name == "Grün"
    assert extract(b"\xef\xbb\xbf# A\r\n\r\nb\r\n").definitions[0].name == "A"
    facts = extract(b"# A\xff\n")
    assert facts.definitions[0].name == "A\ufffd"
    assert facts.format == TextFormat(undecodable=1)
    assert extract(b"# \0").binary
    assert extract(b"# \0").language == "markdown"


def test_a_large_file_is_refused_by_its_size() -> None:
    facts = extract(b"# a\n" + b" " * (2 << 20) + b"\nTODO: x")
    assert facts.refused == "larger than 1.5 MiB"
    assert facts.definitions == ()
    assert len(facts.to_do) == 1
    assert extract(b"# a\n".ljust(3 << 19)).refused == ""


HOSTILE = {
    "quotations": b">" * 100_000,
    "list markers": b"- " * 100_000,
    "brackets": b"[" * 100_000 + b"](x)",
    "unfinished links": b"[a](" * 100_000,
    "asterisks": b"*" * 100_000 + b" [a](b)",
    "asterisks in headings": b"# " + b"*a _b " * 50_000,
    "images": b"![" * 100_000 + b"](x)",
    "backticks": b"".join(b"`" * n + b" " for n in range(600)) + b"[a](b)",
    "many texts": (b"_" * 400 + b"[a](\n\n") * 2_000,
    "tildes": b"~a " * 50_000 + b"[a](b)",
    "a long table": b"|a|b|\n|-|-|\n" + b"|[x](y)|*z*|\n" * 20_000,
    "a wide table": b"|a" * 50_000 + b"\n" + b"|-" * 50_000 + b"\n",
    "deep lists": b"".join(b"  " * n + b"- a\n" for n in range(1000)),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_markdown_ends_soon(name: str) -> None:
    start = time.process_time()
    facts = extract(HOSTILE[name])
    assert time.process_time() - start < 5
    assert facts == extract(HOSTILE[name])


def test_lines_that_were_not_read_are_reported() -> None:
    assert extract(b"ok [a](b)\n\n" + b"[a](" * 100_000 + b"\n").errors == ((3, 3),)
    many = extract((b"*" * 2000 + b"[a](b)\n\n") * 10)
    assert len(many.errors) == 5
    assert many.errors[0] == (11, 11)


def test_a_small_stack_is_enough() -> None:
    """Unfinished links would overflow the C stack, so this runs in another process."""
    code = (
        "import threading; from incdoc.languages.markdown.extract import extract; threading.stack_size(512 << 10)\n"
        "thread = threading.Thread(target=extract, args=(b'[a](' * 4096,)); thread.start(); thread.join()"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


_PIECES = st.sampled_from(
    ["# ", "\n", "\n\n", "> ", "- ", "```", "~~~", "[a](b)", "[", "](", "*", "_", "`", "|", "---\n", "===\n",
     "+++\n", "a: b\n", "x", " ", "    ", "\t", "<!--", "<b>", "\\", "&amp;", "é", "\r", "![",
     "[r]: t\n", "\ufeff", "$"]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(_PIECES, max_size=25).map("".join))
def test_any_markdown_has_facts_in_order(source: str) -> None:
    facts = extract(source.encode())
    assert all(1 <= each.line <= each.end <= max(facts.lines, 1) for each in facts.definitions)
    assert [each.line for each in facts.definitions] == sorted(each.line for each in facts.definitions)
    assert all(
        1 <= line <= max(facts.lines, 1)
        for line in [*(each.line for each in facts.to_do), *(each.line for each in facts.links)]
    )
    assert all("\n" not in each.name for each in facts.definitions)
