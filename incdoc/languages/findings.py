"""Rules written as tree-sitter queries, and the places where they match.

A **rule** is an entry of ``<language>/rules/<category>.scm``: comments, then the patterns below them.

    ; S307 · Text is evaluated as an expression
    ; why: An attacker who controls the text can run any code.
    ; needles: eval(
    (call function: (_) @text
      (#origin? @text "builtins.eval")) @finding

- The first line has the code and the message, ``why:`` the reason; comment lines that follow continue either.
- ``also:`` are names under which comments suppress the rule, beside its code (``suppressions.py``).
- ``needles:`` are texts of which a source must contain one for the rule to be tried: a word (``yield``), other text
  (``.append(``), or text in any case that does not end its line (``~password``).
  Without them they follow from ``#origin?``: after ``from os import system as run`` the needle of ``os.system`` is
  ``run``, and if nothing of ``os`` is imported, the rule costs nothing. The needle of a builtin is a call of it.
- ``@finding`` is the node whose lines are reported, ``@text`` what the finding quotes. The predicates beyond
  tree-sitter's own are in ``predicates.py`` and in a module of that name of the language.
- A pattern begins at the left margin, with a node type. Lines within it are indented.

Running every query over every tree takes longer than parsing. Therefore one pass over the bytes finds all needles
(``words``). From the smallest node at each needle, climb to the nearest node of the type with which a pattern of the
rule begins, and run the rule's query on that node alone. The climb is no longer than the pattern is deep, except for
patterns that begin with a definition: a ``yield`` can be anywhere in one.

A comment is a named node, which ``(_)`` matches and an anchor (``.``) does not pass. So where such a node has a
comment in a list, such as the arguments of a call, the search begins again on a second tree: of the source with blanks
instead of those comments, for which tree-sitter reads again what is around them alone. It is never made for one node:
predicates compare nodes, which must be of one tree.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from functools import cached_property, lru_cache
from importlib import import_module
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct

from .facts import Finding
from .limits import LimitError
from .predicates import Names, Predicates, one_line
from .suppressions import CommentReader, Suppressed
from .suppressions import Names as RuleNames
from .words import MAX_FOLDED, alone, stands_alone

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from tree_sitter import Language, Node, Query, QueryCursor, Tree

    from .suppressions import Suppression
    from .syntax import Grammar

CATEGORIES = {"security": "security", "performance": "performance", "patterns": "pattern"}
"""File names, and the category of the rules in them."""

MAX_CLIMB = 60
"""Steps from a needle to its rule's node: more than the deepest nesting in code written by hand."""

_HEADER = re.compile(r"; (?P<code>[\w-]+) · (?P<message>\S.*)\Z")
_FIELD = re.compile(r"; (?P<field>why|also|needles):\s*(?P<value>.*)\Z")
_ORIGIN = re.compile(r"\(#origin\?\s+@[\w.]+\s+(?P<names>[^)]*)\)")
_NEEDLE = re.compile(r"\(#needle\?([^)]*)\)")
_QUOTED = re.compile(r'"([^"]*)"')
_PREDICATE = re.compile(r"\(#([\w-]+\?)")
_TREE_SITTERS = frozenset({"eq?", "match?", "any-of?"})
_ROOT = re.compile(r"^\(+(\w+)", re.MULTILINE)
_DOTTED = re.compile(rb"[\w.\x80-\xff]+")
_CALLED = re.compile(rb"\w+\(\Z")
_ENDS = (b"\r", b"\n")
_INK = re.compile(rb"[^\r\n]")


class Rules(Struct, frozen=True):
    """The rules of a language, and what they need to know of it."""

    package: str
    """The package with the folder ``rules``."""
    grammar: str
    """The module of the grammar, whose ``language()`` is tree-sitter's; or a module and another function of it,
    ``module:function``."""
    predicates: type[Predicates] = Predicates
    barriers: frozenset[str] = frozenset()
    """Types of nodes: a climb for a smaller node ends at one of them."""
    builtins: str = ""
    """What the origins of names begin with that need no import; empty if there are none."""
    suppressions: Callable[[CommentReader, RuleNames], Iterable[Suppression]] | None = None
    """What comments suppress in a source."""
    unsuppressed: frozenset[str] = frozenset()
    """Categories whose codes no tool has, so that no comment is about them."""
    lists: tuple[str, ...] = ()
    """Types of nodes in which a comment is no more than white space to rules: arguments, elements."""
    comments: tuple[bytes, ...] = (b"//", b"/*")
    """What comments begin with."""


