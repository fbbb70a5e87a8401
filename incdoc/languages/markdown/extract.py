"""Markdown -> facts: headings, code blocks, keys of the front matter, links.

Two grammars: the *block* grammar reads the whole file once; it was linear and safe for every repetition of
two tokens that was tried, and nests no deeper than 512 nodes. The *inline* grammar reads one paragraph,
heading or cell at a time, only where it may hold a link or its plain text is needed. It overflows the C
stack for a long ``[a]([a](...`` (400 KB with a stack of 8 MiB), and takes time with the square of the
number of delimiters (20,000 asterisks: a second; also of ``~_`!<``). So its input is limited: the bytes of
one text, and the sum of those squares. Texts beyond the limits are not read, and their lines are listed in
``Facts.errors``.
"""

from __future__ import annotations

import re
from functools import cache
from html import unescape
from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct, field, structs

from .. import text
from ..description import Description
from ..facts import Definition, Facts, Link

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node, Parser

LARGEST = 3 << 19  # bytes; 1.5 MiB of links take 220 MB of memory
MOST_LINES = 130_000  # a paragraph of one letter takes 1.4 kB of memory
_LONGEST_INLINE = 16 << 10  # bytes
_MOST_WORK = 20_000_000  # squares of delimiters, about half a second
_DELIMITERS = re.compile(rb"[*_~`!<]")
_CLOSING = re.compile(rb"(?:^|[ \t])#+[ \t]*$")
_FOOTNOTE = re.compile(rb"\[\^[^\]\s]")
_HTML_BLOCK = re.compile(rb"</?(?:h[1-6]|p|div|center|table|details|summary|picture)\b", re.IGNORECASE)
_YAML_END = re.compile(
    rb"\A(---[ \t]*\r?\n(?:(?!(?:---|\.\.\.)[ \t]*\r?$)[^\n]*\n)*+)\.\.\.(?=[ \t]*\r?$)", re.MULTILINE
)
"""A document of YAML may end with three dots too; the grammar knows three hyphens."""
_MAY_LINK = re.compile(rb"\]\(|<[A-Za-z]")
_MAY_MARK_UP = re.compile(rb"[\\`*_~\[<&!]")


class _Parsers(NamedTuple):
    block: Parser
    inline: Parser


@cache
def _parsers() -> _Parsers:
    import tree_sitter_markdown as grammar
    from tree_sitter import Language, Parser

    return _Parsers(Parser(Language(grammar.language())), Parser(Language(grammar.inline_language())))


def extract(data: bytes) -> Facts:
    """Facts of a Markdown source."""
    plain = structs.replace(text.extract(data), language="markdown")
    if plain.binary:
        return plain
    if len(data) > LARGEST:
        return structs.replace(plain, refused="larger than 1.5 MiB")
    if plain.lines > MOST_LINES:
        return structs.replace(plain, refused=f"more than {MOST_LINES:,} lines")
    source = _YAML_END.sub(rb"\1---", text.characters(data).encode(), count=1)
    page = _Page(source)
    page.read()
    definitions = sorted(_with_ends(page.definitions, plain.lines), key=lambda each: (each.line, -each.end))
    return structs.replace(
        plain,
        title=page.about.title or page.titled,
        doc=page.about.doc,
        definitions=tuple(definitions),
        links=tuple(sorted(page.links, key=lambda each: each.line)),
        errors=tuple(page.errors),
    )


def _with_ends(definitions: list[Definition], lines: int) -> Iterator[Definition]:
    """A heading's lines end before the next heading of the same or a higher level."""
    ends = {}
    above: list[Definition] = []
    for each in definitions:
        if each.kind != "heading":
            continue
        while above and len(above[-1].signature) >= len(each.signature):
            ends[id(above.pop())] = each.line - 1
        above.append(each)
    for each in definitions:
        end = ends.get(id(each), lines) if each.kind == "heading" else each.end
        yield structs.replace(each, end=max(end, each.line))


