r"""Comments with tags -> blocks: ``@param name …``, ``\param name …``, as Doxygen, Javadoc, JSDoc and TSDoc have them.

What is above the first tag is text; what follows a tag up to the next one belongs to it. A tag that is not known stays
where it is, as code, with what it says: nothing is left out but what tells a tool where the comment belongs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import unescape
from typing import Any, NamedTuple

from .blocks import Markup, admonition, blocks, dedent, hanging
from .document import (
    KINDS,
    MOST_CHARACTERS,
    PLAIN,
    Block,
    Blocks,
    Code,
    Field,
    Fields,
    Heading,
    Note,
    Paragraph,
    Span,
    plain,
)
from .inline import Dialect


class Tags(NamedTuple):
    """How the comments of a tool are written. ``signs``: what a tag begins with; ``literal``: the language of its
    examples; ``braced``: a tag has a type in braces; ``html``: elements mark paragraphs and lists."""

    dialect: Dialect
    signs: str = "@"
    literal: str = ""
    braced: bool = False
    html: bool = False


_FIELDS = {
    **dict.fromkeys(("param", "arg", "argument"), "parameters"),
    **dict.fromkeys(("tparam", "typeparam", "template"), "type parameters"),
    **dict.fromkeys(("property", "prop"), "attributes"),
    **dict.fromkeys(("return", "returns", "result", "retval"), "returns"),
    **dict.fromkeys(("yield", "yields"), "yields"),
    **dict.fromkeys(("throws", "throw", "exception", "raises", "raise"), "raises"),
}
_UNSHOWN = frozenset(
    [
        "internal",
        "hideinitializer",
        "ingroup",
        "addtogroup",
        "defgroup",
        "name",
        "class",
        "struct",
        "fn",
        "file",
        "enum",
        "typedef",
        "overload",
        "def",
        "var",
        "override",
        "public",
        "private",
        "protected",
        "readonly",
        "static",
        "function",
        "method",
        "module",
        "packagedocumentation",
        "memberof",
        "constructor",
        "const",
        "constant",
        "kind",
        "namespace",
        "interface",
        "async",
        "generator",
        "abstract",
        "virtual",
        "sealed",
        "export",
        "ignore",
        "hidden",
        "callgraph",
        "callergraph",
        "cond",
        "endcond",
        "endinternal",
        "if",
        "endif",
        "weakgroup",
        "nosubgrouping",
    ]
)
"""Tags that tell a tool what the comment is of."""
_LEADING = frozenset(("brief", "short", "details", "description", "desc", "summary", "remarks", "li", "privateremarks"))
"""Tags whose text is part of the description."""
_VERBATIM = {"code": "endcode", "verbatim": "endverbatim", "f[": "f]", "dot": "enddot", "msc": "endmsc"}

_TAG = re.compile(
    r"[ \t]{0,20}(?P<sign>[@\\])(?P<tag>[a-zA-Z]{1,30}|f\[)(?P<mark>\[[a-z, ]{1,20}\]|\{[^{}\s]{0,30}\})?(?=[\s{\[:]|$)"
)
_TYPE = re.compile(r"\{(?P<type>(?:[^{}]|\{(?:[^{}]|\{[^{}]{0,200}\}){0,300}\}){1,500})\}[ \t]*")
_NAME = re.compile(
    r"(?:\[(?P<optional>[\w$.\[\]]{1,100}?)(?:\s?=\s?(?P<default>[^\n]{0,200}?))?\]"
    r"|(?P<name><\w{1,50}>|[\w$.*\[\]&-]{1,100}(?:,[ ]?[\w$]{1,50}){0,20}))"
    r"(?P<rest>[ \t]+-[ \t]+|[ \t]*:[ \t]|[ \t]+|$)"
)
_INLINE = frozenset(["c", "p", "a", "b", "e", "em", "ref", "n", "link", "cite", "copydoc"])


class _Section(NamedTuple):
    tag: str
    lines: list[str]


def read(text: str, style: str, tags: Tags) -> Blocks:
    """The blocks of a comment."""
    if style == PLAIN or len(text) > MOST_CHARACTERS:
        return plain(text)
    if "\t" in text:
        text = text.expandtabs(4)
    markup = Markup(text, tags.dialect, tags.literal, True if tags.html else None)
    sections = list(_sections(text.split("\n"), tags))
    return tuple(_assembled(sections, markup, tags))


def _sections(lines: Sequence[str], tags: Tags) -> Iterator[_Section]:
    """The tags with their lines, in order; the first has no name. Code between tags of its own stays in one piece."""
    tag, said = "", list[str]()
    end = ""
    fenced = False
    for line in lines:
        bare = line.lstrip()
        if end:
            if bare[:1] in tags.signs and bare[1:].startswith(end):
                yield _Section(tag, said)
                tag, said, end = "", [bare[1 + len(end) :].strip()], ""
            else:
                said.append(line)
            continue
        if bare.startswith(("```", "~~~")):
            fenced = not fenced
        match = _TAG.match(line) if not fenced and bare[:1] and bare[0] in tags.signs else None
        name = match["tag"].lower() if match else ""
        if (
            match is None
            or name in _INLINE
            or (line[0] == " " and len(line) - len(bare) > 8 and tag in ("example", ""))
        ):
            said.append(line)
            continue
        yield _Section(tag, said)
        tag, said = name, [(match["mark"] or "") + line[match.end() :]]
        if name in _VERBATIM:
            tag, end = f"{name}!", _VERBATIM[name]
    yield _Section(tag, said)


def _assembled(sections: Sequence[_Section], markup: Markup, tags: Tags) -> Iterator[Block]:
    """The description, then fields by their kinds, then notes."""
    fields: dict[str, list[Field]] = {}
    notes: list[Block] = []
    of: list[Field] | list[Block] | None = None
    """What code between tags of its own, and the text below it, belong to; None for the description."""
    for tag, lines in sections:
        if not tag or tag in _LEADING or tag.endswith("!"):
            if tag in _LEADING:
                of = None
            said = _described(tag, lines, markup, tags)
            if of is None:
                yield from said
            elif of is notes:
                notes += said
            else:
                _continue(of, said)
        elif tag in _FIELDS:
            kind = _FIELDS[tag]
            made = _field(tag, kind, lines, markup, tags)
            if made.name.startswith("<"):
                kind, made = "type parameters", made._replace(name=made.name.strip("<>"))
            found = fields.setdefault(kind, [])
            found.append(made)
            of = found
        elif tag not in _UNSHOWN:
            notes += _note(tag, lines, markup, tags)
            of = notes
    for kind in KINDS:
        if kind in fields:
            yield Fields(kind, tuple(fields[kind]))
    yield from notes


def _described(tag: str, lines: list[str], markup: Markup, tags: Tags) -> Blocks:
    """Text, or code between tags of its own."""
    if tag.endswith("!"):
        code = _verbatim(tag, lines)
        return () if code is None else (code,)
    return _text(hanging(f"- {lines[0].strip()}", lines[1:]) if tag == "li" else lines, markup, tags)


def _continue(fields: list[Any], said: Blocks) -> None:
    """Add to what the last of the fields says."""
    fields[-1] = fields[-1]._replace(blocks=(*fields[-1].blocks, *said))


def _field(tag: str, kind: str, lines: list[str], markup: Markup, tags: Tags) -> Field:
    head = lines[0].strip()
    direction = ""
    if head.startswith("[") and tag in ("param", "tparam") and not tags.braced and (end := head.find("]")) > 0:
        direction, head = head[1:end].replace(",", ", "), head[end + 1 :].lstrip()
    type_ = name = default = ""
    if (tags.braced or kind == "attributes") and (found := _TYPE.match(head)):
        type_, head = found["type"].strip(), head[found.end() :]
    if kind in ("parameters", "type parameters", "attributes") or tag == "retval":
        if named := _NAME.match(head):
            name, default = named["name"] or named["optional"] or "", named["default"] or ""
            head = head[named.end() :]
    elif kind == "raises" and not type_:
        type_, _, head = head.partition(" ")
        if type_.startswith(("{@", "<")) or type_.rstrip(":,.") in ("If", "if", "When", "An", "A", "The", "when"):
            type_, head = "", f"{type_} {head}"
    head = head.removeprefix("- ").removeprefix(": ")
    said = _text(hanging(head, lines[1:]), markup, tags)
    if direction and said and isinstance(said[0], Paragraph):
        said = (Paragraph((Span("text", f"({direction}) "), *said[0].spans)), *said[1:])
    elif direction:
        said = (Paragraph((Span("text", f"({direction})"),)),)
    return Field(name, type_.rstrip(":") if kind == "raises" else type_, said, default)


_TITLES = {
    "defaultvalue": "Default",
    "default": "Default",
    "author": "Author",
    "version": "Version",
    "date": "Date",
    "serial": "Serial",
    "copyright": "Copyright",
    "license": "License",
    "test": "Test",
    "type": "Type",
}


def _note(tag: str, lines: list[str], markup: Markup, tags: Tags) -> Blocks:
    head = lines[0].strip()
    if tag in ("example", "examples", "usage"):
        return (Heading((Span("text", "Example"),)), *_example(hanging(head, lines[1:]), markup, tags))
    if tag == "par":
        title = head.rstrip(":")
        return (*((Heading(markup.spans(title)),) if title else ()), *_text(lines[1:], markup, tags))
    said = hanging(head, lines[1:])
    if tag in ("see", "sa", "seealso"):
        return (Note("See also", _see(said, markup, tags)),)
    if tag == "type" and (found := _TYPE.match(head)):
        return (Note("Type", (Paragraph((Span("code", found["type"]),)),)),)
    title = admonition(tag) or _TITLES.get(tag, "")
    if title:
        return (Note(title, _text(said, markup, tags)),)
    found_text = _text(said, markup, tags)
    name = Span("code", f"@{tag}")
    if found_text and isinstance(found_text[0], Paragraph):
        return (Paragraph((name, Span("text", " "), *found_text[0].spans)), *found_text[1:])
    return (Paragraph((name,)), *found_text)


_REFERENCE = re.compile(r"(?P<name>#?[A-Za-z_][\w.:#]{0,200}(?:\([^()]{0,200}\))?)(?P<rest>\s.*|$)", re.DOTALL)


def _see(lines: list[str], markup: Markup, tags: Tags) -> Blocks:
    said = "\n".join(lines).strip()
    match = _REFERENCE.match(said)
    if match is None or not (match["rest"].strip() == "" or re.search(r"[.#:(]", match["name"])):
        return _text(lines, markup, tags)
    name = match["name"]
    shown = name.replace("#", ".").lstrip(".")
    target = re.sub(r"::|#", ".", name.partition("(")[0]).strip(".")
    return (Paragraph((Span("name", shown, target), *_rest(match["rest"], markup))),)


def _rest(text: str, markup: Markup) -> tuple[Span, ...]:
    return (Span("text", " "), *markup.spans(text.strip())) if text.strip() else ()


def _example(lines: list[str], markup: Markup, tags: Tags) -> Blocks:
    """An example is code, unless it has code of its own."""
    above: Blocks = ()
    if lines and (match := re.match(r"\s*<caption>(.{0,300}?)</caption>", lines[0])):
        above, lines = (Paragraph(markup.spans(match[1])),), [lines[0][match.end() :], *lines[1:]]
    said = "\n".join(dedent(lines))
    if "```" in said or "<pre" in said or "{@link" in said:
        return (*above, *_text(lines, markup, tags))
    return (*above, Code(said, tags.literal)) if said.strip() else above


def _verbatim(tag: str, lines: list[str]) -> Code | None:
    info = ""
    first = lines[0].strip()
    if first.startswith("{") and "}" in first:
        info, _, first = first[1:].partition("}")
        info = info.strip(".")
    said = "\n".join(dedent([first, *lines[1:]] if first.strip() else lines[1:]))
    return Code(said, info if tag == "code!" else "text") if said.strip() else None


def _text(lines: Sequence[str], markup: Markup, tags: Tags) -> Blocks:
    if not tags.html or not any("<" in line or "{@code" in line for line in lines):
        return blocks(lines, markup)
    return tuple(_of_html("\n".join(lines), markup, tags))


# --- HTML in comments

_LITERALS = (("<pre>", "</pre>"), ("<pre ", "</pre>"), ("<code>\n", "</code>"), ("<listing>", "</listing>"))
_BREAKS = re.compile(
    r"<(?P<close>/?)(?P<name>p|br|ul|ol|dl|li|dt|dd|h[1-6]|blockquote|hr|div|table|tr|td|th|thead|tbody|caption)\b[^<>]{0,300}>",
    re.IGNORECASE,
)
_BRACED_CODE = re.compile(r"\s*\{@code\b")
_ELEMENT = re.compile(r"</?[a-zA-Z][^<>]{0,300}>")


def _of_html(text: str, markup: Markup, tags: Tags) -> Iterator[Block]:
    """The blocks of a text in which elements mark paragraphs, lists and code."""
    at = 0
    places: dict[str, int] = {}
    while (begin := _first(text, at, places)) is not None:
        start, opening, end, closing = begin
        yield from blocks(_lines(text[at:start]), markup)
        inside = text[start + len(opening) : end]
        if opening.endswith(" "):
            inside = inside.partition(">")[2]
        yield from _literal(inside, tags)
        at = end + len(closing)
    yield from blocks(_lines(text[at:]), markup)


def _first(text: str, at: int, places: dict[str, int]) -> tuple[int, str, int, str] | None:
    """The first element with code from ``at`` on that is closed: (start, its tag, end, its closing tag). ``places``:
    where each tag is next, which is looked for once; -1 if it is nowhere."""
    found = None
    for opening, closing in _LITERALS:
        start = places.get(opening, 0)
        if 0 <= start < at or opening not in places:
            start = places[opening] = text.find(opening, at)
        if start < 0 or (found is not None and start >= found[0]):
            continue
        end = text.find(closing, start)
        if end < 0:
            places[opening] = -1
        else:
            found = (start, opening, end, closing)
    return found


def _literal(inside: str, tags: Tags) -> Iterator[Code]:
    match = _BRACED_CODE.match(inside)
    said = inside
    if match is not None:
        said = inside[match.end() :].rstrip().removesuffix("}")
    else:
        said = unescape(_ELEMENT.sub("", inside).replace("{@literal @}", "@"))
    said = "\n".join(dedent(said.split("\n")))
    if said.strip():
        yield Code(said, tags.literal)


def _lines(text: str) -> list[str]:
    """A text whose elements have become blank lines and marks of lists, with its indentation removed."""
    ordered: list[bool] = []
    count: list[int] = []

    def marked(match: re.Match[str]) -> str:
        name, closes = match["name"].lower(), bool(match["close"])
        if name in ("ul", "ol"):
            if closes and ordered:
                ordered.pop()
                count.pop()
            elif not closes and len(ordered) < 20:
                ordered.append(name == "ol")
                count.append(0)
            return "\n\n"
        if name == "li" and not closes:
            if not ordered:
                return "\n- "
            count[-1] += 1
            mark = f"{min(count[-1], 9999)}. " if ordered[-1] else "- "
            return "\n" + "\0" * (len(ordered) - 1) + mark
        if name == "dt" and not closes:
            return "\n- "
        if name[0] == "h" and name != "hr":
            return "\n\n" if closes else "\n\n# "
        if name in ("td", "th"):
            return " " if closes else ""
        return "\n\n" if name in ("p", "div", "blockquote", "dl", "hr", "table", "tr") else "\n"

    if "<" not in text:
        return text.split("\n")
    folded = re.sub(r"[ ]*\n[ ]*", "\n", text)
    lines = _BREAKS.sub(marked, folded).split("\n")
    return _nested(lines)


def _nested(lines: Sequence[str]) -> list[str]:
    """Lines with the items of lists in lists indented: a NUL marks a level."""
    found = []
    depth = 0
    for line in lines:
        bare = line.strip(" ")
        level = len(bare) - len(bare.lstrip("\0"))
        bare = bare.replace("\0", "").strip()
        if re.match(r"(?:-|\d{1,4}\.) ", bare):
            depth = level
            found.append("    " * depth + bare)
        else:
            found.append(bare)
    return found
