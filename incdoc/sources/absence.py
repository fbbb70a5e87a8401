"""Why a path is no source or has no pages: the first rule that leaves it out, in the order of a scan."""

from __future__ import annotations

import os

from incdoc.config import Config
from incdoc.sources import git
from incdoc.sources.blob import printable
from incdoc.sources.candidates import BYPRODUCT, ENVIRONMENT
from incdoc.sources.entries import Entry
from incdoc.sources.globs import chooser
from incdoc.sources.listing import Listing

_KINDS = {
    "link": "is a symbolic link to {}, which is not followed",
    "special": "is neither a file nor a folder",
    "unreadable": "cannot be read",
    "submodule": "is a submodule, a repository of its own",
    "repository": "is a repository of its own",
}


def without_pages(entry: Entry) -> str:
    """Why an entry that is no file has no pages, in a sentence."""
    what = _KINDS[entry.kind].format(printable(entry.target))
    return f"{printable(entry.path)} {what}: it has no pages, and its folder's pages name it."


def why_absent(config: Config, listing: Listing, path: str) -> str:
    """Why a path, relative to the root, that is not listed is no source; a sentence's end."""
    above = [path]
    while folder := above[-1].rpartition("/")[0]:
        above.append(folder)
    return (
        _below(listing, above)
        or _own(config, path)
        or _behind_a_link(config, above)
        or (_left_out(config, path, above) if os.path.lexists(f"{config.root}/{path}") else "it does not exist")
    )


def _below(listing: Listing, above: list[str]) -> str:
    """By what is listed as a folder above it."""
    for folder in reversed(above[1:]):
        entry = listing.entries.get(folder)
        if entry is not None and entry.kind in _KINDS and entry.kind != "unreadable":
            return f"{printable(folder)} {_KINDS[entry.kind].format(printable(entry.target))}"
    return ""


def _own(config: Config, path: str) -> str:
    for folder, what in zip(config.own_folders, ("output", "cache", "site"), strict=False):
        if path == folder or path.startswith(folder + "/"):
            return f"it is in the {what} folder {printable(folder)}"
    return ""


def _behind_a_link(config: Config, above: list[str]) -> str:
    for folder in reversed(above[1:]):
        if os.path.islink(f"{config.root}/{folder}"):
            return f"{printable(folder)} is a symbolic link, which is not followed"
    return ""


def _left_out(config: Config, path: str, above: list[str]) -> str:
    if BYPRODUCT.search(path):
        return "it is a file that git, Python or doit writes"
    for folder in above[1:] if not _tracked(config.root, path) else ():
        if os.path.lexists(f"{config.root}/{folder}/{ENVIRONMENT}"):
            return f"it is in the virtual environment {printable(folder)}, and git does not track it"
    return _ignored(config.root, path) or _by_setting(config, path) or _otherwise(f"{config.root}/{path}")


def _otherwise(place: str) -> str:
    if not (os.path.isdir(place) or os.path.isfile(place)):
        return "it is neither a file nor a folder"
    if os.path.isdir(place):
        return "it is a folder without sources"
    return "it did not exist when the sources were listed"


def _tracked(root: str, path: str) -> bool:
    return bool(git.ask(root, "ls-files", "-z", "--cached", "--", path))


def _ignored(root: str, path: str) -> str:
    """By git's rules, or those of the walk where there is no git."""
    answer = git.answer(root, "check-ignore", "-z", "-v", "--stdin", data=os.fsencode(f"./{path}\0"), allowed=(0, 1))
    if answer is None:
        from incdoc.sources.walk import ignored

        return "a rule in a .gitignore or .ignore file ignores it" if ignored(root, [path]) else ""
    fields = answer.decode("utf-8", "surrogateescape").split("\0")
    if len(fields) < 4:
        return ""
    where, line, rule = fields[:3]
    return f"git ignores it: rule {printable(rule)!r} in {printable(where)}, line {line}"


def _by_setting(config: Config, path: str) -> str:
    where = config.location("exclude")
    if config.exclude and chooser(config.exclude, where)(path):
        glob = next((glob for glob in reversed(config.exclude) if chooser([glob], where)(path)), "")
        return f"{where} excludes it: {glob!r}"
    if config.include and not chooser(config.include, config.location("include"))(path):
        return f"no glob of {config.location('include')} matches it"
    return ""
