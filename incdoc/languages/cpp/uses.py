"""Which functions, types and macros a source of C, C++ or CUDA uses: calls by name, types, names with their scopes.

What a name means depends on what is included, so each name is a use that no import binds (``FREE``), as written:
``Slice``, ``util::Hash``. Those that the source itself has are qualified. Only names that surely are what they look
like count: a call whose name the definition has in no other place, a type that the grammar knows as one.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from ..facts import FREE, Use
from ..uses import MOST_USES, occurrences
from . import testing

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tree_sitter import Node

    from ..facts import Definition
    from ..searching import Owners
    from .grammar import CGrammar

_BEFORE = rb"\b(?<![.:~])(?<!->)(?!std::)"
_AFTER = rb"(?![\w:])[ ]?(\(?)"
_WORD = rb"[A-Za-z_]\w*+"
_TOKEN = re.compile(_BEFORE + b"(" + _WORD + b")" + _AFTER)
_SCOPED = re.compile(_BEFORE + b"(" + _WORD + b"(?:::" + _WORD + b")++)" + _AFTER)
_CALL = re.compile(_BEFORE + b"(" + _WORD + rb")[ ]?\(")
_NO_WORDS = bytes(c if c < 128 and (chr(c).isalnum() or c == ord("_")) else ord(" ") for c in range(256))
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
    own = _Own(definitions, owners)
    words = _Words(code, root, used, owners)
    types = words.types()
    for owner, word in types:
        yield own.use(owner, word, False)
    for (owner, word), called in words.scoped().items():
        yield own.use(owner, word, called)
    for owner, word in words.calls(types)[:MOST_USES]:
        yield own.use(owner, word, True)


class _Words:
    """The words of a source that surely are what they look like, each with the number of its owner.

    One query finds the types and calls of the tree, in half the time of going through the words and asking for the node
    at each.
    """

    def __init__(self, code: bytes, root: Node, used: CGrammar, owners: Owners) -> None:
        self._code, self._root, self._used, self._owners = code, root, used, owners
        self._skipped = {found[1] for found in _LOCAL.finditer(code)} | _KEYWORDS | _LIBRARY
        self._places = used.places(root)

    def types(self) -> dict[tuple[int, bytes], int]:
        """The types without a scope; where each is first used."""
        seen: dict[tuple[int, bytes], int] = {}
        for leaf in self._places.types:
            start = leaf.start_byte
            found = _TOKEN.match(self._code, start)
            if found is None or found[2] or found[1] in self._skipped or leaf.end_byte == start:
                continue
            key = self._owners.innermost(start), found[1]
            if key[0] >= 0 and key not in seen and _is_type(leaf, self._used):
                seen[key] = start
        return seen

    def scoped(self) -> dict[tuple[int, bytes], bool]:
        """The names with their scopes; whether the first place of each calls it."""
        seen: dict[tuple[int, bytes], bool] = {}
        for found in _SCOPED.finditer(self._code) if b"::" in self._code else ():
            key = self._owners.innermost(found.start()), found[1]
            if found[1] in self._skipped or key[0] < 0 or key in seen:
                continue
            leaf = self._leaf(found.start())
            if leaf is not None and _is_read(leaf, self._used):
                seen[key] = bool(found[2])
        return seen

    def calls(self, types: Mapping[tuple[int, bytes], int]) -> list[tuple[int, bytes]]:
        """The functions and macros of which the owner has nothing but calls: what else has such a name is perhaps a
        local one, or the value of a function, unless that name was seen to be one of ``types``."""
        code, innermost, skipped, places = self._code, self._owners.innermost, self._skipped, self._places.calls
        sure: dict[tuple[int, bytes], bool] = {}
        counts: dict[bytes, int] = {}
        for found in _CALL.finditer(code):
            word = found[1]
            if word not in skipped:
                counts[word] = counts.get(word, 0) + 1
                key = innermost(found.start()), word
                sure[key] = places.get(found.start()) == found.end(1) and sure.get(key, True)
        every = Counter(code.translate(_NO_WORDS).split())
        mixed = {word for word, count in counts.items() if every[word] > count}
        for start, word in occurrences(code, mixed):
            key = innermost(start), word
            if sure.get(key) and start < types.get(key, len(code)) and self._is_value(start):
                sure[key] = False
        return [key for key, only in sure.items() if only and key[0] >= 0]

    def _is_value(self, start: int) -> bool:
        """Whether a word has no scope, and is a name that is not called."""
        found = _TOKEN.match(self._code, start)
        leaf = self._leaf(start) if found is not None and not found[2] else None
        return leaf is not None and leaf.kind_id in self._used.identifier

    def _leaf(self, start: int) -> Node | None:
        """The node that begins at a byte."""
        leaf = self._root.descendant_for_byte_range(start, start + 1)
        return leaf if leaf is not None and leaf.start_byte == start else None


class _Own:
    """What a source defines, and so what the names in it mean."""

    def __init__(self, definitions: list[Definition], owners: Owners) -> None:
        self._owners = owners
        self._names = {each.name for each in definitions if each.kind not in _NOT_USED}
        classes = [each for each in definitions if each.kind in _CLASSES]
        self._classes = {each.name for each in classes}
        self._derived = {each.name: all(map(testing.is_base, each.bases)) for each in classes if each.bases}
        """By class, whether what it derives from has just the members of GoogleTest's."""
        self._scopes: dict[int, list[str]] = {}

    def use(self, owner: int, word: bytes, called: bool) -> Use:
        """The use of a word in the definition with a number."""
        name, text = self._owners.named(owner), word.decode("utf-8", "replace")
        scopes = self._scopes_of(owner, name)
        for count in range(len(scopes), -1, -1):
            scope = "::".join(scopes[:count])
            inner = f"{scope}::{text}" if scope else text
            if inner in self._names:
                return Use(name, FREE, inner, called)
            only_tests = self._derived.get(scope)
            if called and "::" not in text and (only_tests is False or (only_tests and text in testing.MEMBERS)):
                break  # what it derives from may have one
        return Use(name, FREE, text, called)

    def _scopes_of(self, owner: int, name: str) -> list[str]:
        if owner not in self._scopes:
            around = list(self._owners.chain(owner))
            test = next((each for each in reversed(around) if each.kind == "test"), None)
            found = name.split("::")[:-1]
            if test is not None:
                found = next((each.name.split("::") for each in around if each.kind == "namespace"), [])
                found = self._in_class(found, testing.class_of(test.declaration))
            self._scopes[owner] = found
        return self._scopes[owner]

    def _in_class(self, scopes: list[str], written: str) -> list[str]:
        """The scopes in the class of a test that is in others."""
        if not written:
            return scopes
        for count in range(len(scopes), -1, -1):
            found = [*scopes[:count], *written.partition("<")[0].strip().split("::")]
            if "::".join(found) in self._classes:
                return found
        found = [*scopes, written]
        self._derived["::".join(found)] = written == testing.BASE
        return found


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
