"""Rules written as tree-sitter queries, and the places where they match.

A **rule** is an entry of ``queries/<language>/<category>.scm``: comments, then the patterns they stand above.

    ; S307 · Text is evaluated as an expression
    ; why: Whoever can influence the text can run any code.
    ; needles: eval(
    (call function: (_) @text
      (#origin? @text "builtins.eval")) @finding

- The first line has the code and the message, ``why:`` the reason; the comment lines that follow continue either.
- ``needles:`` are what a source must contain for the rule to be tried: a word (``yield``), other text
  (``.append(``), or text in any case that does not end its line (``~password``).
  Where they are absent they follow from ``#origin?``: with ``from os import system as run`` the needle of
  ``os.system`` is ``run``, and without any import of ``os`` the rule costs nothing. That of a builtin is its call.
- ``@finding`` is the node whose lines are reported, ``@text`` what the finding quotes. The predicates beyond
  tree-sitter's own stand in ``predicates.py``.
- A pattern begins at the left margin, with a node type. Lines within it are indented.

Running every query over every tree takes longer than parsing. Therefore: find the needles in the bytes, find the
smallest node at each, climb to the nearest node of the type with which a pattern of the rule begins, and ask the
rule's query about that node alone. The climb is no longer than the pattern is deep; where the pattern begins with a
definition it may be, for a ``yield`` can stand anywhere in one.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cached_property, lru_cache
from importlib import import_module
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct

from .facts import Finding
from .predicates import ASKED, BUILTINS, Predicates, one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from tree_sitter import Node, Query, QueryCursor

CATEGORIES = {"security": "security", "performance": "performance", "patterns": "pattern"}
"""File names, and the category of the rules in them."""

MAX_CLIMB = 60
"""Steps from a needle to its rule's node: more than any nesting that a person writes."""

BARRIERS = frozenset({"function_definition", "class_definition", "lambda", "module"})
"""A rule that is about something smaller than these does not look beyond them."""

_CALLED = re.compile(rb"\w+\(\Z")
_HEADER = re.compile(r"; (?P<code>[\w-]+) · (?P<message>\S.*)\Z")
_FIELD = re.compile(r"; (?P<field>why|needles):\s*(?P<value>.*)\Z")
_ORIGIN = re.compile(r"\(#origin\?\s+@[\w.]+\s+(?P<names>[^)]*)\)")
_NEEDLE = re.compile(r"\(#needle\?([^)]*)\)")
_QUOTED = re.compile(r'"([^"]*)"')
_PREDICATE = re.compile(r"\(#([\w-]+\?)")
_TREE_SITTERS = frozenset({"eq?", "match?", "any-of?"})
_ROOT = re.compile(r"^\(+(\w+)", re.MULTILINE)

_FREQUENT = b" etransoi_\nldcpufm,h.g)(:\"yb=vwkxT[]N#'-1`CS2EAzI0F>OD{}PRqM3L*64/BUjV"
"""Bytes of Python sources, the most frequent first, counted over a million lines."""

_IS_WORD = bytes(c > 127 or chr(c).isalnum() or c == ord("_") for c in range(256))
"""By byte: 1 where it belongs to a word. Bytes over 127 do."""


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


# --- reading the files ---


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
    found: dict[str, Rule] = {}
    for entry in _entries(text, name):
        rule = _rule(entry, category, name)
        if rule.code in found:
            raise RuleError(f"{name}:{entry.line}: {rule.code} is defined twice")
        found[rule.code] = rule
    return list(found.values())


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
        text = line.removeprefix(";").strip()
        if found := _FIELD.match(line):
            field, text = found["field"], found["value"]
        values[field] += f" {text}"
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
    if not _ROOT.match(rule.patterns):
        return "has no pattern that begins with '(' and a node type at the left margin"
    if "@finding" not in rule.patterns:
        return "captures no @finding"
    asked = {name.removeprefix("not-") for name in _PREDICATE.findall(rule.patterns)}
    if unknown := sorted(asked - ASKED.keys() - _TREE_SITTERS):
        return f"asks #{unknown[0]}, which there is not"
    return ""


# --- compiling them ---


