"""Bytes of a source as text: encodings, folding to one line, docstrings."""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

from ..facts import Mark

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
    marks: tuple[Mark, ...]


def decode(data: bytes) -> Decoded:
    """As UTF-8 by BOM and cookie; bytes that are not text are replaced, and marked."""
    marks = []
    if data.startswith(BOM):
        marks.append(Mark("bom", 1))
    cookie, line = _cookie(data)
    if cookie:
        marks.append(Mark("encoding", line, cookie))
    if ends := _line_ends(data):
        marks.append(Mark("line ends", 1, ends))
    codec = _codec(cookie)
    try:
        text = data.decode(codec)
    except UnicodeDecodeError as error:
        marks.append(Mark("undecodable", data.count(b"\n", 0, error.start) + 1))
        return Decoded(data.decode("utf-8", "replace").encode(), tuple(marks))
    return Decoded(data if codec == "utf-8" else text.encode(), tuple(marks))


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
    r"""|"(?:[^"\\\n]|\\.)*+"|'(?:[^'\\\n]|\\.)*+'|\0|\#[^\n]*|\\\r?\n""",
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

    def put_aside(found: re.Match[str]) -> str:
        piece = found[0]
        if piece[0] in "#\\":
            return " "
        strings.append(piece.replace("\r\n", "\n").replace("\n", "\\n"))
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
    return first + "".join([string + after for string, after in zip(strings, rest, strict=True)])


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


def clean(doc: str) -> str:
    """The indentation that all lines but the first share removed, blank lines at both ends too."""
    if "\n" not in doc:
        return doc.expandtabs().lstrip()
    first, *rest = doc.expandtabs().split("\n")
    margin = min([len(line) - len(text) for line in rest if (text := line.lstrip())], default=0)
    lines = [first.lstrip(), *(line[margin:] for line in rest)]
    while lines and not lines[-1]:
        lines.pop()
    while lines and not lines[0]:
        lines.pop(0)
    return "\n".join(lines)
