r"""Strings -> Markdown that shows exactly them, on GitHub, in MkDocs and in CommonMark readers.

Text from a source is never trusted: it may contain markup, raw HTML, line breaks, or undecodable bytes.
Everything here is a pure function of its arguments and short on the common path, because a build calls it
several hundred thousand times.

Where the dialects differ, the common ground is taken:

- Python-Markdown (MkDocs) knows backslash escapes for ``\`*_{}[]()>#+-.!`` only, so ``< & | ~ = :``
  become entities.
- GFM divides a table's row at every ``|``, in code too, and reads ``\|`` there as ``|``; Python-Markdown
  divides at none in code and shows ``\|`` unchanged. Both show ``<code>a&#124;b</code>`` as wanted.
- GFM makes links of ``http://`` and ``www.``; an entity in them prevents it. GitHub looks for ``$math$``
  after Markdown is done, so only an element around each ``$`` prevents that.
- GitHub and MkDocs make different anchors of the same heading: see ``heading``.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from hashlib import sha1
from html import escape
from urllib.parse import quote

# --- characters that no page may hold as they are

_PICTURES = {code: chr(0x2400 + code) for code in range(0x20)} | {0x7F: "\u2421"}
"""Control characters as their Unicode control pictures."""
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_BLANKS = re.compile("[\t-\r \x85\u2028\u2029]+")


def _show(match: re.Match[str]) -> str:
    code = ord(match[0])
    if 0xDC80 <= code <= 0xDCFF:  # a byte of a file name that is not UTF-8
        return f"\\x{code - 0xDC00:02x}"
    return _PICTURES.get(code, "\ufffd")  # an override of the text's direction must not reorder a page


def _fold(match: re.Match[str]) -> str:
    return " " if match[0].strip(" ") else match[0]  # blanks alone stay


def visible(s: str) -> str:
    """``s`` in one line: breaks and tabs folded to a space, characters that cannot be seen shown."""
    return s if s.isprintable() else _UNSEEN.sub(_show, _BLANKS.sub(_fold, s))


# --- inline text

_SUSPECT = re.compile(r"[\\`*\[\]{}<|~#_&$]")
_MARKUP = re.compile(r"[\\`*\[\]{}<|~#]|(?<![^\W_])_|_(?![^\W_])|&(?! )")  # a_b is safe, _b and b_ are not
_ESCAPES = {c: "\\" + c for c in "\\`*[]{}#_"} | {"<": "&lt;", "|": "&#124;", "~": "&#126;", "&": "&amp;"}
_FIRST = {"-": "\\-", "+": "\\+", "!": "\\!", ">": "\\>", "=": "&#61;", ":": "&#58;", "?": "&#63;"}
"""Text that would begin a list, a quotation, a definition, an admonition, or underline a heading."""
_ORDINAL = re.compile(r"([0-9]+)([.)])(?=\s|$)")


def _escape(match: re.Match[str]) -> str:
    return _ESCAPES[match[0]]


def _inline(s: str) -> str:
    if _SUSPECT.search(s):
        s = _MARKUP.sub(_escape, s)
        if s.count("$") > 1:
            s = s.replace("$", "<span>$</span>")
    return s.replace("://", "&#58;//").replace("www.", "www&#46;")


def text(s: str) -> str:
    """``s`` as inline text that shows literally, be it in a paragraph, a heading, a cell or a label."""
    s = _inline(visible(s)).strip(" ")
    if s.endswith("!"):  # before a link it would make an image
        s = s[:-1] + "\\!"
    if s[:1] in _FIRST:
        return _FIRST[s[0]] + s[1:]
    return _ORDINAL.sub(r"\1\\\2", s, count=1) if s[:1].isdigit() and _ORDINAL.match(s) else s


_QUOTED = re.compile(r"(?<![\w`])((?<!:):[A-Za-z][A-Za-z:+-]{0,60}:)?(`{1,2})([^`\n]+)\2(?![\w`])")


def prose(s: str, cell: bool = False) -> str:
    """``s`` as ``text`` has it, but what a docstring marks as code (`` `x` `` or ``x``) is a span of code.

    So is what a role of reStructuredText names: ``:mod:`x` ``, ``:ref:`title <target>` ``.
    """
    if "`" not in s:
        return text(s)
    pieces = []
    end = 0
    for match in _QUOTED.finditer(s):
        before = s[end : match.start()]
        pieces.append(_spaced(before) + code(_title(match[3]) if match[1] else match[3], cell))
        end = match.end()
    return "".join(pieces) + _spaced(s[end:]) if pieces else text(s)


def _title(role: str) -> str:
    """``title`` of ``title <target>``; all of it where there is no target."""
    title, bracket, target = role.rpartition("<")
    title = title.rstrip()
    return title if bracket and title and target.endswith(">") and ">" not in target[:-1] else role


def _spaced(s: str) -> str:
    """``text`` that keeps the spaces at its ends."""
    inner = text(s)
    if not inner:
        return " " if s else ""
    return f"{' ' * (s[0] == ' ')}{inner}{' ' * (s[-1] == ' ')}"


# --- code

_TICKS = re.compile("`+")
_RISKY = re.compile("<[!?/a-zA-Z]|&[#a-zA-Z]")
"""Text that Python-Markdown's HTML reader may take for markup although it is in code."""


