"""The target of a link in a document -> a path of the repository."""

from __future__ import annotations

import re
from html import unescape
from posixpath import normpath
from urllib.parse import unquote

from incdoc.links.names import join, parent

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
