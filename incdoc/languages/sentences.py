"""What one line says of a source or a definition: the first sentence of its documentation.

A documentation is a sequence of **blocks**: paragraphs, items of lists, titles (with a line of punctuation below, or
``#`` before), code, and the rest, which describes parameters or belongs to tools. The first paragraph is described
from; a title, or a line that says how something is called, only if there is no paragraph below it.

A sentence ends at a full stop, a question mark or an exclamation mark before white space and a new beginning. It does
not end after an initial (``A. O. Smith``), a title (``Dr.``), an abbreviation (``e.g.``), an ellipsis, or inside
brackets, quotation marks and code. Where that is not clear, it does not end: a sentence too many is better than half a
sentence. A colon at its end that opens a list takes the list in.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .facts import Facts

MOST_ITEMS, LONGEST_LIST = 8, 300
"""Items of a list, and their characters, that a sentence takes in; an ellipsis is what is left out."""


def summary(facts: Facts) -> str:
    """What a line says of a source: its title and the first sentence, whichever it has."""
    return titled(facts.title, first_sentence(facts.doc))


def titled(title: str, said: str) -> str:
    """``title: said``; what is said alone if it begins with the title."""
    if not title or not said:
        return title or said
    if said[: len(title)].casefold() == title.casefold() and not said[len(title) : len(title) + 1].isalnum():
        return said
    return f"{title} {said}" if title[-1] in ".!?:…" else f"{title}: {said}"


def first_sentence(doc: str) -> str:
    """The first sentence of a documentation in one line; empty if it has none."""
    return _without_tags(_described(doc, whole=False))


def first_paragraph(doc: str) -> str:
    """The first paragraph in one line, with the list that it opens."""
    return _without_tags(_described(doc, whole=True))


def _without_tags(said: str) -> str:
    """A line with what ``{@link X}`` and ``{@code x}`` mean."""
    return _TAG.sub(_tagged, said) if "{@" in said else said


_TAG = re.compile(r"\{@(link|linkcode|linkplain|code|literal|value)[ \t]++([^{}`]++)\}")
_TARGET = re.compile(r"([^\s(|]+(?:\([^)]*\))?)\s*\|?(.*)", re.DOTALL)


def _tagged(found: re.Match[str]) -> str:
    word, written = found[1], found[2].strip()
    if word == "literal":
        return written
    if word in ("code", "value"):
        return f"`{written}`"
    target = _TARGET.fullmatch(written)
    if target is None:
        return written
    return target[2].strip() or f"`{target[1].lstrip('#').replace('#', '.')}`"


def _described(doc: str, whole: bool) -> str:
    title = ""
    blocks = _blocks(doc)
    for block in blocks:
        if block.kind == "title":
            if title:
                break
            title = block.text
        elif block.kind == "end":
            return title or _sentence(block.text, whole)
        elif block.kind == "paragraph":
            return _opening(block.text, blocks, whole)
        elif block.kind == "item" and not title:
            return _sentence(block.text, whole)
    return title


def _sentence(paragraph: str, whole: bool) -> str:
    return paragraph if whole else paragraph[: sentence_end(paragraph)]


def _opening(paragraph: str, below: Iterator[_Block], whole: bool) -> str:
    """The paragraph's first sentence, with what a colon at its end opens in the blocks below it."""
    said = _sentence(paragraph, whole)
    if not said.endswith(":") or said != paragraph:
        return said
    following = next(below, None)
    if following is None or said.endswith("::") or following.kind not in ("item", "paragraph"):
        return _without_colon(said)
    if following.kind == "paragraph":
        return f"{said} {_sentence(following.text, whole)}" if not following.indented else _without_colon(said)
    items = [following.text]
    for block in below:
        if block.kind != "item":
            break
        items.append(block.text)
    return f"{said} {_listed(items, whole)}"


def _without_colon(said: str) -> str:
    bare = said.rstrip(": ")
    return "" if bare.casefold() in _CALLING_FOR_CODE else bare


_CALLING_FOR_CODE = frozenset(("example", "examples", "usage", "note", "notes", "see also", "todo"))
"""What is above code, and says nothing alone."""


def _listed(items: list[str], whole: bool) -> str:
    shown: list[str] = []
    for item in items:
        room = LONGEST_LIST - sum(map(len, shown))
        if not whole and (len(shown) == MOST_ITEMS or len(item) > room):
            return "; ".join([*(shown or [_sentence(item, whole=False).rstrip(".")]), "…"])
        shown.append(item.rstrip(".;, "))
    return "; ".join(shown) + "."


