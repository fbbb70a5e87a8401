"""JavaScript: bytes -> Facts."""

from __future__ import annotations

from functools import partial

from ..facts import Facts
from ..syntax import facts
from ..typescript import uses
from ..typescript.ruleset import JAVASCRIPT
from ..typescript.statements import Statements
from .grammar import NODES


def extract(data: bytes) -> Facts:
    """The facts of one JavaScript source. Pure; never raises, whatever the bytes are."""
    return facts(
        "javascript",
        NODES.grammar,
        data,
        lambda source, root, names: Statements(NODES, source, names).read(root),
        JAVASCRIPT,
        partial(uses.find, NODES),
    )