_MOST_TICKS = 8
"""Backticks in a row that a span of code is written around; the page must not grow with three times each run."""


def _longest(s: str) -> int:
    return max(map(len, _TICKS.findall(s)), default=0)


_PLAIN_CODE = re.compile(r"[\w.,:=/()\[\]'\"+-]+", re.ASCII)


def code(s: str, cell: bool = False) -> str:
    """``s`` as a span of code in one line; ``cell``: it is in a table, where ``|`` would end the cell."""
    if _PLAIN_CODE.fullmatch(s):
        return f"`{s}`"
    s = visible(s)
    if not s or (cell and "|" in s) or _RISKY.search(s):
        return f"<code>{_inline(s)}</code>"
    if "`" in s:
        longest = _longest(s)
        if longest > _MOST_TICKS:
            return f"<code>{_inline(s)}</code>"
        ticks = "`" * (longest + 1)
        return f"{ticks} {s} {ticks}"
    if s[0] == " " == s[-1] and s.strip(" "):  # CommonMark takes one space off each side
        return f"` {s} `"
    return f"`{s}`"


_HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def shown(body: str) -> str:
    """Lines of text with every character that cannot be seen, or would reorder what is seen, shown.

    Not for the text of a whole source: right-to-left texts need such characters.
    """
    if body.replace("\n", "").replace("\t", "").isprintable():
        return body
    return _HIDDEN.sub(_show, body)


_INFO = re.compile(r"[^A-Za-z0-9#.+_-]")


_CLOSER = re.compile(r"^[ \t>]*(`{3,})[ \t]*$", re.MULTILINE)
"""A line that a reader may take for a fence's end. CommonMark: up to three blanks before it, at least as many backticks
as the fence has. Python-Markdown: none before it, and exactly as many; superfences: any indentation, quotation too."""
LONGEST_FENCE = 40
"""Backticks. A text that needs a longer fence is shown as an indented block, or it would be shown three times."""
INDENTED = "<!-- indented, because a line of it is a long run of backticks -->"
"""The line before an indented block: it ends a paragraph or list that would take the block in, or the block before."""


def fence_for(body: str) -> str:
    """The backticks of a fence that no line of ``body`` closes; more than ``LONGEST_FENCE`` must not be written."""
    if "```" not in body:
        return "```"
    return "`" * (max(map(len, _CLOSER.findall(body)), default=2) + 1)


def fence(body: str, info: str = "") -> str:
    """``body`` (as ``decode`` gives it) as a block of code that it cannot leave, without a final newline.

    That is a fence, or an indented block where the fence would be too long; readers leave out the blank lines at the
    ends of that.
    """
    if "\r" in body:
        body = body.replace("\r\n", "\n").replace("\r", "\n")
    ticks = fence_for(body)
    if len(ticks) > LONGEST_FENCE:
        return indented(body)
    end = "" if not body or body.endswith("\n") else "\n"
    return f"{ticks}{_INFO.sub('', info)}\n{body}{end}{ticks}"


def indented(body: str) -> str:
    """``body`` as an indented block of code. Its blank lines are indented too: an empty line is none of it."""
    lines = body.removesuffix("\n").replace("\n", "\n    ")
    return f"{INDENTED}\n    {lines}"


# --- anchors and links

_PLAIN_NAME = re.compile(r"[A-Za-z0-9_.-]+")
_UNSAFE_ID = re.compile(r"[^\w.-]")


def _spelled(match: re.Match[str]) -> str:
    return "+" if match[0] == " " else f"~{ord(match[0]):x}~"


def _identifier(name: str) -> str:
    """``name`` without a space (HTML allows none in an id) and without anything that a link would have to encode:
    MkDocs compares the two as they are written. Different names stay different."""
    return name if _PLAIN_NAME.fullmatch(name) else _UNSAFE_ID.sub(_spelled, visible(name))


_SPELLED = re.compile(r"\+|~([0-9a-f]{1,5})~")


def identified(identifier: str) -> str:
    """The name that ``anchor`` made an identifier of."""
    return _SPELLED.sub(lambda match: chr(int(match[1], 16)) if match[1] else " ", identifier)


def anchor(name: str) -> str:
    """An invisible target for ``fragment(name)``."""
    return f'<a id="{_identifier(name)}"></a>'


def fragment(name: str) -> str:
    """``#`` and what leads to ``anchor(name)``."""
    return "#" + _identifier(name)


_PLAIN_PATH = re.compile(r"[A-Za-z0-9_./~@+=,-]*")


