"""Where what is in a site lies, and how its files lead to each other. A path is relative to the top of the site.

::

    index.html, pkg/a.py_docs.html    a page, where its Markdown is in the output
    pkg/a.py_text.html                the text of a source, in a static site
    -/source/pkg/a.py.html            the same, of the live reader
    -/reader.js, -/reader.css         what all pages use
    -/tree/f.pkg/index.js             what is in a folder, for the tree
    -/find/a-c.js                     a part of the names, for the search
    -/about/f.pkg/d.a.py_docs.js      what the search says of the definitions on a page
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from functools import cache
from urllib.parse import quote

from incdoc.config import SITE, Config
from incdoc.pages import paths
from incdoc.pages.markdown import relative
from incdoc.sources.mark import SITE_OWN

OWN = SITE_OWN
"""The folder of what is no page."""
DOCUMENTATION = "_docs.md"
"""What the names of the pages of sources end with."""
_TEXT = "_text.html"
_LIKE_PAGES = re.compile(r"\.htm(l)/", re.IGNORECASE)
_UNLIKE_PAGES = re.compile(r"(\.htm)%([46]C)/", re.IGNORECASE)


class Addresses:
    """Where links of the pages of one output folder lead. ``output``: relative to the repository; ``text``: the path of
    a source's text, empty where there is none."""

    def __init__(self, output: str, text: Callable[[str], str]) -> None:
        self._output = output.strip("/") + "/"
        self._text = text

    def of(self, page: str) -> Callable[[str], tuple[str, str]]:
        """The links of one page. Those to sources lead to their texts, which are files beside the pages."""
        here = html_path(page)
        folder = posixpath.dirname(self._output + page)

        @cache  # a page has each link many times
        def address(path: str) -> tuple[str, str]:
            target = posixpath.normpath(posixpath.join(folder, path))
            if target == ".." or target.startswith("../"):
                return here, ""
            if target.startswith(self._output) and target.endswith(".md"):
                found = html_path(target[len(self._output) :])
            else:
                found = self._text(target)
            return found, link(here, found) if found not in ("", here) else ""

        return address


def html_path(page: str) -> str:
    """The path of a page as HTML. A folder that is called as a page could be has another name."""
    path = _LIKE_PAGES.sub(lambda match: f"{match[0][:-2]}%{ord(match[1]):02X}/", page[:-3]) + ".html"
    return f"%2D{path[1:]}" if path.startswith(f"{OWN}/") else path


def html_folder(folder: str) -> str:
    """The same for a folder of the output, which ends with a slash or is empty."""
    return html_path(f"{folder}x.md").removesuffix("x.html")


def page_of(path: str) -> str:
    """The page of which this is the path as HTML; the inverse of ``html_path``."""
    page = _UNLIKE_PAGES.sub(lambda match: f"{match[1]}{chr(int(match[2], 16))}/", path[:-5]) + ".md"
    return OWN + page[3:] if page.startswith("%2D/") else page


def beside(page: str) -> list[str]:
    """The files of the site that are made with a page, as records have them: the page as HTML, and of the page of a
    source what the search says of it."""
    own = [html_path(page)]
    if page.endswith(DOCUMENTATION):
        own.append(about_path(page))
    return [SITE + path for path in own]


def about_path(page: str) -> str:
    """The path of what the search says of the definitions on the page of a source. ``f.``, ``d.``: no folder has the
    name of a file."""
    *folders, name = html_path(page).split("/")
    return f"{OWN}/about/" + "".join(f"f.{each}/" for each in folders) + f"d.{name.removesuffix('.html')}.js"


def source_path(source: str) -> str:
    """The path of the text of a source, for the live reader."""
    return f"{OWN}/source/{source}.html"


def text_path(source: str) -> str:
    """The path of the text of a source in a static site: beside its page."""
    return html_path(paths.docs_path(source)).removesuffix("_docs.html") + _TEXT


def has_texts(config: Config) -> bool:
    """Whether a static site has the texts of sources: else they are elsewhere, or nowhere."""
    return config.source == "full" and not config.source_url


def tree_path(folder: str) -> str:
    """The path of what is in a folder. A folder of the output is one there, whose name shows that."""
    parts = html_folder(paths.folder_path(folder)).split("/")[:-1]
    return f"{OWN}/tree/" + "".join(f"f.{part}/" for part in parts) + "index.js"


def link(start: str, end: str) -> str:
    """A relative link between two files of the site."""
    return quote(relative(start, end).removeprefix("./"), safe="/~@+=,!$&'()*;", errors="surrogateescape").replace(
        "'", "%27"
    )


def root_of(path: str) -> str:
    """The way from a file to the top of the site: ``../../``."""
    return "../" * path.count("/")
