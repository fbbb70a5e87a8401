"""What several kinds of pages say of a folder."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from msgspec import Struct

from incdoc.languages.outline import MOST_NAMED
from incdoc.languages.sentences import first_paragraph, titled
from incdoc.links.summary import FileSummary
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
    origin, summaries = describing(tables, folder), tables.summaries(folder)
    return FolderLine(folder, summaries[origin].first_sentence if origin else named(summaries.values()))


def said(summary: FileSummary) -> str:
    """What a source is for, else what it defines."""
    return summary.first_sentence or named([summary])


def named(summaries: Iterable[FileSummary]) -> str:
    """The first public names of sources that are no tests: ``class `A`, functions `b`, `c`, and 2 more names``."""
    files = [each for each in summaries if each.public and not each.test]
    known = [name for each in files for name in each.names]
    distinct = list(dict.fromkeys(known))  # a header declares what a source defines
    names = distinct[:MOST_NAMED]
    words = []
    for (kind, kinds), group in groupby(names, key=itemgetter(0, 1)):
        of_kind = [f"`{name}`" for _, _, name in group]
        words.append(f"{kind if len(of_kind) == 1 else kinds} {', '.join(of_kind)}")
    more = sum(each.public for each in files) - (len(known) - len(distinct)) - len(names)
    ends = f", and {more:,} more name{'' if more == 1 else 's'}" if more else ""
    return ", ".join(words) + ends


def contents(summaries: Mapping[str, FileSummary], folders: Iterable[str]) -> str:
    """What a folder has, where nothing says what it is for: its first public names, else its files by type."""
    if names := named(summaries.values()):
        return names[0].upper() + names[1:]
    kinds = Counter("Tests" if each.test else each.label for each in summaries.values())
    words = [f"{kind} ({count:,})" for kind, count in sorted(kinds.items(), key=lambda item: (-item[1], item[0]))]
    inner = [f"`{each.rpartition('/')[2]}`" for each in folders]
    if inner:
        more = len(inner) - MOST_NAMED
        ends = f", and {more:,} more" if more > 0 else ""
        words.append(f"{'folder' if len(inner) == 1 else 'folders'} {', '.join(inner[:MOST_NAMED])}{ends}")
    said = ", ".join(words)
    return said[:1].upper() + said[1:]


def describing(tables: Tables, folder: str) -> str:
    """The source of a folder that says what it is for; empty if none does."""
    summaries = tables.summaries(folder)
    for name in tables.languages.describing:
        path = join(folder, name)
        summary = summaries.get(path)
        if summary is not None and summary.kind == "file" and summary.first_sentence:
            return path
    return ""


def describe(tables: Tables, folder: str) -> FolderDescription:
    """What the files of a folder say of it."""
    path = describing(tables, folder)
    facts = tables.facts(path) if path else None
    if facts is None:
        return FolderDescription()
    return FolderDescription(path, facts.about, facts.title, first_paragraph(facts.doc))
