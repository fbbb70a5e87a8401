"""What several kinds of pages say of a folder."""

from __future__ import annotations

from typing import NamedTuple

from msgspec import Struct

from incdoc.languages.sentences import first_paragraph, titled
from incdoc.links.tables import Tables
from incdoc.sources.paths import join


class FolderLine(Struct, frozen=True, array_like=True):
    """A subfolder in its parent's pages."""

    path: str
    summary: str


class FolderDescription(NamedTuple):
    """What a folder is for: the package's docstring, else the title and the first paragraph of its read-me."""

    origin: str = ""
    """The file that says it; empty without one."""
    text: str = ""
    title: str = ""
    """What the file calls it; empty if it gives it no title."""
    said: str = ""
    """The first paragraph below the title, in one line."""

    @property
    def paragraph(self) -> str:
        """The title and the first paragraph, in one line."""
        return titled(self.title, self.said)


def folder_line(tables: Tables, folder: str) -> FolderLine:
    """The line of a folder in the pages of the one above."""
    origin = describe(tables, folder).origin
    return FolderLine(folder, tables.summaries(folder)[origin].first_sentence if origin else "")


def describe(tables: Tables, folder: str) -> FolderDescription:
    """What the files of a folder say of it."""
    summaries = tables.summaries(folder)
    for name in tables.languages.describing:
        path = join(folder, name)
        summary = summaries.get(path)
        if summary is not None and summary.kind == "file" and summary.first_sentence:
            facts = tables.facts(path)
            if facts is not None:
                return FolderDescription(path, facts.about, facts.title, first_paragraph(facts.doc))
    return FolderDescription()
