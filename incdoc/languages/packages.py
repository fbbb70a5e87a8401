"""What the manifests of all kinds of packages have in common: the imports that say what a package requires, offers and
is made of, and how pages show them.

The imports of a manifest have one of these styles. ``module`` is what they name, as written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from incdoc.sources.paths import join, parent

from .facts import Import
from .linker import Repository
from .patterns import inside, is_member
from .resolution import CHAIN, STARTS, Place, Start, Target
from .view import Listing

REQUIREMENT = "requirement"
"""A distribution. ``scope``: the key of the table that has it; ``requirement``, ``place``: as in ``Import``."""
MEMBER = "member"
"""Folders of other packages, as a pattern; without those that begin with ``!``."""
RUN = "run"
"""A file that a script runs. ``alias``: the name of the script."""
COMMAND = "command"
"""What a command starts. ``alias``: its name; ``scope``: the group of names that it is in."""
ENTRY = "entry point"
"""What other programs find by a name in a group, which is the ``scope``."""
EXAMPLE = "example"
"""As a command, which is an example."""
LOCKED = "locked"
"""A distribution in the version that was chosen."""
EXTENSION = "extension"
"""A source of an extension module. ``alias``: the name of the module."""

STARTED = frozenset((COMMAND, ENTRY, EXAMPLE))
LISTINGS = (
    Listing(COMMAND, "Starts", alias="Command", leads="Leads to"),
    Listing(ENTRY, "Leads to", alias="Entry point", scope="Group", leads="In this repository"),
    Listing(EXAMPLE, "Starts", alias="Example", leads="Leads to"),
    Listing(EXTENSION, "Made of", alias="Extension module", leads="Leads to"),
    Listing(RUN, "Runs", alias="Script", leads="Leads to"),
    Listing(MEMBER, "Members", leads="Folders"),
    Listing(LOCKED, "Locks", requirement="Version", scope="Group"),
    Listing(REQUIREMENT, "Requires", requirement="Version", scope="Group", leads="In this repository"),
)


_REQUIREMENT = re.compile(r"([A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)\s*(.*)", re.ASCII | re.DOTALL)
_LONGEST = 1_000
"""Characters of a requirement; what is longer is none."""


def required(line: int, text: str, group: str) -> Import | None:
    """The requirement that a text is, as ``name[extra] >= 1``; None if it is none."""
    found = _REQUIREMENT.fullmatch(text.strip()) if len(text) <= _LONGEST else None
    if found is None:
        return None
    return Import(line, found[1], scope=group, style=REQUIREMENT, requirement=" ".join(found[2].split()))


_COMMANDS = frozenset(("console_scripts", "gui_scripts"))
"""The groups of setuptools whose names are commands."""


def entry(line: int, group: str, said: str) -> Iterator[Import]:
    """What ``name = module:function`` says in a group of setuptools."""
    name, _, place = (part.strip() for part in said.partition("="))
    if group and name and place and name[0] not in "#;" and len(said) <= _LONGEST:
        scope, style = ("", COMMAND) if group in _COMMANDS else (group, ENTRY)
        yield Import(line, place, alias=name, scope=scope, style=style)


def members(
    repository: Repository, top: str, manifest: str, imports: Iterable[Import], wants: set[str]
) -> Mapping[str, Target]:
    """By pattern, the folders below ``top`` that have a manifest of this name: the members of a workspace."""
    patterns = [item.module for item in imports if item.style == MEMBER]
    if not patterns:
        return {}
    wants.add(beside(top, manifest))
    excluded = [each for each in patterns if each.startswith("!")]
    folders = [parent(each) for each in repository.below(top) if each.rpartition("/")[2] == manifest]
    return {
        each: Target(
            "folders",
            candidates=tuple(
                folder for folder in folders if folder != top and is_member(folder, top, [each, *excluded])
            ),
        )
        for each in patterns
    }


def named_file(repository: Repository, path: str, written: str, wants: set[str]) -> Target:
    """The source that the manifest at ``path`` names from its own folder."""
    place = inside(parent(path), written)
    if not place:
        return Target("missing")
    wants.add(f"/{place}")
    return Target("source", place) if repository.exists(place) else Target("missing")


def beside(top: str, manifest: str) -> str:
    """The lookup of all manifests of a name below a folder."""
    return f"/{join(top, '**')}/{manifest}"


def started(item: Import, target: Target) -> Iterator[tuple[str, int, str]]:
    """The uses of the sources that a manifest says are started: those of the definition which is called."""
    if target.kind == "source":
        if target.definer not in ("", target.path):
            yield target.path, CHAIN, ""
        for place in (Place(target.definer or target.path, target.name), *target.others):
            yield place.path, STARTS, Start(item.style, item.alias, item.scope, place.name).text()


def titled(name: str, description: str) -> str:
    """What a manifest says of its folder."""
    return f"`{name}`: {description}" if name and "`" not in name + description else description
