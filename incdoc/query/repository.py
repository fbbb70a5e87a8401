"""The repository as it is at the moment of a question: what changed is read first, so that no answer is stale."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from incdoc.config import Config, IncdocError
from incdoc.languages.facts import DECLARED, Definition, Facts, Use
from incdoc.languages.language import Language
from incdoc.languages.sentences import first_sentence
from incdoc.languages.text import decode
from incdoc.links.summary import FileSummary
from incdoc.links.tables import PRIVATE, TESTS, Tables
from incdoc.query.answers import Blob, Hit, Section
from incdoc.query.dry_run import DryRun
from incdoc.sources import algorithm_of, read_file
from incdoc.sources.paths import parent
from incdoc.store.facts import unpack_key

SEPARATORS = re.compile(r"::|[.#/]")
"""What may be between the parts of a name, in any language."""
_WITHOUT_BODY = frozenset((DECLARED, "overload"))
_LONGEST = 1000
"""Characters of a signature or a sentence."""


class Repository:
    """Answers from a ``dry_run`` whose link tables are up to date. Raises IncdocError."""

    def __init__(self, dry_run: DryRun) -> None:
        dry_run.read()
        self.config: Config = dry_run.config
        self._session = dry_run.session
        self.tables: Tables = dry_run.session.workspace.tables
        self._languages: dict[str, Language] = {}
        self._errors: dict[str, tuple[tuple[str, int], ...]] = {}
        self._own_uses: dict[tuple[str, str], tuple[Use, ...]] = {}
        self._heads: dict[str, dict[str, list[Definition]]] = {}

    @property
    def problems(self) -> list[str]:
        """The sources that could not be read, in sentences."""
        return list(self._session.changes.problems)

    # files

    def is_source(self, path: str) -> bool:
        """Whether the path is a source with facts."""
        return self.tables.exists(path)

    def is_folder(self, path: str) -> bool:
        """Whether there is a source in the folder or below."""
        return self.tables.holds(path) or not path

    def summary(self, path: str) -> FileSummary | None:
        """What a folder's page says of a source."""
        return self.tables.summaries(parent(path)).get(path)

    def is_test(self, path: str) -> bool:
        """Whether the source has tests."""
        summary = self.summary(path)
        return summary is not None and summary.test

    def blobs(self, paths: Iterable[str]) -> tuple[Blob, ...]:
        """The content of each source that an answer was made of."""
        keys = ((path, self.tables.facts_key(path)) for path in dict.fromkeys(paths))
        return tuple(Blob(path, unpack_key(key)[0].hex()) for path, key in keys if key)

    def text(self, path: str) -> str:
        """The text of a source as pages show it; empty where it cannot be read, or is no longer what its facts say."""
        return decode(self._data(path), self.facts(path).format.cookie)

    def _data(self, path: str) -> bytes:
        key = self.tables.facts_key(path)
        blob = unpack_key(key)[0] if key else b""
        try:
            data, found, _ = read_file(os.path.join(self.config.root, path), algorithm_of(blob), path)
        except (IncdocError, OSError):
            return b""
        return data if found == blob else b""

    def own_uses(self, path: str, definition: Definition) -> tuple[Use, ...]:
        """The uses in a source of one of its own definitions that is in no class."""
        key = path, definition.name
        if key not in self._own_uses:
            refused = self.facts(path).refused
            self._own_uses[key] = () if refused else self.language(path).uses_of_own(self._data(path), definition)
        return self._own_uses[key]

    # definitions

    def facts(self, path: str) -> Facts:
        """The facts of a source; of what is none, those of an empty file."""
        return self.tables.facts(path) or Facts("text", 0)

    def language(self, path: str) -> Language:
        """The language of a source."""
        if path not in self._languages:
            self._languages[path] = self.tables.language(path)
        return self._languages[path]

    def definitions(self, path: str, name: str) -> list[Definition]:
        """All definitions of a name in a source, in its order."""
        if path not in self._heads:
            found: dict[str, list[Definition]] = {}
            for each in self.facts(path).definitions:
                found.setdefault(each.name, []).append(each)
            self._heads[path] = found
        return self._heads[path].get(name, [])

    def errors(self, path: str, definition: Definition) -> Iterator[tuple[str, int]]:
        """(name, line) of what a definition itself raises, throws or returns as an error, no definition in it."""
        yield from definition.raises
        if definition.kind not in self.language(path).bodies or self.facts(path).refused:
            return
        if path not in self._errors:
            self._errors[path] = self.language(path).errors_in(self._data(path))
        inner = [each for each in self.facts(path).definitions if definition.line < each.line <= definition.end]
        for name, line in self._errors[path]:
            within = definition.line <= line <= definition.end
            if within and not any(each.line <= line <= each.end for each in inner):
                yield name, line

    def outermost(self, path: str, name: str) -> Definition | None:
        """The definition of a source that a name of it is in, or is: what is in no class."""
        separator = self.language(path).separator
        kinds = {kind.name: kind for kind in self.language(path).kinds}
        parts = name.split(separator)
        found = (self.definitions(path, separator.join(parts[:count])) for count in range(1, len(parts) + 1))
        around = [each[0] for each in found if each]
        return next((each for each in around if kinds[each.kind].shown == "block" or each is around[-1]), None)

    def last(self, path: str, name: str) -> str:
        """The last part of a name of a source."""
        return name.rpartition(self.language(path).separator)[2]

    def head(self, path: str, definition: Definition) -> str:
        """The head of a definition, as the source has it."""
        return self.language(path).head(definition)

    def kind(self, path: str, definition: Definition) -> str:
        """``async method``, ``property``: as pages have it."""
        language = self.language(path)
        kinds = {kind.name: kind for kind in language.kinds}
        return language.words().label(definition, kinds[definition.kind])

    def kind_shown(self, path: str, definition: Definition) -> str:
        """How pages show a definition: as a ``block``, a ``member``, a ``value``, a ``row``."""
        return next(kind.shown for kind in self.language(path).kinds if kind.name == definition.kind)

    def module(self, path: str) -> str:
        """The most usual name by which others import a source."""
        names = self.tables.resolver.linker(path).names(path)
        return names[0] if names else ""

    def hit(self, path: str, name: str, kind: str = "", section: int = 0) -> Hit:
        """A definition, or with an empty name the source itself, in a few words."""
        where: Section = "test" if section == TESTS else "private" if section == PRIVATE else "public"
        module = self.module(path)
        if not name:
            summary = self.summary(path)
            said = summary.first_sentence if summary is not None else ""
            return Hit(module or path, kind or "file", path, summary=said, module=module)
        found = self.definitions(path, name)
        of_kind = [each for each in found if kind in ("", each.kind)] or found
        bodies = [each for each in of_kind if _WITHOUT_BODY.isdisjoint(each.traits)]
        definition = next(iter(bodies or of_kind), None)
        if definition is not None and definition.kind == "function":  # an overload may have no trait, and no body
            definition = max(bodies or of_kind, key=lambda each: each.end - each.line)
        hit = Hit(name, kind, path, module=module, section=where)
        if definition is None:
            return hit
        documented = next((each.doc for each in found if each.doc), "")
        return replace(
            hit,
            kind=self.kind(path, definition),
            line=definition.line,
            end=definition.end,
            signature=one_line(self.head(path, definition)),
            summary=first_sentence(documented)[:_LONGEST] if documented else "",
        )


def one_line(head: str) -> str:
    """A head that may be wrapped, in one line of bounded length."""
    words = " ".join(head.split())
    return words if len(words) <= _LONGEST else f"{words[: _LONGEST - 1]}…"


def parts(name: str) -> tuple[str, ...]:
    """The parts of a qualified name, whatever is between them."""
    return tuple(part for part in SEPARATORS.split(name) if part)
