"""Rules written as tree-sitter queries, and the places where they match.

A **rule** is an entry of ``queries/<language>/<category>.scm``: comments, then the patterns they stand above.

    ; S307 · Text is evaluated as an expression
    ; why: Whoever can influence the text can run any code.
    ; needles: eval
    (call function: (_) @text
      (#origin? @text "builtins.eval")) @finding

- The first line has the code and the message, ``why:`` the reason; a comment line that follows continues either.
- ``needles:`` are what the source must contain for the rule to be tried: a word (``yield``), text that begins or ends
  within a line's punctuation (``.append(``), or text in any case that does not end its line (``~password``). Where they are absent they follow from ``#origin?``: with ``from os import system
  as run`` the needle of ``os.system`` is ``run``, and without any import of ``os`` the rule costs nothing.
- ``@finding`` is the node whose lines are reported, ``@text`` the node that the finding quotes. Predicates beyond
  tree-sitter's own stand in ``predicates.py``.

Running every query over every tree takes longer than parsing. Therefore: find the needles in the bytes, find the smallest
node at each, climb to the nearest node of the type with which the rule's pattern begins, and ask the rule's query about
that node alone. A pattern must thus begin with a named node type, and is only ever tried there.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import lru_cache
from importlib import import_module
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from msgspec import Struct

from .facts import Finding
from .predicates import BUILTINS, Predicates, one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from tree_sitter import Node, Query

_K = TypeVar("_K")
_V = TypeVar("_V")

CATEGORIES = {"security": "security", "performance": "performance", "patterns": "pattern"}
"""File names, and the category of the rules in them."""

MAX_CLIMB = 60
"""Steps from a needle to its rule's node: more than any nesting that a person writes."""

BARRIERS = frozenset({"function_definition", "class_definition", "lambda", "module"})
"""A rule that is about something smaller than these does not look beyond them."""

_WORD = re.compile(r"\w+\Z")
_HEADER = re.compile(r"; (?P<code>[\w-]+) · (?P<message>\S.*)\Z")
_FIELD = re.compile(r"; (?P<field>why|needles):\s*(?P<value>.*)\Z")
_ORIGIN = re.compile(r"\(#origin\?\s+@[\w.]+\s+(?P<names>[^)]*)\)")
_QUOTED = re.compile(r'"([^"]*)"')
_ROOT = re.compile(rb"[\s(]*(?:;[^\n]*\n[\s(]*)*(?P<type>\w+)")

# Other than word characters become blanks, so that splitting yields words. Bytes over 127 belong to words.
_BLANKED = bytes(c if c > 127 or chr(c).isalnum() or c == 95 else 32 for c in range(256))


class Rule(Struct, frozen=True):
    """What the pages say about a rule, and the patterns that find it."""

    code: str
    category: str
    message: str
    reason: str
    needles: tuple[str, ...]
    origins: tuple[str, ...]
    patterns: str
    place: str
    """File and line of the patterns."""


class RuleError(Exception):
    """An entry that cannot be used; the text names file and line."""


# --- reading the files ------------------------------------------------------------------------------------------------


@lru_cache
def rules(language: str) -> tuple[Rule, ...]:
    """Every rule of the language, in the order of its files."""
    folder = files(__package__) / "queries" / language
    found: list[Rule] = []
    for stem, category in CATEGORIES.items():
        path = folder / f"{stem}.scm"
        if path.is_file():
            found += read(path.read_text(encoding="utf-8"), category, f"queries/{language}/{stem}.scm")
    return tuple(found)


def read(text: str, category: str, name: str) -> list[Rule]:
    """The rules of one file; ``name`` is what errors call it."""
    found = [_rule(entry, category, name) for entry in _entries(text, name)]
    codes = [rule.code for rule in found]
    for rule in found:
        if codes.count(rule.code) > 1:
            raise RuleError(f"{rule.place}: {rule.code} is defined twice")
    return found


class _Entry(NamedTuple):
    line: int
    comments: list[str]
    patterns: list[str]


def _entries(text: str, name: str) -> Iterator[_Entry]:
    """Comments above a header belong to the file and are skipped."""
    entry: _Entry | None = None
    for number, line in enumerate(text.splitlines(), 1):
        if _HEADER.match(line):
            if entry:
                yield entry
            entry = _Entry(number, [line], [])
        elif not entry:
            if line and not line.startswith(";"):
                raise RuleError(f"{name}:{number}: expected '; CODE · message' above the first pattern")
        elif line.startswith(";") and not entry.patterns:
            entry.comments.append(line)
        elif line.startswith(";"):
            raise RuleError(f"{name}:{number}: expected '; CODE · message', found {line!r}")
        elif line or entry.patterns:
            entry.patterns.append(line)
    if entry:
        yield entry


