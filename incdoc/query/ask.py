"""Questions as users ask them: a name or a path, and what is answered."""

from __future__ import annotations

import posixpath
from collections.abc import Callable

from incdoc.pages.useful import approximate
from incdoc.query.answer_text import mapped
from incdoc.query.answers import Choice, FolderOutlined, Mapped, Nothing, Outlined, Shown, ShownFile, Users
from incdoc.query.find import MOST, Meaning, choice, meanings, nothing
from incdoc.query.outline import make_map, outline, outline_folder
from incdoc.query.repository import Repository
from incdoc.query.show import show
from incdoc.query.uses import uses
from incdoc.sources.paths import parent

APPROXIMATION = "one for each 4 bytes"
MOST_LINES = 400
"""Lines of an outline, unless more are asked for."""


def ask_show(
    repository: Repository, given: str, path: str | None = None, source: bool = False, limit: int = MOST
) -> Shown | ShownFile | FolderOutlined | Choice | Nothing:
    """What ``given`` is. ``path``: what it is as a path, relative to the repository; None: outside. A path that is one
    wins over a name; a folder that is imported by that name is shown as its source, if no slash is at the end."""
    paths = _paths(repository, given, path)
    for each in paths:
        if repository.is_source(each):
            return show(repository, Meaning(each, ""), [], source)
    groups = meanings(repository, given)
    folder = next((each for each in paths if (each or given != ".") and repository.is_folder(each)), None)
    if folder is not None:
        own = [each for group in groups for each in group if not each.name and parent(each.path) == folder]
        if own and not given.endswith("/"):
            return show(repository, own[0], [], source)
        return outline_folder(repository, folder, max(limit, MOST_LINES))
    if not groups:
        return nothing(repository, given)
    if len(groups[0]) > 1:
        return choice(repository, given, [each for group in groups for each in group], limit)
    others = [each for group in groups[1:] for each in group if each[:2] != groups[0][0][:2]]
    return show(repository, groups[0][0], others, source)


def ask_uses(
    repository: Repository, given: str, path: str | None = None, limit: int = MOST
) -> Users | Choice | Nothing:
    """Who uses ``given``."""
    for each in _paths(repository, given, path):
        if repository.is_source(each):
            return uses(repository, Meaning(each, ""), limit)
    groups = meanings(repository, given)
    if not groups:
        return nothing(repository, given)
    if len(groups[0]) > 1:
        return choice(repository, given, [each for group in groups for each in group], limit)
    return uses(repository, groups[0][0], limit)


def ask_outline(
    repository: Repository, given: str, path: str | None = None, limit: int = MOST_LINES
) -> Outlined | FolderOutlined | Nothing:
    """What is in a file or a folder."""
    for each in _paths(repository, given, path):
        if repository.is_source(each):
            return outline(repository, each, limit)
        if repository.is_folder(each):
            return outline_folder(repository, each, limit)
    return nothing(repository, given)


def ask_map(
    repository: Repository,
    given: str,
    path: str | None = None,
    budget: int = 4000,
    count: Callable[[str], int] = approximate,
    method: str = APPROXIMATION,
) -> Mapped | Nothing:
    """The most useful outline of a folder within a budget."""
    for each in _paths(repository, given, path):
        if repository.is_folder(each):
            return make_map(repository, each, budget, count, method, mapped)
    return nothing(repository, given)


def _paths(repository: Repository, given: str, path: str | None) -> list[str]:
    """The paths that may be meant: relative to the current folder, then to the repository, or absolute in it."""
    plain = posixpath.normpath(given.removeprefix(f"{repository.config.root}/") or ".").strip("/")
    own = "" if plain == "." else plain
    found = [] if path is None else ["" if path == "." else path]
    return list(dict.fromkeys([*found, own]))
