"""Requirements files and ``setup.cfg``: bytes -> Facts: what they require, what they start, which files they read,
and the keys.

Facts do not depend on a file's name: the first line that is neither blank nor a comment decides. A section's head is
the first line of settings, and never a line of requirements.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..facts import Import
from ..keyed import Source, facts, shown
from ..packages import REQUIREMENT, entry

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..facts import Facts

_LONGEST = 1_000
"""Characters of a requirement or of an option; what is longer is none."""
_REQUIREMENT = re.compile(
    r"([A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)\s*((?:\[[^\]]*\])?\s*(?:[<>=!~(@;].*)?)", re.ASCII | re.DOTALL
)
_FILE = re.compile(r"(?:-[rc]\s*|--(?:requirement|constraint)[=\s]\s*)(.+)")
_PLACE = re.compile(r"(?:-e\s*|--editable[=\s]\s*)(.+)")
_NAMED = re.compile(r"[#&]egg=([A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)", re.ASCII)
_OPTIONS = re.compile(r"\s--?[a-z].*", re.DOTALL)
"""Behind a requirement: its hashes."""
_COMMENT = re.compile(r"(?:^|\s)#.*")
_HEAD = re.compile(r"\[([^\]]+)\]\s*(?:[#;].*)?")
_KEY = re.compile(r"([^\s=:#;\[][^=:]*)[=:](.*)")
_LISTS = frozenset(
    (
        ("options", "install_requires"),
        ("options", "setup_requires"),
        ("options", "tests_require"),
    )
)
_EXTRAS = "options.extras_require"
_ENTRIES = "options.entry_points"
_FILES = "file:"


def extract(data: bytes) -> Facts:
    """The facts of one source. Pure; never raises, whatever the bytes are."""
    return facts("packaging", data, _read, owned=True)


def _read(source: Source) -> None:
    first = next((row for row in source.rows if row.strip() and row.lstrip()[:1] not in ("#", ";")), "")
    if len(first) <= _LONGEST and _HEAD.fullmatch(first):
        _settings(source)
        return
    for row, line in _lines(source.rows):
        source.imports += _item(row + 1, line)


def _lines(rows: list[str]) -> Iterator[tuple[int, str]]:
    """(first row, text) of the lines of a requirements file, without comments; continued ones as one."""
    pieces: list[str] = []
    first = size = 0
    for number, row in enumerate(rows):
        first = first if pieces else number
        text = row.rstrip()
        more = text.endswith("\\")
        size += len(text)
        # hashes follow the requirement: what is behind the longest one is not kept
        pieces.append((text[:-1] if more else text) if size <= _LONGEST or not pieces else "")
        if not more:
            yield first, " ".join(pieces)
            pieces, size = [], 0
    if pieces:
        yield first, " ".join(pieces)


def _item(line: int, text: str, scope: str = "") -> Iterator[Import]:
    """What a line requires or reads, if it does."""
    text = _COMMENT.sub("", " ".join(text.split())).strip()
    if (found := _FILE.fullmatch(text)) and len(text) <= _LONGEST:
        yield Import(line, found[1].strip("\"' "))
        return
    editable = _PLACE.fullmatch(text)
    text = _OPTIONS.sub("", editable[1].strip("\"' ") if editable else text).strip()
    if not text or len(text) > _LONGEST:
        return
    if "://" in text.partition("@")[0]:
        if named := _NAMED.search(text):
            yield Import(line, named[1], scope=scope, style=REQUIREMENT, requirement=shown(text))
    elif text == "." or text.startswith(("./", "../", ".[")) or (editable and not text.startswith("/")):
        folder = text.partition("[")[0]
        yield Import(line, folder, scope=scope, style=REQUIREMENT, place=folder)
    elif found := _REQUIREMENT.fullmatch(text):
        yield Import(line, found[1], scope=scope, style=REQUIREMENT, requirement=found[2].strip())


def _settings(source: Source) -> None:
    """Sections and keys as ``configparser`` reads them; a value goes on in the indented lines below its key."""
    section, row = "", 0
    rows = source.rows
    while row < len(rows):
        line, first = rows[row], row
        row += 1
        if not line.strip() or line[:1] in ("#", ";") or line[:1].isspace() or len(line) > _LONGEST:
            continue
        if head := _HEAD.fullmatch(line.rstrip()):
            section = head[1].strip()
            source.define("section", section, first, first)
        elif key := _KEY.fullmatch(line):
            last = first
            while row < len(rows) and (not rows[row].strip() or rows[row][:1].isspace() or rows[row][:1] in ("#", ";")):
                last = row if rows[row][:1].isspace() and rows[row].strip() else last
                row += 1
            row = last + 1
            word, value = key[1].strip(), key[2].strip()
            below = "" if last == first else "…"
            name = f"{section}.{word}" if section else word
            source.define("key", name, first, last, f" = {shown(value) or below}" if value or below else " =")
            if (section, word.lower()) in _LISTS or section == _EXTRAS:
                source.imports += _required(rows, first, last, value, name)
            elif section == _ENTRIES:
                for at in range(first, last + 1):
                    source.imports += entry(at + 1, word, value if at == first else rows[at])


def _required(rows: list[str], first: int, last: int, value: str, name: str) -> Iterator[Import]:
    """What a list of requirements says: one in each line, or those of a single line between semicolons."""
    if value.startswith(_FILES):
        for each in value.removeprefix(_FILES)[:_LONGEST].split(","):
            yield Import(first + 1, each.strip())
        return
    for each in value.split(";") if last == first else [value]:
        yield from _item(first + 1, each, name)
    for row in range(first + 1, last + 1):
        if not rows[row].lstrip().startswith(("#", ";")):
            yield from _item(row + 1, rows[row], name)
