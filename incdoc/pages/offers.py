"""The public names of a source that hands on: what others import from it, wherever that is defined."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from itertools import groupby
from operator import attrgetter

from msgspec import Struct

from incdoc.languages.facts import Definition, Facts
from incdoc.languages.language import Language
from incdoc.languages.public import by_owner, imported_from, public_definitions
from incdoc.languages.sentences import first_sentence, summary
from incdoc.links.tables import Tables
from incdoc.pages.markdown import code, fragment, href, link, prose, relative
from incdoc.pages.paths import docs_path
from incdoc.sources.paths import parent

_FEW = 12
"""Names that are shown together, whatever kinds they are of."""
_LONGEST_CALL = 88
"""Characters of a call, after which parameters are left out."""


class Offer(Struct, frozen=True, array_like=True):
    """A public name of a source."""

    name: str
    kind: str
    kinds: str
    """What several of its kind are called: ``classes``."""
    path: str
    """The source that defines it, or is it."""
    definition: str
    """Its qualified name there; empty for a module."""
    call: str
    summary: str


def offers_of(tables: Tables, path: str) -> tuple[Offer, ...]:
    """All public names of a source that hands on, sorted by their kinds and names; none of another source."""
    linker = tables.resolver.linker(path)
    if not linker.hands_on(path) or (own := _Source.of(tables, path)) is None:
        return ()
    sources: dict[str, _Source | None] = {path: own}
    found = {}
    for name, place in linker.offers(path, set(), set()).items():
        if place.path not in sources:
            sources[place.path] = _Source.of(tables, place.path)
        source = sources[place.path]
        if source is not None and (offer := source.offer(name, place.name)) is not None:
            found[name] = offer
    for each in public_definitions(own.facts, own.language):
        found.setdefault(each.name, own.defined(each.name, each))
    return tuple(sorted(found.values(), key=lambda each: (_rank(each.kinds), each.name)))


def shared_offers(tables: Tables, paths: Iterable[str]) -> tuple[Offer, ...]:
    """The public names of sources that are one package, if others can import it, sorted by their kinds and names."""
    found: dict[str, Offer] = {}
    for source in (_Source.of(tables, path) for path in paths):
        if source is not None and source.language.words().can_be_imported(source.facts):
            for each in public_definitions(source.facts, source.language):
                found.setdefault(each.name, source.defined(each.name, each))
    return tuple(sorted(found.values(), key=lambda each: (_rank(each.kinds), each.name)))


def _rank(kinds: str) -> tuple[int, str]:
    return _ORDER.index(kinds) if kinds in _ORDER else len(_ORDER), kinds


_ORDER = ("classes", "functions")
"""The kinds that come first."""
_MODULE = "module", "modules"


def call_of(facts: Facts, path: str, language: Language) -> Callable[[Definition], str]:
    """How each definition of a source is called, or what it is declared as; empty where nothing says it."""
    return _Source(path, facts, language).call


class _Source:
    """A source that defines what others offer."""

    def __init__(self, path: str, facts: Facts, language: Language) -> None:
        self.facts = facts
        self.language = language
        self._path = path
        self._words = language.words()
        self._plurals = {each.name: each.words for each in language.kinds}

    @staticmethod
    def of(tables: Tables, path: str) -> _Source | None:
        facts = tables.facts(path)
        return _Source(path, facts, tables.language(path)) if facts is not None else None

    @cached_property
    def _named(self) -> dict[str, Definition]:
        """Of several definitions of one name the first with a docstring, else the last."""
        found: dict[str, Definition] = {}
        for each in self.facts.definitions:
            if each.name not in found or not found[each.name].doc:
                found[each.name] = each
        return found

    @cached_property
    def _members(self) -> dict[str, list[Definition]]:
        return by_owner(self.facts, self.language)

    @cached_property
    def _modules(self) -> dict[str, str]:
        return imported_from(self.facts)

    def offer(self, name: str, qualified: str) -> Offer | None:
        """A definition under the name that it is offered by, or the module itself; None if it is not public."""
        if not qualified:
            return Offer(name, *_MODULE, self._path, "", "", summary(self.facts))
        definition = self._named.get(qualified)
        public = definition is not None and self.language.is_public(definition)
        return self.defined(name, definition) if definition is not None and public else None

    def defined(self, name: str, definition: Definition) -> Offer:
        """A definition of the source."""
        plural, said = self._plurals[definition.kind], first_sentence(definition.doc)
        return Offer(name, definition.kind, plural, self._path, definition.name, self.call(definition), said)

    def call(self, definition: Definition) -> str:
        """How a definition is used, in one line."""
        members = [each for each in self._members.get(definition.name, ()) if each.line >= definition.line]
        return self._words.call(definition, members, self._modules)


def counted_offers(offers: Iterable[Offer]) -> str:
    """``2 classes, 1 function``."""
    counts = Counter((each.kind, each.kinds) for each in offers)
    return ", ".join(f"{count} {kind if count == 1 else kinds}" for (kind, kinds), count in counts.items())


def offer_tables(offers: Sequence[Offer], page: str, own: str) -> Iterator[tuple[str, str]]:
    """(what they are called, table) of the names of each kind; a few are in one table, which has no title. ``page``:
    that shows them; ``own``: the source that offers them."""
    if len(offers) <= _FEW:
        if offers:
            yield "", _table(offers, page, own, {"Kind": [each.kind for each in offers]})
        return
    for kinds, group in groupby(offers, key=attrgetter("kinds")):
        yield kinds, _table(list(group), page, own, {})


def _table(offers: Sequence[Offer], page: str, own: str, more: dict[str, list[str]]) -> str:
    columns = {
        "Name": [link(code(each.name, True), _target(page, each)) for each in offers],
        **more,
        "Signature": [code(shortened(each.call), True) if each.call else "" for each in offers],
        "Summary": [prose(each.summary, cell=True) if each.summary else "" for each in offers],
        "Defined in": ["" if each.path == own else _file(page, parent(own), each.path) for each in offers],
    }
    columns = {title: cells for title, cells in columns.items() if any(cells)}
    rows = (f"| {' | '.join(cells)} |" for cells in zip(*columns.values(), strict=True))
    return "\n".join([f"| {' | '.join(columns)} |", "|---" * len(columns) + "|", *rows])


def _target(page: str, offer: Offer) -> str:
    there = docs_path(offer.path)
    target = "" if there == page and offer.definition else href(relative(page, there))
    return target + fragment(offer.definition) if offer.definition else target


def _file(page: str, folder: str, path: str) -> str:
    shown = path.removeprefix(folder + "/") if folder else path
    return link(code(shown, True), href(relative(page, docs_path(path))))


def shortened(call: str) -> str:
    """A call with only the first of its parameters if it is long."""
    if len(call) <= _LONGEST_CALL:
        return call
    head, comma, _ = call[:_LONGEST_CALL].rpartition(", ")
    return f"{head}, …)" if comma and "(" in head else f"{call[:_LONGEST_CALL]}…"
