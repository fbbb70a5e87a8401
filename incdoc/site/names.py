"""Search over all names, files, folders and headings, in memory.

The order never depends on what else is found: names that are what is sought or begin with it, the shorter first; names
of which a word begins so (``parseURL``, ``http_client``); names that have it anywhere. Within each, public names go
before those of tests, those before private ones, then by path. What is sought is compared with the last part of a name,
or with the whole if it is qualified itself.

Layout: the last parts of the names of a source are one **piece** of bytes a section, a line each. The pieces of a
section together are one text, in which literal bytes are sought; an update replaces those of the sources that changed.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

LIMIT = 50
"""The most that one search finds."""
_LONGEST = 200
"""Characters of what is sought."""
_SECTIONS = range(3)


class Row(NamedTuple):
    """An entry of the keyword index."""

    name: str
    kind: str
    path: str
    place: str
    """``source`` or ``folder`` if it is the name of ``path``; empty if ``path`` defines it."""
    section: int
    """As in the keyword index: public, of a test, private."""


class _Piece(NamedTuple):
    """The lines of a source in a section. Each begins with a line end."""

    last: bytes
    whole: bytes
    """As ``last``, with whole names."""
    about: tuple[tuple[str, str], ...]
    """(kind, place) of each line."""
    language: str


class _Text:
    """The pieces of a section, by path, in one text."""

    def __init__(self, pieces: dict[str, _Piece]) -> None:
        self.paths = sorted(pieces)
        self.pieces = [pieces[path] for path in self.paths]

    @cached_property
    def last(self) -> _Searched:
        return _Searched([piece.last for piece in self.pieces])

    @cached_property
    def whole(self) -> _Searched:
        return _Searched([piece.whole for piece in self.pieces])


class _Searched:
    def __init__(self, lines: list[bytes]) -> None:
        self.starts = [0, *accumulate(map(len, lines))][:-1]
        self.text = b"".join(lines) + b"\n"
        self.low = lowered(self.text)


class Names:
    """The entries of a repository. ``rows``: those of a source or folder; ``language``: that of a source."""

    def __init__(self, rows: Callable[[str], Iterable[Row]], language: Callable[[str], str]) -> None:
        self._rows = rows
        self._language = language
        self._shared: dict[tuple[str, str], tuple[str, str]] = {}
        self._pieces: list[dict[str, _Piece]] = [{} for _ in _SECTIONS]
        self._texts: list[_Text] = []

    def fill(self, rows: Iterable[Row]) -> None:
        """Take all entries, those of a path one after the other."""
        for pieces in self._pieces:
            pieces.clear()
        own: list[Row] = []
        for row in rows:
            if own and own[0].path != row.path:
                self._put(own[0].path, own)
                own = []
            own.append(row)
        if own:
            self._put(own[0].path, own)
        self._join()

    def update(self, paths: Iterable[str]) -> None:
        """Read the entries of these sources and folders again."""
        for path in paths:
            for pieces in self._pieces:
                pieces.pop(path, None)
            self._put(path, list(self._rows(path)))
        self._join()

    def __len__(self) -> int:
        return sum(len(piece.about) for pieces in self._pieces for piece in pieces.values())

    def _put(self, path: str, rows: list[Row]) -> None:
        for section in {row.section for row in rows}:
            last, whole, about = [], [], []
            for row in sorted({row for row in rows if row.section == section}):
                last.append("\n" + (re.split(r"::|[/.]", row.name)[-1] or row.name))
                whole.append("\n" + row.name)
                each = row.kind, row.place
                about.append(self._shared.setdefault(each, each))
            ends, wholes = ("".join(each).encode("utf-8", "replace") for each in (last, whole))
            self._pieces[section][path] = _Piece(ends, wholes, tuple(about), self._language(path))

    def _join(self) -> None:
        """A search in another thread keeps the texts that it has."""
        texts = [_Text(pieces) for pieces in self._pieces]
        for text in texts:
            assert text.last
        self._texts = texts

    @property
    def kinds(self) -> list[str]:
        """All kinds of entries."""
        return sorted({kind for kind, _ in list(self._shared)})

    @property
    def languages(self) -> list[str]:
        """All languages of sources with entries."""
        return sorted({piece.language for text in self._texts for piece in text.pieces if piece.language})

    def search(
        self, sought: str, kind: str = "", language: str = "", folder: str = "", limit: int = LIMIT
    ) -> list[Row]:
        """The best entries, in order. ``folder``: only below it."""
        wanted = " ".join("".join(c for c in sought[:_LONGEST] if c.isprintable()).split())
        if not wanted:
            return []
        texts = self._texts
        below = folder.strip("/") + "/" if folder.strip("/") else ""
        found: dict[tuple[int, int, int], Row] = {}
        for section, number, line in _hits(texts, wanted):
            if (section, number, line) in found:
                continue
            text = texts[section]
            path, piece = text.paths[number], text.pieces[number]
            if not path.startswith(below) or (language and piece.language != language):
                continue
            its_kind, place = piece.about[line]
            if kind and its_kind != kind:
                continue
            name = piece.whole.split(b"\n", line + 2)[line + 1].decode()
            found[section, number, line] = Row(name, its_kind, path, place, section)
            if len(found) == limit:
                break
        return list(found.values())


def _hits(texts: list[_Text], wanted: str) -> Iterator[tuple[int, int, int]]:
    """(section, number of the piece, line in it) of what is sought, the best first; some more than once."""
    searched = [text.whole if any(each in wanted for each in "./:") else text.last for text in texts]
    for find in (_beginnings, _words, _anywhere):
        for section, each in enumerate(searched):
            for offset in find(each, wanted):
                number = bisect_right(each.starts, offset) - 1
                yield section, number, each.text.count(b"\n", each.starts[number], offset + 1) - 1


def _beginnings(searched: _Searched, wanted: str) -> Iterator[int]:
    low = searched.low
    sought = b"\n" + wanted.lower().encode("utf-8", "replace")
    ends = ((low.find(b"\n", place + 1) - place, place) for place in _places(low, sought))
    yield from (place for _, place in sorted(ends))


def _words(searched: _Searched, wanted: str) -> Iterator[int]:
    """Where a word of a name begins so: in camel case, or behind a character that is in no word."""
    low = wanted.lower()
    sought = low.encode("utf-8", "replace")
    capital = (low[:1].upper() + low[1:]).encode("utf-8", "replace")
    ways = [(searched.low, mark + sought, 1) for mark in (b"_", b"-", b".", b":", b" ")]
    ways += [(searched.text, capital, 0), (searched.text, wanted.upper().encode("utf-8", "replace"), 0)]
    for text, way, skipped in dict.fromkeys(ways):
        for place in _places(text, way):
            if skipped or _begins_word(text, place):
                yield place


def _anywhere(searched: _Searched, wanted: str) -> Iterator[int]:
    sought = wanted.lower().encode("utf-8", "replace")
    yield from _places(searched.low, sought) if len(sought) > 1 else ()


def _places(text: bytes, sought: bytes) -> Iterator[int]:
    place = text.find(sought)
    while place >= 0:
        yield place
        place = text.find(sought, place + len(sought))


def lowered(text: bytes) -> bytes:
    """The text without capitals, each character in its place: one whose small letter has another length stays."""
    low = text.decode("utf-8", "replace").lower().encode("utf-8", "replace")
    return low if len(low) == len(text) else text.lower()


_CAPITALS = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ")
_SMALL = frozenset(b"abcdefghijklmnopqrstuvwxyz") | frozenset(range(0x80, 0x100))


def _begins_word(text: bytes, place: int) -> bool:
    """Whether a capital begins a word: ``URL`` of ``parseURL``, ``Client`` of ``HTTPClient``."""
    return text[place - 1] not in _CAPITALS or text[place + 1] in _SMALL
