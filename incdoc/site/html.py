"""A page of Markdown -> the HTML of what is in it.

Pages are rendered by pulldown-cmark, which is fast enough to do it on request, and sanitized by ammonia: what comes
out has no element, attribute or address that is not listed here, whatever the page or a template of the user's has.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from html import unescape
from typing import NamedTuple
from urllib.parse import unquote

import nh3
import pyromark

from incdoc.pages.markdown import slug

_TAGS = frozenset(
    [
        "a",
        "abbr",
        "b",
        "blockquote",
        "br",
        "caption",
        "code",
        "col",
        "colgroup",
        "dd",
        "del",
        "details",
        "div",
        "dl",
        "dt",
        "em",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "i",
        "kbd",
        "li",
        "ol",
        "p",
        "pre",
        "q",
        "s",
        "samp",
        "small",
        "span",
        "strong",
        "sub",
        "summary",
        "sup",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "tt",
        "u",
        "ul",
        "var",
    ]
)
_ATTRIBUTES = {"a": {"href", "id"}, "code": {"class"}, "th": {"style"}, "td": {"style"}, "ol": {"start"}}
_STYLES = frozenset(f"text-align: {side}" for side in ("left", "center", "right"))
_CLASS = re.compile(r"language-[\w+#.-]{1,40}")
_SCHEMES = {"http", "https", "mailto"}
_HEADING = re.compile(r"<h([1-6])>(.*?)</h\1>", re.DOTALL)
_ID = re.compile(r'<a id="([^"]*)"')
_TAG = re.compile(r"<[^>]*>")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


class Body(NamedTuple):
    """What is in a page: its title without markup, and its HTML."""

    title: str
    html: str
    links: tuple[str, ...]
    """The files of the site that it leads to, each once."""


@cache
def _parser() -> pyromark.Markdown:
    options = pyromark.Options
    return pyromark.Markdown(options=options.ENABLE_TABLES | options.ENABLE_STRIKETHROUGH)


def body(markdown: str, address: Callable[[str], tuple[str, str]]) -> Body:
    """Render a page. ``address``: the file of the site that a relative link of the page leads to, and the link to it
    without a fragment."""
    links: dict[str, None] = {}

    def attribute(element: str, name: str, value: str) -> str | None:
        if name == "href":
            return _address(value, address, links)
        if name == "class":
            return value if _CLASS.fullmatch(value) else None
        if name == "style":
            return value if value.rstrip(";") in _STYLES else None
        return value

    clean = nh3.clean(
        _parser().html(markdown),
        tags=set(_TAGS),
        attributes=_ATTRIBUTES,
        attribute_filter=attribute,
        url_schemes=_SCHEMES,
        link_rel=None,
        strip_comments=True,
        clean_content_tags={"script", "style"},
    )
    seen: dict[str, int] = {}
    title = ""

    def heading(match: re.Match[str]) -> str:
        nonlocal title
        level, inner = match.groups()
        said = unescape(_TAG.sub("", inner)).strip()
        if level == "1" and not title:
            title = said
        if _ID.search(inner):
            return match[0]
        name = slug(said)
        count = seen[name] = seen.get(name, -1) + 1
        own = _escaped(f"{name}-{count}" if count else name)
        return f'<h{level} id="{own}">{inner}</h{level}>'

    dressed = _HEADING.sub(heading, clean)
    return Body(title, dressed, tuple(links))


def _address(value: str, address: Callable[[str], tuple[str, str]], links: dict[str, None]) -> str:
    if not value or value.startswith(("#", "/")) or _SCHEME.match(value):
        return value
    path, mark, fragment = value.partition("#")
    file, link = address(unquote(path))
    if link:
        links[file] = None
    return f"{link}{mark}{fragment}" or "#"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;").replace(">", "&gt;")