class _Page(Struct):
    """One walk over the blocks of a source."""

    source: bytes
    about: Description = field(default_factory=Description)
    definitions: list[Definition] = []
    links: list[Link] = []
    errors: list[tuple[int, int]] = []
    titled: str = ""
    """The title that the front matter gives."""
    labels: frozenset[str] = frozenset()
    """The labels of reference definitions: ``[x]`` is a link only if there is one."""
    described: int = 0
    """The number of the node with the paragraph that describes the document, or of one before it."""
    work: int = 0
    last: tuple[int, Node | None] = (0, None)
    """The last inline tree: a heading is read for its text and then for its links."""

    def read(self) -> None:
        tree = _parsers().block.parse(self.source)
        nodes = list(_walk(tree.root_node))
        self.labels = frozenset(
            _label(child.text or b"")
            for node in nodes
            if node.type == "link_reference_definition"
            for child in node.named_children
            if child.type == "link_label" and not _is_footnote(child)
        )
        for node in nodes:
            if (reader := _READERS.get(node.type)) is not None:
                reader(self, node)

    # --- blocks

    def heading(self, node: Node) -> None:
        content = node.child_by_field_name("heading_content")
        if content is not None and content.type == "paragraph":  # of a setext heading
            content = content.named_child(0)
        level = next(
            (2 if "h2" in child.type else 1) if child.type.startswith("setext") else (child.text or b"").count(b"#")
            for child in node.named_children
            if child.type.endswith(("_marker", "_underline"))
        )
        name = self.plain(content, images=True) if content is not None else ""
        if content is not None and _CLOSING.search(content.text or b""):  # the grammar keeps them
            name = name.rstrip("#").rstrip()
        self.definitions.append(Definition("heading", name, _line(node), _line(node), "#" * level))
        if content is not None and _is_top(node):
            self.about.heading(name if b"![" not in (content.text or b"") else self.plain(content, images=False))

    def code_block(self, node: Node) -> None:
        info = next((_text(child) for child in node.named_children if child.type == "info_string"), "")
        first = next(iter(info.split()), "")
        self.definitions.append(Definition("code block", text.shorten(first), _line(node), _end(node)))

    def front_matter(self, node: Node) -> None:
        pattern = _YAML_KEY if node.type == "minus_metadata" else _TOML_KEY
        for number, line in enumerate(_text(node).split("\n")):
            if not self.titled and (titled := _TITLE.match(line)):
                self.titled = titled[2].strip()
            if pattern is _TOML_KEY and (table := _TOML_TABLE.match(line)):
                pattern = _TOML_TABLE  # its keys are not top-level keys
                self.key(table[1], _line(node) + number)
            elif match := pattern.match(line):
                self.key(match[1], _line(node) + number)

    def key(self, name: str, line: int) -> None:
        name = name.strip().strip("\"'")
        if all(each.name != name for each in self.definitions[-1:] if each.kind == "key"):
            self.definitions.append(Definition("key", text.shorten(name), line, line))

    def reference(self, node: Node) -> None:
        if any(_is_footnote(child) for child in node.named_children if child.type == "link_label"):
            return
        for child in node.named_children:
            if child.type == "link_destination":
                self.link(child, _line(child))

    def html(self, node: Node) -> None:
        if _is_top(node) and not self.about.paragraph:
            self.about.html(_text(node))

    def listed(self, node: Node) -> None:
        above = node.prev_named_sibling
        if above is not None and above.type == "paragraph" and _is_top(node) and self.about.wants_items():
            first = above.named_child(0)
            if first is not None and first.id == self.described:
                self.about.add_items(self.item(child) for child in node.named_children)

    def item(self, node: Node) -> str:
        """The first paragraph of an item of a list."""
        paragraph = next((child for child in node.named_children if child.type == "paragraph"), None)
        content = paragraph.named_child(0) if paragraph is not None else None
        return self.plain(content, images=False) if content is not None else ""

    def inline(self, node: Node) -> None:
        parent = node.parent
        top = parent is not None and parent.type == "paragraph" and _is_top(parent)
        if top and self.about.wants_prose() and not _FOOTNOTE.match(node.text or b""):
            self.described = node.id
            if _HTML_BLOCK.match(node.text or b""):  # the grammar knows some of its tags
                self.about.html(_text(node))
            else:
                self.about.prose(self.plain(node, images=False), self.plain(node, images=False, links=False))
        if not _MAY_LINK.search(node.text or b""):
            return
        if (root := self.parse(node)) is None:
            self.errors.append((_line(node), _end(node)))
            return
        for child in _walk(root):
            if child.type in ("link_destination", "uri_autolink", "email_autolink"):
                self.link(child, _line(node) + child.start_point.row)

    def link(self, node: Node, line: int) -> None:
        target = _text(node)
        if target.startswith("<") and target.endswith(">"):
            target = target[1:-1]
        self.links.append(Link(line, target))

    # --- inlines

    def parse(self, node: Node) -> Node | None:
        """The inline tree of a block's text; None if it is beyond the limits."""
        if node.id != self.last[0]:
            self.last = node.id, self.parse_anew(node.text or b"")
        return self.last[1]

    def parse_anew(self, content: bytes) -> Node | None:
        if len(content) > _LONGEST_INLINE:
            return None
        self.work += len(_DELIMITERS.findall(content)) ** 2
        if self.work > _MOST_WORK:
            return None
        # between two dollars the grammar finds a formula and no links; in prose they are amounts of money
        return _parsers().inline.parse(content.replace(b"$", b"%")).root_node

    def plain(self, node: Node, images: bool, links: bool = True) -> str:
        """An inline block as plain text in one line; ``images``: with their descriptions; ``links``: with their texts,
        and with footnotes' marks neither."""
        content = node.text or b""
        continued = [child for child in node.named_children if child.type == "block_continuation"]
        if continued:  # the marks of a quotation around it
            blank = bytearray(content)
            for child in continued:
                start, end = child.start_byte - node.start_byte, child.end_byte - node.start_byte
                blank[start:end] = b" " * (end - start)
            content = bytes(blank)
        if not _MAY_MARK_UP.search(content) or (root := self.parse(node)) is None:
            return " ".join(content.decode("utf-8", "replace").split())
        shown = b"".join(_shown(root, content, self.labels, images, links))
        return " ".join(shown.decode("utf-8", "replace").split())


