"""What the languages share that are read with a grammar: the parser, comments above a definition, heads in one line.

The functions of such a language go through the nodes of a source once, leave out the bodies of functions, and hand a
``Reading`` to ``facts``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from msgspec import structs
from tree_sitter import Language, Node, Parser, Tree

from . import text
from .facts import FREE, OWN, Definition, Facts, Import, Link, Use
from .limits import MAX_TOKENS, Budget, LimitError, bounded, too_deep
from .searching import Owners, search
from .uses import own

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from .findings import Rules

    Finder = Callable[[bytes, Node, Sequence[Import], Owners], Iterable[Use]]
    """(the source in UTF-8, the root of its tree, its imports, what is around a byte) -> the uses of the imports."""

ERROR = 65535
"""The type of what a grammar could not parse: tree-sitter's own number, the same in every grammar."""
STEPS, BYTES_A_STEP = 10_000, 2
"""Steps that a parse may take, and as many more as one for so many bytes; a step is what tree-sitter reports progress
after. The densest sources take one for 7 bytes, the recovery from errors up to 8 for a byte, and more for each line."""
_CHUNK = 1 << 10
"""Bytes that the parser is given at once. Each ``node.text`` copies as many: with 64 KiB, reading Rust took twice as
long."""
VALUE_LIMIT = 200
"""A value of up to so many bytes is shown in a declaration; a longer one is an ellipsis: the page has the source."""


class Grammar:
    """A grammar with one parser for each process, and its node types as numbers.

    A number is compared in a tenth of the time that a name needs: ``node.type`` makes a text on each call.
    """

    def __init__(self, language: object, most_tokens: int = MAX_TOKENS) -> None:
        """``language``: what ``language()`` of the grammar's distribution returns."""
        self.language = Language(language)
        self.most_tokens = most_tokens
        self._parser = Parser(self.language)

    def parse(self, data: bytes, edited: Tree | None = None) -> Tree:
        """A new tree for ``data``; never one that continues a parse that was interrupted. ``edited``: the tree of
        another text, with the edits that make ``data`` of it. Raises LimitError where the recovery from errors takes
        far more steps than any source that the grammar can read."""
        most = STEPS + len(data) // BYTES_A_STEP
        steps = 0

        def stop(offset: int, has_error: bool) -> bool:
            nonlocal steps
            steps += 1
            return steps > most

        def read(offset: int, point: object) -> bytes:
            return data[offset : offset + _CHUNK]

        self._parser.reset()
        try:
            if edited is not None:
                return self._parser.parse(read, edited, progress_callback=stop)
            return self._parser.parse(read, progress_callback=stop)
        except ValueError:
            raise LimitError(f"more than {most:,} steps of the parser") from None

    def ids(self, *names: str) -> frozenset[int]:
        """Every number of the named node types: a grammar gives some types several. All of the names exist."""
        language = self.language
        every = range(language.node_kind_count)
        found = frozenset(i for i in every if language.node_kind_is_named(i) and language.node_kind_for_id(i) in names)
        assert {language.node_kind_for_id(i) for i in found} == set(names), names
        return found


class Reading(NamedTuple):
    """What a language read out of the nodes of one source."""

    doc: str
    definitions: list[tuple[int, int, Definition]]
    """(first byte, byte after the last one, definition) in any order."""
    imports: list[Import]
    exports: tuple[str, ...] | None = None
    package: str = ""
    links: tuple[Link, ...] = ()