class Rule(Struct, frozen=True):
    """A rule's texts on pages, and its patterns."""

    code: str
    category: str
    message: str
    reason: str
    also: tuple[str, ...]
    needles: tuple[str, ...]
    origins: tuple[str, ...]
    patterns: str
    place: str
    """File and line of the patterns."""


class RuleError(Exception):
    """An entry has a wrong format; the message names file and line."""


# --- reading the files ---


@lru_cache
def rules(language: Rules) -> tuple[Rule, ...]:
    """Every rule of the language, in the order of its files."""
    folder = files(language.package) / "rules"
    name = language.package.rpartition(".")[2]
    found: list[Rule] = []
    for stem, category in CATEGORIES.items():
        path = folder / f"{stem}.scm"
        if path.is_file():
            text = path.read_text(encoding="utf-8")
            found += read(text, category, f"{name}/rules/{stem}.scm", language.predicates)
    return tuple(found)


def read(text: str, category: str, name: str, predicates: type[Predicates] = Predicates) -> list[Rule]:
    """The rules of one file; ``name``: the file's name in errors; ``predicates``: those that they may ask."""
    found: dict[str, Rule] = {}
    for entry in _entries(text, name):
        rule = _rule(entry, category, name, predicates)
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


def _rule(entry: _Entry, category: str, name: str, predicates: type[Predicates]) -> Rule:
    header = _HEADER.match(entry.comments[0])
    assert header is not None
    values = {"message": header["message"], "why": "", "also": "", "needles": ""}
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
        tuple(values["also"].split()),
        tuple(values["needles"].split()),
        origins,
        patterns,
        f"{name}:{entry.line + len(entry.comments)}",
    )
    if fault := _fault(rule, predicates):
        raise RuleError(f"{name}:{entry.line}: {rule.code} {fault}")
    return rule


def _fault(rule: Rule, predicates: type[Predicates]) -> str:
    if not rule.reason:
        return "has no '; why: ...'"
    if not rule.needles and not rule.origins:
        return "has neither '; needles: ...' nor an #origin? to take them from"
    if not _ROOT.match(rule.patterns):
        return "has no pattern that begins with '(' and a node type at the left margin"
    if "@finding" not in rule.patterns:
        return "captures no @finding"
    if any(needle.startswith("~") and len(needle) > MAX_FOLDED + 1 for needle in rule.needles):
        return f"has a needle in any case of more than {MAX_FOLDED} letters"
    asked = {name.removeprefix("not-") for name in _PREDICATE.findall(rule.patterns)}
    if unknown := sorted(asked - predicates.ASKED.keys() - _TREE_SITTERS):
        return f"asks #{unknown[0]}, which there is not"
    return ""


# --- compiling them ---


class Matcher:
    """A rule with its query, which is compiled when it is first tried."""

    def __init__(self, language: Rules, rule: Rule) -> None:
        self.language = language
        self.rule = rule
        self.roots = frozenset(_ROOT.findall(rule.patterns))
        self.bounded = not self.roots & language.barriers
        """Whether a barrier ends the climb."""
        self.steps = _depth(rule.patterns) if self.bounded else MAX_CLIMB
        """How far below the pattern's node a needle can be."""
        self.asks = _asks(rule.patterns, language.predicates)
        """The predicates of each pattern that are checked here. tree-sitter's binding could call them, but it never
        releases the arguments, which include the tree."""
        self.leaves = frozenset(kind for types in _NEEDLE.findall(rule.patterns) for kind in _QUOTED.findall(types))
        """The allowed types of the node at the needle; empty: any."""

    def cursor(self) -> QueryCursor:
        # not kept: two threads must not share a cursor
        cursor = self._new_cursor(self.query)
        cursor.set_max_start_depth(0)
        return cursor

    @cached_property
    def _new_cursor(self) -> type[QueryCursor]:
        from tree_sitter import QueryCursor

        return QueryCursor

    @cached_property
    def query(self) -> Query:
        from tree_sitter import Query, QueryError

        grammar = self.language.grammar
        shape = grammar, _shape(self.rule.patterns, self.language.predicates)
        if shape in _QUERIES:
            return _QUERIES[shape]
        try:
            query = Query(_grammar(grammar), self.rule.patterns)
        except QueryError as error:
            raise RuleError(f"{self._place(str(error))}: {self.rule.code}: {error}") from error
        if not all(query.is_pattern_rooted(pattern) for pattern in range(query.pattern_count)):
            raise RuleError(f"{self.rule.place}: {self.rule.code}: a pattern must begin with one named node")
        _QUERIES[shape] = query
        return query

    def _place(self, error: str) -> str:
        """File and line of an error that counts the lines of the patterns."""
        name, _, line = self.rule.place.rpartition(":")
        row = re.search(r"row (\d+)", error)
        return f"{name}:{int(line) + int(row[1])}" if row else self.rule.place


