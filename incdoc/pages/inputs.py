"""The inputs of each kind of page: exactly what it may say.

A page's **inputs** are one frozen value; its text is a pure function of them, and its key is the digest of their
encoding. Two rules keep a change from spreading: *line numbers never cross a page boundary* (only a file's own pages
carry its lines and sizes), and *no page ranks globally*.

Each ``X.of(tables, ...)`` gathers one value from the link tables. ``differences`` explains where two values differ.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct, msgpack
from msgspec.structs import replace

from incdoc.languages import detect
from incdoc.languages.facts import Facts, first_sentence
from incdoc.links.names import companions, is_module, join, parent
from incdoc.links.outline import HEADINGS
from incdoc.links.resolve import Base, Target
from incdoc.links.summary import FileSummary
from incdoc.links.tables import DEEPEST_PREFIX, Tables
from incdoc.links.update import DESCRIBING

WHOLE_SUBTREE = 2000
"""Up to so many names ``sub.md`` lists the whole subtree; with more, the folder's own names and links to subfolders."""
CONCEPTS = 20
LARGEST_GRAPH = 60
"""The most edges with which a Mermaid drawing is readable."""


class Docs(Struct, frozen=True, array_like=True, tag="docs"):
    """The documentation page of a source."""

    path: str
    content: bytes
    """The facts key of its bytes and facts, or of its facts alone if its text is not shown."""
    summary: FileSummary
    fence: str
    module: str
    targets: tuple[Target, ...]
    bases: tuple[Base, ...]
    subclasses: tuple[tuple[str, str, str], ...]
    importers: tuple[str, ...]
    tests: tuple[str, ...]
    relatives: tuple[tuple[str, str], ...]
    """(how it is related, path)."""
    links: tuple[Target, ...] = ()
    """The target of each link of a document."""

    @staticmethod
    def of(tables: Tables, path: str, whole: bool = True) -> Docs:
        """The inputs of ``docs:path``. ``whole``: the source's text is shown."""
        summary = tables.summaries(parent(path))[path]
        resolution = tables.resolver.resolve(path)
        importers = tables.importers(path)
        names = tables.resolver.layout.names(path) if is_module(path) else []
        return Docs(
            path=path,
            content=(tables.facts_key(path) if whole else tables.facts_digest(path)) or b"",
            summary=summary,
            fence=detect(path).fence,
            module=names[0] if names else "",
            targets=resolution.targets,
            bases=resolution.bases,
            subclasses=tuple(tables.subclasses(path)),
            importers=tuple(each for each in importers if not _is_test(tables, each)),
            tests=tuple(each for each in importers if _is_test(tables, each)),
            relatives=tuple(_relatives(tables, path, resolution.targets, importers)),
            links=resolution.links,
        )


def _is_test(tables: Tables, path: str) -> bool:
    return tables.summaries(parent(path))[path].test


def _relatives(
    tables: Tables, path: str, targets: tuple[Target, ...], importers: list[str]
) -> Iterator[tuple[str, str]]:
    folder = parent(path)
    if is_module(path):
        for companion in companions(path):
            if tables.exists(companion):
                yield ("stub" if companion.endswith(".pyi") else "implementation"), companion
    imported = {target.path for target in targets if target.kind == "source"}
    for each in sorted(imported | set(importers)):
        if parent(each) == folder and each != path:
            both = each in imported and each in importers
            yield "imports and is imported by" if both else "imports" if each in imported else "is imported by", each


class KeywordLine(Struct, frozen=True, array_like=True):
    """A name with all the lines of its definitions."""

    name: str
    kind: str
    lines: tuple[int, ...]


class ImportLine(Struct, frozen=True, array_like=True):
    """An imported name as written, and what it leads to: ``import a.b`` and ``from a import b`` may differ.

    ``targets`` have a kind and, if it is a source, the ``path`` and ``name`` of the definition.
    """

    name: str
    targets: tuple[Target, ...]
    lines: tuple[int, ...]


