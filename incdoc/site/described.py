"""What a page says of a definition, in one line: its signature and the first sentence of its documentation."""

from __future__ import annotations

import re
from html import unescape

from incdoc.pages.markdown import fragment

_TAG = re.compile(r"<[^>]*>")
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_ESCAPE = re.compile(r"\\(.)")
_LONGEST = 300
_ABOUT = ("Lines ", "Line ", "[Lines", "Called by", "Used by", "Types", "Overrides")


def find(page: str, name: str) -> tuple[str, str]:
    """(signature, sentence) of the definition with a name on its page; empty where the page has none."""
    anchor = f'<a id="{fragment(name)[1:]}"></a>'
    place = page.find(anchor)
    if place < 0:
        return "", ""
    begin = page.rfind("\n", 0, place) + 1
    end = page.find("\n", place)
    line = page[begin : end if end >= 0 else None]
    if line.startswith("|"):
        cells = [_plain(cell) for cell in line.strip("|").split("|")]
        return " ".join(filter(None, cells[:1])), next((cell for cell in cells[1:] if cell.endswith(".")), "")
    below = page[end : end + 4 * _LONGEST * 4].split("\n#", 1)[0]
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