def facts(
    language: str,
    grammar: Grammar,
    data: bytes,
    read: Callable[[bytes, Node, Budget], Reading],
    rules: Rules | None = None,
    uses: Finder | None = None,
    separator: str = ".",
) -> Facts:
    """The facts of a source. ``read``: (the source in UTF-8, the root of its tree, the names that it may have);
    ``rules``: those of its findings, which are not tried on a tree that is nested too deeply; ``uses``: what finds the
    uses of its imports and of free names, which is not tried there either; ``separator``: between the parts of a
    name."""

    def with_names(plain: Facts) -> Facts:
        source = data if data.isascii() else text.characters(data).encode()
        tree = grammar.parse(source)
        root = tree.root_node
        names = Budget(len(source))
        found = read(source, root, names)
        found.definitions.sort(key=lambda each: (each[0], -each[1]))
        deep = too_deep(root) if rules is not None or uses is not None else ""
        unsearched = deep if rules is not None else ""
        owners = Owners(found.definitions, names)
        definitions = [definition for _, _, definition in found.definitions]
        used: tuple[Use, ...] = ()
        if uses is not None and not deep:
            definitions, used = own(uses(source, root, found.imports, owners), definitions, separator)
        return structs.replace(
            plain,
            doc=found.doc,
            definitions=tuple(definitions),
            imports=tuple(found.imports),
            exports=found.exports,
            package=found.package,
            findings=search(rules, source, tree, owners) if rules and not unsearched else (),
            unsearched=unsearched,
            links=tuple(sorted(found.links, key=lambda each: each.line)),
            errors=errors(root),
            uses=used,
        )

    return bounded(language, data, with_names, grammar.most_tokens)


def as_import(find: Finder, item: Import) -> Finder:
    """What finds the uses of a name of the source itself (``OWN``), as if ``item`` imported it there."""

    def found(data: bytes, root: Node, imports: Sequence[Import], owners: Owners) -> Iterator[Use]:
        return (structs.replace(each, item=OWN) for each in find(data, root, (item,), owners) if each.item != FREE)

    return found


def define(
    names: Budget,
    node: Node,
    kind: str,
    name: str,
    declaration: str,
    signature: str = "",
    doc: str = "",
    traits: Iterable[str] = (),
    decorators: tuple[str, ...] = (),
    bases: tuple[str, ...] = (),
    first: Node | None = None,
) -> tuple[int, int, Definition]:
    """What ``Reading.definitions`` has of a definition. ``name``: qualified; ``first``: where its lines begin, if that
    is not its node. Raises LimitError."""
    names.spend(declaration, signature, doc, *decorators)
    definition = Definition(
        kind,
        names.take(name),
        (first or node).start_point[0] + 1,
        last_row(node) + 1,
        signature,
        doc,
        traits=tuple(sorted(traits)),
        decorators=decorators,
        bases=bases,
        declaration=declaration,
    )
    return node.start_byte, node.end_byte, definition


def errors(root: Node) -> tuple[tuple[int, int], ...]:
    """Line ranges that the grammar could not parse; adjacent ones are merged."""
    if not root.has_error:
        return ()
    ranges: list[tuple[int, int]] = []
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.is_missing or (node.kind_id == ERROR and node is not root):
            ranges.append((node.start_point[0] + 1, node.end_point[0] + 1))
        else:
            waiting += [child for child in node.children if child.has_error]
    if root.kind_id == ERROR:
        # children of the root that are no statements are loose tokens
        loose = [child for child in root.children if not child.is_named] or [root]
        ranges += [(node.start_point[0] + 1, node.end_point[0] + 1) for node in loose]
    return tuple(_merged(sorted(ranges)))