def _rule(entry: _Entry, category: str, name: str) -> Rule:
    header = _HEADER.match(entry.comments[0])
    assert header is not None
    values = {"message": header["message"], "why": "", "needles": ""}
    field = "message"
    for line in entry.comments[1:]:
        if found := _FIELD.match(line):
            field, line = found["field"], f"; {found['value']}"
        values[field] += f" {line.removeprefix(';').strip()}"
    patterns = "\n".join(entry.patterns).rstrip()
    origins = tuple(n for group in _ORIGIN.finditer(patterns) for n in _QUOTED.findall(group["names"]))
    rule = Rule(
        header["code"],
        category,
        values["message"].strip(),
        values["why"].strip(),
        tuple(values["needles"].split()),
        origins,
        patterns,
        f"{name}:{entry.line + len(entry.comments)}",
    )
    if fault := _fault(rule):
        raise RuleError(f"{name}:{entry.line}: {rule.code} {fault}")
    return rule


def _fault(rule: Rule) -> str:
    if not rule.reason:
        return "has no '; why: ...'"
    if not rule.needles and not rule.origins:
        return "has neither '; needles: ...' nor an #origin? to take them from"
    if not rule.patterns:
        return "has no pattern"
    if "@finding" not in rule.patterns:
        return "captures no @finding"
    return ""


# --- compiling them ---------------------------------------------------------------------------------------------------


class _Matcher(NamedTuple):
    rule: Rule
    query: Query
    roots: frozenset[str]
    bounded: bool
    """Whether a barrier ends the climb."""
    by_needle: bool
    """Whether another needle in the same node may give another answer."""


class _Catalogue(NamedTuple):
    words: dict[bytes, tuple[_Matcher, ...]]
    texts: dict[bytes, tuple[tuple[bytes, tuple[_Matcher, ...]], ...]]
    """By the longest word in the text; without that word there is no need to search for it."""
    folded: dict[bytes, tuple[_Matcher, ...]]
    origins: dict[str, tuple[tuple[str, _Matcher], ...]]
    """By the first part of the origin."""


@lru_cache
def _catalogue(language: str) -> _Catalogue:
    words: dict[bytes, list[_Matcher]] = defaultdict(list)
    texts: dict[bytes, list[_Matcher]] = defaultdict(list)
    folded: dict[bytes, list[_Matcher]] = defaultdict(list)
    origins: dict[str, list[tuple[str, _Matcher]]] = defaultdict(list)
    for rule in rules(language):
        matcher = _matcher(language, rule)
        for needle in rule.needles:
            if needle.startswith("~"):
                folded[needle[1:].lower().encode()].append(matcher)
            else:
                (words if _WORD.match(needle) else texts)[needle.encode()].append(matcher)
        for origin in () if rule.needles else rule.origins:
            first, _, rest = origin.partition(".")
            if first == BUILTINS:
                words[rest.encode()].append(matcher)
            origins[first].append((origin, matcher))
    by_word: dict[bytes, list[tuple[bytes, tuple[_Matcher, ...]]]] = defaultdict(list)
    for text, matchers in texts.items():
        by_word[max(text.translate(_BLANKED).split(), key=len, default=b"")].append((text, tuple(matchers)))
    return _Catalogue(_frozen(words), _frozen(by_word), _frozen(folded), _frozen(origins))


def _frozen(lists: Mapping[_K, list[_V]]) -> dict[_K, tuple[_V, ...]]:
    return {key: tuple(values) for key, values in lists.items()}


def _matcher(language: str, rule: Rule) -> _Matcher:
    from tree_sitter import Language, Query, QueryError

    where = f"{rule.place}: {rule.code}"
    try:
        query = Query(Language(import_module(f"tree_sitter_{language}").language()), rule.patterns)
    except QueryError as error:
        raise RuleError(f"{where}: {error}") from error
    text = rule.patterns.encode()
    roots = set()
    for pattern in range(query.pattern_count):
        root = _ROOT.match(text, query.start_byte_for_pattern(pattern))
        if root is None or not query.is_pattern_rooted(pattern):
            raise RuleError(f"{where}: a pattern must begin with one named node")
        roots.add(root["type"].decode())
    return _Matcher(rule, query, frozenset(roots), not roots & BARRIERS, "needle?" in rule.patterns)


