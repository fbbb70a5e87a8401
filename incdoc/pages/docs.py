"""A source's documentation page: what its template prints, made from its inputs, facts and text.

Everything here stands on the page with its line. A section with nothing to say is left out or takes one line.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

from incdoc.languages import findings
from incdoc.languages.facts import Definition, Facts, first_sentence
from incdoc.links.card import HEADINGS
from incdoc.links.names import parent
from incdoc.links.resolve import Base, Target
from incdoc.pages.inputs import Docs, is_public
from incdoc.pages.markdown import code, fragment, href, link, relative, text
from incdoc.pages.paths import Style, docs_path

_SHOWN = ("class", "function", "method")
_VALUES = ("constant", "variable", "type alias")
_PLURALS = {
    "class": "classes",
    "type alias": "type aliases",
    "code block": "code blocks",
}
_COUNTED = (
    "class",
    "function",
    "method",
    "attribute",
    "constant",
    "variable",
    "type alias",
    "heading",
    "code block",
    "key",
)


class DocsView:
    """What ``docs.md.jinja`` asks for. ``body`` is the source's text as a page shows it."""

    def __init__(self, inputs: Docs, facts: Facts, body: str, style: Style) -> None:
        self.inputs = inputs
        self.path = inputs.path
        self.page = docs_path(inputs.path)
        self.facts = facts
        self.body = body
        self.style = style
        self.card = inputs.card
        self.folder = parent(inputs.path)
        self.python = facts.language == "python"
        self._base = style.source_href(self.page, inputs.path)
        self._names = {definition.name for definition in facts.definitions}
        self._bases: dict[tuple[str, str], Base] = {(base.owner, base.text): base for base in inputs.bases}
        self._subclasses: dict[str, list[tuple[str, str]]] = {}
        for name, path, derived in inputs.subclasses:
            self._subclasses.setdefault(name, []).append((path, derived))
        self._rules = {rule.code: rule for rule in findings.rules("python")} if self.python else {}

    # links

    def lines(self, start: int, end: int = 0) -> str:
        """``[12–40](source#L12-L40)``."""
        if end > start:
            return f"[{start}–{end}]({self._base}#L{start}-L{end})"
        return f"[{start}]({self._base}#L{start})"

    def span(self, start: int, end: int = 0) -> str:
        """``line [12](…)`` or ``lines [12–40](…)``."""
        return f"{'lines' if end > start else 'line'} {self.lines(start, end)}"

    def line_list(self, lines: list[int]) -> str:
        """``line [1](…)`` or ``lines [1](…), [7](…)``."""
        return f"line{'s' if len(lines) > 1 else ''} {', '.join(self.lines(line) for line in lines)}"

    def to(self, path: str, name: str = "") -> str:
        """A link to a source's page, or to a definition on it."""
        if path == self.path:
            return link(code(name), fragment(name)) if name else code(path)
        target = href(relative(self.page, docs_path(path)))
        return link(code(name), target + fragment(name)) if name else link(code(path), target)

    def cell_to(self, path: str, name: str = "") -> str:
        """``to`` for a table's cell."""
        return self.to(path, name).replace("|", "&#124;")

    # sections

    def purpose(self) -> list[str]:
        """Sentences, each with its evidence."""
        sentences = []
        if self.facts.doc:
            sentences.append(text(first_sentence(self.facts.doc)))
        elif self.python:
            sentences.append("No module docstring.")
        if self.python:
            sentences += self._roles()
        return sentences

    def _roles(self) -> Iterator[str]:
        name = self.path.rpartition("/")[2]
        if name == "__init__.py":
            yield f"Package {code(self.inputs.module)}." if self.inputs.module else "Package."
        elif name == "__main__.py":
            yield f"Entry point: `python -m {self.inputs.module.removesuffix('.__main__')}` runs it."
        elif self.card.test:
            yield "Test module (by its name)."
        elif name.endswith(".pyi"):
            yield "Stub: signatures without bodies."
        for mark in self.facts.marks:
            if mark.kind == "main guard":
                yield f"Script: it has a main guard ({self.span(mark.line)})."

    def counts(self) -> str:
        """``2 classes, 3 functions``."""
        have = dict(self.card.counts)
        words = [
            f"{have[kind]} {kind if have[kind] == 1 else _PLURALS.get(kind, kind + 's')}"
            for kind in _COUNTED
            if have.get(kind)
        ]
        return ", ".join(words)

    def public(self) -> list[Definition]:
        """The public module-level classes, functions and values, each name once, in the order of the source."""
        seen: dict[str, Definition] = {}
        for definition in self.facts.definitions:
            if definition.kind in (*_SHOWN, *_VALUES) and is_public(definition.name, self.facts):
                seen.setdefault(definition.name, definition)
        return list(seen.values())

    def kind(self, definition: Definition) -> str:
        """``async method``, ``dataclass``, ``property``."""
        traits = definition.traits
        if definition.kind == "class":
            for trait in ("dataclass", "enum", "protocol", "typeddict", "namedtuple", "exception"):
                if trait in traits:
                    return {"typeddict": "TypedDict", "namedtuple": "named tuple"}.get(trait, trait)
            return "class"
        if definition.kind in ("function", "method"):
            for trait in ("property", "setter", "deleter"):
                if trait in traits:
                    return "property" if trait == "property" else f"property {trait}"
            return f"async {definition.kind}" if "async" in traits else definition.kind
        return "module variable" if definition.kind == "variable" else definition.kind

    def summary(self, definition: Definition) -> str:
        """First sentence, for a table's cell."""
        return text(first_sentence(definition.doc))

    def analysed(self) -> list[tuple[int, str, Definition]]:
        """(heading level, anchor, definition) of classes, functions and methods; only a name's first has an anchor."""
        seen: set[str] = set()
        rows = []
        for definition in self.facts.definitions:
            if definition.kind not in _SHOWN:
                continue
            anchored = "" if definition.name in seen else definition.name
            seen.add(definition.name)
            rows.append((min(6, 3 + definition.name.count(".")), anchored, definition))
        return rows

    def declaration(self, definition: Definition) -> str:
        """The definition's head in the source's own syntax."""
        head = [f"@{decorator}" for decorator in definition.decorators]
        if definition.kind == "class":
            bases = f"({', '.join(definition.bases)})" if definition.bases else ""
            head.append(f"class {_last(definition.name)}{definition.signature}{bases}")
        else:
            word = "async def" if "async" in definition.traits else "def"
            head.append(f"{word} {_last(definition.name)}{definition.signature or '()'}")
        return "\n".join(head)

    def notes(self, definition: Definition) -> str:
        """What the syntax shows of a definition, in one line."""
        notes = [self.span(definition.line, definition.end)]
        said = ("async", "property", "setter", "deleter", "dataclass", "enum", "exception")
        notes += [trait for trait in definition.traits if trait not in said]
        if definition.raises:
            raised: dict[str, list[int]] = {}
            for name, line in definition.raises:
                raised.setdefault(name, []).append(line)
            notes.append(
                "raises " + ", ".join(f"{code(name)} ({self.line_list(lines)})" for name, lines in sorted(raised.items()))
            )
        if definition.calls:
            notes.append("calls " + ", ".join(self.to(self.path, name) for name in definition.calls))
        return " · ".join(notes)

    def parents(self, definition: Definition) -> list[str]:
        """Links to the base classes that are of this repository."""
        bases = [self._bases.get((definition.name, text)) for text in definition.bases]
        return [self.to(base.path, base.name) for base in bases if base is not None]

    def derived(self, definition: Definition) -> list[str]:
        """Links to the known subclasses."""
        return [
            f"{self.to(path, name)}" + ("" if path == self.path else f" ({code(path)})")
            for path, name in self._subclasses.get(definition.name, ())
        ]

    def attributes(self, owner: Definition) -> list[Definition]:
        """What is bound in a class's body, in the order of the source."""
        return self._attributes().get(owner.name, [])

    def _attributes(self) -> dict[str, list[Definition]]:
        if not hasattr(self, "_attribute_table"):
            self._attribute_table: dict[str, list[Definition]] = {}
            for definition in self.facts.definitions:
                if definition.kind == "attribute":
                    owner = definition.name.rpartition(".")[0]
                    self._attribute_table.setdefault(owner, []).append(definition)
        return self._attribute_table

    def values(self) -> list[tuple[str, Definition]]:
        """(anchor, definition) of module-level names."""
        return _once(d for d in self.facts.definitions if d.kind in _VALUES)

    def headings(self) -> list[tuple[str, Definition]]:
        """(anchor, definition) of headings, keys and other names of languages without code."""
        return _once(d for d in self.facts.definitions if d.kind in HEADINGS and d.kind not in (*_SHOWN, *_VALUES))

    def blocks(self) -> list[Definition]:
        """Code blocks of a document."""
        return [d for d in self.facts.definitions if d.kind == "code block"]

    def marks(self, kind: str) -> list[Any]:
        """The marks of one kind."""
        return [mark for mark in self.facts.marks if mark.kind == kind]

    def imports(self) -> list[tuple[str, str, str]]:
        """(what is written, what it reads, lines) of each import, those of one module together."""
        rows: dict[tuple[str, str], list[int]] = {}
        for item, target in zip(self.facts.imports, self.inputs.targets, strict=True) if self.inputs.targets else ():
            written = code(item.keyword, cell=True)
            if item.alias:
                written += f" as {code(item.alias)}"
            if item.scope:
                written += f" (in {_SCOPES[item.scope]})"
            rows.setdefault((written, self.reads(target)), []).append(item.line)
        return [(written, reads, ", ".join(self.lines(line) for line in lines)) for (written, reads), lines in rows.items()]

    def reads(self, target: Target) -> str:
        """What an import reads, for a table's cell."""
        if target.kind == "source":
            if target.definer and target.definer != target.path:
                return f"{self.cell_to(target.definer, target.name)} of {self.cell_to(target.definer)}, through {self.cell_to(target.path)}"
            if target.name:
                return f"{self.cell_to(target.path, target.name)} of {self.cell_to(target.path)}"
            return self.cell_to(target.path)
        if target.kind == "ambiguous":
            return "ambiguous: " + " or ".join(self.cell_to(path) for path in target.candidates)
        return _TARGETS[target.kind]

    def imported_files(self) -> list[str]:
        """The files of the repository that this one imports, sorted."""
        return sorted({t.path for t in self.inputs.targets if t.kind == "source" and t.path != self.path})

    def reexports(self) -> list[str]:
        """Names that a package's ``__init__`` imports for others."""
        if not self.path.endswith(("__init__.py", "__init__.pyi")):
            return []
        names = {}
        for item, target in zip(self.facts.imports, self.inputs.targets, strict=True) if self.inputs.targets else ():
            name = item.alias or item.name
            if target.definer and not item.scope and is_public(name, self.facts):
                names[name] = f"{self.to(target.definer, target.name)} ({self.span(item.line)})"
        return [names[name] for name in sorted(names)]

    def graph(self) -> str:
        """A Mermaid drawing of what imports this file and what it imports; empty where that is nothing or too much."""
        imported, importers = self.imported_files(), [*self.inputs.importers, *self.inputs.tests]
        if not (imported or importers) or len(imported) + len(importers) > _LARGEST_NEIGHBOURHOOD:
            return ""
        nodes: dict[str, str] = {}
        rows = ["graph LR", f'  self["{mermaid(self.path.rpartition("/")[2])}"]']
        for each in sorted({*imported, *importers}):
            nodes[each] = f"n{len(nodes)}"
            rows.append(f'  {nodes[each]}["{mermaid(each)}"]')
        rows += [f"  {nodes[each]} --> self" for each in importers]
        rows += [f"  self --> {nodes[each]}" for each in imported]
        return "\n".join(rows)

    def found(self, category: str) -> list[tuple[str, str, str, str]]:
        """(code, message, reason, places) of the findings of one category."""
        places: dict[str, dict[tuple[str, str], list[tuple[int, int]]]] = {}
        for finding in self.facts.findings:
            rule = self._rules.get(finding.code)
            if rule is not None and rule.category == category:
                where = places.setdefault(finding.code, {})
                where.setdefault((finding.owner, finding.text), []).append((finding.line, finding.end))
        return [
            (code_, self._rules[code_].message, self._rules[code_].reason, "; ".join(self._places(places[code_])))
            for code_ in sorted(places)
        ]

    def _places(self, where: dict[tuple[str, str], list[tuple[int, int]]]) -> Iterator[str]:
        for (owner, quoted), spans in where.items():
            words = code(quoted, cell=True) if quoted else ""
            if owner:
                place = self.cell_to(self.path, owner) if owner in self._names else code(owner, cell=True)
                words += f"{' in ' if words else ''}{place}"
            label = "lines" if len(spans) > 1 or spans[0][1] > spans[0][0] else "line"
            yield f"{words}{', ' if words else ''}{label} {', '.join(self.lines(*span) for span in spans)}"

    def rule_count(self, category: str) -> int:
        """How many rules looked."""
        return sum(rule.category == category for rule in self._rules.values())

    def run_tests(self) -> str:
        """The command that runs the tests that import this file; they are pytest's or unittest's by name."""
        return "python -m pytest " + " ".join(_quoted(path) for path in self.inputs.tests)

    def examples(self) -> list[tuple[str, str]]:
        """(owner, place) of docstrings with examples."""
        return [
            (self.to(self.path, mark.text) if mark.text in self._names else "the module", self.span(mark.line))
            for mark in self.marks("doctest")
        ]

    def oddities(self) -> list[str]:
        """What is unusual about the bytes, each in a sentence."""
        said = []
        for mark in self.facts.marks:
            if mark.kind == "encoding":
                said.append(f"Encoding declared as {code(mark.text)} ({self.span(mark.line)}).")
            elif mark.kind == "bom":
                said.append("It begins with a byte order mark.")
            elif mark.kind == "line ends":
                said.append(f"Line ends: {text(mark.text)}.")
            elif mark.kind == "undecodable":
                said.append(f"Bytes that are no text in its encoding are shown as � (first on {self.span(mark.line)}).")
        if self.facts.errors:
            places = ", ".join(self.lines(*span) for span in self.facts.errors)
            said.append(f"Syntax errors in lines {places}: what is said below is what the rest shows.")
        if self.facts.refused:
            said.append(f"Not analysed: {text(self.facts.refused)}.")
        return said


_LARGEST_NEIGHBOURHOOD = 40
_SCOPES = {
    "try": "a try",
    "type checking": "type checking only",
    "class": "a class body",
    "function": "a function",
}
_TARGETS = {
    "stdlib": "standard library",
    "distribution": "another distribution",
    "folder": "a folder of this repository without `__init__.py`",
    "missing": "not found in this repository",
}


def _last(name: str) -> str:
    return name.rpartition(".")[2]


def _once(definitions: Iterator[Definition]) -> list[tuple[str, Definition]]:
    seen: set[str] = set()
    rows = []
    for definition in definitions:
        rows.append(("" if definition.name in seen else definition.name, definition))
        seen.add(definition.name)
    return rows


def _quoted(path: str) -> str:
    import shlex

    return shlex.quote(path)


def mermaid(label: str) -> str:
    """A label that cannot leave its quotes."""
    safe = "".join(c if c.isprintable() and c not in '"`<>#&;|\\' else f"#{ord(c)};" for c in label)
    return inspect.cleandoc(safe) or " "
