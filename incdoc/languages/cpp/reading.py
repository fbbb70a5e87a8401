"""A source in C, C++ or CUDA -> its facts.

The steps: ``masking`` finds comments, strings and directives by one expression; ``branches`` and ``macros`` blank what
no grammar can read, byte for byte; the grammar parses the rest; ``declarations`` walks the tree without the bodies of
functions. Macros and includes come from the directives, not from the tree.

The extension of a file does not decide between C and C++: a source that is not C's own is read with the grammar of C++,
and with that of C if it has errors, fewer in C, and nothing that C lacks.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import structs

from .. import text
from ..facts import Definition, Facts, Import, Use
from ..limits import Budget, LimitError, bounded, too_deep
from ..searching import Owners, search
from ..syntax import errors, fold
from ..uses import of_own, own, own_uses
from . import branches, grammar, macros, uses
from .declarations import Declarations
from .documentation import Comments
from .masking import Directive, Masked, mask
from .ruleset import C_RULES, RULES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from tree_sitter import Tree

    from .grammar import CGrammar

_INCLUDE = re.compile(r"""\s*(?:<([^>\n]+)>|"([^"\n]+)")""")
_DEFINE = re.compile(rb"[ \t]*([A-Za-z_]\w*)(\([^()]*\))?")
_NOT_C = re.compile(
    rb"\b(?:class\s+\w+\s*[:{;]|namespace\s+\w*\s*\{|template\s*<|using\s+\w|typename\s|(?:public|private|protected)\s*:"
    rb"|constexpr\s|nullptr\b|__global__\s|__device__\s)|::"
)
"""What no C has."""
_VALUE_LIMIT = 200
_MOST_GROUPS = 20_000


def read(language: str, data: bytes, find: Callable[..., Iterable[Use]] = uses.find) -> Facts:
    """The facts of one source in ``c``, ``cpp`` or ``cuda``. ``find``: what finds its uses. Pure; never raises,
    whatever the bytes are."""

    def with_names(plain: Facts) -> Facts:
        source = data if data.isascii() else text.characters(data).encode()
        return structs.replace(plain, **_read(language, source, Budget(len(source)), find))

    return bounded(language, data, with_names)


def uses_of_own(language: str, data: bytes, definition: Definition) -> tuple[Use, ...]:
    """The uses of a definition in its own source."""
    return own_uses(read(language, data, of_own(uses.find, definition.name, "::")))


def _read(language: str, source: bytes, names: Budget, find: Callable[..., Iterable[Use]]) -> dict[str, object]:
    masked = mask(source)
    blanked = macros.Blanked(source, masked.code)
    _leave_branches_out(masked, blanked)
    shown = bytes(blanked.data)
    macros.blank_macros(blanked)
    used, tree = _parse(language, bytes(blanked.data), masked.code)
    root = tree.root_node
    if refused := too_deep(root):
        raise LimitError(refused)
    comments = Comments(source, masked.comments, blanked.spans)
    declarations = Declarations(shown, used, root, blanked, comments, names)
    found = declarations.found
    if declarations.doubtful:
        found = [(start, end, _without(each, declarations.doubtful)) for start, end, each in found]
    found += _macros(source, masked, comments, names)
    found.sort(key=lambda each: (each[0], -each[1]))
    definitions, owners = [definition for _, _, definition in found], Owners(found, names)
    definitions, used_names = own(find(masked.code, root, used, definitions, owners), definitions, "::")
    return {
        "doc": comments.of_file(masked.directives, masked.code),
        "definitions": tuple(definitions),
        "imports": tuple(_includes(source, masked.directives)),
        "findings": search(C_RULES if used is grammar.c() else RULES, bytes(blanked.data), tree, owners),
        "errors": errors(root),
        "uses": used_names,
    }


def _without(definition: Definition, doubtful: set[str]) -> Definition:
    return structs.replace(definition, entity="") if definition.entity in doubtful else definition


def _leave_branches_out(masked: Masked, blanked: macros.Blanked) -> None:
    balance = branches.Balance(masked.code, masked.directives)
    for group in branches.groups(masked.directives)[:_MOST_GROUPS]:
        if branches.linkage(masked.code, group):
            blanked.blank(group.parts[0].start, group.parts[-1].end)
        elif balance.unparsable(group):
            for start, end in group.but_one():
                blanked.blank(start, end)


def _parse(language: str, data: bytes, code: bytes) -> tuple[CGrammar, Tree]:
    used = grammar.c() if language == "c" else grammar.cuda()
    tree = used.parse(data)
    if language == "cpp" and tree.root_node.has_error and not _NOT_C.search(code):
        other = grammar.c()
        again = other.parse(data)
        if not again.root_node.has_error or len(errors(again.root_node)) < len(errors(tree.root_node)):
            return other, again
    return used, tree


def _includes(source: bytes, directives: Iterable[Directive]) -> Iterator[Import]:
    line, counted = 1, 0
    for each in directives:
        if each.word not in (b"include", b"include_next", b"import"):
            continue
        line += source.count(b"\n", counted, each.start)
        counted = each.start
        found = _INCLUDE.match(source[each.at : each.end].decode("utf-8", "replace"))
        if found is None:
            continue
        yield Import(line, (found[1] or found[2]).strip(), style="<>" if found[1] else '""')


def _macros(source: bytes, masked: Masked, comments: Comments, names: Budget) -> Iterable[tuple[int, int, Definition]]:
    guard = _guard(masked.directives)
    line, counted = 1, 0
    for each in masked.directives:
        if each.word != b"define":
            continue
        line += source.count(b"\n", counted, each.start)
        counted = each.start
        found = _DEFINE.match(each.rest)
        if found is None:
            continue
        name = found[1].decode()
        parameters = fold(found[2]) if found[2] else ""
        value = source[each.at + found.end() : each.end].replace(b"\\\n", b" ").replace(b"\\\r\n", b" ")
        shown = fold(value, "'") if len(value) <= _VALUE_LIMIT else "…"
        head = f"#define {name}{parameters} {shown}".rstrip()
        traits = ("include guard",) if each is guard else ("function-like",) if found[2] else ()
        doc = comments.above(each.start)
        end = line + source.count(b"\n", each.start, each.end)
        names.spend(head, doc)
        names.take(name)
        yield each.start, each.end, Definition("macro", name, line, end, parameters, doc, traits, declaration=head)


def _guard(directives: list[Directive]) -> Directive | None:
    """The definition that keeps a header from being read twice."""
    if len(directives) < 3 or directives[0].word not in (b"ifndef", b"if") or directives[1].word != b"define":
        return None
    name = directives[1].rest.strip()
    if not name or not re.fullmatch(rb"\w+(?:[ \t]+1)?", name) or directives[-1].word != b"endif":
        return None
    return directives[1] if name.split()[0] in directives[0].rest else None
