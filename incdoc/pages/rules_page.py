"""The rules that look for findings in the languages of the repository, with the reason of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from msgspec import Struct

from incdoc.config import Config
from incdoc.links.changes import Change, CountsChanged, FolderChanged
from incdoc.links.tables import Tables
from incdoc.pages import paths
from incdoc.pages.kind import SourceText, TemplatePage
from incdoc.pages.render import Renderer
from incdoc.pages.settings import PageSettings

SUBJECT = "/"
"""The one subject; no other part of a task's name begins so."""


class RulesPage(Struct, frozen=True, array_like=True, tag="rules"):
    """``rules.md``."""

    languages: tuple[str, ...]
    """Titles of the languages that have sources and rules."""
    rules: tuple[tuple[str, str, str, str, str], ...]
    """(category, code, message, reason, titles of the languages) of each rule, sorted."""

    @staticmethod
    def of(tables: Tables) -> RulesPage:
        """The inputs of ``rules:/``."""
        used = {title for title, _ in tables.language_counts()}
        titles: dict[tuple[str, str, str, str], list[str]] = {}
        for name in tables.languages.names:
            language = tables.languages[name]
            for rule in language.tried_rules() if language.title in used else ():
                titles.setdefault((rule.category, rule.code, rule.message, rule.reason), []).append(language.title)
        rules = tuple((*rule, ", ".join(titles[rule])) for rule in sorted(titles))
        return RulesPage(tuple(dict.fromkeys(title for of in titles.values() for title in of)), rules)


class RulesPages(TemplatePage[RulesPage, PageSettings]):
    """``rules:/``."""

    templates = ("rules",)

    def settings(self, config: Config) -> PageSettings:
        """The size of a page."""
        return PageSettings.of(config)

    def subjects(self, tables: Tables, settings: PageSettings) -> Iterator[str]:
        """The page."""
        yield SUBJECT

    def inputs(self, tables: Tables, subject: str, settings: PageSettings) -> RulesPage | None:
        """None of another subject."""
        return RulesPage.of(tables) if subject == SUBJECT else None

    def path(self, subject: str) -> str:
        """``rules.md``."""
        return paths.RULES

    def touched_by(self, change: Change) -> Iterable[str]:
        """The languages that there are."""
        match change:
            case CountsChanged() | FolderChanged(path=""):
                return (SUBJECT,)
        return ()

    def appears_with(self, path: str, parsed: bool, documented: bool) -> Iterable[str]:
        """It may be the first of its language."""
        return (SUBJECT,)

    def context(
        self, value: RulesPage, settings: PageSettings, renderer: Renderer, source: SourceText | None
    ) -> dict[str, Any]:
        """Links."""
        return renderer.common("") | {"page": value}
