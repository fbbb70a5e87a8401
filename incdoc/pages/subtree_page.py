"""The keywords of a folder and of all folders below it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from msgspec import Struct

from incdoc.config import Config
from incdoc.languages import Languages
from incdoc.links.changes import Change, FolderChanged, KeywordsChanged
from incdoc.links.tables import Tables
from incdoc.pages import paths
from incdoc.pages.keyword_lines import keyword_lines
from incdoc.pages.kind import FolderKind, SourceText, TemplatePage
from incdoc.pages.render import Renderer
from incdoc.pages.settings import KeywordSettings
from incdoc.sources.paths import ancestors, parent

WHOLE_SUBTREE = 2000
"""Up to so many names ``sub.md`` lists the whole subtree; with more, the folder's own names and links to subfolders."""


class SubtreePage(Struct, frozen=True, array_like=True, tag="sub"):
    """``sub.md`` of a folder: the keywords of its subtree. If not ``whole``, only those of its own files; the pages of
    its subfolders have the others."""

    folder: str
    whole: bool
    names: tuple[tuple[str, str, str], ...]
    """(name, kind, path), sorted."""
    folders: tuple[str, ...]
    """Its subfolders; empty if ``whole``."""
    scripts: tuple[tuple[str, str], ...] = ()
    """(path, language) of the files whose names do not tell their languages, sorted."""

    @staticmethod
    def of(tables: Tables, folder: str) -> SubtreePage:
        """The inputs of ``sub:folder``."""
        whole = tables.keyword_count(folder) <= WHOLE_SUBTREE
        if whole:
            names = tables.keywords_below(folder)
        else:
            names = [row for path in tables.summaries(folder) for row in tables.keywords_of(path)]
            names.sort(key=lambda row: (row[0].casefold(), row))
        defining = sorted({path for _, _, path in names})
        return SubtreePage(
            folder,
            whole,
            tuple(names),
            () if whole else tuple(tables.subfolders(folder)),
            tuple((path, tables.language(path).name) for path in defining if tables.languages.is_open(path)),
        )


class SubtreePages(FolderKind[SubtreePage, KeywordSettings], TemplatePage[SubtreePage, KeywordSettings]):
    """``sub:FOLDER``."""

    templates = ("sub",)
    file = paths.SUB

    def settings(self, config: Config) -> KeywordSettings:
        """The size of a page, and the languages of keywords."""
        return KeywordSettings.of(config)

    def gather(self, tables: Tables, folder: str, settings: KeywordSettings) -> SubtreePage:
        """The rows of keywords below it."""
        return SubtreePage.of(tables, folder)

    def touched_by(self, change: Change) -> Iterable[str]:
        """The names below it."""
        match change:
            case KeywordsChanged(path=path):
                return ancestors(parent(path))
            case FolderChanged(path=path):
                return {parent(path), path}
        return ()

    def context(
        self, value: SubtreePage, settings: KeywordSettings, renderer: Renderer, source: SourceText | None
    ) -> dict[str, Any]:
        """Also the lines, by the kind of the names."""
        languages = Languages.named(settings.languages)
        groups: dict[str, list[str]] = {title: [] for title in languages.headings}
        for title, line in keyword_lines(value.names, renderer, languages, dict(value.scripts)):
            groups[title].append(line)
        return renderer.common(value.folder) | {
            "page": value,
            "groups": [(title, rows) for title, rows in groups.items() if rows],
        }
