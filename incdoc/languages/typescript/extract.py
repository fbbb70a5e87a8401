"""TypeScript: bytes -> Facts.

A name is all that tells a source with JSX from one without, and facts do not depend on names. So a source that the
grammar without JSX cannot read is read with the other one, and the better reading counts.
"""

from __future__ import annotations

import re
from functools import partial

from .. import text
from ..facts import Facts
from ..syntax import facts
from . import uses
from .grammar import JSX, PLAIN
from .nodes import Nodes
from .ruleset import TSX, TYPESCRIPT
from .statements import Statements

MOST_TYPED_CALLS = 30_000
"""Of each the parser keeps two readings, until it knows better: 5 kB of memory."""
_TYPED_CALL = re.compile(rb"<[^<>()\n]*>\(")


def extract(data: bytes) -> Facts:
    """The facts of one TypeScript source. Pure; never raises, whatever the bytes are."""
    if data.count(b">(") > MOST_TYPED_CALLS and len(_TYPED_CALL.findall(data)) > MOST_TYPED_CALLS:
        refused = f"more than {MOST_TYPED_CALLS:,} calls with type arguments"
        return Facts("typescript", text.count_lines(data), refused=refused)
    plain = _read(PLAIN, data)
    if not plain.errors:
        return plain
    return min(plain, _read(JSX, data), key=lambda each: sum(last - first + 1 for first, last in each.errors))


def _read(nodes: Nodes, data: bytes) -> Facts:
    return facts(
        "typescript",
        nodes.grammar,
        data,
        lambda source, root, names: Statements(nodes, source, names).read(root),
        TSX if nodes is JSX else TYPESCRIPT,
        partial(uses.find, nodes),
    )
