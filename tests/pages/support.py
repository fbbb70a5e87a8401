"""Pages of inputs that a test makes, rendered as a build does it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from incdoc.config import Config
from incdoc.pages.book import Chapter, Contents
from incdoc.pages.keyword_index import IndexPart, KeywordIndex
from incdoc.pages.kind import SourceText
from incdoc.pages.kinds import kind_of, path_of, split
from incdoc.pages.render import Renderer
from incdoc.pages.source_page import SourcePage

if TYPE_CHECKING:
    from collections.abc import Callable

    from msgspec import Struct

    from incdoc.languages.facts import Facts

_TASKS: dict[type[Struct], Callable[[Any], str]] = {
    SourcePage: lambda value: f"docs:{value.path}",
    Chapter: lambda value: f"book:{value.folder or '.'}",
    Contents: lambda value: "book:/",
    IndexPart: lambda value: f"keywords:{value.part}",
    KeywordIndex: lambda value: "keywords:/",
}


class Rendering:
    """Renders pages with these ``settings``. ``templates``: the user's, or empty."""

    def __init__(self, templates: str = "", **settings: Any) -> None:
        self._config = Config("/nowhere", **settings)
        self._renderer = Renderer(templates)

    def render(self, value: Struct, facts: Facts | None = None, body: str = "") -> list[tuple[str, str]]:
        """(path, text) of the page, or of its parts, which are Markdown."""
        name, subject = split(_TASKS[type(value)](value))
        kind = kind_of(name)
        source = SourceText(facts, body) if facts is not None else None
        made = kind.make(subject, value, kind.settings(self._config), self._renderer, source)
        return [(path, text) for path, text in made if isinstance(text, str)]

    def one(self, value: Struct) -> str:
        """The text of a page that is not divided."""
        ((path, text),) = self.render(value)
        assert path == path_of(_TASKS[type(value)](value))
        return text
