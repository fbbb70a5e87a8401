"""Facts of any text, without a grammar; and bytes as a page shows them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .facts import Facts, TextFormat, ToDo
from .language import Language

_UTF8_BOM = b"\xef\xbb\xbf"
_UTF16_BOMS = (b"\xff\xfe", b"\xfe\xff")
_LOOKED_AT = 8000  # bytes, as git does
_LONGEST = 120  # characters of a to-do comment

TAGS = ("TODO", "FIXME", "XXX", "HACK")
"""The words by which a comment says that it is about what is to be done."""
_ANY_TAG = f"(?:{'|'.join(TAGS)})"
_COMMENT = re.compile(rf"(?<![A-Za-z0-9_]){_ANY_TAG}[:( ][^\n]*")
TO_DO = re.compile(rf"{_ANY_TAG}\b")
"""How a comment begins that says what is to be done, and not what there is."""
LEGAL = re.compile(
    r"copyright|licen[cs]e|SPDX-|all rights reserved|@generated|do not edit|-\*-|clang-format|NOLINT|eslint-|@ts-"
    r"|prettier-ignore|use strict",
    re.IGNORECASE,
)
"""What the first comment of a file has that is not about it: a licence, or words for tools."""
_CLOSERS = re.compile(r"\s*(?:\*/|-->|[#%]\}|\*\))?\s*$")

_COOKIES = re.compile(
    r"(?:utf-?8|(?:us-)?ascii|latin-?\d+|iso-?8859-?\d+|(?:cp|windows-?)\d+|koi8-[rut]|euc-\w+|s(?:hift-?)?jis"
    r"|gb\w+|big5\w*|mac-?\w+)",
)
"""The encodings that are used; others (``idna``, ``punycode``) are slow on hostile bytes, or do not encode text."""

_KEPT = bytes(b for b in range(256) if b >= 0x20 and b != 0x7F) + b"\t\n"
_PICTURES = {code: 0x2400 + code for code in range(0x20) if code not in (0x09, 0x0A)} | {0x7F: 0x2421}


TEXT = Language(name="text", extract=f"{__name__}:extract")
BINARY = Language(name="binary", extract=f"{__name__}:extract_binary")


def extract(data: bytes) -> Facts:
    """Facts of a text in a language without its own extractor."""
    if is_binary(data):
        return Facts(language="text", lines=0, binary=True)
    return Facts(language="text", lines=count_lines(data), to_do=to_do(data), format=look(data))


def extract_binary(data: bytes) -> Facts:
    """Facts of a file whose name says that it is binary; its bytes are not looked at."""
    del data
    return Facts(language="binary", lines=0, binary=True)


def is_binary(data: bytes) -> bool:
    """Whether the bytes are not text: there is a NUL near the beginning, and they are not UTF-16."""
    return b"\0" in data[:_LOOKED_AT] and not _is_utf16(data)


def _is_utf16(data: bytes) -> bool:
    return data.startswith(_UTF16_BOMS) and data[2:4] != b"\0\0"  # that is UTF-32


def count_lines(data: bytes) -> int:
    """The number of lines, by LF; bytes after the last LF are a line too."""
    s: bytes | str = characters(data) if _is_utf16(data) else data
    ends = s.count("\n") if isinstance(s, str) else s.count(b"\n")
    return ends + (len(s) > 0 and s[-1] not in ("\n", 0x0A))


def look(data: bytes) -> TextFormat:
    """How the bytes are text."""
    bom = data.startswith(_UTF8_BOM) or _is_utf16(data)
    undecodable = 0 if data.isascii() else _undecodable(data)
    return TextFormat(bom, line_ends=_line_ends(_in_utf8(data)), undecodable=undecodable)


def to_do(data: bytes) -> tuple[ToDo, ...]:
    """The to-do comments, by line."""
    plain = _in_utf8(data)
    return tuple(comments(plain.decode("utf-8", "replace"))) if any(tag.encode() in plain for tag in TAGS) else ()


def _in_utf8(data: bytes) -> bytes:
    return characters(data).encode("utf-8", "replace") if _is_utf16(data) else data


def _line_ends(data: bytes) -> str:
    returns = data.count(b"\r")
    if not returns:
        return ""
    both = data.count(b"\r\n")
    single = {"CRLF": both, "CR": returns - both, "LF": data.count(b"\n") - both}
    kinds = [kind for kind, count in single.items() if count]
    return kinds[0] if len(kinds) == 1 else "mixed"


def _undecodable(data: bytes) -> int:
    """The line of the first byte that cannot be decoded, or 0."""
    try:
        data.decode("utf-16" if _is_utf16(data) else "utf-8")
    except UnicodeDecodeError as error:
        return characters(data[: error.start]).count("\n") + 1
    return 0


def comments(s: str) -> list[ToDo]:
    """To-do comments, at most one a line: the tag and the text after it."""
    found = []
    line, counted, stop = 1, 0, 0
    for at in sorted(_places(s)):
        match = _COMMENT.match(s, at) if at >= stop else None
        if match is None:
            continue
        line += s.count("\n", counted, at)
        counted, stop = at, match.end()
        words = _CLOSERS.sub("", match[0][: 4 * _LONGEST])
        found.append(ToDo(line, shorten(words)))
    return found


def _places(s: str) -> Iterator[int]:
    """Where the tags are, also within words: one expression for all of them would look at each character."""
    for tag in TAGS:
        at = s.find(tag)
        while at >= 0:
            yield at
            at = s.find(tag, at + len(tag))


def shorten(s: str) -> str:
    """``s`` in one line of at most 120 characters."""
    s = " ".join(s.split())
    return s if len(s) <= _LONGEST else s[: _LONGEST - 1].rstrip() + "…"


def characters(data: bytes, cookie: str = "") -> str:
    """Bytes as text without a BOM; undecodable bytes become U+FFFD. Line ends are kept."""
    if _is_utf16(data):
        return data.decode("utf-16", "replace")
    if data.startswith(_UTF8_BOM):
        return data[3:].decode("utf-8", "replace")
    name = cookie.lower().replace("_", "-")
    if name and _COOKIES.fullmatch(name):
        try:
            return data.decode(name)
        except (UnicodeDecodeError, LookupError):
            pass
    return data.decode("utf-8", "replace")


def decode(data: bytes, cookie: str = "") -> str:
    """Bytes as a page shows them: LF as the only line end, control characters but tab as their pictures.

    ``cookie``: the encoding that the source declares, empty for UTF-8.
    """
    s = characters(data, cookie)
    if "\r" in s:
        s = s.replace("\r\n", "\n").replace("\r", "\n")
    controls = data.translate(None, _KEPT).replace(b"\r", b"")
    return s.translate(_PICTURES) if controls else s


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
