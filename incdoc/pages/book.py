"""The book: a chapter for each folder with documentation, and the contents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from incdoc.config import Config
from incdoc.languages.facts import Facts
from incdoc.languages.language import Kind
from incdoc.languages.public import exported, is_public
from incdoc.languages.registry import kinds_of
from incdoc.languages.sentences import first_sentence
from incdoc.links.changes import Change, ChapterChanged, DescriptionChanged, FolderChanged, SourceChanged
from incdoc.links.tables import Tables
from incdoc.pages import paths
from incdoc.pages.folders import FolderLine, describe, folder_line
from incdoc.pages.kind import FolderKind, SourceText, TemplatePage
from incdoc.pages.public import unread
from incdoc.pages.render import Renderer
from incdoc.pages.settings import PageSettings
from incdoc.sources.paths import parent

CONTENTS = "/"
"""The subject of the contents: no folder is called so."""


class Entry(Struct, frozen=True, array_like=True):
    """A source in its chapter: its docstring and its public names (kind, name, first sentence)."""

    path: str
    doc: str
    names: tuple[tuple[str, str, str], ...]
    unread: str = ""


class Chapter(Struct, frozen=True, array_like=True, tag="chapter"):
    """A folder's chapter of the book."""

    folder: str
    about: str
    entries: tuple[Entry, ...]
    """The file that ``about`` is from, of which the chapter lists only the names."""
    folders: tuple[FolderLine, ...]
    before: str | None
    after: str | None

    @staticmethod
    def of(tables: Tables, folder: str) -> Chapter:
        """The inputs of ``book:folder``."""
        about = describe(tables, folder)
        before, after = tables.neighbours(folder)
        entries = [
            _entry(path, tables.facts(path) or Facts("text", 0))
            for path, summary in tables.summaries(folder).items()
            if summary.documented
        ]
        entries = [entry if entry.path != about.origin else replace(entry, doc="") for entry in entries]
        return Chapter(
            folder=folder,
            about=about.text,
            entries=tuple(entry for entry in entries if entry.path != about.origin or entry.names),
            folders=tuple(folder_line(tables, each) for each in tables.subfolders(folder)),
            before=before,
            after=after,
        )


def _entry(path: str, facts: Facts) -> Entry:
    exports, kinds = exported(facts), kinds_of(facts.language)
    names = {
        definition.name: (definition.kind, definition.name, first_sentence(definition.doc))
        for definition in reversed(facts.definitions)
        if _is_listed(kinds[definition.kind]) and is_public(definition.name, exports)
    }
    return Entry(path, facts.about, tuple(names[name] for name in sorted(names)), unread(facts))


def _is_listed(kind: Kind) -> bool:
    return kind.public and kind.shown == "block"


class Contents(Struct, frozen=True, array_like=True, tag="contents"):
    """``comprehensive_book.md``: what the repository is, and the chapters in reading order."""

    about: str
    origin: str
    chapters: tuple[FolderLine, ...]

    @staticmethod
    def of(tables: Tables) -> Contents:
        """The inputs of ``book:/``."""
        about = describe(tables, "")
        return Contents(about.paragraph, about.origin, tuple(folder_line(tables, each) for each in tables.chapters()))


class Book(FolderKind[Chapter | Contents, PageSettings], TemplatePage[Chapter | Contents, PageSettings]):
    """``book:FOLDER``, and ``book:/`` for the contents."""

    templates = ("chapter", "contents")

    def settings(self, config: Config) -> PageSettings:
        """The size of a page."""
        return PageSettings.of(config)

    def subjects(self, tables: Tables, settings: PageSettings) -> Iterator[str]:
        """The chapters in reading order, then the contents."""
        yield from tables.chapters()
        yield CONTENTS

    def inputs(self, tables: Tables, subject: str, settings: PageSettings) -> Chapter | Contents | None:
        """None of a folder without documentation."""
        return Contents.of(tables) if subject == CONTENTS else super().inputs(tables, subject, settings)

    def gather(self, tables: Tables, folder: str, settings: PageSettings) -> Chapter | None:
        """The documentation of the folder's own sources."""
        documented = any(summary.documented for summary in tables.summaries(folder).values())
        return Chapter.of(tables, folder) if documented else None

    def path(self, subject: str) -> str:
        """``comprehensive_book.md``, and beside it the chapters."""
        return paths.BOOK if subject == CONTENTS else paths.chapter_path(subject)

    def touched_by(self, change: Change) -> Iterable[str]:
        """The chapter of a folder, those before and after it, and the contents."""
        match change:
            case SourceChanged(path=path, documented=True):
                return (parent(path),)
            case DescriptionChanged(chapters=chapters):
                return (CONTENTS, *chapters)
            case FolderChanged(path=path, chapters=chapters):
                return chapters if path else (*chapters, CONTENTS)
            case ChapterChanged(folder=folder, neighbours=neighbours):
                return (CONTENTS, folder, *neighbours)
        return ()

    def links(self) -> dict[str, Any]:
        """``folder | chapter``."""
        return {"chapter": paths.chapter_path}

    def appears_with(self, path: str, parsed: bool, documented: bool) -> Iterable[str]:
        """The chapter of the source's folder, and the contents."""
        return (parent(path), CONTENTS) if documented else (CONTENTS,)

    def describe(self, subject: str) -> str:
        """That of all."""
        return self.help

    def template(self, subject: str) -> str:
        """That of a chapter or of the contents."""
        return "contents" if subject == CONTENTS else "chapter"

    def context(
        self, value: Chapter | Contents, settings: PageSettings, renderer: Renderer, source: SourceText | None
    ) -> dict[str, Any]:
        """Also the neighbours of a chapter."""
        if isinstance(value, Contents):
            return renderer.common("") | {"page": value}
        return renderer.common(value.folder) | {"page": value, "before": value.before, "after": value.after}
