"""The book: a chapter for each folder with documentation, and the contents. They alone have the reading order:
where an import changes it, no chapter is written for that."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from incdoc.config import Config
from incdoc.languages.facts import Facts
from incdoc.languages.language import Kind
from incdoc.languages.public import exported, is_public
from incdoc.languages.registry import kinds_of
from incdoc.languages.resolution import Start
from incdoc.languages.sentences import first_sentence
from incdoc.links.changes import (
    Change,
    ChapterChanged,
    DescriptionChanged,
    FolderChanged,
    OffersChanged,
    PartsChanged,
    SourceChanged,
    StartsChanged,
)
from incdoc.links.tables import Tables
from incdoc.pages import paths
from incdoc.pages.diagram import parts
from incdoc.pages.documentation import rendered
from incdoc.pages.folder_index import offered
from incdoc.pages.folders import FolderLine, describe, folder_line
from incdoc.pages.kind import FolderKind, SourceText, TemplatePage
from incdoc.pages.offers import call_of, counted_offers, shortened
from incdoc.pages.public import started_as, unread
from incdoc.pages.render import Renderer
from incdoc.pages.settings import FolderSettings
from incdoc.sources.paths import parent

CONTENTS = "/"
"""The subject of the contents: no folder is called so."""
APPENDIX = frozenset(("test", "tests", "__tests__", "testdata", "bench", "benches", "benchmark", "benchmarks"))
"""Names of folders whose chapters, and those below, are the appendix."""
_DEEPEST_PACKAGE = 2
"""How many folders down the contents look for packages: ``src/shop``."""


class Name(Struct, frozen=True, array_like=True):
    """A public name of a source: its qualified name, how it is called, what it is for."""

    kind: str
    name: str
    call: str
    summary: str


class Entry(Struct, frozen=True, array_like=True):
    """A source in its chapter: its documentation and its public names."""

    path: str
    doc: str
    language: str
    names: tuple[Name, ...]
    unread: str = ""


class Chapter(Struct, frozen=True, array_like=True, tag="chapter"):
    """A folder's chapter of the book."""

    folder: str
    about: str
    language: str
    """Of the file that ``about`` is from."""
    entries: tuple[Entry, ...]
    """The file that ``about`` is from, of which the chapter lists only the names."""
    folders: tuple[FolderLine, ...]
    graph: str
    """The imports between its files and subfolders, as Mermaid; empty where there are few."""
    before: str | None
    after: str | None

    @staticmethod
    def of(tables: Tables, folder: str) -> Chapter:
        """The inputs of ``book:folder``."""
        about = describe(tables, folder)
        before, after = tables.neighbours(folder)
        entries = [
            _entry(tables, path, path == about.origin)
            for path, summary in tables.summaries(folder).items()
            if summary.documented
        ]
        folders = tuple(folder_line(tables, each) for each in tables.subfolders(folder))
        return Chapter(
            folder=folder,
            about=about.text,
            language=tables.language(about.origin).name if about.origin else "",
            entries=tuple(entry for entry in entries if entry.path != about.origin or entry.names),
            folders=folders,
            graph=parts(tables.parts(folder), (each.path.rpartition("/")[2] for each in folders)),
            before=before,
            after=after,
        )


def _entry(tables: Tables, path: str, shown: bool) -> Entry:
    """``shown``: the chapter has the documentation already."""
    facts, language = tables.facts(path) or Facts("text", 0), tables.language(path)
    exports, kinds, call = exported(facts), kinds_of(facts.language), call_of(facts, path, language)
    names = {
        each.name: Name(each.kind, each.name, shortened(call(each)), first_sentence(each.doc))
        for each in reversed(facts.definitions)
        if _is_listed(kinds[each.kind]) and is_public(each.name, exports)
    }
    doc = "" if shown else facts.about
    return Entry(path, doc, language.name, tuple(names[name] for name in sorted(names)), unread(facts))


def _is_listed(kind: Kind) -> bool:
    return kind.public and kind.shown == "block"


class Package(Struct, frozen=True, array_like=True):
    """A folder that offers names. ``name``: as they are imported from; ``offers``: how many of each kind."""

    folder: str
    name: str
    offers: str


class Contents(Struct, frozen=True, array_like=True, tag="contents"):
    """``comprehensive_book.md``: what the repository is, how it is used, and the chapters in reading order."""

    about: str
    origin: str
    starts: tuple[tuple[str, Start], ...]
    """(source, how it is started), as the manifests of the repository say."""
    packages: tuple[Package, ...]
    chapters: tuple[FolderLine, ...]
    appendix: tuple[FolderLine, ...]

    @staticmethod
    def of(tables: Tables) -> Contents:
        """The inputs of ``book:/``."""
        about = describe(tables, "")
        order = reading_order(tables.chapters(), tables.imports_between_folders())
        return Contents(
            about=about.paragraph,
            origin=about.origin,
            starts=tuple((path, replace(Start.of(said), function="")) for path, said in tables.declared_starts("")),
            packages=tuple(_packages(tables, "", 0)),
            chapters=tuple(folder_line(tables, each) for each in order if not is_aside(each)),
            appendix=tuple(folder_line(tables, each) for each in order if is_aside(each)),
        )


