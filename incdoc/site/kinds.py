"""What a static site has beside its pages: what is in each folder, the names for its search, scripts and styles.

Each is divided so that an edit writes few of them: a file a folder, and a file for each part of the keyword index. They
are scripts that hand over data, because a page that is opened from a disk may load scripts and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from hashlib import blake2b

from msgspec import Struct

from incdoc.config import SITE, Config
from incdoc.languages import Languages
from incdoc.links import index_ranges
from incdoc.links.changes import Change, FolderChanged, SourceChanged
from incdoc.links.index_ranges import Range
from incdoc.links.tables import Entry, Tables
from incdoc.pages import paths
from incdoc.pages.keyword_index import IndexKind, IndexPart, KeywordIndex
from incdoc.pages.kind import FolderKind, PageKind, Reads, SourceKind, SourceText
from incdoc.pages.markdown import fragment
from incdoc.pages.render import Renderer
from incdoc.pages.settings import KeywordSettings
from incdoc.sources.mark import CODE_MARK, MARK
from incdoc.sources.paths import parent

from . import assets, places, shell


class NoSettings(Struct, frozen=True, array_like=True):
    """Of a kind that depends on none."""


class FolderEntries(Struct, frozen=True, array_like=True, tag="site_tree"):
    """What the tree shows of a folder: the names of its subfolders, and its sources."""

    folder: str
    folders: tuple[str, ...]
    sources: tuple[str, ...]


class SiteTree(FolderKind[FolderEntries, NoSettings]):
    """``site_tree:FOLDER``."""

    def settings(self, config: Config) -> NoSettings:
        """None."""
        return NoSettings()

    def gather(self, tables: Tables, folder: str, settings: NoSettings) -> FolderEntries:
        """From the tables of sources and folders."""
        sources = (path for path, summary in tables.summaries(folder).items() if summary.kind == "file")
        return FolderEntries(folder, tuple(tables.subfolders(folder)), tuple(sources))

    def path(self, subject: str) -> str:
        """Below the folder of what is no page."""
        return SITE + places.tree_path(subject)

    def touched_by(self, change: Change) -> Iterable[str]:
        """Its own sources and subfolders."""
        match change:
            case SourceChanged(path=path):
                return (parent(path),)
            case FolderChanged(path=path):
                return {parent(path), path}
        return ()

    def make(
        self, subject: str, value: FolderEntries, settings: NoSettings, renderer: Renderer, source: SourceText | None
    ) -> list[tuple[str, str]]:
        """As the live reader lists the folder of the output."""
        listed = [(paths.folder_path(path).split("/")[-2], True) for path in value.folders]
        listed += [(paths.docs_path(path).rpartition("/")[2], False) for path in value.sources]
        name = places.tree_path(subject)
        return [(self.path(subject), shell.script(name, shell.tree(paths.folder_path(subject)[:-1], sorted(listed))))]


class TextSettings(Struct, frozen=True, array_like=True):
    """Of the texts of sources. ``languages``: decide how one is coloured."""

    shown: bool
    languages: tuple[str, ...]


class SourceContent(Struct, frozen=True, array_like=True, tag="site_text"):
    """The text of a source, by its facts key."""

    path: str
    content: bytes


class SiteTexts(SourceKind[SourceContent, TextSettings]):
    """``site_text:SOURCE``: where links to lines lead."""

    def settings(self, config: Config) -> TextSettings:
        """Whether there are any."""
        return TextSettings(places.has_texts(config), Languages.of(config).names)

    def subjects(self, tables: Tables, settings: TextSettings) -> Iterator[str]:
        """Every source with facts."""
        return super().subjects(tables, settings) if settings.shown else iter(())

    def gather(self, tables: Tables, path: str, settings: TextSettings) -> SourceContent | None:
        """Its content."""
        return SourceContent(path, tables.facts_key(path) or b"") if settings.shown else None

    def path(self, subject: str) -> str:
        """Beside the page of the source."""
        return SITE + places.text_path(subject)

    def reads(self, settings: TextSettings) -> Reads:
        """All of it."""
        return "text"

    def weight(self, tables: Tables, subject: str) -> int:
        """Its size."""
        summary = tables.summaries(parent(subject)).get(subject)
        return 500 + (summary.size if summary is not None else 0)

    def touched_by(self, change: Change) -> Iterable[str]:
        """Its own."""
        return (change.path,) if isinstance(change, SourceChanged) and change.shown else ()

    def make(
        self, subject: str, value: SourceContent, settings: TextSettings, renderer: Renderer, source: SourceText | None
    ) -> list[tuple[str, str]]:
        """The text as a page."""
        assert source is not None
        label = Languages.named(settings.languages).detect(subject).fence
        page = paths.docs_path(subject)
        here = places.text_path(subject)
        text = shell.source(here, subject, source.body, page, label, f"{MARK}{page}. -->\n")
        return [(self.path(subject), text)]


class SiteSearch(IndexKind[KeywordSettings]):
    """``site_search:RANGE``, and ``site_search:/`` for the list of the parts: those of the global keyword index."""

    def settings(self, config: Config) -> KeywordSettings:
        """Also the languages, which decide what language a source is in by its name."""
        return KeywordSettings(config.max_page_kb, Languages.of(config).names)

    def path(self, subject: str) -> str:
        """Named as the parts of the keyword index are."""
        return SITE + _find_path(subject)

    def make(
        self,
        subject: str,
        value: IndexPart | KeywordIndex,
        settings: KeywordSettings,
        renderer: Renderer,
        source: SourceText | None,
    ) -> list[tuple[str, str]]:
        """Names with what they are and where; the list has the ranges of the parts, and of one part its names."""
        languages = Languages.named(settings.languages)
        data = _names(value.entries, languages)
        if isinstance(value, KeywordIndex):
            ranges = ((part, Range.of(part)) for part, _ in value.parts)
            data["parts"] = [[_find_path(part), found.first, found.end] for part, found in ranges]
        return [(self.path(subject), shell.script(_find_path(subject), data))]


def _find_path(part: str) -> str:
    label = paths.letter_path(part)[len("keywords.") : -len("md")]
    return f"{places.OWN}/find/{label}js" if part != index_ranges.WHOLE.text() else f"{places.OWN}/find/index.js"


def _names(entries: Iterable[Entry], languages: Languages) -> dict[str, object]:
    """Entries for the script: each place, kind and language once, and rows that name them by number."""
    where: dict[tuple[str, str], int] = {}
    kinds: dict[str, int] = {}
    rows = []
    for entry in entries:
        at = where.setdefault((entry.path, entry.place), len(where))
        kind = kinds.setdefault(entry.kind, len(kinds))
        row: list[object] = [entry.name, kind, at, entry.section]
        if not entry.place and (anchor := fragment(entry.name)) != f"#{entry.name}":
            row.append(anchor)
        rows.append(row)
    return {"kinds": list(kinds), "places": [_place(*each, languages) for each in where], "names": rows}


def _place(path: str, place: str, languages: Languages) -> list[str]:
    """(path, link to its page from the top, language, what it is if it is the entry itself)."""
    page = paths.folder_page(path, paths.INDEX) if place == "folder" else paths.docs_path(path)
    language = "" if place == "folder" or languages.is_open(path) else languages.language(path).title
    return [path, places.link("index.html", places.html_path(page)), language, place]


class StaticFiles(Struct, frozen=True, array_like=True, tag="site_files"):
    """The digests of the files that all pages use."""

    digests: tuple[tuple[str, bytes], ...]


class SiteFiles(PageKind[StaticFiles, NoSettings]):
    """``site_files:/``."""

    def settings(self, config: Config) -> NoSettings:
        """None."""
        return NoSettings()

    def subjects(self, tables: Tables, settings: NoSettings) -> Iterator[str]:
        """The one."""
        yield _ALL

    def inputs(self, tables: Tables, subject: str, settings: NoSettings) -> StaticFiles | None:
        """The files, which are incdoc's own."""
        if subject != _ALL:
            return None
        return StaticFiles(tuple((name, blake2b(data, digest_size=16).digest()) for name, data in _static()))

    @staticmethod
    def paths() -> list[str]:
        """All of them."""
        return [*(f"{SITE}{places.OWN}/{name}" for name, _ in _static()), f"{SITE}.nojekyll"]

    def path(self, subject: str) -> str:
        """The first of them."""
        return f"{SITE}{places.OWN}/reader.js"

    def touched_by(self, change: Change) -> Iterable[str]:
        """There are some as soon as there is a page."""
        return (_ALL,) if isinstance(change, FolderChanged) and not change.path else ()

    def appears_with(self, path: str, parsed: bool, documented: bool) -> Iterable[str]:
        """The first source."""
        return (_ALL,)

    def make(
        self, subject: str, value: StaticFiles, settings: NoSettings, renderer: Renderer, source: SourceText | None
    ) -> list[tuple[str, str]]:
        """Copies with the mark. ``.nojekyll``: GitHub leaves out names with ``_`` at the beginning without it."""
        copies = [(f"{SITE}{places.OWN}/{name}", _MARK + data.decode("utf-8")) for name, data in _static()]
        return [*copies, (f"{SITE}.nojekyll", _MARK)]


_ALL = "/"
_MARK = f"{CODE_MARK}its package. */\n"


def _static() -> Iterator[tuple[str, bytes]]:
    for name in assets.FILES:
        if (data := assets.read(name)) is not None:
            yield name, data
