"""The kinds whose page is one file, joined of a part for each source, or for each folder."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import ClassVar

from msgspec import Struct

from incdoc.links.changes import Change, FolderChanged
from incdoc.links.tables import Tables
from incdoc.pages.kind import PageKind, Reads, SettingsT, SourceText
from incdoc.pages.render import Renderer
from incdoc.sources.paths import parent
from incdoc.store.fragments import WHOLE, Fragment, digest_of

_WEIGHT = 512 << 10
"""Of a file, in bytes of source: it is not made together with pages."""


class Joined(Struct, frozen=True, array_like=True, tag="joined"):
    """What a file is joined of: (source or folder, digest of its part), sorted."""

    parts: tuple[tuple[str, bytes], ...]
    missing: tuple[str, ...] = ()
    """Those that cannot be told now."""


class JoinedKind(PageKind[Joined, SettingsT]):
    """``KIND:/``. A change touches sources or folders, whose parts are made again."""

    is_joined = True
    file: ClassVar[str]
    """The name of the file in the output folder."""

    @abstractmethod
    def part(self, tables: Tables, path: str, settings: SettingsT) -> bytes | None:
        """What the file says of a source or folder, perhaps nothing; None if that cannot be told now, because facts are
        lost."""

    @abstractmethod
    def touches(self, change: Change) -> Iterable[str]:
        """What ``divided`` names whose parts may differ because of a change of the link tables."""

    @abstractmethod
    def join(self, parts: Sequence[Fragment], settings: SettingsT) -> bytes:
        """The file. ``parts``: those that have a text, by source."""

    def divided(self, tables: Tables) -> list[str]:
        """What there is a part of, sorted: the sources that have facts, or some ``part_of`` folders."""
        return tables.sources()

    def touched_by(self, change: Change) -> Iterable[str]:
        """What has other parts, and the file when the first source is added or the last one removed."""
        yield from self.touches(change)
        if isinstance(change, FolderChanged) and not change.path:
            yield WHOLE

    def subjects(self, tables: Tables, settings: SettingsT) -> Iterator[str]:
        """The one."""
        yield WHOLE

    def inputs(self, tables: Tables, subject: str, settings: SettingsT) -> Joined | None:
        """The parts that are kept; those that are missing are made here."""
        if subject != WHOLE:
            return None
        paths = self.divided(tables)
        kept = tables.store.fragments  # after a query: the first one in a forked process makes another object
        digests = kept.digests(self.name)
        missing = []
        for path in paths:
            if path in digests:
                continue
            data = self.part(tables, path, settings)
            if data is None:
                missing.append(path)
            else:
                kept.put(self.name, path, data)
                digests[path] = digest_of(data)
        parts = tuple((path, digest) for path in paths if (digest := digests.get(path)))
        return Joined(parts, tuple(missing))

    def looked_at(self, tables: Tables, subject: str, settings: SettingsT) -> Iterable[str]:
        """The file, whichever source was touched."""
        return (WHOLE,)

    def is_complete(self, value: Joined) -> bool:
        """Whether every part could be made."""
        return not value.missing

    def reads(self, settings: SettingsT) -> Reads:
        """The parts."""
        return "fragments"

    def path(self, subject: str) -> str:
        """At the top of the output."""
        return self.file

    def make(
        self, subject: str, value: Joined, settings: SettingsT, renderer: Renderer, source: SourceText | None
    ) -> list[tuple[str, bytes]]:
        """The one file."""
        assert source is not None
        texts = dict(source.fragments)
        return [(self.file, self.join([(path, texts[path]) for path, _ in value.parts], settings))]

    def appears_with(self, path: str, parsed: bool, documented: bool) -> Iterable[str]:
        """The first source."""
        return (WHOLE,)

    def weight(self, tables: Tables, subject: str) -> int:
        """More than that of a page."""
        return _WEIGHT

    def sources_behind(
        self, subject: str, changed: Collection[str], places: Iterable[str], tables: Iterable[Tables]
    ) -> Iterator[str]:
        """Those whose parts, or those of their folders, differ, if they changed."""
        differ: set[tuple[str, bytes]] = set()
        for each in tables:
            differ ^= set(each.store.fragments.digests(self.name).items())
        parts = {path for path, _ in differ}
        yield from sorted(path for path in changed if path in parts or part_of(parent(path)) in parts)


def part_of(folder: str) -> str:
    """What has the part of a folder: no source is called so."""
    return f"{folder or '.'}/"


def project_of(tables: Tables, path: str) -> str:
    """The name that a manifest at the top of the repository gives the project; empty of any other source."""
    facts = None if parent(path) else tables.facts(path)
    return facts.package if facts is not None and not tables.language(path).refers else ""
