"""A kind of page as a contributor writes it: a JSON file for each source, with its outline."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct, json

from incdoc.config import Config
from incdoc.links.changes import Change, KeywordsChanged, SourceChanged
from incdoc.links.tables import Tables
from incdoc.pages.kind import SourceKind, SourceText
from incdoc.pages.paths import docs_path
from incdoc.pages.render import Renderer


class Outline(Struct, frozen=True):
    """(name, kind) of what a source defines."""

    path: str
    names: tuple[tuple[str, str], ...]


class OutlineSettings(Struct, frozen=True):
    """No setting reaches these files."""


class Outlines(SourceKind[Outline, OutlineSettings]):
    """``outline:PATH``."""

    def settings(self, config: Config) -> OutlineSettings:
        """None."""
        return OutlineSettings()

    def gather(self, tables: Tables, path: str, settings: OutlineSettings) -> Outline:
        """The rows of its keywords."""
        return Outline(path, tuple((name, kind) for name, kind, _ in tables.keywords_of(path)))

    def path(self, subject: str) -> str:
        """``X_outline.json``."""
        return docs_path(subject).removesuffix("_docs.md") + "_outline.json"

    def touched_by(self, change: Change) -> Iterable[str]:
        """The source, and its names."""
        match change:
            case SourceChanged(path=path, shown=True) | KeywordsChanged(path=path):
                return (path,)
        return ()

    def make(
        self, subject: str, value: Outline, settings: OutlineSettings, renderer: Renderer, source: SourceText | None
    ) -> list[tuple[str, bytes]]:
        """The inputs as they are."""
        return [(self.path(subject), json.format(json.encode(value)) + b"\n")]