class Matcher:
    """A rule made ready: its query is compiled when it is first tried."""

    def __init__(self, language: str, rule: Rule) -> None:
        self.language = language
        self.rule = rule
        self.roots = frozenset(_ROOT.findall(rule.patterns))
        self.bounded = not self.roots & BARRIERS
        """Whether a barrier ends the climb."""
        self.steps = _depth(rule.patterns) if self.bounded else MAX_CLIMB
        """How far below the pattern's node a needle can be."""
        self.asks = _asks(rule.patterns)
        """The predicates of each pattern that are asked here: tree-sitter's binding would call them, but never lets
        go of what it calls them with, the tree included."""
        self.leaves = frozenset(kind for types in _NEEDLE.findall(rule.patterns) for kind in _QUOTED.findall(types))
        """Types of the node at the needle; empty where any will do."""

    def cursor(self) -> QueryCursor:
        # Not kept: two threads must not share one.
        cursor = self._new_cursor(self.query)
        cursor.set_max_start_depth(0)
        return cursor

    @cached_property
    def _new_cursor(self) -> type[QueryCursor]:
        from tree_sitter import QueryCursor

        return QueryCursor

    @cached_property
    def query(self) -> Query:
        from tree_sitter import Language, Query, QueryError

        try:
            query = Query(Language(import_module(f"tree_sitter_{self.language}").language()), self.rule.patterns)
        except QueryError as error:
            raise RuleError(f"{self._place(str(error))}: {self.rule.code}: {error}") from error
        if not all(query.is_pattern_rooted(pattern) for pattern in range(query.pattern_count)):
            raise RuleError(f"{self.rule.place}: {self.rule.code}: a pattern must begin with one named node")
        return query

    def _place(self, error: str) -> str:
        """File and line of an error that counts the lines of the patterns."""
        name, _, line = self.rule.place.rpartition(":")
        row = re.search(r"row (\d+)", error)
        return f"{name}:{int(line) + int(row[1])}" if row else self.rule.place


def _asks(patterns: str) -> list[list[tuple[str, list[tuple[str, str]]]]]:
    """For each pattern, (predicate, its (value, ``capture`` or ``string``) arguments)."""
    found = []
    for pattern in re.split(r"^(?=[(\[])", patterns, flags=re.MULTILINE)[1:]:
        asked = [(ask["name"], _arguments(ask["args"])) for ask in _ASK.finditer(pattern)]
        found.append([ask for ask in asked if ask[0].removeprefix("not-") in ASKED])
    return found


_ASK = re.compile(r'\(#(?P<name>[\w-]+\?)(?P<args>(?:\s+(?:@[\w.-]+|"(?:\\.|[^"\\])*"|[\w.-]+))*)\s*\)')
_ARGUMENT = re.compile(r'@(?P<capture>[\w.-]+)|"(?P<quoted>(?:\\.|[^"\\])*)"|(?P<bare>[\w.-]+)')


def _arguments(text: str) -> list[tuple[str, str]]:
    arguments = []
    for found in _ARGUMENT.finditer(text):
        if found["capture"]:
            arguments.append((found["capture"], "capture"))
        else:
            quoted = found["quoted"]
            arguments.append((_unquoted(quoted) if quoted is not None else found["bare"], "string"))
    return arguments


def _unquoted(text: str) -> str:
    return re.sub(r"\\(.)", lambda match: {"n": "\n", "t": "\t", "r": "\r"}.get(match[1], match[1]), text)


def _depth(patterns: str) -> int:
    depth = deepest = 0
    for sign in re.findall(r'"(?:\\\\.|[^"])*"|[()]', patterns):
        depth += {"(": 1, ")": -1}.get(sign, 0)
        deepest = max(deepest, depth)
    return deepest + 1


_Needles = dict[bytes, list[Matcher]]


class _Search(NamedTuple):
    """Needles with the same rarest byte, in one pass that stops at no other byte."""

    regex: re.Pattern[bytes]
    needles: list[tuple[bytes, int, list[Matcher]]]
    """With the place of that byte in them, in the order of the expression's groups."""


def _with_shorter(needles: _Needles) -> _Needles:
    """A needle found is also every needle in it; longest first, as an expression has to try them."""
    ordered = sorted(needles, key=lambda needle: (-len(needle), needle))
    return {
        needle: [matcher for other in ordered if other in needle for matcher in needles[other]] for needle in ordered
    }


