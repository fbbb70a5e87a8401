"""Which languages there are, which are chosen, and the language of a file.

incdoc's own languages are packages beside this module. Others are provided by installed distributions, as entry points
of the group ``incdoc.languages``, and used where the setting ``languages`` names them: pages do not depend on what
happens to be installed. The default is fixed by the release.

A name is the only thing that a start needs of one of incdoc's own languages, so nothing is imported before it is used.
"""

from __future__ import annotations

import re
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from incdoc.config import Config, SettingError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from .facts import Facts
    from .language import FileType, Kind, Language
    from .outline import Outline

PLAIN = {"text": "text:TEXT", "binary": "text:BINARY", "gitattributes": "gitattributes:LANGUAGE"}
"""Where the languages of all other files are. They are always chosen."""
LEXED = "lexed"
"""The package that reads and describes all languages that a lexer reads: ``lexed.NAME``. They are always there, and
have the files that no chosen language has."""
OWN = (
    "python",
    "markdown",
    "c",
    "cpp",
    "cuda",
    "javascript",
    "typescript",
    "rust",
    "go",
    "java",
    "rst",
    "notebook",
    "bash",
    "make",
    "cmake",
    "starlark",
    "containerfile",
    "yaml",
    "toml",
    "packaging",
    "json",
    "protobuf",
    "sql",
)
"""incdoc's own, the default of the setting: ``<name>.language.LANGUAGE``. Facts are read by ``<name>.extract``, and do
not depend on what else the language says."""
GROUP = "incdoc.languages"
_KEPT = 1 << 14
"""Paths whose file types are kept."""
_LIBRARY = re.compile(r"\.so(\.[0-9]+)+$")
_STEMS = {"dockerfile", "makefile", "license", "licence", "copying", "notice", "readme"}
"""Names that mean the same type with any suffix: ``Dockerfile.dev``, ``LICENSE.zlib``."""


class _Types(NamedTuple):
    """File types by suffix, by whole name, by program, and by suffix with the pattern of their paths."""

    endings: dict[str, FileType]
    whole: dict[str, FileType]
    run: dict[str, FileType]
    fitting: dict[str, list[tuple[re.Pattern[str], FileType]]]