def _merged(ranges: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for first, last in ranges:
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
        else:
            merged.append((first, last))
    return merged


# --- one line -----------------------------------------------------------------------------------------------

_COMMENT = rb"//[^\n]*|/\*(?:[^*]|\*(?!/))*+\*/"
_STRINGS = {'"': rb'"(?:[^"\\\n]|\\.)*+"', "'": rb"'(?:[^'\\\n]|\\.)*+'", "`": rb"`(?:[^`\\]|\\.)*+`"}
_PIECES = {
    quotes: re.compile(b"|".join([*(_STRINGS[each] for each in ('"', *quotes)), _COMMENT]), re.DOTALL)
    for quotes in ("", "'", "'`")
}


def fold(head: bytes, quotes: str = "") -> str:
    """One line: comments dropped, white space outside strings one blank, and none just inside brackets.

    ``quotes``: what encloses strings besides ``"``: nothing, ``'``, or ``'`` and a backtick.
    """
    if b"\n" not in head and b"  " not in head and b"\t" not in head and b"/" not in head:
        return head.decode("utf-8", "replace").strip()
    strings: list[str] = []

    def put_aside(found: re.Match[bytes]) -> bytes:
        piece = found[0]
        if piece[:1] == b"/":
            return b" "
        strings.append(piece.decode("utf-8", "replace").replace("\r\n", "\n").replace("\n", "\\n"))
        return b"\0"

    words = _PIECES[quotes].sub(put_aside, head.replace(b"\0", b" ")).decode("utf-8", "replace")
    words = " ".join(words.split())
    words = _INSIDE.sub(lambda found: found[0].strip(), words)
    if not strings:
        return words
    first, *rest = words.split("\0")
    return first + "".join([string + after for string, after in zip(strings, rest, strict=True)])


_INSIDE = re.compile(r"[(\[] | [)\]]|, (?=[)\]])| (?=,)")


def value(source: bytes, node: Node, quotes: str = "") -> str:
    """A value in one line, ``…`` if it is long."""
    start, end = node.byte_range
    return "…" if end - start > VALUE_LIMIT else fold(source[start:end], quotes)


# --- comments -----------------------------------------------------------------------------------------------


def last_row(node: Node) -> int:
    """The 0-based row of a node's last character: some grammars end a comment below it."""
    row, column = node.end_point
    return row - (column == 0 and row > node.start_point[0])


def directly_above(comments: list[Node], row: int, after: int = -1) -> list[Node]:
    """Those of the comments that reach down to the 0-based row without a blank line, and that begin below ``after``."""
    found: list[Node] = []
    for comment in reversed(comments):
        begin = comment.start_point[0]
        if last_row(comment) < row - 1 or begin <= after:
            break
        found.append(comment)
        row = begin
    return found[::-1]


_BAR = re.compile(r"^[ \t]*//[/!]*[ ]?", re.MULTILINE)
_STARS = re.compile(r"^[ \t]*\*(?!/)[ ]?", re.MULTILINE)


def words(comments: Iterable[Node]) -> str:
    """What comments say: without what begins and ends them, and without the stars or bars before their lines."""
    found = [_words((comment.text or b"").decode("utf-8", "replace").replace("\r\n", "\n")) for comment in comments]
    return text.clean("\n" + "\n".join(found)).rstrip() if found else ""


def _words(comment: str) -> str:
    if not comment.startswith("/*"):
        return _BAR.sub("", comment.rstrip("\n"), count=1)
    inner = comment.removesuffix("*/").removeprefix("/*").lstrip("*!").rstrip("* \t")
    first, *rest = inner.split("\n")
    if rest and all(line.lstrip().startswith("*") for line in rest if not line.isspace() and line):
        rest = [_STARS.sub("", line) for line in rest]
        return "\n".join([first.lstrip(), *rest])
    return text.clean(inner)


def about_file(comments: list[Node], row: int) -> str:
    """What the comments at the beginning of a source say of it; ``row``: where the first thing below them begins.

    A comment directly above what it documents is not about the file, and neither is a licence, nor a path alone.
    """
    groups: list[list[Node]] = []
    for comment in comments:
        block = (comment.text or b"").startswith(b"/*")
        if groups and not block and last_row(groups[-1][-1]) + 1 >= comment.start_point[0]:
            groups[-1].append(comment)
        else:
            groups.append([comment])
    for group in groups:
        if last_row(group[-1]) + 1 >= row:
            continue
        said = words(group)
        if said and not text.LEGAL.search(said) and not _PATH.fullmatch(said):
            return said
    return ""


_PATH = re.compile(r"(?:\.{0,2}/)?(?:[\w.@-]+/)+[\w@-][\w.@-]*\.\w+")
"""What a bundler writes above what it made of a file."""


# --- words in bodies ----------------------------------------------------------------------------------------


def statements_in(body: Node, source: bytes, needle: re.Pattern[bytes], kinds: frozenset[int]) -> Iterator[Node]:
    """The outermost nodes of these kinds in the body of a function. ``needle``: their keywords."""
    passed = body.start_byte
    for found in needle.finditer(source, body.start_byte, body.end_byte):
        at = found.start()
        if at < passed or (leaf := body.descendant_for_byte_range(at, at + 1)) is None:
            continue
        node = leaf.parent
        if node is not None and node.kind_id in kinds and node.start_byte >= passed:
            yield node
            passed = node.end_byte
