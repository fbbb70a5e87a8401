"""``llms.txt``: where a language model finds what, as llmstxt.org has it.

Constraints: a title, what the project is in one sentence, then sections of links; a reader may leave out the one called
Optional. Links lead to the Markdown pages, also if there is a site. A part is that of a folder: a line for the folder,
and one for each of its modules that are made for users and not private by their paths. Where a repository has more than
the budget allows, those nearest to the top are listed, and the file says how many are not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct, msgpack

from incdoc.config import Config
from incdoc.exports.joined import JoinedKind, part_of, project_of
from incdoc.languages import Languages
from incdoc.languages.facts import Facts
from incdoc.languages.public import is_private_name
from incdoc.languages.sentences import first_sentence
from incdoc.links.changes import Change, FolderChanged, ResolutionChanged, SourceChanged
from incdoc.links.summary import FileSummary
from incdoc.links.tables import Tables
from incdoc.pages import paths
from incdoc.pages.book import is_aside
from incdoc.pages.folder_index import begin
from incdoc.pages.folders import describing, folder_line, said
from incdoc.pages.markdown import code, href, link, prose, text
from incdoc.pages.useful import Room, is_candidate
from incdoc.sources.paths import parent
from incdoc.store.fragments import Fragment

_UNNAMED = "Reference"
_LONGEST = 400
"""Characters of a title or a sentence."""
_FEW = 8
"""Names of a package without documentation."""
FULL = "llms-full.txt"
_ALWAYS = (
    ("Index", paths.INDEX, "what is at the top of the repository"),
    ("Book", paths.BOOK, "a chapter for each folder, in reading order"),
    ("Keywords", paths.KEYWORDS, "where each name is defined"),
)


class LlmsSettings(Struct, frozen=True, array_like=True):
    """``tokens``: of the file at the most; ``full``: whether there is the other file; ``languages``: decide what
    language a source is in, and which files say what their folder is for."""

    tokens: int
    full: bool
    languages: tuple[str, ...]

    @staticmethod
    def of(config: Config) -> LlmsSettings:
        """Those of the repository."""
        return LlmsSettings(config.llms_tokens, FULL in config.exports, Languages.of(config).names)


class Opening(Struct, frozen=True, array_like=True):
    """What a repository is: by its read-me, and the name that a manifest gives it."""

    project: str = ""
    title: str = ""
    sentence: str = ""

    @staticmethod
    def of(facts: Facts | None, project: str) -> Opening:
        """``facts``: of the source that describes the repository, if one does."""
        if facts is None:
            return Opening(_short(project))
        return Opening(_short(project), _short(facts.title), _short(first_sentence(facts.doc)))

    def text(self) -> str:
        """The head of a file."""
        sentence = f"\n\n> {prose(self.sentence)}" if self.sentence else ""
        return f"# {text(self.project or self.title or _UNNAMED)}{sentence}\n\n"


class FolderPart(Struct, frozen=True, array_like=True):
    """What the file says of a folder. ``line``: of the folder itself; ``modules``: of its modules."""

    line: str
    modules: tuple[str, ...]
    opening: Opening = Opening()
    """Of the repository's own folder, as ``begin``."""
    begin: tuple[str, ...] = ()


class LlmsIndex(JoinedKind[LlmsSettings]):
    """``export_llms:/``."""

    file = "llms.txt"

    def settings(self, config: Config) -> LlmsSettings:
        """The budget, and the languages."""
        return LlmsSettings.of(config)

    def divided(self, tables: Tables) -> list[str]:
        """The folders."""
        return sorted(map(part_of, tables.folders()))

    def touches(self, change: Change) -> Iterable[str]:
        """The folder of a source that changed, is found by another name, or hands on other names."""
        match change:
            case SourceChanged(path=path) | ResolutionChanged(path=path):
                return (part_of(parent(path)),)
            case FolderChanged(path=path):
                return (part_of(path),)
        return ()

    def part(self, tables: Tables, path: str, settings: LlmsSettings) -> bytes:
        """The lines of the folder."""
        folder = "" if path == part_of("") else path[:-1]
        summaries = tables.summaries(folder)
        lines = tuple(_module_lines(tables, summaries))
        if folder:
            about = folder_line(tables, folder).summary
            own = _line(code(folder), paths.folder_page(folder, paths.INDEX), about)
            return msgpack.encode(FolderPart(own, lines))
        origin = describing(tables, "")
        project = next((name for each in summaries if (name := project_of(tables, each))), "")
        opening = Opening.of(tables.facts(origin) if origin else None, project)
        first = tuple(_line(code(each), paths.docs_path(each), why) for why, each in begin(tables, summaries, origin))
        return msgpack.encode(FolderPart("", lines, opening, first))

    def join(self, parts: Sequence[Fragment], settings: LlmsSettings) -> bytes:
        """The sections, with as many lines as the budget allows."""
        found = {path: msgpack.decode(data, type=FolderPart) for path, data in parts}
        return _Index(found, settings).text().encode("utf-8", "replace")


