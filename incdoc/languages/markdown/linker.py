"""The links of a document -> files of the repository. A relative link is resolved to the file at its path, and looks
that up."""

from __future__ import annotations

import re
from html import unescape
from posixpath import normpath
from urllib.parse import unquote

from incdoc.sources.paths import ancestors, join, parent

from ..linker import Linker
from ..outline import Outline
from ..resolution import Resolution, Target

_LONGEST = 4096
"""No path on a disk is longer."""
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")


def address(path: str, written: str) -> str | None:
    """The path that a relative link in the document at ``path`` leads to; ``""`` is the repository.

    None if it is not a relative link, leads to a place in the document itself, or out of the repository. A leading
    slash is not followed: on GitHub it means the repository, on a site the site's root.
    """
    target = unescape(_ESCAPED.sub(r"\1", written))
    target = unquote(target.partition("#")[0].partition("?")[0])
    if not target or len(target) > _LONGEST or target.startswith("/") or _SCHEME.match(target):
        return None
    there = normpath(join(parent(path), target))
    return None if there == ".." or there.startswith("../") else "" if there == "." else there


class DocumentLinker(Linker):
    """Links of documents."""

    refers = "links to"

    def resolve(self, path: str, outline: Outline) -> Resolution:
        """The targets of its links."""
        places = [address(path, written) for written in outline.links]
        wants = {"/" + place for place in places if place is not None}
        links = tuple(map(self._place, places))
        for place, link in zip(places, links, strict=True):
            if place is not None and link.kind in ("missing", "plain"):  # a repository may appear or go above it
                wants.update("/" + folder for folder in ancestors(place) if folder)
        return Resolution((), (), frozenset(wants), frozenset(), links)

    def _place(self, path: str | None) -> Target:
        if path is None:
            return Target("elsewhere")
        kind = self.repository.kind(path)
        if kind == "file":
            return Target("source", path)
        if kind in ("binary", "link") or self.repository.repository(path):
            return Target("plain", path)
        return Target("folder", path) if self.repository.holds(path) else Target("missing")
