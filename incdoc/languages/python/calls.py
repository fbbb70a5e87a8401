"""Which definitions of the file a body calls.

The bytes give the candidates: of all words right before a bracket, those that are a definition's name. The tree is
asked about those alone. A name that a function binds itself (a parameter, an assignment, an import) is not the file's
definition and is left out; so is a call with a blank before its bracket.
"""

from __future__ import annotations

import re
from itertools import accumulate
from typing import TYPE_CHECKING

from . import grammar as g
from .statements import find

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Set as AbstractSet

    from tree_sitter import Node

    from .scope import Scope

_WORDS = bytes(c if c > 127 or chr(c).isalnum() or c in b"_(." else 32 for c in range(256))
_BINDING_WORDS = (b"for", b"as", b"import", b"global", b"nonlocal")


def resolve(data: bytes, root: Node, scopes: list[Scope], owner: Callable[[int], Scope]) -> None:
    """Fill ``calls`` of the scopes."""
    wanted: dict[bytes, tuple[bytes, str, bool]] = {}
    for scope in scopes:
        name = scope.name.rpartition(".")[2]
        word = name.encode()
        if scope.parent and scope.parent.kind == "class":
            wanted[b"self." + word] = wanted[b"cls." + word] = word, name, True
        wanted[word] = word, name, False
    matching = b"case" in data
    for end, key in _called(data, wanted.keys()):
        word, name, bound = wanted[key]
        at = end - len(word)
        scope = owner(at)
        target = _bound(name, scope) if bound else _plain(name, scope)
        if target is None or target.name in scope.calls or not _is_call(root, at, end, matching):
            continue
        if bound or not _rebound(data, name, scope, target):
            scope.calls |= {target.name}


def _called(data: bytes, wanted: AbstractSet[bytes]) -> list[tuple[int, bytes]]:
    """The wanted words right before a bracket, and where they end. A definition's own line does not count."""
    if not wanted:
        return []
    text = data.replace(b"def ", b"def.").replace(b"class ", b"class.").translate(_WORDS)
    pieces = text.split(b"(")
    words = [piece[piece.rfind(b" ") + 1 :] for piece in pieces]
    if wanted.isdisjoint(words):
        return []
    ends = list(accumulate(map(len, pieces)))
    return [(ends[index] + index, word) for index, word in enumerate(words) if word in wanted]


def _plain(name: str, scope: Scope) -> Scope | None:
    return find(name, scope) if scope.parent else None


def _bound(name: str, scope: Scope) -> Scope | None:
    """What ``self.name`` is: of the class around the function, or of its bases."""
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


def _is_call(root: Node, at: int, end: int, matching: bool) -> bool:
    """Whether the word is code: a name with a bracket behind it is a call, or the pattern of a ``case``."""
    leaf = root.descendant_for_byte_range(at, end)
    if leaf is None or leaf.kind_id != g.IDENTIFIER:
        return False
    if not matching:
        return True
    around = leaf.parent
    return around is not None and around.kind_id in (g.CALL, g.ATTRIBUTE)


def _rebound(data: bytes, name: str, scope: Scope, target: Scope) -> bool:
    """Whether a function between the call and the definition makes the name its own."""
    at: Scope | None = scope
    while at is not None and at is not target.parent:
        if at.callable and (_in_signature(name, at.signature) or _binds(data, name.encode(), at.body, at.stop)):
            return True
        at = at.parent
    return False


def _in_signature(name: str, signature: str) -> bool:
    """Whether it is a parameter; a name in a default (``x=name()``) is not."""
    return name in signature and re.search(rf"[(,*] ?{re.escape(name)} ?[,:=)]", signature) is not None


def _binds(data: bytes, word: bytes, start: int, stop: int) -> bool:
    """Whether the bytes assign to the word, loop with it or import it; a keyword argument counts too."""
    at = data.find(word, start, stop)
    while at >= 0:
        end = at + len(word)
        after = data[end : end + 4].lstrip()
        if after.startswith((b"=", b":=")) and not after.startswith(b"==") and _WORDS[data[at - 1]] in b" (":
            return True
        if data[max(at - 9, 0) : at].rstrip().endswith(_BINDING_WORDS) and data[at - 1] in b" \t":
            return True
        at = data.find(word, end, stop)
    return False
