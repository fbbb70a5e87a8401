"""``index.scip``: definitions and references with their columns, for what reads SCIP, as code search does.

Constraints: the schema of SCIP, of which the numbers of fields are here. A part is the field ``documents`` of an
``Index`` with one ``Document``: messages that follow each other are one message, so joining adds no more than the
metadata. Columns are characters (UTF-32), whatever the encoding of a source.

A symbol is ``incdoc . . . `` and the path and the name of a definition, all as descriptors of one sort (``name#``): a
sort of its own for methods would make a reference depend on what another source says of the definition. The kind is in
the information of the symbol. The package has no name and no version, and the root of the project is ``file:///``: the
schema asks for an absolute path, which no page may have.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from incdoc.config import Config
from incdoc.exports.joined import JoinedKind
from incdoc.exports.positions import Place, Positions
from incdoc.languages import Languages
from incdoc.languages.facts import FREE, Definition, Facts, Import, Use
from incdoc.languages.resolution import Usage
from incdoc.links.changes import Change, ResolutionChanged, SourceChanged
from incdoc.links.tables import Tables
from incdoc.store.fragments import Fragment
from incdoc.wire import message, number, numbers, text

_ROOT = "file:///"
_UTF8, _UTF32 = 1, 3
"""How documents are encoded on disk, as the schema calls it; how columns are counted."""
_DEFINITION, _IMPORT = 1, 2
"""Roles."""
_KINDS = {
    "class": 7,
    "constant": 8,
    "constructor": 9,
    "enum": 11,
    "enumerator": 12,
    "enum constant": 12,
    "enum member": 12,
    "field": 15,
    "function": 17,
    "interface": 21,
    "key": 22,
    "macro": 25,
    "method": 26,
    "message": 28,
    "module": 29,
    "namespace": 30,
    "operator": 34,
    "package": 35,
    "attribute": 41,
    "struct": 49,
    "trait": 53,
    "type": 54,
    "type alias": 55,
    "typedef": 55,
    "union": 59,
    "variable": 61,
}
"""The schema's numbers for kinds of definitions; others have none."""
_MODULE = 29
_PLAIN = re.compile(r"[\w+$-]+", re.ASCII)
"""A name that is written without quotes."""


class ScipSettings(Struct, frozen=True, array_like=True):
    """``languages``: decide what language a source is in."""

    languages: tuple[str, ...]


class Scip(JoinedKind[ScipSettings]):
    """``export_scip:/``."""

    file = "index.scip"

    def settings(self, config: Config) -> ScipSettings:
        """The languages."""
        return ScipSettings(Languages.of(config).names)

    def touches(self, change: Change) -> Iterable[str]:
        """The source, whose names may lead elsewhere."""
        match change:
            case SourceChanged(path=path, shown=True) | ResolutionChanged(path=path):
                return (path,)
        return ()

    def part(self, tables: Tables, path: str, settings: ScipSettings) -> bytes | None:
        """Its document."""
        facts = tables.facts(path)
        data = tables.data(path) if facts is not None else None
        if facts is None or data is None:
            return None
        return _Document(tables, path, facts, data).encoded() if facts.definitions else b""

    def join(self, parts: Sequence[Fragment], settings: ScipSettings) -> bytes:
        """The metadata and the documents."""
        metadata = message(1, message(2, text(1, "incdoc")), text(3, _ROOT), number(4, _UTF8))
        return b"".join([metadata, *(data for _, data in parts)])