class Languages:
    """The chosen languages of a repository."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = tuple(names)
        """Without those of ``PLAIN``."""
        self._known: dict[str, FileType] = {}
        """File types by path, which each page asks for again and again."""

    @staticmethod
    def of(config: Config) -> Languages:
        """The languages that the settings choose. Raises SettingError where one is not installed."""
        for name in config.languages:
            if name not in OWN:
                _check(name, config.location("languages"))
        return Languages.named(config.languages)

    @staticmethod
    def named(names: tuple[str, ...]) -> Languages:
        """The languages with these names; none: the default."""
        return _named(names or OWN)

    @property
    def every(self) -> tuple[str, ...]:
        """All names, those of ``PLAIN`` last, and ``LEXED`` for all of its languages."""
        return (*self.names, *PLAIN, LEXED)

    def __getitem__(self, name: str) -> Language:
        """A language by its name."""
        return load(name)

    def detect(self, path: str, program: str = "") -> FileType:
        """The file type of a source, from its name, so that it is known before the source is read; where the name says
        nothing, from the ``program`` that the first line names.

        A binary file without a known suffix is recognised when it is read (``Facts.binary``).
        """
        found = self._by_name(path)
        return self._run_by(program) if program and found is self._any_name else found

    def is_open(self, path: str) -> bool:
        """Whether the name of a source says nothing, so that its first line may decide its type."""
        return self._by_name(path) is self._any_name

    def of_content(self, path: str, data: bytes) -> Language:
        """The language of a source with these bytes."""
        from .shebang import program

        return self.language(path, program(data) if self.is_open(path) else "")

    @property
    def open_languages(self) -> list[tuple[str, str]]:
        """(program, language) that decide where names say nothing, sorted."""
        return sorted((program, each.language) for program, each in self._types.run.items())

    @cached_property
    def _any_name(self) -> FileType:
        return self._types.whole[""]

    def _run_by(self, program: str) -> FileType:
        from .shebang import plain_name

        types = self._types.run
        return types.get(program.lower()) or types.get(plain_name(program)) or self._any_name

    def _by_name(self, path: str) -> FileType:
        found = self._known.get(path)
        if found is None:
            if len(self._known) >= _KEPT:
                self._known.clear()
            found = self._known[path] = self._read_name(path)
        return found

    def _read_name(self, path: str) -> FileType:
        endings, whole, *_ = self._types
        written = path.rpartition("/")[2]
        name = written.lower()
        if (found := whole.get(written) or whole.get(name)) is not None:
            return found
        rest, dot, ending = name.rpartition(".")
        if not dot:
            return whole[""]
        for pattern, each in self._types.fitting.get(ending, ()):
            if pattern.search(path.lower()):
                return each
        longer = f"{rest.rpartition('.')[2]}.{ending}"  # d.ts
        as_written = endings.get(written.rpartition(".")[2])  # cuda.BUILD, and not meson.build
        if (found := endings.get(longer) or endings.get(ending) or as_written) is not None and not _LIBRARY.search(
            name
        ):
            return found
        if _LIBRARY.search(name):
            return endings["so"]
        stem = name.partition(".")[0]
        return whole[stem] if stem in _STEMS else whole[""]

    def language(self, path: str, program: str = "") -> Language:
        """The language of a source, as ``detect``."""
        return load(self.detect(path, program).language)

    @cached_property
    def _types(self) -> _Types:
        """A chosen language takes precedence over ``file_types``."""
        from msgspec.structs import replace

        from .file_types import file_types

        endings: dict[str, FileType] = {}
        whole: dict[str, FileType] = {}
        run: dict[str, FileType] = {}
        fitting: dict[str, list[tuple[re.Pattern[str], FileType]]] = {}
        unread = [load(name) for name in OWN if name not in self.names]
        left = (
            replace(each, language="text", has_api=each.has_api or language.has_api)
            for language in unread
            for each in language.files
        )
        chosen = (replace(each, language=name) for name in self.names for each in load(name).files)
        read = (each for language in lexed() for each in language.files)
        plain = (replace(each, language=name) for name in PLAIN for each in load(name).files)
        for each in (*file_types(), *plain, *read, *left, *chosen):
            endings |= dict.fromkeys(each.suffixes, each)
            whole |= dict.fromkeys(each.names, each)
            run |= dict.fromkeys(each.programs, each)
            for pattern in each.patterns:
                ending = re.escape(pattern).replace(r"\*", "[^/]*")
                fitting.setdefault(pattern.rpartition(".")[2], []).append((re.compile(rf"(?:^|/){ending}\Z"), each))
        return _Types(endings, whole, run, fitting)

    @cached_property
    def describing(self) -> Mapping[str, Language]:
        """The files that say what their folder is for, by name, in order of precedence."""
        files = [(rank, name, load(each)) for each in self.names for name, rank in load(each).describes]
        return {name: language for _, name, language in sorted(files, key=lambda file: file[0])}

    @property
    def described_by(self) -> list[str]:
        """What says what a folder is for, in the languages that have it."""
        return [words for each in self.names if (words := load(each).described_by)]

    @cached_property
    def layout(self) -> frozenset[str]:
        """The names of files whose being there decides how sources are found."""
        return frozenset(name for each in self.names for name in load(each).layout)

    @cached_property
    def manifests(self) -> Mapping[str, tuple[str, ...]]:
        """The names of files whose content decides how sources are found, each with the languages that read it."""
        found: dict[str, tuple[str, ...]] = {}
        for each in self.names:
            for name in load(each).manifests:
                found[name] = (*found.get(name, ()), each)
        return found

    @cached_property
    def headings(self) -> Mapping[str, Kind]:
        """The headings of keyword indexes, in order, each with the first kind that has it."""
        found: dict[str, Kind] = {}
        for language in (*map(load, self.names), *lexed()[:1]):  # all of these have the same kinds
            for kind in language.kinds:
                if kind.heading:
                    found.setdefault(kind.heading, kind)
        return found

    def kinds(self, path: str) -> Mapping[str, Kind]:
        """The kinds of the definitions of a source, by name."""
        return kinds_of(self.detect(path).language)


def load(name: str) -> Language:
    """A language by its name."""
    language: Language = _loaded(name)
    return language


@cache
def _loaded(name: str) -> Any:
    from .language import resolve

    if name in PLAIN:
        return resolve(f"{__package__}.{PLAIN[name]}")
    if package_of(name) == LEXED:
        return resolve(f"{__package__}.lexed.language:LANGUAGES")[name]
    return resolve(f"{__package__}.{name}.language:LANGUAGE" if name in OWN else _provided(name))


def package_of(language: str) -> str:
    """What has a version of its own, for the facts and pages of a language: itself, or ``LEXED``."""
    return LEXED if language.startswith(f"{LEXED}.") else language


def lexed() -> tuple[Language, ...]:
    """The languages that a lexer reads."""
    from .lexed.language import LANGUAGES

    return tuple(LANGUAGES.values())


@cache
def _provided(name: str) -> str:
    """``module:name`` of a language that an installed distribution provides; empty if none does."""
    from importlib.metadata import entry_points

    return next((each.value for each in entry_points(group=GROUP, name=name)), "")


def _check(name: str, location: str) -> None:
    """Raise SettingError where a chosen language is not there, or is none."""
    from .language import Language

    if not _provided(name):
        raise SettingError(
            f"{location}: no installed distribution provides the language {name!r}. Install the one that does where "
            f"incdoc is installed (pip install incdoc-{name}, if that is its name), or remove {name!r}. incdoc itself "
            f"has {' and '.join(OWN)}."
        )
    try:
        found = _loaded(name)
    except (ImportError, AttributeError, ValueError) as error:
        raise SettingError(
            f"{location}: the language {name!r} cannot be imported: {error}. Update or remove it."
        ) from error
    if not isinstance(found, Language) or found.name != name:
        raise SettingError(f"{location}: {_provided(name)} is not the language {name!r}. Update or remove it.")


@cache
def kinds_of(language: str) -> Mapping[str, Kind]:
    """The kinds of a language's definitions, by name."""
    return {kind.name: kind for kind in load(language).kinds}


@cache
def _named(names: tuple[str, ...]) -> Languages:
    return Languages(names)


def outline_of(facts: Facts) -> Outline:
    """The outline of a source with these facts."""
    from .outline import Outline

    return Outline.of(facts, load(facts.language))
