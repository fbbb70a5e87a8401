"""The documentation page of a source: what it defines, imports and is imported by, findings, its text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any

from msgspec import Struct

from incdoc.config import Config
from incdoc.languages.facts import TEST, Definition
from incdoc.languages.linker import Linker
from incdoc.languages.resolution import IMPORTS, NAMED_AFTER, THROUGH, USES, Base, Place, Resolution, Target, Usage
from incdoc.languages.sentences import first_sentence
from incdoc.links.changes import (
    Change,
    CompanionChanged,
    CounterpartChanged,
    ImportersChanged,
    InheritedChanged,
    OffersChanged,
    ResolutionChanged,
    SourceChanged,
    SubclassesChanged,
    UsagesChanged,
)
from incdoc.links.summary import FileSummary
from incdoc.links.tables import Tables
from incdoc.pages import paths
from incdoc.pages.elsewhere import elsewhere_of
from incdoc.pages.inherited import Inherited, inherited_by
from incdoc.pages.kind import Reads, SourceKind, SourceText, TemplatePage
from incdoc.pages.markdown import code
from incdoc.pages.offers import Offer, offers_of
from incdoc.pages.public import told_apart
from incdoc.pages.render import Renderer
from incdoc.pages.settings import SourceSettings
from incdoc.pages.usage import User, users_of
from incdoc.sources.paths import parent


class Declared(Struct, frozen=True, array_like=True):
    """What a companion, such as a stub, says of the definitions of a source."""

    companion: str
    summary: str
    """The first sentence of its docstring, if the source has none."""
    completed: tuple[tuple[int, Definition], ...]
    """(number in the source's facts, definition with what the companion says besides)."""
    typed: tuple[str, ...]
    """The names of the definitions whose heads are the companion's."""
    alone: tuple[str, ...]
    """The outermost names that only the companion declares."""


class TestedBy(Struct, frozen=True, array_like=True):
    """A test that uses ``names`` of a source, ``through`` others that hand them on."""

    path: str
    names: tuple[str, ...]
    through: tuple[str, ...]


class SourcePage(Struct, frozen=True, array_like=True, tag="docs"):
    """The documentation page of a source."""

    path: str
    content: bytes
    """The facts key of its bytes and facts, or of its facts alone if its text is not shown."""
    summary: FileSummary
    fence: str
    module: str
    targets: tuple[Target, ...]
    bases: tuple[Base, ...]
    subclasses: tuple[tuple[str, str, str], ...]
    importers: tuple[str, ...]
    tests: tuple[str, ...]
    relatives: tuple[tuple[str, str], ...]
    """(how it is related, path)."""
    links: tuple[Target, ...] = ()
    """The target of each link of a document."""
    declared: tuple[Declared, ...] = ()
    """What each companion that declares what this source defines says of it."""
    commands: tuple[str, ...] = ()
    """How the ``tests`` are run, as far as that is known, as texts of a ``Command``."""
    command: str = ""
    """How its own tests are run; empty if it has none, or that is not known."""
    starts: tuple[tuple[str, str], ...] = ()
    """(manifest, how it says that the source is started, as the text of a ``Start``)."""
    counterparts: tuple[tuple[str, str], ...] = ()
    """(entity, path): where the other one of a declaration and its definition is."""
    reached: tuple[TestedBy, ...] = ()
    """The tests besides ``tests`` that use names of it."""
    named: tuple[str, ...] = ()
    """The tests that belong to it by their names alone."""
    prepared: tuple[str, ...] = ()
    """The importers that a runner runs before tests."""
    used_as: str = ""
    """The verb of those that import it: ``includes``."""
    offers: tuple[Offer, ...] = ()
    """Its public names if some of them are those of others."""
    inherited: tuple[Inherited, ...] = ()
    """What its classes have of those above them."""
    users: tuple[User, ...] = ()
    """The other sources whose definitions use those of it."""
    spoken: tuple[tuple[str, Place], ...] = ()
    """(name in full, what it is) of what its documentation names."""
    elsewhere: tuple[tuple[str, str], ...] = ()
    """(name, target of a link) of what it imports of projects whose inventories are pinned."""
    usages: tuple[Usage, ...] = ()
    """What its definitions call of other sources; of a test, all that they use."""

    @staticmethod
    def of(tables: Tables, path: str, settings: SourceSettings) -> SourcePage:
        """The inputs of ``docs:path``."""
        summary = tables.summaries(parent(path))[path]
        resolution = tables.resolver.resolve(path)
        importers = tables.importers(path)
        names = tables.resolver.linker(path).names(path)
        tests = tuple(each for each in importers if _is_test(tables, each))
        reached = tuple(_reached(tables, path, importers))
        offers = offers_of(tables, path)
        known = {*tests, *(each.path for each in reached)}
        named = tuple(each for how, each in tables.belonging(path) if how == NAMED_AFTER and each not in known)
        run = sorted({*known, *named})
        return SourcePage(
            path=path,
            content=(tables.facts_key(path) if settings.source == "full" else tables.facts_digest(path)) or b"",
            summary=summary,
            fence=tables.languages.detect(path, summary.program).fence,
            module=names[0] if names else "",
            targets=told_apart(resolution.targets, path, tables.language(path)),
            bases=resolution.bases,
            subclasses=tuple(tables.subclasses(path)),
            importers=tuple(each for each in importers if not _is_test(tables, each)),
            tests=tests,
            commands=tuple(filter(None, map(tables.command, run))),
            command=_own_command(tables, path, summary),
            relatives=tuple(_relatives(tables, path, resolution, importers)),
            links=resolution.links,
            declared=tuple(_declared(tables, path)),
            starts=tuple(tables.starts(path)),
            counterparts=tuple(tables.counterparts(path)),
            reached=reached,
            named=named,
            prepared=tuple(each for each in importers if tables.resolver.linker(each).prepares(each)),
            used_as=_verb(tables, path, importers),
            offers=offers if any(each.path != path for each in offers) else (),
            inherited=inherited_by(tables, path, resolution.bases, summary.test),
            users=users_of(tables, path),
            elsewhere=elsewhere_of(tables, path, resolution.targets, settings),
            spoken=tuple(each for each in resolution.spoken if each[1].path),
            usages=tuple(sorted(each for each in resolution.usages if each.called or summary.test)),
        )


def _verb(tables: Tables, path: str, importers: list[str]) -> str:
    """What the importers of a source do, which may be of several languages."""
    verbs = {tables.resolver.linker_of(tables.language(each).name).refers for each in importers or (path,)}
    return verbs.pop() if len(verbs) == 1 else Linker.refers


def _declared(tables: Tables, path: str) -> Iterator[Declared]:
    """Only what the page says: all else of a companion may change."""
    language = tables.language(path)
    separator = language.separator
    facts = None
    for companion in tables.resolver.linker(path).declared_in(path):
        other = tables.facts(companion) if tables.exists(companion) else None
        facts = facts or tables.facts(path)
        if other is None or facts is None:
            continue
        completed, typed = language.words().complete(facts, other.definitions)
        pairs = zip(facts.definitions, completed.definitions, strict=True)
        names = {each.name for each in facts.definitions}
        alone = dict.fromkeys(each.name for each in other.definitions if each.name not in names)
        yield Declared(
            companion,
            "" if facts.doc else first_sentence(other.doc),
            tuple((number, new) for number, (old, new) in enumerate(pairs) if new != old),
            tuple(sorted(typed)),
            tuple(name for name in alone if name.rpartition(separator)[0] not in alone),
        )
        facts = completed


def _reached(tables: Tables, path: str, importers: list[str]) -> Iterator[TestedBy]:
    """The tests that get names of ``path`` through other sources."""
    known = set(importers)
    for test, rows in groupby(tables.tested(path), key=itemgetter(0)):
        found = [(how, name) for _, how, name in rows]
        if test not in known:
            names = sorted({name for how, name in found if how != THROUGH and name})
            yield TestedBy(test, tuple(names), tuple(sorted({name for how, name in found if how == THROUGH})))


def _own_command(tables: Tables, path: str, summary: FileSummary) -> str:
    """A source that is no test may have some too, beside what they test."""
    command = tables.command(path)
    if not command or summary.test:
        return command
    facts = tables.facts(path)
    return command if facts is not None and any(TEST in each.traits for each in facts.definitions) else ""


def _is_test(tables: Tables, path: str) -> bool:
    return tables.summaries(parent(path))[path].test


def _relatives(
    tables: Tables, path: str, resolution: Resolution, importers: list[str]
) -> Iterator[tuple[str, str]]:  # fmt: skip
    folder = parent(path)
    yield from resolution.related
    yield from (each for each in tables.belonging(path) if each[0] != NAMED_AFTER)
    for word, companion in tables.resolver.linker(path).companions(path):
        if tables.exists(companion):
            yield word, companion
    used = {each for each, how, _ in resolution.uses if how == USES}
    imported = {each for each, how, _ in resolution.uses if how == IMPORTS or each not in used}
    imported &= {target.path for target in resolution.targets if target.kind == "source"}
    for each in sorted(imported | set(importers)):
        if parent(each) == folder and each != path:
            both = each in imported and each in importers
            yield "imports and is imported by" if both else "imports" if each in imported else "is imported by", each


class SourcePages(SourceKind[SourcePage, SourceSettings], TemplatePage[SourcePage, SourceSettings]):
    """``docs:PATH``."""

    templates = ("docs",)
    own_places = (
        "targets",
        "bases",
        "relatives",
        "module",
        "summary",
        "content",
        "declared",
        "offers",
        "inherited",
        "usages",
        "elsewhere",
    )

    def settings(self, config: Config) -> SourceSettings:
        """Also where sources are, and how their text is shown."""
        return SourceSettings.of(config)

    def gather(self, tables: Tables, path: str, settings: SourceSettings) -> SourcePage:
        """What the link tables have of it; the facts are there as their digest."""
        return SourcePage.of(tables, path, settings)

    def path(self, subject: str) -> str:
        """``X_docs.md``."""
        return paths.docs_path(subject)

    def touched_by(self, change: Change) -> Iterable[str]:
        """What it says of the source itself, and of what refers to it."""
        match change:
            case SourceChanged(path=path, shown=True) | ResolutionChanged(path=path):
                return (path,)
            case ImportersChanged(path=path) | SubclassesChanged(path=path):
                return (path,)
            case CompanionChanged(path=path) | CounterpartChanged(path=path) | OffersChanged(path=path):
                return (path,)
            case InheritedChanged(path=path) | UsagesChanged(path=path):
                return (path,)
        return ()

    def reads(self, settings: SourceSettings) -> Reads:
        """Its facts, and its text if that is shown."""
        return "text" if settings.source == "full" else "facts"

    def weight(self, tables: Tables, subject: str) -> int:
        """By its size."""
        summary = tables.summaries(parent(subject)).get(subject)
        return summary.size + 2000 if summary is not None else 3000

    def links(self) -> dict[str, Any]:
        """``path | docs``."""
        return {"docs": paths.docs_path}

    def context(
        self, value: SourcePage, settings: SourceSettings, renderer: Renderer, source: SourceText | None
    ) -> dict[str, Any]:
        """The view, and links."""
        from incdoc.pages.source_view import SourceView

        assert source is not None
        page = SourceView(value, source.facts, source.body, settings)
        name = value.path.rpartition("/")[2]
        common = renderer.common(page.folder)
        return common | {
            "page": page,
            "crumbs": [*common["crumbs"], (code(name), "")],
            "kw": renderer.href(paths.kw_path(value.path)),
            "source": settings.source_href(renderer.page, value.path),
            "suffix": name[name.rindex(".") :] if "." in name[1:] else "",
        }