def _searches(needles: _Needles) -> tuple[_Search, ...]:
    needles = _with_shorter(needles)
    by_byte: dict[int, list[tuple[bytes, int, list[Matcher]]]] = defaultdict(list)
    for needle, matchers in needles.items():
        place = max(range(len(needle)), key=lambda at: _rarity(needle[at]))
        by_byte[needle[place]].append((needle, place, matchers))
    return tuple(_Search(_around(byte, group), group) for byte, group in by_byte.items())


def _rarity(byte: int) -> int:
    place = _FREQUENT.find(byte)
    return place if place >= 0 else len(_FREQUENT)


def _around(byte: int, group: list[tuple[bytes, int, list[Matcher]]]) -> re.Pattern[bytes]:
    """``k(?:(?<=tok)(?=en)())``: an expression that begins with one byte is searched for with memchr."""
    parts = [
        rb"(?<=%s)(?=%s)()" % (re.escape(needle[: place + 1]), re.escape(needle[place + 1 :]))
        for needle, place, _ in group
    ]
    return re.compile(re.escape(bytes([byte])) + b"(?:" + b"|".join(parts) + b")")


class _Catalogue(NamedTuple):
    """Needles by the way to look for them, which is chosen for speed (see ``_hits``)."""

    dotted: _Needles
    dotted_regex: re.Pattern[bytes]
    called: _Needles
    called_regex: re.Pattern[bytes]
    """Of what is spelled backwards."""
    others: tuple[_Search, ...]
    folded: tuple[_Search, ...]
    """In any case: their needles are in lower case."""
    origins: dict[str, tuple[tuple[str, Matcher], ...]]
    """By the first part of the origin."""


class _Wanted(NamedTuple):
    """What rules look for where ``local`` is the name of ``origin``."""

    exact: list[Matcher]
    below: _Needles
    regex: re.Pattern[bytes]


@lru_cache(1024)
def _wanted(local: str, origin: str, origins: tuple[tuple[str, Matcher], ...]) -> _Wanted:
    below: _Needles = defaultdict(list)
    for full, matcher in origins:
        if full.startswith(origin + "."):
            below[(local + full[len(origin) :]).encode()].append(matcher)
    branches = _branches(name[len(local.encode()) + 1 :] for name in below)
    regex = re.compile(re.escape(local.encode()) + rb"\.(?:%s)(?![\w\x80-\xff])" % branches)
    return _Wanted([matcher for full, matcher in origins if full == origin], below, regex)


@lru_cache
def _catalogue(language: str) -> _Catalogue:
    dotted, called, others, folded = (defaultdict[bytes, list[Matcher]](list) for _ in range(4))
    origins: dict[str, list[tuple[str, Matcher]]] = defaultdict(list)
    for rule in rules(language):
        matcher = Matcher(language, rule)
        for needle in rule.needles:
            text = needle.encode()
            if text.startswith(b"~"):
                folded[text[1:].lower()].append(matcher)
            elif text.startswith(b"."):
                dotted[text].append(matcher)
            else:
                (called if _CALLED.match(text) else others)[text].append(matcher)
        for origin in () if rule.needles else rule.origins:
            first, _, rest = origin.partition(".")
            if first == BUILTINS:
                called[rest.encode() + b"("].append(matcher)
            else:
                origins[first].append((origin, matcher))
    dotted_regex = re.compile(rb"\.(?:%s)" % _branches(needle[1:] for needle in dotted))
    called_regex = re.compile(rb"\((?:%s)(?![\w\x80-\xff])" % _branches(needle[-2::-1] for needle in called))
    return _Catalogue(
        _with_shorter(dotted),
        dotted_regex,
        called,
        called_regex,
        _searches(others),
        _searches(folded),
        {first: tuple(group) for first, group in origins.items()},
    )


def _branches(words: Iterable[bytes]) -> bytes:
    """Alternatives, those with the same first byte together: ``a(?:b|cd)|e(?:f)``."""
    tails: dict[bytes, list[bytes]] = defaultdict(list)
    for word in sorted(words, reverse=True):  # longer before its own beginning
        tails[word[:1]].append(re.escape(word[1:]))
    return b"|".join(re.escape(first) + b"(?:" + b"|".join(rest) + b")" for first, rest in tails.items()) or rb"(?!)"


