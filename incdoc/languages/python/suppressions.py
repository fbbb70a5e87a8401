"""Comments that suppress findings: those of ruff (``# noqa`` and ``# ruff: ...``), flake8 and bandit (``# nosec``).

A line's comment is about what begins on that line. Where a text in triple quotes or a backslash joins lines, the
comment at the end of the last one is about all of them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..suppressions import CommentReader, Names, Suppression

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tree_sitter import Node

_NOQA = re.compile(r"#\s*(?P<file>(?:ruff|flake8)\s*:\s*)?(?i:noqa)(?P<rest>.?)")
_CODES = re.compile(r"\s*:")
_CODE = re.compile(r"[\s,]*(?P<code>[A-Z]+[0-9]+)")
_RUFF = re.compile(r"#\s*ruff\s*:\s*(?P<verb>disable|enable|ignore|file-ignore)\s*\[(?P<codes>[^\]]{0,1000})\]")
_NOSEC = re.compile(r"#\s*nosec:?\s*(?P<tests>[^#]+)?")
_TEST = re.compile(r"(?i)\b(?:B\d+|[a-z\d_]+)\b")
_BANDIT = re.compile(r"S\d")
"""The codes of ruff that are bandit's."""
_BLOCKS = frozenset({"block", "module"})
_NOT_JOINING = frozenset({"comment", "string_content", "escape_sequence"})
"""Where a backslash at the end of a line joins none, as ruff sees it."""
_BODIES = ("body", "consequence")
_Block = tuple[int, tuple[str, ...]]
"""Where the comments of a block are, by their column, and the codes that they name."""


def suppressions(comments: CommentReader, names: Names) -> Iterator[Suppression]:
    open_: dict[_Block, list[tuple[int, int]]] = {}
    ends: dict[int, int] = {}
    bandits = frozenset(code for code in names.every if _BANDIT.match(code))
    for comment in comments.having("noqa", "nosec", "ruff"):
        text = comments.text(comment)
        line = comment.start_point.row
        if found := _NOQA.search(text):
            codes = _noqa(text, found, names)
            if not found["file"] and not comments.is_first(comment):
                yield Suppression(comments.start_of(_first_line(comments, line)), comments.end_of(line), codes)
            elif found["file"] and comments.is_first(comment):
                yield Suppression(0, len(comments.source), codes)
        if found := _NOSEC.search(text):
            tests = names.called(_TEST.findall(found["tests"] or "")) & bandits
            # what names no test of bandit is words
            yield Suppression(comments.start_of(line), comments.end_of(line), tests or bandits, reaching=True)
        if found := _RUFF.search(text):
            yield from _ruff(comments, comment, found, names, open_, ends)
    for (_, codes_), places in open_.items():
        yield from (Suppression(start, end, names.every.intersection(codes_)) for start, end in places)


def _noqa(text: str, found: re.Match[str], names: Names) -> frozenset[str]:
    """The codes of a comment; none if it is written wrongly."""
    none: frozenset[str] = frozenset()
    if found["rest"] and not re.match(r"[\s:#]", found["rest"]):
        return none
    colon = _CODES.match(text, found.start("rest"))
    if colon is None:
        return names.every
    codes = []
    at = colon.end()
    while code := _CODE.match(text, at):
        codes.append(code["code"])
        at = code.end()
        if not re.match(r"[\s,#A-Z]|\Z", text[at : at + 1]):
            return none
    return names.every.intersection(codes)


def _ruff(
    comments: CommentReader,
    comment: Node,
    found: re.Match[str],
    names: Names,
    open_: dict[_Block, list[tuple[int, int]]],
    ends: dict[int, int],
) -> Iterable[Suppression]:
    codes = tuple(code.strip() for code in found["codes"].split(","))
    line, column = comment.start_point
    verb = found["verb"]
    if not comments.is_first(comment):
        if verb == "ignore":
            start = comments.start_of(_first_line(comments, line))
            yield Suppression(start, comments.end_of(line), names.every.intersection(codes))
    elif verb == "file-ignore":
        yield Suppression(0, len(comments.source), names.every.intersection(codes))
    elif verb == "ignore":
        following = comments.following(comment)
        if following is not None:
            start = following.start_byte
            if start not in ends:
                ends[start] = _after_statement(comments, following)
            yield Suppression(comment.end_byte, ends[start], names.every.intersection(codes))
    elif verb == "disable":
        open_.setdefault((column, codes), []).append((comment.end_byte, _end_of_block(comments, comment)))
    elif (places := open_.get((column, codes))) and places[-1][1] > comment.start_byte:
        start, _ = places.pop()
        yield Suppression(start, comment.start_byte, names.every.intersection(codes))


def _first_line(comments: CommentReader, line: int) -> int:
    """The first of the lines that are joined with this one."""
    root, source = comments.root, comments.source
    while line:
        start = comments.start_of(line)
        node = root.descendant_for_byte_range(start - 1, start)
        text = _text_around(node, start)
        if text is not None:
            line = text.start_point.row
        elif source[start - 2 : start - 1] == b"\\" or source[start - 3 : start - 1] == b"\\\r":
            if node is not None and node.type in _NOT_JOINING:
                return line
            line -= 1
        else:
            return line
    return line


def _text_around(node: Node | None, offset: int) -> Node | None:
    """The text in triple quotes that a byte is in, the outermost one; or any that a backslash continues."""
    found = None
    while node is not None and node.start_byte < offset:
        if node.type == "string" and node.end_byte > offset and _is_joining(node):
            found = node
        elif node.type in _BLOCKS:
            break
        node = node.parent
    return found


def _is_joining(node: Node) -> bool:
    opening = node.child(0)
    if opening is None or opening.text is None:
        return False
    return opening.text.endswith((b'"""', b"'''")) or b"f" in opening.text.lower()


def _after_statement(comments: CommentReader, following: Node) -> int:
    """The end of a line of code: of all lines of its statement, without a block."""
    if following.type == "block":
        following = following.named_child(0) or following
    line = following.start_point.row
    if following.parent is not None and following.parent.type in _BLOCKS:
        if following.type == "decorated_definition":
            following = following.named_child(0) or following
        for field in _BODIES:
            if (body := following.child_by_field_name(field)) is not None:
                return body.start_byte
        line = following.end_point.row
    end = comments.end_of(line)
    while comments.source[max(0, end - 3) : end].rstrip(b"\r\n").endswith(b"\\") and end < len(comments.source):
        line += 1
        end = comments.end_of(line)
    return end


def _end_of_block(comments: CommentReader, comment: Node) -> int:
    column = comment.start_point.column
    if not column:
        return len(comments.source)
    following = comments.following(comment)
    if following is not None and following.type == "block":
        return following.end_byte
    node: Node | None = comment
    while node is not None:
        if node.type == "block" and node.start_point.column == column:
            return node.end_byte
        node = node.parent
    return comment.end_byte
