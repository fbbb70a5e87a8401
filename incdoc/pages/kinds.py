"""The registry of the kinds of pages, and the names of their tasks.

To add a kind, add its row. A row is text, so that a run with nothing to make imports no module of a page.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from incdoc.config import Config
    from incdoc.links.changes import Change
    from incdoc.pages.kind import PageKind


class Row(NamedTuple):
    """A kind: the name of its tasks, their description in lists, its ``module:class`` below ``incdoc``, the setting
    without which there are no such pages, and what the setting must list, if it is a list."""

    name: str
    help: str
    place: str
    setting: str = ""
    listed: str = ""


KINDS = (
    Row("docs", "a page about each source", "pages.source_page:SourcePages"),
    Row("kw", "a keyword page for each source", "pages.keyword_page:KeywordPages"),
    Row("index", "what is in each folder", "pages.folder_index:FolderIndexes"),
    Row("doc", "what each folder is for", "pages.folder_page:FolderPages"),
    Row("sub", "the keywords below each folder", "pages.subtree_page:SubtreePages"),
    Row("book", "a chapter for each folder, and the contents", "pages.book:Book"),
    Row("keywords", "the global keyword index", "pages.keyword_index:KeywordIndexes"),
    Row("rules", "what the findings on pages mean", "pages.rules_page:RulesPages"),
    Row("site_text", "the text of each source, for the site", "site.kinds:SiteTexts", "site"),
    Row("site_tree", "what is in each folder, for the site", "site.kinds:SiteTree", "site"),
    Row("site_search", "the names in the search of the site", "site.kinds:SiteSearch", "site"),
    Row("site_files", "scripts and styles of the site", "site.kinds:SiteFiles", "site"),
    Row("export_inventory", "the inventory for Sphinx", "exports.inventory:Inventory", "exports", "objects.inv"),
    Row("export_tags", "the tags for editors", "exports.tags:Tags", "exports", "tags"),
    Row("export_etags", "the tags for Emacs", "exports.etags:Etags", "exports", "etags"),
    Row("export_symbols", "the definitions, one a line of JSON", "exports.symbols:Symbols", "exports", "symbols.jsonl"),
    Row("export_llms", "an index for language models", "exports.llms:LlmsIndex", "exports", "llms.txt"),
    Row("export_scip", "definitions and references for code search", "exports.scip:Scip", "exports", "index.scip"),
    Row("export_llms_full", "the public API in one text", "exports.llms_full:LlmsFull", "exports", "llms-full.txt"),
)
"""All of them, in the order in which their tasks are listed."""

NAMES = tuple(row.name for row in KINDS)


def active(config: Config) -> tuple[str, ...]:
    """The kinds of which there are pages with these settings."""
    return tuple(row.name for row in KINDS if _is_on(row, config))


def _is_on(row: Row, config: Config) -> bool:
    if not row.setting:
        return True
    value = getattr(config, row.setting)
    return row.listed in value if row.listed else bool(value)


def joined(config: Config) -> tuple[str, ...]:
    """Those of the active kinds whose pages are joined of parts. Imports no kind."""
    return tuple(row.name for row in KINDS if row.listed and _is_on(row, config))


@cache
def kind_of(name: str) -> PageKind[Any, Any]:
    """The kind with this name, which must be a registered one."""
    from importlib import import_module

    row = KINDS[NAMES.index(name)]
    module, _, attribute = row.place.partition(":")
    found: PageKind[Any, Any] = getattr(import_module(f"incdoc.{module}"), attribute)(row.name, row.help)
    return found


def split(task: str) -> tuple[str, str]:
    """(kind, subject) of a task's name, which may be of another task than a page's."""
    name, _, spelled = task.partition(":")
    return name, kind_of(name).subject(spelled) if name in NAMES else spelled


def task_of(name: str, subject: str) -> str:
    """The name of the task that makes a subject's page."""
    return f"{name}:{kind_of(name).spelled(subject)}"


def path_of(task: str) -> str:
    """The page that a task makes, or would make, relative to the output folder."""
    name, subject = split(task)
    return kind_of(name).path(subject)


def touched_by(names: Iterable[str], change: Change) -> Iterator[str]:
    """The tasks of kinds with these names whose pages may differ because of a change of the link tables."""
    for name in names:
        for subject in kind_of(name).touched_by(change):
            yield task_of(name, subject)
