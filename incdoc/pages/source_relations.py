"""The parts of a source's page that say how it is related to other sources: imports, importers, links, tests."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from incdoc.languages.facts import NAMED, Facts, Import
from incdoc.languages.language import resolve
from incdoc.languages.linker import participle, plural
from incdoc.languages.public import exported, is_public
from incdoc.languages.resolution import Command, Place, Target
from incdoc.pages.diagram import neighbours
from incdoc.pages.elsewhere import full_name
from incdoc.pages.markdown import code, fence, fragment, href, link, relative
from incdoc.pages.paths import INDEX, docs_path, folder_page
from incdoc.pages.settings import SourceSettings
from incdoc.pages.source_links import SourceLinks
from incdoc.pages.source_page import SourcePage, TestedBy

_TOGETHER = 20
"""Names that are in one row: a row is on one page."""


class _Imported(NamedTuple):
    """What a row of imports says. ``module``: with it, ``written`` is a name that may share its row with others."""

    module: str
    scope: str
    where: str
    written: str
    name: str


class SourceRelations(SourceLinks):
    """What a source refers to, and what refers to it."""

    def __init__(self, inputs: SourcePage, facts: Facts, style: SourceSettings) -> None:
        super().__init__(inputs, facts, style)
        self.summary = inputs.summary
        self.code = (
            bool(self._language.linker)
            and any(kind.shown == "block" for kind in self._kinds.values())
            and self._words.is_code(inputs.path)
        )
        """Whether it is code whose references to other sources are read."""
        linker = resolve(self._language.linker) if self._language.linker else None
        self._hands_on = linker.hands_on(inputs.path) if linker else False
        self.refers = linker.refers if linker else ""
        """``imports``, ``includes``."""
        self.referred = participle(inputs.used_as).capitalize()
        """``Imported``, ``Included``: what others do with it."""
        self.refer = plural(inputs.used_as)
        self._exports = exported(facts)
        self._documented = dict(inputs.elsewhere)

    def _imports(self) -> Iterable[tuple[Import, Target]]:
        return zip(self.facts.imports, self.inputs.targets, strict=True) if self.inputs.targets else ()

    def listings(self) -> Iterator[str]:
        """Tables of the imports of one style each."""
        for listing in self._words.listings:
            of_style = [(item, target) for item, target in self._imports() if item.style == listing.style]
            columns = {
                listing.alias: [code(item.alias, True) if item.alias else "" for item, _ in of_style],
                listing.module: [code(item.module, True) if item.module else "" for item, _ in of_style],
                listing.requirement: [code(item.requirement, True) if item.requirement else "" for item, _ in of_style],
                listing.scope: [self._group(item.scope) for item, _ in of_style],
                listing.leads: [self._led_here(target) for _, target in of_style],
            }
            columns = {title: cells for title, cells in columns.items() if title and any(cells)}
            if of_style:
                if self.style.lines:
                    columns["Line"] = [self.lines(item.line) for item, _ in of_style]
                rows = (f"| {' | '.join(cells)} |" for cells in zip(*columns.values(), strict=True))
                yield "\n".join([f"| {' | '.join(columns)} |", "|---" * len(columns) + "|", *rows])

    def _group(self, name: str) -> str:
        """The key that has an import, or what it is called."""
        if name in self._names:
            return link(code(name, True), fragment(name))
        return code(name, True) if name else ""

    def _led_here(self, target: Target) -> str:
        """What an import of a manifest leads to in this repository."""
        return "" if target.kind == "distribution" else self.reads(target)

    def imports(self) -> list[str]:
        """Rows of the imported names and what each leads to; the lines of equal rows are merged, and names that one
        statement imports from one place are in one row. Without those that have listings."""
        places: dict[_Imported, list[int]] = {}
        known: dict[Target, tuple[str, str]] = {}
        listed = {each.style for each in self._words.listings}
        for item, target in self._imports():
            if item.style in listed or (item.scope == NAMED and target.kind != "source"):
                continue
            if target not in known:
                known[target] = self._read(target)
            name, where = known[target]
            if address := self._documented.get(full_name(item, self._language.separator)):
                name, where = link(code(item.name or item.module, True), address), f", {self.reads(target)}"
            plain = item.name and not item.alias and item.scope != NAMED and item.keyword.endswith(f".{item.name}")
            module = item.module if plain and item.name != "*" else ""
            row = _Imported(module, self._scope_of(item), where, item.name if module else self._written(item), name)
            places.setdefault(row, []).append(item.line)
        together: dict[tuple[object, ...], list[_Imported]] = {}
        for row, lines in places.items():
            together.setdefault((*row[:3], *lines) if row.module else (row,), []).append(row)
        rows: dict[str, list[int]] = {}
        for several in together.values():
            for start in range(0, len(several), _TOGETHER):
                rows.setdefault(_said(several[start : start + _TOGETHER]), []).extend(places[several[0]])
        return [self.row(row, self.cell(*((line, line) for line in lines))) for row, lines in rows.items()]

    def _written(self, item: Import) -> str:
        """What an import names, for a table's cell."""
        written = code(item.keyword, True)
        if item.name and item.keyword == item.module:
            written = f"{code(item.name, True)} of {written}"
        return f"{written} as {code(item.alias)}" if item.alias else written

    def _scope_of(self, item: Import) -> str:
        """Where an import is, for a table's cell; empty for the module itself."""
        if item.scope == NAMED:
            return f" (by its name, in {code(item.style)})"
        if item.scope and not (item.scope == "try" and item.condition):
            return f" ({self._words.scope(item.scope)})"
        return f" ({code(item.condition, True)})" if item.condition else ""

    def _read(self, target: Target) -> tuple[str, str]:
        """(link to the definition that an import leads to, where that is): together they are what ``reads`` says."""
        read = self.reads(target)
        if target.kind == "source" and target.definer and target.name and not (target.others or target.condition):
            name = self.cell_to(target.definer, target.name)
            return name, read.removeprefix(name)
        return "", read

    def reads(self, target: Target) -> str:
        """What an import leads to, for a table's cell."""
        if target.kind == "source":
            if not target.definer:
                return self.cell_to(target.path)
            places = [Place(target.definer, target.name, target.condition), *target.others]
            read = " or ".join(map(self._place, places))
            return read if target.definer == target.path else f"{read}, through {self.cell_to(target.path)}"
        if target.kind == "ambiguous":
            if len(target.candidates) == 1:
                return f"perhaps {self.cell_to(target.candidates[0])}: nothing says that its folder is searched"
            return "ambiguous: " + " or ".join(self.cell_to(path) for path in target.candidates)
        if target.kind == "folders":
            return ", ".join(map(self._cell_to_folder, target.candidates))
        if target.kind == "distribution" and target.path:
            return f"{code(target.name, True)}, which {self.cell_to(target.path)} requires"
        return self._words.leads(target.kind)

    def _place(self, place: Place) -> str:
        """What a name may mean, for a table's cell."""
        name = f"{self.cell_to(place.path, place.name)} of " if place.name else ""
        return f"{name}{self.cell_to(place.path)}{by_branch(place.condition)}"

    def imported_files(self) -> list[str]:
        """The files of the repository that this one imports, sorted; of code without those that a listing has."""
        listed = {each.style for each in self._words.listings} if self.code else ()
        return sorted(
            {
                target.path
                for item, target in self._imports()
                if target.kind == "source" and target.path != self.path and item.style not in listed
            }
        )

    def reexports(self) -> list[str]:
        """Names that it re-exports, modules among them."""
        if not self._hands_on:
            return []
        names = {}
        for item, target in self._imports():
            name = item.alias or item.name
            if target.kind != "source" or item.scope in ("class", "function") or not item.name:
                continue
            if item.name == "*":
                names[f"* {target.path}"] = f"the public names of {self.to(target.path)} ({self.span(item.line)})"
            elif is_public(name, self._exports):
                places = [Place(target.definer or target.path, target.name, target.condition), *target.others]
                read = " or ".join(self.to(each.path, each.name) + by_branch(each.condition) for each in places)
                same = all(name == self._last(each.name) for each in places)
                where = f", {self._words.scope(item.scope)}" if item.scope in ("type checking", "lazy") else ""
                written = f"{'' if same else f'{code(name)}, which is '}{read} ({self.span(item.line)}{where})"
                names[name] = f"{names[name]}; {written}" if name in names else written
        return [names[name] for name in sorted(names)]

    def given(self) -> str:
        """The names that it gives without a statement that has them, as a sentence; empty if there are none."""
        imported = {item.alias or item.name for item, _ in self._imports()}
        names = [code(each) for each in self.facts.given if each not in self._names and each not in imported]
        said = f"It also gives {', '.join(names)}: names that texts in its code have." if names else ""
        unknown = [(line, line) for line in self.facts.open]
        more = f"It may give any other name ({self.spans(unknown)})." if unknown else ""
        return " ".join(filter(None, (said, more)))

    def graph(self) -> str:
        """A Mermaid drawing of the importers and imports of this file; empty where a list says as much."""
        name = self.path.rpartition("/")[2]
        return neighbours(name, self.imported_files(), (*self.inputs.importers, *self.inputs.tests))

    def listed(self, files: Iterable[str]) -> str:
        """A list of links to files' pages."""
        return "\n".join(f"- {self.to(each)}" for each in files)

    def related(self) -> str:
        """A list of the related files, each with how it is related."""
        return "\n".join(f"- {self.to(path)} ({how})" for how, path in self.inputs.relatives)

    def linked(self) -> str:
        """A list of a document's links; those to files of the repository lead to the pages."""
        links = zip(self.facts.links, self.inputs.links, strict=True)
        return "\n".join(f"- {self._line_before(each.line)}{self._led(each.target, target)}" for each, target in links)

    def _led(self, written: str, target: Target) -> str:
        if target.kind == "source":
            return link(code(written), href(relative(self.page, docs_path(target.path))))
        if target.kind == "folder":
            return link(code(written), href(relative(self.page, folder_page(target.path, INDEX))))
        if target.kind == "plain":
            return link(code(written), self.style.source_href(self.page, target.path))
        return code(written)

    def testing(self) -> Iterator[str]:
        """What a test uses, which tests use the file and how, and the command that runs them."""
        tests, prepared = self.inputs.tests, self.inputs.prepared
        tested = self.tested() if self.summary.test else ""
        if self.inputs.command:
            yield f"Run the tests in this file:\n\n{fence(_commands([self.inputs.command]), 'sh')}"
        if tested:
            yield f"This test uses:\n\n{tested}"
        if tests:
            yield f"Tests that {self.refer} this file:\n\n{self.listed(tests)}"
        if self.inputs.reached:
            yield f"Tests that use names of this file through others:\n\n{self.reached()}"
        if self.inputs.named:
            yield f"Tests that have the name of this file:\n\n{self.listed(self.inputs.named)}"
        if prepared:
            yield f"Run before the tests beside and below it, and using this file:\n\n{self.listed(prepared)}"
        if command := _commands(self.inputs.commands):
            yield fence(command, "sh")

    def reached(self) -> str:
        """A list of the tests that use names of this file through others."""
        return "\n".join(f"- {self.to(each.path)}{self._by_names(each)}" for each in self.inputs.reached)

    def _by_names(self, test: TestedBy) -> str:
        names = ", ".join(self.to(self.path, name) if name in self._names else code(name) for name in test.names)
        through = ", ".join(map(self.to, test.through))
        return (f": {names}" if names else "") + (f", through {through}" if through else "")

    def tested(self) -> str:
        """What a test uses of this repository: a list of files, with the names."""
        used: dict[str, set[str]] = {}
        for item, target in self._imports():
            if target.kind != "source" or item.name == "*":
                continue
            for place in (Place(target.definer or target.path, target.name), *target.others):
                if place.path != self.path:
                    used.setdefault(place.path, set()).update([place.name] if place.name else ())
        for usage in self.inputs.usages:
            used.setdefault(usage.path, set()).add(usage.name)
        return "\n".join(
            f"- {self.to(path)}{': ' if names else ''}{', '.join(self.to(path, name) for name in sorted(names))}"
            for path, names in sorted(used.items())
        )


def _said(rows: list[_Imported]) -> str:
    """The cells of the row of what is imported from one place."""
    first = rows[0]
    written = first.written
    if len(rows) > 1:
        written = f"{code(first.module, True)}: {', '.join(code(each.written, True) for each in rows)}"
    elif first.module:
        separator = "" if first.module.endswith(".") else "."
        written = code(f"{first.module}{separator}{first.written}", True)
    return f"{written}{first.scope} | {', '.join(each.name for each in rows if each.name)}{first.where}"


def by_branch(condition: str) -> str:
    """The branch by which a name means what is before it."""
    return f" ({code(condition, True)})" if condition else ""


def _commands(texts: Iterable[str]) -> str:
    """Commands in lines; those that differ in their last argument alone are one."""
    import shlex

    arguments: dict[tuple[str, str], set[str]] = {}
    for each in map(Command.of, texts):
        found = arguments.setdefault((each.folder, each.words), set())
        if each.argument:
            found.add(each.argument)
    lines = (
        (folder, " ".join([words, *map(shlex.quote, sorted(each))])) for (folder, words), each in arguments.items()
    )
    return "\n".join(f"(cd {shlex.quote(folder)} && {line})" if folder else line for folder, line in sorted(lines))
