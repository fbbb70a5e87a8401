"""What a language knows of the links between files: under which names a source is found, and what its text refers to.

Terms: a **lookup** is what a source searched for, found or not: a name, or ``/`` and a path, with or without suffix. A
file that is added later is noticed by it. Names are the language's own: the rows of the link tables prefix them with
the language, so ``os`` of one is not ``os`` of another. Paths are of the disk, and common to all. So are the names of
the modules that a source in one language makes for others (``Outline.modules``), which are named in ``MODULES``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar, Literal, Protocol

from incdoc.sources.paths import parent

from .facts import Import
from .outline import Outline
from .resolution import Command, Place, Resolution


class Repository(Protocol):
    """What a linker may ask of the repository."""

    def exists(self, path: str) -> bool:
        """Whether there is a source at the path."""

    def named(self, language: str, name: str) -> Iterable[str]:
        """The sources that have the name, sorted."""

    def outline(self, path: str) -> Outline | None:
        """The outline of a source; None where there is none."""

    def holds(self, folder: str) -> bool:
        """Whether there is a source in the folder or below."""

    def below(self, folder: str) -> Iterable[str]:
        """The sources in the folder and below, sorted."""

    def kind(self, path: str) -> str:
        """The kind of the entry at the path, as in its summary; empty where nothing is listed."""

    def repository(self, path: str) -> str:
        """The submodule or other repository that the path is or is in; else empty."""


MODULES = "/module"
"""In place of a language, before the names of modules that sources make for other languages: ``/module:_C``."""
Entry = Literal["source", "folder", "other"]
"""What comes or goes: a source of the language, a folder, or what no facts are read of: a submodule, a link."""

_PARTICIPLES = {"read": "read", "refer": "referred"}


def plural(verb: str) -> str:
    """A verb for several: ``import``, ``refer to`` of ``refers to``."""
    first, blank, rest = verb.partition(" ")
    return first.removesuffix("s") + blank + rest


def participle(verb: str) -> str:
    """The past participle of a verb: ``imported``."""
    first, blank, rest = plural(verb).partition(" ")
    made = _PARTICIPLES.get(first) or (f"{first}d" if first.endswith("e") else f"{first}ed")
    return made + blank + rest


class Linker:
    """The links of a language in one repository, as it is at one moment. This one has none; a language overrides what
    it has. It may keep what it was told: a new one is made after a change."""

    refers: ClassVar[str] = "refers to"
    """The verb between a source and what it looked up, in reasons."""

    def __init__(self, repository: Repository) -> None:
        self.repository = repository

    def names(self, path: str) -> list[str]:
        """The names under which other sources can refer to the source at ``path``, the most usual first."""
        return []

    def defines(self, path: str) -> Iterable[str]:
        """The names under which other sources find single definitions of the source at ``path``."""
        return ()

    def registers(self, path: str) -> Iterable[tuple[str, str]]:
        """(registry, name) of the distributions of other projects that a manifest requires."""
        return ()

    def locks(self, path: str) -> bool:
        """Whether a manifest has what others of its folder require, and all that those require in turn."""
        return False

    def governs(self, path: str) -> str:
        """The folder whose sources, with those below, a manifest says what it requires for."""
        return parent(path)

    def distributions(self, path: str, item: Import) -> Iterable[tuple[str, str]]:
        """(registry, name) of the distributions in which an import of the source at ``path`` may be that leads to none
        of this repository, the likeliest first. One counts only if a manifest requires it."""
        return ()

    def sought(self, path: str, entry: Entry) -> Iterable[str]:
        """The lookups, besides ``/path`` and its names, whose answer the coming or going of ``path`` may change. It is
        asked in the middle of an update, and must not ask the repository."""
        return ()

    def declares(self, path: str, outline: Outline) -> object:
        """What one of the language's manifests says that decides names or resolutions of files beside and below it;
        it is compared with what it said before."""
        return None

    def surface(self, outline: Outline) -> object:
        """What the resolution of other sources can see of a source; it is compared with what was there before."""
        return None

    def resolve(self, path: str, outline: Outline) -> Resolution:
        """What a source refers to, and what it looked up for that."""
        return Resolution((), (), frozenset(), frozenset())

    def command(self, path: str, outline: Outline, wants: set[str], looked: set[str]) -> Command | None:
        """How the tests in the source at ``path`` are run, if it may have any and that is known. What that was looked
        up for is added to ``wants`` and ``looked``: the lookups, and the sources whose content counts."""
        return None

    def companions(self, path: str) -> Iterable[tuple[str, str]]:
        """(what it is to ``path``, path) of the files that may belong to a source: its stub, its header."""
        return ()

    def declared_in(self, path: str) -> Iterable[str]:
        """The companions that may say of the definitions of a source what it does not say itself: its stub."""
        return ()

    def declares_for(self, path: str) -> Iterable[str]:
        """The sources of which ``declared_in`` has ``path``."""
        return ()

    def executed_by(self, path: str) -> Iterable[str]:
        """The sources that run the source at ``path`` without referring to it."""
        return ()

    @staticmethod
    def hands_on(path: str) -> bool:
        """Whether others are meant to import from the source at ``path`` what it imports itself: a package's own."""
        return False

    @staticmethod
    def shares(path: str) -> bool:
        """Whether the source at ``path`` and those beside it have their names in common: they are one package."""
        return False

    def offers(self, path: str, wants: set[str], looked: set[str]) -> Mapping[str, Place]:
        """By name, what a source that hands on has for others of what it imports: definitions and modules of this
        repository. What that was looked up for is added to ``wants`` and ``looked``."""
        return {}

    def prepares(self, path: str) -> bool:
        """Whether a runner runs the source at ``path`` before the tests beside and below it."""
        return False

    def folder(self, path: str) -> str:
        """What the language calls a folder: ``Python package``; empty if it is no more than a folder."""
        return ""

    def forget_outlines(self) -> None:
        """Drop the values that were made from outlines, which take memory."""