class _Index:
    """The text of all ``folders``, by their parts' names."""

    def __init__(self, folders: Mapping[str, FolderPart], settings: LlmsSettings) -> None:
        self._folders = folders
        self._room = Room(settings.tokens)
        self._full = settings.full
        self._begin: list[str] = []
        self._listed: dict[str, list[str]] = {"Public API": [], "Folders": [], "Optional": []}
        self._missing = {"modules": 0, "folders": 0}

    def text(self) -> str:
        root = self._folders.get(part_of(""), FolderPart("", ()))
        head = f"{root.opening.text()}These pages are about the repository: `X_docs.md` is about its source `X`.\n\n"
        titles = "".join(f"## {title}\n\n\n" for title in ("Where to begin", *self._listed))
        self._room.take(head + titles + _left_out({"modules": 10**9, "folders": 10**9}))
        self._begin = [each for each in (*root.begin, *self._always()) if self._room.take(each)]
        for path in sorted(self._folders, key=lambda each: (is_aside(each[:-1]), each.count("/"), each)):
            self._add(path, self._folders[path])
        sections = {"Where to begin": self._begin, **self._listed}
        shown = "\n".join(f"## {title}\n\n{''.join(lines)}" for title, lines in sections.items() if lines)
        return head + shown + _left_out(self._missing)

    def _always(self) -> Iterator[str]:
        yield from (_line(*each) for each in _ALWAYS)
        if self._full:
            yield _line(FULL, FULL, "the public API in one text")

    def _add(self, path: str, part: FolderPart) -> None:
        aside = is_aside(path[:-1])
        for title, lines, what in (("Public API", part.modules, "modules"), ("Folders", (part.line,), "folders")):
            for line in filter(None, lines):
                if not self._room.is_full and self._room.take(line):
                    self._listed["Optional" if aside else title].append(line)
                else:
                    self._missing[what] += 1


def _left_out(missing: Mapping[str, int]) -> str:
    """What there was no room for, in a sentence."""
    counts = [f"{count:,} {what if count > 1 else what[:-1]}" for what, count in missing.items() if count]
    if not counts:
        return ""
    return f"\nNot listed for want of room: {' and '.join(counts)}. The index of a folder lists what is in it.\n"


def _line(label: str, page: str, about: str) -> str:
    return f"- {link(label, href(page))}{': ' if about else ''}{prose(_short(about))}\n"


def _module_lines(tables: Tables, summaries: Mapping[str, FileSummary]) -> Iterator[str]:
    for path, summary in summaries.items():
        linker, language = tables.resolver.linker(path), tables.language(path)
        private = any(is_private_name(part.partition(".")[0]) for part in path.split("/"))
        aside = summary.kind != "file" or summary.test or bool(summary.origins)
        if aside or private or not language.offers(path, tables.exists):
            continue
        names = sorted(linker.offers(path, set(), set())) if linker.hands_on(path) else []
        if names or is_candidate(summary):
            about = summary.first_sentence or _named(names) or said(summary)
            label = tables.resolver.entry(path)[1] or path
            yield _line(code(label), paths.docs_path(path), about)


def _named(names: Sequence[str]) -> str:
    """What a package has for its users."""
    more = f", and {len(names) - _FEW:,} more" if len(names) > _FEW else ""
    return ", ".join(f"`{name}`" for name in names[:_FEW]) + more


def _short(words: str) -> str:
    line = " ".join(words.split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"
