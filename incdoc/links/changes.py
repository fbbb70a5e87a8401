"""What an update of the link tables changed, for those who show what is in them.

A change is a value that says of itself all that is needed to tell what shows it, because that is asked in the middle of
the update. ``links`` does not know who asks: ``update.apply`` gets a function from a change to the tasks whose pages
may differ.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from msgspec import Struct


class SourceChanged(Struct, frozen=True):
    """A source was added, changed or removed. ``shown``: it has, or had, facts; ``documented``: its folder's
    documentation has, or had, it."""

    path: str
    shown: bool
    documented: bool


class DescriptionChanged(Struct, frozen=True):
    """A file that describes its folder, or a public name of its sources, was added, changed or removed. ``chapters``:
    those of the folder and the one above that have documentation."""

    folder: str
    chapters: tuple[str, ...]


class CompanionChanged(Struct, frozen=True):
    """A companion of a source was added or removed, or one that declares its definitions changed."""

    path: str


class KeywordsChanged(Struct, frozen=True):
    """A source defines other names."""

    path: str


class EntriesChanged(Struct, frozen=True):
    """Entries of the global index whose keys begin so were added or removed, or are in another section of it."""

    beginning: str


class IndexChanged(Struct, frozen=True):
    """Entries of the global index were added or removed. ``paths``: the sources and folders whose they are."""

    paths: frozenset[str]


class FolderChanged(Struct, frozen=True):
    """A folder with sources, directly or below, was added or removed. ``chapters``: those of the folder and the one
    above that have documentation."""

    path: str
    chapters: tuple[str, ...]


class CountsChanged(Struct, frozen=True):
    """How many sources are in a language or in a folder changed somewhere."""


class ChapterChanged(Struct, frozen=True):
    """The documentation of a folder was added or removed. ``neighbours``: the folders with documentation before and
    after it."""

    folder: str
    neighbours: tuple[str, ...]


class ResolutionChanged(Struct, frozen=True):
    """What a source refers to may have changed. ``names``: its imports and bases, not only its links."""

    path: str
    names: bool


class ImportersChanged(Struct, frozen=True):
    """Another source imports other things of this one."""

    path: str


class SubclassesChanged(Struct, frozen=True):
    """Another source derives other classes from those of this one."""

    path: str


class CounterpartChanged(Struct, frozen=True):
    """Another source declares or defines something else of what this one defines or declares."""

    path: str


class InheritedChanged(Struct, frozen=True):
    """A class above one of this source's has other members, or other bases."""

    path: str


class OffersChanged(Struct, frozen=True):
    """The public names of a source that hands on those of others, or has them in common with those beside it; or what
    is said of them."""

    path: str


class PartsChanged(Struct, frozen=True):
    """A part of a folder imports another one, or no longer. ``folders``: both are folders. ``chapters``: the
    folder, if it has documentation."""

    folder: str
    folders: bool
    chapters: tuple[str, ...]


class StartsChanged(Struct, frozen=True):
    """A manifest says something else of what is started."""

    path: str


class UsagesChanged(Struct, frozen=True):
    """Definitions of another source use others of this one."""

    path: str


Change = (
    SourceChanged
    | DescriptionChanged
    | CompanionChanged
    | KeywordsChanged
    | EntriesChanged
    | IndexChanged
    | FolderChanged
    | CountsChanged
    | ChapterChanged
    | ResolutionChanged
    | ImportersChanged
    | SubclassesChanged
    | CounterpartChanged
    | InheritedChanged
    | OffersChanged
    | PartsChanged
    | StartsChanged
    | UsagesChanged
)

Touched = Callable[[Change], Iterable[str]]
"""The tasks whose pages may differ because of a change."""
