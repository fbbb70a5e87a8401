"""What a kind of page is: all that the plan, the keys, doit's tasks, ``why`` and the renderer know of it.

Terms: a **kind** makes a page for each of its **subjects**: a source, a folder, or another text, such as the first
characters of keywords. A **task** is ``KIND:SUBJECT``. The **inputs** of a page are one frozen value, exactly what it
may say; the page is a pure function of them and of the kind's **settings**, and its key is the digest of both. Two
rules keep a change from spreading: *line numbers never cross a page boundary* (only a file's own pages have its lines
and sizes), and *no page ranks globally*.

The settings of a kind are one value too: inputs and renderer receive it and see no other setting, and the key digests
that value. So no setting can reach a page without its key.

A kind is one module with its inputs and a subclass of ``PageKind``, and one row of the registry in ``kinds``.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Literal, TypeVar

from msgspec import Struct, msgpack

from incdoc.config import Config
from incdoc.languages.facts import Facts
from incdoc.links.changes import Change
from incdoc.links.tables import Tables
from incdoc.pages.paths import folder_page
from incdoc.pages.settings import PageSettings
from incdoc.sources.paths import ancestors, parent
from incdoc.store.fragments import Fragment

if TYPE_CHECKING:
    from incdoc.pages.render import Renderer

InputsT = TypeVar("InputsT", bound=Struct)
SettingsT = TypeVar("SettingsT", bound=Struct)
PageSettingsT = TypeVar("PageSettingsT", bound=PageSettings)

Reads = Literal["nothing", "facts", "text", "fragments"]

_REPOSITORY = "."
"""How a folder's task names the repository."""

encode = msgpack.Encoder().encode
"""The bytes of inputs or settings, for a key."""


class SourceText(Struct, frozen=True):
    """What a page shows of the source itself. ``body``: its text as ``languages.text.decode`` gives it, or empty;
    ``fragments``: (path, part) of each source, of a page that is joined of them."""

    facts: Facts
    body: str = ""
    fragments: tuple[Fragment, ...] = ()


class PageKind(ABC, Generic[InputsT, SettingsT]):
    """A kind of page. ``name`` and ``help`` are those of its row in the registry."""

    by_language: ClassVar[bool] = False
    """Whether a page is about one source, so that its key has only the version of that source's language."""
    templates: ClassVar[tuple[str, ...]] = ()
    """The names of incdoc's templates that its pages use, which are in its keys."""

    is_joined: ClassVar[bool] = False
    """Whether its page is joined of a part for each source, which the store keeps as long as no change touches the
    source: ``touched_by`` names sources then."""

    def __init__(self, name: str, help: str) -> None:
        self.name = name
        self.help = help

    @abstractmethod
    def settings(self, config: Config) -> SettingsT:
        """The settings that its pages depend on."""

    @abstractmethod
    def subjects(self, tables: Tables, settings: SettingsT) -> Iterator[str]:
        """The subjects that have a page, according to link tables that have a source."""

    @abstractmethod
    def inputs(self, tables: Tables, subject: str, settings: SettingsT) -> InputsT | None:
        """The inputs of a subject's page, from link tables that have a source; None if it has no page."""

    @abstractmethod
    def path(self, subject: str) -> str:
        """The path of a subject's page, relative to the output folder."""

    @abstractmethod
    def make(
        self, subject: str, value: InputsT, settings: SettingsT, renderer: Renderer, source: SourceText | None
    ) -> list[tuple[str, str]] | list[tuple[str, bytes]]:
        """(path, text) of the page, or of its parts. ``source``: what ``reads`` asks for. Markdown must have the mark;
        files with other names than ``*.md`` are listed in the manifest of the output."""

    @abstractmethod
    def touched_by(self, change: Change) -> Iterable[str]:
        """The subjects whose pages may differ because of a change of the link tables: too many cost time, a missing one
        is a wrong page."""

    @abstractmethod
    def appears_with(self, path: str, parsed: bool, documented: bool) -> Iterable[str]:
        """The subjects that may get their page because a source is added, the nearest first. ``parsed``: whether facts
        are read of it; ``documented``: whether its folder's documentation may have it."""

    def reads(self, settings: SettingsT) -> Reads:
        """What a page shows of its subject, a source, or of the parts that are kept for it, beside the inputs, which
        have a digest of it then."""
        return "nothing"

    def is_complete(self, value: InputsT) -> bool:
        """Whether all that the page says could be told: else a source is not what its facts say, and the next build
        makes the page."""
        return True

    def looked_at(self, tables: Tables, subject: str, settings: SettingsT) -> Iterable[str]:
        """The subjects to look at when this one is pending: with others those whose pages replace its page, or are
        replaced; without it if it only means others."""
        return (subject,)

    def weight(self, tables: Tables, subject: str) -> int:
        """The estimated work for a page, in bytes of source."""
        return 3000

    def describe(self, subject: str) -> str:
        """What a task makes, for a list of tasks."""
        return self.help

    def links(self) -> dict[str, Callable[[str], str]]:
        """The filters with which templates link to its pages, each with the path of the page for a value."""
        return {}

    # how a task is named and found

    def spelled(self, subject: str) -> str:
        """A subject as part of a task's name."""
        return subject

    def subject(self, spelled: str) -> str:
        """The inverse of ``spelled``."""
        return spelled

    def about(self, path: str, folder: bool) -> Iterable[str]:
        """The subjects that a path means: of a source, or of a ``folder``."""
        return ()

    def folder(self, subject: str) -> str | None:
        """The folder that a page belongs to, so that the same part of a divided build makes it; None of a page about
        the whole repository."""
        return None

    # why a page differs

    def sources_behind(
        self, subject: str, changed: Collection[str], places: Iterable[str], tables: Iterable[Tables]
    ) -> Iterator[str]:
        """The sources, mostly of those that ``changed``, from which the differing ``places`` of the inputs come.
        ``tables``: those of the last build and of the next."""
        return iter(())


