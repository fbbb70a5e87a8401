"""Which definition uses what the source imports: calls, bases, annotations, decorators, any other name in code.

The bytes give the candidates: the words that an import binds. Each is looked up in the tree once for each definition
that has it. A name that a function around it binds itself is not the import, and is left out; so are names of
Python's library, of which no page speaks.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING

from ..facts import Import, Use
from ..predicates import MODULE
from ..uses import MOST_IMPORTS, MOST_USES, Hidden, occurrences
from . import grammar as g
from .calls import in_signature
from .stdlib import NAMES as STDLIB

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tree_sitter import Node

    from .scope import Scope

_ATTRIBUTES = re.compile(rb"(?:\.[A-Za-z_]\w*){0,4}")
_ASSIGNED = re.compile(rb"[ \t]*(?::=|=(?!=))")
_BEFORE_VALUES = b" \t:="
_DOT = ord(".")


def read(
    data: bytes,
    root: Node,
    imports: Sequence[Import],
    places: Sequence[tuple[int, int]],
    running: Callable[[int], Scope],
    named: Callable[[int], Scope],
) -> Iterator[Use]:
    """The uses of a source, each once. ``places``: where each import is, and where its scope begins; ``running`` and
    ``named`` give the scope whose code a byte is, and the definition around it."""
    return _Uses(data, root, imports, places, running).found(named)


class _Uses:
    def __init__(
        self,
        data: bytes,
        root: Node,
        imports: Sequence[Import],
        places: Sequence[tuple[int, int]],
        running: Callable[[int], Scope],
    ) -> None:
        self._data = data + b"\n"  # there is something after each word
        self._root = root
        self._running = running
        self._bound: dict[bytes, dict[int, list[int]]] = {}
        """By local name and by where the scope begins: the numbers of the imports that bind it there."""
        for number, (item, (_, scope)) in enumerate(zip(imports, places, strict=True)):
            top = item.module.partition(".")[0]
            if item.name == "*" or top in STDLIB:
                continue
            found = self._bound.setdefault((item.alias or item.name or top).encode(), {}).setdefault(scope, [])
            # of ``import a.b`` and ``import a.c``, any says what ``a`` is
            if (item.alias or item.name or not found) and len(found) < MOST_IMPORTS:
                found.append(number)
        self._assigned: dict[bytes, list[int]] = {}
        """By name, where it is bound by something that is no import."""
        self._hidden = Hidden()
        """By lambdas and comprehensions."""

    def found(self, named: Callable[[int], Scope]) -> Iterator[Use]:
        if not self._bound:
            return
        seen = set()
        read = []
        for start, word in occurrences(self._data, self._bound):
            after = start + len(word)
            if self._is_assigned(start, after):
                self._assigned.setdefault(word, []).append(start)
                continue
            attributes = self._data[after] == _DOT and _ATTRIBUTES.match(self._data, after)
            rest = attributes[0] if attributes else b""
            owner = named(start)
            key = id(owner), word, rest, self._data.startswith(b"(", after + len(rest))
            if (key in seen and not self._may_loop(start, after)) or not self._reads(start, after, word):
                continue
            seen.add(key)
            read.append((start, owner, *key[1:]))
            if len(seen) == MOST_USES:
                break
        for start, owner, word, rest, called in read:
            for number in self._imports_of(word, start):
                owner.budget.spend(owner.name)
                yield Use(owner.name, number, rest.decode()[1:], called)

    def _is_assigned(self, start: int, end: int) -> bool:
        """Whether a statement assigns to a word: one that has no other name on its left."""
        if self._data[end] not in _BEFORE_VALUES or not _ASSIGNED.match(self._data, end):
            return False
        leaf = self._leaf(start, end)
        around = leaf.parent if leaf is not None else None
        return around is None or around.kind_id in (g.ASSIGNMENT, g.NAMED)

    def _may_loop(self, start: int, end: int) -> bool:
        """Whether a word may be what a loop binds, also after it is read: ``f(x) for x in y``."""
        return self._data.startswith(b"for ", start - 4) or self._data.startswith(b" in ", end)

    def _leaf(self, start: int, end: int) -> Node | None:
        return self._root.descendant_for_byte_range(start, end)

    def _reads(self, start: int, end: int, word: bytes) -> bool:
        """Whether a word is code that reads the name, or an annotation in quotes. What binds it is noted."""
        leaf = self._leaf(start, end)
        around = leaf.parent if leaf is not None else None
        if leaf is None or around is None:
            return False
        if leaf.kind_id != g.IDENTIFIER:
            return around.kind_id == g.STRING and around.parent is not None and around.parent.kind_id == g.RETURN_TYPE
        if around.kind_id == g.ATTRIBUTE:
            return around.start_byte == start
        if around.kind_id in (g.DOTTED_NAME, g.EXPRESSION_LIST):
            return around.parent is None or around.parent.kind_id not in g.NO_READING
        if _binds(leaf, around):
            self._note(around, start, word)
            return False
        return around.kind_id not in g.NO_READING and not (
            around.kind_id == g.KEYWORD_ARGUMENT and around.start_byte == start
        )

    def _note(self, node: Node, start: int, word: bytes) -> None:
        """A name that ``node`` binds: in a lambda or a comprehension, or in the function around it."""
        at: Node | None = node
        while at is not None and at.kind_id in g.TARGETS:
            at = at.parent
        if at is not None and at.kind_id in g.INNER:
            self._hidden.add(word, at.byte_range)
        else:
            self._assigned.setdefault(word, []).append(start)

    def _imports_of(self, word: bytes, start: int) -> Sequence[int]:
        """The imports that bind a name where it is used; none if something in between binds it."""
        if self._hidden.covers(word, start):
            return ()
        bound, name = self._bound[word], word.decode()
        innermost = self._running(start)
        at: Scope | None = innermost
        while at is not None:
            if at is innermost or at.kind != "class":
                if found := bound.get(at.start if at.parent else MODULE):
                    return found
                if at.parent and (name in at.members or (at.callable and self._shadows(word, at))):
                    return ()
            at = at.parent
        return ()

    def _shadows(self, word: bytes, scope: Scope) -> bool:
        if in_signature(word.decode(), scope.signature):
            return True
        places: Sequence[int] = self._assigned.get(word, ())
        at = bisect_left(places, scope.body)
        return at < len(places) and places[at] < scope.stop


def _binds(leaf: Node, around: Node) -> bool:
    """Whether what is around a name binds it."""
    if around.kind_id in g.BEGIN_WITH_TARGETS:
        return around.start_byte == leaf.start_byte
    if around.kind_id in g.LOOPS:
        return around.child_by_field_name("left") == leaf
    if around.kind_id == g.TUPLE:
        return around.parent is not None and around.parent.kind_id in g.AS_TARGET
    return around.kind_id in g.TARGETS
