"""Bytes of a source as text: encodings, folding to one line, docstrings."""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

from msgspec import structs

from ..facts import TextFormat

BOM = codecs.BOM_UTF8

# PEP 263: a comment in one of the first two lines; the second counts if the first is blank or a comment.
_COOKIE = re.compile(rb"[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_BLANK = re.compile(rb"[ \t\f]*(?:#.*)?\r?\Z")

# codecs that do not decode bytes to text of the same lines, or that depend on more than the bytes
_NOT_TEXT = (
    "utf-16",
    "utf-32",
    "utf-7",
    "idna",
    "punycode",
    "unicode_escape",
    "raw_unicode_escape",
    "undefined",
    "mbcs",
    "oem",
)


class Decoded(NamedTuple):
    """A source converted to UTF-8. Line numbers stay, byte offsets may change."""

    data: bytes
    format: TextFormat


def decode(data: bytes) -> Decoded:
    """As UTF-8 by BOM and cookie; bytes that are not text are replaced, and marked."""
    cookie, line = _cookie(data)
    found = TextFormat(data.startswith(BOM), cookie, line, _line_ends(data))
    codec = _codec(cookie)
    try:
        text = data.decode(codec)
    except UnicodeDecodeError as error:
        found = structs.replace(found, undecodable=data.count(b"\n", 0, error.start) + 1)
        return Decoded(data.decode("utf-8", "replace").encode(), found)
    return Decoded(data if codec == "utf-8" else text.encode(), found)


def _cookie(data: bytes) -> tuple[str, int]:
    for number, line in enumerate(data.removeprefix(BOM).split(b"\n", 2)[:2], 1):
        if found := _COOKIE.match(line):
            return found[1].decode("ascii", "replace"), number
        if not _BLANK.match(line):
            break
    return "", 0


def _codec(cookie: str) -> str:
    """The codec that the cookie names if Python would read a source with it, else UTF-8."""
    try:
        info = codecs.lookup(cookie) if cookie else codecs.lookup("utf-8")
    except (LookupError, ValueError):
        return "utf-8"
    if not info._is_text_encoding or info.name in ("utf-8-sig", "ascii") or info.name.startswith(_NOT_TEXT):
        return "utf-8"
    return info.name


def _line_ends(data: bytes) -> str:
    if b"\r" not in data:
        return ""
    pairs, returns, feeds = data.count(b"\r\n"), data.count(b"\r"), data.count(b"\n")
    if pairs == returns == feeds:
        return "CRLF"
    return "mixed" if feeds else "CR"


def count_lines(data: bytes) -> int:
    """The number of lines, by LF; one more if the last line does not end with one."""
    return data.count(b"\n") + (not data.endswith(b"\n") and data != b"")


# --- one line -----------------------------------------------------------------------------------------------

_CLASSES = bytes.maketrans(b"[{]}\n\r\t\f\v\\", b"(())######")
_QUOTES_AND_MORE = re.compile(r"[\"'#\\]")
_KEPT_OR_LEFT = re.compile(
    r"""\"\"\"(?:[^"\\]|\\.|"(?!""))*+\"\"\"|\'\'\'(?:[^'\\]|\\.|'(?!''))*+\'\'\'"""
    r"""|"(?:[^"\\\n]|\\(?:\r\n|.))*+"|'(?:[^'\\\n]|\\(?:\r\n|.))*+'|\0|\#[^\n]*|\\\r?\n""",
    re.DOTALL,
)
"""Strings, which are kept, and the text between them that is dropped. Few characters begin a match, which is fast."""


def fold(text: bytes) -> str:
    """One line: comments dropped, white space outside strings one blank, and none just inside brackets."""
    classes = text.translate(_CLASSES).decode("latin-1")
    if "#" not in classes and "  " not in classes and "( " not in classes and " )" not in classes:
        return text.decode().strip()
    return _one_line(text.decode())


def _one_line(text: str) -> str:
    strings: list[str] = []
    raw = False

    def put_aside(found: re.Match[str]) -> str:
        nonlocal raw
        piece = found[0]
        if piece[0] in "#\\":
            return " "
        if "\n" in piece or "\r" in piece:
            prefix = _PREFIX.search(text, max(0, found.start() - 3), found.start())
            letters = prefix[0].lower() if prefix else ""
            piece = _in_one_line(piece, letters)
            if "r" in letters:
                raw, piece = True, f"\0{piece}"  # which says that the literal is not raw any more
        strings.append(piece)
        return "\0"

    if _QUOTES_AND_MORE.search(text) or "\0" in text:
        text = _KEPT_OR_LEFT.sub(put_aside, text)
    text = " ".join(text.split())
    for bracket in "([{":
        text = text.replace(f"{bracket} ", bracket)
    for bracket in ")]}":
        text = text.replace(f" {bracket}", bracket)
    if not strings:
        return text
    first, *rest = text.split("\0")
    if not raw:
        return first + "".join([string + after for string, after in zip(strings, rest, strict=True)])
    folded = first
    for string, after in zip(strings, rest, strict=True):
        if string[0] == "\0":
            folded = _PREFIX.sub(lambda found: found[0].replace("r", "").replace("R", ""), folded)
        folded += string.removeprefix("\0") + after
    return folded


_PREFIX = re.compile(r"(?<!\w)[A-Za-z]{0,2}\Z")
_BACKSLASHED = re.compile(r"(?P<quote>[\"'])(?:\\\n)+|\\(?P<sign>.?)|\n", re.DOTALL)
_IN_BRACES = re.compile(r"\{\{|\}\}|[{}\n]")


def _in_one_line(literal: str, letters: str) -> str:
    """A literal of several lines as an equal one in one line. ``letters``: those before it; where they have an ``r``,
    the result is not raw."""
    literal = literal.replace("\r\n", "\n").replace("\r", "\n")
    if "f" in letters or "t" in letters:
        literal = _expressions_in_one_line(literal)

    def escaped(found: re.Match[str]) -> str:
        if found[0] == "\n":
            return "\\n"
        if "r" not in letters:  # a backslash at a line's end joins the lines
            return f"\\{found['quote']}" if found["quote"] else "" if found["sign"] == "\n" else found[0]
        if found["quote"]:
            return found[0].replace("\\", r"\\").replace("\n", r"\n")
        after = found["sign"]
        return r"\\" + (r"\n" if after == "\n" else f"\\{after}" if after in ("'", '"', "\\") else after)

    quotes = 3 if literal[:3] in ('"' * 3, "'" * 3) else 1
    body = _BACKSLASHED.sub(escaped, literal[quotes:-quotes])
    after = "" if body else " "  # an empty literal and the next one would begin three quotes
    return literal[:quotes] + body + literal[-quotes:] + after


def _expressions_in_one_line(literal: str) -> str:
    """A line's end in an expression in braces is white space."""
    depth = 0

    def folded(found: re.Match[str]) -> str:
        nonlocal depth
        if found[0] == "\n":
            return " " if depth else "\n"
        if len(found[0]) == 1:
            depth = max(0, depth + (1 if found[0] == "{" else -1))
        return found[0]

    return _IN_BRACES.sub(folded, literal)


# --- docstrings ---------------------------------------------------------------------------------------------

_LITERAL = re.compile(r"""(?P<prefix>[A-Za-z]*)(?P<quote>\"\"\"|'''|"|')(?P<body>.*)(?P=quote)\Z""", re.DOTALL)
_BYTES_OR_FORMATTED = frozenset("bft")
_JOINED_LINE = re.compile(r"(?<!\\)((?:\\\\)*)\\\n")


def literal(text: str) -> str | None:
    """The text between the quotes, escapes as written; None for bytes and formatted strings.

    A backslash at a line's end joins two lines of the source and is no part of the text.
    """
    if text.startswith('"""') and "\\" not in text and "\r" not in text:
        return text[3:-3]  # nearly all docstrings
    found = _LITERAL.match(text)
    if found is None:
        return None
    prefix, body = found["prefix"].lower(), found["body"]
    if prefix and not _BYTES_OR_FORMATTED.isdisjoint(prefix):
        return None
    if "\r" in body:
        body = body.replace("\r\n", "\n").replace("\r", "\n")
    if "\\\n" in body and "r" not in prefix:
        body = _JOINED_LINE.sub(r"\1", body)
    return body