# --- blocks ---------------------------------------------------------------------------------------------------


class _Block(NamedTuple):
    """``text``: in one line. ``indented``: more than the lines above it."""

    kind: Literal["paragraph", "item", "title", "other", "end"]
    """``end``: from here on, parameters and the like are described; its text is what is said of the result."""
    text: str = ""
    indented: bool = False


_UNDERLINE = re.compile(r"([=\-~`#*+^\"':._<>])\1\1+[ \t]*\Z")
_BULLET = re.compile(r"[ \t]*(?:[-*+•‣–][ \t]+|(?P<number>\(?(?:\d{1,3}|#)[.)])[ \t]+)(?=\S)")
_FIRST_NUMBERS = ("1.", "1)", "(1)", "0.", "#.")
_PROMPT = re.compile(r"[ \t]*(?:>>>(?=\s|\Z)|\$ |In ?\[\d+\]:|ipdb> |\(Pdb\) )")
_CALL = re.compile(r"(?:[\w, ]{1,100}= ?)?[A-Za-z_][\w.]*\([^()]*(?:\([^()]*\)[^()]*)*\)(?: ?-> ?.*[^.])?")
"""How something is called, on a line of its own above what it does."""
_FENCE = re.compile(r"[ \t]*(```+|~~~+)")
_ATX = re.compile(r"[ \t]{0,3}#{1,6}[ \t]+(.*?)(?:[ \t]+#+)?[ \t]*\Z")
_DIRECTIVE = re.compile(r"[ \t]*(?:\.\.(?:[ \t]|\Z)|(?:!!!|\?\?\?\+?)[ \t]+\w)")
_REMARK = re.compile(r"(?:Notes?|Warnings?|Usage|Tips?|Caution|Important):\Z")
"""A line that ends the paragraph above it."""
_FIELD = re.compile(
    r"[ \t]*(?::[A-Za-z][^:`]*:(?=\s|\Z)"
    r"|[@\\](?:param|arg|args|return|returns|result|rtype|throws?|exception|raises?|see|sa|since|author|version|type"
    r"|typedef|template|tparam|ingroup|addtogroup|defgroup|deprecated|todo|private|public|internal|module|license"
    r"|copyright|date|category|namespace|class|interface|enum|property|prop|callback|example|inheritdoc|override)\b)"
)
_RETURNS = re.compile(r"[ \t]*(?:[:@\\](?:returns?|(yields?)):?(?=\s|\Z)|(?:Returns?|(Yields?)):[ \t]*\Z)")
_OPENING_COMMAND = re.compile(
    r"[ \t]*[@\\](?:brief|short|summary|description|desc|file|fileoverview|fileOverview)\b[ \t]*"
)
_SECTION = re.compile(
    r"(?:Args|Arguments|Parameters|Params|Keyword Args|Keyword Arguments|Other Parameters|Attributes|Returns?|Yields?"
    r"|Raises|Throws|Exceptions|Warns|Methods|References|See Also|Examples?|Inputs?|Outputs?):?[ \t]*\Z"
)
_LEGAL = re.compile(
    r"(?:copyright\b|©|\(c\) ?\d|SPDX-|licen[cs]ed (?:under|to) |released under |distributed under "
    r"|all rights reserved|created (?:on|by) |authors?:"
    r"|this (?:file|program|module|software) is (?:part of|free software|licensed|distributed|released|subject))",
    re.IGNORECASE,
)
_FOR_TOOLS = re.compile(r"[ \t]*(?:-\*-.*-\*-|vim?:.*|@generated)[ \t]*\Z")
_TABLE = re.compile(r"[ \t]*(?:\||\+[-=]{2,}|[=]{2,}[ \t]+[=]{2,})")


