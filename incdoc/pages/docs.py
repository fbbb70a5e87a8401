"""A source's documentation page: the values that its template prints, made from its inputs, facts and text.

Each statement has its line. A section with nothing to say is left out or has one line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from incdoc.languages import findings
from incdoc.languages.facts import Definition, Facts, Mark, first_sentence
from incdoc.links.names import parent
from incdoc.links.outline import HEADINGS
from incdoc.links.resolve import Base, Target
from incdoc.pages.inputs import Docs, exported, is_public
from incdoc.pages.markdown import anchor, code, fence, fragment, href, link, prose, relative, shown, text
from incdoc.pages.paths import INDEX, Style, docs_path, folder_page

_SHOWN = ("class", "function", "method")
_VALUES = ("constant", "variable", "type alias")
_PUBLIC = frozenset((*_SHOWN, *_VALUES))
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
    """The values that ``docs.md.jinja`` uses. ``body``: the source's text as a page shows it."""

    def __init__(self, inputs: Docs, facts: Facts, body: str, style: Style) -> None:
        self.inputs = inputs
        self.path = inputs.path
        self.page = docs_path(inputs.path)
        self.facts = facts
        self.body = body
        self.style = style
        self.summary = inputs.summary
        self.folder = parent(inputs.path)
        self.python = facts.language == "python"
        self.read = self.python and not facts.refused
        self._base = style.source_href(self.page, inputs.path)
        self._names = {definition.name for definition in facts.definitions}
        self._bases: dict[tuple[str, str], Base] = {(base.owner, base.text): base for base in inputs.bases}
        self._subclasses: dict[str, list[tuple[str, str]]] = {}
        for name, path, derived in inputs.subclasses:
            self._subclasses.setdefault(name, []).append((path, derived))
        self._attributes = _by_class(facts.definitions)
        self._targets: dict[str, str] = {}
        self._exports = exported(facts)
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
        target = self._targets.get(path)
        if target is None:
            target = self._targets[path] = href(relative(self.page, docs_path(path)))
        return link(code(name), target + fragment(name)) if name else link(code(path), target)

    def cell_to(self, path: str, name: str = "") -> str:
        """``to`` for a table's cell."""
        return self.to(path, name).replace("|", "&#124;")

    # sections

    def purpose(self) -> list[str]:
        """Sentences, each with its evidence."""
        sentences = []
        if self.facts.doc:
            sentences.append(prose(first_sentence(self.facts.doc)))
        elif self.read:
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
        elif self.summary.test:
            yield "Test module (by its name)."
        elif name.endswith(".pyi"):
            yield "Stub: signatures without bodies."
        for mark in self.facts.marks:
            if mark.kind == "main guard":
                yield f"Script: it has a main guard ({self.span(mark.line)})."

    def counts(self) -> str:
        """``2 classes, 3 functions``."""
        have = dict(self.summary.counts)
        words = [
            f"{have[kind]} {kind if have[kind] == 1 else _PLURALS.get(kind, kind + 's')}"
            for kind in _COUNTED
            if have.get(kind)
        ]
        return ", ".join(words)

    def public(self) -> list[str]:
        """Rows of the public module-level classes, functions and values, each name once, in the order of the source."""
        rows: dict[str, str] = {}
        for each in self.facts.definitions:
            name = each.name
            if "." not in name and name not in rows and each.kind in _PUBLIC and is_public(name, self._exports):
                label = link(code(name, True), fragment(name))
                summary = prose(first_sentence(each.doc), cell=True) if each.doc else ""
                rows[name] = f"| {label} | {self.kind(each)} | {self.lines(each.line, each.end)} | {summary} |"
        return list(rows.values())

    def kind(self, definition: Definition) -> str:
        """``async method``, ``dataclass``, ``property``."""
        traits = definition.traits
        if not traits:
            return "module variable" if definition.kind == "variable" else definition.kind
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

    def analysed(self) -> Iterator[str]:
        """A block for each class, function and method, in the order of the source; only a name's first is a target."""
        seen: set[str] = set()
        for definition in self.facts.definitions:
            if definition.kind in _SHOWN:
                name = definition.name
                target = "" if name in seen else anchor(name)
                seen.add(name)
                level = "###" if "." not in name else "######"[: min(6, 3 + name.count("."))]
                yield self._block(definition, level, target)

    def _block(self, definition: Definition, level: str, target: str) -> str:
        title = f"{level} {target}{self.kind(definition)} {code(definition.name)}"
        block = (
            f"{title}\n\n{fence(shown(self.declaration(definition)), self.inputs.fence)}\n\n{self.notes(definition)}"
        )
        if definition.kind == "class":
            block += self._lineage(definition, first=bool(target))
        if definition.doc:
            block += f"\n\n{fence(shown(definition.doc), 'text')}"
        if definition.kind == "class":
            block += self._attribute_rows(definition)
        return block

    def _lineage(self, definition: Definition, first: bool) -> str:
        """Of a name that is defined several times, the first has what is derived: the links lead there."""
        parents, derived = self.parents(definition), self.derived(definition) if first else []
        lines = f"\n\nDerives from {', '.join(parents)}." if parents else ""
        return lines + (f"\n\nKnown subclasses: {', '.join(derived)}." if derived else "")

    def _attribute_rows(self, owner: Definition) -> str:
        rows = self._attributes.get((owner.name, owner.line))
        if not rows:
            return ""
        lines = ["\n\n| Attribute | Type and value | Line |\n|---|---|---|"]
        for each in rows:
            traits = f" ({', '.join(each.traits)})" if each.traits else ""
            value = code(each.signature, True) if each.signature else ""
            lines.append(f"| {code(_last(each.name), True)}{traits} | {value} | {self.lines(each.line, each.end)} |")
        return "\n".join(lines)

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
        """The facts of a definition, in one line."""
        place = self.span(definition.line, definition.end)
        notes = [place[0].upper() + place[1:]]
        notes += [trait for trait in definition.traits if trait not in _SAID]
        if definition.raises:
            raised: dict[str, list[int]] = {}
            for name, line in definition.raises:
                raised.setdefault(name, []).append(line)
            notes.append(
                "raises "
                + ", ".join(f"{code(name)} ({self.line_list(lines)})" for name, lines in sorted(raised.items()))
            )
        if definition.calls:
            notes.append("calls " + ", ".join(self.to(self.path, name) for name in definition.calls))
        return " · ".join(notes)

    def parents(self, definition: Definition) -> list[str]:
        """Links to the base classes in this repository."""
        bases = [self._bases.get((definition.name, text)) for text in definition.bases]
        return [self.to(base.path, base.name) for base in bases if base is not None]

    def derived(self, definition: Definition) -> list[str]:
        """Links to the known subclasses."""
        return [
            f"{self.to(path, name)}" + ("" if path == self.path else f" ({code(path)})")
            for path, name in self._subclasses.get(definition.name, ())
        ]

    def values(self) -> list[str]:
        """Rows of module-level names. One that is also a class or function leads to that."""
        analysed = {each.name for each in self.facts.definitions if each.kind in _SHOWN}
        return [
            f"| {'' if each.name in analysed else target}{code(each.name, True)} | {self.kind(each)}"
            f" | {code(each.signature, True) if each.signature else ''}"
            f" | {self.lines(each.line, each.end)} |"
            for target, each in _once(d for d in self.facts.definitions if d.kind in _VALUES)
        ]

    def headings(self) -> list[str]:
        """Rows of headings, keys and other names of languages without code."""
        named = (d for d in self.facts.definitions if d.kind in HEADINGS and d.kind not in _PUBLIC)
        return [
            f"| {target}{text(each.name)} | {each.kind}{f' {len(each.signature)}' if each.signature else ''}"
            f" | {self.lines(each.line, each.end)} |"
            for target, each in _once(named)
        ]

    def blocks(self) -> list[Definition]:
        """Code blocks of a document."""
        return [d for d in self.facts.definitions if d.kind == "code block"]

    def marks(self, kind: str) -> list[Mark]:
        """The marks of one kind."""
        return [mark for mark in self.facts.marks if mark.kind == kind]

    def imports(self) -> list[str]:
        """Rows of the imported names and what each leads to; the lines of equal rows are merged."""
        rows: dict[str, list[int]] = {}
        known: dict[Target, str] = {}
        for item, target in zip(self.facts.imports, self.inputs.targets, strict=True) if self.inputs.targets else ():
            written = code(item.keyword, True)
            if item.alias:
                written += f" as {code(item.alias)}"
            if item.scope:
                written += f" ({_SCOPES[item.scope]})"
            reads = known.get(target)
            if reads is None:
                reads = known[target] = self.reads(target)
            rows.setdefault(f"| {written} | {reads}", []).append(item.line)
        return [f"{row} | {', '.join(map(self.lines, lines))} |" for row, lines in rows.items()]

    def reads(self, target: Target) -> str:
        """What an import leads to, for a table's cell."""
        if target.kind == "source":
            if target.definer and target.definer != target.path:
                definer = f"{self.cell_to(target.definer, target.name)} of {self.cell_to(target.definer)}"
                return f"{definer}, through {self.cell_to(target.path)}"
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
        """Names that a package's ``__init__`` re-exports, modules among them."""
        if not self.path.endswith(("__init__.py", "__init__.pyi")):
            return []
        names = {}
        for item, target in zip(self.facts.imports, self.inputs.targets, strict=True) if self.inputs.targets else ():
            name = item.alias or item.name
            if target.kind != "source" or item.scope or not item.name:
                continue
            if item.name == "*":
                names[f"* {target.path}"] = f"the public names of {self.to(target.path)} ({self.span(item.line)})"
            elif is_public(name, self._exports):
                read = self.to(target.definer, target.name) if target.definer else self.to(target.path)
                same = name == _last(target.name)
                names[name] = f"{'' if same else f'{code(name)}, which is '}{read} ({self.span(item.line)})"
        return [names[name] for name in sorted(names)]

    def graph(self) -> str:
        """A Mermaid drawing of the importers and imports of this file; empty if there are none or too many."""
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

    def users(self) -> str:
        """How many files import this one; tests are counted separately, as they are listed."""
        counts = ((len(self.inputs.importers), "file"), (len(self.inputs.tests), "test"))
        users = " and ".join(f"{n} {word if n == 1 else word + 's'}" for n, word in counts if n)
        verb = "imports" if sum(n for n, _ in counts) < 2 else "import"
        return f"{users or 'No file'} of this repository {verb} it."

    def listed(self, files: Iterable[str]) -> str:
        """A list of links to files' pages."""
        return "\n".join(f"- {self.to(each)}" for each in files)

    def related(self) -> str:
        """A list of the related files, each with how it is related."""
        return "\n".join(f"- {self.to(path)} ({how})" for how, path in self.inputs.relatives)

    def marked(self, marks: Iterable[Mark]) -> str:
        """A list of marks' texts with their lines."""
        return "\n".join(f"- Line {self.lines(mark.line)}: {code(mark.text)}" for mark in marks)

    def linked(self) -> str:
        """A list of a document's links; those to files of the repository lead to the pages."""
        links = zip(self.marks("link"), self.inputs.links, strict=True)
        return "\n".join(f"- Line {self.lines(mark.line)}: {self._led(mark.text, target)}" for mark, target in links)

    def _led(self, written: str, target: Target) -> str:
        if target.kind == "source":
            return link(code(written), href(relative(self.page, docs_path(target.path))))
        if target.kind == "folder":
            return link(code(written), href(relative(self.page, folder_page(target.path, INDEX))))
        if target.kind == "plain":
            return link(code(written), self.style.source_href(self.page, target.path))
        return code(written)

    def found(self, category: str) -> list[str]:
        """Rows of the findings of one category, those of one rule together."""
        places: dict[str, dict[tuple[str, str], list[tuple[int, int]]]] = {}
        for finding in self.facts.findings:
            rule = self._rules.get(finding.code)
            if rule is not None and rule.category == category:
                where = places.setdefault(finding.code, {})
                where.setdefault((finding.owner, finding.text), []).append((finding.line, finding.end))
        return [self._finding_row(self._rules[name], places[name]) for name in sorted(places)]

    def _finding_row(self, rule: findings.Rule, where: dict[tuple[str, str], list[tuple[int, int]]]) -> str:
        what = text(rule.message) if rule.category == "pattern" else f"{text(rule.message)}. {text(rule.reason)}"
        return f"| {text(rule.code)} | {what} | {'; '.join(self._places(where))} |"

    def _places(self, where: dict[tuple[str, str], list[tuple[int, int]]]) -> Iterator[str]:
        for (owner, quoted), spans in where.items():
            words = code(quoted, cell=True) if quoted and quoted not in (owner, _last(owner)) else ""
            if owner:
                place = self.cell_to(self.path, owner) if owner in self._names else code(owner, cell=True)
                words += f"{' in ' if words else ''}{place}"
            label = "lines" if len(spans) > 1 or spans[0][1] > spans[0][0] else "line"
            yield f"{words}{', ' if words else ''}{label} {', '.join(self.lines(*span) for span in spans)}"

    def rule_count(self, category: str) -> int:
        """How many rules were tried."""
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
        """Sentences about unusual bytes."""
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
            one = len(self.facts.errors) == 1 and self.facts.errors[0][0] == self.facts.errors[0][1]
            # they need not be wrong: the grammar may not know what newer versions of Python allow
            said.append(
                f"The parser could not read {'line' if one else 'lines'} {places}: "
                "what is said below is what the rest shows."
            )
        if self.facts.refused:
            said.append(f"Not analysed: {text(self.facts.refused)}.")
        return said