class Kw(Struct, frozen=True, array_like=True, tag="kw"):
    """The keyword page of a source: only names and lines, so that an edit that moves none does not change it."""

    path: str
    keywords: tuple[KeywordLine, ...]
    imports: tuple[ImportLine, ...]
    sections: tuple[tuple[str, str, str], ...]
    """(title, count in words, owners) of the documentation page's sections about them."""
    unread: str = ""
    """Why the file's names are not known; empty if they are."""

    @staticmethod
    def of(tables: Tables, path: str) -> Kw:
        """The inputs of ``kw:path``."""
        facts = tables.facts(path)
        targets = tables.resolver.resolve(path).targets if facts is not None else ()
        facts = facts or Facts("text", 0)
        found: dict[tuple[str, str], list[int]] = {}
        for definition in facts.definitions:
            if definition.kind in HEADINGS and definition.name:
                found.setdefault((definition.name, definition.kind), []).append(definition.line)
        keywords = tuple(
            KeywordLine(name, kind, tuple(sorted(set(lines)))) for (name, kind), lines in sorted(found.items())
        )
        imports: dict[str, dict[Target, list[int]]] = {}
        for item, target in zip(facts.imports, targets, strict=True) if targets else ():
            imports.setdefault(item.keyword, {}).setdefault(_shown(target), []).append(item.line)
        lines = tuple(
            ImportLine(name, tuple(sorted(read)), tuple(sorted({line for each in read.values() for line in each})))
            for name, read in sorted(imports.items())
        )
        return Kw(path, keywords, lines, tuple(_sections(facts, keywords, lines)), _unread(facts))


def _shown(target: Target) -> Target:
    """The part of a target that a keyword page shows: where the name is defined, not how it was found."""
    if target.kind != "source":
        return Target(target.kind)
    return Target("source", target.definer, name=target.name) if target.definer else Target("source", target.path)


def _unread(facts: Facts) -> str:
    if facts.refused:
        return f"Not analysed: {facts.refused}."
    return "" if facts.language in ("python", "markdown") else "Names are not read out of files of this type."


def _sections(
    facts: Facts, keywords: tuple[KeywordLine, ...], imports: tuple[ImportLine, ...]
) -> Iterator[tuple[str, str, str]]:
    from incdoc.languages import findings

    counts = dict.fromkeys(HEADINGS.values(), 0)
    for each in keywords:
        counts[HEADINGS[each.kind]] += 1
    if keywords:
        words = ", ".join(f"{n} {title.lower() if n > 1 else _SINGULAR[title]}" for title, n in counts.items() if n)
        yield "Detailed Analysis", words, ""
    if imports:
        yield "Dependencies", f"{len(imports)} import{'s' if len(imports) > 1 else ''}", ""
    category = {rule.code: rule.category for rule in findings.rules("python")} if facts.findings else {}
    for title, wanted in FOUND.items():
        owners = {each.owner for each in facts.findings if each.owner and category.get(each.code) == wanted}
        if owners:
            yield title, "", "\n".join(sorted(owners))


FOUND = {
    "Code Patterns & Idioms": "pattern",
    "Performance Considerations": "performance",
    "Security & Safety": "security",
}
"""The sections of findings, and the category of rules that each shows."""
_SINGULAR = {
    "Classes": "class",
    "Functions": "function",
    "Methods": "method",
    "Constants": "constant",
    "Headings": "heading",
    "Keys": "key",
    "Targets": "target",
}


class FileLine(Struct, frozen=True, array_like=True):
    """A source in its folder's index. ``size``: only of binary files, because the page of a text has its size."""

    path: str
    kind: str
    label: str
    summary: str
    size: int
    detail: str


class FolderLine(Struct, frozen=True, array_like=True):
    """A subfolder in its parent's pages."""

    path: str
    summary: str


class Index(Struct, frozen=True, array_like=True, tag="index"):
    """``index.md`` of a folder. ``rules``: the repository's own index lists the rules that look for findings."""

    folder: str
    about: str
    origin: str
    """The file that ``about`` is from."""
    files: tuple[FileLine, ...]
    folders: tuple[FolderLine, ...]
    chapter: bool
    rules: tuple[tuple[str, str, str, str], ...] = ()
    """(code, category, message, reason)."""

    @staticmethod
    def of(tables: Tables, folder: str) -> Index:
        """The inputs of ``index:folder``."""
        from incdoc.languages import findings

        origin, about = describe(tables, folder)
        summaries = tables.summaries(folder)
        rules = () if folder else findings.rules("python")
        return Index(
            folder=folder,
            about=_paragraph(about),
            origin=origin,
            files=tuple(_file_line(path, summary) for path, summary in summaries.items()),
            folders=tuple(_folder_line(tables, each) for each in tables.subfolders(folder)),
            chapter=any(summary.documented for summary in summaries.values()),
            rules=tuple((rule.code, rule.category, rule.message, rule.reason) for rule in rules),
        )


