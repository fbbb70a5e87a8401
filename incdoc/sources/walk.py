"""The files of a tree without git: a walk that obeys ``.gitignore`` and ``.ignore``.

Rejected: rignore. It drops or refuses names that are not UTF-8, hangs on a pipe named ``.gitignore`` and does not
report folders that it may not list. For 20,000 files it takes 0.22 s, this 0.08 s; with 48 rules both take 0.22 s.

The rules of a folder apply to everything below it. The last line that matches a path decides, in the deepest file
that has one; ``.ignore`` is asked before ``.gitignore``, and ``.git/info/exclude`` last. An ignored folder is not
entered, so nothing in it can be kept. Only the tree's own files count, never the user's or the system's, so that
two machines list the same files.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from incdoc.sources.candidates import ENVIRONMENT
from incdoc.sources.git import text
from incdoc.sources.globs import IgnoreFile

if TYPE_CHECKING:
    from collections.abc import Iterable

_Rules = tuple[tuple[int, IgnoreFile], ...]  # deepest first, with the length of its folder's path


class Walk(NamedTuple):
    """The result of a walk. ``paths``: files, links and special files, unsorted."""

    paths: list[str]
    refused: list[tuple[str, str]]
    """Folders that could not be listed, and why."""
    nested: list[str]
    """Folders that have a repository of their own, unsorted: they are not entered."""


class _Heed(NamedTuple):
    """The rules that apply to a folder."""

    ignore: _Rules = ()
    git: _Rules = ()
    exclude: _Rules = ()

    def ignored(self, path: str) -> bool:
        for rules in self:
            for skip, file in rules:
                verdict = file.verdict(path[skip:])
                if verdict is not None:
                    return verdict
        return False


def walk(root: str, skip: frozenset[str] = frozenset()) -> Walk:
    """The paths below ``root`` that are not ignored. ``skip``: folders that are not entered, relative to ``root``."""
    paths: list[str] = []
    refused: list[tuple[str, str]] = []
    nested: list[str] = []
    todo = [("", _top(root))]
    while todo:
        folder, heed = todo.pop()
        try:
            with os.scandir(root + "/" + folder) as listing:
                entries = list(listing)
        except OSError as error:
            if not isinstance(error, FileNotFoundError | NotADirectoryError):
                refused.append((folder[:-1], str(error.strerror)))
            continue
        names = {entry.name: entry for entry in entries}
        if folder and ENVIRONMENT in names:
            continue  # a virtual environment
        if folder and ".git" in names:
            nested.append(folder[:-1])
            continue
        heed = _deeper(heed, root + "/" + folder, len(folder), names)
        for entry in entries:
            path = folder + entry.name
            if entry.is_dir(follow_symlinks=False):
                if entry.name != ".git" and path not in skip and not heed.ignored(path + "/"):
                    todo.append((path + "/", heed))
            elif entry.name != ".git" and not heed.ignored(path):
                paths.append(path)
    return Walk(paths, refused, nested)


def ignored(root: str, folders: Iterable[str]) -> set[str]:
    """Which of ``folders`` are ignored, themselves or through a folder above."""
    found: set[str] = set()
    heeds: dict[str, _Heed | None] = {}

    def heed_in(folder: str) -> _Heed | None:
        """The rules in a folder; None if it is ignored."""
        if folder not in heeds:
            above = heed_in(folder.rpartition("/")[0]) if folder else _top(root)
            where = f"{root}/{folder}/" if folder else f"{root}/"
            if above is None or (folder and above.ignored(folder + "/")):
                heeds[folder] = None
            else:
                heeds[folder] = _deeper(above, where, len(folder) + 1 if folder else 0, _names(where))
        return heeds[folder]

    for folder in folders:
        heed = heed_in(folder.rpartition("/")[0])
        if heed is None or heed.ignored(folder + "/"):
            found.add(folder)
    return found


def _top(root: str) -> _Heed:
    exclude = IgnoreFile(_decoded(os.path.join(root, ".git", "info", "exclude")))
    return _Heed(exclude=((0, exclude),) if exclude else ())


def _names(folder: str) -> dict[str, os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return {entry.name: entry for entry in entries}
    except OSError:
        return {}


def _deeper(heed: _Heed, folder: str, length: int, names: dict[str, os.DirEntry[str]]) -> _Heed:
    for field, name in (("ignore", ".ignore"), ("git", ".gitignore")):
        if name not in names or names[name].is_symlink():
            continue  # git does not follow such a link either
        file = IgnoreFile(_decoded(folder + name))
        if file:
            heed = heed._replace(**{field: ((length, file), *getattr(heed, field))})
    return heed


def _decoded(path: str) -> str:
    return text(path).decode("utf-8", "surrogateescape")
