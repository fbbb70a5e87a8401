"""Facts of any text, without a grammar; and bytes as a page shows them."""

from __future__ import annotations

import re

from .facts import Facts, Mark

_UTF8_BOM = b"\xef\xbb\xbf"
_UTF16_BOMS = (b"\xff\xfe", b"\xfe\xff")
_LOOKED_AT = 8000  # bytes, as git does
_LONGEST = 120  # characters of a mark's text

_TAGS = (b"TODO", b"FIXME", b"XXX", b"HACK")
_COMMENT = re.compile(r"(?<![A-Za-z0-9_])(?:TODO|FIXME|XXX|HACK)[:( ][^\n]*")
_CLOSERS = re.compile(r"\s*(?:\*/|-->|[#%]\}|\*\))?\s*$")

_COOKIES = re.compile(
    r"(?:utf-?8|(?:us-)?ascii|latin-?\d+|iso-?8859-?\d+|(?:cp|windows-?)\d+|koi8-[rut]|euc-\w+|s(?:hift-?)?jis"
    r"|gb\w+|big5\w*|mac-?\w+)",
)
"""The encodings that are used; others (``idna``, ``punycode``) are slow on hostile bytes, or do not encode text."""

_KEPT = bytes(b for b in range(256) if b >= 0x20 and b != 0x7F) + b"\t\n"
_PICTURES = {code: 0x2400 + code for code in range(0x20) if code not in (0x09, 0x0A)} | {0x7F: 0x2421}


def extract(data: bytes) -> Facts:
    """Facts of a text in a language without its own extractor."""
    if is_binary(data):
        return Facts(language="text", lines=0, binary=True)
    return Facts(language="text", lines=count_lines(data), marks=marks(data))


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


def marks(data: bytes) -> tuple[Mark, ...]:
    """Marks of the bytes themselves (BOM, line ends, undecodable bytes) and of to-do comments, by line."""
    found = []
    if data.startswith(_UTF8_BOM) or _is_utf16(data):
        found.append(Mark("bom", 1))
    plain = characters(data).encode("utf-8", "replace") if _is_utf16(data) else data
    if ends := _line_ends(plain):
        found.append(Mark("line ends", 1, ends))
    if not data.isascii() and (line := _undecodable(data)):
        found.append(Mark("undecodable", line))
    if any(tag in plain for tag in _TAGS):
        found += comments(plain.decode("utf-8", "replace"))
    return tuple(sorted(found, key=lambda mark: mark.line))


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


def comments(s: str) -> list[Mark]:
    """To-do comments, at most one a line: the tag and the text after it."""
    found = []
    line, counted = 1, 0
    for match in _COMMENT.finditer(s):
        line += s.count("\n", counted, match.start())
        counted = match.start()
        words = _CLOSERS.sub("", match[0][: 4 * _LONGEST])
        found.append(Mark("comment", line, shorten(words)))
    return found


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
