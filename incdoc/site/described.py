"""What a page says of its definitions, in one line each: the signature and the first sentence of the documentation."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import unescape

from incdoc.pages.markdown import fragment

_TAG = re.compile(r"<[^>]*>")
_DEFINED = re.compile(r'^(?:#{3,6}|\|) <a id="([^"\n]*)"></a>', re.MULTILINE)
"""An anchor where a definition has it: at most one a line, so that no text of a source takes long."""
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_ESCAPE = re.compile(r"\\(.)")
_LONGEST = 300
_BELOW = 16 * _LONGEST
"""Characters below an anchor that are looked at."""
_ABOUT = ("Lines ", "Line ", "[Lines", "Called by", "Used by", "Types", "Overrides")


def find(page: bytes, name: str) -> tuple[str, str]:
    """(signature, sentence) of the definition with a name on its page; empty where the page has none."""
    anchor = f'<a id="{fragment(name)[1:]}"></a>'
    # of what is on another part, a part has an anchor in no heading and no row
    place = max(page.find(f"{lead} {anchor}".encode()) for lead in "#|")
    if place < 0:
        return "", ""
    # a page may have a megabyte, and an answer has many
    begin, end = page.rfind(b"\n", 0, place) + 1, page.find(b"\n", place)
    text = page[begin : end + 4 * _BELOW if end >= 0 else None].decode("utf-8", "replace")
    return _at(text, text.find(anchor))


def every(pages: Iterable[str]) -> dict[str, tuple[str, str]]:
    """(signature, sentence) of each definition on the parts of a page, by its anchor; of those of which a part says
    nothing but the name, empty texts."""
    found: dict[str, tuple[str, str]] = {}
    for page in pages:
        for match in _DEFINED.finditer(page):
            if match[1] not in found:
                said = _at(page, match.start(1))
                found[match[1]] = said if said != (match[1], "") else ("", "")
    return found


def _at(page: str, place: int) -> tuple[str, str]:
    """What a page says of the definition whose anchor is at a place."""
    begin = page.rfind("\n", 0, place) + 1
    end = page.find("\n", place)
    line = page[begin : end if end >= 0 else None]
    if line.startswith("|"):
        cells = [_plain(cell) for cell in line.strip("|").split("|")]
        return " ".join(filter(None, cells[:1])), next((cell for cell in cells[1:] if cell.endswith(".")), "")
    below = page[end : end + _BELOW].split("\n#", 1)[0]
    signature = sentence = ""
    code = re.match(r"\s*(`{3,})[^\n]*\n(.*?)\n\1", below, re.DOTALL)
    if code:
        signature = " ".join(code[2].split()).replace("( ", "(").replace(", )", ")").replace(" )", ")")
        below = below[code.end() :]
    for block in below.split("\n\n"):
        said = block.strip()
        if said and said[0] not in "|`<-#>" and not said.startswith(_ABOUT):
            sentence = re.split(r"(?<=[.!?])\s", _plain(said), maxsplit=1)[0]
            break
    return signature[:_LONGEST], sentence[:_LONGEST]


def _plain(markdown: str) -> str:
    """Inline Markdown without its markup."""
    text = _ESCAPE.sub(r"\1", _LINK.sub(r"\1", _TAG.sub("", markdown)).replace("`", ""))
    return " ".join(unescape(text).split())