def _file_line(path: str, summary: FileSummary) -> FileLine:
    size = 0 if summary.kind == "file" else summary.size
    return FileLine(
        path,
        summary.kind,
        summary.label,
        summary.first_sentence,
        size,
        summary.detail if summary.kind == "link" else "",
    )


def _folder_line(tables: Tables, folder: str) -> FolderLine:
    origin, _ = describe(tables, folder)
    return FolderLine(folder, tables.summaries(folder)[origin].first_sentence if origin else "")


def describe(tables: Tables, folder: str) -> tuple[str, str]:
    """(file, text) that say what a folder is for: the package's docstring, else the README's first paragraph."""
    summaries = tables.summaries(folder)
    for name in DESCRIBING:
        path = join(folder, name)
        summary = summaries.get(path)
        if summary is not None and summary.kind == "file" and summary.first_sentence:
            facts = tables.facts(path)
            if facts is not None and facts.doc:
                return path, _below_title(facts) if summary.language == "markdown" else facts.doc
    return "", ""


def _below_title(facts: Facts) -> str:
    """A document's first paragraph; its title if it has none."""
    title, _, paragraph = facts.doc.partition("\n\n")
    return paragraph or title


def _paragraph(doc: str) -> str:
    """The first paragraph, in one line."""
    paragraphs = [each for each in doc.strip().split("\n\n") if each.strip()]
    return " ".join(paragraphs[0].split()) if paragraphs else ""


class Doc(Struct, frozen=True, array_like=True, tag="doc"):
    """``doc.md`` of a folder: what it is for."""

    folder: str
    about: str
    origin: str
    package: bool
    types: tuple[tuple[str, tuple[str, ...]], ...]
    concepts: tuple[tuple[str, str, int], ...]
    """(name, file, number of sources that import it by name), the most imported first."""
    concept_count: int
    imported: tuple[tuple[str, int], ...]
    """(file, number of sources that import it), the most imported first."""
    parts: tuple[tuple[str, str], ...]
    tests: tuple[str, ...]
    entries: tuple[str, ...]
    folders: tuple[FolderLine, ...]

    @staticmethod
    def of(tables: Tables, folder: str) -> Doc:
        """The inputs of ``doc:folder``."""
        origin, about = describe(tables, folder)
        summaries = {path: summary for path, summary in tables.summaries(folder).items() if summary.kind == "file"}
        types: dict[str, list[str]] = {}
        for path, summary in summaries.items():
            types.setdefault(summary.label, []).append(path)
        concepts = [
            (name, path, count) for path in summaries if is_module(path) for name, count in tables.mentions(path)
        ]
        concepts.sort(key=lambda item: (-item[2], item[0], item[1]))
        imported = [(path, tables.importer_count(path)) for path in summaries if is_module(path)]
        return Doc(
            folder=folder,
            about=about,
            origin=origin,
            package=tables.resolver.layout.is_package(folder),
            types=tuple((label, tuple(paths)) for label, paths in sorted(types.items())),
            concepts=tuple(concepts[:CONCEPTS]),
            concept_count=len(concepts),
            imported=tuple(sorted((each for each in imported if each[1]), key=lambda item: (-item[1], item[0]))),
            parts=tuple(tables.parts(folder)),
            tests=tuple(path for path, summary in summaries.items() if summary.test),
            entries=tuple(path for path, summary in summaries.items() if summary.guard or path.endswith("__main__.py")),
            folders=tuple(_folder_line(tables, each) for each in tables.subfolders(folder)),
        )


class Sub(Struct, frozen=True, array_like=True, tag="sub"):
    """``sub.md`` of a folder: the keywords of its subtree. If not ``whole``, only those of its own files; the pages of
    its subfolders have the others."""

    folder: str
    whole: bool
    names: tuple[tuple[str, str, str], ...]
    """(name, kind, path), sorted."""
    folders: tuple[str, ...]
    """Its subfolders; empty if ``whole``."""

    @staticmethod
    def of(tables: Tables, folder: str) -> Sub:
        """The inputs of ``sub:folder``."""
        whole = tables.keyword_count(folder) <= WHOLE_SUBTREE
        if whole:
            names = tables.keywords_below(folder)
        else:
            names = [row for path in tables.summaries(folder) for row in tables.keywords_of(path)]
            names.sort(key=lambda row: (row[0].casefold(), row))
        return Sub(folder, whole, tuple(names), () if whole else tuple(tables.subfolders(folder)))