@lru_cache
def _grammar(name: str) -> Language:
    from tree_sitter import Language

    module, _, function = name.partition(":")
    return Language(getattr(import_module(module), function or "language")())


_QUERIES: dict[tuple[str, str], Query] = {}
"""Compiled queries by grammar and patterns without the predicates that are checked here: most rules differ only in
those, and compiling takes time."""


def _shape(patterns: str, predicates: type[Predicates]) -> str:
    """The patterns as tree-sitter sees them."""
    return " ".join(_ASK.sub(lambda ask: "" if _is_asked(ask["name"], predicates) else ask[0], patterns).split())


def _is_asked(name: str, predicates: type[Predicates]) -> bool:
    return name.removeprefix("not-") in predicates.ASKED


def _asks(patterns: str, predicates: type[Predicates]) -> list[list[tuple[str, list[tuple[str, str]]]]]:
    """For each pattern, (predicate, its (value, ``capture`` or ``string``) arguments)."""
    found = []
    for pattern in re.split(r"^(?=[(\[])", patterns, flags=re.MULTILINE)[1:]:
        asked = [(ask["name"], _arguments(ask["args"])) for ask in _ASK.finditer(pattern)]
        found.append([ask for ask in asked if _is_asked(ask[0], predicates) and ask[0] != "needle?"])
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


class _Group(NamedTuple):
    """Rules that are tried at the same places and climb to the same node."""

    size: int
    leaves: frozenset[str]
    bounded: bool
    steps: int
    roots: dict[str, list[Matcher]]
    """Rules by the type of the node with which their patterns begin."""


class _Needle(NamedTuple):
    """A needle of some rules, and how many bytes the node at it must span: for ``exec(`` those of the name."""

    length: int
    folded: bool
    groups: list[_Group]


class _Catalogue(NamedTuple):
    """The rules of a language, by the places where they are tried."""

    needles: dict[str, _Needle]
    origins: dict[str, tuple[tuple[str, Matcher], ...]]
    """By the first part of the origin."""


@lru_cache
def _catalogue(language: Rules) -> _Catalogue:
    needles: defaultdict[str, list[Matcher]] = defaultdict(list)
    origins: defaultdict[str, list[tuple[str, Matcher]]] = defaultdict(list)
    for rule in rules(language):
        matcher = Matcher(language, rule)
        for needle in rule.needles:
            needles[needle].append(matcher)
        for origin in () if rule.needles else rule.origins:
            first, _, rest = origin.partition(".")
            if first == language.builtins:
                needles[f"{rest}("].append(matcher)
            else:
                origins[first].append((origin, matcher))
    known = {needle: _needle(needle, matchers) for needle, matchers in needles.items()}
    return _Catalogue(known, {first: tuple(group) for first, group in origins.items()})


def _needle(needle: str, matchers: list[Matcher]) -> _Needle:
    text = needle.removeprefix("~").encode()
    return _Needle(len(text) - bool(_CALLED.match(text)), needle.startswith("~"), _groups(matchers))


def _groups(matchers: Iterable[Matcher]) -> list[_Group]:
    alike: defaultdict[tuple[frozenset[str], bool], list[Matcher]] = defaultdict(list)
    for matcher in matchers:
        alike[matcher.leaves, matcher.bounded].append(matcher)
    groups = []
    for (leaves, bounded), group in alike.items():
        roots = {root: [m for m in group if root in m.roots] for matcher in group for root in matcher.roots}
        groups.append(_Group(len(group), leaves, bounded, max(matcher.steps for matcher in group), roots))
    return groups


def needles(language: Rules) -> Iterable[str]:
    """The words whose places ``find`` needs (see ``words``)."""
    return _catalogue(language).needles


class _Wanted(NamedTuple):
    """The needles of rules if ``local`` is the name of ``origin``."""

    exact: list[_Group]
    """Rules tried where the name is a whole word."""
    below: dict[bytes, list[_Group]]
    """Rules tried where the name is followed by a dot and this."""


