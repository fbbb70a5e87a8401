"""The keyword index of the repository, in parts by ranges of the entries."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from itertools import groupby
from typing import Any, ClassVar

from msgspec import Struct

from incdoc.config import Config
from incdoc.links import index_ranges
from incdoc.links.changes import Change, EntriesChanged, FolderChanged, IndexChanged
from incdoc.links.index_ranges import Range
from incdoc.links.tables import PRIVATE, PUBLIC, TESTS, Entry, Tables
from incdoc.pages import paths
from incdoc.pages.keyword_lines import index_lines
from incdoc.pages.kind import PageKind, PageSettingsT, SourceText, TemplatePage
from incdoc.pages.render import Renderer
from incdoc.pages.settings import PageSettings

WHOLE = index_ranges.WHOLE.text()
"""The subject of ``keywords.md``: the whole index, or the list of its parts."""
_SPELLED = "/"
"""How a task names it."""
_SECTIONS = {PUBLIC: "", TESTS: "Names in Tests", PRIVATE: "Private Names"}


class IndexPart(Struct, frozen=True, array_like=True, tag="letter"):
    """A part of the global keyword index."""

    part: str
    """Its subject, which is in the name of the page."""
    title: str
    """The range of its entries: ``A–C``."""
    entries: tuple[Entry, ...]

    @staticmethod
    def of(tables: Tables, found: Range) -> IndexPart:
        """The inputs of ``keywords:RANGE``."""
        return IndexPart(found.text(), index_ranges.title(found), tuple(tables.entries(found)))


class KeywordIndex(Struct, frozen=True, array_like=True, tag="letters"):
    """``keywords.md``: the parts of the global index; its entries if there is but one part."""

    parts: tuple[tuple[str, str], ...]
    """(subject, title) of each."""
    entries: tuple[Entry, ...]

    @staticmethod
    def of(tables: Tables, ranges: Collection[Range]) -> KeywordIndex:
        """The inputs of ``keywords:/``. ``ranges``: of all parts."""
        if len(ranges) == 1:
            return KeywordIndex((), tuple(tables.entries(index_ranges.WHOLE)))
        return KeywordIndex(tuple((each.text(), index_ranges.title(each)) for each in ranges), ())


class IndexKind(PageKind[IndexPart | KeywordIndex, PageSettingsT]):
    """A kind with a page for each part of the index, and one for the list of the parts."""

    def subjects(self, tables: Tables, settings: PageSettingsT) -> Iterator[str]:
        """The parts, then their list."""
        yield from (each.text() for each in tables.index_ranges(settings.limit) if each != index_ranges.WHOLE)
        yield WHOLE

    def inputs(self, tables: Tables, subject: str, settings: PageSettingsT) -> IndexPart | KeywordIndex | None:
        """None of a range that is no part."""
        ranges = tables.index_ranges(settings.limit)
        if subject == WHOLE:
            return KeywordIndex.of(tables, ranges)
        found = Range.of(subject)
        return IndexPart.of(tables, found) if found in ranges and found.text() == subject else None

    def looked_at(self, tables: Tables, subject: str, settings: PageSettingsT) -> Iterable[str]:
        """The parts that have keys of the range, and its own page, which may be one of other parts than there are now;
        with the whole also the parts that are new or gone."""
        ranges = tables.index_ranges(settings.limit)
        recorded = tables.store.pages
        if subject != WHOLE:
            keys = Range.of(subject)
            yield from (each.text() for each in ranges if each.overlaps(keys))
            if recorded.of(f"{self.name}:{self.spelled(subject)}"):
                yield subject
            return
        yield WHOLE
        before = {self.subject(task[len(self.name) + 1 :]) for task in recorded.tasks_from(f"{self.name}:")}
        yield from sorted(before ^ {each.text() for each in ranges})

    def spelled(self, subject: str) -> str:
        """The whole is a slash."""
        return subject or _SPELLED

    def subject(self, spelled: str) -> str:
        """A slash is the whole."""
        return WHOLE if spelled == _SPELLED else spelled

    def touched_by(self, change: Change) -> Iterable[str]:
        """The part of the entries; the list of the parts, which also exists without an entry."""
        match change:
            case EntriesChanged(beginning=beginning):
                return (Range(beginning, beginning).text(),)
            case IndexChanged() | FolderChanged(path=""):
                return (WHOLE,)
        return ()

    def appears_with(self, path: str, parsed: bool, documented: bool) -> Iterable[str]:
        """The list of the parts: a source's entries are not known before it is read."""
        return (WHOLE,)

    def sources_behind(
        self, subject: str, changed: Collection[str], places: Iterable[str], tables: Iterable[Tables]
    ) -> Iterator[str]:
        """The changed sources of the entries that were added or removed; of a folder, those in it."""
        differ: set[Entry] = set()
        for each in tables:
            differ ^= set(each.entries(Range.of(subject)))
        paths = {entry.path for entry in differ}
        folders = tuple(f"{entry.path}/" for entry in differ if entry.place == "folder")
        yield from sorted(path for path in changed if path in paths or path.startswith(folders))


class KeywordIndexes(TemplatePage[IndexPart | KeywordIndex, PageSettings], IndexKind[PageSettings]):
    """``keywords:RANGE``, and ``keywords:/`` for the list of the parts."""

    templates: ClassVar[tuple[str, ...]] = ("letter", "letters")

    def settings(self, config: Config) -> PageSettings:
        """The size of a page decides which parts there are."""
        return PageSettings.of(config)

    def path(self, subject: str) -> str:
        """``keywords.md``, and beside it the parts."""
        return paths.KEYWORDS if subject == WHOLE else paths.letter_path(subject)

    def links(self) -> dict[str, Any]:
        """``part | letter``."""
        return {"letter": paths.letter_path}

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
        """Also the lines of the entries by their sections, and the parts in lines that begin with the same letter."""
        context = renderer.common("") | {
            "page": value,
            "sections": [
                (_SECTIONS[section], list(index_lines(entries, renderer)))
                for section, entries in groupby(value.entries, key=lambda entry: entry.section)
            ],
        }
        if isinstance(value, KeywordIndex):
            context["rows"] = [list(parts) for _, parts in groupby(value.parts, key=lambda part: part[1][:1])]
        return context
