"""Hostile text in both dialects: a reader sees that text and nothing else."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from html.parser import HTMLParser
from urllib.parse import unquote, unquote_to_bytes

import markdown as python_markdown
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from incdoc.pages import markdown as md

_COMMONMARK = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


def _gfm(source: str) -> str:
    return str(_COMMONMARK.render(source))


def _mkdocs(source: str) -> str:
    extensions = ["toc", "tables", "fenced_code", "attr_list", "def_list", "footnotes", "admonition"]
    return python_markdown.markdown(source, extensions=extensions)


Render = Callable[[str], str]

RENDERERS = pytest.mark.parametrize("render", [_gfm, _mkdocs])


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.seen = ""
        self.cells: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        if tag in ("td", "th"):
            self.cells.append("")

    def handle_comment(self, data: str) -> None:
        self.tags.append("comment")

    def handle_decl(self, decl: str) -> None:
        self.tags.append("declaration")

    def handle_pi(self, data: str) -> None:
        self.tags.append("instruction")

    def handle_data(self, data: str) -> None:
        self.seen += data
        if self.cells:
            self.cells[-1] += data


def _read(html: str) -> _Reader:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader


def _folded(s: str) -> str:
    return " ".join(s.split())


_MARKUP = r"""
` `` ``` ~ ~~ ~~~ \ \\ * ** _ __ a_b [ ] ( ) ![ ](x) < > <b> </b> <!-- --> <script> <?php ?> <![CDATA[ & &lt;
&amp; &#58 &#60; &copy | || # ## - --- + = === . 1. 2) ! !!! ??? : :: $ $$ { } {#id} {: onclick="x"} http://a.b
www.a.b <http://a> javascript: a b c é 漢 [TOC] [^1] [^1]: *[a]: ]: " ' wzxhzdk:0
"""
_SPACES = [" ", "  ", "    ", "\n", "\n\n", "\t", "\r\n", "\x0b", "\x0c", "\x85", "\u2028"]
_UNSEEN = ["\x00", "\x02", "\x03", "\x1b", "\u202e", "\udcff"]
_PIECES = st.sampled_from([*_MARKUP.split(), *_SPACES, *_UNSEEN])
HOSTILE = st.lists(_PIECES | st.text(max_size=3), max_size=12).map("".join)
WORDS = st.text(st.characters(exclude_categories=["C"]), min_size=1, max_size=20)


# --- text


@RENDERERS
@settings(max_examples=400, deadline=None)
@given(s=HOSTILE)
@example(s="\\`x\\`")
@example(s="- [ ] x")
@example(s="Setext\n===")
@example(s="<script>alert(1)</script>")
@example(s="$a$ and $b$")
@example(s="{: onclick=alert(1) }")
@example(s="!!! note\n    x")
@example(s="&#106;avascript")
def test_text_shows_literally_in_paragraph_heading_item_and_cell(render: Render, s: str) -> None:
    shown = md.text(s)
    assert "\n" not in shown
    wanted = _folded(md.visible(s))
    for source, allowed in (
        (f"{shown}\n", {"p", "span"}),
        (f"before\n{shown}\nafter", {"p", "span"}),
        (f"# {shown}\n", {"h1", "span"}),
        (f"- {shown}\n", {"ul", "li", "span"}),
    ):
        reader = _read(render(source))
        assert set(reader.tags) <= allowed, source
        assert {name for name, _ in reader.attributes} <= {"id"}
        expected = f"before {wanted} after" if source.startswith("before") else wanted
        assert _folded(reader.seen) == _folded(expected), source


@RENDERERS
@settings(max_examples=300, deadline=None)
@given(first=HOSTILE, second=HOSTILE, snippet=HOSTILE)
def test_cells_stay_in_their_cells(render: Render, first: str, second: str, snippet: str) -> None:
    row = f"| {md.text(first)} | {md.code(snippet, True)} | {md.text(second)} |"
    reader = _read(render(f"| a | b | c |\n|---|---|---|\n{row}\n| x | y | z |\n"))
    assert [_folded(cell) for cell in reader.cells] == [
        *"abc", *(_folded(md.visible(s)) for s in (first, snippet, second)), *"xyz",
    ]  # fmt: skip
    assert set(reader.tags) <= {"table", "thead", "tbody", "tr", "th", "td", "code", "span"}


@RENDERERS
@settings(max_examples=200, deadline=None)
@given(before=HOSTILE, label=HOSTILE.filter(md.text), after=HOSTILE)
def test_a_link_between_texts_is_the_only_link(render: Render, before: str, label: str, after: str) -> None:
    source = f"x{md.text(before)}{md.link(md.text(label), './a.md')}{md.text(after)}"
    reader = _read(render(source))
    assert [value for name, value in reader.attributes if name == "href"] == ["./a.md"], source
    assert set(reader.tags) <= {"p", "a", "span"}
    wanted = "x" + "".join(md.visible(s).strip(" ") for s in (before, label, after))
    assert _folded(reader.seen) == _folded(wanted)


def test_plain_prose_is_left_as_it_is() -> None:
    for s in ("Return the union, e.g. of (a, b).", "a_b and x - y > 3", "R & D", "name", "costs $5", "3.14"):
        assert md.text(s) == s


def test_addresses_make_no_links_of_their_own() -> None:
    linkify = MarkdownIt("gfm-like", {"linkify": False, "html": True})
    for s in ("http://a.example/x", "www.a.example", "<javascript:alert(1)>", "ftp://x.example"):
        assert "<a" not in linkify.render(md.text(s))
        assert "://" not in md.text(s)
        assert "www." not in md.text(s)


# --- code


@RENDERERS
@settings(max_examples=400, deadline=None)
@given(s=HOSTILE, cell=st.booleans())
@example(s="`", cell=False)
@example(s=" x ", cell=False)
@example(s="a|`b", cell=True)
@example(s="&#58 x", cell=False)
@example(s="<!-- x", cell=False)
@example(s="\\", cell=False)
def test_code_comes_back(render: Render, s: str, cell: bool) -> None:
    for source, around in ((md.code(s, cell), "{}"), (f"x {md.code(s, cell)} y", "x {} y")):
        reader = _read(render(source))
        assert set(reader.tags) <= {"p", "code", "span"}, source
        assert "code" in reader.tags
        assert _folded(reader.seen) == _folded(around.format(md.visible(s)))


@settings(deadline=None)
@given(s=WORDS)
@example(s=" x ")
@example(s="  ")
def test_code_keeps_its_spaces_in_commonmark(s: str) -> None:
    assert _read(_gfm(f"x{md.code(s)}")).seen.rstrip("\n") == "x" + md.visible(s)


# --- fences


BODIES = st.lists(
    st.sampled_from(["```", "````", "~~~", "`````` x", "    ```", "\n", "\n\n", " ", "x", "</pre>", "<!--",
                     "&amp;", "\\", "- "]),
    max_size=12,
).map("".join)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(body=BODIES, info=st.sampled_from(["", "python", "c++", "x`y\n", '"><script>']))
def test_a_fence_holds_its_body_and_ends(body: str, info: str) -> None:
    tokens = _COMMONMARK.parse(md.fence(body, info) + "\n\nafter\n")
    assert [token.type for token in tokens][:2] == ["fence", "paragraph_open"]
    assert tokens[0].content == (body if not body or body.endswith("\n") else body + "\n")
    assert tokens[0].info == re.sub(r"[^a-z+]", "", info)


@settings(max_examples=300, deadline=None)
@given(body=BODIES)
def test_a_fence_holds_its_body_in_mkdocs(body: str) -> None:
    html = _mkdocs(f"before\n\n{md.fence(body, 'python')}\n\nafter\n")
    reader = _read(html)
    assert reader.tags == ["p", "pre", "code", "p"]

    def lines(s: str) -> list[str]:  # Python-Markdown empties lines of spaces
        return re.sub("(?m)^ +$", "", s).strip("\n").split("\n")

    inner = _read(html[html.index("<pre") : html.index("</pre>")]).seen
    assert lines(inner) == lines(body)


RUNS = st.builds(
    "{}{}{}{}".format,
    st.sampled_from(["", " ", "   ", "    ", "\t", "- ", "> ", "1. ", "x"]),
    st.builds(str.__mul__, st.sampled_from(["`", "~"]), st.sampled_from([3, 4, 10, 38, 39, 40, 41, 64, 300])),
    st.sampled_from(["", " ", "\t", " x", "`x", "</b>", "<!-- ", "&lt;"]),
    st.sampled_from(["\n", "\n\n", "\n    "]),
)
BEFORE = st.sampled_from(["before\n\n", "- item\n\n", "1. item\n\n", "| a |\n|---|\n| b |\n\n", "# Title\n\n"])


def _code(html: str) -> list[str]:
    """The lines that a reader sees in the one block of code."""
    assert html.count("<pre") == 1, html
    inner = _read(html[html.index("<pre") : html.index("</pre>")]).seen
    return re.sub("(?m)[ \t]+$", "", inner).expandtabs(4).strip("\n").split("\n")


@RENDERERS
@settings(max_examples=100, deadline=None)
@given(before=BEFORE, body=st.lists(RUNS, min_size=1, max_size=5).map("".join))
@example(before="- item\n\n", body="`" * 3_000)
@example(before="- item\n\n", body=f"a\n{'`' * 50}\n\tb\n\n\n<b>c</b>\n")
def test_a_block_of_code_holds_runs_of_any_length(render: Render, before: str, body: str) -> None:
    block = md.fence(body, "python")
    html = render(f"{before}{block}\n\nafter\n")
    assert _code(html) == re.sub("(?m)[ \t]+$", "", body).expandtabs(4).strip("\n").split("\n")
    assert _folded(_read(html[html.index("</pre>") :]).seen) == "after"
    assert "<b>" not in html
    assert len(block) <= 5 * len(body) + 2 * md.LONGEST_FENCE + 100


def test_a_run_too_long_for_a_fence_is_indented() -> None:
    run = "`" * 300
    assert md.fence(f"{run}\n", "python") == f"{md.INDENTED}\n    {run}"


def test_a_run_that_closes_nothing_needs_no_longer_fence() -> None:
    body = f"x = '{'`' * 100}'\n"
    assert md.fence(body) == f"```\n{body}```"


@pytest.mark.parametrize("length", [1, 8, 9, 3_000])
def test_code_grows_no_more_than_its_text(length: int) -> None:
    shown = md.code("a" + "`" * length)
    assert len(shown) <= 2 * length + 40
    assert _read(_gfm(shown)).seen.strip() == _read(_mkdocs(shown)).seen.strip() == "a" + "`" * length


def test_a_fence_has_line_feeds_only() -> None:
    assert md.fence("a\r\nb\rc", "") == "```\na\nb\nc\n```"


# --- anchors and links


@RENDERERS
@settings(max_examples=300, deadline=None)
@given(name=HOSTILE.filter(bool))
@example(name="A.__init__")
@example(name='"><script>')
@example(name="a|`b`")
def test_a_fragment_leads_to_its_anchor(render: Render, name: str) -> None:
    source = f"x{md.anchor(name)}{md.link('to', md.fragment(name))} `y`"
    assert "\n" not in source
    assert "|" not in source
    reader = _read(render(source))
    found = dict(reader.attributes)
    assert reader.tags == ["p", "a", "a", "code"]
    assert unquote(found["href"] or "") == "#" + (found["id"] or "")
    assert re.fullmatch(r"[\w.+~-]+", found["id"] or "")


PATHS = st.lists(
    st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1, max_size=8)
    .filter(lambda s: s not in (".", "..")),
    max_size=5,
).map("/".join)  # fmt: skip


@RENDERERS
@settings(max_examples=300, deadline=None)
@given(path=PATHS)
@example(path="javascript:alert(1)")
@example(path="a b(c)[d]<e>|f`g\\h\ni%20#j?k&amp;")
@example(path="ä\udcffx")
def test_an_href_leads_to_its_path(render: Render, path: str) -> None:
    target = md.href("./" + path)
    reader = _read(render(md.link("x", target)))
    assert reader.tags == ["p", "a"]
    (found,) = (value for name, value in reader.attributes if name == "href")
    assert unquote(found or "", errors="surrogateescape") == "./" + path
    assert ":" not in target
    assert target.isascii()


@given(page=PATHS.filter(bool), target=PATHS)
def test_relative_leads_from_the_pages_folder(page: str, target: str) -> None:
    way = md.relative(page, target)
    assert way.startswith(("./", "../"))
    steps = page.split("/")[:-1]
    for step in way.split("/"):
        if step == "..":
            steps.pop()
        elif step not in (".", ""):
            steps.append(step)
    assert "/".join(steps) == target


def test_relative_examples() -> None:
    assert md.relative("a/b/x.md", "a/b/y.md") == "./y.md"
    assert md.relative("a/b/x.md", "a/c/y.md") == "../c/y.md"
    assert md.relative("x.md", "a/y.md") == "./a/y.md"
    assert md.relative("a/b/x.md", "") == "../../"


# --- headings


def _github_slug(title: str) -> str:
    """GitHub's rule once more: lower case, only word characters, hyphens and spaces are kept."""
    word = {"L", "M"}
    kept = ""
    for c in title.strip().lower():
        category = unicodedata.category(c)
        if category[0] in word or category in ("Nd", "Nl", "Pc") or c in "- ":
            kept += c
    return kept.replace(" ", "-")


TITLES = (
    "File Metadata", "Code Patterns & Idioms", "Architecture & Design", "Security & Safety", "Größe",
    "Keyword → Section Map", "Cross-References", "High-Level Overview", "Testing & Usage", "snake_case name",
    "C++ / C#", "What? 3.5",
)  # fmt: skip


@pytest.mark.parametrize("title", TITLES)
def test_a_heading_is_found_by_githubs_slug_in_both(title: str) -> None:
    assert md.slug(title) == _github_slug(title)
    reader = _read(_mkdocs(md.heading(2, title)))
    assert md.slug(title) in [value for name, value in reader.attributes if name == "id"]
    assert _folded(reader.seen) == title


def test_no_anchor_is_added_where_both_agree() -> None:
    assert md.heading(2, "File Metadata") == "## File Metadata"
    assert md.slug("Code Patterns & Idioms") == "code-patterns--idioms"


@given(st.text(max_size=12).filter(lambda s: s.isprintable()))
def test_slug_follows_githubs_rule(title: str) -> None:
    if not any(unicodedata.category(c) == "No" for c in title):  # ², ½: word characters to Python, not to GitHub
        assert md.slug(title) == _github_slug(title)


# --- names of pages

COMPONENTS = st.one_of(
    st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1, max_size=60),
    st.lists(st.sampled_from(["con", "NUL", "com1", "COM¹", ".", " ", "%", "%41", "A", "a", ".md", "_docs.md",
                              "\n", "\udcff", "\udcc3", "é", ":", "~0123456789abcdef", "x" * 90]),
             min_size=1, max_size=5).map("".join),
)  # fmt: skip
_WINDOWS_DEVICE = {"con", "prn", "aux", "nul", *(f"{d}{n}" for d in ("com", "lpt") for n in "0123456789¹²³")}


@settings(max_examples=500)
@given(one=COMPONENTS, other=COMPONENTS, folder=st.booleans())
@example(one="%41", other="A", folder=False)
@example(one="x" * 300, other="x" * 301, folder=False)
@example(one="x" * 300, other=md.page_name("x" * 300), folder=False)
@example(one="x.md", other="x.m%64", folder=True)
def test_page_names_differ_and_suit_every_disk(one: str, other: str, folder: bool) -> None:
    name = md.page_name(one, folder)
    assert (one == other) == (name == md.page_name(other, folder))
    assert len(name.encode()) <= 200
    assert not re.search(r'[<>:"/\\|?*\x00-\x1f]|[. ]$', name)
    assert re.split(r" *\.", name.lower() + "_docs.md")[0] not in _WINDOWS_DEVICE
    assert re.split(r" *\.", name.lower())[0] not in _WINDOWS_DEVICE
    assert not (folder and name.lower().endswith(".md"))
    if len(name.encode()) < 180:
        assert unquote_to_bytes(name).decode("utf-8", "surrogateescape") == one


def test_plain_names_are_left_as_they_are() -> None:
    for name in ("__init__.py", "test_a.py", ".gitignore", "größe.txt", "a b", "console.py", "~x"):
        assert md.page_name(name) == name
    assert md.page_name("notes.md") == "notes.md"
    assert md.page_name("notes.md", folder=True) == "notes.m%64"


def test_what_cannot_be_seen_is_shown_in_lines() -> None:
    assert md.shown("a\x1b[31m\x07\x0c\tb\nc") == "a␛[31m␇␌\tb\nc"
    assert md.shown("x = '\u202e'  # naïve") == "x = '\ufffd'  # naïve"
    assert md.shown("naïve\u00a0日本語\n") == "naïve\u00a0日本語\n"
