"""The global keyword index in order: the key of each entry, and the ranges of keys that have a page each.

Terms: a **key** is what an entry is filed under, of few **classes** of characters, so that a range of keys says where
any name belongs: the letters a to z with or without accents, ``_``, ``0`` for a digit, ``!`` for any other character,
and a blank at the end. Underscores before a name do not count. A name that begins with another character than a letter
of these has ``0`` and its **group** first: digits and symbols, or a script.

Algorithm: the classes are halved again and again, always at the same places, while there is too much for a page; a
single class is divided by the next character. So an edit divides or joins the halves of one range, and the pages
of others stay. A half with few entries, or none, goes with its neighbour in the other half.

The properties of characters are those of Unicode 3.2, which every Python has: a newer table would file the same name in
another place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import NamedTuple
from unicodedata import ucd_3_2_0 as unicode

DEEPEST_PREFIX = 8
"""How many characters of a key decide its range; a longer run of equal beginnings is divided by count."""
SCRIPTS = {
    "GREEK": "Greek",
    "CYRILLIC": "Cyrillic",
    "ARMENIAN": "Armenian",
    "GEORGIAN": "Georgian",
    "HEBREW": "Hebrew",
    "ARABIC": "Arabic",
    "DEVANAGARI": "Devanagari",
    "THAI": "Thai",
    "HIRAGANA": "Hiragana",
    "KATAKANA": "Katakana",
    "HANGUL": "Hangul",
    "CJK": "CJK",
}
"""Words that names of characters begin with, and the titles of the scripts; letters of all others are one group."""
OTHERS = "0"
"""What the keys of names begin with that begin with no letter from a to z."""
END = " "
_SYMBOL, _DIGIT = "!", "0"
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_CLASSES = f"{END}{_SYMBOL}{_DIGIT}_{_LETTERS}"
_GROUPS = _DIGIT + _LETTERS[: len(SCRIPTS) + 1]
_AFTER = "\x7f"
"""Sorted after every class."""
_IN_ASCII = dict.fromkeys(range(128), _SYMBOL)
_IN_ASCII.update({ord(each): _DIGIT for each in "0123456789"})
_IN_ASCII.update({ord(each): each for each in f"_{_LETTERS}"})
_BASE = re.compile("LATIN SMALL LETTER ([A-Z])E?(?: WITH .*)?")


class Range(NamedTuple):
    """The keys from those that begin with ``first`` to those that begin with ``last``."""

    first: str
    last: str

    @property
    def end(self) -> str:
        """The first text after the keys."""
        return self.last + _AFTER

    def overlaps(self, other: Range) -> bool:
        """Whether a key may be in both."""
        return self.first < other.end and other.first < self.end

    def text(self) -> str:
        """The range in one word, for the name of a page: ``a-c``; empty for all keys. A file's name needs neither a
        blank nor ``!`` in it."""
        first = self.first.removesuffix(END).replace(_SYMBOL, "+")
        last = self.last.replace(_SYMBOL, "+").replace(END, "-")
        return first if self.first == self.last and not self.last.endswith(END) else f"{first}-{last}"

    @staticmethod
    def of(text: str) -> Range:
        """The inverse of ``text``; of another text, a range that is on no page."""
        first, several, last = text.replace("+", _SYMBOL).partition("-")
        if not several:
            return Range(first, first)
        last = last.replace("-", END)
        within = len(last) > len(first) and last.startswith(first)  # a range from the first name that begins so
        return Range(first + END if within else first, last)


WHOLE = Range("", "")
"""The whole index."""


def folded(name: str) -> str:
    """The name without case, accents of Latin letters and underscores before it: the order of names on a page."""
    name = name.lstrip("_").casefold()
    return name if name.isascii() else "".join(map(_base, name))


def key_of(name: str) -> str:
    """What a name is filed under."""
    name = folded(name)
    if name.isascii():
        key = name.translate(_IN_ASCII)
    else:
        key = "".join(_IN_ASCII[ord(c)] if c.isascii() else _SYMBOL for c in name)
    first = key[:1]
    group = "" if first and first in _LETTERS else OTHERS + (_group(name[0]) if name else _DIGIT)
    return f"{group}{key}{END}"


@lru_cache(maxsize=1 << 12)
def _base(character: str) -> str:
    """A Latin letter or a digit without what is on it or around it; any other character as it is."""
    if character.isascii():
        return character
    if "\u0300" <= character <= "\u036f":  # an accent that is a character by itself
        return ""
    base = unicode.normalize("NFKD", character)[0].lower()
    if base.isascii() and base.isalnum():
        return base
    found = _BASE.fullmatch(unicode.name(character, ""))
    return found[1].lower() if found else character


@lru_cache(maxsize=1 << 12)
def _group(character: str) -> str:
    """The group of what begins with a character that is no letter from a to z."""
    base = unicode.normalize("NFKD", character)[0]
    if not unicode.category(base).startswith("L"):
        return _DIGIT
    word = unicode.name(base, "").replace("-", " ").partition(" ")[0]
    return _GROUPS[1 + (list(SCRIPTS).index(word) if word in SCRIPTS else len(SCRIPTS))]


def beginning(key: str) -> str:
    """What of a key decides its range, without the end."""
    return key[:DEEPEST_PREFIX].removesuffix(END)


def title(found: Range) -> str:
    """A range for people: ``A–C``."""
    first, last = _title(found.first), _title(found.last)
    if found.first == OTHERS:
        first = "Symbols" if found.last != OTHERS else "Digits, symbols and other scripts"
    return first if found.first == found.last or first == last else f"{first}–{last}"


def _title(prefix: str) -> str:
    """What begins so, with the first letter as a capital; ``0`` is any digit."""
    if not prefix.startswith(OTHERS):
        return prefix.removesuffix(END).replace(_SYMBOL, "…").capitalize()
    names = ("Digits and symbols", *SCRIPTS.values(), "Other scripts")
    group, rest = prefix[1:2], prefix[2:].removesuffix(END).replace(_SYMBOL, "…")
    return " ".join(filter(None, (names[_GROUPS.index(group)] if group else "", rest)))


def divide(sizes: Callable[[str], Mapping[str, int]], limit: int) -> tuple[Range, ...]:
    """The ranges, in order, none above ``limit`` bytes if that can be, and mostly far below: an edit writes one.
    ``sizes``: the bytes below each prefix that is longer by one character than the given one, if there are any."""
    return tuple(found for found, _ in _Division(sizes, limit).below("", sum(sizes("").values())))


class _Division:
    def __init__(self, sizes: Callable[[str], Mapping[str, int]], limit: int) -> None:
        self._sizes = sizes
        self._limit = limit
        self._most = limit // 4
        """The most bytes that are not divided."""
        self._few = limit // 8
        """The least bytes that are a part by themselves."""

    def below(self, prefix: str, size: int) -> list[tuple[Range, int]]:
        """(range, bytes) of the keys with a prefix."""
        whole = [(Range(prefix, prefix), size)]
        if size <= self._most or len(prefix) >= DEEPEST_PREFIX or prefix.endswith(END):
            return whole
        found = self._halves(prefix, children(prefix), self._sizes(prefix))
        return found if len(found) > 1 else whole

    def _halves(self, prefix: str, classes: str, sizes: Mapping[str, int]) -> list[tuple[Range, int]]:
        size = sum(sizes.get(prefix + each, 0) for each in classes)
        if len(classes) == 1:
            return self.below(prefix + classes, size)
        whole = [(Range(prefix + classes[0], prefix + classes[-1]), size)]
        if size <= self._most:
            return whole
        middle = len(classes) // 2
        found = self._joined(*(self._halves(prefix, half, sizes) for half in (classes[:middle], classes[middle:])))
        return found if len(found) > 1 else whole

    def _joined(self, left: list[tuple[Range, int]], right: list[tuple[Range, int]]) -> list[tuple[Range, int]]:
        """The two halves; one that has few entries is a single range, and goes with the nearest of the other."""
        (before, size), (after, other) = left[-1], right[0]
        few = any(len(half) == 1 and half[0][1] < self._few for half in (left, right))
        if few and (size + other <= self._limit or not size or not other):
            return [*left[:-1], (Range(before.first, after.last), size + other), *right[1:]]
        return [*left, *right]


def children(prefix: str) -> str:
    """The classes of the character after a prefix, in order."""
    return _CLASSES if prefix not in ("", OTHERS) else OTHERS + _LETTERS if not prefix else _GROUPS
