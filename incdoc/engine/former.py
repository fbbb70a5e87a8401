"""Output folders and sites of former settings: found without a cache too, by what is in them.

A folder of pages has at its top a book, an index and a global keyword index, two of them at least with incdoc's mark:
the user may have written one anew. It is this project's if most of its pages are about sources of this project. Pages
of a project that was copied into the repository, or of a build that ran in a sub-folder, are about the sources beside
them.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator

from incdoc.config import Config
from incdoc.pages import paths
from incdoc.site.places import html_path
from incdoc.sources import Listing
from incdoc.sources.mark import is_page_file, may_be_page


def outputs_in(config: Config, listing: Listing) -> list[str]:
    """The folders, relative to the repository, that are as an output folder and are not the present one."""
    found = set()
    for page in listing.top_pages:
        top, _, name = page.rpartition("/")
        pages = (paths.INDEX, paths.KEYWORDS, paths.BOOK)
        at_the_top = pages if name in pages else map(html_path, pages)
        if top and sum(is_page_file(f"{config.root}/{top}/{each}") for each in at_the_top) > 1:
            found.add(top)
    return sorted(found)


def setting_of(config: Config, top: str) -> str:
    """The setting that named a former folder of pages: ``site`` or ``output``."""
    return "site" if os.path.lexists(f"{config.root}/{top}/{html_path(paths.INDEX)}") else "output"


def is_ours(config: Config, listing: Listing, top: str) -> bool:
    """Whether at least half of the pages below ``top`` are of this project's sources, and fewer are of the sources of
    any folder between: of two projects with the same sources it is not known whose they are."""
    pages = {page for page in pages_below(config, top, listing.apart) if page.endswith(("_docs.md", "_docs.html"))}
    step, counts = "", []
    for part in ("", *top.split("/")[:-1]):
        step += f"{part}/" if part else ""
        below = (path[len(step) :] for path in listing.entries if path.startswith(step))
        made = map(paths.docs_path, below)
        counts.append(sum(page in pages or html_path(page) in pages for page in made))
    return 2 * counts[0] >= len(pages) > 0 and all(counts[0] > count for count in counts[1:])


def pages_below(config: Config, top: str, nested: Collection[str]) -> Iterator[str]:
    """The files below ``top`` that may have a mark, relative to it, in order; without what is in the folders of this
    project's pages and cache, the folders of a ``nested`` project and another repository."""
    never = (*(f"{each}/" for each in config.own_folders), *nested)
    for folder, folders, names in os.walk(f"{config.root}/{top}"):
        here = os.path.relpath(folder, config.root).replace(os.sep, "/")
        if ".git" in folders or ".git" in names:
            folders.clear()
            continue
        folders[:] = sorted(name for name in folders if f"{here}/{name}/" not in never)
        for name in sorted(names):
            if may_be_page(f"{here}/{name}"):
                yield f"{here}/{name}".removeprefix(f"{top}/")
