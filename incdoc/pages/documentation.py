"""The blocks of a documentation -> Markdown that shows them, on GitHub and in MkDocs.

All text is escaped (``markdown``); what is written here is the only markup. The page keeps its structure whatever a
documentation has: a title is a bold line, no anchor is made, code is in fences at the first column (Python-Markdown
knows no others) and only lists are indented, by four columns a level. A cell of a table is one line, so its blocks are
divided by breaks.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from urllib.parse import quote

from incdoc.languages import load
from incdoc.languages.markup.document import (
    KINDS,
    Block,
    Blocks,
    Code,
    Field,
    Fields,
    Heading,
    Items,
    Note,
    Paragraph,
    Quote,
    Span,
    Spans,
    Table,
)
from incdoc.languages.view import HeadParameter
from incdoc.pages.markdown import code, fence, link, prose, shown, text

Resolve = Callable[[str], str]
"""The target of a link to the definition that a name means; empty where that is not without doubt."""
Head = Callable[[], tuple[Mapping[str, HeadParameter], str]]
_DEEPEST_LIST = 4
_BREAK = "<br>"
_UNSAFE = re.compile(r"[^\w/:?#@!,;=~+%.&-]", re.ASCII)


class Writer:
    """Writes the documentation of one definition. ``head``: what its head says of each parameter, by name, and the type
    of its result; asked for where the documentation has a table of them. ``types``: as ``resolve``, for a type."""

    def __init__(self, resolve: Resolve, head: Head = lambda: ({}, ""), types: Resolve | None = None) -> None:
        self._resolve = resolve
        self._types = types or resolve
        self._head = head

    def write(self, blocks: Blocks) -> str:
        """The Markdown of all blocks, without blank lines at its ends."""
        return "\n\n".join(filter(None, self._all(blocks)))

    def _all(self, blocks: Iterable[Block]) -> Iterator[str]:
        for block in blocks:
            yield from self._block(block)

    def _block(self, block: Block) -> Iterator[str]:
        match block:
            case Paragraph(spans):
                yield self.line(spans)
            case Heading(spans):
                yield _bold(self.line(spans))
            case Code(said, info):
                yield fence(shown(said), info)
            case Items():
                yield from self._items(block, 0)
            case Quote(inner):
                yield from self._quote(inner)
            case Note(title, inner):
                yield from self._note(title, inner)
            case Table(rows):
                yield self._table(rows)
            case Fields():
                yield self._fields(block)

    def _quote(self, blocks: Blocks) -> Iterator[str]:
        """Paragraphs in quotations; what else there is follows as it would elsewhere."""
        for block in blocks:
            if isinstance(block, Paragraph):
                if line := self.line(block.spans):
                    yield f"> {line}"
            else:
                yield from self._block(block)

    def _note(self, title: str, blocks: Blocks) -> Iterator[str]:
        first, *rest = blocks or (Paragraph(()),)
        head = text(title)
        if isinstance(first, Paragraph):
            said = self.line(first.spans)
            yield f"> **{head}:** {said}" if said else f"> **{head}**"
            yield from self._all(rest)
        else:
            yield f"> **{head}**"
            yield from self._all(blocks)

    def _items(self, block: Items, depth: int) -> Iterator[str]:
        """Items below each other in one piece, as far as nothing is in them that is no text: that ends the lists
        around it, and what follows begins at the first column."""
        lines: list[str] = []
        listed = False
        indent = "    " * min(depth, _DEEPEST_LIST)
        number = block.first if block.first and block.first + len(block.items) <= 100 else 0
        for item in block.items:
            mark = f"{number}. " if number else "- "
            number += bool(number)
            first = True
            for inner in item or (Paragraph(()),):
                if isinstance(inner, Paragraph | Heading):
                    line = self.line(inner.spans)
                    said = _bold(line) if isinstance(inner, Heading) else line
                    if not said and not first:
                        continue
                    said = said or "&nbsp;"
                    if first:
                        lines.append(f"{indent}{mark}{said}")
                        listed = True
                    elif listed:
                        lines.append(f"\n{indent}    {said}")
                    else:
                        yield said
                elif isinstance(inner, Items):
                    if first:
                        lines.append(f"{indent}{mark}&nbsp;")
                        listed = True
                    for piece in self._items(inner, depth + 1 if listed else 0):
                        if lines and piece.startswith(" "):
                            lines.append(piece)
                            continue
                        if lines:
                            yield "\n".join(lines)
                        yield piece
                        lines, depth, indent, listed = [], 0, "", False
                else:
                    if first:
                        lines.append(f"{indent}{mark}&nbsp;")
                    if lines:
                        yield "\n".join(lines)
                    yield from self._block(inner)
                    lines, depth, indent, listed = [], 0, "", False
                first = False
        if lines:
            yield "\n".join(lines)

    def _table(self, rows: tuple[tuple[Spans, ...], ...]) -> str:
        cells = [[self.line(cell, True) for cell in row] for row in rows]
        head, *body = (f"| {' | '.join(row)} |" for row in cells)
        return "\n".join([head, "|---" * len(cells[0]) + "|", *body])

    # fields

    def _fields(self, block: Fields) -> str:
        title = f"**{text(block.title or KINDS[block.kind])}**"
        rows = [self._row(block.kind, each) for each in block.fields]
        typed = {"raises": "Exception", "warns": "Warning"}.get(block.kind, "Type")
        columns = enumerate(("Name", typed, "Default", "Description"))
        kept = [(name, at) for at, name in columns if any(row[at] for row in rows)]
        if not kept:
            return title
        head = f"| {' | '.join(name for name, _ in kept)} |\n{'|---' * len(kept)}|"
        return "\n".join([title + "\n", head, *(f"| {' | '.join(row[at] for _, at in kept)} |" for row in rows)])

    def _row(self, kind: str, found: Field) -> tuple[str, str, str, str]:
        known = self._known(kind, found.name)
        type_ = found.type or (known.type if known else "")
        if not type_ and kind == "returns" and not found.name:
            type_ = self._head()[1]
        default = found.default or (known.default if known else "")
        return (
            code(found.name, True) if found.name else "",
            self.type(type_),
            code(default, True) if default else "required" if known and known.required else "",
            self.cell(found.blocks),
        )

    def _known(self, kind: str, name: str) -> HeadParameter | None:
        if kind not in _PARAMETERS or not name:
            return None
        return self._head()[0].get(name.lstrip("*"))

    def type(self, written: str) -> str:
        """A type, for a table's cell."""
        if not written:
            return ""
        if "`" in written:
            from incdoc.languages.markup.inline import spans

            return self.line(spans(written), True)
        found = self._types(written)
        return link(code(written, True), found) if found else code(written, True)

    def _code(self, label: str, target: str, cell: bool) -> str:
        """Code that leads to what it names, if that is known."""
        found = self._resolve(target) if target else ""
        return link(code(label, cell), found) if found else code(label, cell)

    # lines

    def line(self, spans: Spans, cell: bool = False) -> str:
        """A paragraph in one line; ``cell``: for a table's cell."""
        pieces = [self._span(span, cell) for span in spans]
        for at, span in enumerate(spans):
            if (mark := _MARKS.get(span.kind)) and pieces[at]:
                before, after = pieces[at - 1][-1:] if at else "", "".join(pieces[at + 1 : at + 2])[:1]
                pieces[at] = _marked(pieces[at], mark, before in _BEFORE and after in _AFTER)
        return "".join(pieces).strip(" ")

    def _span(self, span: Span, cell: bool) -> str:
        match span.kind:
            case "code":
                return code(span.text, cell) if span.text.strip() else ""
            case "name":
                return self._code(span.text, span.target, cell) if span.text.strip() else ""
            case "title":
                found = self._resolve(span.target)
                return link(text(span.text), found) if found else _spaced(span.text)
            case "strong" | "emphasis":
                return text(span.text)
            case "link":
                return link(text(span.text) or text(span.target), _address(span.target))
        return _spaced(span.text)

    def cell(self, blocks: Blocks) -> str:
        """Blocks in one line, divided by breaks."""
        return _BREAK.join(filter(None, self._cells(blocks, 0)))

    def _cells(self, blocks: Blocks, depth: int) -> Iterator[str]:
        for block in blocks:
            match block:
                case Paragraph(spans) | Heading(spans):
                    yield self.line(spans, True)
                case Code(said, _):
                    yield from (code(line, True) for line in shown(said).split("\n") if line.strip())
                case Items(items, first):
                    for number, item in enumerate(items, first):
                        mark = f"{number}\\. " if first else "• "
                        head, *rest = [*self._cells(item, depth + 1)] or [""]
                        yield "&nbsp;&nbsp;" * min(depth, _DEEPEST_LIST) + mark + head
                        yield from rest
                case Quote(inner):
                    yield from self._cells(inner, depth)
                case Note(title, inner):
                    head, *rest = [*self._cells(inner, depth)] or [""]
                    yield f"<strong>{text(title)}:</strong> {head}".rstrip()
                    yield from rest
                case Table(rows):
                    yield from (", ".join(filter(None, (self.line(each, True) for each in row))) for row in rows)
                case Fields(kind, fields, title):
                    yield f"<strong>{text(title or KINDS[kind])}</strong>"
                    for each in fields:
                        name, type_, _, said = self._row(kind, each)
                        yield " ".join(filter(None, ("•", name, type_ and f"({type_})", said)))


