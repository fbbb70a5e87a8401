"""Python: bytes -> Facts.

The steps: ``limits`` refuses sources that would take too long, ``text`` converts the bytes to UTF-8, ``grammar`` parses
them, ``words`` finds all needles in one pass, ``statements`` walks the tree once without the bodies of functions, and
``remarks``, ``calls``, ``attributes`` and ``findings`` look at the nodes at their needles only. On torch all of it
takes 0.75 of the time of the parse: the walk 0.26, findings 0.13, calls 0.12, the pass over the bytes 0.04.

Tried and slower: an expression or ``bytes.find`` for each word (0.3 more), google-re2 for all of them (0.05 more); a
query for definitions and imports (0.27 of the parse, without their parts); walking the bodies of all functions (0.15
more); searching the bytes once for each name that may be called (0.3 more).
"""

from __future__ import annotations

from bisect import bisect_right
from functools import cache
from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING

from msgspec.structs import replace

from .. import findings
from ..facts import OWN, Definition, Facts, Import, TextFormat, Use
from ..limits import LimitError, too_deep
from ..predicates import MODULE
from ..syntax import errors
from ..words import Words
from . import (
    attributes,
    calls,
    computed,
    exports,
    imports,
    limits,
    named,
    raises,
    remarks,
    setup_script,
    statements,
    uses,
)
from .defaults import without_defaults
from .docstrings import names_in
from .grammar import parse
from .predicates import PythonPredicates
from .ruleset import RULES
from .statements import Statements
from .text import count_lines, decode

if TYPE_CHECKING:
    from tree_sitter import Tree

    from .scope import Scope

__all__ = ["extract"]


def extract(data: bytes) -> Facts:
    """The facts of one Python source or stub. Pure; never raises, whatever the bytes are."""
    lines = count_lines(data)
    refused = limits.before_parsing(data)
    if refused:
        return Facts("python", lines, refused=refused)
    decoded = decode(data)
    tree = parse(decoded.data)
    if tree.root_node.has_error and (plain := without_defaults(decoded.data)) is not None:
        tree = parse(plain)
    refused = too_deep(tree.root_node)
    if refused:
        return Facts("python", lines, refused=refused)
    try:
        return _read(decoded.data, tree, lines, decoded.format)
    except LimitError as error:
        return Facts("python", lines, refused=str(error))


def uses_of_own(data: bytes, definition: Definition) -> tuple[Use, ...]:
    """The uses of a definition in its own source, as if it were imported there. ``data``: of a source that is not
    refused."""
    decoded = decode(data)
    root = parse(decoded.data).root_node
    read = Statements(decoded.data, root, _words().places(decoded.data))
    owners = _Owners(read.module, read.scopes)
    item = Import(definition.line, "", definition.name)
    found = set(uses.read(decoded.data, root, (item,), ((0, MODULE),), owners.running, owners.scope))
    return tuple(sorted(replace(each, item=OWN) for each in found))


def _read(data: bytes, tree: Tree, lines: int, format_: TextFormat) -> Facts:
    root = tree.root_node
    places = _words().places(data)
    read = Statements(data, root, places)
    owners = _Owners(read.module, read.scopes)
    remarks.generators(root, places, owners.running)
    read.bind_expressions(places, owners.running)
    bound = imports.bound(read.imports, read.places)
    raises.resolve(read.raised, PythonPredicates(data, bound))
    calls.resolve(data, root, places, read.scopes, owners.running)
    attributes.find(read, owners.running)
    named_ = list(named.read(data, root, places))
    named_ += setup_script.read(data, root, places, bound)
    more = computed.read(data, root, places, read, owners.running)
    exported = exports.read(data, read.exports)
    found = [(scope.start, scope.definition()) for scope in read.scopes] + read.names
    found.sort(key=itemgetter(0))
    definitions = tuple(definition for _, definition in found)
    return Facts(
        "python",
        lines,
        read.module.doc,
        definitions,
        (*read.imports, *named_, *more.imports),
        exported,
        findings.find(RULES, tree, data, places, bound, owners.named),
        tuple(sorted(remarks.to_do(data, root, places), key=attrgetter("line"))),
        examples=tuple(sorted(read.examples, key=attrgetter("line"))),
        guards=tuple(read.guards),
        format=format_,
        errors=errors(root),
        uses=tuple(sorted(set(uses.read(data, root, read.imports, read.places, owners.running, owners.scope)))),
        spoken=tuple(sorted(names_in((read.module.doc, *(each.doc for each in definitions))))),
        given=more.given,
        open=() if exported else more.open,
    )


@cache
def _words() -> Words:
    return Words(
        [
            *statements.NEEDLES,
            *named.NEEDLES,
            *setup_script.NEEDLES,
            *remarks.NEEDLES,
            *calls.NEEDLES,
            *computed.NEEDLES,
            *findings.needles(RULES),
        ]
    )


class _Owners:
    """The innermost definition around a byte."""

    def __init__(self, module: Scope, scopes: list[Scope]) -> None:
        self._scopes = [module, *scopes]
        self._starts = [scope.start for scope in self._scopes]
        self._tops = [scope.top for scope in self._scopes]

    def named(self, at: int) -> str:
        """Its qualified name."""
        scope = self.scope(at)
        return scope.budget.take(scope.name)

    def scope(self, at: int) -> Scope:
        """The definition: its decorators belong to it."""
        scope = self._scopes[bisect_right(self._tops, at) - 1]
        while scope.parent and scope.stop <= at:
            scope = scope.parent
        return scope

    def running(self, at: int) -> Scope:
        """The one whose body it is: defaults and bases are evaluated around the definition."""
        scope = self._scopes[bisect_right(self._starts, at) - 1]
        while scope.parent and not scope.body <= at < scope.stop:
            scope = scope.parent
        return scope
