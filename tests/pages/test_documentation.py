"""Whatever a documentation has, its page keeps its structure, and nothing of it is live; in both dialects."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from incdoc.languages.registry import load
from incdoc.pages.documentation import Writer
from tests import inprocess
from tests.pages.test_markdown import HOSTILE, RENDERERS, Render, _read
from tests.support import pages, write

if TYPE_CHECKING:
    from pathlib import Path

READERS = ("python", "cpp", "java", "typescript", "rust", "go")
PAYLOADS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<details open ontoggle=alert(1)><summary>x",
    "<a href=javascript:alert(1)>x</a>",
    '<a href="javascript:alert(1)">x</a>',
    "<iframe srcdoc='<script>'>",
    "[x](javascript:alert(1))",
    "[x](data:text/html,<script>)",
    "![x](https://a.example/x.png)",
    '[x](https://a.example/"onmouseover="alert(1))',
    "<javascript:alert(1)>",
    "`x <javascript:alert(1)>`_",
    "{@link javascript:alert(1) x}",
    "{: onclick=alert(1) }",
    "<!-- x",
    "--> x",
    "</td></table><h1>x</h1>",
    "```\n</code><script>alert(1)</script>",
    "````html\n<script>alert(1)</script>\n```",
    "x\n===\n",
    "x\n---\n",
    "# x",
    "<?php x ?>",
    "<![CDATA[ x",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script>",
    "| a | b |\n|---|---|\n| <b onclick=x> | `|` |",
    "[x]: javascript:alert(1)\n\n[x]",
    '<a id="top"></a>',
    "*[x]: y",
    "[^1]: <script>",
    "!!! note\n    <script>",
    "$x$ <b>$y$",
    "\\<script>",
    "`` ` <script> ``",
    "*<b onclick=x>*",
    "**<b onclick=x>**",
)
CONTEXTS = {
    "paragraph": "{}",
    "after text": "Text {} text.",
    "google": "Args:\n    x (int): {}\n",
    "google type": "Args:\n    x ({}): y\n",
    "google name": "Args:\n    {}: y\n",
    "google note": "Note:\n    {}\n",
    "google returns": "Returns:\n    {}: y\n",
    "google raises": "Raises:\n    {}: y\n",
    "numpy": "Parameters\n----------\nx : {}\n    {}\n",
    "numpy title": "{}\n----------\ny\n",
    "numpy see also": "See Also\n--------\n{} : {}\n",
    "sphinx": ":param x: {}\n:raises {}: y\n",
    "sphinx type": ":param x: y\n:type x: {}\n",
    "epydoc": "@param x: L{{{}}}\n@return: C{{{}}}\n",
    "role": "See :class:`{}` and :ref:`{} <y>`.",
    "directive": ".. note:: {}\n\n    {}\n",
    "unknown directive": ".. xss:: {}\n   :opt: {}\n\n    {}\n",
    "code block": ".. code-block:: {}\n\n    {}\n",
    "literal": "Like::\n\n    {}\n",
    "doctest": ">>> {}\n",
    "fence": "```{}\n{}\n```\n",
    "list": "- {}\n- {}\n    - {}\n",
    "ordered": "1. {}\n2. {}\n",
    "simple table": "=== ===\na   b\n=== ===\n{}   b\n=== ===\n",
    "quotation": "Text.\n\n  {}\n",
    "tag": "Text.\n\n@param {{{}}} x {}\n@returns {}\n@throws {} y\n",
    "unknown tag": "@xss {}\n",
    "see": "@see {}\n@example\n{}\n",
    "html": "<p>x<ul><li>{}</ul><pre>{}</pre><code>{}</code>",
    "braces": "{{@code {}}} {{@link X {}}}",
    "command": "\\ref {} \\c {} \\b {}\n\\code{{.{}}}\n{}\n\\endcode\n",
    "brackets": "[{}] [`{}`] [{}][x] [{}][]",
    "link": "[{}](https://a.example/{})",
    "heading": "# {}\n\n## {}\n",
}
_INLINE = ("a", "br", "code", "em", "span", "strong")
_BLOCKS = ("blockquote", "h1", "h2", "li", "ol", "p", "pre", "table", "tbody", "td", "th", "thead", "tr", "ul")
ALLOWED = frozenset((*_INLINE, *_BLOCKS))


def _written(reader: str, documentation: str) -> str:
    parts = load(reader).blocks(documentation, "auto")
    return Writer(lambda name: "#" if name == "Known" else "").write(parts)


def _check(render: Render, written: str) -> None:
    """The page around a documentation is what it is, and only the elements that the writer makes are in it."""
    page = f'# Title\n\n{written}\n\n## <a id="After"></a>After\n\ntail\n'
    html = render(page)
    reader = _read(html)
    assert set(reader.tags) <= ALLOWED, (page, set(reader.tags) - ALLOWED)
    assert [tag for tag in reader.tags if tag in ("h1", "h2")] == ["h1", "h2"], page
    assert html.rstrip().endswith("<p>tail</p>"), page
    for name, value in reader.attributes:
        if name == "id":
            assert value in ("After", "after", "title"), page
        elif name == "href":
            assert (value or "").startswith(("https://", "http://", "#")), page
        else:
            assert name in ("class", "start", "style") and "(" not in (value or ""), (name, page)


@RENDERERS
@pytest.mark.parametrize("context", CONTEXTS)
def test_no_markup_of_a_documentation_is_live(render: Render, context: str) -> None:
    for payload, reader in product(PAYLOADS, READERS):
        _check(render, _written(reader, CONTEXTS[context].replace("{}", payload).replace("{{", "{").replace("}}", "}")))


_STARTS = (
    *("Args:", "    x: y", "Parameters", "----------", ":param x: y", ".. note::", "::", "- a", "    - b", "1. a", ""),
    *(
        "```",
        ">>> x",
        "=== ===",
        "+---+---+",
        "| a | b |",
        "|---|---|",
        "# x",
        "@param x y",
        "<pre>",
        "</pre>",
        "[a]: x",
    ),
)
_LINES = st.lists(HOSTILE | st.sampled_from(_STARTS), max_size=12).map("\n".join)


@RENDERERS
@pytest.mark.parametrize("reader", READERS)
@settings(max_examples=150, deadline=None)
@given(documentation=_LINES)
def test_a_page_keeps_its_structure(render: Render, reader: str, documentation: str) -> None:
    _check(render, _written(reader, documentation))


def test_names_lead_to_definitions_that_are_meant_without_doubt(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "incdoc.toml": 'source = "none"\n',
            "pkg/__init__.py": "",
            "pkg/one.py": "class One:\n    pass\n\n\nclass Two:\n    pass\n",
            "pkg/two.py": "class Two:\n    pass\n",
            "pkg/user.py": "from pkg.one import One as Renamed\n\ntry:\n    from pkg.one import Two\n"
            "except ImportError:\n    from pkg.two import Two\n\n\nclass User:\n"
            '    """`Renamed`, `pkg.one.One`, `Two`, `inner`, `User.inner`, `pkg.user.User`, `one`, `first`."""\n\n'
            '    def inner(self, first):\n        """`first`, `User`."""\n\n\ndef first():\n    pass\n',
            "pkg/far.py": 'from pkg.user import Two\n\n\ndef far():\n    """`Two`."""\n',
        },
    )
    assert inprocess.run(tmp_path).status == 0
    page = pages(tmp_path)["pkg/user.py_docs.md"].decode()
    assert (
        "\n\n[`Renamed`](./one.py_docs.md#One), [`pkg.one.One`](./one.py_docs.md#One), `Two`, [`inner`](#User.inner), "
        "[`User.inner`](#User.inner), [`pkg.user.User`](#User), `one`, [`first`](#first).\n"
    ) in page
    assert "\n\n`first`, [`User`](#User).\n" in page
    assert "\n\n`Two`.\n" in pages(tmp_path)["pkg/far.py_docs.md"].decode()


@RENDERERS
def test_what_follows_another_block_in_an_item_is_no_code(render: Render) -> None:
    text = (
        "It does:\n\n- one\n\n      quoted\n\n  and `more`\n\n  - in\n\n        it\n\n    - deep\n\n  - last\n\n"
        "  one\n\n  end\n"
    )
    said = Writer(lambda name: "").write(load("python").blocks(text, "auto"))
    html = render(said)
    assert html.count("<pre") == said.count("```") // 2
    assert all(word in _read(html).seen for word in ("one", "quoted", "more", "in", "it", "deep", "last", "end"))
