"""A source -> what it refers to, by the linker of its language; and the names of the lookup rows.

The link tables hold the lookups of all languages. A path begins with a slash and is common to all; a name has its
language, or the family of that, before it: ``python:os.path``. A distribution that a manifest requires has its registry
before it, and is common to all too: ``/pypi:attrs``. So is a module that a source makes for other languages:
``/module:_C``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from incdoc.languages import Languages
from incdoc.languages.facts import Import
from incdoc.languages.linker import MODULES, Entry, Linker, Repository
from incdoc.languages.outline import Outline
from incdoc.languages.resolution import CHAIN, RUNS, Resolution, Target
from incdoc.sources.paths import ancestors, parent

_NOTHING = Resolution((), (), frozenset(), frozenset())


def row_names(family: str, lookups: Iterable[str]) -> set[str]:
    """The rows of the lookups of a family of languages."""
    return {each if each.startswith("/") else f"{family}:{each}" for each in lookups}


def module_names(outline: Outline | None) -> set[str]:
    """The rows of the modules that a source makes for other languages."""
    return {f"{MODULES}:{name}" for name, _ in outline.modules} if outline is not None else set()


def _registry(name: str) -> str:
    """What is before the names of a registry in rows. They are common to all languages, as paths are."""
    return f"/{name}"


def shown(row: str) -> str:
    """The lookup of a row, for people."""
    return row[1:] if row.startswith("/") else row.partition(":")[2]


class Resolver:
    """The linkers of the languages of one repository, and the resolutions that they made."""

    def __init__(self, languages: Languages, repository: Repository) -> None:
        self._languages = languages
        self._repository = repository
        self._linkers: dict[str, Linker] = {}
        """Those that were needed: each is a module of its language, and few languages are in one repository."""
        self._other = Linker(repository)
        self._resolved: dict[str, Resolution] = {}

    def linker(self, path: str) -> Linker:
        """The linker of the language that the name of a source selects. Where it says nothing, no other source can
        refer to the source by a name of its language."""
        return self.linker_of(self._languages.detect(path).language)

    def linker_of(self, language: str) -> Linker:
        """The linker of a language; of one whose sources refer to nothing, one that has no links."""
        found = self._linkers.get(language)
        if found is None:
            chosen = language in self._languages.names
            found = self._languages[language].link(self._repository) if chosen else self._other
            self._linkers[language] = found
        return found

    def _family(self, path: str) -> str:
        language = self._languages.language(path)
        return language.family or language.name

    def names(self, path: str) -> set[str]:
        """The rows of the names of a source and of its definitions, and of the distributions that it requires."""
        linker = self.linker(path)
        required = {f"{_registry(registry)}:{name}" for registry, name in linker.registers(path)}
        return row_names(self._family(path), (*linker.names(path), *linker.defines(path))) | required

    def entry(self, path: str) -> tuple[str, str, str]:
        """(what it is, its name, the last part of that) of a source in an index; empty if its language has none."""
        language = self._languages.language(path)
        names = self.linker(path).names(path) if language.indexed_as else []
        if not names:
            return "", "", ""
        return language.indexed_as, names[0], names[0].rpartition("/")[2].rpartition(language.separator)[2]

    def lookups(self, path: str) -> set[str]:
        """The rows of the lookups with which sources of its language find a source: by its names, or by its path."""
        sought = self.linker(path).sought(path, "source")
        made = module_names(self._repository.outline(path))
        return self.names(path) | made | {each for each in sought if each.startswith("/")}

    def sought(self, path: str, entry: Entry) -> Iterator[str]:
        """The rows of lookups, besides names and ``/path``, whose answer the coming or going of ``path`` may change: in
        the language of a source, in all languages of another entry."""
        own = self._family(path) if entry == "source" else ""
        for language in self._languages.names:
            family = self._languages[language].family or language
            if not own or family == own:
                yield from row_names(family, self.linker_of(language).sought(path, entry))

    def folder(self, path: str) -> str:
        """What the first language that has a word for a folder calls it; else empty."""
        return next((word for language in self._languages.names if (word := self.linker_of(language).folder(path))), "")

    def resolve(self, path: str) -> Resolution:
        """What the source at ``path`` refers to, with its lookups as rows."""
        found = self._resolved.get(path)
        if found is None:
            found = self._resolved[path] = self._resolve(path)
        return found

    def _resolve(self, path: str) -> Resolution:
        outline = self._repository.outline(path)
        if outline is None:
            return _NOTHING
        language = self._languages.language(path, outline.program)
        linker = self.linker_of(language.name)
        found = linker.resolve(path, outline)
        wants = set(found.wants)
        targets = (
            tuple(
                self._required(path, item, linker, wants)
                if target.kind == "distribution" and not target.path
                else target
                for item, target in zip(outline.imports, found.targets, strict=True)
            )
            if found.targets
            else ()
        )
        looked: set[str] = set()
        command = linker.command(path, outline, wants, looked)
        uses = {(each, CHAIN, "") for each in looked} | ({(path, RUNS, command.text())} if command else set())
        return replace(
            found,
            targets=targets,
            wants=frozenset(row_names(language.family or language.name, wants)),
            uses=found.uses | uses,
        )

    def _required(self, path: str, item: Import, linker: Linker, wants: set[str]) -> Target:
        """The distribution that an import leads to, by the nearest manifest above the source that requires it."""
        for registry, name in linker.distributions(path, item):
            wants.add(f"{_registry(registry)}:{name}")
            manifests = sorted(
                self._repository.named(_registry(registry), name),
                key=lambda each: (self.linker(each).locks(each), each),
            )
            above = {self.linker(each).governs(each): each for each in reversed(manifests)}
            for folder in ancestors(parent(path)):
                if folder in above:
                    return Target("distribution", above[folder], name=name)
        return Target("distribution")

    def know(self, path: str, resolution: Resolution) -> None:
        """Take the resolution that another process made."""
        self._resolved[path] = resolution

    def forget_outlines(self) -> None:
        """Keep the resolutions, and drop the values that they were made from."""
        for linker in self._linkers.values():
            linker.forget_outlines()
