"""Comments of Rust, as rustdoc reads them: Markdown whose code is Rust."""

from __future__ import annotations

from ..markup.blocks import Markup, blocks
from ..markup.document import MOST_CHARACTERS, PLAIN, Block, Blocks, Code, Items, Note, Quote, plain
from ..markup.inline import Dialect

_DIALECT = Dialect.of(short=True)
_ATTRIBUTES = frozenset(
    ("ignore", "should_panic", "no_run", "compile_fail", "standalone_crate", "test_harness", "rust")
)


def read(text: str, style: str) -> Blocks:
    """The blocks of a comment."""
    if style == PLAIN or len(text) > MOST_CHARACTERS:
        return plain(text)
    found = blocks(text.expandtabs(4).split("\n"), Markup(text, _DIALECT, "rust", True))
    return tuple(map(_shown, found))


def _shown(block: Block) -> Block:
    """Code as rustdoc shows it: without the lines that only its tests need."""
    match block:
        case Code(said, info) if _is_rust(info):
            lines = [line for line in said.split("\n") if not _is_hidden(line)]
            return Code("\n".join(_unescaped(line) for line in lines), "rust")
        case Items(items, first):
            return Items(tuple(tuple(map(_shown, each)) for each in items), first)
        case Quote(inner):
            return Quote(tuple(map(_shown, inner)))
        case Note(title, inner):
            return Note(title, tuple(map(_shown, inner)))
    return block


def _is_rust(info: str) -> bool:
    return not info or info in _ATTRIBUTES or info.startswith(("edition", "ignore-", "E0"))


def _is_hidden(line: str) -> bool:
    bare = line.strip()
    return bare == "#" or bare.startswith("# ")


def _unescaped(line: str) -> str:
    return line.replace("##", "#", 1) if line.lstrip().startswith("##") else line
