"""The files of a static site that are made with a page: the page as HTML, and the text that it is about.

They are functions of the page's Markdown and its source, so its task makes them, by its key. Whoever has only a plain
file server, or opens them from a disk, has tree and search too: these come as scripts (see ``kinds``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from incdoc.config import SITE, Config
from incdoc.languages import Languages
from incdoc.pages import paths
from incdoc.pages.kind import SourceText
from incdoc.sources.mark import MARK

from . import places, shell
from .html import body

Part = tuple[str, str]
"""(path, text), as a kind of page makes them."""


class Files:
    """Makes the files of one repository's site."""

    def __init__(self, config: Config) -> None:
        self._has_texts = config.source == "full" and not config.source_url
        """Whether the site has the texts of sources: else they are elsewhere, or nowhere."""
        self._languages = Languages.of(config)
        self._addresses = places.Addresses(config.output, places.text_path if self._has_texts else lambda _: "")

    def beside(self, parts: Iterable[tuple[str, str | bytes]]) -> Iterator[Part]:
        """The pages among ``parts`` as HTML."""
        for page, text in parts:
            if page.endswith(".md") and isinstance(text, str):
                found = body(text, self._addresses.of(page))
                yield places.beside(page), shell.page(page, found, _mark(text))

    def text(self, path: str, source: SourceText) -> Iterator[Part]:
        """The text of a source that is on its page."""
        if self._has_texts:
            here, label = places.text_path(path), self._languages.detect(path).fence
            mark = f"{MARK}{paths.docs_path(path)}. -->\n"
            yield SITE + here, shell.source(here, path, source.body, paths.docs_path(path), label, mark)


def _mark(markdown: str) -> str:
    """The line of a page that marks it."""
    start = markdown.index(MARK)
    return markdown[start : markdown.index("\n", start) + 1]
