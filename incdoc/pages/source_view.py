"""A source's documentation page: the values that its template prints, made from its inputs, facts and text.

Each statement has its line. A section with nothing to say is left out or has one line.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import NamedTuple

from msgspec.structs import replace

from incdoc.languages.facts import DECLARED, Definition, Facts
from incdoc.languages.findings import Rule
from incdoc.languages.marks import MINIFIED
from incdoc.languages.markup.document import Blocks, Code, Field
from incdoc.languages.public import by_owner, imported_from, public_definitions
from incdoc.languages.resolution import Base, Start, Usage
from incdoc.languages.sentences import first_sentence, summary
from incdoc.languages.view import HeadParameter
from incdoc.links.summary import Origin
from incdoc.links.tables import Used
from incdoc.pages.documentation import Head, Writer, apart, with_explained
from incdoc.pages.inherited import Inherited
from incdoc.pages.markdown import anchor, code, fence, fragment, href, link, prose, relative, shown, text
from incdoc.pages.offers import counted_offers, offer_tables
from incdoc.pages.paths import RULES, docs_path
from incdoc.pages.public import counted, started_as
from incdoc.pages.settings import SourceSettings
from incdoc.pages.source_page import Declared, SourcePage
from incdoc.pages.source_relations import SourceRelations, by_branch
from incdoc.pages.usage import Usages, User
from incdoc.sources.paths import parent


class SourceView(SourceRelations):
    """The values that ``docs.md.jinja`` uses. ``body``: the source's text as a page shows it."""

    def __init__(self, inputs: SourcePage, facts: Facts, body: str, style: SourceSettings) -> None:
        typed: dict[str, str] = {}
        for declared in inputs.declared:
            definitions = list(facts.definitions)
            for number, completed in declared.completed:
                definitions[number] = completed
            facts = replace(facts, definitions=tuple(definitions))
            typed |= dict.fromkeys(declared.typed, declared.companion)
        super().__init__(inputs, facts, style)
        self._typed = typed
        """By the name of a definition, the companion whose head it has."""
        self.body = body
        self.folder = parent(inputs.path)
        self.read = self.code and not facts.refused
        self.reference = self._language.reference
        self._bases: dict[tuple[str, str], list[Base]] = {}
        for base in inputs.bases:
            self._bases.setdefault((base.owner, base.text), []).append(base)
        self._subclasses: dict[str, list[tuple[str, str]]] = {}
        for name, path, derived in inputs.subclasses:
            self._subclasses.setdefault(name, []).append((path, derived))
        self._inherits: dict[str, list[Inherited]] = {}
        for inherited in inputs.inherited:
            self._inherits.setdefault(inherited.owner, []).append(inherited)
        self._counterparts: dict[str, list[str]] = {}
        for entity, path in inputs.counterparts:
            self._counterparts.setdefault(entity, []).append(path)
        self._members = self._by_owner()
        self._first: dict[str, Definition] = {}
        """The first definition of each name, which is the target of links; one with a block takes precedence."""
        for each in sorted(facts.definitions, key=lambda each: self._kinds[each.kind].shown != "block"):
            self._first.setdefault(each.name, each)
        self._in_blocks = {name for name, each in self._first.items() if self._kinds[each.kind].shown == "block"}
        self._usages = Usages(inputs.users, User.of(self.path, False, _calls(facts)), self._place_of, self.to)
        self._calls: dict[str, dict[str, None]] = {}
        """By definition, links to what it calls of other sources."""
        for usage in inputs.usages:
            if usage.called:
                self._calls.setdefault(usage.owner, {})[self._called(usage)] = None
        self._rules = {rule.code: rule for rule in self._language.tried_rules()}

    # sections

    def purpose(self) -> list[str]:
        """Sentences, each with its evidence."""
        sentences = []
        if self.facts.doc or self.facts.title:
            sentences += [prose(said) for said in [summary(self.facts)] if said]
        elif declared := [each for each in self.inputs.declared if each.summary]:
            sentences += [f"{prose(each.summary)} ({self.to(each.companion)} says so.)" for each in declared[:1]]
        if program := self.facts.program:
            sentences.append(f"Its first line names the program that runs it: {code(program)} ({self.span(1)}).")
        sentences += [self._started(path, Start.of(said)) for path, said in self.inputs.starts]
        return sentences

    def roles(self) -> Iterator[str]:
        """What the source is to its language, for a table's cell."""
        for role in self._words.roles(self.path, self.inputs.module, self.summary.test, self.facts):
            name = code(role.code, True) if role.code else ""
            yield role.sentence.format(code=name, line=self.span(role.line)).removesuffix(".")

    def _started(self, path: str, start: Start) -> str:
        """The sentence on what starts it."""
        called = f" calls {self.to(self.path, start.function)}" if start.function in self._names else ""
        return f"Entry point of the project: {started_as(start)} in {self.to(path)}{called}."

    def origins(self) -> list[tuple[str, str]]:
        """(what the source is if it was not written here, what shows that)."""
        return [(origin.kind, self._evidence(origin)) for origin in self.summary.origins]

    def _evidence(self, origin: Origin) -> str:
        if origin.evidence == "attribute":
            return f"by the pattern {code(origin.pattern, True)} in {self.cell_to(origin.place)}"
        if origin.evidence == "path":
            return f"by its path: {code(origin.place, True)}"
        places = [(self.span(each.line), each.text) for each in self.facts.marks if each.kind == origin.kind]
        if origin.kind == MINIFIED:
            return "; ".join(f"{place} has {words} characters" for place, words in places)
        return "; ".join(f"{place} says {code(words, True)}" for place, words in places)

    def foreign(self) -> str:
        """What the findings are about in a source that was not written here."""
        kinds = " and ".join(origin.kind for origin in self.summary.origins)
        return f"The source is {kinds}: correct what is found where it comes from, not here."

    def declared(self) -> list[str]:
        """A sentence for each companion that declares what this source defines."""
        return [
            "The types and docstrings that this source does not have are those of "
            f"{self.to(each.companion)}.{self._more(each)}"
            for each in self.inputs.declared
        ]

    def _more(self, declared: Declared) -> str:
        """The names that the companion alone declares."""
        names = ", ".join(self.to(declared.companion, name) for name in declared.alone)
        return f" It alone declares {names}." if names else ""

    def counts(self) -> str:
        """``2 classes, 3 functions``."""
        return counted(dict(self.summary.counts), self._kinds.values())

    def public(self) -> list[str]:
        """Rows of the public module-level classes, functions and values, each name once, in the order of the source."""
        return [
            self.row(
                link(code(each.name, True), fragment(each.name)),
                self.kind(each),
                self.cell((each.line, each.end)),
                (prose(first_sentence(each.doc), cell=True) if each.doc else "") if self.public_summed_up else None,
            )
            for each in self._public
        ]

    @cached_property
    def _public(self) -> list[Definition]:
        return [] if self.inputs.offers else list(public_definitions(self.facts, self._language))

    @cached_property
    def public_summed_up(self) -> bool:
        """Whether the documentation of any of them says what it is for."""
        return any(each.doc for each in self._public)

    def offered(self) -> str:
        """How many public names it has, if it hands on those of others; empty if it has none."""
        if not self.inputs.offers:
            return ""
        return f"{counted_offers(self.inputs.offers)} can be imported from {code(self.inputs.module or self.path)}."

    def offers(self) -> Iterator[tuple[str, str]]:
        """(title, table) of its public names by kind, if it hands on those of others."""
        return offer_tables(self.inputs.offers, self.page, self.path)

    def kind(self, definition: Definition) -> str:
        """``async method``, ``dataclass``, ``property``."""
        return self._words.label(definition, self._kinds[definition.kind])

    def analysed(self) -> Iterator[str]:
        """A block for each class, function and method, in the order of the source; only a name's first is a target."""
        seen: set[str] = set()
        for definition in self.facts.definitions:
            if self._kinds[definition.kind].shown == "block":
                name = definition.name
                target = "" if name in seen else anchor(name)
                seen.add(name)
                level = "######"[: min(6, 3 + name.count(self._language.separator))]
                yield self._block(definition, level, target)

    def _block(self, definition: Definition, level: str, target: str) -> str:
        title = f"{level} {target}{self.kind(definition)} {code(definition.name)}"
        head = fence(shown(self.declaration(definition)), self._words.fence or self.inputs.fence)
        block = f"{title}\n\n{head}\n\n{self.notes(definition)}"
        if self._kinds[definition.kind].derives:
            block += self._lineage(definition, first=bool(target))
        rows = self._members.get((definition.name, definition.line), [])
        said = self._described(definition, rows)
        if written := said.write(definition.doc):
            block += f"\n\n{written}"
        block += self._member_rows(rows, said)
        users = self._usages.of(definition.name) if target else ()
        return block + "".join(f"\n\n{each[0].upper()}{each[1:]}." for each in users)

    def used_values(self) -> list[str]:
        """Lines of the values that others use, with the users."""
        names = dict.fromkeys(each.name for each in self.facts.definitions if self._is_value(each))
        return [
            f"- {link(code(name), fragment(name))} is {users}."
            for name in names
            if name not in self._in_blocks
            for users in self._usages.of(name)
        ]

    def uses(self) -> list[str]:
        """Lists of the users of what many use."""
        return list(self._usages.listings())

    def documentation(self) -> str:
        """The documentation of the source itself, as Markdown; empty if it is the sentence that says the purpose."""
        if not self.facts.doc:
            return ""
        sentence = summary(self.facts)
        written = self._writer("").write(self._blocks_of(self.facts.doc))
        if written.strip() == prose(sentence) or (not written and " ".join(self.facts.doc.split()) == sentence):
            return ""
        return written or fence(shown(self.facts.doc), "text")

    def _described(self, definition: Definition, rows: list[Definition]) -> _Described:
        """What the documentation of a definition says: of its members in their ``rows``, the rest above them."""

        known: list[tuple[dict[str, HeadParameter], str]] = []

        def head() -> tuple[dict[str, HeadParameter], str]:
            if not known:
                around = self._within.get(definition.name, ())
                parameters, result = self._words.parameters(definition, around, self._modules)
                known.append(({each.name: each for each in parameters}, result))
            return known[0]

        blocks = self._blocks_of(definition.doc)
        if explained := self._words.explained(definition):
            blocks = with_explained(blocks, explained, self._blocks_of)
        own = {self._last(each.name) for each in rows if not each.declaration and not each.doc}
        blocks, members = apart(blocks, own) if own else (blocks, {})
        return _Described(self._writer(definition.name, head), blocks, members)

    def _blocks_of(self, doc: str) -> Blocks:
        return self._language.blocks(doc, self.style.docstrings) if doc else ()

    def _writer(self, owner: str, head: Head = lambda: ({}, "")) -> Writer:
        def lead(name: str) -> str:
            return "" if name in head()[0] else self._leads_to(name, owner)

        return Writer(lead, head, lambda name: self._type(name, owner))

    def _leads_to(self, name: str, owner: str) -> str:
        """The target of a link to what a documentation of ``owner`` names: a definition of this source, or one that its
        imports lead to; empty where there is none, or where that is not without doubt."""
        if name.startswith(f"{self.inputs.module}."):
            inner = name[len(self.inputs.module) + 1 :]
            return fragment(inner) if inner in self._anchored else ""
        separator = self._language.separator
        scope = owner if self._last(name) in self._last_parts else ""
        while scope:
            if (inner := f"{scope}{separator}{name}") in self._anchored:
                return fragment(inner)
            scope = scope.rpartition(separator)[0]
        if name in self._anchored:
            return fragment(name)
        return self._imported_names.get(name, "")

    def _type(self, name: str, owner: str) -> str:
        """``_leads_to`` of a type: no member that has the name of its own type."""
        separator = self._language.separator
        scope = owner if self._last(name) in self._last_parts else ""
        while scope:
            inner = f"{scope}{separator}{name}"
            if inner in self._anchored and self._is_type(self._first[inner]):
                return fragment(inner)
            scope = scope.rpartition(separator)[0]
        return self._leads_to(name, "")

    def _is_type(self, definition: Definition) -> bool:
        kind = self._kinds[definition.kind]
        return kind.derives or kind.shown == "value"

    def _types(self, names: Iterable[str], owner: str) -> list[str]:
        """Links to the types among ``names``, but for that of ``owner`` itself."""
        around = owner.rpartition(self._language.separator)[0]
        found = {name: self._type(name, owner) for name in dict.fromkeys(names) if name not in (owner, around)}
        return [link(code(name, True), target) for name, target in found.items() if target]

    @cached_property
    def _within(self) -> dict[str, list[Definition]]:
        return by_owner(self.facts, self._language)

    @cached_property
    def _modules(self) -> dict[str, str]:
        return imported_from(self.facts)

    @cached_property
    def _anchored(self) -> frozenset[str]:
        """The names of definitions that have anchors on this page."""
        return frozenset(
            name
            for name, each in self._first.items()
            if self._kinds[each.kind].shown in ("block", "value", "row", "member")
        )

    @cached_property
    def _last_parts(self) -> frozenset[str]:
        """The last parts of the names in ``_anchored``, without which a name means none of them."""
        return frozenset(map(self._last, self._anchored))

    @cached_property
    def _imported_names(self) -> dict[str, str]:
        """The targets of links to definitions that imports lead to without doubt, by the names that they may have."""
        found: dict[str, set[str]] = {}
        for item, target in self._imports():
            if target.kind != "source" or target.others or not target.name or not item.name or item.name == "*":
                continue
            path = target.definer or target.path
            place = "" if path == self.path else href(relative(self.page, docs_path(path)))
            names = {item.alias or item.name}
            if item.module[:1] not in (".", ""):
                names.add(f"{item.module}.{item.name}")
            for name in names:
                found.setdefault(name, set()).add(place + fragment(target.name))
        for name, spoken in self.inputs.spoken:
            where = "" if spoken.path == self.path else href(relative(self.page, docs_path(spoken.path)))
            found.setdefault(name, set()).add(where + (fragment(spoken.name) if spoken.name else ""))
        return {**self._documented, **{name: places.pop() for name, places in found.items() if len(places) == 1}}

    def _lineage(self, definition: Definition, first: bool) -> str:
        """Of a name that is defined several times, the first has what is derived: the links lead there."""
        derived = self.derived(definition) if first else []
        lines = "".join(f"\n\n{each}" for each in self._inherited(definition.name)) if first else ""
        return lines + (f"\n\nKnown subclasses: {', '.join(derived)}." if derived else "")

    def _inherited(self, owner: str) -> Iterator[str]:
        """A sentence for each class above one, with what it takes over of that."""
        for each in self._inherits.get(owner, ()):
            if each.names:
                names = [self._member(each, member) for member in each.names]
                more = each.count - len(names)
                ends = f", and {more} more" if more else ""
                yield f"Inherited from {self.to(each.path, each.base)}: {', '.join(names)}{ends}."

    def _member(self, inherited: Inherited, member: str) -> str:
        name = f"{inherited.base}{self._language.separator}{member}"
        target = "" if inherited.path == self.path else href(relative(self.page, docs_path(inherited.path)))
        return link(code(member), target + fragment(name))

    @cached_property
    def _overridden(self) -> dict[str, str]:
        """By the name of a member, a link to that of a class above which it replaces."""
        found: dict[str, str] = {}
        for each in self.inputs.inherited:
            for member in each.replaced:
                name = f"{each.owner}{self._language.separator}{member}"
                of_base = f"{each.base}{self._language.separator}{member}"
                found.setdefault(name, self.to(each.path, of_base))
        return found

    def _member_rows(self, rows: list[Definition], said: _Described) -> str:
        if not rows:
            return ""
        if not any(each.declaration for each in rows):
            return f"\n\n{self._attributes(rows, said)}"
        lines = ["\n\n" + self.header("Member", "Kind", "Line", "Summary")]
        for each in rows:
            target = anchor(each.name) if self._first[each.name] is each else ""
            summary = self._sentence(each, said.writer)
            head = f"{target}{code(each.declaration, True)}"
            lines.append(self.row(head, self._kind_cell(each), self.cell((each.line, each.end)), summary))
        return "\n".join(lines)

    def _member_type(self, written: str, owner: str, writer: Writer) -> str:
        """A type, with links to those of which it is made."""
        shown_type = writer.type(written)
        if not written or shown_type.startswith("["):
            return shown_type
        types = self._types(self._words.types(written), owner)
        return f"{shown_type} ({', '.join(types)})" if types else shown_type

    def _sentence(self, definition: Definition, writer: Writer) -> str:
        """The first sentence of its documentation, for a table's cell."""
        said = first_sentence(definition.doc) if definition.doc else ""
        blocks = self._blocks_of(said)
        return prose(said, cell=True) if any(isinstance(each, Code) for each in blocks) else writer.cell(blocks)

    def _attributes(self, rows: list[Definition], said: _Described) -> str:
        """A table of members without declarations, without the columns that are empty in all rows."""
        cells = []
        for each in rows:
            last = self._last(each.name)
            around = self._within.get(each.name.rpartition(self._language.separator)[0], ())
            member, field = self._words.member(each, around), said.members.get(last)
            target = anchor(each.name) if self._first[each.name] is each else ""
            traits = [trait for trait in each.traits if trait not in self._words.implied]
            said_traits = f" ({', '.join(traits)})" if traits else ""
            blocks = self._blocks_of(member.doc) or (field.blocks if field else ())
            cells.append(
                (
                    f"{target}{code(last, True)}{said_traits}",
                    self._member_type(member.type or (field.type if field else ""), each.name, said.writer),
                    code(member.default, True) if member.default else "",
                    said.writer.cell(blocks),
                    self.cell((each.line, each.end)) or "",
                )
            )
        titles = ("Attribute", "Type", "Value", "Description", "Line")
        kept = [at for at in range(len(titles)) if any(row[at] for row in cells)]
        lines = [self.row(*(row[at] for at in kept)) for row in cells]
        return "\n".join([self.header(*(titles[at] for at in kept)), *lines])

    def _by_owner(self) -> dict[tuple[str, int], list[Definition]]:
        """The members of each definition (name, line). A name may be that of several: then of the last before them."""
        found: dict[tuple[str, int], list[Definition]] = {}
        line: dict[str, int] = {}
        for definition in self.facts.definitions:
            kind = self._kinds[definition.kind]
            if kind.shown == "member":
                owner = definition.name.rpartition(self._language.separator)[0]
                found.setdefault((owner, line.get(owner, 0)), []).append(definition)
            elif kind.shown == "block":
                line[definition.name] = definition.line
        return found

    def declaration(self, definition: Definition) -> str:
        """The definition's head in the source's own syntax, wrapped where it is long."""
        head = [self._language.decorator.format(each) for each in definition.decorators]
        head.append(self._words.declaration(definition, self._last(definition.name)))
        lines = "\n".join(head).split("\n")
        return "\n".join(self._words.syntax.wrapped(line, _WIDTH, self._words.comma) for line in lines)

    def notes(self, definition: Definition) -> str:
        """The facts of a definition, in one line."""
        place = self.span(definition.line, definition.end)
        notes = [place[0].upper() + place[1:]]
        said = definition.declaration.split()
        if definition.condition:
            notes.append(f"in {code(definition.condition)}")
        notes += [trait for trait in definition.traits if trait not in self._words.implied and trait not in said]
        if definition.name in self._typed:
            notes.append(f"types from {self.to(self._typed[definition.name])}")
        elif types := self._types(self._words.head_types(definition), definition.name):
            notes.append(f"types {', '.join(types)}")
        if definition.raises:
            raised: dict[str, list[int]] = {}
            for name, line in definition.raises:
                raised.setdefault(name, []).append(line)
            notes.append("raises " + ", ".join(code(name) + self._at(lines) for name, lines in sorted(raised.items())))
        if other := self._elsewhere(definition):
            notes.append(other)
        if parents := self.parents(definition):
            notes.append(f"derives from {', '.join(parents)}")
        if above := self._overridden.get(definition.name):
            notes.append(f"overrides {above}")
        calls = [*(self.to(self.path, name) for name in definition.calls), *self._calls.get(definition.name, ())]
        if calls:
            notes.append(f"calls {', '.join(calls)}")
        return " · ".join(notes)

    def _called(self, usage: Usage) -> str:
        """A link to what is called: an attribute is part of what the source says, and may be a member."""
        separator = self._language.separator
        name = f"{usage.name}{separator}{usage.rest}" if usage.rest else usage.name
        return link(code(name), href(relative(self.page, docs_path(usage.path))) + fragment(usage.name))

    def _place_of(self, name: str, attributes: str) -> str:
        """The definition with a block or a row for which a name, and attributes of it, stand."""
        separator = self._language.separator
        for part in attributes.split(separator):
            if not part or f"{name}{separator}{part}" not in self._names:
                break
            name += separator + part
        while name and name not in self._in_blocks and not (name in self._first and self._is_value(self._first[name])):
            name = name.rpartition(separator)[0]
        return name

    def _at(self, lines: list[int]) -> str:
        return f" ({self.spans((line, line) for line in lines)})" if self.style.lines else ""

    def _elsewhere(self, definition: Definition) -> str:
        """Where the other one of a declaration and its definition is."""
        found = self._counterparts.get(definition.entity) if definition.entity else None
        if not found:
            return ""
        other = ", ".join(self.to_file(path, definition.name) for path in found)
        return f"{'defined' if DECLARED in definition.traits else 'declared'} in {other}"

    def _kind_cell(self, definition: Definition) -> str:
        """What a definition is, in a table's cell, with where it is declared or defined."""
        other = self._elsewhere(definition).replace("|", "&#124;")
        return f"{self.kind(definition)}{f', {other}' if other else ''}"

    def parents(self, definition: Definition) -> list[str]:
        """Links to the base classes in this repository."""
        found = [self._bases.get((definition.name, text), []) for text in definition.bases]
        return [" or ".join(map(self._base_link, bases)) for bases in found if bases]

    def _base_link(self, base: Base) -> str:
        """With the branch by which it is this one."""
        where = "" if base.path == self.path or not base.condition else f" of {self.to(base.path)}"
        return f"{self.to(base.path, base.name)}{where}{by_branch(base.condition)}"

    def derived(self, definition: Definition) -> list[str]:
        """Links to the known subclasses."""
        return [
            f"{self.to(path, name)}" + ("" if path == self.path else f" ({code(path)})")
            for path, name in self._subclasses.get(definition.name, ())
        ]

    def values(self) -> list[str]:
        """Rows of module-level names. One that is also a class or function leads to that."""
        return [
            self.row(
                f"{'' if each.name in self._in_blocks else target}{code(each.name, True)}",
                self._kind_cell(each),
                code(value, True) if (value := each.signature or each.declaration) else "",
                self.cell((each.line, each.end)),
                prose(first_sentence(each.doc), cell=True) if self.summed_up else None,
            )
            for target, each in _once(d for d in self.facts.definitions if self._is_value(d))
        ]

    @property
    def values_title(self) -> str:
        """The title of the names in ``values``."""
        return self._words.values_title

    @cached_property
    def summed_up(self) -> bool:
        """Whether rows of ``values`` end with what is said of them."""
        return any(each.doc for each in self.facts.definitions if self._is_value(each))

    def _is_value(self, definition: Definition) -> bool:
        """Whether it has a row of its own: also a member of what the source does not define."""
        shown = self._kinds[definition.kind].shown
        return shown == "value" or (
            shown == "member" and definition.name.rpartition(self._language.separator)[0] not in self._in_blocks
        )

    def headings(self) -> list[str]:
        """Rows of headings, keys and other names of languages without code."""
        named = (d for d in self.facts.definitions if self._kinds[d.kind].shown == "row")
        return [
            self.row(f"{target}{text(each.name)}", f"{self.kind(each)}{_level(each)}", self.cell((each.line, each.end)))
            for target, each in _once(named)
        ]

    def blocks(self) -> list[Definition]:
        """Code blocks of a document."""
        return [d for d in self.facts.definitions if self._kinds[d.kind].shown == "place"]

    def to_do(self) -> str:
        """A list of the to-do comments with their lines."""
        return "\n".join(f"- {self._line_before(each.line)}{code(each.text)}" for each in self.facts.to_do)

    def found(self, category: str) -> list[str]:
        """Rows of the findings of one category, those of one rule together."""
        places: dict[str, dict[tuple[str, str], list[tuple[int, int]]]] = {}
        for finding in self.facts.findings:
            rule = self._rules.get(finding.code)
            if rule is not None and rule.category == category:
                where = places.setdefault(finding.code, {})
                where.setdefault((finding.owner, finding.text), []).append((finding.line, finding.end))
        return [self._finding_row(self._rules[name], places[name]) for name in sorted(places)]

    def _finding_row(self, rule: Rule, where: dict[tuple[str, str], list[tuple[int, int]]]) -> str:
        why = href(relative(self.page, RULES)) + fragment(rule.code)
        return f"| {link(text(rule.code), why)} | {text(rule.message)} | {'; '.join(self._places(where))} |"

    def _places(self, where: dict[tuple[str, str], list[tuple[int, int]]]) -> Iterator[str]:
        for (owner, quoted), spans in where.items():
            words = code(quoted, cell=True) if quoted and quoted not in (owner, self._last(owner)) else ""
            if owner:
                place = self.cell_to(self.path, owner) if owner in self._names else code(owner, cell=True)
                words += f"{' in ' if words else ''}{place}"
            if self.style.lines or not words:
                words += f"{', ' if words else ''}{self.spans(spans)}"
            yield words

    def rule_count(self, category: str) -> int:
        """How many rules were tried."""
        return sum(rule.category == category for rule in self._rules.values())

    def examples(self) -> list[tuple[str, str]]:
        """(owner, place) of docstrings with examples."""
        return [
            (self.to(self.path, each.owner) if each.owner in self._names else "the module", self.span(each.line))
            for each in self.facts.examples
        ]

    def oddities(self) -> list[str]:
        """Sentences about unusual bytes."""
        said = []
        found = self.facts.format
        if found.bom:
            said.append("It begins with a byte order mark.")
        if found.cookie:
            said.append(f"Encoding declared as {code(found.cookie)} ({self.span(found.cookie_line)}).")
        if found.line_ends:
            said.append(f"Line ends: {text(found.line_ends)}.")
        if found.undecodable:
            first = self.span(found.undecodable)
            said.append(f"Bytes that are no text in its encoding are shown as � (first on {first}).")
        if self.facts.errors:
            # they need not be wrong: the grammar may not know what newer versions of the language allow
            said.append(
                f"The parser could not read {self.spans(self.facts.errors)}: what is said below is what the rest shows."
            )
        if self.facts.refused:
            said.append(f"Not analysed: {text(self.facts.refused)}.")
        return said


class _Described(NamedTuple):
    """A documentation taken apart. ``members``: what it says of members, by the last part of their names."""

    writer: Writer
    blocks: Blocks
    members: dict[str, Field]

    def write(self, doc: str) -> str:
        """The Markdown of ``blocks``; ``doc``: what they are of, for one that has no blocks."""
        return self.writer.write(self.blocks) or ("" if self.members or not doc else fence(shown(doc), "text"))


_WIDTH = 88
"""Characters of a line beyond which a head has a line for each parameter."""


def _calls(facts: Facts) -> Iterator[Used]:
    """What definitions call of the same source."""
    for each in facts.definitions:
        yield from ((name, "", each.name, True) for name in each.calls if name != each.name)


def _level(definition: Definition) -> str:
    """The level of a heading, whose signature is as many ``#``."""
    level = definition.signature
    return f" {len(level)}" if level and not level.strip("#") else ""


def _once(definitions: Iterable[Definition]) -> Iterator[tuple[str, Definition]]:
    """(anchor, definition): only a name's first is a target."""
    seen: set[str] = set()
    for definition in definitions:
        yield ("" if definition.name in seen else anchor(definition.name)), definition
        seen.add(definition.name)
