"""Docstrings -> blocks: the sections of Google, NumPy, Sphinx and Epydoc, and the markup in and between them.

The style is that of which the text has the most sections or fields. A section's title must be at the first column, as
all of these ask for. What a section has that is no field of it becomes a field without a name: nothing is left out.

griffe's parsers are not used: they leave out lines that are not ``name: description``, fold the lines of Sphinx's
fields into one, know nothing of Epydoc's, and take 0.1 s to import. The tests compare sections and names with theirs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from ..markup.blocks import Markup, admonition, blocks, dedent, field, hanging, version
from ..markup.document import (
    AUTO,
    KINDS,
    MOST_CHARACTERS,
    PLAIN,
    Block,
    Blocks,
    Field,
    Fields,
    Heading,
    Items,
    Note,
    Paragraph,
    Span,
    plain,
)
from ..markup.inline import spans

MOST_NAMES = 2_000
"""Names in full of one source's documentation that are looked up: those that come first."""
_IN_FULL = re.compile(r"(?:(?<!`)[`<]~?\.?|\]\[)([A-Za-z_]\w*(?:\.\w+)+)(?:\(\))?[`>\]]")
"""Not in two signs, which are text as it is."""

GOOGLE, NUMPY, SPHINX, EPYDOC = "google", "numpy", "sphinx", "epydoc"

_GOOGLE_KINDS = {
    "args": "parameters",
    "arguments": "parameters",
    "params": "parameters",
    "parameters": "parameters",
    "keyword args": "other parameters",
    "keyword arguments": "other parameters",
    "other args": "other parameters",
    "other arguments": "other parameters",
    "other params": "other parameters",
    "other parameters": "other parameters",
    "type args": "type parameters",
    "type arguments": "type parameters",
    "type params": "type parameters",
    "type parameters": "type parameters",
    "raises": "raises",
    "exceptions": "raises",
    "returns": "returns",
    "yields": "yields",
    "receives": "receives",
    "attributes": "attributes",
    "functions": "functions",
    "methods": "functions",
    "classes": "classes",
    "type aliases": "type aliases",
    "modules": "modules",
    "warns": "warns",
    "warnings": "warns",
}
_NUMPY_KINDS = {
    **{name: name for name in KINDS},
    "methods": "functions",
}
_TEXTS = frozenset(("example", "examples"))
_SPHINX_KINDS = {
    **dict.fromkeys(("param", "parameter", "arg", "argument"), "parameters"),
    **dict.fromkeys(("key", "keyword", "kwarg"), "parameters"),
    **dict.fromkeys(("var", "ivar", "cvar"), "attributes"),
    **dict.fromkeys(("returns", "return"), "returns"),
    **dict.fromkeys(("yields", "yield"), "yields"),
    **dict.fromkeys(("raises", "raise", "except", "exception"), "raises"),
    **dict.fromkeys(("warns", "warn"), "warns"),
}
_TYPES = frozenset(("type", "vartype", "rtype", "ytype"))

_WORDS = "|".join
_GOOGLE = re.compile(
    rf"^(?:{_WORDS(sorted(_GOOGLE_KINDS))}):[ \t]*\n(?:[ \t]*\n)?[ \t]+\S", re.MULTILINE | re.IGNORECASE
)
_NUMPY = re.compile(
    rf"^(?:{_WORDS(sorted(_NUMPY_KINDS))}|see also|notes|references|examples)[ \t]*\n-{{3,}}[ \t]*$",
    re.MULTILINE | re.IGNORECASE,
)
_FIELD_WORDS = _WORDS(sorted((*_SPHINX_KINDS, *_TYPES), key=len, reverse=True))
_SPHINX = re.compile(rf"^:(?:{_FIELD_WORDS})(?:[ \t][^:\n]*)?:", re.MULTILINE)
_EPYDOC = re.compile(rf"^@(?:{_FIELD_WORDS})(?:[ \t][^:\n]*)?:", re.MULTILINE)


def read(text: str, style: str) -> Blocks:
    """The blocks of a docstring."""
    if style == PLAIN or len(text) > MOST_CHARACTERS:
        return plain(text)
    if _WORDS_ALONE.fullmatch(text):
        return (Paragraph(spans(text)),)
    if "\t" in text:
        text = text.expandtabs()
    if style == AUTO:
        style = style_of(text)
    if style == EPYDOC:
        text = _of_epydoc(text)
        style = SPHINX
    lines, markup = text.split("\n"), Markup(text, literal="python")
    if style not in (NUMPY, SPHINX) and not _TITLED.search(text):
        return blocks(lines, markup)
    reader = {NUMPY: _numpy, SPHINX: _sphinx}.get(style, _google)
    return tuple(reader(lines, markup))