# --- finding ---


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
        kind = leaf.type
        for matcher, node in _climb(leaf, [m for m in matchers if not m.leaves or kind in m.leaves]):
            key = (matcher.rule.code, node.id)
            if key not in tried:
                tried.add(key)
                _try(matcher, node, predicates, found, owner)
    return tuple(sorted(found.values(), key=lambda f: (f.line, f.code, f.end, f.text)))


def _try(
    matcher: Matcher,
    node: Node,
    predicates: Predicates,
    found: dict[tuple[str, int, int], Finding],
    owner: Callable[[int], str],
) -> None:
    for pattern, captures in matcher.cursor().matches(node):
        if not all(predicates.ask(name, args, captures) for name, args in matcher.asks[pattern]):
            continue
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


def _climb(leaf: Node, matchers: Sequence[Matcher]) -> Iterator[tuple[Matcher, Node]]:
    """Each rule's nearest node around the leaf with which its pattern can begin."""
    node: Node | None = leaf
    for step in range(MAX_CLIMB):
        if node is None or not matchers:
            return
        kind = node.type
        waiting = []
        for matcher in matchers:
            if kind in matcher.roots:
                yield matcher, node
            elif step < matcher.steps and not (matcher.bounded and kind in BARRIERS):
                waiting.append(matcher)
        matchers = waiting
        node = node.parent


_Hit = tuple[int, int, "Sequence[Matcher]"]


def _hits(catalogue: _Catalogue, source: bytes, names: Mapping[str, str]) -> Iterator[_Hit]:
    """Where the needles of which rules stand.

    Searching for one needle takes a hundredth of the time of parsing, for an expression of many words far more,
    unless it begins with one byte. So what follows a dot is one expression, what stands before a parenthesis another,
    over the source spelled backwards, and the rest are gathered by their rarest byte.
    """
    yield from _imported(catalogue, source, names)
    for found in catalogue.dotted_regex.finditer(source):
        yield found.start(), found.end(), catalogue.dotted[found[0]]
    for found in catalogue.called_regex.finditer(source[::-1]):
        at = len(source) - found.end()
        yield at, len(source) - found.start() - 1, catalogue.called[found[0][::-1]]
    for start, end, needle, matchers in _found(catalogue.others, source):
        if _stands_alone(source, start, needle):
            yield start, end, matchers
    lowered = source.lower()
    for start, end, _, matchers in _found(catalogue.folded, lowered):
        if lowered[end : end + 1] not in b"\r\n":
            yield start, end, matchers


def _found(searches: Iterable[_Search], source: bytes) -> Iterator[tuple[int, int, bytes, list[Matcher]]]:
    for search in searches:
        for found in search.regex.finditer(source):
            assert found.lastindex is not None
            needle, place, matchers = search.needles[found.lastindex - 1]
            start = found.start() - place
            yield start, start + len(needle), needle, matchers


def _imported(catalogue: _Catalogue, source: bytes, names: Mapping[str, str]) -> Iterator[_Hit]:
    """Where the names stand that the file's imports give to the rules' origins: ``run``, ``os.system``."""
    for local, origin in names.items():
        if origin.partition(".")[0] in catalogue.origins:
            wanted = _wanted(local, origin, catalogue.origins[origin.partition(".")[0]])
            if wanted.exact:
                yield from ((at, at + len(local), wanted.exact) for at in _places(source, local.encode()))
            if wanted.below:
                for found in wanted.regex.finditer(source):
                    if not found.start() or not _IS_WORD[source[found.start() - 1]]:
                        yield found.start(), found.end(), wanted.below[found[0]]


def _places(source: bytes, needle: bytes) -> Iterator[int]:
    at = source.find(needle)
    while at >= 0:
        if _stands_alone(source, at, needle):
            yield at
        at = source.find(needle, at + len(needle))


def _stands_alone(source: bytes, at: int, needle: bytes) -> bool:
    """Whether a needle that begins or ends like a word is not a part of a longer one."""
    end = at + len(needle)
    return not (
        (_IS_WORD[needle[0]] and at and _IS_WORD[source[at - 1]])
        or (_IS_WORD[needle[-1]] and end < len(source) and _IS_WORD[source[end]])
    )
