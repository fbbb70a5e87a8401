"""The documentation page of a folder: what it is for, what it offers, and how its parts use each other."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from msgspec import Struct

from incdoc.config import Config
from incdoc.links.changes import (
    Change,
    DescriptionChanged,
    FolderChanged,
    ImportersChanged,
    PartsChanged,
    SourceChanged,
)
from incdoc.links.tables import Tables
from incdoc.pages import paths
from incdoc.pages.diagram import parts
from incdoc.pages.documentation import rendered
from incdoc.pages.folders import FolderLine, describe, folder_line, named
from incdoc.pages.kind import FolderKind, SourceText, TemplatePage
from incdoc.pages.render import Renderer
from incdoc.pages.settings import FolderSettings
from incdoc.sources.paths import parent

CONCEPTS = 20


class FolderPage(Struct, frozen=True, array_like=True, tag="doc"):
    """``doc.md`` of a folder: what it is for."""

    folder: str
    about: str
    """What says what it is for; its public names if nothing does."""
    origin: str
    """The file that ``about`` is from."""
    language: str
    """The name of that file's language."""
    package: str
    """What its language calls it; empty if it is only a folder."""
    types: tuple[tuple[str, tuple[str, ...]], ...]
    concepts: tuple[tuple[str, str, int], ...]
    """(name, file, number of sources that import it by name), the most imported first."""
    concept_count: int
    imported: tuple[tuple[str, int], ...]
    """(file, number of sources that import it), the most imported first."""
    parts: tuple[tuple[str, str], ...]
    tests: tuple[str, ...]
    entries: tuple[str, ...]
    folders: tuple[FolderLine, ...]

    @staticmethod
    def of(tables: Tables, folder: str) -> FolderPage:
        """The inputs of ``doc:folder``."""
        about = describe(tables, folder)
        summaries = {path: summary for path, summary in tables.summaries(folder).items() if summary.kind == "file"}
        types: dict[str, list[str]] = {}
        for path, summary in summaries.items():
            types.setdefault(summary.label, []).append(path)
        concepts = [(name, path, count) for path in summaries for name, count in tables.mentions(path)]
        concepts.sort(key=lambda item: (-item[2], item[0], item[1]))
        imported = [(path, tables.importer_count(path)) for path in summaries]
        return FolderPage(
            folder=folder,
            about=about.text if about.origin else named(summaries.values()),
            origin=about.origin,
            language=tables.language(about.origin).name if about.origin else "",
            package=tables.resolver.folder(folder),
            types=tuple((label, tuple(paths)) for label, paths in sorted(types.items())),
            concepts=tuple(concepts[:CONCEPTS]),
            concept_count=len(concepts),
            imported=tuple(sorted((each for each in imported if each[1]), key=lambda item: (-item[1], item[0]))),
            parts=tuple(tables.parts(folder)),
            tests=tuple(path for path, summary in summaries.items() if summary.test),
            entries=tuple(path for path, summary in summaries.items() if summary.guard or tables.starts(path)),
            folders=tuple(folder_line(tables, each) for each in tables.subfolders(folder)),
        )


class FolderPages(FolderKind[FolderPage, FolderSettings], TemplatePage[FolderPage, FolderSettings]):
    """``doc:FOLDER``."""

    templates = ("doc",)
    file = paths.DOC

    def settings(self, config: Config) -> FolderSettings:
        """The size of a page, and how documentation is written."""
        return FolderSettings.of(config)

    def gather(self, tables: Tables, folder: str, settings: FolderSettings) -> FolderPage:
        """Counts and relations of its own sources and parts."""
        return FolderPage.of(tables, folder)

    def touched_by(self, change: Change) -> Iterable[str]:
        """Its sources and what imports them, and what its subfolders are for."""
        match change:
            case SourceChanged(path=path) | ImportersChanged(path=path):
                return (parent(path),)
            case PartsChanged(folder=folder):
                return (folder,)
            case DescriptionChanged(folder=folder) if folder:
                return (parent(folder),)
            case FolderChanged(path=path):
                return {parent(path), path}
        return ()

    def context(
        self, value: FolderPage, settings: FolderSettings, renderer: Renderer, source: SourceText | None
    ) -> dict[str, Any]:
        """Also what says what it is for, as Markdown, and the drawing of its parts."""
        groups: dict[str, list[str]] = {}
        for importer, imported in value.parts:
            groups.setdefault(importer, []).append(imported)
        return renderer.common(value.folder) | {
            "page": value,
            "described": rendered(value.about, value.language, settings.docstrings) if value.origin else "",
            "graph": parts(value.parts, (each.path.rpartition("/")[2] for each in value.folders)),
            "groups": list(groups.items()),
        }
