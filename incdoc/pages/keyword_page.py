"""The keyword page of a source: its names and imports, with their lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

from msgspec import Struct

from incdoc.config import Config
from incdoc.languages import Languages, load
from incdoc.languages.facts import NAMED, Facts
from incdoc.languages.registry import kinds_of
from incdoc.languages.resolution import Target
from incdoc.languages.view import View
from incdoc.links.changes import Change, ResolutionChanged, SourceChanged
from incdoc.links.tables import Tables
from incdoc.pages import paths
from incdoc.pages.kind import SourceKind, SourceText, TemplatePage
from incdoc.pages.markdown import code, fragment, link
from incdoc.pages.public import counted, told_apart, unread
from incdoc.pages.render import Renderer
from incdoc.pages.settings import KeywordLinks
from incdoc.sources.paths import parent


class KeywordLine(Struct, frozen=True, array_like=True):
    """A name with all the lines of its definitions."""

    name: str
    kind: str
    lines: tuple[int, ...]


class ImportLine(Struct, frozen=True, array_like=True):
    """An imported name as written, and what it leads to: ``import a.b`` and ``from a import b`` may differ.

    ``targets`` have a kind and, if it is a source, the ``path`` and ``name`` of the definition.
    """

    name: str
    targets: tuple[Target, ...]
    lines: tuple[int, ...]


class KeywordPage(Struct, frozen=True, array_like=True, tag="kw"):
    """The keyword page of a source: only names and lines, so that an edit that moves none does not change it."""

    path: str
    keywords: tuple[KeywordLine, ...]
    imports: tuple[ImportLine, ...]
    sections: tuple[tuple[str, str, str], ...]
    """(title, count in words, owners) of the documentation page's sections about them."""
    unread: str = ""
    """Why the file's names are not known; empty if they are."""
    reading: str = ""
    """How they are read, if that is not by a grammar."""
    language: str = "text"
    """The name of its language."""

    @staticmethod
    def of(tables: Tables, path: str, numbered: bool = True) -> KeywordPage:
        """The inputs of ``kw:path``. ``numbered``: with lines."""
        facts = tables.facts(path)
        targets = tables.resolver.resolve(path).targets if facts is not None else ()
        targets = told_apart(targets, path, tables.language(path))
        facts = facts or Facts("text", 0)
        kinds, listed = kinds_of(facts.language), load(facts.language).is_listed
        found: dict[tuple[str, str], list[int]] = {}
        for definition in facts.definitions:
            if definition.name and kinds[definition.kind].heading and listed(definition):
                found.setdefault((definition.name, definition.kind), []).append(definition.line)
        keywords = tuple(
            KeywordLine(name, kind, _sorted(lines) if numbered else ()) for (name, kind), lines in sorted(found.items())
        )
        words = load(facts.language).words()
        imports: dict[str, dict[Target, list[int]]] = {}
        for item, target in zip(facts.imports, targets, strict=True) if targets else ():
            if item.scope == NAMED:
                continue
            for shown in _shown(target, words):
                imports.setdefault(item.keyword, {}).setdefault(shown, []).append(item.line)
        lines = tuple(
            ImportLine(name, tuple(sorted(read)), _sorted(chain(*read.values())) if numbered else ())
            for name, read in sorted(imports.items())
        )
        return KeywordPage(
            path,
            keywords,
            lines,
            tuple(_sections(facts, keywords, lines)),
            unread(facts),
            load(facts.language).reading,
            tables.language(path).name,
        )


def _sorted(lines: Iterable[int]) -> tuple[int, ...]:
    return tuple(sorted(set(lines)))


def _shown(target: Target, words: View) -> Iterator[Target]:
    """The part of a target that a keyword page shows: where the name is defined, not how it was found."""
    if target.kind != "source":
        same = target.kind == "distribution" and not target.name and words.outside == words.leads("missing")
        yield Target("missing" if same else target.kind, name=target.name)
        return
    yield Target("source", target.definer, name=target.name) if target.definer else Target("source", target.path)
    for other in target.others:
        yield Target("source", other.path, name=other.name)