def href(path: str) -> str:
    """A relative POSIX path for the round brackets of a link. ``:`` is encoded: no path becomes a scheme."""
    if _PLAIN_PATH.fullmatch(path):
        return path
    return quote(path, safe="/~@+=,", errors="surrogateescape")


@lru_cache(maxsize=1 << 16)
def _relative_folder(start: str, end: str) -> str:
    """From one folder to another, with a final slash; ``""`` is the root."""
    one = start.split("/") if start else []
    two = end.split("/") if end else []
    same = 0
    while same < min(len(one), len(two)) and one[same] == two[same]:
        same += 1
    steps = [".."] * (len(one) - same) or ["."]
    return "/".join([*steps, *two[same:], ""])


def relative(from_page: str, to_path: str) -> str:
    """The relative path from a page's folder to a path, both relative to the same root: ``./x``, ``../a/x``."""
    folder, _, name = to_path.rpartition("/")
    return _relative_folder(from_page.rpartition("/")[0], folder) + name


def link(label: str, target: str) -> str:
    """``label`` is Markdown already (of ``text`` or ``code``), ``target`` is of ``href`` or ``fragment``."""
    return f"[{label}]({target})"


# --- headings

_NOT_GITHUB = re.compile(r"[^\w\- ]")


def _word(match: re.Match[str]) -> str:
    c = match[0]
    return c if unicodedata.category(c)[0] == "M" or unicodedata.category(c) == "Pc" else ""


def slug(title: str) -> str:
    """The anchor that GitHub gives a heading: lower case, punctuation gone, every space a hyphen.

    A second heading of the same slug gets ``-1`` there and ``_1`` in MkDocs: give that one an anchor.
    """
    return _NOT_GITHUB.sub(_word, title.strip().lower()).replace(" ", "-")


def _mkdocs_slug(title: str) -> str:
    """The anchor that Python-Markdown's toc gives it: ASCII only, runs of spaces and hyphens one hyphen."""
    ascii_only = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    return re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", ascii_only).strip().lower())


@lru_cache(maxsize=1 << 12)
def heading(level: int, title: str) -> str:
    """A heading of plain text that ``"#" + slug(title)`` leads to on GitHub and in MkDocs.

    Where MkDocs' own differs (``code-patterns-idioms`` for ``code-patterns--idioms``), GitHub's is added.
    """
    extra = "" if slug(title) == _mkdocs_slug(title) else f'<a id="{escape(slug(title))}"></a>'
    return f"{'#' * level} {extra}{text(title)}"


# --- names of pages

_LONGEST = 200  # bytes; 255 is the limit of most disks, and a page's ending needs room
_PLAIN_COMPONENT = re.compile(r"[A-Za-z0-9_+=,@()-][A-Za-z0-9_.+=,@()-]{0,98}[A-Za-z0-9_+=,@()-]")
_FORBIDDEN = re.compile('[<>:"/\\\\|?*%\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]|[. ]+$')
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(?= *(?:\.|$))", re.I)
_DIGESTED = re.compile(r"~(?=[0-9a-f]{16}$)")


def _percent(s: str) -> str:
    return "".join(f"%{byte:02X}" for byte in s.encode("utf-8", "surrogateescape"))


def page_name(component: str, folder: bool = False) -> str:
    """One part of a source's path as a file name for every disk; different parts have different names.

    ``%XX`` for what Windows forbids or takes for a device, control characters, bytes that are no UTF-8, and
    ``%``. Over 200 bytes it is cut and ends in ``~`` and a digest. A ``folder`` never ends in ``.md``, as
    every page does, so no folder has the path of a page.
    """
    if _PLAIN_COMPONENT.fullmatch(component) and not _DEVICE.match(component):
        name = component
    else:
        name = _FORBIDDEN.sub(lambda match: _percent(match[0]), component)
        name = (
            _DEVICE.sub(lambda match: match[0][:-1] + _percent(match[0][-1]), name, count=1)
            if _DEVICE.match(name)
            else name
        )
        name = _DIGESTED.sub("%7E", name)
    if folder and name[-3:].lower() == ".md":
        name = name[:-1] + _percent(name[-1])
    return name if len(name) * 4 <= _LONGEST else _cut(name, component)


def _cut(name: str, component: str) -> str:
    encoded = name.encode()
    if len(encoded) <= _LONGEST:
        return name
    digest = sha1(component.encode("utf-8", "surrogateescape"), usedforsecurity=False).hexdigest()[:16]
    stem = encoded[: _LONGEST - 17].decode(errors="ignore")
    return re.sub("%.?$", "", stem) + "~" + digest


_UNSAFE_LABEL = re.compile(r'["`<>#&;|\\\x00-\x1f\x7f]')


def mermaid(label: str) -> str:
    """A label that cannot leave its quotes."""
    return _UNSAFE_LABEL.sub(lambda match: f"#{ord(match[0])};", label)