def rendered(documentation: str, name: str, style: str) -> str:
    """What a file of the language ``name`` says of its folder, or of itself, as Markdown without links to names."""
    language = load(name)
    if language.prose and not language.documentation:  # what was read out of it is plain text
        return "\n\n".join(prose(" ".join(each.split())) for each in documentation.split("\n\n"))
    return Writer(lambda _: "").write(language.blocks(documentation, style))


def apart(blocks: Blocks, names: Set[str]) -> tuple[Blocks, dict[str, Field]]:
    """The blocks without what sections of attributes say of these ``names``, and that by name."""
    kept: list[Block] = []
    found: dict[str, Field] = {}
    for block in blocks:
        if isinstance(block, Fields) and block.kind == "attributes":
            taken = {each.name: each for each in block.fields if each.name in names and each.name not in found}
            found |= taken
            rest = tuple(each for each in block.fields if taken.get(each.name) is not each)
            if rest or not taken:
                kept.append(block._replace(fields=rest))
        else:
            kept.append(block)
    return tuple(kept), found


def with_explained(blocks: Blocks, parameters: Iterable[HeadParameter], read: Callable[[str], Blocks]) -> Blocks:
    """The blocks with what a head says of its parameters, where they do not say it: in their section of parameters, or
    in one before their other sections."""
    sections = [each for each in blocks if isinstance(each, Fields)]
    known = {each.name.lstrip("*") for section in sections for each in section.fields if section.kind in _PARAMETERS}
    found = tuple(Field(each.name, "", read(each.doc)) for each in parameters if each.doc and each.name not in known)
    if not found:
        return blocks
    for at, block in enumerate(blocks):
        if isinstance(block, Fields):
            if block.kind == "parameters":
                return (*blocks[:at], block._replace(fields=(*block.fields, *found)), *blocks[at + 1 :])
            return (*blocks[:at], Fields("parameters", found), *blocks[at:])
    return (*blocks, Fields("parameters", found))


