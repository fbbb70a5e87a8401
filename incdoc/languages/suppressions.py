"""Findings that the author has suppressed, by comments that the language's own tools obey.

A language says which comments those are, in its ``Rules.suppressions``: a function of a ``CommentReader`` and the
``Names`` of its rules that gives **suppressions**, each a range of bytes and the codes that are not reported there. It
runs only for a source with findings.

Ranges of one code are joined, so that a million comments and a million findings take no longer than sorting them.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from fnmatch import fnmatchcase
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from tree_sitter import Node

    from .findings import Rule

_MOST_GLOB = 100
"""Characters of a pattern of names; a longer one matches none."""
_NEWLINE = re.compile(rb"\n")


class Suppression(NamedTuple):
    start: int
    end: int
    codes: frozenset[str]
    reaching: bool = False
    """Whether it is also of findings that begin before and reach into the range."""


class Names:
    """Under which names comments know the rules: the code of each, and what its entry calls ``also:``."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        known = list(rules)
        self.every = frozenset(rule.code for rule in known)
        """The codes of all rules that a comment can suppress."""
        codes: defaultdict[str, set[str]] = defaultdict(set)
        for rule in known:
            for name in (rule.code, *rule.also):
                codes[name].add(rule.code)
        self._codes = {name: frozenset(each) for name, each in codes.items()}

    def called(self, names: Iterable[str]) -> frozenset[str]:
        """The codes of the rules with these names."""
        return frozenset().union(*(self._codes.get(name, ()) for name in names))

    def like(self, pattern: str) -> frozenset[str]:
        """The codes of the rules with a name that matches a pattern, in which ``*`` is any text."""
        if "*" not in pattern:
            return self._codes.get(pattern, frozenset())
        pattern = re.sub(r"\*+", "*", pattern)
        if len(pattern) > _MOST_GLOB:
            return frozenset()
        pattern = pattern.replace("[", "[[]").replace("?", "[?]")
        return frozenset().union(*(codes for name, codes in self._codes.items() if fnmatchcase(name, pattern)))


class CommentReader:
    """The comments of a source, by the words in them, and its lines, which are counted from 0."""

    def __init__(self, root: Node, source: bytes, find: Callable[[], list[Node]]) -> None:
        """``find``: gives all comments, in order."""
        self.root = root
        self.source = source
        self._find = find
        self._folded = source.lower()

    def having(self, *words: str) -> Iterator[Node]:
        """Each comment that has one of the words, in any case, in their order. ``words``: in lower case."""
        encoded = [word.encode() for word in words]
        if not any(word in self._folded for word in encoded):
            return
        for comment in self._comments:
            folded = self._folded[comment.start_byte : comment.end_byte]
            if any(word in folded for word in encoded):
                yield comment

    @cached_property
    def _comments(self) -> list[Node]:
        # not from each word down to its comment: comments in a row are a flat list in the tree
        return self._find()

    @cached_property
    def _following(self) -> dict[int, Node | None]:
        """By the first byte of a comment, the node after it and the comments that follow it."""
        found: dict[int, Node | None] = {}
        after: Node | None = None
        begin = -1
        for comment in reversed(self._comments):
            if begin < 0 or self.source[comment.end_byte : begin].strip(b"\\ \t\r\n\f"):
                # asked once for a row: it takes as long as the row
                after = comment.next_named_sibling
            begin = comment.start_byte
            found[begin] = after
        return found

    def following(self, comment: Node) -> Node | None:
        """What a comment is above: the node after it, behind other comments."""
        return self._following[comment.start_byte]

    def text(self, node: Node) -> str:
        return self.source[node.start_byte : node.end_byte].decode("utf-8", "replace")

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(match.end() for match in _NEWLINE.finditer(self.source))]

    def line_of(self, offset: int) -> int:
        return bisect_right(self._starts, offset) - 1

    def start_of(self, line: int) -> int:
        """The first byte of a line; behind the last line, the end of the source."""
        return self._starts[line] if line < len(self._starts) else len(self.source)

    def end_of(self, line: int) -> int:
        """The byte after a line and its end."""
        return self.start_of(line + 1)

    def is_first(self, comment: Node) -> bool:
        """Whether nothing but space is before it on its line."""
        start = comment.start_byte
        return not self.source[max(self.start_of(self.line_of(start)), start - 1_000) : start].strip()


class Suppressed:
    """What is suppressed in one source."""

    def __init__(self, found: Iterable[Suppression], every: frozenset[str]) -> None:
        ranges: defaultdict[tuple[str, bool], list[tuple[int, int]]] = defaultdict(list)
        for start, end, codes, reaching in found:
            # one range under no code instead of one for each
            for code in ("",) if codes == every else codes:
                ranges[code, reaching].append((start, end))
        self._ranges: Mapping[tuple[str, bool], tuple[list[int], list[int]]] = {
            key: _joined(group) for key, group in ranges.items()
        }

    def has(self, code: str, start: int, end: int) -> bool:
        """Whether a finding of this code, in these bytes, is suppressed."""
        return any(
            self._meets(key, reaching, start, end if reaching else start + 1)
            for key in ("", code)
            for reaching in (False, True)
        )

    def _meets(self, key: str, reaching: bool, start: int, end: int) -> bool:
        if (ranges := self._ranges.get((key, reaching))) is None:
            return False
        starts, ends = ranges
        # the first range that is not over before
        number = bisect_right(ends, start)
        return number < len(starts) and starts[number] < end


def _joined(ranges: list[tuple[int, int]]) -> tuple[list[int], list[int]]:
    """Starts and ends of the ranges, where those that overlap are one."""
    starts: list[int] = []
    ends: list[int] = []
    for start, end in sorted(ranges):
        if ends and start <= ends[-1]:
            ends[-1] = max(ends[-1], end)
        elif start < end:
            starts.append(start)
            ends.append(end)
    return starts, ends
