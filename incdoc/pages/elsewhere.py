"""Where other projects document what a source imports of them: names as the source may write them, and links."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote

from incdoc.languages.facts import Facts, Import
from incdoc.languages.resolution import Target
from incdoc.links.inventories import is_url
from incdoc.links.tables import Tables
from incdoc.pages.paths import docs_path
from incdoc.pages.settings import SourceLinks

_OF_OTHERS = frozenset(("stdlib", "distribution"))


def elsewhere_of(
    tables: Tables, path: str, targets: Iterable[Target], settings: SourceLinks
) -> tuple[tuple[str, str], ...]:
    """(name, target of a link), sorted. A name that imports give two meanings has none."""
    domain = tables.language(path).domain
    facts = tables.facts(path) if tables.inventories and domain else None
    if facts is None:
        return ()
    found: dict[str, set[str]] = {}
    for name, full in _names(facts, targets, tables.language(path).separator):
        if address := tables.inventories.find(domain, full):
            found.setdefault(name, set()).add(_target(address, docs_path(path), settings))
        else:
            found.setdefault(name, set()).add("")
    return tuple(sorted((name, each) for name, links in found.items() if len(links) == 1 and (each := links.pop())))


def full_name(item: Import, separator: str) -> str:
    """What an import names, as its project calls it."""
    return f"{item.module}{separator}{item.name}" if item.name and item.name != "*" else item.module


def _names(facts: Facts, targets: Iterable[Target], separator: str) -> Iterator[tuple[str, str]]:
    """(name as the source may write it, name in full) of what it imports, and of what its definitions and their
    documentation say of that."""
    local: dict[str, str] = {}
    imported: set[str] = set()
    for item, target in zip(facts.imports, targets, strict=True):
        if target.kind not in _OF_OTHERS or item.module.startswith("."):
            continue
        full = full_name(item, separator)
        yield full, full
        imported.add(full)
        local.setdefault(item.module, item.module)
        if item.alias or (item.name and item.name != "*"):
            yield item.alias or item.name, full
            local[item.alias or item.name] = full
        else:
            first = item.module.partition(separator)[0]
            local.setdefault(first, first)
    if not local:
        return
    dotted = re.compile(rf"(?<![\w.])({'|'.join(map(re.escape, sorted(local)))})((?:{re.escape(separator)}\w+)+)")
    texts = [facts.doc, *(text for each in facts.definitions for text in (each.declaration, each.signature, each.doc))]
    said = {match.groups() for text in texts for match in dotted.finditer(text)}
    for name, rest in sorted(said):
        if (
            f"{name}{rest}" not in imported
        ):  # a class that is called as its module: a documentation means the whole name
            yield f"{name}{rest}", f"{local[name]}{rest}"


def _target(address: str, page: str, settings: SourceLinks) -> str:
    """The target of a link to an address, which may be anything that another project wrote."""
    if is_url(address):
        return quote(address, safe="/:?#&=%~@+,;!$*'[]", errors="replace")
    path, sharp, anchor = address.partition("#")
    return settings.source_href(page, path) + (f"#{quote(anchor, safe='.~-_:')}" if sharp else "")