_READERS = {
    "html_block": _Page.html,
    "list": _Page.listed,
    "atx_heading": _Page.heading,
    "setext_heading": _Page.heading,
    "fenced_code_block": _Page.code_block,
    "minus_metadata": _Page.front_matter,
    "plus_metadata": _Page.front_matter,
    "link_reference_definition": _Page.reference,
    "inline": _Page.inline,
    "pipe_table_cell": _Page.inline,
}

_YAML_KEY = re.compile(r"""([A-Za-z_][\w .-]{0,100}|"[^"\n]{1,100}"|'[^'\n]{1,100}')[ \t]*:(?:\s|$)""")
_TOML_KEY = re.compile(r"""([\w-]{1,100}|"[^"\n]{1,100}"|'[^'\n]{1,100}')[ \t]*[.=]""")
_TITLE = re.compile(r"""title[ \t]*[:=][ \t]*(["']?)([^"'|>{\[&*!\s].{0,200}?)\1\s*\Z""")
_TOML_TABLE = re.compile(r"""\[{1,2}[ \t]*([\w-]{1,100}|"[^"\n]{1,100}"|'[^'\n]{1,100}')""")

_DROPPED = {
    "emphasis_delimiter", "code_span_delimiter", "html_tag", "link_destination", "link_title", "link_label",
}  # fmt: skip
_LINKS = {"inline_link", "full_reference_link", "collapsed_reference_link", "shortcut_link", "image"}
_KEEP = {"link_text", "image_description"}


def _shown(root: Node, content: bytes, labels: frozenset[str], images: bool, links: bool) -> Iterator[bytes]:
    """The bytes of an inline tree that a reader sees, in order; with a stack, because recursion is limited."""
    stack: list[Node | tuple[int, int]] = [root]
    anchored = False  # in a link of HTML
    while stack:
        node = stack.pop()
        if isinstance(node, tuple):
            if links or not anchored:
                yield content[node[0] : node[1]]
            continue
        kind, raw = node.type, content[node.start_byte : node.end_byte]
        if kind == "html_tag" and raw[:2].lower() in (b"<a", b"</"):
            anchored = raw[:2] != b"</" and raw[2:3].isspace()
        if kind in _DROPPED or (kind == "image" and not images):
            continue
        if kind == "backslash_escape":
            yield raw[1:]
        elif kind in ("entity_reference", "numeric_character_reference"):
            yield unescape(raw.decode("utf-8", "replace")).encode("utf-8", "replace")
        elif kind in ("uri_autolink", "email_autolink"):
            yield raw[1:-1] if links else b""
        elif kind == "shortcut_link" and _FOOTNOTE.match(raw):
            continue
        elif kind in _LINKS and (kind != "shortcut_link" or _label(raw) in labels):
            if not links:
                continue
            stack += [child for child in reversed(node.children) if child.type in _KEEP]
        else:
            stack += reversed(list(_pieces(node)))


def _pieces(node: Node) -> Iterator[Node | tuple[int, int]]:
    """The children of a node and the stretches of text between them."""
    at = node.start_byte
    for child in node.named_children:
        if child.start_byte > at:
            yield at, child.start_byte
        yield child
        at = child.end_byte
    if at < node.end_byte:
        yield at, node.end_byte


def _label(raw: bytes) -> str:
    return " ".join(raw.decode("utf-8", "replace").strip("[]").split()).casefold()


def _walk(root: Node) -> Iterator[Node]:
    """Every named node, parents first."""
    cursor = root.walk()
    while True:
        node = cursor.node
        if node is not None and node.is_named:
            yield node
        if cursor.goto_first_child():
            continue
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return


def _is_top(node: Node) -> bool:
    above = node.parent
    while above is not None and above.type == "section":
        above = above.parent
    return above is not None and above.type == "document"


def _is_footnote(label: Node) -> bool:
    return _FOOTNOTE.match(label.text or b"") is not None


def _line(node: Node) -> int:
    return node.start_point.row + 1


def _end(node: Node) -> int:
    row, column = node.end_point
    return row + (1 if column or row == node.start_point.row else 0)


def _text(node: Node) -> str:
    return (node.text or b"").decode("utf-8", "replace")