@lru_cache(1024)
def _wanted(origin: str, origins: tuple[tuple[str, Matcher], ...]) -> _Wanted:
    below: defaultdict[bytes, list[Matcher]] = defaultdict(list)
    for full, matcher in origins:
        if full.startswith(f"{origin}."):
            below[full[len(origin) + 1 :].encode()].append(matcher)
    exact = _groups(matcher for full, matcher in origins if full == origin)
    return _Wanted(exact, {rest: _groups(matchers) for rest, matchers in below.items()})


# --- finding ---

_Hit = tuple[int, int, list[_Group]]
"""First byte, byte after the last one, and the rules to try there."""


def find(
    language: Rules,
    tree: Tree,
    source: bytes,
    places: Mapping[str, Sequence[int]],
    names: Names,
    owner: Callable[[int], str],
) -> tuple[Finding, ...]:
    """Every place where a rule of the language matches that no comment suppresses, sorted by line, then code.

    ``places``: where each of the ``needles`` begins, as ``Words.places`` gives them; ``names``: what the
    imports bind; ``owner``: the innermost definition around a byte offset.
    """
    root = tree.root_node
    comments = _Comments(language, tree, source)
    hits = tuple(_hits(_catalogue(language), source, places, names))
    trials = _Trials(language, source, names, owner, comments)
    _try(hits, root, trials)
    if trials.stopped:
        trials = _Trials(language, source, names, owner, None)
        _try(hits, comments.blanked(), trials)
    found = _reported(language, comments, root, source, trials.found)
    return tuple(sorted(found, key=lambda f: (f.line, f.code, f.end, f.text)))


def _try(hits: Iterable[_Hit], root: Node, trials: _Trials) -> None:
    """Try the rules of all hits in a tree."""
    for start, end, groups in hits:
        leaf = root.descendant_for_byte_range(start, end)
        if leaf is None or (kind := leaf.type) == "comment":
            continue
        for group in groups:
            if not group.leaves or kind in group.leaves:
                _climb(leaf, kind, group, trials)
        if trials.stopped:
            return


def _reported(
    language: Rules, every: _Comments, root: Node, source: bytes, found: Mapping[tuple[str, int, int], Finding]
) -> Iterable[Finding]:
    """Those that no comment suppresses."""
    if not found or language.suppressions is None:
        return found.values()
    known = _rule_names(language)
    comments = CommentReader(root, source, lambda: every.every)
    suppressed = Suppressed(language.suppressions(comments, known), known.every)
    return [finding for key, finding in found.items() if key[0] not in known.every or not suppressed.has(*key)]


@lru_cache
def _rule_names(language: Rules) -> RuleNames:
    return RuleNames(rule for rule in rules(language) if rule.category not in language.unsuppressed)


class _Trials:
    """The rules tried in one file, each once for a node."""

    def __init__(
        self,
        language: Rules,
        source: bytes,
        names: Names,
        owner: Callable[[int], str],
        comments: _Comments | None,
    ) -> None:
        self.barriers = language.barriers
        self.stopped = False
        """Whether there was a comment in a list of a node: what was found does not count."""
        self._comments = comments
        self.found: dict[tuple[str, int, int], Finding] = {}
        self._predicates = language.predicates(source, names)
        self._owner = owner
        self._tried: set[tuple[str, int]] = set()
        # one for this file, not for the rule: two threads must not share a cursor
        self._cursors: dict[Matcher, QueryCursor] = {}

    def run(self, matcher: Matcher, node: Node) -> None:
        code = matcher.rule.code
        if (code, node.id) in self._tried:
            return
        self._tried.add((code, node.id))
        if self._comments is not None and self._comments.are_listed_in(node):
            self.stopped = True
            return
        if (cursor := self._cursors.get(matcher)) is None:
            cursor = self._cursors[matcher] = matcher.cursor()
        for pattern, captures in cursor.matches(node):
            if any(node.type == "comment" for nodes in captures.values() for node in nodes):
                continue
            if not all(self._predicates.ask(name, args, captures) for name, args in matcher.asks[pattern]):
                continue
            place = captures["finding"][0]
            key = (code, place.start_byte, place.end_byte)
            if key not in self.found:
                self.found[key] = Finding(
                    code,
                    place.start_point.row + 1,
                    self._predicates.last_line(place),
                    self._owner(place.start_byte),
                    one_line(captures.get("text", (place,))[0]),
                )


