"""Links from the page of a source: to lines of it, to definitions, to pages of others; and rows of tables."""

from __future__ import annotations

from collections.abc import Iterable

from incdoc.languages.facts import Facts
from incdoc.languages.registry import kinds_of, load
from incdoc.pages.markdown import code, fragment, href, link, relative
from incdoc.pages.paths import INDEX, docs_path, folder_page
from incdoc.pages.settings import SourceSettings
from incdoc.pages.source_page import SourcePage


class _Pages:
    """Links from the page of the source at ``path`` to those of sources. It knows nothing of the page itself, so that
    what keeps it keeps no page alive."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._page = docs_path(path)
        self._targets: dict[str, str] = {}

    def to(self, path: str, name: str = "") -> str:
        if path == self._path:
            return link(code(name), fragment(name)) if name else code(path)
        target = self._targets.get(path)
        if target is None:
            target = self._targets[path] = href(relative(self._page, docs_path(path)))
        return link(code(name), target + fragment(name)) if name else link(code(path), target)


class SourceLinks:
    """What all parts of a source's page are written with."""

    def __init__(self, inputs: SourcePage, facts: Facts, style: SourceSettings) -> None:
        self.inputs = inputs
        self.path = inputs.path
        self.page = docs_path(inputs.path)
        self.facts = facts
        self.style = style
        self._base = style.source_href(self.page, inputs.path)
        self._language = load(facts.language)
        self._words = self._language.words()
        self._kinds = kinds_of(facts.language)
        self._names = {definition.name for definition in facts.definitions}
        self.to = _Pages(inputs.path).to
        """A link to a source's page, or to a definition on it."""

    def lines(self, start: int, end: int = 0) -> str:
        """``[12–40](source#L12-L40)``; a link to the source where pages have no lines."""
        if not self.style.lines:
            return link("source", self._base)
        if end > start:
            return f"[{start}–{end}]({self._base}#L{start}-L{end})"
        return f"[{start}]({self._base}#L{start})"

    def span(self, start: int, end: int = 0) -> str:
        """``line [12](…)`` or ``lines [12–40](…)``."""
        label = ("lines " if end > start else "line ") if self.style.lines else ""
        return label + self.lines(start, end)

    def spans(self, places: Iterable[tuple[int, int]]) -> str:
        """``line [1](…)`` or ``lines [1](…), [7–9](…)``."""
        found = list(places)
        if not self.style.lines:
            return self.lines(*found[0])
        several = len(found) > 1 or found[0][1] > found[0][0]
        return f"{'lines' if several else 'line'} {', '.join(self.lines(*each) for each in found)}"

    def _line_before(self, line: int) -> str:
        return f"Line {self.lines(line)}: " if self.style.lines else ""

    def row(self, *cells: str | None) -> str:
        """A row of a table without the cells that are None."""
        return f"| {' | '.join(each for each in cells if each is not None)} |"

    def cell(self, *places: tuple[int, int]) -> str | None:
        """The lines of something, for a table's cell; None where pages have no lines."""
        return ", ".join(self.lines(*each) for each in places) if self.style.lines else None

    def header(self, *titles: str) -> str:
        """The first two lines of a table; the column of lines is called ``Line`` or ``Lines``."""
        columns = [title for title in titles if title and (self.style.lines or title not in ("Line", "Lines"))]
        return f"| {' | '.join(columns)} |\n{'|---' * len(columns)}|"

    def to_file(self, path: str, name: str) -> str:
        """A link to a definition on another source's page, which shows the path."""
        return link(code(path), href(relative(self.page, docs_path(path))) + fragment(name))

    def cell_to(self, path: str, name: str = "") -> str:
        """``to`` for a table's cell."""
        return self.to(path, name).replace("|", "&#124;")

    def _cell_to_folder(self, folder: str) -> str:
        """A link to a folder's index, for a table's cell."""
        return link(code(folder, True), href(relative(self.page, folder_page(folder, INDEX))))

    def _last(self, name: str) -> str:
        return name.rpartition(self._language.separator)[2]
