"""The pages of a static site: each page of the output as HTML.

HTML is a function of the page's Markdown, so the task of the page makes it, by its key. So is what the search says of
the definitions on it, which a browser loads for the names that it shows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from incdoc.config import SITE, Config
from incdoc.sources.mark import MARK

from . import described, places, shell
from .html import body


class StaticPages:
    """Makes the pages of one repository's site."""

    def __init__(self, config: Config) -> None:
        text = places.text_path if places.has_texts(config) else lambda _: ""
        self._addresses = places.Addresses(config.output, text)

    def beside(self, parts: Iterable[tuple[str, str | bytes]]) -> Iterator[tuple[str, str]]:
        """The pages among ``parts``, which a kind made, as HTML, and what the search says of their definitions."""
        pages = [(page, text) for page, text in parts if page.endswith(".md") and isinstance(text, str)]
        for page, text in pages:
            found = body(text, self._addresses.of(page))
            yield places.beside(page)[0], shell.page(page, found, _mark(text))
        for about in places.beside(pages[0][0])[1:] if pages else ():
            if said := described.every(text for _, text in pages):
                known = {anchor: each for anchor, each in said.items() if any(each)}
                yield about, shell.script(about.removeprefix(SITE), known)


def _mark(markdown: str) -> str:
    """The comment that marks a page. What a template of the user's has behind it is not taken."""
    start = markdown.index(MARK)
    comment, end, _ = markdown[start : markdown.index("\n", start)].partition("-->")
    return f"{comment}{end}\n" if end else f"{MARK}a template of this repository. -->\n"
