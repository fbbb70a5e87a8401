"""Which types, and members of them, a source of Java uses: in calls, types, annotations, values.

A type of the same package needs no import, so each name that no scope inside the source binds is a use (``FREE``), with
the names after it: ``Lists.newArrayList``. Types are told from other names by their capital letter, or by the names of
packages before them. Methods are those of the classes around a call, and those that an import brings by their names.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..facts import FREE, Use
from ..heads import Syntax
from ..uses import MOST_USES, Hidden
from . import grammar as g

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from tree_sitter import Node

    from ..facts import Definition, Import
    from ..searching import Owners

_TOKEN = re.compile(
    rb"""(?=["'/A-Za-z_])(?://[^\n]*+|/\*.*?\*/|"(?:[^"\\\n]|\\.)*+"|'(?:[^'\\\n]|\\.)*+'"""
    rb"""|(?<![\w.$])(?:((?:[a-z_][\w$]*+\.)*+[A-Z][\w$]*+)((?:\.[A-Za-z_][\w$]*+){0,4})(\(?)"""
    rb"""|(this\.)?+([a-z_][\w$]*+)\())""",
    re.DOTALL,
)
_KNOWN = frozenset(
    (
        b"Boolean Byte CharSequence Character Class Deprecated Double Exception Float FunctionalInterface"
        b" IllegalArgumentException IllegalStateException IndexOutOfBoundsException Integer Iterable Long Math"
        b" NullPointerException Number Object Override Runnable RuntimeException SafeVarargs Short String StringBuilder"
        b" SuppressWarnings System Thread Throwable UnsupportedOperationException Void"
    ).split()
)
"""Types that all sources know. A package may give such a name another meaning, which hardly any does."""
_NAMED = re.compile(rb" (?!extends\b)[a-z]|<")
_WITH_BODY = frozenset(("method", "constructor", "field", "constant"))
_SYNTAX = Syntax()
_TYPE_KINDS = frozenset(g.TYPES.values())


def find(data: bytes, root: Node, imports: Sequence[Import], owners: Owners) -> Iterator[Use]:
    """The uses of a source, except for those of supertypes, which are bases."""
    brought = {item.module.rpartition(".")[2] for item in imports if item.style == "static"}
    names = _Names(owners, brought)
    callable_ = names.methods | {each.encode() for each in brought}
    hidden, seen, broken = Hidden(), set(), root.has_error
    reads: list[tuple[int, bytes, int, str, bool]] = []
    for found in _TOKEN.finditer(data):
        word, rest, call, this, method = found.groups()
        if method is not None and method in callable_:
            start, end = found.span(5)
        elif word is not None and word not in _KNOWN:
            start, end = found.span(1)
        else:
            continue
        owner = owners.innermost(start)
        key = owner, word, rest, call, method
        if key in seen:
            continue
        sure = word and not broken and owners.kind(owner) in _WITH_BODY and _only_reads(data, start, end, rest)
        dotted = word is not None and b"." in word
        if not sure:
            leaf = root.descendant_for_byte_range(end - 1 if dotted else start, end)
            around = leaf.parent if leaf is not None else None
            if leaf is None or around is None or leaf.kind_id not in g.IDENTIFIERS:
                continue
            if around.kind_id in g.TYPE_PARAMETER and around.named_child(0) == leaf:
                if (scope := around.parent.parent if around.parent is not None else None) is not None:
                    hidden.add(word, scope.byte_range)
                continue
            if not _is_read(leaf, around, dotted):
                continue
        if word is not None:
            name = names.meant(owner, word.decode("utf-8", "replace"))
            name += rest.decode("utf-8", "replace") if name else ""
        elif data[found.start() - 1 : found.start()] != b">" and leaf is not None:
            name = names.called(owner, method.decode("utf-8", "replace"), leaf, bool(this))
        else:
            continue
        if name:
            seen.add(key)
            reads.append((start, word or method, owner, name, bool(call or method)))
    for start, word, owner, name, called in reads[:MOST_USES]:
        if not hidden.covers(word, start):
            yield Use(owners.named(owner), FREE, name, called)


def _only_reads(data: bytes, start: int, end: int, rest: bytes) -> bool:
    """Whether a type can only be read in such a place of a body, as may be seen by what is beside it."""
    return bool(rest or _NAMED.match(data, end)) or data.startswith(b"new ", start - 4)


class _Names:
    """The definitions of a source, by their qualified names. ``brought``: the members that static imports bring."""

    def __init__(self, owners: Owners, brought: Collection[str]) -> None:
        self._owners = owners
        self._brought = brought
        self._types = {each.name for each in owners.every() if each.kind not in ("method", "constructor")}
        self._methods: dict[str, list[Definition]] = {}
        for each in owners.every():
            if each.kind == "method":
                self._methods.setdefault(each.name, []).append(each)
        self.methods = {each.rpartition(".")[2].encode() for each in self._methods}

    def meant(self, owner: int, word: str) -> str:
        """The qualified name of the type or value of the source that a name means, or the name if it is of another;
        empty if a class in between derives from others, which may have one of that name."""
        sure = True
        for each in self._owners.chain(owner):
            if each.kind in _TYPE_KINDS:
                if (inner := f"{each.name}.{word}") in self._types:
                    return inner if sure else ""
                sure = sure and not each.bases
        return word

    def called(self, owner: int, word: str, leaf: Node, this: bool) -> str:
        """The same of a method; empty if that is not certain. A class that derives from others may have of them what it
        does not say itself, as methods of the same name with other parameters."""
        for each in self._owners.chain(owner):
            if each.kind not in _TYPE_KINDS:
                continue
            if _is_in_class(leaf, each):
                return ""
            if overloads := self._methods.get(inner := f"{each.name}.{word}"):
                given = leaf.parent.child_by_field_name("arguments") if each.bases and leaf.parent is not None else None
                return inner if given is None or _takes(overloads, given.named_child_count) else ""
            if this or (each.bases and word not in self._brought):
                return ""
        return word if word in self._brought and not this else ""


def _takes(overloads: Sequence[Definition], count: int) -> bool:
    """Whether methods of a class are surely those of a call with so many arguments, although the class may have others
    of the same name from those above it: it does where it overrides one."""
    heads = [_SYNTAX.parts(_SYNTAX.bracketed(each.signature, "(")[0]) for each in overloads]
    return count in map(len, heads) and not (count and any("Override" in each.decorators for each in overloads))


def _is_in_class(leaf: Node, around: Definition) -> bool:
    """Whether a class without a name, or one of a method, is between a place and the type around it."""
    at: Node | None = leaf
    while at is not None and at.kind_id not in g.BODIES:
        at = at.parent
    if at is None or at.parent is None:
        return False
    named = at.parent.child_by_field_name("name") if at.parent.kind_id in g.TYPES else None
    return named is None or (named.text or b"").decode("utf-8", "replace") != around.name.rpartition(".")[2]


def _is_read(leaf: Node, around: Node, dotted: bool) -> bool:
    """Whether a name is neither declared there nor that of a supertype, a label, or a value of an annotation."""
    kind = around.kind_id
    if leaf.kind_id in g.TYPE_IDENTIFIER:
        while kind in g.PARTS_OF_TYPES and around.parent is not None:
            around = around.parent
            kind = around.kind_id
        if kind in g.TYPE_LIST and around.parent is not None:
            kind = around.parent.kind_id
        return kind not in g.SUPERTYPES
    if kind in g.FIELD_ACCESS or kind in g.INVOCATION or kind in g.ANNOTATIONS:
        return True
    if kind in g.SCOPED:
        return dotted and around.parent is not None and around.parent.kind_id in g.ANNOTATIONS
    return kind not in g.NO_READING and around.child_by_field_name("name") != leaf
