"""The keyword index of the repository, in parts by the beginnings of the keywords."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from msgspec import Struct

from incdoc.config import Config
from incdoc.links.changes import Change, FolderChanged, IndexChanged, InitialChanged
from incdoc.links.tables import DEEPEST_PREFIX, Tables
from incdoc.pages import paths
from incdoc.pages.keyword_lines import index_lines
from incdoc.pages.kind import SourceText, TemplatePage
from incdoc.pages.render import Renderer
from incdoc.pages.settings import PageSettings

WHOLE = ""
"""The subject of the list of the parts: it has all names."""


class IndexPart(Struct, frozen=True, array_like=True, tag="letter"):
    """A part of the global keyword index: the names that begin, casefolded, with ``prefix``."""

    prefix: str
    names: tuple[tuple[str, str, str, str], ...]
    """(what is listed, name, kind, path)."""

    @staticmethod
    def of(tables: Tables, prefix: str) -> IndexPart:
        """The inputs of ``keywords:prefix``."""
        return IndexPart(prefix, tuple(tables.keywords_from(prefix)))


class KeywordIndex(Struct, frozen=True, array_like=True, tag="letters"):
    """``keywords.md``: the parts of the global index."""

    prefixes: tuple[str, ...]

    @staticmethod
    def of(tables: Tables, limit: int) -> KeywordIndex:
        """The inputs of ``keywords:/``. ``limit``: the most bytes of a page."""
        return KeywordIndex(tuple(letters(tables, "", limit)))


def letters(tables: Tables, prefix: str, limit: int) -> Iterator[str]:
    """The prefixes below ``prefix`` that have a page: each as short as ``limit`` bytes allow."""
    for longer, size in tables.prefix_sizes(prefix):
        if size <= limit or len(longer) >= DEEPEST_PREFIX or not _divides(tables, longer, size):
            yield longer
        else:
            yield from letters(tables, longer, limit)


def letters_of(tables: Tables, first: str, limit: int) -> Iterator[str]:
    """``letters`` of the names that begin with the character ``first``."""
    size = tables.prefix_size(first)
    if size <= limit or not _divides(tables, first, size):
        yield first
    else:
        yield from letters(tables, first, limit)


def _divides(tables: Tables, prefix: str, size: int) -> bool:
    """A name equal to the prefix has no longer prefix, so such a prefix is not divided."""
    return sum(each for _, each in tables.prefix_sizes(prefix)) == size


class KeywordIndexes(TemplatePage[IndexPart | KeywordIndex, PageSettings]):
    """``keywords:PREFIX``, and ``keywords:/`` for the list of the parts; a prefix that begins with a slash has one more
    in the task's name."""

    templates = ("letter", "letters")

    def settings(self, config: Config) -> PageSettings:
        """The size of a page decides which parts there are."""
        return PageSettings.of(config)

    def subjects(self, tables: Tables, settings: PageSettings) -> Iterator[str]:
        """The parts, then their list."""
        yield from letters(tables, "", settings.limit)
        yield WHOLE

    def inputs(self, tables: Tables, subject: str, settings: PageSettings) -> IndexPart | KeywordIndex | None:
        """None of a prefix that is no part."""
        if subject == WHOLE:
            return KeywordIndex.of(tables, settings.limit)
        return IndexPart.of(tables, subject) if subject in _parts(tables, subject, settings) else None

    def replaces(self, tables: Tables, subject: str, settings: PageSettings) -> Iterable[str]:
        """The other parts, present and recorded, with the same first character."""
        if subject == WHOLE:
            return
        yield from _parts(tables, subject, settings)
        start = len(self.name) + 1
        recorded = tables.store.pages.tasks_from(f"{self.name}:{self.spelled(subject[:1])}")
        yield from (self.subject(task[start:]) for task in recorded)

    def spelled(self, subject: str) -> str:
        """The list of the parts is a slash, so another is added to prefixes that begin with one."""
        return f"/{subject}" if not subject or subject.startswith("/") else subject

    def subject(self, spelled: str) -> str:
        """Without the slash that was added."""
        return spelled.removeprefix("/")

    def path(self, subject: str) -> str:
        """``keywords.md``, and beside it the parts."""
        return paths.KEYWORDS if subject == WHOLE else paths.letter_path(subject)

    def touched_by(self, change: Change) -> Iterable[str]:
        """The part of the names; the list of the parts, which also exists without a name."""
        match change:
            case InitialChanged(initial=initial):
                return (initial,)
            case IndexChanged() | FolderChanged(path=""):
                return (WHOLE,)
        return ()

    def links(self) -> dict[str, Any]:
        """``prefix | letter``."""
        return {"letter": paths.letter_path}

    def appears_with(self, path: str, parsed: bool, documented: bool) -> Iterable[str]:
        """The list of the parts: a source's keywords are not known before it is read."""
        return (WHOLE,)

    def sources_behind(
        self, subject: str, changed: Collection[str], places: Iterable[str], tables: Iterable[Tables]
    ) -> Iterator[str]:
        """The changed sources that have, or had, a keyword with the prefix."""
        found = {path for each in tables for *_, path in each.keywords_from(subject)}
        yield from sorted(found.intersection(changed))

    def template(self, subject: str) -> str:
        """That of a part or of the list."""
        return "letters" if subject == WHOLE else "letter"

    def context(
        self,
        value: IndexPart | KeywordIndex,
        settings: PageSettings,
        renderer: Renderer,
        source: SourceText | None,
    ) -> dict[str, Any]:
        """Also the lines of a part."""
        context = renderer.common("") | {"page": value}
        if isinstance(value, IndexPart):
            context["rows"] = list(index_lines(value.names, renderer))
        return context


def _parts(tables: Tables, subject: str, settings: PageSettings) -> list[str]:
    """The parts whose names begin with the first character of ``subject``."""
    first = subject[:1]
    return list(letters_of(tables, first, settings.limit)) if tables.prefix_size(first) else []