class _Document:
    def __init__(self, tables: Tables, path: str, facts: Facts, data: bytes) -> None:
        self._tables = tables
        self._path = path
        self._facts = facts
        self._language = tables.language(path)
        self._resolution = tables.resolver.resolve(path)
        self._positions = Positions(facts, self._language, data)
        kinds = {kind.name: kind for kind in self._language.kinds}
        self._shown = [each for each in facts.definitions if kinds[each.kind].shown != "no"]
        self._names = {each.name for each in self._shown}
        self._bases: dict[str, set[str]] = {}
        """By class, the symbols of what it derives from."""
        for base in self._resolution.bases:
            self._bases.setdefault(base.owner, set()).add(self._other(base.path, base.name))

    def encoded(self) -> bytes:
        """The field of an ``Index``."""
        occurrences: dict[tuple[Place, str], int] = {}
        for place, name, role in (*self._defined(), *self._used()):
            occurrences[place, name] = occurrences.get((place, name), 0) | role
        return message(
            2,
            text(1, self._path),
            *(_occurrence(place, name, role) for (place, name), role in sorted(occurrences.items())),
            *(self._symbol(name, each) for name, each in sorted(self._first().items())),
            message(3, text(1, self._of("")), text(3, self._facts.doc), number(5, _MODULE), text(6, self._path)),
            text(4, self._language.title.replace("+", "P")),
            number(6, _UTF32),
        )

    def _of(self, name: str) -> str:
        return self._other(self._path, name)

    def _other(self, path: str, name: str) -> str:
        return symbol(path, name.split(self._tables.language(path).separator) if name else ())

    def _first(self) -> dict[str, Definition]:
        """Of several definitions of a name the first that is documented, else the first."""
        found: dict[str, Definition] = {}
        for each in self._shown:
            if each.name not in found or (each.doc and not found[each.name].doc):
                found[each.name] = each
        return found

    def _symbol(self, name: str, definition: Definition) -> bytes:
        head = " ".join(self._language.head(definition).split())
        return message(
            3,
            text(1, self._of(name)),
            text(3, definition.doc),
            *(message(4, text(1, base), number(3, 1)) for base in sorted(self._bases.get(name, ()))),
            number(5, _KINDS.get(definition.kind, 0)),
            text(6, name.rpartition(self._language.separator)[2]),
            message(7, text(4, self._language.title.replace("+", "P")), text(5, head)) if head else b"",
        )

    def _defined(self) -> Iterator[tuple[Place, str, int]]:
        yield (0, 0, 0), self._of(""), _DEFINITION
        for each in self._shown:
            yield self._positions.of_definition(each), self._of(each.name), _DEFINITION

    def _used(self) -> Iterator[tuple[Place, str, int]]:
        for each in self._shown:
            for called in each.calls if each.name in self._names else ():
                if called in self._names:
                    for place in self._positions.of_calls(each.name, called):
                        yield place, self._of(called), 0
        usages: dict[tuple[object, ...], list[Usage]] = {}
        """By owner, whether it is called, and the last part of the name or the whole definition."""
        for usage in self._resolution.usages:
            last = usage.name.rpartition(self._tables.language(usage.path).separator)[2]
            usages.setdefault((usage.owner, usage.called, last), []).append(usage)
            usages.setdefault((usage.owner, usage.called, usage.path, usage.name), []).append(usage)
        for use in self._facts.uses:
            for written, number_, path, name in self._meanings(use, usages):
                for place in self._positions.of_uses(use.owner, written, number_):
                    yield place, self._other(path, name), 0
        for item, target in zip(self._facts.imports, self._resolution.targets, strict=False):
            imported = item.name or (item.module.rpartition(self._language.separator)[2] if item.style else "")
            if imported and target.definer and target.name and target.definer != self._path:
                for place in self._positions.of_import(item.line, imported):
                    yield place, self._other(target.definer, target.name), _IMPORT

    def _meanings(
        self, use: Use, usages: Mapping[tuple[object, ...], Sequence[Usage]]
    ) -> Iterator[tuple[list[str], int, str, str]]:
        """What a use is written as, the number of the part that names a definition, and the definition: (source,
        name)."""
        separator, targets = self._language.separator, self._resolution.targets
        parts = use.rest.split(separator) if use.rest else []
        item = self._facts.imports[use.item] if use.item != FREE else None
        local = _bound(item, separator) if item is not None else ""
        written = [local, *parts] if local and local != "*" else parts
        target = targets[use.item] if item is not None and use.item < len(targets) else None
        keys = {(use.owner, use.called, part) for part in written}
        meant_ = [(use.owner, use.called, target.definer, target.name)] if target is not None else []
        for usage in (each for key in (*keys, *meant_) for each in usages.get(key, ())):
            left = usage.rest.split(separator) if usage.rest else []
            count = len(written) - len(left)
            if count < 1 or written[count:] != left:
                continue
            last = usage.name.rpartition(self._tables.language(usage.path).separator)[2]
            meant = target is not None and (target.definer, target.name) == (usage.path, usage.name)
            if written[count - 1] == last or (count == 1 and meant):
                yield written, count - 1, usage.path, usage.name


def _bound(item: Import, separator: str) -> str:
    """The name that an import binds: where there are styles, the module is what is imported."""
    module = item.module.rpartition(separator)[2] if item.style else item.module.partition(separator)[0]
    return item.alias or item.name or module


def symbol(path: str, names: Sequence[str]) -> str:
    """The symbol of a source, or of a definition in it."""
    folders = "".join(f"{_escaped(part)}/" for part in path.split("/"))
    return f"incdoc . . . {folders}{''.join(f'{_escaped(part)}#' for part in names)}"


def _escaped(name: str) -> str:
    return name if _PLAIN.fullmatch(name) else f"`{name.replace('`', '``')}`"


def _occurrence(place: Place, name: str, role: int) -> bytes:
    return message(2, numbers(1, place), text(2, name), number(3, role))