def _blocks(doc: str) -> Iterator[_Block]:
    """The blocks of a documentation, as they are asked for."""
    lines = doc.split("\n")
    at = 0
    while at < len(lines):
        line = lines[at]
        if not line.strip() or _FOR_TOOLS.match(line):
            at += 1
        elif fence := _FENCE.match(line):
            at = _after_fence(lines, at, fence[1])
            yield _Block("other")
        elif _DIRECTIVE.match(line):
            at = _after_indented(lines, at)
            yield _Block("other")
        elif _PROMPT.match(line) or _TABLE.match(line):
            at = _after_paragraph(lines, at)
            yield _Block("other")
        elif _UNDERLINE.match(line.strip()):
            at += 1  # a rule, or the line above a title
        elif _FIELD.match(line):
            yield _Block("end", _result(lines, at))
            return
        elif heading := _ATX.match(line):
            at += 1
            yield _Block("title", _one_line([heading[1]]))
        elif _is_underlined(lines, at):
            at += 2
            yield _Block("end") if _SECTION.match(line.strip()) else _Block("title", _one_line([line]))
        elif bullet := _BULLET.match(line):
            end = _end(lines, at + 1, item=True)
            yield _Block("item", _one_line([line[bullet.end() :], *lines[at + 1 : end]]))
            at = end
        elif _SECTION.match(line.strip()) and line.rstrip().endswith(":"):
            yield _Block("end", _result(lines, at))
            return
        else:
            end = _end(lines, at + 1, item=False)
            words = _one_line([_OPENING_COMMAND.sub("", line, count=1), *lines[at + 1 : end]])
            if end == at + 1 and _CALL.fullmatch(words):
                yield _Block("title", words)
            elif words and not _LEGAL.match(words):
                yield _Block("paragraph", words, at > 0 and line[0].isspace())
            at = end


def _result(lines: list[str], at: int) -> str:
    """What a field or a section at or below ``at`` says of the result: ``Returns: the count.``"""
    for row in range(at, len(lines)):
        if found := _RETURNS.match(lines[row]):
            end = row + 1
            while end < len(lines) and lines[end].strip() and _indent(lines[end]) > _indent(lines[row]):
                end += 1
            words = _one_line([lines[row][found.end() :], *lines[row + 1 : end]])
            return f"{'Yields' if found[1] or found[2] else 'Returns'}: {words}" if words else ""
    return ""


def _one_line(lines: list[str]) -> str:
    return " ".join(" ".join(lines).split())


def _is_underlined(lines: list[str], at: int) -> bool:
    return at + 1 < len(lines) and bool(_UNDERLINE.match(lines[at + 1].strip())) and bool(lines[at].strip())


def _end(lines: list[str], at: int, item: bool) -> int:
    """Where a paragraph or an item ends of which ``at`` is the second line."""
    while at < len(lines):
        line = lines[at]
        if not line.strip() or _PROMPT.match(line) or _FENCE.match(line) or _FIELD.match(line):
            break
        if (bullet := _BULLET.match(line)) and (item or bullet["number"] is None or bullet["number"] in _FIRST_NUMBERS):
            break
        if line.rstrip().endswith(":") and (_SECTION.match(line.strip()) or _REMARK.match(line.strip())):
            break
        if _DIRECTIVE.match(line) or _is_underlined(lines, at) or _UNDERLINE.match(line.strip()):
            break
        at += 1
    return at


def _after_fence(lines: list[str], at: int, ticks: str) -> int:
    at += 1
    while at < len(lines) and not lines[at].strip().startswith(ticks):
        at += 1
    return at + 1


def _after_indented(lines: list[str], at: int) -> int:
    margin = _indent(lines[at])
    at += 1
    while at < len(lines) and (not lines[at].strip() or _indent(lines[at]) > margin):
        at += 1
    return at


def _after_paragraph(lines: list[str], at: int) -> int:
    while at < len(lines) and lines[at].strip():
        at += 1
    return at


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


# --- sentences ------------------------------------------------------------------------------------------------

