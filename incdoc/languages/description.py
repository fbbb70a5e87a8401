"""What a document says it is about: its title, and the first paragraph of prose below it.

The blocks of a document come one after the other, in Markdown and in HTML. The **title** is the first heading, if no
prose is above it; one that is only an image is none. **Prose** is a paragraph that says something itself: badges,
images, and links with nothing but labels and separators around them are none. It is looked for up to the next heading,
or else below one that introduces (``## About``); what is below ``## Sponsors`` is not about the document.
"""

from __future__ import annotations

import re
from html import unescape
from itertools import islice
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_ITEMS = 20
"""Items of the list that the paragraph opens."""

_INTRODUCTION = re.compile(
    r"\W*(?:(?:project |general )?(?:about|overview|introduction|intro|description|summary|synopsis|abstract|purpose)\b"
    r"|what (?:is|are|does)\b|what's\b|who is\b|why\b)",
    re.IGNORECASE,
)
_LABELS = re.compile(r"\W*(?:[\w &/'-]{1,40}:\W*)+")
_WORD = re.compile(r"[^\W_]+")
_URL = re.compile(r"\bhttps?://\S+")
FEWEST_WORDS = 2
"""Words beside links that make prose of them."""

_HTML = re.compile(
    r"<!--.*?(?:-->|\Z)|<(?P<close>/?)(?P<tag>[A-Za-z][A-Za-z0-9-]*)(?P<rest>[^<>]*)>"
    r"|!\[[^\]\n]*\]\([^()\n]*\)|(?P<text>[^<!]+|[<!])",
    re.DOTALL,
)
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_APART = frozenset(("table", "details", "pre", "script", "style", "svg", "picture", "video", "ul", "ol", "form"))
"""Elements whose text is no prose, or not what the document begins with."""
_BREAKS = frozenset(("p", "div", "center", "hr", "section", "header", "article", "blockquote"))


class Description(Struct):
    """It is told the blocks in their order."""

    title: str = ""
    paragraph: str = ""
    items: list[str] = []
    opened: bool = True
    """Whether prose may be about the document: below the title, or an introduction."""
    headed: bool = False
    """Whether there was a heading."""
    element: str = ""
    """The heading of HTML that the blocks are in."""
    pieces: list[str] = []
    """What it has so far."""
    apart: list[str] = []
    """The elements around the blocks whose text is no prose."""

    def add_items(self, said: Iterable[str]) -> None:
        """The list below the paragraph, by its items."""
        items = iter(said)
        self.items = [item for item in islice(items, MOST_ITEMS) if item]
        if next(items, None) is not None:
            self.items.append("…")

    @property
    def doc(self) -> str:
        """The paragraph, with the list that it opens."""
        return "\n\n".join([self.paragraph, *(["\n".join(f"- {item}" for item in self.items)] if self.items else [])])

    def heading(self, name: str) -> None:
        """A heading; ``name``: without images."""
        if self.paragraph or self.apart or not name:
            return
        if not self.headed:
            self.title, self.headed = name, True
            return
        words = {word.casefold() for word in _WORD.findall(name)}
        its_own = {word.casefold() for word in _WORD.findall(self.title)}
        self.opened = _INTRODUCTION.match(name) is not None or (bool(its_own) and its_own <= words)

    def prose(self, said: str, beside_links: str) -> None:
        """A paragraph: all of its text, and its text without that of its links."""
        if self.element:
            self.pieces.append(said)
        elif self.wants_prose() and _is_prose(said, beside_links):
            self.paragraph = said
            self.headed = True
        elif _LABELS.fullmatch(_URL.sub("", beside_links)):
            self.headed = True

    def wants_prose(self) -> bool:
        """Whether a paragraph here may be about the document, or be the title."""
        return bool(self.element) or (not self.paragraph and self.opened and not self.apart)

    def wants_items(self) -> bool:
        """Whether the list that follows the paragraph is a part of it."""
        return self.paragraph.endswith(":") and not self.items

    def html(self, block: str) -> None:
        """A block of HTML, which may begin or end an element around the blocks that follow."""
        said: list[str] = []
        beside: list[str] = []
        links = 0
        for found in _HTML.finditer(block):
            if (written := found["text"]) is not None:
                if not self.apart:
                    said.append(written)
                    beside += [] if links else [written]
                continue
            tag = (found["tag"] or "").lower()
            closes = bool(found["close"])
            if tag == "a":
                links = max(0, links - 1) if closes else links + 1
            elif tag == "br":
                said.append(" ")
            elif tag in _HEADINGS or tag in _BREAKS or tag in _APART:
                self._piece(said, beside)
                if tag in _HEADINGS:
                    self._boundary(tag, closes)
                elif tag in _APART and not found["rest"].endswith("/"):
                    self._enclose(tag, closes)
        self._piece(said, beside)

    def _piece(self, said: list[str], beside: list[str]) -> None:
        words = " ".join(unescape("".join(said)).split())
        if words and not words.endswith(":"):  # as above a row of badges
            self.prose(words, " ".join(unescape(" ".join(beside)).split()))
        said.clear()
        beside.clear()

    def _boundary(self, tag: str, closes: bool) -> None:
        if not closes:
            self.element, self.pieces = tag, []
        elif self.element:
            self.element = ""
            self.heading(" ".join(self.pieces))

    def _enclose(self, tag: str, closes: bool) -> None:
        if not closes:
            self.apart.append(tag)
        elif tag in self.apart:
            while self.apart.pop() != tag:
                pass


def _is_prose(said: str, beside_links: str) -> bool:
    beside = _URL.sub("", beside_links)
    if beside == said:
        return _WORD.search(said) is not None
    return len(_WORD.findall(beside)) >= FEWEST_WORDS and not _LABELS.fullmatch(beside)