def _sections(
    facts: Facts, keywords: tuple[KeywordLine, ...], imports: tuple[ImportLine, ...]
) -> Iterator[tuple[str, str, str]]:
    kinds = kinds_of(facts.language)
    if keywords:  # also what pages do not list: the section has it
        names = {(each.kind, each.name) for each in facts.definitions if each.name and kinds[each.kind].heading}
        counts = Counter(kind for kind, _ in names)
        yield "Detailed Analysis", counted(counts, kinds.values()), ""
    if imports:
        yield "Dependencies", f"{len(imports)} import{'s' if len(imports) > 1 else ''}", ""
    category = {rule.code: rule.category for rule in load(facts.language).tried_rules()} if facts.findings else {}
    for title, wanted in FOUND.items():
        owners = {each.owner for each in facts.findings if each.owner and category.get(each.code) == wanted}
        if owners:
            yield title, "", "\n".join(sorted(owners))


FOUND = {
    "Code Patterns & Idioms": "pattern",
    "Performance Considerations": "performance",
    "Security & Safety": "security",
}
"""The sections of findings, and the category of rules that each shows."""


class KeywordPages(SourceKind[KeywordPage, KeywordLinks], TemplatePage[KeywordPage, KeywordLinks]):
    """``kw:PATH``."""

    templates = ("kw",)

    def settings(self, config: Config) -> KeywordLinks:
        """Also where sources are, and the languages of keywords."""
        return KeywordLinks.of(config)

    def gather(self, tables: Tables, path: str, settings: KeywordLinks) -> KeywordPage:
        """Names and lines, from the facts."""
        return KeywordPage.of(tables, path, settings.lines)

    def path(self, subject: str) -> str:
        """``X_kw.md``."""
        return paths.kw_path(subject)

    def touched_by(self, change: Change) -> Iterable[str]:
        """What it says of the source itself: its names, and to what its imports lead."""
        match change:
            case SourceChanged(path=path, shown=True) | ResolutionChanged(path=path, names=True):
                return (path,)
        return ()

    def links(self) -> dict[str, Any]:
        """``path | kw``."""
        return {"kw": paths.kw_path}

    def context(
        self, value: KeywordPage, settings: KeywordLinks, renderer: Renderer, source: SourceText | None
    ) -> dict[str, Any]:
        """The lines of the lists, by heading."""
        folder = parent(value.path)
        base = settings.source_href(renderer.page, value.path)
        docs = renderer.href(paths.docs_path(value.path))
        languages = Languages.named(settings.languages)
        kinds = kinds_of(value.language)
        words = load(value.language).words()
        groups: dict[str, list[str]] = {}
        for row in value.keywords:
            name, kind = row.name, kinds[row.kind]
            label = "" if languages.headings[kind.heading].name == kind.name else f"{kind.label or kind.name}, "
            groups.setdefault(kind.heading, []).append(
                f"- **{code(name)}**: {label}[documentation]({docs}{fragment(name)}){_lines(base, row.lines)}"
            )
        return renderer.common(folder) | {
            "page": value,
            "folder": folder or ".",
            "source": base,
            "docs": docs,
            "docs_name": paths.docs_path(value.path).rpartition("/")[2],
            "groups": [(title, groups[title]) for title in languages.headings if title in groups],
            "imports": [
                f"- **{code(row.name)}**: {_all_read(renderer, row.targets, words)}{_lines(base, row.lines)}"
                for row in value.imports
            ],
            "sections": [
                (title, words, [link(code(owner), docs + fragment(owner)) for owner in owners.split("\n") if owner])
                for title, words, owners in value.sections
            ],
        }


def _all_read(renderer: Renderer, targets: Iterable[Target], words: View) -> str:
    return " or ".join(dict.fromkeys(_reads(renderer, target, words) for target in targets))


def _reads(renderer: Renderer, target: Target, words: View) -> str:
    if target.kind == "source":
        href = renderer.href(paths.docs_path(target.path))
        return link("documentation", href + fragment(target.name) if target.name else href)
    if target.kind == "distribution" and target.name:
        return f"{code(target.name)}, another distribution"
    return words.leads(target.kind)


def _lines(base: str, lines: Sequence[int]) -> str:
    if not lines:
        return ""
    first, *others = lines
    return f" · [line {first}]({base}#L{first})" + "".join(f", [{line}]({base}#L{line})" for line in others)
