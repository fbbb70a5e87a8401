"""Lines of reStructuredText or Markdown -> blocks.

Both are read by one reader, because documentation mixes them: what only one of them has means the same in the other.
Where they differ, ``Markup.markdown`` decides: an indented part is code in Markdown and a quotation in
reStructuredText; ``#`` begins a title in Markdown only. Where the text shows neither, what reads as code is code.

A part that is deeper than ``DEEPEST`` levels is shown as it is written. Each level looks at a line once.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property

from . import tables
from .document import DEEPEST, Block, Blocks, Code, Field, Heading, Items, Note, Paragraph, Quote, Span, Spans, Table
from .inline import TEXT, Dialect, spans


class Markup:
    """How a text is written. ``literal``: what code without a mark is written in; ``markdown``: what is known of it."""

    def __init__(
        self, text: str, dialect: Dialect = TEXT, literal: str = "", markdown: bool | None = None
    ) -> None:  # fmt: skip
        self.dialect = dialect
        self.literal = literal
        self.targets = targets_of(text)
        """The addresses that the text names, by their names."""
        self._text = text
        self._known = markdown

    @cached_property
    def markdown(self) -> bool | None:
        """True, False for reStructuredText, None where the text does not say. Few texts have what depends on it."""
        return is_markdown(self._text) if self._known is None else self._known

    def spans(self, text: str) -> Spans:
        """The spans of a paragraph."""
        return spans(text, self.dialect, self.targets)


_RST = re.compile(
    r"(?<![\w:`]):[a-zA-Z][\w+:.-]{0,40}:`[^`\n]|^[ \t]*\.\. [\w|\[_]|(?<!`)``[^`\n]|::[ \t]*$|`__?(?!\w)"
    r"|^[ \t]*:[a-z]\w{0,20}(?: [^:\n]{1,80})?:(?:[ \t]|$)",
    re.MULTILINE,
)
_MARKDOWN = re.compile(
    r"^[ \t]*(?:```|~~~)|\[[^\[\]\n]{1,300}\]\([^\s()]|^#{1,6} \w|\[[^\[\]\n]{1,300}\]\[[^\[\]\n]{0,300}\]"
    r"|^[ \t]*(?:\|[ \t]*)?:?-{3,}:?[ \t]*\|",
    re.MULTILINE,
)
_TARGET = re.compile(
    r"^[ \t]*(?:\.\. _`?(?P<name>[^:`\n]{1,200})`?:[ \t]+|\[(?P<key>[^\[\]\n]{1,200})\]:[ \t]+)"
    r"<?(?P<address>https?://[^\s<>]{1,1000})>?[ \t]*$",
    re.MULTILINE,
)


def is_markdown(text: str) -> bool | None:
    """Which of the two a text is, by which of them it has more marks; None if it has as many."""
    rst, markdown = len(_RST.findall(text)), len(_MARKDOWN.findall(text))
    return None if rst == markdown else markdown > rst


def targets_of(text: str) -> dict[str, str]:
    """The addresses that a text gives names to, by those in lower case."""
    if "]:" not in text and ".. _" not in text:
        return {}
    return {(match["name"] or match["key"]).strip().casefold(): match["address"] for match in _TARGET.finditer(text)}


def blocks(lines: Sequence[str], markup: Markup, depth: int = 0) -> Blocks:
    """The blocks of some lines."""
    if depth > DEEPEST:
        said = "\n".join(dedent(lines))
        return (Code(said),) if said.strip() else ()
    if len(lines) == 1 and _is_words(line := lines[0].strip()):
        return (Paragraph(markup.spans(line)),)
    return tuple(_Reader(dedent(lines), markup, depth).read())


def _is_words(line: str) -> bool:
    """Whether a line that is alone is a paragraph, as most are: nothing else begins with a letter."""
    return line[:1].isalpha() and line[-1] != ":" and "|" not in line


def dedent(lines: Sequence[str]) -> list[str]:
    """Lines without the indentation that they share, and without blank ones at the ends."""
    first, last = 0, len(lines)
    while first < last and not lines[first].strip():
        first += 1
    while last > first and not lines[last - 1].strip():
        last -= 1
    if first < last and lines[first][0] != " ":
        return list(lines[first:last])
    margin = min((_indent(line) for line in lines[first:last] if line.strip()), default=0)
    return [line[margin:] for line in lines[first:last]]


def hanging(head: str, lines: Sequence[str]) -> list[str]:
    """A line and those that are indented below it, without the indentation that these share."""
    margin = min((_indent(line) for line in lines if line.strip()), default=0)
    return [head, *(line[margin:] for line in lines)]


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


_ITEM = re.compile(r"(?:[-*+•]|(?P<number>[0-9]{1,4})[.)]|\((?P<bracketed>[0-9]{1,4})\)|#\.)(?: +|$)")
_FENCE = re.compile(r"(?P<ticks>`{3,}|~{3,})[ \t]*(?P<info>[^`]{0,200})$")
_ATX = re.compile(r"(?P<level>#{1,6})[ \t]+(?P<title>\S.*)$")
_DIRECTIVE = re.compile(
    r"\.\.[ \t]+(?:\|[^|]{1,100}\|[ \t]+)?(?P<name>[a-zA-Z][\w:.+-]{0,60})::(?:[ \t]+(?P<argument>.*))?$"
)
_FOOTNOTE = re.compile(r"\.\.[ \t]+\[(?P<label>[^\]]{1,100})\](?:[ \t]+(?P<said>.*))?$")
_LABEL = re.compile(r"\.\.(?:[ \t]+_|[ \t]|$)|__[ \t]")
_OPTION = re.compile(r"[ \t]*:(?P<name>[\w-]{1,40}):(?:[ \t]+(?P<value>.*))?$")
_FIELD = re.compile(r":(?P<name>[a-zA-Z][^:`\n]{0,100}):(?:[ \t]+(?P<said>.*))?$")
_ADDRESSED = re.compile(r"\[[^\[\]]{1,200}\]:[ \t]+<?https?://\S{1,1000}$")
_CODE_LIKE = re.compile(
    r"[;{}=]\s*$|^\s*(?:import|from|def|class|return|for|if|while|with|print|assert|@|\$ |# |//|<\w|async|await|func"
    r"|let|var|const|public|fn|use)\b|\s[-+*/]?[=:]?=\s|^\s*[\w.]+\(.*\)\s*$|^\s*[\w.]+\[[^\]]*\]|[|+][-=]{3}|-->"
    r"|^\s*[$#%>] "
)
_UNDERLINES = frozenset('=-~^"#*+')
_SENTENCE_END = (".", ",", ";", "!", "?")
LONGEST_TERM = 60
"""Characters of what a definition list explains."""


class _Reader:
    """Reads the blocks of one level."""

    def __init__(self, lines: list[str], markup: Markup, depth: int) -> None:
        self._lines = lines
        self._markup = markup
        self._depth = depth
        self._at = 0
        self._found: list[Block] = []
        self._literal = False
        """Whether what was read last ends with ``::``, so that an indented part is code."""

    def read(self) -> list[Block]:
        while self._at < len(self._lines):
            line = self._lines[self._at]
            if not line.strip():
                self._at += 1
            elif line[0] == " ":
                self._indented()
            elif not self._special(line):
                self._paragraph()
        return self._found

    def _below(self, lines: Sequence[str]) -> Blocks:
        return blocks(lines, self._markup, self._depth + 1)

    def _next(self) -> str:
        return self._lines[self._at + 1] if self._at + 1 < len(self._lines) else ""

    def _taken(self, end: int) -> list[str]:
        lines = self._lines[self._at : end]
        self._at = end
        return lines

    def _code(self, lines: Sequence[str], info: str) -> None:
        said = "\n".join(dedent(lines))
        if said:
            self._found.append(Code(said, info))

    def _special(self, line: str) -> bool:
        """Read what begins with a mark at the first column."""
        sign = line[0]
        if sign in "`~" and (fence := _FENCE.match(line)):
            self._fence(fence)
        elif line.startswith(">>>"):
            self._doctest()
        elif sign == "." and line.startswith(".."):
            if not self._explicit(line):
                return False
        elif sign == "_" and line.startswith("__ "):
            self._at += 1
        elif sign == "+" and tables.begins_grid(line):
            self._table(*tables.grid(self._lines, self._at))
        elif sign == "=" and tables.begins_simple(line):
            self._table(*tables.simple(self._lines, self._at))
        elif "|" in line and tables.begins_piped(line, self._next()):
            self._table(*tables.piped(self._lines, self._at))
        elif sign == "#" and self._markup.markdown is not False and (title := _ATX.match(line)):
            self._heading(title["title"].rstrip().rstrip("#"), 1)
        elif _is_rule(line):
            self._ruled(line)
        elif _is_rule(self._next(), 3) and len(self._next().strip()) >= min(len(line.rstrip()) - 1, 12):
            self._heading(line, 2)
        elif _ITEM.match(line) and not _is_rule(line):
            self._list()
        elif sign == ":" and self._markup.markdown is not True and _FIELD.match(line):
            self._fields()
        elif sign == ">" and (line.startswith("> ") or line.rstrip() == ">"):
            end = self._at
            while end < len(self._lines) and self._lines[end].startswith(">"):
                end += 1
            quoted = [each[1:].removeprefix(" ") for each in self._taken(end)]
            self._found.append(Quote(self._below(quoted)))
        elif sign == "[" and _ADDRESSED.match(line):
            self._at += 1
        else:
            return False
        self._literal = False
        return True

    def _fence(self, fence: re.Match[str]) -> None:
        ticks = fence["ticks"]
        end = self._at + 1
        while end < len(self._lines):
            line = self._lines[end].strip()
            if line.startswith(ticks) and not line.strip(ticks[0]):
                break
            end += 1
        lines = self._taken(end)[1:]
        self._at += 1
        said = "\n".join(lines)
        self._found.append(Code(said, fence["info"].strip().split(" ")[0].split(",")[0].strip("{}.")))

    def _doctest(self) -> None:
        end = self._at
        while end < len(self._lines):
            if not self._lines[end].strip():
                following = end + 1
                while following < len(self._lines) and not self._lines[following].strip():
                    following += 1
                if following >= len(self._lines) or not self._lines[following].startswith(">>>"):
                    break
            end += 1
        self._code(self._taken(end), "pycon")

    def _explicit(self, line: str) -> bool:
        if found := _DIRECTIVE.match(line):
            lines = self._taken(max(self._end_of_part(self._at + 1), self._at + 1))[1:]
            self._found += _directive(found["name"], found["argument"] or "", lines, self._markup, self._depth)
        elif found := _FOOTNOTE.match(line):
            lines = self._taken(max(self._end_of_part(self._at + 1), self._at + 1))
            said = [f"[{found['label']}] {found['said'] or ''}", *map(str.strip, lines[1:])]
            self._found.append(Paragraph(self._markup.spans("\n".join(said))))
        elif _LABEL.match(line):  # a target or a comment: neither is shown
            self._taken(max(self._end_of_part(self._at + 1), self._at + 1))
        else:
            return False
        return True

    def _table(self, length: int, rows: tables.Rows | None) -> None:
        lines = self._taken(self._at + length)
        if rows is None:
            self._code(lines, "text")
        else:
            self._found.append(Table(tuple(tuple(map(self._markup.spans, row)) for row in rows)))

    def _heading(self, title: str, lines: int) -> None:
        self._at += lines
        self._found.append(Heading(self._markup.spans(title.strip())))

    def _ruled(self, line: str) -> None:
        """A line that is drawn: above a title, or between parts."""
        title = self._next()
        below = self._lines[self._at + 2] if self._at + 2 < len(self._lines) else ""
        if title.strip() and _is_rule(below, 3) and below.strip()[0] == line[0]:
            self._heading(title, 3)
            return
        self._at += 1

    def _list(self) -> None:
        items: list[Blocks] = []
        first = _number(_ITEM.match(self._lines[self._at]))
        ordered = first is not None
        while self._at < len(self._lines):
            match = _ITEM.match(self._lines[self._at])
            if match is None or (_number(match) is not None) != ordered:
                break
            end = self._end_of_item(self._at + 1)
            head, *rest = self._taken(end)
            items.append(self._below(hanging(head[match.end() :], rest)))
            while self._at < len(self._lines) and not self._lines[self._at].strip():
                self._at += 1
        self._found.append(Items(tuple(items), (first or 0) if ordered else 0))

    def _end_of_item(self, end: int) -> int:
        """Where an item ends: its lines are indented, or follow without a blank line."""
        blank = False
        last = end
        while end < len(self._lines):
            line = self._lines[end]
            if not line.strip():
                blank = True
            elif line[0] == " " or not (
                blank or _ITEM.match(line) or line.startswith(("```", "~~~", ">>>", ".. ", ":", "#"))
            ):
                last = end + 1
            else:
                break
            end += 1
        return last

    def _fields(self) -> None:
        items: list[Blocks] = []
        while self._at < len(self._lines) and (match := _FIELD.match(self._lines[self._at])):
            head = match["said"] or ""
            lines = self._taken(self._end_of_item(self._at + 1))
            said = self._below(hanging(head, lines[1:]))
            title = admonition(match["name"])
            if title:
                self._flush(items)
                self._found.append(Note(title, said))
            elif not match["name"].startswith(("meta", "no-index")):
                items.append(termed(Span("strong", match["name"]), said, ": "))
            while self._at < len(self._lines) and not self._lines[self._at].strip():
                self._at += 1
        self._flush(items)

    def _flush(self, items: list[Blocks]) -> None:
        if items:
            self._found.append(Items(tuple(items)))
            items.clear()

    def _indented(self) -> None:
        self._part(dedent(self._taken(self._end_of_part(self._at))))
        self._literal = False

    def _part(self, lines: list[str]) -> None:
        """A part that is indented."""
        if self._literal:
            self._code(lines, _info(lines, self._markup.literal))
        elif (
            lines[0].startswith(">>>") or _ITEM.match(lines[0]) or _FENCE.match(lines[0]) or lines[0].startswith(".. ")
        ):
            self._found += self._below(lines)
        elif self._markup.markdown or (self._markup.markdown is None and _reads_as_code(lines)):
            self._code(lines, _info(lines, self._markup.literal))
        else:
            self._found.append(Quote(self._below(lines)))

    def _paragraph(self) -> None:
        start = end = self._at
        while end < len(self._lines):
            line = self._lines[end]
            if not line.strip() or (end > start and self._interrupts(end)):
                break
            end += 1
        lines = self._taken(end)
        head = lines[0].rstrip()
        more = self._lines[end] if end < len(self._lines) else ""
        text = "\n".join(line.strip() for line in lines)
        if text.endswith("::"):
            text = text[:-2].rstrip() + (":" if text[:-2] and not text[:-2].endswith(" ") else "")
            self._literal = True
        else:
            self._literal = text.endswith(":") and self._markup.markdown is None and _starts_code(self._lines, end)
        if (
            len(lines) == 1 and more.startswith(" ") and not self._literal and len(head) <= LONGEST_TERM
            and not head.endswith((*_SENTENCE_END, ":")) and self._markup.markdown is not True
        ):  # fmt: skip
            self._definitions(text)
            return
        if text:
            self._found.append(Paragraph(self._markup.spans(text)))

    def _interrupts(self, at: int) -> bool:
        """Whether a line begins something else than more of a paragraph."""
        line = self._lines[at]
        if line[0] == " ":
            # more of a paragraph is not indented, but for the lines of one that hang
            return (at == self._at + 1 or not self._lines[at - 1].startswith(" ")) and (
                self._lines[at - 1].rstrip().endswith(":") or self._hangs(at)
            )
        if line[0] in "`~" and _FENCE.match(line):
            return True
        if line[0] in "-*+•" and (match := _ITEM.match(line)) and match.end() < len(line):
            return True
        if line.startswith(("1. ", "1) ", "(1) ")):
            return True
        if line[0] == ":" and self._markup.markdown is not True and _FIELD.match(line):
            return True
        following = self._lines[at + 1] if at + 1 < len(self._lines) else ""
        return (
            line.startswith((">>>", ".. ", "```"))
            or (line[0] == "#" and self._markup.markdown is True and _ATX.match(line) is not None)
            or ("|" in line and tables.begins_piped(line, following))
            or (_is_rule(following, 3) and len(following) >= len(line.rstrip()) - 1)
        )

    def _hangs(self, at: int) -> bool:
        """Whether the line above is a term that the indented lines explain."""
        head = self._lines[at - 1].rstrip()
        return (
            at == self._at + 1
            and len(head) <= LONGEST_TERM
            and not head.endswith(_SENTENCE_END)
            and self._markup.markdown is not True
        )

    def _definitions(self, text: str) -> None:
        """Read what explains a term, and the terms that follow."""
        items: list[Blocks] = []
        while text:
            start = self._at
            self._at = self._end_of_part(start)
            said = self._below(self._lines[start : self._at])
            items.append((Paragraph(tuple(_strong(self._markup.spans(text)))), *said))
            while self._at < len(self._lines) and not self._lines[self._at].strip():
                self._at += 1
            text = self._lines[self._at].strip() if self._at < len(self._lines) and self._is_term(self._at) else ""
            self._at += bool(text)
        self._found.append(Items(tuple(items)))

    def _is_term(self, at: int) -> bool:
        """Whether a line is a term, and nothing else, that the indented line below it explains."""
        line = self._lines[at].rstrip()
        below = self._lines[at + 1] if at + 1 < len(self._lines) else ""
        return (
            below[:1] == " "
            and not below.isspace()
            and line[0].isalnum()
            and len(line) <= LONGEST_TERM
            and not line.endswith((*_SENTENCE_END, ":"))
            and not _ITEM.match(line)
        )

    def _end_of_part(self, at: int) -> int:
        """Where an indented part ends."""
        end = last = at
        while end < len(self._lines) and (not self._lines[end].strip() or self._lines[end][0] == " "):
            if self._lines[end].strip():
                last = end + 1
            end += 1
        return last


def _strong(term: Spans) -> list[Span]:
    return [Span("strong", span.text) if span.kind == "text" and span.text.strip() else span for span in term]


def termed(term: Span, said: Blocks, between: str) -> Blocks:
    """Blocks that begin with a term."""
    if said and isinstance(said[0], Paragraph):
        return (Paragraph((term, Span("text", between), *said[0].spans)), *said[1:])
    return (Paragraph((term,)), *said)


def _number(match: re.Match[str] | None) -> int | None:
    """The number of an item; None if it has none."""
    if match is None:
        return None
    found = match["number"] or match["bracketed"]
    return int(found) if found else 1 if match[0].startswith("#") else None


def _is_rule(line: str, least: int = 4) -> bool:
    """Whether a line is drawn of one sign."""
    bare = line.strip()
    return len(bare) >= least and bare[0] in _UNDERLINES and not bare.strip(bare[0])


def _reads_as_code(lines: Sequence[str]) -> bool:
    written = [line for line in lines if line.strip()]
    return sum(_CODE_LIKE.search(line[:300]) is not None for line in written) * 3 >= len(written)


def _starts_code(lines: Sequence[str], at: int) -> bool:
    """Whether the indented part below reads as code."""
    while at < len(lines) and not lines[at].strip():
        at += 1
    end = at
    while end < len(lines) and end < at + 40 and (not lines[end].strip() or lines[end][0] == " "):
        end += 1
    part = lines[at:end]
    return bool(part) and not part[0].lstrip().startswith((">>>", ".. ", "```")) and _reads_as_code(part)


def _info(lines: Sequence[str], literal: str) -> str:
    if lines and lines[0].lstrip().startswith(">>>"):
        return "pycon"
    if lines and lines[0].lstrip().startswith("$ "):
        return "console"
    return literal


# --- directives

_ADMONITIONS = {
    **{
        name: name.capitalize()
        for name in [
            "note",
            "warning",
            "tip",
            "hint",
            "important",
            "caution",
            "danger",
            "error",
            "attention",
            "todo",
            "info",
            "abstract",
            "summary",
            "success",
            "question",
            "failure",
            "bug",
            "example",
            "quote",
            "remark",
            "remarks",
            "invariant",
        ]
    },
    "notes": "Note",
    "warnings": "Warning",
    "see also": "See also",
    "seealso": "See also",
    "see": "See also",
    "sa": "See also",
    "precondition": "Precondition",
    "pre": "Precondition",
    "postcondition": "Postcondition",
    "post": "Postcondition",
    "deprecated": "Deprecated",
    "since": "Since",
    "references": "References",
}


def admonition(name: str) -> str:
    """The title of a note that a name begins; empty if it begins none."""
    return _ADMONITIONS.get(name.lower(), "")


_VERSIONS = {
    "versionadded": "New in version {}",
    "version-added": "New in version {}",
    "versionchanged": "Changed in version {}",
    "version-changed": "Changed in version {}",
    "deprecated": "Deprecated since version {}",
    "version-deprecated": "Deprecated since version {}",
    "versionremoved": "Removed in version {}",
    "version-removed": "Removed in version {}",
}
_CODES = frozenset(("code-block", "code", "sourcecode", "literalinclude", "parsed-literal", "productionlist", "prompt"))
_DIAGRAMS = frozenset(("graphviz", "digraph", "mermaid", "uml", "plot", "ipython", "raw", "csv-table"))
_DOCTESTS = frozenset(("doctest", "testcode", "testoutput", "testsetup", "testcleanup"))
_UNSHOWN = frozenset(
    [
        "index",
        "currentmodule",
        "module",
        "highlight",
        "default-role",
        "role",
        "autosummary",
        "contents",
        "toctree",
        "sectionauthor",
        "codeauthor",
        "tags",
        "meta",
        "testsetup",
        "testcleanup",
    ]
)
"""Directives that are not for readers."""
_TRANSPARENT = frozenset(
    [
        "rst-class",
        "cssclass",
        "container",
        "only",
        "epigraph",
        "pull-quote",
        "topic",
        "sidebar",
        "line-block",
        "centered",
        "hlist",
        "compound",
        "tab-set",
        "tab-item",
        "details",
        "dropdown",
        "collapse",
        "rubric",
    ]
)


def version(directive: str, argument: str) -> tuple[str, str]:
    """(title, the rest of the argument) of a directive on versions; empty if it is another one."""
    form = _VERSIONS.get(directive)
    if form is None:
        return "", ""
    number, _, rest = argument.strip().partition(" ")
    bare = number.rstrip(":,.")
    return (form.format(bare) if bare else form.partition(" ")[0], rest.strip())


def _directive(name: str, argument: str, lines: list[str], markup: Markup, depth: int) -> Blocks:
    name = name.lower().rpartition(":")[2] if name.startswith(("py:", "c:", "cpp:", "js:", "rst:")) else name.lower()
    argument = argument.strip()
    if name in _UNSHOWN:
        return ()
    options, body = _options(lines)
    title, rest = version(name, argument)
    if title:
        return (Note(title, blocks(hanging(rest, body), markup, depth + 1)),)
    if name in _CODES or name in _DOCTESTS or name in _DIAGRAMS:
        said = "\n".join(dedent(body))
        info = argument.split(" ")[0] if name in _CODES else "pycon" if ">>>" in said else markup.literal
        if name in ("parsed-literal", "raw", "csv-table"):
            info = ""
        if name in _DIAGRAMS:
            info = "text"  # it would be drawn, or run
        caption = options.get("caption", "")
        above: Blocks = (Paragraph(markup.spans(caption)),) if caption else ()
        return (*above, Code(said, info)) if said else (Paragraph((Span("code", f"{name} {argument}".strip()),)),)
    if name == "math":
        said = "\n".join(filter(str.strip, [argument, *dedent(body)]))
        return (Code(said, "text"),) if said.strip() else ()
    if name in ("image", "figure"):
        alt = options.get("alt", "") or argument
        return (Paragraph((Span("text", "Image: "), Span("code", alt))), *blocks(body, markup, depth + 1))
    if name in ("list-table",):
        return (*_titled(argument, markup), *blocks(body, markup, depth + 1))
    if name == "rubric":
        return (Heading(markup.spans(argument)), *blocks(body, markup, depth + 1))
    found = admonition(name)
    if name == "admonition" and argument:
        return (Note(argument, blocks(body, markup, depth + 1)),)
    if found:
        return (Note(found, blocks(hanging(argument, body), markup, depth + 1)),)
    if name in _TRANSPARENT:
        return (*_titled(argument, markup), *blocks(body, markup, depth + 1))
    # of a directive that is not known all is shown
    head = Paragraph((Span("code", f".. {name}:: {argument}".strip()),))
    return (head, Quote(inner)) if (inner := blocks(body, markup, depth + 1)) else (head,)


def _titled(argument: str, markup: Markup) -> Blocks:
    return (Paragraph(markup.spans(argument)),) if argument else ()


def _options(lines: list[str]) -> tuple[dict[str, str], list[str]]:
    """The options below a directive, and what is below them."""
    found = {}
    at = 0
    while at < len(lines) and (match := _OPTION.match(lines[at])):
        found[match["name"]] = match["value"] or ""
        at += 1
    return found, lines[at:]


def field(name: str, type_: str, lines: Sequence[str], markup: Markup, default: str = "") -> Field:
    """A field that is described by some lines."""
    return Field(name, type_, blocks(lines, markup, 1), default)
