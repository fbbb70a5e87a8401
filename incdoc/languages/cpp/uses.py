"""Which functions, types and macros a source of C, C++ or CUDA uses: calls by name, types, names with their scopes.

What a name means depends on what is included, so each name is a use that no import binds (``FREE``), as written:
``Slice``, ``util::Hash``. Those that the source itself has are qualified. Only names that surely are what they look
like count: a call whose name the definition has in no other place, a type that the grammar knows as one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..facts import FREE, Use
from ..uses import MOST_USES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node

    from ..facts import Definition
    from ..searching import Owners
    from .grammar import CGrammar

_TOKEN = re.compile(rb"(?=[A-Za-z_])(?<![\w.:~])(?<!->)(?!std::)([A-Za-z_]\w*+(?:::[A-Za-z_]\w*+)*+)(?![\w:])[ ]?(\(?)")
_LOCAL = re.compile(rb"\b(?:typename|class|using|struct|enum)\s+(?:\.\.\.\s*)?([A-Za-z_]\w*+)\s*(?=[=,>])")
"""Parameters of templates, and aliases."""
_KEYWORDS = frozenset(
    (
        b"alignas alignof and asm auto bool break case catch char class const constexpr const_cast continue decltype"
        b" default delete do double dynamic_cast else enum explicit extern false float for friend goto if inline int"
        b" long mutable namespace new noexcept not nullptr operator or override private protected public register"
        b" reinterpret_cast return short signed size_t sizeof static static_assert static_cast struct switch template"
        b" this throw true try typedef typeid typename uint8_t uint32_t uint64_t union unsigned using virtual void"
        b" volatile while int32_t int64_t NULL final"
    ).split()
)
_LIBRARY = frozenset(
    (
        b"abort abs alloca assert atoi atol bind calloc ceil close exit fclose fflush fgets floor fopen fprintf"
        b" fputs fread free fseek ftell fwrite getenv isdigit isnan isspace log malloc max memchr memcmp memcpy"
        b" memmove memset min move open pow printf putchar puts qsort read realloc round send snprintf sprintf sqrt"
        b" stat strcasecmp strcat strchr strcmp strcpy strdup strerror strlen strncasecmp strncmp strncpy strrchr"
        b" strstr strtod strtok strtol strtoll strtoul strtoull swap tolower toupper vfprintf vprintf vsnprintf"
        b" vsprintf write"
    ).split()
)
"""Functions of the libraries of C and C++. Where a project gives such a name another meaning, as by a macro for one
system, which of them counts is not known."""
_NOT_USED = frozenset(("namespace", "field", "macro call", "test"))
_CLASSES = frozenset(("class", "struct", "union"))


def find(code: bytes, root: Node, used: CGrammar, definitions: list[Definition], owners: Owners) -> Iterator[Use]:
    """The uses of a source. ``code``: without comments and strings."""
    names = {each.name for each in definitions if each.kind not in _NOT_USED}
    derived = {each.name for each in definitions if each.kind in _CLASSES and each.bases}
    skipped = {found[1] for found in _LOCAL.finditer(code)} | _KEYWORDS | _LIBRARY
    calls: dict[tuple[int, bytes], bool] = {}
    """By owner and word, whether the owner has nothing but calls of it."""
    seen = set()
    for found in _TOKEN.finditer(code):
        word, call = found.groups()
        if word in skipped:
            continue
        start, end = found.span(1)
        owner = owners.innermost(start)
        if owner < 0:
            continue
        key = owner, word
        if call and b"::" not in word:
            if calls.get(key) is False:
                continue
            leaf = root.descendant_for_byte_range(start, end)
            around = leaf.parent if leaf is not None and leaf.start_byte == start and leaf.end_byte == end else None
            named = leaf is not None and leaf.kind_id in used.identifier
            calls[key] = named and around is not None and around.kind_id in used.call
        elif key in seen:
            continue
        else:
            leaf = root.descendant_for_byte_range(start, start + 1)
            if leaf is None or leaf.start_byte != start:
                continue
            if b"::" not in word:
                if leaf.kind_id in used.identifier:
                    calls[key] = False  # perhaps a local name, or the value of a function
                elif leaf.kind_id in used.type_name and _is_type(leaf, used):
                    seen.add(key)
                    yield from _use(owners, owner, word, False, names, derived)
            elif _is_read(leaf, used):
                seen.add(key)
                yield from _use(owners, owner, word, bool(call), names, derived)
    for (owner, word), sure in list(calls.items())[:MOST_USES]:
        if sure:
            yield from _use(owners, owner, word, True, names, derived)


def _use(owners: Owners, owner: int, word: bytes, called: bool, names: set[str], derived: set[str]) -> Iterator[Use]:
    name, text = owners.named(owner), word.decode("utf-8", "replace")
    scopes = name.split("::")[:-1]
    for count in range(len(scopes), -1, -1):
        scope = "::".join(scopes[:count])
        inner = f"{scope}::{text}" if scope else text
        if inner in names:
            yield Use(name, FREE, inner, called)
            return
        if called and scope in derived and "::" not in text:
            break  # what it derives from may have one
    yield Use(name, FREE, text, called)


def _is_type(leaf: Node, used: CGrammar) -> bool:
    """Whether a type is used, and not declared there."""
    around = leaf.parent
    if around is None or around.kind_id in used.types:
        return False
    if around.kind_id in used.typedef or around.kind_id in used.alias:
        return around.child_by_field_name("type") == leaf
    return around.kind_id not in used.bases


def _is_read(leaf: Node, used: CGrammar) -> bool:
    """Whether a name with its scope is used, and not declared there."""
    at: Node | None = leaf.parent
    last = leaf
    while at is not None and (at.kind_id in used.qualified or at.kind_id in used.with_arguments):
        last, at = at, at.parent
    return (
        at is not None
        and last is not leaf
        and at.kind_id not in used.function_declarator | used.bases | used.using | used.wrappers | used.types
        and at.child_by_field_name("declarator") != last
    )
