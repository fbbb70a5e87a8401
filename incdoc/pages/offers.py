"""The public names of a source that hands on: what others import from it, wherever that is defined."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import attrgetter

from msgspec import Struct

from incdoc.languages.facts import Definition, Facts
from incdoc.languages.language import Language
from incdoc.languages.public import public_definitions
from incdoc.languages.resolution import Place
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
    facts = tables.facts(path)
    if facts is None or not linker.hands_on(path):
        return ()
    found = {}
    for name, place in linker.offers(path, set(), set()).items():
        if (offer := _offer(tables, name, place)) is not None:
            found[name] = offer
    language = tables.language(path)
    for each in public_definitions(facts, language):
        found.setdefault(each.name, _defined(each.name, path, each, facts, language))
    return tuple(sorted(found.values(), key=lambda each: (_rank(each.kinds), each.name)))


def _rank(kinds: str) -> tuple[int, str]:
    return _ORDER.index(kinds) if kinds in _ORDER else len(_ORDER), kinds


_ORDER = ("classes", "functions")
"""The kinds that come first."""
_MODULE = "module", "modules"


def _offer(tables: Tables, name: str, place: Place) -> Offer | None:
    facts = tables.facts(place.path)
    if facts is None:
        return None
    if not place.name:
        return Offer(name, *_MODULE, place.path, "", "", summary(facts))
    definition = _chosen(each for each in facts.definitions if each.name == place.name)
    language = tables.language(place.path)
    if definition is None or not language.is_public(definition):
        return None
    return _defined(name, place.path, definition, facts, language)


def _chosen(definitions: Iterable[Definition]) -> Definition | None:
    """Of several of one name, the first with a docstring, else the last."""
    found = list(definitions)
    return next((each for each in found if each.doc), found[-1] if found else None)


def _defined(name: str, path: str, definition: Definition, facts: Facts, language: Language) -> Offer:
    plural = next(each.words for each in language.kinds if each.name == definition.kind)
    call = language.words().call(definition, facts)
    return Offer(name, definition.kind, plural, path, definition.name, call, first_sentence(definition.doc))


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