def style_of(text: str) -> str:
    """The style of which the text has the most; empty if it has none."""
    found = {}
    if "--" in text:
        found[NUMPY] = len(_NUMPY.findall(text))
    if ":" in text:
        found[GOOGLE] = len(_GOOGLE.findall(text))
        found[SPHINX] = len(_SPHINX.findall(text))
        if "@" in text:
            found[EPYDOC] = len(_EPYDOC.findall(text))
    style = max(found, key=lambda each: found[each], default="")
    return style if found.get(style) else ""


# --- Google

_WORDS_ALONE = re.compile(r"[A-Za-z][^\n\t:|{@]*")
"""A docstring of one line that is a paragraph in every style."""
_TITLED = re.compile(r"^[A-Za-z][A-Za-z -]{0,40}:", re.MULTILINE)
"""What begins every section."""
_TITLE = re.compile(r"(?P<title>[A-Za-z][A-Za-z -]{0,40}):(?:[ \t]+(?P<said>\S.*))?[ \t]*$")
_PARAMETER = re.compile(
    r"(?:[-*] )?(?P<name>`{0,2}\\?\*{0,2}(?:\\_)?\w[\w.\\-]{0,100}(?:\[\w{1,30}\]\w{0,30})?`{0,2}"
    r"(?:(?:, | / |/)`{0,2}\*{0,2}\w{1,100}`{0,2}){0,20})"
    r"(?:[ \t]{0,9}\((?P<type>.{1,1000}?)\)|[ \t](?P<bare>[^\s:(][^\s:]{0,200}))?[ \t]{0,9}:(?:[ \t]+|$)"
)
_TYPED = re.compile(
    r"(?P<type>(?:[^\W\d]|~)[\w.~]*(?:\[.{1,500}\])?(?: (?:or|\|) [\w.~]+(?:\[.{1,500}\])?){0,9}):(?:[ \t]+|$)"
)
_EXCEPTION = re.compile(r"(?P<type>[^\s:][^:]{0,200}):(?:[ \t]+|$)")


def _google(lines: Sequence[str], markup: Markup) -> Iterator[Block]:
    text: list[str] = []
    at = 0
    fenced = ""
    while at < len(lines):
        line = lines[at]
        bare = line.lstrip(" ")
        if bare.startswith(("```", "~~~")):
            fenced = "" if fenced and bare.startswith(fenced) else fenced or bare[:3]
        found = None if fenced or ":" not in line else _TITLE.match(line)
        end = _end(lines, at + 1) if found else 0
        name = " ".join(found["title"].lower().split()) if found and end > at + 1 else ""
        kind = _GOOGLE_KINDS.get(name, "") if found and not found["said"] else ""
        note = admonition(name) if name and not kind and name not in _TEXTS else ""
        if not (kind or (name in _TEXTS and found and not found["said"]) or note):
            text.append(line)
            at += 1
            continue
        yield from blocks(text, markup)
        text = []
        body = dedent(lines[at + 1 : end])
        at = end
        if kind:
            items = list(_google_fields(kind, body, markup))
            yield Fields(kind, tuple(items), _own_title(name, kind))
        elif note:
            said = found["said"] if found else ""
            yield Note(note, blocks(hanging(said or "", body), markup, 1))
        else:
            yield Heading((Span("text", name.capitalize()),))
            yield from _examples(body, markup)
    yield from blocks(text, markup)


def _own_title(name: str, kind: str) -> str:
    """The title of a section, if it says more than that of its kind."""
    return {"keyword args": "Keyword arguments", "keyword arguments": "Keyword arguments", "methods": "Methods"}.get(
        name, ""
    )


def _end(lines: Sequence[str], at: int) -> int:
    """Where the indented part from a line on ends; ``at`` if there is none. One blank line may be above it."""
    end = last = at
    while end < len(lines):
        line = lines[end]
        if line and not line.isspace():
            if line[0] != " ":
                break
            last = end + 1
        elif end > at and last == at:
            return at
        end += 1
    return last


def _items(lines: Sequence[str]) -> Iterator[list[str]]:
    """The lines of each item: what is indented belongs to the one above."""
    item: list[str] = []
    for line in lines:
        if item and line and line[0] != " " and not line.isspace():
            yield item
            item = []
        item.append(line)
    if item:
        yield item


def _google_fields(kind: str, body: list[str], markup: Markup) -> Iterator[Field]:
    if kind in ("returns", "yields", "receives"):
        yield _result(body, markup)
        return
    pattern = _EXCEPTION if kind in ("raises", "warns") else _PARAMETER
    unnamed: list[str] = []
    for item in _items(body):
        match = pattern.match(item[0])
        if match is None:
            unnamed += item
            continue
        if unnamed:
            yield field("", "", unnamed, markup)
            unnamed = []
        said = hanging(item[0][match.end() :], item[1:])
        if pattern is _EXCEPTION:
            yield field("", match["type"].strip("` "), said, markup)
        else:
            name = match["name"].replace("`", "").replace("\\", "")
            type_ = (match["type"] or match["bare"] or "").strip()
            yield field(name, _without_optional(type_), said, markup)
    if unnamed:
        yield field("", "", unnamed, markup)


