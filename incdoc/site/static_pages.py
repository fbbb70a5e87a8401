"""The pages of a static site: each page of the output as HTML.

HTML is a function of the page's Markdown, so the task of the page makes it, by its key.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from incdoc.config import Config
from incdoc.sources.mark import MARK

from . import places, shell
from .html import body


class StaticPages:
    """Makes the pages of one repository's site."""

    def __init__(self, config: Config) -> None:
        text = places.text_path if places.has_texts(config) else lambda _: ""
        self._addresses = places.Addresses(config.output, text)

    def beside(self, parts: Iterable[tuple[str, str | bytes]]) -> Iterator[tuple[str, str]]:
        """The pages among ``parts``, which a kind made, as HTML."""
        for page, text in parts:
            if page.endswith(".md") and isinstance(text, str):
                found = body(text, self._addresses.of(page))
                yield places.beside(page), shell.page(page, found, _mark(text))


def _mark(markdown: str) -> str:
    """The comment that marks a page. What a template of the user's has behind it is not taken."""
    start = markdown.index(MARK)
    comment, end, _ = markdown[start : markdown.index("\n", start)].partition("-->")
    return f"{comment}{end}\n" if end else f"{MARK}a template of this repository. -->\n"
