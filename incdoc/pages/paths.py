"""The paths of pages, relative to the output folder."""

from __future__ import annotations

from functools import lru_cache

from incdoc.pages.markdown import page_name
from incdoc.sources.paths import parent

INDEX, DOC, SUB = "index.md", "doc.md", "sub.md"
KEYWORDS, BOOK, RULES = "keywords.md", "comprehensive_book.md", "rules.md"
_FIRST = "book/repository.md"
"""The chapter of the repository's own files."""


@lru_cache(maxsize=1 << 15)
def folder_path(folder: str) -> str:
    """The output folder of a source folder, with a final slash; empty for the repository."""
    if not folder:
        return ""
    first, *others = (page_name(part, folder=True) for part in folder.split("/"))
    if first != "book" and first.lower() == "book":  # a disk that ignores case would show the chapters' folder so
        first = f"%{ord(first[0]):02X}{first[1:]}"
    return "".join(part + "/" for part in (first, *others))


@lru_cache(maxsize=1 << 15)
def _base(path: str) -> str:
    folder, _, name = path.rpartition("/")
    return folder_path(folder) + page_name(name)


def docs_path(path: str) -> str:
    """The documentation page of a source."""
    return _base(path) + "_docs.md"


def kw_path(path: str) -> str:
    """The keyword page of a source."""
    return _base(path) + "_kw.md"


def folder_page(folder: str, name: str) -> str:
    """A page of a folder: ``name`` is INDEX, DOC or SUB."""
    return folder_path(folder) + name


def chapter_path(folder: str) -> str:
    """The chapter of a folder in the book. No page of a source folder called ``book`` ends so."""
    return f"book/{folder_path(parent(folder))}{page_name(folder.rpartition('/')[2])}_chapter.md" if folder else _FIRST


def letter_path(part: str) -> str:
    """A part of the global keyword index, by its range; of another text, the path of no page."""
    label = "".join(c if c.isascii() and (c.isalnum() or c in "_+-") else f"-{ord(c):x}-" for c in part)
    return f"keywords.{label}.md"


def part_path(page: str, number: int) -> str:
    """Part ``number`` (from 1) of a page that is too long for one."""
    return page if number == 1 else f"{page[:-3]}.{number}.md"