def _without_optional(type_: str) -> str:
    return type_.removesuffix("optional").rstrip().rstrip(",") if type_.endswith("optional") else type_


def _result(body: list[str], markup: Markup) -> Field:
    """All that is said of a result: ``type: description``, or a description alone."""
    match = _TYPED.match(body[0]) if body else None
    if match is None:
        return field("", "", body, markup)
    return field("", match["type"], hanging(body[0][match.end() :], body[1:]), markup)


def _examples(body: list[str], markup: Markup) -> Blocks:
    """The blocks of examples. Where no example is marked, and all reads as code, it is."""
    return blocks(body, markup, 1)


# --- NumPy

_NAMED = re.compile(r"(?P<name>[^:]{1,300}?)[ \t]{0,9}:(?:[ \t]+|$)")
_NAMES = re.compile(r"\*{0,2}[\w.`\\]+(?:, ?\*{0,2}[\w.`\\]+){0,30}$")


def _is_dashed(line: str) -> bool:
    bare = line.strip()
    return len(bare) > 1 and not bare.strip("-")


def _numpy(lines: Sequence[str], markup: Markup) -> Iterator[Block]:
    text: list[str] = []
    at = 0
    fenced = False
    while at < len(lines):
        line = lines[at]
        if line.lstrip(" ").startswith("```"):
            fenced = not fenced
        if fenced or at + 1 == len(lines) or not line.strip() or not _is_dashed(lines[at + 1]) or _is_dashed(line):
            text.append(line)
            at += 1
            continue
        yield from blocks(text, markup)
        text = []
        end = at + 2
        inner = False
        while end < len(lines):
            if lines[end].lstrip(" ").startswith("```"):
                inner = not inner
            following = lines[end + 1] if end + 1 < len(lines) else ""
            if not inner and lines[end].strip() and _is_dashed(following) and not _is_dashed(lines[end]):
                break
            end += 1
        yield from _numpy_section(line.strip(), dedent(lines[at + 2 : end]), markup)
        at = end
    yield from blocks(text, markup)


def _numpy_section(title: str, body: list[str], markup: Markup) -> Iterator[Block]:
    name = title.lower()
    kind = _NUMPY_KINDS.get(name, "")
    if kind and body:
        yield Fields(kind, tuple(_numpy_fields(kind, body, markup)), _own_title(name, kind))
    elif name == "deprecated" and body:
        heading, rest = version("deprecated", body[0])
        yield Note(heading, blocks(hanging(rest, body[1:]), markup, 1))
    elif name == "see also":
        yield Heading((Span("text", title),))
        yield Items(tuple(_see_also(body, markup))) if body else Paragraph(())
    else:
        yield Heading(markup.spans(title))
        yield from blocks(body, markup, 1)


def _numpy_fields(kind: str, body: list[str], markup: Markup) -> Iterator[Field]:
    for item in _items(body):
        head, said = item[0].strip(), item[1:]
        if kind in ("raises", "warns"):
            yield field("", head, said, markup)
        elif kind in ("returns", "yields", "receives"):
            name, colon, type_ = head.partition(":")
            named = colon and _NAMES.match(name.strip())
            yield field(name.strip() if named else "", type_.strip() if named else head, said, markup)
        else:
            match = _NAMED.match(head)
            name = match["name"] if match else head
            if _NAMES.match(name.strip()):
                shown = name.strip().replace("`", "").replace("\\", "")
                yield field(shown, head[match.end() :].strip() if match else "", said, markup)
            else:
                yield field("", "", hanging(head, said), markup)


def _see_also(body: list[str], markup: Markup) -> Iterator[Blocks]:
    for item in _items(body):
        names, _, rest = item[0].partition(" :")
        said = hanging(rest.strip(), item[1:])
        found = spans(names.strip()) if "`" in names else _listed(names)
        yield (Paragraph(found), *()) if not any(map(str.strip, said)) else _joined(found, blocks(said, markup, 2))


def _listed(names: str) -> tuple[Span, ...]:
    """Names that commas divide; anything else is text."""
    parts = [part.strip() for part in names.split(",")]
    if not all(re.fullmatch(r"[\w.]+", part) for part in parts):
        return spans(names)
    listed = [each for part in parts for each in (Span("text", ", "), Span("name", part, part))]
    return tuple(listed[1:])