_PARAMETERS = ("parameters", "other parameters")
_MARKS = {"strong": ("**", "strong"), "emphasis": ("*", "em")}
_SIMPLE = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9 ,.:/'-]*[A-Za-z0-9])?")
_BEFORE, _AFTER = ("", " ", "("), ("", " ", ".", ",", ":", ";", ")")


def _marked(said: str, mark: tuple[str, str], apart: bool) -> str:
    """Marked text. ``apart``: what is around it lets all readers see marks; elsewhere it is an element."""
    signs, element = mark
    return f"{signs}{said}{signs}" if apart and _SIMPLE.fullmatch(said) else f"<{element}>{said}</{element}>"


def _bold(line: str) -> str:
    """A line that is bold, whatever is in it."""
    return _marked(line, _MARKS["strong"], True) if line else ""


def _spaced(s: str) -> str:
    """``text`` that keeps a space at its ends."""
    if not s.strip():
        return " " if s else ""
    return f"{' ' * (s[0] == ' ')}{text(s)}{' ' * (s[-1] == ' ')}"


def _address(address: str) -> str:
    """An address for the round brackets of a link: no sign of it is markup, and its scheme is one of two."""
    assert address[:4].lower() == "http"
    encoded = _UNSAFE.sub(lambda match: quote(match[0], safe="", errors="replace"), address)
    return encoded.replace("&", "&amp;")
