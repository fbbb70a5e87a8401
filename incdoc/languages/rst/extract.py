"""reStructuredText: bytes -> Facts: headings, labels, and the documents, files and modules that directives name.

Read by lines, as docutils does: a heading is a line at the left margin with a line of punctuation below it.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from ..description import Description
from ..facts import Import
from ..keyed import Source, facts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..facts import Facts

_ADORNMENT = re.compile(r"([!-/:-@\[-`{-~])\1+\s*\Z")
_LABEL = re.compile(r"\.\. _(?:`([^`]+)`|((?:[^:\\]|\\.)+)):\s*(\S.*)?\Z")
_DIRECTIVE = re.compile(r"(?P<indent>\s*)\.\. (?P<name>[\w:+.-]+)::\s*(?P<argument>.*)\Z")
_OPTION = re.compile(r"\s*:[\w-]+:")
_ENTRY = re.compile(r".*<([^<>]+)>\s*\Z")
_NAMING = {"include", "literalinclude", "automodule", "autoclass", "autofunction"}
"""The directives whose argument is a file or a name of Python."""
_FIELD = re.compile(r":[^:`]+:(?:\s|\Z)")
_ASIDE = re.compile(r"\.\.(?:\s|\Z)|\|[^|]+\|(?:\s|\Z)(?=\|[^|]+\||\s*\Z)|\| |\+[-=]+|__ ")
"""Directives, badges as substitutions, blocks of lines, tables."""
_LINKED = re.compile(r"`[^`]+`_{1,2}|\|[^|\s][^|]*\|_{0,2}")
_FOOTNOTE = re.compile(r"[ \t]?\[(?:\d+|[#*][\w-]*|[A-Za-z][\w.-]*)\]_(?!\w)")
_REFERENCE = re.compile(r"(?<![\w`.+-])([A-Za-z0-9]++(?:[_.+-][A-Za-z0-9]++)*+)_{1,2}(?![\w`])")
_BULLET = re.compile(r"(?:[-*+•]|\(?(?:\d{1,3}|#)[.)])\s+(?=\S)")
_LONGEST_LINE = 4096
_DOCUMENT = re.compile(r":doc:`(?:[^`<]*<)?([^`<>]+)>?`")
_MARKUP = re.compile(
    r"``([^`\n]+)``|:[\w:.+-]+:`([^`<]+?)(?:\s*<[^`>]*>)?`|`([^`<]+?)(?:\s*<[^`>]*>)?`_{0,2}|\*\*?([^*\n]+)\*\*?|\\(.)"
)


def extract(data: bytes) -> Facts:
    """The facts of one reStructuredText source. Pure; never raises, whatever the bytes are."""
    return facts("rst", data, _read)


def _read(source: Source) -> None:
    rows = source.rows
    headings = list(_headings(rows))
    styles: list[str] = []
    levels = []
    for _, _, _, style in headings:
        if style not in styles:
            styles.append(style)
        levels.append(styles.index(style) + 1)
    last = len(rows) - (not rows[-1])
    for number, (row, _, title, _) in enumerate(headings):
        level = levels[number]
        following = (headings[i][0] for i in range(number + 1, len(headings)) if levels[i] <= level)
        source.define("heading", plain(title), row, next(following, last) - 1, "#" * min(level, 6), "")
    _labels(source)
    _directives(source)
    about = _describe(rows, headings)
    source.title, source.said = about.title, about.doc


def plain(title: str) -> str:
    """A line without its markup, which is not looked for in a very long one."""
    if len(title) > _LONGEST_LINE:
        return " ".join(title.split())
    words = _MARKUP.sub(lambda found: next(filter(None, found.groups()), ""), _FOOTNOTE.sub("", title))
    return " ".join(_REFERENCE.sub(r"\1", words).split())


def _headings(rows: list[str]) -> Iterator[tuple[int, int, str, str]]:
    """(row of the title, row below it, title, style) of each heading."""
    row = 0
    while row < len(rows):
        line = rows[row]
        above = row > 0 and rows[row - 1].strip()
        if (over := _ADORNMENT.match(line)) and not above and row + 2 < len(rows):
            title, under = rows[row + 1], rows[row + 2]
            if title.strip() and under.rstrip() == line.rstrip() and _width(title.rstrip()) <= len(line.rstrip()):
                yield row + 1, row + 2, title.strip(), 2 * over[1]
                row += 3
                continue
        if line.strip() and not line[0].isspace() and row + 1 < len(rows) and not above:
            under_line = _ADORNMENT.match(rows[row + 1])
            long = len(rows[row + 1].rstrip())
            if under_line and not _ADORNMENT.match(line) and (long >= _width(line.rstrip()) or long >= 4):
                yield row, row + 1, line.strip(), under_line[1]
                row += 2
                continue
        row += 1


def _width(text: str) -> int:
    """Columns: East Asian characters take two, combining ones none."""
    if text.isascii():
        return len(text)
    return sum(0 if unicodedata.combining(c) else 1 + (unicodedata.east_asian_width(c) in "WF") for c in text)


def _labels(source: Source) -> None:
    for row, line in enumerate(source.rows):
        if line.startswith(".. _") and (found := _LABEL.match(line)) and not found[3]:
            name = " ".join((found[1] or found[2]).split())
            if name != "_":
                source.define("label", name, row, row, "", "")


def _directives(source: Source) -> None:
    rows = source.rows
    row = 0
    while row < len(rows):
        found = _DIRECTIVE.match(rows[row])
        for link in _DOCUMENT.finditer(rows[row]):
            source.imports.append(Import(row + 1, link[1].strip(), style="doc"))
        row += 1
        if found is None:
            continue
        name, argument = found["name"], found["argument"].strip()
        indent = len(found["indent"])
        if name in _NAMING and argument:
            source.imports.append(Import(row, argument, style=name))
        if name == "toctree":
            while row < len(rows) and (not rows[row].strip() or _indent(rows[row]) > indent):
                entry = rows[row].strip()
                if entry and not _OPTION.match(entry) and entry != "self" and "://" not in entry and "*" not in entry:
                    titled = _ENTRY.match(entry)
                    source.imports.append(Import(row + 1, titled[1] if titled else entry, style="toctree"))
                row += 1


def _indent(row: str) -> int:
    return len(row) - len(row.lstrip())


def _describe(rows: list[str], headings: list[tuple[int, int, str, str]]) -> Description:
    """The title, and the first paragraph of prose."""
    about = Description()
    titles = {row: (below, title) for row, below, title, _ in headings}
    row = 0
    while row < len(rows) and not about.paragraph:
        line = rows[row]
        if row in titles:
            row, title = titles[row]
            about.heading(plain(title))
        elif _FIELD.match(line):
            about.headed = True  # what is below is not the first
        elif line.strip() and not line[0].isspace() and not _ASIDE.match(line) and not _ADORNMENT.match(line):
            end = _end(rows, row)
            said = " ".join(rows[row:end])
            about.prose(plain(said), plain(_LINKED.sub("", said)) if len(said) <= _LONGEST_LINE else said)
            if about.wants_items():
                about.add_items(_items(rows, end))
            row = end
            continue
        row += 1
    return about


def _end(rows: list[str], row: int) -> int:
    while row < len(rows) and rows[row].strip():
        row += 1
    return row


def _items(rows: list[str], row: int) -> Iterator[str]:
    """The items of the list that begins at or below ``row``, each without the paragraphs below its first."""
    while row < len(rows):
        if not rows[row].strip() or rows[row][0].isspace():
            row += 1
            continue
        bullet = _BULLET.match(rows[row])
        if bullet is None:
            return
        end = row + 1
        while end < len(rows) and rows[end].strip() and not _BULLET.match(rows[end]):
            end += 1
        yield plain(" ".join([rows[row][bullet.end() :], *rows[row + 1 : end]]))
        row = end
