"""``objects.inv``: what the pages are about, by the names that documents refer to.

Constraints: version 2 of Sphinx's format, whose lines after the head are compressed. An address is relative to the
folder of the pages, or of the site if there is one. The compressed part is a stream of stored blocks, because two
releases of zlib compress a text to other bytes, and pages do not depend on the machine that makes them.

A name is that of the language's domain: with the module in front where sources are modules, and once more for each
package that hands it on. Left out are tests, and what is private.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct, json

from incdoc.config import Config
from incdoc.exports.joined import JoinedKind, project_of
from incdoc.languages import Languages
from incdoc.languages.facts import Definition, Facts
from incdoc.languages.language import Language
from incdoc.languages.public import private_names
from incdoc.links.changes import Change, OffersChanged, ResolutionChanged, SourceChanged
from incdoc.links.inventories import HEAD
from incdoc.links.tables import Tables
from incdoc.pages.markdown import fragment, href
from incdoc.pages.paths import docs_path
from incdoc.site.places import html_path
from incdoc.sources.paths import parent
from incdoc.store.fragments import Fragment

_UNNAMED = "Reference"
"""The project, where no manifest names it."""
_PROJECT = "project"
_BLOCK = 0xFFFF
"""Bytes of a stored block at the most (RFC 1951)."""


class InventorySettings(Struct, frozen=True, array_like=True):
    """``html``: whether addresses are those of the site; ``languages``: decide what language a source is in."""

    html: bool
    languages: tuple[str, ...]


class Entry(Struct, frozen=True, array_like=True, order=True):
    """A line: the name, its role (``py:class``), the address, and the name that is shown, if it is another one."""

    name: str
    role: str
    address: str
    shown: str = "-"


class Inventory(JoinedKind[InventorySettings]):
    """``export_inventory:/``."""

    file = "objects.inv"

    def settings(self, config: Config) -> InventorySettings:
        """Whether there is a site, and the languages."""
        return InventorySettings(bool(config.site), Languages.of(config).names)

    def touches(self, change: Change) -> Iterable[str]:
        """The source, whose names may be others as well, and those that hand on what it defines."""
        match change:
            case SourceChanged(path=path, shown=True) | ResolutionChanged(path=path) | OffersChanged(path=path):
                return (path,)
        return ()

    def part(self, tables: Tables, path: str, settings: InventorySettings) -> bytes | None:
        """Its entries, as JSON."""
        facts, summary = tables.facts(path), tables.summaries(parent(path)).get(path)
        if facts is None or summary is None:
            return None
        found = [] if summary.test else sorted(set(_Source(tables, path, facts, settings.html).entries()))
        if project := project_of(tables, path):
            found.append(Entry(project, _PROJECT, ""))
        return json.encode(found) if found else b""

    def join(self, parts: Sequence[Fragment], settings: InventorySettings) -> bytes:
        """The head and the stream. Of several entries with one name and role the first source's is taken."""
        found: dict[tuple[str, str], Entry] = {}
        for _, data in parts:
            for entry in json.decode(data, type=list[Entry]):
                found.setdefault((entry.name, entry.role), entry)
        project = next((name for name, role in found if role == _PROJECT), _UNNAMED)
        entries = sorted(entry for (_, role), entry in found.items() if role != _PROJECT)
        lines = "".join(f"{each.name} {each.role} {_priority(each)} {each.address} {each.shown}\n" for each in entries)
        head = f"# Project: {_one_line(project)}\n# Version: \n# The remainder of this file is compressed using zlib.\n"
        return HEAD + head.encode() + stored(lines.encode("utf-8", "replace"))


class _Source:
    """What a source gives names to."""

    def __init__(self, tables: Tables, path: str, facts: Facts, html: bool) -> None:
        self._tables = tables
        self._path = path
        self._facts = facts
        self._html = html
        self._language = tables.language(path)

    def entries(self) -> Iterator[Entry]:
        domain = self._language.domain
        if not domain:
            return
        own = self._own_name()
        if own and self._language.role:
            shown = _one_line(self._facts.title or own.rpartition("/")[2]) if self._language.prose else "-"
            yield Entry(own, f"{domain}:{self._language.role}", self._page(self._path), shown)
        if self._language.role == "module" and not own:
            return  # it cannot be imported
        before = f"{own}{self._language.separator}" if own and not self._language.prose else ""
        for each, role in _named(self._facts, self._language):
            shown = _one_line(each.doc or each.name) if self._language.prose else "-"
            yield Entry(_one_line(before + each.name), role, self._address(self._path, each.name), shown)
        yield from self._handed_on(before)

    def _own_name(self) -> str:
        """That of the module or the document."""
        if self._language.prose:
            return _one_line(self._path.rpartition(".")[0] or self._path)
        names = self._tables.resolver.linker(self._path).names(self._path) if self._language.role else []
        return names[0] if names else ""

    def _handed_on(self, before: str) -> Iterator[Entry]:
        """The definitions of other sources that this one hands on, with their members."""
        linker = self._tables.resolver.linker(self._path)
        if not (before and linker.hands_on(self._path)):
            return
        for name, place in linker.offers(self._path, set(), set()).items():
            facts = self._tables.facts(place.path) if place.name else None
            if facts is None:
                continue
            language = self._tables.language(place.path)
            below = place.name + language.separator
            for each, role in _named(facts, language):
                if each.name == place.name or each.name.startswith(below):
                    full = f"{before}{name}{each.name[len(place.name) :]}"
                    yield Entry(full, role, self._address(place.path, each.name))

    def _page(self, path: str) -> str:
        page = docs_path(path)
        return href(html_path(page) if self._html else page)

    def _address(self, path: str, name: str) -> str:
        return self._page(path) + fragment(name)


def _named(facts: Facts, language: Language) -> Iterator[tuple[Definition, str]]:
    """(definition, role) of what others may refer to, each name once."""
    kinds = {kind.name: kind for kind in language.kinds}
    private = private_names(facts, language)
    words = language.words()
    seen: set[str] = set()
    for each in facts.definitions:
        role = words.role(each, kinds[each.kind])
        if role and each.name not in seen and (each.name, each.kind) not in private:
            seen.add(each.name)
            yield each, role if ":" in role else f"{language.domain}:{role}"


def _priority(entry: Entry) -> int:
    """Sphinx's own: documents and labels are not found by the role for anything."""
    return -1 if entry.role.startswith("std:") else 1


def _one_line(text: str) -> str:
    return " ".join(text.split()) or "-"


def stored(data: bytes) -> bytes:
    """A stream of zlib's format (RFC 1950) that has the text as it is."""
    starts = range(0, len(data), _BLOCK) or range(1)
    blocks = [data[start : start + _BLOCK] for start in starts]
    found = [b"\x78\x01"]
    for number, block in enumerate(blocks, 1):
        found.append(struct.pack("<BHH", number == len(blocks), len(block), len(block) ^ 0xFFFF) + block)
    return b"".join([*found, struct.pack(">I", zlib.adler32(data))])
