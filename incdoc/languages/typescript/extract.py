"""TypeScript: bytes -> Facts.

A name is all that tells a source with JSX from one without, and facts do not depend on names. So a source that the
grammar without JSX cannot read is read with the other one, and the better reading counts.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from .. import text
from ..facts import Definition, Facts, Import, Use
from ..syntax import as_import, facts
from ..uses import own_uses
from . import uses
from .grammar import JSX, PLAIN
from .nodes import Nodes
from .ruleset import TSX, TYPESCRIPT
from .statements import Statements

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..syntax import Finder

MOST_TYPED_CALLS = 30_000
"""Of each the parser keeps two readings, until it knows better: 5 kB of memory."""
_TYPED_CALL = re.compile(rb"<[^<>()\n]*>\(")


def extract(data: bytes) -> Facts:
    """The facts of one TypeScript source. Pure; never raises, whatever the bytes are."""
    if data.count(b">(") > MOST_TYPED_CALLS and len(_TYPED_CALL.findall(data)) > MOST_TYPED_CALLS:
        refused = f"more than {MOST_TYPED_CALLS:,} calls with type arguments"
        return Facts("typescript", text.count_lines(data), refused=refused)
    return _better(data, lambda nodes: partial(uses.find, nodes))


def uses_of_own(data: bytes, definition: Definition) -> tuple[Use, ...]:
    """The uses of a definition in its own source."""
    item = Import(definition.line, "", definition.name)
    return own_uses(_better(data, lambda nodes: as_import(partial(uses.find, nodes), item)))


def _better(data: bytes, finder: Callable[[Nodes], Finder]) -> Facts:
    plain = _read(PLAIN, data, finder(PLAIN))
    if not plain.errors:
        return plain
    read = _read(JSX, data, finder(JSX))
    return min(plain, read, key=lambda each: sum(last - first + 1 for first, last in each.errors))


def _read(nodes: Nodes, data: bytes, find: Finder) -> Facts:
    return facts(
        "typescript",
        nodes.grammar,
        data,
        lambda source, root, names: Statements(nodes, source, names).read(root),
        TSX if nodes is JSX else TYPESCRIPT,
        find,
    )