class Letter(Struct, frozen=True, array_like=True, tag="letter"):
    """A part of the global keyword index: the names that begin, casefolded, with ``prefix``."""

    prefix: str
    names: tuple[tuple[str, str, str], ...]

    @staticmethod
    def of(tables: Tables, prefix: str) -> Letter:
        """The inputs of ``keywords:prefix``."""
        return Letter(prefix, tuple(tables.keywords_from(prefix)))


class Letters(Struct, frozen=True, array_like=True, tag="letters"):
    """``keywords.md``: the parts of the global index."""

    prefixes: tuple[str, ...]

    @staticmethod
    def of(tables: Tables, limit: int) -> Letters:
        """The inputs of ``keywords:/``."""
        return Letters(tuple(letters(tables, "", limit)))


def letters(tables: Tables, prefix: str, limit: int) -> Iterator[str]:
    """The prefixes below ``prefix`` that have a page: each as short as ``limit`` bytes allow."""
    for longer, size in tables.prefix_sizes(prefix):
        if size <= limit or len(longer) >= DEEPEST_PREFIX or not _divides(tables, longer, size):
            yield longer
        else:
            yield from letters(tables, longer, limit)


def letters_of(tables: Tables, first: str, limit: int) -> Iterator[str]:
    """``letters`` of the names that begin with the character ``first``."""
    size = tables.prefix_size(first)
    if size <= limit or not _divides(tables, first, size):
        yield first
    else:
        yield from letters(tables, first, limit)


def _divides(tables: Tables, prefix: str, size: int) -> bool:
    """A name equal to the prefix has no longer prefix, so such a prefix is not divided."""
    return sum(each for _, each in tables.prefix_sizes(prefix)) == size


class Entry(Struct, frozen=True, array_like=True):
    """A source in its chapter: its docstring and its public names (kind, name, first sentence)."""

    path: str
    doc: str
    names: tuple[tuple[str, str, str], ...]
    unread: str = ""


class Chapter(Struct, frozen=True, array_like=True, tag="chapter"):
    """A folder's chapter of the book."""

    folder: str
    about: str
    entries: tuple[Entry, ...]
    """The file that ``about`` is from, of which the chapter lists only the names."""
    folders: tuple[FolderLine, ...]
    before: str | None
    after: str | None

    @staticmethod
    def of(tables: Tables, folder: str) -> Chapter:
        """The inputs of ``book:folder``."""
        origin, about = describe(tables, folder)
        before, after = tables.neighbours(folder)
        entries = [
            _entry(path, tables.facts(path) or Facts("text", 0))
            for path, summary in tables.summaries(folder).items()
            if summary.documented
        ]
        entries = [entry if entry.path != origin else replace(entry, doc="") for entry in entries]
        return Chapter(
            folder=folder,
            about=about,
            entries=tuple(entry for entry in entries if entry.path != origin or entry.names),
            folders=tuple(_folder_line(tables, each) for each in tables.subfolders(folder)),
            before=before,
            after=after,
        )


def _entry(path: str, facts: Facts) -> Entry:
    exports = exported(facts)
    names = {
        definition.name: (definition.kind, definition.name, first_sentence(definition.doc))
        for definition in reversed(facts.definitions)
        if definition.kind in ("class", "function") and is_public(definition.name, exports)
    }
    return Entry(path, facts.doc, tuple(names[name] for name in sorted(names)), _unread(facts))


def exported(facts: Facts) -> frozenset[str] | None:
    """``__all__``, for ``is_public``."""
    return None if facts.exports is None else frozenset(facts.exports)


def is_public(name: str, exports: frozenset[str] | None) -> bool:
    """Whether a module-level name is public: in ``__all__`` if there is one, else without a leading underscore."""
    if "." in name:
        return False
    return name in exports if exports is not None else not name.startswith("_")


class Contents(Struct, frozen=True, array_like=True, tag="contents"):
    """``comprehensive_book.md``: what the repository is, and the chapters in reading order."""

    about: str
    origin: str
    chapters: tuple[FolderLine, ...]

    @staticmethod
    def of(tables: Tables) -> Contents:
        """The inputs of ``book:/``."""
        origin, about = describe(tables, "")
        return Contents(_paragraph(about), origin, tuple(_folder_line(tables, each) for each in tables.chapters()))


Inputs = Docs | Kw | Index | Doc | Sub | Letter | Letters | Chapter | Contents

encode = msgpack.Encoder().encode
decode = msgpack.Decoder(Inputs).decode