_LARGEST_NEIGHBOURHOOD = 40
_SAID = frozenset(("async", "property", "setter", "deleter", "dataclass", "enum", "exception"))
"""Traits that the kind already implies."""
_SCOPES = {
    "try": "in a try",
    "type checking": "for type checking only",
    "class": "in a class body",
    "function": "in a function",
}
_TARGETS = {
    "stdlib": "standard library",
    "distribution": "another distribution",
    "folder": "a folder of this repository without `__init__.py`",
    "repository": "a repository of its own, in a folder of this one",
    "missing": "not found in this repository",
}


def _by_class(definitions: Iterable[Definition]) -> dict[tuple[str, int], list[Definition]]:
    """The attributes of each class (name, line). A name may be that of several: then of the last before them."""
    found: dict[tuple[str, int], list[Definition]] = {}
    line: dict[str, int] = {}
    for definition in definitions:
        if definition.kind == "class":
            line[definition.name] = definition.line
        elif definition.kind == "attribute":
            owner = definition.name.rpartition(".")[0]
            found.setdefault((owner, line.get(owner, 0)), []).append(definition)
    return found


def _last(name: str) -> str:
    return name.rpartition(".")[2]


def _once(definitions: Iterable[Definition]) -> Iterator[tuple[str, Definition]]:
    """(anchor, definition): only a name's first is a target."""
    seen: set[str] = set()
    for definition in definitions:
        yield ("" if definition.name in seen else anchor(definition.name)), definition
        seen.add(definition.name)


def _quoted(path: str) -> str:
    import shlex

    return shlex.quote(path)


_UNSAFE_LABEL = re.compile(r'["`<>#&;|\\\x00-\x1f\x7f]')


def mermaid(label: str) -> str:
    """A label that cannot leave its quotes."""
    return _UNSAFE_LABEL.sub(lambda match: f"#{ord(match[0])};", label)
