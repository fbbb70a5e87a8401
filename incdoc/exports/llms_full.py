"""``llms-full.txt``: the public API in one text, as much of it as a budget allows, for language models.

Constraints: each definition is a line with its head and its first sentence, without numbers of lines: an edit that
changes neither, nor who imports what, changes no byte. The order is that of ``pages.useful``, as ``incdoc map`` has it.
What it is made of is in the parts: a source's has how many sources import it, a package's what it hands on. So the
order follows from the parts alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from msgspec import Struct, msgpack

from incdoc.config import Config
from incdoc.exports.joined import JoinedKind, project_of
from incdoc.exports.llms import FULL, LlmsSettings, Opening
from incdoc.languages import Languages
from incdoc.languages.facts import Definition, Facts
from incdoc.languages.language import Language
from incdoc.languages.public import public_definitions
from incdoc.languages.sentences import first_sentence
from incdoc.links.changes import Change, ImportersChanged, ResolutionChanged, SourceChanged
from incdoc.links.tables import Tables
from incdoc.pages.markdown import code, visible
from incdoc.pages.useful import Room, handed_on, is_candidate, nearest, public_members, rank
from incdoc.sources.paths import parent
from incdoc.store.fragments import Fragment

_LONGEST = 400
"""Characters of a head or a sentence."""
_MOST = 10**9
"""More definitions than there are, for the room that their number takes."""


class Known(Struct, frozen=True, array_like=True):
    """A public definition of a source. ``named``: how many sources import it by its name."""

    name: str
    named: int
    line: str
    members: tuple[str, ...]
    """The lines of its members."""


class SourcePart(Struct, frozen=True, array_like=True):
    """What the file says of a source, and what its order depends on. ``importers``: how many sources import it."""

    about: str = ""
    importers: int = 0
    known: tuple[Known, ...] = ()
    handed_on: tuple[tuple[str, str], ...] = ()
    """(source, definition) that a package hands on to its users."""
    opening: Opening = Opening()
    """What it says of the repository."""


class LlmsFull(JoinedKind[LlmsSettings]):
    """``export_llms_full:/``."""

    file = FULL

    def settings(self, config: Config) -> LlmsSettings:
        """The budget, and the languages."""
        return LlmsSettings.of(config)

    def touches(self, change: Change) -> Iterable[str]:
        """The source, the sources that it imports, and the packages that hand on what it defines."""
        match change:
            case SourceChanged(path=path, shown=True) | ImportersChanged(path=path):
                return (path,)
            case ResolutionChanged(path=path):
                return (path,)
        return ()

    def part(self, tables: Tables, path: str, settings: LlmsSettings) -> bytes | None:
        """Its public definitions, and what it says of the repository."""
        facts, summary = tables.facts(path), tables.summaries(parent(path)).get(path)
        if facts is None or summary is None:
            return None
        language, describes = tables.language(path), path in Languages.named(settings.languages).describing
        opening = Opening.of(facts if describes and summary.first_sentence else None, project_of(tables, path))
        packaged = () if summary.test else tuple((each.path, each.name) for each in handed_on(tables, path))
        found = SourcePart(opening=opening, handed_on=packaged)
        if is_candidate(summary) and language.offers(path, tables.exists):
            known = tuple(_known(facts, language, dict(tables.mentions(path))))
            found = SourcePart(summary.first_sentence, tables.importer_count(path), known, packaged, opening)
        return msgpack.encode(found) if found != SourcePart() else b""

    def join(self, parts: Sequence[Fragment], settings: LlmsSettings) -> bytes:
        """The most useful of all, by source."""
        found = {path: msgpack.decode(data, type=SourcePart) for path, data in parts}
        described = (found[name].opening for name in Languages.named(settings.languages).describing if name in found)
        told = next((each for each in described if each.title or each.sentence), Opening())
        project = next((each.opening.project for each in found.values() if each.opening.project), "")
        candidates = sorted(_candidates(found), key=lambda each: each[:4])
        opening = Opening(project, told.title, told.sentence)
        return _Full(opening, found, settings.tokens).text(candidates).encode("utf-8", "replace")


class _Candidate(NamedTuple):
    tier: int
    uses: int
    path: str
    number: int
    """Its place in the source."""
    known: Known


def _candidates(found: dict[str, SourcePart]) -> Iterator[_Candidate]:
    packages = nearest(path for path, part in found.items() if part.handed_on)
    offered = {place for path in packages for place in found[path].handed_on}
    for path, part in found.items():
        for number, each in enumerate(part.known):
            yield _Candidate(*rank((path, each.name) in offered, each.named, part.importers), path, number, each)


class _Full:
    """The text. ``tokens``: of all of it."""

    def __init__(self, opening: Opening, found: dict[str, SourcePart], tokens: int) -> None:
        self._opening = opening
        self._found = found
        self._tokens = tokens
        self._room = Room(tokens)
        self._chosen: dict[str, dict[int, list[str]]] = {}
        """By source and place in it, the lines; sources in the order of their most useful definitions."""

    def text(self, candidates: Sequence[_Candidate]) -> str:
        self._room.take(self._head(_MOST, _MOST))
        taken = []
        for each in candidates:
            if self._room.is_full:
                break
            taken += [each] if self._take(each, each.known.line) else []
        for each in taken:
            for line in each.known.members if not self._room.is_full else ():
                if not self._room.is_full:
                    self._take(each, line)
        return self._head(len(taken), len(candidates)) + "\n".join(map(self._section, self._chosen))

    def _take(self, each: _Candidate, line: str) -> bool:
        """Whether there is room for a line, and for the head of its source before the first one."""
        fits = self._room.take(line if each.path in self._chosen else f"{self._source(each.path)}{line}\n")
        if fits:
            self._chosen.setdefault(each.path, {}).setdefault(each.number, []).append(line)
        return fits

    def _head(self, shown: int, total: int) -> str:
        count = f"All {total:,} definitions are here."
        if shown < total:
            count = f"{shown:,} of {total:,} definitions are here, in {self._tokens:,} tokens of 4 bytes."
        what = "The public API: what packages hand on to users first, then what most sources import."
        return f"{self._opening.text()}{what} {count} The page of a source `X` is `X_docs.md`.\n\n"

    def _source(self, path: str) -> str:
        about = self._found[path].about
        return f"## {visible(path)}\n\n{_short(about)}{2 * chr(10) if about else ''}"

    def _section(self, path: str) -> str:
        lines = self._chosen[path]
        return self._source(path) + "".join(line for number in sorted(lines) for line in lines[number])


def _known(facts: Facts, language: Language, named: dict[str, int]) -> Iterator[Known]:
    members = public_members(facts, language)
    for each in public_definitions(facts, language):
        listed = filter(language.is_listed, members(each.name))
        inner = tuple(f"  {_line(member, language, '')}" for member in listed)
        around = each.name.rpartition(language.separator)[0]
        yield Known(each.name, named.get(each.name, 0), _line(each, language, around), inner)


def _line(definition: Definition, language: Language, around: str) -> str:
    """``around``: what the definition is in, if the lines above it do not say so."""
    head = code(_short(language.head(definition)) or definition.name)
    place = f" in {code(_short(around))}" if around else ""
    sentence = _short(first_sentence(definition.doc)) if definition.doc else ""
    return f"- {head}{place}{': ' if sentence else ''}{sentence}\n"


def _short(words: str) -> str:
    line = visible(" ".join(words.split()))
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"