# --- finding ----------------------------------------------------------------------------------------------------------


def find(
    language: str, root: Node, source: bytes, names: Mapping[str, str], owner: Callable[[int], str]
) -> tuple[Finding, ...]:
    """Every place where a rule of the language matches, sorted by line, then code.

    ``names``: each local name that an import binds, and the dotted name it stands for; ``owner``: the innermost
    definition around a byte offset.
    """
    predicates = Predicates(source, names)
    found: dict[tuple[str, int, int], Finding] = {}
    tried: set[tuple[str, int]] = set()
    for start, end, matchers in _hits(_catalogue(language), source, names):
        leaf = root.descendant_for_byte_range(start, end)
        if leaf is None or leaf.type == "comment":
            continue
        predicates.needle = leaf
        for matcher, node in _climb(leaf, matchers):
            key = (matcher.rule.code, node.id)
            if key not in tried and (_try(matcher, node, predicates, found, owner) or not matcher.by_needle):
                tried.add(key)
    return tuple(sorted(found.values(), key=lambda f: (f.line, f.code, f.end, f.text)))


def _try(
    matcher: _Matcher,
    node: Node,
    predicates: Predicates,
    found: dict[tuple[str, int, int], Finding],
    owner: Callable[[int], str],
) -> bool:
    from tree_sitter import QueryCursor

    cursor = QueryCursor(matcher.query)
    cursor.set_max_start_depth(0)
    matches = cursor.matches(node, predicates)
    for _, captures in matches:
        place = captures["finding"][0]
        key = (matcher.rule.code, place.start_byte, place.end_byte)
        if key not in found:
            found[key] = Finding(
                matcher.rule.code,
                place.start_point.row + 1,
                place.end_point.row + 1,
                owner(place.start_byte),
                one_line(captures.get("text", (place,))[0]),
            )
    return bool(matches)


def _climb(leaf: Node, matchers: Sequence[_Matcher]) -> Iterator[tuple[_Matcher, Node]]:
    """Each rule's nearest node around the leaf with which its pattern can begin."""
    node: Node | None = leaf
    for _ in range(MAX_CLIMB):
        if node is None or not matchers:
            return
        kind = node.type
        waiting = []
        for matcher in matchers:
            if kind in matcher.roots:
                yield matcher, node
            elif not (matcher.bounded and kind in BARRIERS):
                waiting.append(matcher)
        matchers = waiting
        node = node.parent


def _hits(
    catalogue: _Catalogue, source: bytes, names: Mapping[str, str]
) -> Iterator[tuple[int, int, Sequence[_Matcher]]]:
    """Where the needles of which rules stand."""
    present = catalogue.words.keys() | catalogue.texts.keys()
    present = present.intersection(source.translate(_BLANKED).split())
    needles: dict[bytes, list[_Matcher]] = {}
    for local, origin in names.items():
        for full, matcher in catalogue.origins.get(origin.partition(".")[0], ()):
            if full == origin:
                needles.setdefault(local.encode(), []).append(matcher)
            elif full.startswith(origin + "."):
                needles.setdefault(full.rpartition(".")[2].encode(), []).append(matcher)
    for word in sorted(present):  # a set of bytes has another order in each process
        if word in catalogue.words:
            needles.setdefault(word, []).extend(catalogue.words[word])
        for text, matchers in catalogue.texts.get(word, ()):
            yield from ((at, at + len(text), matchers) for at in _places(source, text))
    for word, found in needles.items():
        yield from ((at, at + len(word), found) for at in _places(source, word) if _is_word(source, at, len(word)))
    lowered = source.lower()
    for text, matchers in catalogue.folded.items():
        for at in _places(lowered, text):
            if lowered[at + len(text) : at + len(text) + 1] not in b"\r\n":
                yield at, at + len(text), matchers


def _places(source: bytes, needle: bytes) -> Iterator[int]:
    at = source.find(needle)
    while at >= 0:
        yield at
        at = source.find(needle, at + len(needle))


def _is_word(source: bytes, at: int, length: int) -> bool:
    after = at + length
    return (at == 0 or _BLANKED[source[at - 1]] == 32) and (
        after == len(source) or _BLANKED[source[after]] == 32
    )
