"""What docstrings and comments say, in the styles that they are written in."""

from __future__ import annotations

import pytest

from incdoc.languages.markup.document import Blocks, Code, Fields, Heading, Items, Note, Paragraph, Span, Table
from incdoc.languages.markup.inline import words
from incdoc.languages.registry import load

GOOGLE = "Text.\n\nArgs:\n    first (int): The\n        one.\n    no field\n\nReturns:\n    str: What.\n"
NUMPY = "Text.\n\nParameters\n----------\na, b : int\n    Both.\n\nReturns\n-------\nstr\n    What.\n"
SPHINX = "Text.\n\n:param int a: The\n    one.\n:param b: other\n:type b: str\n:returns: what\n:rtype: int\n"
EPYDOC = "Text C{x}.\n\n@param a: The L{one}.\n@type a: C{int}\n@return: what\n"


def _blocks(text: str, style: str = "auto", language: str = "python") -> Blocks:
    return load(language).blocks(text, style)


def _fields(blocks: Blocks) -> list[tuple[str, str, str, str]]:
    """(kind, name, type, the first paragraph) of each field."""
    return [
        (each.kind, field.name, field.type, "".join(words(b.spans) for b in field.blocks if isinstance(b, Paragraph)))
        for each in blocks
        if isinstance(each, Fields)
        for field in each.fields
    ]


def test_google() -> None:
    assert _fields(_blocks(GOOGLE)) == [
        ("parameters", "first", "int", "The one."),
        ("parameters", "", "", "no field"),
        ("returns", "", "str", "What."),
    ]


def test_numpy() -> None:
    assert _fields(_blocks(NUMPY)) == [("parameters", "a, b", "int", "Both."), ("returns", "", "str", "What.")]


def test_sphinx() -> None:
    assert _fields(_blocks(SPHINX)) == [
        ("parameters", "a", "int", "The one."),
        ("parameters", "b", "str", "other"),
        ("returns", "", "int", "what"),
    ]


def test_epydoc() -> None:
    assert _fields(_blocks(EPYDOC)) == [("parameters", "a", "``int``", "The one."), ("returns", "", "", "what")]


def test_a_type_of_an_attribute_is_no_parameter() -> None:
    assert _fields(_blocks("@ivar a: The one.\n@type a: int\n")) == [("attributes", "a", "int", "The one.")]


@pytest.mark.parametrize(("style", "text"), [("numpy", GOOGLE), ("sphinx", NUMPY), ("google", SPHINX)])
def test_the_setting_pins_the_style(style: str, text: str) -> None:
    assert _fields(_blocks(text))
    assert not _fields(_blocks(text, style))


@pytest.mark.parametrize("language", ["python", "cpp", "java", "typescript", "rust", "go"])
def test_plain_is_as_it_is_written(language: str) -> None:
    assert _blocks(GOOGLE, "plain", language) == (Code(GOOGLE, "text"),)


def test_what_is_too_long_is_as_it_is_written() -> None:
    text = GOOGLE * 5000
    assert _blocks(text) == (Code(text, "text"),)


def test_code_is_code_and_a_doctest_goes_on_after_a_blank_line() -> None:
    text = ">>> a\n1\n\n>>> b\n\nLike::\n\n    x = 1\n\n```js\ny\n"
    assert [each for each in _blocks(text) if isinstance(each, Code)] == [
        Code(">>> a\n1\n\n>>> b", "pycon"),
        Code("x = 1", "python"),
        Code("y", "js"),
    ]


def test_markup_decides_what_an_indented_part_is() -> None:
    part = "\n\n    some words of it\n"
    assert Code("some words of it", "python") in _blocks(f"See [x](https://a.example).{part}")
    assert not any(isinstance(each, Code) for each in _blocks(f"See :ref:`x`.{part}"))


def test_tables_with_cells_over_several_columns_stay_as_they_are() -> None:
    rows = ["+---+---+", "| a | b |", "+===+===+", "| c     |", "+---+---+"]
    assert _blocks("\n".join(rows)) == (Code("\n".join(rows), "text"),)
    rows[3] = "| c | d |"
    assert isinstance(_blocks("\n".join(rows))[0], Table)


