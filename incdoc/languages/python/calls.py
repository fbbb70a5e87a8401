"""The definitions of the same file that a body calls.

The bytes give the candidates: the words before a bracket that are the name of a definition. Only those are looked up
in the tree. A method is called by ``self.name``, ``cls.name`` or ``Class.name``. A name that a function binds
itself (a parameter, an assignment, an import) is not the file's definition and is left out.
"""

from __future__ import annotations

import re
from itertools import accumulate
from typing import TYPE_CHECKING

from . import grammar as g
from .scope import find

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from tree_sitter import Node

    from .scope import Scope

_WORDS = bytes(c if c > 127 or chr(c).isalnum() or c in b"_(." else 32 for c in range(256))
_BINDING_WORDS = (b"for", b"as", b"import", b"global", b"nonlocal")
_PARAMETER = re.compile(r"[(,*] ?(\w+) ?(?=[,:=)])")


NEEDLES = (" (", "\t(")


def resolve(
    data: bytes, root: Node, places: Mapping[str, Sequence[int]], scopes: list[Scope], owner: Callable[[int], Scope]
) -> None:
    """Fill ``calls`` of the scopes."""
    wanted = _wanted(scopes)
    definitions = {scope.named for scope in scopes}
    matching = b"case" in data
    for start, word, apart in _called(data, places, wanted):
        if start in definitions:
            continue
        name, bound = wanted[word]
        scope = owner(start)
        target = _bound(name, scope) if bound else _plain(name, scope)
        if target is None or target.name in scope.calls:
            continue
        end = start + len(word)
        leaf = root.descendant_for_byte_range(end - 1, end)
        if leaf is None or not _is_call(leaf, strict=matching or apart):
            continue
        if not bound and scope.kind == "class" and g.within(leaf, g.INNER, scope.body):
            # a lambda or a comprehension does not see the names of the class
            target = find(name, _outside_classes(scope))
        if target is not None and (bound or not _rebound(data, name.partition(".")[0], scope)):
            scope.calls |= {scope.budget.take(target.name)}


def _wanted(scopes: list[Scope]) -> dict[bytes, tuple[str, bool]]:
    """By the word before a bracket: the name to look up, and whether it is a name of the class around it."""
    wanted: dict[bytes, tuple[str, bool]] = {}
    for scope in scopes:
        name, around = scope.simple, scope.parent
        word = name.encode()
        if around is not None and around.kind == "class":
            wanted[b"self." + word] = wanted[b"cls." + word] = name, True
            dotted = f"{_within_classes(around)}.{name}"
            wanted[dotted.encode()] = dotted, False
        wanted[word] = name, False
    return wanted


def _within_classes(scope: Scope) -> str:
    """A class's name with the names of the classes around it, as code outside of them writes it."""
    around = scope.parent
    if around is None or around.kind != "class":
        return scope.simple
    return f"{_within_classes(around)}.{scope.simple}"


def _outside_classes(scope: Scope | None) -> Scope | None:
    while scope is not None and scope.kind == "class":
        scope = scope.parent
    return scope


def _called(
    data: bytes, places: Mapping[str, Sequence[int]], wanted: Mapping[bytes, object]
) -> list[tuple[int, bytes, bool]]:
    """The wanted words before a bracket: where they begin, and whether there is a blank in between."""
    if not wanted:
        return []
    text = data.translate(_WORDS)
    pieces = text.split(b"(")
    words = [piece.rpartition(b" ")[2] for piece in pieces]
    ends = list(accumulate(map(len, pieces)))
    found = [(ends[at] + at - len(word), word, False) for at, word in enumerate(words) if word in wanted]
    if words[-1] in wanted:
        found.pop()  # there is no bracket after the last word
    for blank in NEEDLES:
        for at in places.get(blank, ()):
            end = len(data[:at].rstrip(b" \t")) if data[at - 1 : at].isspace() else at
            word = text[text.rfind(b" ", 0, end) + 1 : end].rpartition(b"(")[2]
            if word in wanted:
                found.append((end - len(word), word, True))
    return found


def _plain(name: str, scope: Scope | None) -> Scope | None:
    return find(name, scope) if scope is not None and scope.parent else None


def _bound(name: str, scope: Scope) -> Scope | None:
    """The definition that ``self.name`` means: in the class around the function, or in its bases."""
    around: Scope | None = scope
    while around is not None and around.kind != "class":
        around = around.parent
    return _member(around, name) if around is not None and around is not scope else None


def _member(scope: Scope, name: str) -> Scope | None:
    """The class's own definition, or that of a base in this file, depth first."""
    if name in scope.members:
        return scope.members[name]
    waiting, seen = [scope], set[str]()
    while waiting:
        at = waiting.pop()
        if at.name in seen or at.kind != "class":
            continue
        seen.add(at.name)
        if name in at.members:
            return at.members[name]
        bases = (find(base, at.parent) for base in at.bases)
        waiting += reversed([base for base in bases if base is not None])
    return None


def _is_call(leaf: Node, *, strict: bool) -> bool:
    """Whether the word is code: a name with a bracket after it is a call, or the pattern of a ``case``."""
    if leaf.kind_id != g.IDENTIFIER:
        return False
    around = leaf.parent if strict else None
    return not strict or (around is not None and around.kind_id in (g.CALL, g.ATTRIBUTE))


def _rebound(data: bytes, name: str, scope: Scope) -> bool:
    """Whether a function between the call and the definition binds the name."""
    target = find(name, scope)
    at: Scope | None = scope
    while at is not None and target is not None and at is not target.parent:
        if at.callable and (in_signature(name, at.signature) or _binds(data, name.encode(), at.body, at.stop)):
            return True
        at = at.parent
    return False


def in_signature(name: str, signature: str) -> bool:
    """Whether it is a parameter; a name in a default (``x=name()``) is not."""
    return name in signature and name in _PARAMETER.findall(signature)


def _binds(data: bytes, word: bytes, start: int, stop: int) -> bool:
    """Whether the bytes assign to the word, loop with it or import it; a keyword argument counts too."""
    end = start
    while (at := data.find(word, end, stop)) >= 0:
        end = at + len(word)
        if data.startswith(b"(", end):
            continue
        after = data[end : end + 4].lstrip()
        if after.startswith((b"=", b":=")) and not after.startswith(b"==") and _WORDS[data[at - 1]] in b" (":
            return True
        if data[max(at - 9, 0) : at].rstrip().endswith(_BINDING_WORDS) and data[at - 1] in b" \t":
            return True
    return False
