"""``symbols.jsonl``: every definition, one a line, with what it leads to and what leads to it.

Constraints: ``symbols.schema.json`` describes a line. A field may be added; none changes its meaning without another
VERSION. An id is ``path:name``, as ``incdoc show`` takes it, with the number of the definition behind it if it is not
the name's first in its source.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from msgspec import Struct, json

from incdoc.config import Config
from incdoc.exports.joined import JoinedKind
from incdoc.languages import Languages
from incdoc.languages.public import private_names
from incdoc.languages.sentences import first_sentence
from incdoc.links.changes import (
    Change,
    ResolutionChanged,
    SourceChanged,
    SubclassesChanged,
    UsagesChanged,
)
from incdoc.links.tables import Tables
from incdoc.store.fragments import Fragment

VERSION: Final = 1
"""Raise it when a field is removed, or means something else."""


class Symbol(Struct, frozen=True):
    """A definition. The fields with ids are sorted; ``bases``, ``calls`` and ``uses`` have only what is resolved."""

    id: str
    name: str
    """The last part of ``qualified``."""
    qualified: str
    """Its name in its source, with the definitions around it."""
    kind: str
    language: str
    path: str
    line: int
    end: int
    signature: str
    summary: str
    """The first sentence of its documentation."""
    private: bool
    bases: tuple[str, ...]
    subclasses: tuple[str, ...]
    calls: tuple[str, ...]
    """Definitions of the same source that its body calls."""
    uses: tuple[str, ...]
    """Definitions of other sources that it uses."""
    used_by: tuple[str, ...]
    """Definitions of other sources that use it; a path alone is of a use outside of definitions."""
    version: int = VERSION


class SymbolSettings(Struct, frozen=True, array_like=True):
    """``languages``: decide what language a source is in."""

    languages: tuple[str, ...]


class Symbols(JoinedKind[SymbolSettings]):
    """``export_symbols:/``."""

    file = "symbols.jsonl"

    def settings(self, config: Config) -> SymbolSettings:
        """The languages."""
        return SymbolSettings(Languages.of(config).names)

    def touches(self, change: Change) -> Iterable[str]:
        """The source, and those that its definitions lead to or come from."""
        match change:
            case SourceChanged(path=path, shown=True) | ResolutionChanged(path=path):
                return (path,)
            case UsagesChanged(path=path) | SubclassesChanged(path=path):
                return (path,)
        return ()

    def part(self, tables: Tables, path: str, settings: SymbolSettings) -> bytes | None:
        """Its definitions, in its order."""
        if tables.facts(path) is None:
            return None
        return b"".join(json.encode(each) + b"\n" for each in _symbols(tables, path))

    def join(self, parts: Sequence[Fragment], settings: SymbolSettings) -> bytes:
        """All lines, by source."""
        return b"".join(data for _, data in parts)


def _symbols(tables: Tables, path: str) -> Iterator[Symbol]:
    facts, language = tables.facts(path), tables.language(path)
    assert facts is not None
    hidden = {kind.name for kind in language.kinds if kind.shown == "no"}
    private = private_names(facts, language)
    resolution = tables.resolver.resolve(path)
    bases = _by_name((each.owner, _id(each.path, each.name)) for each in resolution.bases)
    uses = _by_name((each.owner, _id(each.path, each.name)) for each in resolution.usages if each.path != path)
    subclasses = _by_name((base, _id(other, name)) for base, other, name in tables.subclasses(path))
    used_by = _by_name(
        (used, _id(other, owner)) for other, rows in tables.usages(path) for used, _, owner, _ in rows if other != path
    )
    seen: dict[str, int] = {}
    for each in facts.definitions:
        if each.kind in hidden:
            continue
        number = seen[each.name] = seen.get(each.name, 0) + 1
        yield Symbol(
            id=_id(path, each.name) + (f":{number}" if number > 1 else ""),
            name=each.name.rpartition(language.separator)[2],
            qualified=each.name,
            kind=each.kind,
            language=language.name,
            path=path,
            line=each.line,
            end=each.end,
            signature=each.declaration or each.signature,
            summary=first_sentence(each.doc) if each.doc else "",
            private=(each.name, each.kind) in private,
            bases=bases.get(each.name, ()),
            subclasses=subclasses.get(each.name, ()),
            calls=tuple(sorted(_id(path, name) for name in each.calls)),
            uses=uses.get(each.name, ()),
            used_by=used_by.get(each.name, ()),
        )


def _id(path: str, name: str) -> str:
    return f"{path}:{name}" if name else path


def _by_name(rows: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    """By definition, its ids, sorted."""
    found: dict[str, set[str]] = {}
    for name, other in rows:
        found.setdefault(name, set()).add(other)
    return {name: tuple(sorted(ids)) for name, ids in found.items()}
