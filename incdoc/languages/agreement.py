"""Whether facts that came from outside can be those of a source: without reading it, which takes three times as long.

What is compared: the number of lines; each word of each text with the words of the source; the name of each definition
with the lines that it is said to have; kinds with those of the language; and that each line and number is one that
there is. Facts that do not agree are not used. Facts that do may still leave something out, or count it wrongly: who
may write them, a signature (``remote.packs``) or a sample that is read anyway (``--verify``) decides that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from . import text
from .facts import Definition, Facts, too_many

if TYPE_CHECKING:
    from .language import Language

_WORDS = re.compile(r"\w+")
_OWN = re.compile(r"[a-z][a-z() -]*|[A-Z]+[0-9a-z.-]*[\w.-]*|")
"""What incdoc itself says of a source: a trait, the code of a rule."""
_MOST_OWN = 80
_MOST_TEXT, _LEAST_TEXT = 8, 20_000
"""Characters of all texts: so many times those of the source, and some more. A name is in each use of it."""
_ENTITY = re.compile(r"[0-9a-f]*")
_ADDED = {
    *("if", "else", "of", "not", "except", "try", "elif", "case", "match", "for", "while", "type", "checking", "class"),
    *("function", "lazy", "named", "crate", "macros", "default", "executable", "first"),
    *("requirement", "run", "member", "command", "call", "Dockerfile"),
}
"""Words in conditions, scopes and names that a source need not have."""


def agrees(facts: Facts, language: Language, data: bytes) -> bool:
    """Whether ``facts`` can be those of ``data``, which ``language`` reads."""
    if facts.language != language.name:
        return False
    if facts.binary or facts.refused or facts.manifest or facts.format.cookie:
        return language.read(data) == facts  # these are few or short
    if facts.lines != text.count_lines(data) or facts.format != text.look(data) or too_many(facts.rows):
        return False
    if not {each.code for each in facts.findings} <= _codes(language.name):
        return False
    return _Source(text.decode(data)).agrees(facts, {kind.name for kind in language.kinds})


@cache
def _codes(language: str) -> frozenset[str]:
    """The codes of the rules of a language."""
    from .registry import load

    return frozenset(rule.code for rule in load(language).tried_rules())


class _Source:
    def __init__(self, source: str) -> None:
        self._text = source
        self._words = {*_WORDS.findall(source), *_ADDED}
        self._ends = [0]
        at = source.find("\n")
        while at >= 0:
            self._ends.append(at + 1)
            at = source.find("\n", at + 1)
        self._ends.append(len(source))

    def agrees(self, facts: Facts, kinds: set[str]) -> bool:
        return (
            self._words.issuperset(_WORDS.findall("\n".join(_texts(facts))))
            and all(0 <= line <= end <= facts.lines for line, end in _spans(facts))
            and all(_OWN.fullmatch(each) and len(each) <= _MOST_OWN for each in _own(facts))
            and not any("\n" in each or "\r" in each for each in _lines(facts))
            and sum(map(len, _texts(facts))) <= _MOST_TEXT * len(self._text) + _LEAST_TEXT
            and all(each.kind in kinds and _ENTITY.fullmatch(each.entity) for each in facts.definitions)
            and all(-2 < use.item < len(facts.imports) for use in facts.uses)
            and all(map(self._has, facts.definitions))
        )

    def _has(self, definition: Definition) -> bool:
        """Whether the last word of the name is in its lines."""
        words = _WORDS.findall(definition.name)
        start, end = self._ends[definition.line - 1], self._ends[min(definition.end, len(self._ends) - 1)]
        return not words or self._text.find(words[-1], start, end) >= 0


def _texts(facts: Facts) -> Iterator[str]:
    """Texts that are of words of the source."""
    yield from (facts.doc, facts.title, facts.package, facts.program, *facts.spoken, *facts.given)
    yield from facts.exports or ()
    for each in facts.definitions:
        yield from (each.name, each.signature, each.doc, each.declaration, each.condition)
        yield from (*each.decorators, *each.bases, *each.calls)
        yield from (name for name, _ in each.raises)
    for item in facts.imports:
        yield from (item.module, item.name, item.alias, item.within, item.condition, item.requirement, item.place)
        yield from (item.scope, item.style)
    yield from (each.text for each in facts.findings)
    yield from (each.owner for each in facts.findings)
    yield from (each.text for each in facts.to_do)
    yield from (each.target for each in facts.links)
    yield from (each.owner for each in facts.examples)
    for use in facts.uses:
        yield from (use.owner, use.rest)


def _lines(facts: Facts) -> Iterator[str]:
    """Texts of one line."""
    yield facts.package
    for each in facts.definitions:
        yield from (each.name, each.kind, each.signature, *each.decorators, *each.bases, *each.calls)
    for item in facts.imports:
        yield from (item.module, item.name, item.alias, item.style, item.scope)
    yield from (each.text for each in facts.findings)
    yield from facts.exports or ()


def _own(facts: Facts) -> Iterator[str]:
    for each in facts.definitions:
        yield from each.traits
    yield from (each.code for each in facts.findings)
    yield from (each.kind for each in facts.marks)


def _spans(facts: Facts) -> Iterator[tuple[int, int]]:
    yield from ((each.line, each.end) for each in facts.definitions)
    yield from ((each.line, each.end) for each in facts.findings)
    yield from facts.errors
    for rows in (facts.imports, facts.to_do, facts.links, facts.examples, facts.marks):
        yield from ((each.line, each.line) for each in rows)
    yield from ((line, line) for each in facts.definitions for _, line in each.raises)
    yield from ((line, line) for line in (*facts.guards, *facts.open))