class _Comments:
    """The comments of a source, which one pass over its tree finds when they are first asked for."""

    def __init__(self, language: Rules, tree: Tree, source: bytes) -> None:
        self._language = language
        self._tree = tree
        self._source = source

    @cached_property
    def _found(self) -> Mapping[str, list[Node]]:
        from tree_sitter import QueryCursor

        # a new cursor for each source: two threads must not share one
        return QueryCursor(_reading(self._language)[1]).captures(self._tree.root_node)

    @cached_property
    def every(self) -> list[Node]:
        """All of them, in order."""
        return sorted(self._found.get("comment", ()), key=_start)

    @cached_property
    def _listed(self) -> list[Node]:
        return sorted(self._found.get("listed", ()), key=_start)

    @cached_property
    def _starts(self) -> list[int]:
        return [each.start_byte for each in self._listed]

    def are_listed_in(self, node: Node) -> bool:
        """Whether there are any in the lists of a node."""
        start, end = node.start_byte, node.end_byte
        if not any(self._source.find(mark, start, end) >= 0 for mark in self._language.comments):
            return False
        at = bisect_left(self._starts, start)
        return at < len(self._starts) and self._starts[at] < end

    def blanked(self) -> Node:
        """The root of the source with blanks instead of those in lists; the same one where that cannot be read."""
        data = bytearray(self._source)
        tree = self._tree.copy()
        for each in self._listed:
            (start, begin), (end, after) = (each.start_byte, each.start_point), (each.end_byte, each.end_point)
            data[start:end] = _INK.sub(b" ", self._source[start:end])
            tree.edit(start, end, end, begin, after, after)
        # the recovery from errors may end elsewhere where it begins in an edited tree
        edited = None if self._tree.root_node.has_error else tree
        try:
            return _reading(self._language)[0].parse(bytes(data), edited).root_node
        except LimitError:
            return self._tree.root_node


def _start(node: Node) -> int:
    return node.start_byte


@lru_cache
def _reading(language: Rules) -> tuple[Grammar, Query]:
    """The grammar of rules, and the query for comments, of which those in lists are also ``listed``."""
    from tree_sitter import Query

    from .syntax import Grammar

    module, _, function = language.grammar.partition(":")
    grammar = Grammar(getattr(import_module(module), function or "language")())
    patterns = ["(comment) @comment", *(f"({kind} (comment) @listed)" for kind in language.lists)]
    return grammar, Query(grammar.language, " ".join(patterns))


def _climb(leaf: Node, kind: str, group: _Group, trials: _Trials) -> None:
    """Try each rule at the nearest node around the leaf with which its pattern can begin."""
    node = leaf
    size, _, bounded, steps, roots = group
    tried: list[Matcher] = []
    for _ in range(steps):
        if kind in roots:
            for matcher in roots[kind]:
                if matcher not in tried:
                    trials.run(matcher, node)
                    tried.append(matcher)
            if len(tried) == size:
                return
        elif bounded and kind in trials.barriers:
            return
        if (above := node.parent) is None:
            return
        node, kind = above, above.type


def _hits(catalogue: _Catalogue, source: bytes, places: Mapping[str, Sequence[int]], names: Names) -> Iterator[_Hit]:
    """(place, rules to try there) of all needles."""
    yield from _imported(catalogue, source, names)
    known = catalogue.needles
    for needle, starts in places.items():
        if needle not in known:
            continue
        length, folded, groups = known[needle]
        for at in starts:
            end = at + length
            if not source.startswith(_ENDS, end) if folded else stands_alone(source, at, end):
                yield at, end, groups


def _imported(catalogue: _Catalogue, source: bytes, names: Names) -> Iterator[_Hit]:
    """The places of the names that the file's imports give to the origins of rules: ``run``, ``os.system``."""
    for local, origin in dict.fromkeys((local, item.origin) for local, bound in names.items() for item in bound):
        if (origins := catalogue.origins.get(origin.partition(".")[0])) is None:
            continue
        wanted = _wanted(origin, origins)
        word = local.encode()
        if wanted.exact:
            yield from ((at, at + len(word), wanted.exact) for at in alone(source, word))
        if wanted.below:
            yield from _below(wanted.below, source, word + b".")


def _below(wanted: Mapping[bytes, list[_Group]], source: bytes, prefix: bytes) -> Iterator[_Hit]:
    for at in alone(source, prefix):
        found = _DOTTED.match(source, at + len(prefix))
        rest = found[0] if found else b""
        while rest and rest not in wanted:
            rest = rest.rpartition(b".")[0]
        if rest:
            yield at, at + len(prefix) + len(rest), wanted[rest]
