"""Words that are searched for in the bytes of a source.

Most questions about a source concern few places, and a word marks each of them. Searching for one word takes a
hundredth of the time of parsing. An automaton finds all words in one pass, at the cost of searching for four.

A **needle** is a word (``yield``), any other text (``.append(``), or text in any case (``~password``).
"""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from functools import lru_cache
from itertools import product
from typing import TYPE_CHECKING

from ahocorasick_rs import BytesAhoCorasick, Implementation

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

MAX_FOLDED = 8
"""The most letters of a needle in any case: each letter doubles the spellings that are searched for."""

_SHORT = 2
"""Texts of up to so many bytes are part of so many words that a regular expression finds them faster."""

_IS_WORD = bytes(c > 127 or chr(c).isalnum() or c == ord("_") for c in range(256))
"""By byte: 1 if it belongs to a word, as all bytes over 127 do."""


class Words:
    """Needles that are searched for together."""

    def __init__(self, needles: Iterable[str]) -> None:
        self._needles: list[str] = []
        spellings: list[bytes] = []
        for needle in dict.fromkeys(needles):
            for spelling in _spellings(needle):
                self._needles.append(needle)
                spellings.append(spelling)
        self._automaton = BytesAhoCorasick(spellings, implementation=Implementation.DFA)

    def places(self, source: bytes) -> Mapping[str, list[int]]:
        """Where each needle begins, in order, also within longer words; needles that are absent have no entry."""
        needles = self._needles
        found: defaultdict[str, list[int]] = defaultdict(list)
        for number, start, _ in self._automaton.find_matches_as_indexes(source, overlapping=True):
            found[needles[number]].append(start)
        return found


def _spellings(needle: str) -> list[bytes]:
    if not needle.startswith("~"):
        return [needle.encode()]
    letters = ({letter.lower(), letter.upper()} for letter in needle[1:])
    return ["".join(spelling).encode() for spelling in product(*letters)]


def stands_alone(source: bytes, start: int, end: int) -> bool:
    """Whether a text that begins or ends like a word is not a part of a longer one."""
    return not (
        (_IS_WORD[source[start]] and start and _IS_WORD[source[start - 1]])
        or (_IS_WORD[source[end - 1]] and end < len(source) and _IS_WORD[source[end]])
    )


def alone(source: bytes, text: bytes, start: int = 0, end: int = sys.maxsize) -> Iterator[int]:
    """Where the text begins between two offsets, as a whole word."""
    if len(text) <= _SHORT:
        if text:
            yield from (found.start() for found in _expression(text).finditer(source, start, end))
        return
    is_word, find, length, stop = _IS_WORD, source.find, len(text), len(source)
    first, last = is_word[text[0]], is_word[text[-1]]
    at = find(text, start, end)
    while at >= 0:
        after = at + length
        if not (first and at and is_word[source[at - 1]]) and not (last and after < stop and is_word[source[after]]):
            yield at
        at = find(text, after, end)


@lru_cache(1024)
def _expression(text: bytes) -> re.Pattern[bytes]:
    # the lookbehind comes after the text, so that the search begins with the text's bytes
    before = rb"(?<![\w\x80-\xff]%s)" % re.escape(text) if _IS_WORD[text[0]] else b""
    after = rb"(?![\w\x80-\xff])" if _IS_WORD[text[-1]] else b""
    return re.compile(re.escape(text) + before + after)
