"""JavaScript: bytes -> Facts."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ..facts import Definition, Facts, Import, Use
from ..syntax import as_import, facts
from ..typescript import uses
from ..typescript.ruleset import JAVASCRIPT
from ..typescript.statements import Statements
from ..uses import own_uses
from .grammar import NODES

if TYPE_CHECKING:
    from ..syntax import Finder


def extract(data: bytes) -> Facts:
    """The facts of one JavaScript source. Pure; never raises, whatever the bytes are."""
    return _facts(data, partial(uses.find, NODES))


def uses_of_own(data: bytes, definition: Definition) -> tuple[Use, ...]:
    """The uses of a definition in its own source."""
    item = Import(definition.line, "", definition.name)
    return own_uses(_facts(data, as_import(partial(uses.find, NODES), item)))


def _facts(data: bytes, find: Finder) -> Facts:
    return facts(
        "javascript",
        NODES.grammar,
        data,
        lambda source, root, names: Statements(NODES, source, names).read(root),
        JAVASCRIPT,
        find,
    )
