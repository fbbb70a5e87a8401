"""Where a definition is named beside its users: what must change too if it is renamed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

from incdoc.languages.facts import Import
from incdoc.languages.resolution import Target
from incdoc.query.answers import Naming
from incdoc.query.repository import Repository

_MOST_DOCUMENTS = 500
"""Documents that are read for one answer: each takes a fifth of a millisecond."""


_PLAIN = re.compile(r"[a-z]+|[A-Z][a-z]*")
"""A name that is a word of its own: in documents it counts as code alone."""


def namings(repository: Repository, path: str, name: str, importers: Iterable[str]) -> Iterator[Naming]:
    """The imports of a definition by its name, the stars that bring it, lists of exports, documents with the word.
    ``importers``: the sources that import it by its name."""
    last = repository.last(path, name)
    stars = list(_stars(repository, path, name)) if last == name else []
    for each in importers:
        yield from _imports(repository, each, path, name)
    yield from stars
    for each in sorted({path, *importers, *(star.path for star in stars)}):
        if last in (repository.facts(each).exports or ()):
            yield Naming(each, "exports", ())
    yield from _documents(repository, last)


def _imported(repository: Repository, importer: str) -> Iterable[tuple[Import, Target]]:
    targets = repository.tables.resolver.resolve(importer).targets
    return zip(repository.facts(importer).imports, targets, strict=True) if targets else ()


def _imports(repository: Repository, importer: str, path: str, name: str) -> Iterator[Naming]:
    """The statements of a source that import a definition."""
    imports: set[int] = set()
    exports: set[int] = set()
    for item, target in _imported(repository, importer):
        if (path, name) in ((target.definer, target.name), *_others(target)):
            (exports if item.style in repository.language(importer).reexports else imports).add(item.line)
    if imports:
        yield Naming(importer, "import", tuple(sorted(imports)))
    if exports:
        yield Naming(importer, "re-export", tuple(sorted(exports)))


def _others(target: Target) -> Iterator[tuple[str, str]]:
    return ((each.path, each.name) for each in target.others)


def _stars(repository: Repository, path: str, name: str) -> Iterator[Naming]:
    """The statements that import all names of a source, and so this one, and those that import all of these."""
    seen, waiting = {path}, [path]
    while waiting:
        source = waiting.pop(0)
        exports = repository.facts(source).exports
        if not (name in exports if exports is not None else not name.startswith("_")):
            continue
        for importer in repository.tables.importers(source):
            lines = {
                item.line
                for item, target in _imported(repository, importer)
                if target.path == source and repository.language(importer).brings_all(item)
            }
            if lines and importer not in seen:
                seen.add(importer)
                waiting.append(importer)
                yield Naming(importer, "star", tuple(sorted(lines)))


def words(repository: Repository, name: str, told: Mapping[str, set[int]]) -> Iterator[Naming]:
    """The sources that have the last part of a name on other lines than those that are ``told`` of each: in what macros
    hide, in comments and texts. Nothing of a name that is a word, which often means something else."""
    if not told or _PLAIN.fullmatch(last := repository.last(next(iter(told)), name)):
        return
    pattern = re.compile(_whole(last))
    for path, lines in told.items():
        text = repository.text(path).split("\n")
        if found := [line for line, each in enumerate(text, 1) if line not in lines and pattern.search(each)]:
            yield Naming(path, "word", tuple(found))


def _whole(word: str) -> str:
    return rf"(?<![\w$]){re.escape(word)}(?![\w$])"


def _documents(repository: Repository, word: str) -> Iterator[Naming]:
    """The texts for people that have a word, on a line."""
    whole = _whole(word)
    pattern = re.compile(rf"`[^`\n]*{whole}" if _PLAIN.fullmatch(word) else whole)
    languages = repository.tables.languages
    documents = (each for each in repository.tables.below("") if languages.language(each).prose)
    for path in islice(documents, _MOST_DOCUMENTS):
        lines = repository.text(path).split("\n")
        if found := [number for number, line in enumerate(lines, 1) if pattern.search(line)]:
            yield Naming(path, "document", tuple(found))