def _packages(tables: Tables, folder: str, depth: int) -> Iterator[Package]:
    """The outermost packages in a folder, by path."""
    path, offers = offered(tables, tables.summaries(folder))
    if path:
        name = next(iter(tables.resolver.linker(path).names(path)), folder or ".")
        yield Package(folder, name, counted_offers(offers))
    elif depth < _DEEPEST_PACKAGE:
        for each in tables.subfolders(folder):
            if not is_aside(each):
                yield from _packages(tables, each, depth + 1)


def is_aside(folder: str) -> bool:
    """Whether a folder's chapter is in the appendix."""
    return not APPENDIX.isdisjoint(folder.casefold().split("/"))


def reading_order(chapters: Iterable[str], imports: Mapping[str, Iterable[tuple[str, str]]]) -> list[str]:
    """Chapters in the order to read them: a folder before those in it, and those after the folders beside them that
    they import, as far as ``imports``, by folder (importer, imported) of its subfolders, have no circles; else by
    name."""
    chapters = set(chapters)
    inside: dict[str, set[str]] = {}
    for chapter in chapters:
        folder = chapter
        while folder:
            beside = inside.setdefault(parent(folder), set())
            if folder in beside:
                break
            beside.add(folder)
            folder = parent(folder)
    found, waiting = [], [""]
    while waiting:
        folder = waiting.pop()
        if folder in chapters:
            found.append(folder)
        if folder in inside:
            waiting += reversed(_after_imported(inside[folder], imports.get(folder, ())))
    return found


def _after_imported(folders: Iterable[str], imports: Iterable[tuple[str, str]]) -> list[str]:
    imported: dict[str, list[str]] = {}
    for one, other in imports:
        imported.setdefault(one, []).append(other)
    order: dict[str, None] = {}
    begun: set[str] = set()
    for first in sorted(folders):
        waiting = [first]
        while waiting:
            folder = waiting[-1]
            if folder not in begun:
                begun.add(folder)
                waiting += [each for each in sorted(imported.get(folder, ()), reverse=True) if each not in begun]
            else:
                order.setdefault(waiting.pop())
    wanted = set(folders)
    return [each for each in order if each in wanted]


class Book(FolderKind[Chapter | Contents, FolderSettings], TemplatePage[Chapter | Contents, FolderSettings]):
    """``book:FOLDER``, and ``book:/`` for the contents."""

    templates = ("chapter", "contents")

    def settings(self, config: Config) -> FolderSettings:
        """The size of a page, and how documentation is written."""
        return FolderSettings.of(config)

    def subjects(self, tables: Tables, settings: FolderSettings) -> Iterator[str]:
        """The chapters, then the contents."""
        yield from tables.chapters()
        yield CONTENTS

    def inputs(self, tables: Tables, subject: str, settings: FolderSettings) -> Chapter | Contents | None:
        """None of a folder without documentation."""
        return Contents.of(tables) if subject == CONTENTS else super().inputs(tables, subject, settings)

    def gather(self, tables: Tables, folder: str, settings: FolderSettings) -> Chapter | None:
        """The documentation of the folder's own sources."""
        documented = any(summary.documented for summary in tables.summaries(folder).values())
        return Chapter.of(tables, folder) if documented else None

    def path(self, subject: str) -> str:
        """``comprehensive_book.md``, and the chapters in the folder ``book``."""
        return paths.BOOK if subject == CONTENTS else paths.chapter_path(subject)

    def touched_by(self, change: Change) -> Iterable[str]:
        """The chapter of a folder, those before and after it, and the contents."""
        match change:
            case SourceChanged(path=path, documented=True):
                return (parent(path),)
            case DescriptionChanged(chapters=chapters) | FolderChanged(chapters=chapters):
                return (CONTENTS, *chapters)
            case ChapterChanged(folder=folder, neighbours=neighbours):
                return (CONTENTS, folder, *neighbours)
            case PartsChanged(folders=folders, chapters=chapters):
                return (CONTENTS, *chapters) if folders else chapters
            case StartsChanged(path=path) if "/" not in path:
                return (CONTENTS,)
            case OffersChanged(path=path) if path.count("/") <= _DEEPEST_PACKAGE:
                return (CONTENTS,)
        return ()

    def links(self) -> dict[str, Any]:
        """``folder | chapter``."""
        return {"chapter": paths.chapter_path}

    def appears_with(self, path: str, parsed: bool, documented: bool) -> Iterable[str]:
        """The chapter of the source's folder, and the contents."""
        return (parent(path), CONTENTS) if documented else (CONTENTS,)

    def folder(self, subject: str) -> str | None:
        """That of a chapter; the contents are about all."""
        return None if subject == CONTENTS else subject

    def describe(self, subject: str) -> str:
        """That of all."""
        return self.help

    def template(self, subject: str) -> str:
        """That of a chapter or of the contents."""
        return "contents" if subject == CONTENTS else "chapter"

    def context(
        self, value: Chapter | Contents, settings: FolderSettings, renderer: Renderer, source: SourceText | None
    ) -> dict[str, Any]:
        """Also the documentation and the drawing of a chapter."""
        if isinstance(value, Contents):
            starts: dict[str, list[str]] = {}
            for path, start in value.starts:
                starts.setdefault(started_as(start), []).append(path)
            return renderer.common("") | {"page": value, "starts": list(starts.items())}
        return renderer.common(value.folder) | {
            "page": value,
            "about": rendered(value.about, value.language, settings.docstrings) if value.about else "",
            "entries": [(each, rendered(each.doc, each.language, settings.docstrings)) for each in value.entries],
            "before": value.before,
            "after": value.after,
        }