_AFTER = re.compile(r"[\"'”’»)\]}*_`]*+")
_MARK = re.compile(rf"`++|[()\[\]{{}}\"“”«»]|(?<![.!?…])[.!?…]++(?={_AFTER.pattern}(?:\s|\Z))|[。！？]")
_OPENERS, _CLOSERS = "([{“«", ")]}”»"
_BEFORE_WORD = "([{\"'“‘«*_`"
_LAST_WORD = re.compile(r"\S+\Z")
_LONGEST_WORD = 64
"""Characters that are looked at for a word before a full stop."""
_JOINED = re.compile(r"[a-z]-[A-Z]\Z")
"""A letter that is no initial: ``Ctrl-Z``."""
_INITIALS = re.compile(r"[A-Z]\.|[^\W\d_]\.[^\W\d_]\.|(?:[^\W\d_]{1,2}\.){2,}", re.UNICODE)


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_NEVER = _set("e.g i.e eg ie cf viz resp vs approx ca incl excl aka a.k.a w.r.t wrt et esp")
"""Abbreviations in the middle of a sentence."""
_PERSONS = _set("Dr Mr Mrs Ms Mx Prof St Rev Hon Gen Col Capt Lt Sgt Gov Sen Pres Mt Ft Messrs Mme Mlle")
_COUNTED = _set(
    "fig figs eq eqs eqn sec sect ch chap no nos nr num vol p pp par art ex tab ver v rev app min max"
    " jan feb mar apr jun jul aug sep sept oct nov dec"
)
"""Abbreviations before a number."""
_EITHER = _set("al inc ltd co corp bros jr sr u.s u.k dept assn univ")
"""Abbreviations that may be the last word: the next one decides."""
_NUMBER = re.compile(r"[(\[#]*(?:\d|[A-Z](?![a-z])|[IVXL]+\b)")
_STARTERS = _set(
    "The This That These Those An It Its They We You He She If In On At By For From To When While Where Which Who What"
    " How Why There Here As With Without Use Used Uses Returns Return See Note Also Only Each Every All Any Some Most"
    " Many Not Otherwise However But And Or So Then Thus Hence Therefore Because Since After Before Unless Until Please"
    " Can Could May Might Must Should Will Would Raises Default Defaults"
)
_CODE = re.compile(r"[`:]|\w*[(_.=]\w|[\w.]+\(")


def sentence_end(paragraph: str) -> int:
    """Where the first sentence of a paragraph in one line ends; its length if that is not clear before."""
    for enclosing in (True, False):  # what is opened and not closed encloses nothing
        end = _first_end(paragraph, enclosing)
        if end:
            return end
    return len(paragraph)


def _first_end(paragraph: str, enclosing: bool) -> int:
    """0 if there is none, or if something is not closed."""
    depth, quoted = 0, False
    skip = 0
    for mark in _MARK.finditer(paragraph):
        if mark.start() < skip:
            continue
        sign = mark[0]
        if sign[0] == "`":
            closing = paragraph.find(sign, mark.end())
            skip = closing + len(sign) if closing >= 0 else 0
        elif sign in _OPENERS:
            depth += 1
        elif sign in _CLOSERS:
            depth = max(0, depth - 1)
        elif sign == '"':
            quoted = not quoted
        elif not (enclosing and (depth or quoted)) and _ends(paragraph, mark):
            after = _AFTER.match(paragraph, mark.end())
            return after.end() if after else mark.end()
    return 0 if depth or quoted else len(paragraph)


def _ends(paragraph: str, mark: re.Match[str]) -> bool:
    """Whether a sentence ends at the signs of ``mark``."""
    sign = mark[0]
    if sign in "。！？":
        return True
    closed = _AFTER.match(paragraph, mark.end())
    after = closed.end() if closed else mark.end()
    rest = paragraph[after : after + _LONGEST_WORD].split()
    if not rest:
        return True
    following = rest[0]
    if "…" in sign or ".." in sign or not _begins(following):
        return False
    found = _LAST_WORD.search(paragraph[max(0, mark.start() - _LONGEST_WORD) : mark.start()])
    if found is None:  # a sign alone
        return _starts(following)
    if sign != ".":
        return True
    return not _is_abbreviation(found[0].lstrip(_BEFORE_WORD), following, first=found.start() == 0 and mark.start() < 9)


def _begins(word: str) -> bool:
    """Whether a word may be the first of a sentence."""
    bare = word.lstrip(_BEFORE_WORD)
    return not bare[:1].islower() or _CODE.match(word) is not None


def _starts(word: str) -> bool:
    """Whether a word is often the first of a sentence."""
    return word.lstrip(_BEFORE_WORD).rstrip(",'’:") in _STARTERS


def _is_abbreviation(word: str, following: str, first: bool) -> bool:
    """Whether the full stop behind ``word`` belongs to it. ``first``: nothing is before it."""
    if first and (word.isdigit() or len(word) == 1):
        return True  # the number of an item
    last = re.split(r"[(\[/—–-]", word)[-1]
    lower = last.casefold()
    starts = _starts(following)
    if lower in _NEVER or last in _PERSONS:
        return True
    if lower in _COUNTED and not (len(last) == 1 and last.isupper()):  # ``P.`` is an initial
        return _NUMBER.match(following) is not None
    if lower in _EITHER or (_INITIALS.fullmatch(f"{last}.") and not _JOINED.search(word)):
        return not starts
    return False