def _joined(head: tuple[Span, ...], said: Blocks) -> Blocks:
    if said and isinstance(said[0], Paragraph):
        return (Paragraph((*head, Span("text", ": "), *said[0].spans)), *said[1:])
    return (Paragraph(head), *said)


# --- Sphinx and Epydoc

_DIRECTIVE_FIELD = re.compile(
    rf":(?P<word>{_FIELD_WORDS})(?:[ \t]+(?P<argument>(?:[^:\n]|:(?! |$)){{1,300}}?))?[ \t]*:(?:[ \t]+(?P<said>.*))?$"
)


def _sphinx(lines: Sequence[str], markup: Markup) -> Iterator[Block]:
    before: list[str] = []
    after: list[str] = []
    fields: dict[str, list[tuple[str, str, list[str]]]] = {}
    types: dict[tuple[str, str], str] = {}
    at = 0
    while at < len(lines):
        match = _DIRECTIVE_FIELD.match(lines[at]) if lines[at][:1] == ":" else None
        if match is None:
            (after if fields or types else before).append(lines[at])
            at += 1
            continue
        end = _end_of_field(lines, at + 1)
        said = hanging(match["said"] or "", lines[at + 1 : end])
        at = end
        word, argument = match["word"], " ".join((match["argument"] or "").split())
        if word in _TYPES:
            types[word, argument.replace("\\", "").lstrip("*")] = " ".join(" ".join(said).split())
        elif (kind := _SPHINX_KINDS[word]) in ("raises", "warns", "returns", "yields"):
            fields.setdefault(kind, []).append(("", argument, said))
        else:
            type_, _, name = argument.rpartition(" ")
            fields.setdefault(kind, []).append((name.replace("\\", ""), type_, said))
    described = [Fields(kind, tuple(_described(kind, fields.get(kind, []), types, markup))) for kind in KINDS]
    untyped = tuple(_untold(types, markup))
    yield from blocks(before, markup)
    for each in described:
        more = untyped if each.kind == "parameters" else ()
        if each.fields or more:
            yield Fields(each.kind, (*each.fields, *more))
    yield from blocks(after, markup)


_TYPE_WORDS = {
    "parameters": ("type",),
    "attributes": ("vartype", "type"),
    "returns": ("rtype",),
    "yields": ("ytype",),
}


def _described(
    kind: str, found: Sequence[tuple[str, str, list[str]]], types: dict[tuple[str, str], str], markup: Markup
) -> Iterator[Field]:
    """Fields with their types, which are no longer in ``types`` then; a type alone is a result."""
    for name, type_, said in found:
        places = [(word, name.lstrip("*")) for word in _TYPE_WORDS.get(kind, ())]
        place = next((each for each in places if each in types), None)
        yield field(name, type_ or (types.pop(place) if place else ""), said, markup)
    for word in _TYPE_WORDS.get(kind, ()):
        if not found and (word, "") in types and word in ("rtype", "ytype"):
            yield field("", types.pop((word, "")), (), markup)


def _untold(types: dict[tuple[str, str], str], markup: Markup) -> Iterator[Field]:
    """Of parameters of which only the type is said."""
    for (word, name), type_ in types.items():
        if name and word == "type":
            yield field(name, type_, (), markup)


def _end_of_field(lines: Sequence[str], at: int) -> int:
    """Where a field ends: its lines are indented, or follow without a blank line."""
    end = last = at
    blank = False
    while end < len(lines):
        line = lines[end]
        if not line.strip():
            blank = True
        elif line[0] == " " or not (blank or line.startswith((":", ".. ", ">>>", "```"))):
            last = end + 1
        else:
            break
        end += 1
    return last


_EPYDOC_FIELD = re.compile(r"^@([a-z]{1,20})((?:[ \t]+[^:\n]{1,300})?):", re.MULTILINE)
_EPYDOC_MARK = re.compile(r"\b([BCGILMSUVX])\{([^{}]{0,300})\}")
_EPYDOC_ROLES = {"B": "**{}**", "I": "*{}*", "L": ":obj:`{}`", "U": "{}"}


def _of_epydoc(text: str) -> str:
    """Epydoc's fields and marks as Sphinx has them."""
    text = _EPYDOC_FIELD.sub(r":\1\2:", text)
    if "{" not in text:
        return text
    text = _EPYDOC_MARK.sub(lambda match: _EPYDOC_ROLES.get(match[1], "``{}``").format(match[2]), text)
    return text.replace("E{lb}", "{").replace("E{rb}", "}")


def names_in(docs: Iterable[str]) -> set[str]:
    """The names in full (``a.b.C``) that docstrings have in roles, as code and as targets of links."""
    found = dict.fromkeys(match[1] for doc in docs if doc for match in _IN_FULL.finditer(doc))
    return set(islice(found, MOST_NAMES))
