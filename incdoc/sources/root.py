"""Find the project folder for a command that runs anywhere in it, as git, cargo and ruff do."""

from __future__ import annotations

import os

from incdoc.config import SETTINGS_FILES, has_settings
from incdoc.sources import git


def find_root(folder: str) -> str:
    """The project that ``folder`` belongs to, absolute and without links.

    The nearest folder, ``folder`` itself first, that has settings of incdoc's; else the top of git's work tree; else
    ``folder``. The search never leaves a work tree (a repository in a repository is a project of its own), and does not
    enter a folder that cannot be read. Outside of a work tree, where any user may own the folders above, settings
    count only if the user, or the owner of ``folder``, owns them.
    """
    here = os.path.realpath(folder)
    repository = git.find(here)
    top = repository.top if repository is not None else ""
    trusted = None if top else _owners(here)
    above = here
    while True:
        if has_settings(above) and (above == here or trusted is None or _settings_owner(above) in trusted):
            return above
        if above == top:
            return top
        parent = os.path.dirname(above)
        if parent == above or not os.access(parent, os.R_OK | os.X_OK):
            return here
        above = parent


def _owners(folder: str) -> set[int] | None:
    """The users whose settings are trusted; None where files have no owners."""
    if not hasattr(os, "geteuid"):
        return None
    try:
        return {os.geteuid(), os.stat(folder).st_uid}
    except OSError:
        return {os.geteuid()}


def _settings_owner(folder: str) -> int:
    for name in SETTINGS_FILES:
        try:
            return os.lstat(os.path.join(folder, name)).st_uid
        except OSError:
            continue
    return -1
