"""The index of a folder: its sources and subfolders. That of the repository is the front page of all pages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from msgspec import Struct

from incdoc.config import Config
from incdoc.languages import Languages
from incdoc.links.changes import Change, CountsChanged, DescriptionChanged, FolderChanged, OffersChanged, SourceChanged
from incdoc.links.summary import FileSummary
from incdoc.links.tables import Tables
from incdoc.pages import paths
from incdoc.pages.folders import FolderLine, contents, describe, folder_line, said
from incdoc.pages.kind import FolderKind, SourceText, TemplatePage
from incdoc.pages.offers import Offer, counted_offers, offer_tables, offers_of, shared_offers
from incdoc.pages.render import Renderer
from incdoc.pages.settings import KeywordSettings
from incdoc.sources.paths import parent


class FileLine(Struct, frozen=True, array_like=True):
    """A source in its folder's index. ``size``: only of binary files, because the page of a text has its size."""

    path: str
    kind: str
    label: str
    summary: str
    size: int
    detail: str
    origins: tuple[str, ...] = ()
    """What it is if it was not written here: ``generated``."""


class FolderIndex(Struct, frozen=True, array_like=True, tag="index"):
    """``index.md`` of a folder."""

    folder: str
    about: str
    origin: str
    """The file that ``about`` is from; empty if it is what the folder has."""
    files: tuple[FileLine, ...]
    folders: tuple[FolderLine, ...]
    chapter: bool
    package: str = ""
    """The source of the folder that hands on names of others, if one does."""
    module: str = ""
    """The name of that, or of the package that all are."""
    offers: tuple[Offer, ...] = ()
    """Its public names."""

    @staticmethod
    def of(tables: Tables, folder: str) -> FolderIndex:
        """The inputs of ``index:folder``."""
        about = describe(tables, folder)
        summaries = tables.summaries(folder)
        package, offers = offered(tables, summaries)
        return FolderIndex(
            folder=folder,
            about=about.paragraph if about.origin or offers else contents(summaries, tables.subfolders(folder)),
            origin=about.origin,
            files=tuple(_file_line(path, summary) for path, summary in summaries.items()),
            folders=tuple(folder_line(tables, each) for each in tables.subfolders(folder)),
            chapter=any(summary.documented for summary in summaries.values()),
            package=package if package and tables.resolver.linker(package).hands_on(package) else "",
            module=next(iter(tables.resolver.linker(package).names(package)), "") if package else "",
            offers=offers,
        )


def offered(tables: Tables, files: Mapping[str, FileSummary]) -> tuple[str, tuple[Offer, ...]]:
    """The source of a folder that hands on the names of others, and its public names; or the first of the sources that
    are one package, and the names of all."""
    for path in files:
        if tables.resolver.linker(path).hands_on(path) and (offers := offers_of(tables, path)):
            return path, offers
    shared = [path for path, each in files.items() if not each.test and tables.resolver.linker(path).shares(path)]
    offers = shared_offers(tables, shared)
    return (shared[0], offers) if offers else ("", ())


class Part(Struct, frozen=True, array_like=True):
    """A folder at the top of the repository. ``sources``: how many it has, directly or below."""

    path: str
    summary: str
    sources: int


class FrontPage(Struct, frozen=True, array_like=True, tag="front"):
    """``index.md`` of the repository: what it is, what it has, and where to begin."""

    title: str
    """What the file that describes the repository calls it; empty if that says nothing."""
    about: str
    origin: str
    begin: tuple[tuple[str, str], ...]
    """(what for, path) of the files with which to begin."""
    parts: tuple[Part, ...]
    languages: tuple[tuple[str, int], ...]
    """(title, number of sources)."""
    files: tuple[FileLine, ...]
    chapter: bool

    @staticmethod
    def of(tables: Tables) -> FrontPage:
        """The inputs of ``index:.``."""
        about = describe(tables, "")
        summaries = tables.summaries("")
        return FrontPage(
            title=about.title,
            about=about.said,
            origin=about.origin,
            begin=tuple(begin(tables, summaries, about.origin)),
            parts=tuple(
                Part(line.path, line.summary, tables.source_count(line.path))
                for line in (folder_line(tables, each) for each in tables.subfolders(""))
            ),
            languages=tuple(tables.language_counts()),
            files=tuple(_file_line(path, summary) for path, summary in summaries.items()),
            chapter=any(summary.documented for summary in summaries.values()),
        )


_FIRST_FILES = (
    ("To change it", ("contributing", "hacking")),
    ("To see how it is built", ("architecture", "design")),
    ("To look up a term", ("glossary",)),
    ("To see what changed", ("changelog", "changes", "history", "news")),
    ("To report a vulnerability", ("security",)),
)
"""What texts with these names, before their suffix, are read for."""


def begin(tables: Tables, summaries: Mapping[str, FileSummary], origin: str) -> Iterator[tuple[str, str]]:
    """(what for, path) of the files with which to begin, of those at the top of the repository. ``origin``: the one
    that describes it."""
    if origin:
        yield "To learn what it is", origin
    for purpose, stems in _FIRST_FILES:
        for path, summary in summaries.items():
            language = tables.language(path)
            text = language.prose or not language.title
            if summary.kind == "file" and text and path.partition(".")[0].lower() in stems:
                yield purpose, path


def _file_line(path: str, summary: FileSummary) -> FileLine:
    size = summary.size if summary.kind == "binary" else 0
    return FileLine(
        path,
        summary.kind,
        summary.label,
        said(summary),
        size,
        summary.detail if summary.kind == "link" else "",
        tuple(each.kind for each in summary.origins),
    )


Index = FolderIndex | FrontPage


class FolderIndexes(FolderKind[Index, KeywordSettings], TemplatePage[Index, KeywordSettings]):
    """``index:FOLDER``; ``index:.`` is the front page."""

    templates = ("index", "front")
    file = paths.INDEX

    def settings(self, config: Config) -> KeywordSettings:
        """The size of a page, and the languages whose files may say what a folder is for."""
        return KeywordSettings.of(config)

    def gather(self, tables: Tables, folder: str, settings: KeywordSettings) -> Index:
        """Its sources by their summaries, and its subfolders."""
        return FolderIndex.of(tables, folder) if folder else FrontPage.of(tables)

    def touched_by(self, change: Change) -> Iterable[str]:
        """Its sources, and what its subfolders are for."""
        match change:
            case SourceChanged(path=path):
                return (parent(path),)
            case DescriptionChanged(folder=folder) if folder:
                return (parent(folder),)
            case FolderChanged(path=path):
                return {parent(path), path}
            case OffersChanged(path=path):
                return (parent(path),)
            case CountsChanged():
                return ("",)
        return ()

    def template(self, subject: str) -> str:
        """That of a folder or of the front page."""
        return "index" if subject else "front"

    def context(
        self, value: Index, settings: KeywordSettings, renderer: Renderer, source: SourceText | None
    ) -> dict[str, Any]:
        """Also the link to its chapter, what could have said what it is for, and its public names."""
        folder, package, offers = (
            (value.folder, value.package, value.offers) if isinstance(value, FolderIndex) else ("", "", ())
        )
        return renderer.common(folder) | {
            "page": value,
            "offered": counted_offers(offers),
            "offers": list(offer_tables(offers, renderer.page, package or f"{folder}/")),
            "chapter": renderer.href(paths.chapter_path(folder)),
            "rules": renderer.href(paths.RULES),
            "describing": Languages.named(settings.languages).described_by,
        }
