"""The paths of pages, relative to the output folder."""

from __future__ import annotations

from functools import lru_cache

from incdoc.pages.markdown import page_name

INDEX, DOC, SUB = "index.md", "doc.md", "sub.md"
KEYWORDS, BOOK, RULES = "keywords.md", "comprehensive_book.md", "rules.md"


@lru_cache(maxsize=1 << 15)
def folder_path(folder: str) -> str:
    """The output folder of a source folder, with a final slash; empty for the repository."""
    return "".join(page_name(part, folder=True) + "/" for part in folder.split("/")) if folder else ""


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
    """The chapter of a folder in the book; all chapters are beside the book."""
    if not folder:
        return "comprehensive_book.chapter.md"
    parts = (part.replace("%", "%25").replace(".", "%2E") for part in folder.split("/"))
    return f"comprehensive_book.chapter.{page_name('.'.join(parts))}.md"


def letter_path(prefix: str) -> str:
    """The part of the global keyword index whose names begin with ``prefix``."""
    label = "".join(c if c.isascii() and (c.isalnum() or c == "_") else f"-{ord(c):x}-" for c in prefix)
    return f"keywords.{label}.md"


def part_path(page: str, number: int) -> str:
    """Part ``number`` (from 1) of a page that is too long for one."""
    return page if number == 1 else f"{page[:-3]}.{number}.md"