def test_lists_are_as_deep_as_written() -> None:
    (found,) = _blocks("1. a\n\n   more\n2. b\n   - c\n")
    assert isinstance(found, Items)
    assert found.first == 1
    assert [len(item) for item in found.items] == [2, 2]


def test_tags() -> None:
    text = "Text.\n\n@param[in,out] a the one\n@param b\n@return what\n@throws Error if\n@note Careful.\n"
    found = _blocks(text, language="cpp")
    assert _fields(found) == [
        ("parameters", "a", "", "(in, out) the one"),
        ("parameters", "b", "", ""),
        ("returns", "", "", "what"),
        ("raises", "", "Error", "if"),
    ]
    assert [each.title for each in found if isinstance(each, Note)] == ["Note"]
    assert _blocks("@code{.cpp}\nx\n@endcode", language="cpp") == (Code("x", "cpp"),)


def test_a_tag_that_is_not_known_is_shown() -> None:
    (found,) = _blocks("@xyz of it", language="typescript")
    assert isinstance(found, Paragraph)
    assert words(found.spans) == "@xyz of it"


def test_jsdoc_has_types_and_defaults() -> None:
    found = _blocks("@param {{a: number}} [b=1] - the one", language="typescript")
    assert _fields(found) == [("parameters", "b", "{a: number}", "the one")]
    assert isinstance(found[0], Fields)
    assert found[0].fields[0].default == "1"


def test_javadoc_has_code_in_pre_and_lists() -> None:
    found = _blocks("a<p>b\n<ul><li>c<li>d</ul><pre>{@code\n if (a < b) {}\n}</pre>", language="java")
    assert [type(each) for each in found] == [Paragraph, Paragraph, Items, Code]
    assert found[3] == Code("if (a < b) {}", "java")


def test_rustdoc_leaves_out_hidden_lines_of_its_own_code_only() -> None:
    found = _blocks("# Panics\n\n```no_run\n# a\nb\n##c\n```\n\n```sh\n# d\n```\n", language="rust")
    assert found == (Heading((Span("text", "Panics"),)), Code("b\n#c", "rust"), Code("# d", "sh"))


def test_godoc_has_code_where_it_is_indented() -> None:
    found = _blocks("Text\n\n# Title\n\n\tx := 1\n\n  - a\n    b\n\nDeprecated: c", language="go")
    assert [type(each) for each in found] == [Paragraph, Heading, Code, Items, Note]


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("f(*args, **kwargs)", {"text"}),
        ("a*b*c and _x_", {"text"}),
        ("*a* **b**", {"emphasis", "strong", "text"}),
        ("``a`` `b c`", {"code", "text"}),
        (":class:`~a.B` `a`", {"name", "text"}),
        ("[a](javascript:alert(1))", {"text"}),
        ("[a](HTTPS://b.c)", {"link"}),
        ("see https://a.b/c.", {"text", "link"}),
        ("`a <https://b.c>`_", {"link"}),
    ],
)
def test_spans(text: str, kinds: set[str]) -> None:
    (found,) = _blocks(text)
    assert isinstance(found, Paragraph)
    assert {span.kind for span in found.spans} == kinds


@pytest.mark.parametrize("style", ["auto", "google", "numpy", "sphinx", "epydoc"])
@pytest.mark.parametrize(
    "line",
    [
        "Return it.",
        "Return  it. ",
        "Return `it` of **all**, see [1].",
        "Note: it is slow.",
        "Return it::",
        "A | b",
        "- an item",
        "1. an item",
        ":param x: it",
        "L{It} is in C{it}.",
        "Ünï: ``x``",
        "see http://a.b",
    ],
)
def test_a_line_alone_is_read_as_the_same_line_above_others(line: str, style: str) -> None:
    read = load("python").blocks
    alone, more = read(line, style), read(f"{line}\n\nMore of it.", style)
    assert alone == more[: len(alone)]
    assert len(alone) == len(more) - 1