class TemplatePage(PageKind[InputsT, PageSettingsT]):
    """A kind whose pages are Markdown, made by a template and divided if they are too long."""

    def template(self, subject: str) -> str:
        """The name of the template of a subject's page."""
        return self.templates[0]

    @abstractmethod
    def context(
        self, value: InputsT, settings: PageSettingsT, renderer: Renderer, source: SourceText | None
    ) -> dict[str, Any]:
        """The variables of the template."""

    def make(
        self, subject: str, value: InputsT, settings: PageSettingsT, renderer: Renderer, source: SourceText | None
    ) -> list[tuple[str, str]]:
        """The page, divided."""
        from incdoc.pages.divide import divide_page

        page = self.path(subject)
        renderer.turn_to(page)
        context = self.context(value, settings, renderer, source)
        text = renderer.text(self.template(subject), context, len(source.body) if source else 0)
        return divide_page(page, text, settings.limit)


class SourceKind(PageKind[InputsT, SettingsT]):
    """A kind with a page for each source."""

    by_language = True
    own_places: ClassVar[tuple[str, ...]] = ("",)
    """Beginnings of places in the inputs that depend on the source itself and on its imports."""

    def subjects(self, tables: Tables, settings: SettingsT) -> Iterator[str]:
        """Every source with facts."""
        for folder in tables.folders():
            yield from (path for path, summary in tables.summaries(folder).items() if summary.kind == "file")

    def inputs(self, tables: Tables, subject: str, settings: SettingsT) -> InputsT | None:
        """None of what is no source, or has no facts."""
        summary = tables.summaries(parent(subject)).get(subject)
        return self.gather(tables, subject, settings) if summary is not None and summary.kind == "file" else None

    @abstractmethod
    def gather(self, tables: Tables, path: str, settings: SettingsT) -> InputsT | None:
        """The inputs of the page of a source that has facts; None if the settings want no such page."""

    def appears_with(self, path: str, parsed: bool, documented: bool) -> Iterable[str]:
        """The source."""
        return (path,) if parsed else ()

    def about(self, path: str, folder: bool) -> Iterable[str]:
        """The source."""
        return () if folder else (path,)

    def folder(self, subject: str) -> str | None:
        """That of the source."""
        return parent(subject)

    def describe(self, subject: str) -> str:
        """Of which source it is."""
        return f"{self.name} page of {subject}"

    def sources_behind(
        self, subject: str, changed: Collection[str], places: Iterable[str], tables: Iterable[Tables]
    ) -> Iterator[str]:
        """The source, if it changed or what its imports lead to."""
        if subject in changed or any(place.startswith(self.own_places) for place in places):
            yield subject


class FolderKind(PageKind[InputsT, SettingsT]):
    """A kind with a page for each folder that holds a source, directly or below; the repository is ``""``."""

    file: ClassVar[str]
    """The name of its page in each folder."""

    def subjects(self, tables: Tables, settings: SettingsT) -> Iterator[str]:
        """Every folder."""
        yield from tables.folders()

    def inputs(self, tables: Tables, subject: str, settings: SettingsT) -> InputsT | None:
        """None of a folder that holds no source."""
        return self.gather(tables, subject, settings) if tables.holds(subject) else None

    @abstractmethod
    def gather(self, tables: Tables, folder: str, settings: SettingsT) -> InputsT | None:
        """The inputs of the page of a folder that holds a source."""

    def path(self, subject: str) -> str:
        """In the folder, or its counterpart in the output."""
        return folder_page(subject, self.file)

    def links(self) -> dict[str, Callable[[str], str]]:
        """``folder | NAME``."""
        return {self.name: self.path}

    def appears_with(self, path: str, parsed: bool, documented: bool) -> Iterable[str]:
        """Every folder above the source."""
        return ancestors(parent(path))

    def spelled(self, subject: str) -> str:
        """The repository is ``.``."""
        return subject or _REPOSITORY

    def subject(self, spelled: str) -> str:
        """``.`` is the repository."""
        return "" if spelled == _REPOSITORY else spelled

    def about(self, path: str, folder: bool) -> Iterable[str]:
        """The folder."""
        return (path,) if folder else ()

    def folder(self, subject: str) -> str | None:
        """Itself."""
        return subject

    def describe(self, subject: str) -> str:
        """Of which folder it is."""
        return f"{self.name} page of {self.spelled(subject)}"

    def sources_behind(
        self, subject: str, changed: Collection[str], places: Iterable[str], tables: Iterable[Tables]
    ) -> Iterator[str]:
        """What changed in the folder, then below it."""
        below = subject + "/" if subject else ""
        yield from (path for path in changed if parent(path) == subject)
        yield from (path for path in changed if path.startswith(below) and parent(path) != subject)
