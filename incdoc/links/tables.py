"""The link tables as the resolver and the pages read them: one query for each answer, kept while nothing changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from hashlib import blake2b
from typing import Any, NamedTuple

from msgspec import msgpack
from msgspec.structs import replace

from incdoc.languages import Languages, outline_of
from incdoc.languages.facts import Facts
from incdoc.languages.language import Language
from incdoc.languages.outline import Outline
from incdoc.languages.public import Member, members
from incdoc.links.index_ranges import Range, children, divide, folded, key_of
from incdoc.links.inventories import Inventories
from incdoc.links.resolve import Resolver
from incdoc.links.summary import REPOSITORIES, FileSummary
from incdoc.links.summary import decode as decode_summary
from incdoc.sources.paths import ancestors, parent
from incdoc.store import Store
from incdoc.store.facts import unpack_key

Used = tuple[str, str, str, bool]
"""(definition, attributes after it, the definition of another source that uses it, whether it calls it)."""
encode_used = msgpack.Encoder().encode
_decode_used = msgpack.Decoder(tuple[Used, ...]).decode

_FACTS_KEPT = 64
"""Sources whose facts are kept."""
_OUTLINES_KEPT = 256
"""Sources whose outlines are kept: names that are handed on lead through the same ones again and again."""
_MEMBERS_KEPT = 4096
"""Sources whose classes' members are kept: each is asked for by all below it."""
_COUNTERPARTS = """
    SELECT mine.path, mine.identity, yours.path FROM entity mine CROSS JOIN entity yours
    ON yours.identity = mine.identity AND yours.defined = 1 - mine.defined AND yours.path <> mine.path
    AND (EXISTS (SELECT 1 FROM use WHERE target = mine.path AND how = 1 AND use.path = yours.path)
         OR EXISTS (SELECT 1 FROM use WHERE target = yours.path AND how = 1 AND use.path = mine.path))"""


PUBLIC, TESTS, PRIVATE = range(3)
"""The sections of the global index: what is in neither of the others, what tests define, and what is private."""


class Entry(NamedTuple):
    """An entry of the global index."""

    section: int
    """PUBLIC, TESTS or PRIVATE."""
    listed: str
    """What is listed: the name, or the last part of that of a member, a module, a file or a folder."""
    name: str
    kind: str
    path: str
    place: str
    """What ``path`` is if that is the entry itself: ``source`` or ``folder``; empty of a name that it defines."""


def span(folder: str) -> tuple[str, str]:
    """The range of paths below ``folder``: the first one, and the first one after them."""
    return (folder + "/", folder + "0") if folder else ("", "\U0010ffff")  # in ASCII, 0 follows the slash


class Tables:
    """Reads the link tables of a store. ``facts(facts_key)`` returns a source's facts;
    ``recover(path, facts_key)`` reads them again if the store has lost them; ``languages``: those of the repository;
    ``read(path, blob)``: the bytes of a source, None if they are not those of the blob id."""

    def __init__(
        self,
        store: Store,
        facts: Callable[[bytes], Facts | None],
        recover: Callable[[str, bytes], Facts | None],
        languages: Languages,
        leaves_out: bool = False,
        inventories: Callable[[], Inventories] = Inventories,
        read: Callable[[str, bytes], bytes | None] = lambda path, blob: None,
    ) -> None:
        self.store = store
        self._data = read
        self._facts = facts
        self._recover = recover
        self.languages = languages
        self.leaves_out = leaves_out
        """Whether sources that are generated, vendored or minified have no pages."""
        self._inventories = inventories
        self.reset()

    def reset(self) -> None:
        """Drop all kept answers: the tables changed."""
        self._facts_keys: dict[str, bytes | None] = {}
        self._names: dict[str, tuple[str, ...]] = {}
        self._holds: dict[str, bool] = {}
        self._repositories: frozenset[str] | None = None
        self._read: dict[str, Facts | None] = {}
        self._members: dict[str, dict[str, tuple[Member, ...]]] = {}
        self._outlines: Mapping[str, Outline] = {}
        self._outlined: dict[str, Outline | None] = {}
        self._children: dict[str, dict[str, FileSummary]] = {}
        self._importers: _Lists | None = None
        self._subclasses: _Lists | None = None
        self._mentions: _Lists | None = None
        self._tested: _Lists | None = None
        self._starts: _Lists | None = None
        self._belonging: _Lists | None = None
        self._commands: dict[str, str] | None = None
        self._counterparts: _Lists | None = None
        self._usages: _Lists | None = None
        self._ranges: dict[int, tuple[Range, ...]] = {}
        self.resolver = Resolver(self.languages, self)

    @cached_property
    def inventories(self) -> Inventories:
        """What other projects document."""
        return self._inventories()

    def preload(self) -> None:
        """Read every source, folder and name: many will be needed, and forked workers inherit them."""
        self.preload_sources()
        if isinstance(self._names, _Names):
            return
        names: dict[str, list[str]] = {}
        for name, path in self.store.db.execute("SELECT name, path FROM module ORDER BY name, path"):
            names.setdefault(name, []).append(path)
        self._names = _Names((name, tuple(paths)) for name, paths in names.items())

    def preload_sources(self) -> None:
        """Read every source and folder."""
        if isinstance(self._facts_keys, _Whole):
            return
        db = self.store.db
        facts_keys = _Whole()
        summaries = _Summaries()
        for path, folder, facts_key, summary in db.execute(
            "SELECT path, folder, facts_key, summary FROM source ORDER BY path"
        ):
            if facts_key:
                facts_keys[path] = bytes(facts_key)
            summaries.setdefault(folder, {})[path] = decode_summary(summary)
        self._facts_keys, self._children = facts_keys, summaries
        self._repositories = frozenset(
            path for each in summaries.values() for path, summary in each.items() if summary.kind in REPOSITORIES
        )
        self._holds = _Holds((path, True) for (path,) in db.execute("SELECT path FROM folder"))

    def preload_pages(self) -> None:
        """Read all rows that the pages need, but neither facts nor outlines."""
        self.preload()
        self._read.clear()
        self._members.clear()
        self._outlines = {}
        self._outlined.clear()
        self.resolver.forget_outlines()
        db = self.store.db
        self._importers = _Lists(
            db.execute("SELECT DISTINCT target, path FROM use WHERE how = 1 ORDER BY target, path")
        )
        self._subclasses = _Lists(
            (base, (base_name, path, name))
            for base, base_name, path, name in db.execute("SELECT * FROM subclass ORDER BY base, base_name, path, name")
        )
        self._mentions = _Lists(
            (target, (name, count))
            for target, name, count in db.execute(
                "SELECT target, name, count(DISTINCT path) FROM use WHERE how = 2 AND name <> ''"
                " GROUP BY target, name ORDER BY target, name"
            )
        )
        tests = {path for each in self._children.values() for path, summary in each.items() if summary.test}
        self._tested = _Lists(
            (target, (path, how, name))
            for target, path, how, name in db.execute(
                "SELECT target, path, how, name FROM use WHERE how IN (2, 6, 7) ORDER BY 1, 2, 3, 4"
            )
            if path in tests
        )
        self._starts = _Lists(
            (target, (path, name))
            for target, path, name in db.execute(
                "SELECT target, path, name FROM use WHERE how = 3 ORDER BY target, path, name"
            )
        )
        self._belonging = _Lists(
            (target, (name, path))
            for target, name, path in db.execute("SELECT target, name, path FROM use WHERE how = 4 ORDER BY 1, 2, 3")
        )
        self._commands = dict(db.execute("SELECT path, name FROM use WHERE how = 5"))
        self._counterparts = _Lists(
            (path, (identity, other)) for path, identity, other in db.execute(f"{_COUNTERPARTS} ORDER BY 1, 2, 3")
        )

        self._usages = _Lists(
            (target, (path, used))
            for target, path, used in db.execute("SELECT target, path, used FROM usage ORDER BY target, path")
        )

    def lend(self, outlines: Mapping[str, Outline]) -> None:
        """Use these outlines until ``reset`` or ``preload_pages``, so that they are not made from the facts."""
        self._outlines = outlines

    # for the resolver

    def facts_key(self, path: str) -> bytes | None:
        """Blob id and extractor of a source that has pages, or None."""
        try:
            return self._facts_keys[path]
        except KeyError:
            rows = self.store.query("SELECT facts_key FROM source WHERE path = ?", path)
            found = self._facts_keys[path] = (bytes(rows[0][0]) or None) if rows else None
            return found

    def exists(self, path: str) -> bool:
        """Whether ``path`` is a source."""
        return self.facts_key(path) is not None

    def named(self, language: str, name: str) -> tuple[str, ...]:
        """The sources with this name in a language, sorted."""
        name = f"{language}:{name}"
        try:
            return self._names[name]
        except KeyError:
            rows = self.store.query("SELECT path FROM module WHERE name = ? ORDER BY path", name)
            found = self._names[name] = tuple(path for (path,) in rows)
            return found

    def holds(self, folder: str) -> bool:
        """Whether there is a source in ``folder`` or below."""
        try:
            return self._holds[folder]
        except KeyError:
            found = self._holds[folder] = bool(self.store.query("SELECT 1 FROM folder WHERE path = ?", folder))
            return found

    def repository(self, path: str) -> str:
        """The submodule or other repository that ``path`` is or is in; empty where there is none."""
        if self._repositories is None:
            rows = self.store.query("SELECT path, summary FROM source WHERE facts_key = x''")
            self._repositories = frozenset(
                path for path, summary in rows if decode_summary(summary).kind in REPOSITORIES
            )
        if not self._repositories:
            return ""
        return next((each for each in ancestors(path) if each in self._repositories), "")

    def kind(self, path: str) -> str:
        """The kind of the summary of ``path``; empty if nothing is listed there."""
        summary = self.summaries(parent(path)).get(path)
        return summary.kind if summary is not None else ""

    def program(self, path: str) -> str:
        """The program that the first line of a source names, if that decides its type."""
        summary = self.summaries(parent(path)).get(path) if self.languages.is_open(path) else None
        return summary.program if summary is not None else ""

    def language(self, path: str) -> Language:
        """The language of a source."""
        return self.languages.language(path, self.program(path))

    def facts(self, path: str) -> Facts | None:
        """The facts of a source; None where there is no such source."""
        if path not in self._read:
            if len(self._read) >= _FACTS_KEPT:
                self._read.clear()
            facts_key = self.facts_key(path)
            found = self._facts(facts_key) if facts_key else None
            if found is None and facts_key:
                found = self._recover(path, facts_key)
            self._read[path] = found
        return self._read[path]

    def data(self, path: str) -> bytes | None:
        """The bytes of a source; None if they are no longer those of its facts. Raises SourceError."""
        facts_key = self.facts_key(path)
        return self._data(path, unpack_key(facts_key)[0]) if facts_key else None

    def members(self, path: str) -> Mapping[str, tuple[Member, ...]]:
        """By class, the members of a source that users see; none where there is no such source."""
        found = self._members.get(path)
        if found is None:
            if len(self._members) >= _MEMBERS_KEPT:
                self._members.clear()
            facts = self.facts(path)
            found = self._members[path] = members(facts, self.language(path)) if facts is not None else {}
        return found

    def outline(self, path: str) -> Outline | None:
        """The outline of a source; None where there is no such source."""
        lent = self._outlines.get(path)
        if lent is not None:
            return lent
        if path not in self._outlined:
            if len(self._outlined) >= _OUTLINES_KEPT:
                self._outlined.clear()
            facts = self.facts(path)
            self._outlined[path] = outline_of(facts) if facts is not None else None
        return self._outlined[path]

    def facts_of(self, facts_key: bytes) -> Facts | None:
        """The facts of a content; None if the store does not have them."""
        return self._facts(facts_key) if facts_key else None

    def outline_of(self, facts_key: bytes) -> Outline | None:
        """The outline of a content; None if the store does not have it."""
        facts = self._facts(facts_key)
        return outline_of(facts) if facts is not None else None

    def recorded(self, path: str) -> tuple[FileSummary, bytes]:
        """The recorded summary of what is listed, and its facts key, also of a file without pages."""
        row = self.store.sources.get(path)
        assert row is not None
        summary = decode_summary(row[1])
        return summary, row[0] or summary.facts_key

    def outline_at(self, path: str, facts_key: bytes) -> Outline | None:
        """The outline of a recorded source; it is read again if the store has lost its facts."""
        facts = self._facts(facts_key) or self._recover(path, facts_key)
        return outline_of(facts) if facts is not None else None

    # for the update after a change

    def is_test(self, path: str) -> bool:
        """Whether ``path`` is a source with tests."""
        row = self.store.sources.get(path)
        return row is not None and decode_summary(row[1]).test

    def referrers_of(self, path: str) -> list[str]:
        """The sources that use ``path``: they import it, or a name through it."""
        return self._paths("SELECT DISTINCT path FROM use WHERE target = ?", path)

    def executing(self, path: str) -> list[str]:
        """``referrers_of`` without those whose documentation alone names what is in ``path``."""
        return self._paths("SELECT DISTINCT path FROM use WHERE target = ? AND how <> 8", path)

    def references_of(self, path: str) -> list[str]:
        """The sources that ``path`` uses."""
        return self._paths("SELECT DISTINCT target FROM use WHERE path = ?", path)

    def files_looking_up(self, name: str) -> list[str]:
        """The sources that looked for a module name, found or not."""
        return self._paths("SELECT path FROM want WHERE name = ?", name)

    def lookups_of(self, path: str) -> list[str]:
        """The module names that ``path`` looked for."""
        return self._paths("SELECT name FROM want WHERE path = ?", path)

    def module_names(self, path: str) -> list[str]:
        """The module names under which ``path`` can be imported."""
        return self._paths("SELECT name FROM module WHERE path = ?", path)

    def below(self, folder: str) -> list[str]:
        """The sources in ``folder`` and its subfolders, sorted."""
        return self._paths("SELECT path FROM source WHERE path >= ? AND path < ? ORDER BY path", *span(folder))

    def sources(self) -> list[str]:
        """The sources that have facts, sorted."""
        return self._paths("SELECT path FROM source WHERE facts_key <> x'' ORDER BY path")

    def folders(self) -> list[str]:
        """The folders that contain a source, directly or below, sorted."""
        return self._paths("SELECT path FROM folder ORDER BY path")

    def _paths(self, sql: str, *values: str) -> list[str]:
        return [str(value) for (value,) in self.store.query(sql, *values)]

    # for the pages

    def facts_digest(self, path: str) -> bytes | None:
        """A digest of the facts of a source that its own page may show; None if there is no such source."""
        facts = self.facts(path)
        if facts is None:
            return None
        return blake2b(msgpack.encode(replace(facts, manifest="")), digest_size=16).digest()

    def summaries(self, folder: str) -> dict[str, FileSummary]:
        """The sources directly in ``folder`` by path, sorted."""
        try:
            return self._children[folder]
        except KeyError:
            rows = self.store.query("SELECT path, summary FROM source WHERE folder = ? ORDER BY path", folder)
            found = self._children[folder] = {path: decode_summary(summary) for path, summary in rows}
            return found

    def subfolders(self, folder: str) -> list[str]:
        """The folders directly in ``folder``, sorted."""
        return self._paths("SELECT path FROM folder WHERE parent = ? ORDER BY path", folder)

    def importers(self, path: str) -> list[str]:
        """The sources that import the file at ``path``, sorted."""
        if self._importers is not None:
            return self._importers[path]
        return self._paths("SELECT DISTINCT path FROM use WHERE target = ? AND how = 1 ORDER BY path", path)

    def importer_count(self, path: str) -> int:
        """How many sources import the file at ``path``."""
        return len(self.importers(path))

    def mentions(self, path: str) -> list[tuple[str, int]]:
        """(name, number of sources that import it by name) of the definitions of ``path``."""
        if self._mentions is not None:
            return self._mentions[path]
        return [
            (name, int(count))
            for name, count in self.store.query(
                "SELECT name, count(DISTINCT path) FROM use WHERE target = ? AND how = 2 AND name <> ''"
                " GROUP BY name ORDER BY name",
                path,
            )
        ]

    def tested(self, path: str) -> list[tuple[str, int, str]]:
        """(test, how, name), sorted: which names of the file at ``path`` tests use, and through what."""
        if self._tested is not None:
            return self._tested[path]
        rows = self.store.query(
            "SELECT path, how, name FROM use WHERE target = ? AND how IN (2, 6, 7) ORDER BY 1, 2, 3", path
        )
        found = [(str(test), int(how), str(name)) for test, how, name in rows]
        tests = {test for test in {test for test, _, _ in found} if self.is_test(test)}
        return [row for row in found if row[0] in tests]

    def starts(self, path: str) -> list[tuple[str, str]]:
        """(manifest, how it starts the file at ``path``, as the text of a ``Start``), sorted."""
        if self._starts is not None:
            return self._starts[path]
        rows = self.store.query("SELECT path, name FROM use WHERE target = ? AND how = 3 ORDER BY path, name", path)
        return [(str(manifest), str(start)) for manifest, start in rows]

    def belonging(self, path: str) -> list[tuple[str, str]]:
        """(what it is to it, path) of the sources that belong to the one at ``path``, sorted."""
        if self._belonging is not None:
            return self._belonging[path]
        rows = self.store.query("SELECT name, path FROM use WHERE target = ? AND how = 4 ORDER BY name, path", path)
        return [(str(name), str(other)) for name, other in rows]

    def command(self, path: str) -> str:
        """How the tests in the file at ``path`` are run, as the text of a ``Command``; empty if that is not known."""
        if self._commands is not None:
            return self._commands.get(path, "")
        rows = self.store.query("SELECT name FROM use WHERE target = ? AND how = 5 AND path = ?", path, path)
        return str(rows[0][0]) if rows else ""

    def subclasses(self, path: str) -> list[tuple[str, str, str]]:
        """(class of ``path``, file, class that derives from it), sorted."""
        if self._subclasses is not None:
            return self._subclasses[path]
        rows = self.store.query(
            "SELECT base_name, path, name FROM subclass WHERE base = ? ORDER BY base_name, path, name", path
        )
        return [(str(base), str(file), str(name)) for base, file, name in rows]

    def usages(self, path: str) -> list[tuple[str, tuple[Used, ...]]]:
        """(file, which of its definitions use which of ``path``), sorted."""
        rows = (
            self._usages[path]
            if self._usages is not None
            else self.store.query("SELECT path, used FROM usage WHERE target = ? ORDER BY path", path)
        )
        return [(str(user), _decode_used(used)) for user, used in rows]

    def counterparts(self, path: str) -> list[tuple[str, str]]:
        """(entity, path), sorted: what ``path`` declares is defined there, or the other way round, and one of the two
        files imports the other, so that they mean the same."""
        if self._counterparts is not None:
            return self._counterparts[path]
        rows = self.store.query(f"{_COUNTERPARTS} WHERE mine.path = ? ORDER BY 2, 3", path)
        return [(str(identity), str(other)) for _, identity, other in rows]

    def parts(self, folder: str) -> list[tuple[str, str]]:
        """(importer, imported): imports between the parts of a folder, sorted."""
        rows = self.store.query(
            "SELECT importer, imported FROM part WHERE folder = ? AND count > 0 ORDER BY importer, imported", folder
        )
        return [(str(importer), str(imported)) for importer, imported in rows]

    def keyword_count(self, folder: str) -> int:
        """How many names the subtree of ``folder`` defines."""
        rows = self.store.query("SELECT keywords FROM folder WHERE path = ?", folder)
        return int(rows[0][0]) if rows else 0

    def keywords_below(self, folder: str) -> list[tuple[str, str, str]]:
        """(name, kind, path) of the subtree of ``folder``, sorted by name."""
        return self._keyword_rows("path >= ? AND path < ?", *span(folder))

    def keywords_of(self, path: str) -> list[tuple[str, str, str]]:
        """(name, kind, path) of one source, sorted by name."""
        return self._keyword_rows("path = ?", path)

    def entries(self, keys: Range) -> list[Entry]:
        """The entries of the global index with these keys: by their sections, then as they are sorted there."""
        rows = self.store.query(
            "SELECT sort, section, name, kind, path, place FROM keyword WHERE sort >= ? AND sort < ?",
            keys.first,
            keys.end,
        )
        found = [
            Entry(int(section), _listed(str(sort), str(name)), str(name), str(kind), str(path), str(place))
            for sort, section, name, kind, path, place in rows
        ]
        return sorted(found, key=lambda entry: (entry.section, folded(entry.listed), entry))

    def index_ranges(self, limit: int) -> tuple[Range, ...]:
        """The ranges of keys that have a page of the global index each, of at most ``limit`` bytes."""
        found = self._ranges.get(limit)
        if found is None:
            found = self._ranges[limit] = divide(self._prefix_sizes, limit)
        return found

    def _prefix_sizes(self, prefix: str) -> dict[str, int]:
        longer = [prefix + each for each in children(prefix)]
        marks = ", ".join("?" * len(longer))
        return dict(self.store.query(f"SELECT prefix, size FROM prefix WHERE prefix IN ({marks})", *longer))

    def _keyword_rows(self, where: str, *values: str) -> list[tuple[str, str, str]]:
        rows = self.store.query(f"SELECT DISTINCT name, kind, path FROM keyword WHERE {where} AND place = ''", *values)
        found = [(str(name), str(kind), str(path)) for name, kind, path in rows]
        return sorted(found, key=lambda row: (row[0].casefold(), row[0], row[2], row[1]))

    def source_count(self, folder: str) -> int:
        """How many sources the subtree of ``folder`` has."""
        rows = self.store.query("SELECT sources FROM folder WHERE path = ?", folder)
        return int(rows[0][0]) if rows else 0

    def language_counts(self) -> list[tuple[str, int]]:
        """(title of a language, or of a type of files of which names are not read; number of sources), most first."""
        rows = self.store.query("SELECT title, sources FROM language ORDER BY sources DESC, title")
        return [(str(title), int(count)) for title, count in rows]

    def chapters(self) -> list[str]:
        """The folders that have a chapter in the book, sorted."""
        return self._paths("SELECT path FROM folder WHERE documented > 0 ORDER BY path")

    def declared_starts(self, folder: str) -> list[tuple[str, str]]:
        """(source, how it is started, as the text of a ``Start``): what the manifests directly in ``folder`` say,
        sorted."""
        rows = self.store.query(
            "SELECT DISTINCT use.target, use.name FROM source CROSS JOIN use ON use.path = source.path"
            " WHERE source.folder = ? AND use.how = 3 ORDER BY use.target, use.name",
            folder,
        )
        return [(str(target), str(start)) for target, start in rows]

    def imports_between_folders(self) -> dict[str, list[tuple[str, str]]]:
        """By folder, (importer, imported) of its subfolders, sorted."""
        found: dict[str, list[tuple[str, str]]] = {}
        rows = self.store.query(
            "SELECT one.parent, one.path, other.path FROM folder one"
            " CROSS JOIN part ON part.folder = one.parent"
            "  AND part.importer = substr(one.path, CASE one.parent WHEN '' THEN 1 ELSE length(one.parent) + 2 END)"
            " CROSS JOIN folder other ON other.path = CASE one.parent WHEN '' THEN '' ELSE one.parent || '/' END"
            "  || part.imported"
            " WHERE part.count > 0 AND one.path <> '' ORDER BY 1, 2, 3"
        )
        for folder, importer, imported in rows:
            found.setdefault(str(folder), []).append((str(importer), str(imported)))
        return found

    def neighbours(self, folder: str) -> tuple[str | None, str | None]:
        """The chapters before and after that of ``folder``."""
        before = self.store.query(
            "SELECT path FROM folder WHERE documented > 0 AND path < ? ORDER BY path DESC LIMIT 1", folder
        )
        after = self.store.query(
            "SELECT path FROM folder WHERE documented > 0 AND path > ? ORDER BY path LIMIT 1", folder
        )
        return (before[0][0] if before else None, after[0][0] if after else None)


class _Whole(dict[str, bytes | None]):
    """All sources: what is not in it does not exist."""

    def __missing__(self, key: str) -> None:
        return None


class _Summaries(dict[str, dict[str, FileSummary]]):
    def __missing__(self, key: str) -> dict[str, FileSummary]:
        return {}


class _Names(dict[str, tuple[str, ...]]):
    def __missing__(self, key: str) -> tuple[str, ...]:
        return ()


class _Holds(dict[str, bool]):
    def __missing__(self, key: str) -> bool:
        return False


_DIVIDING = ("::", "/", ".")


def _listed(key: str, name: str) -> str:
    """The name, or its last part, that is filed under the key."""
    if not any(each in name for each in _DIVIDING) or key_of(name) == key:
        return name
    return next((part for each in _DIVIDING if key_of(part := name.rpartition(each)[2]) == key), name)


class _Lists(dict[str, list[Any]]):
    """(key, item) rows as lists by key; an empty one for any other key."""

    def __init__(self, rows: Iterable[tuple[str, Any]]) -> None:
        super().__init__()
        for key, item in rows:
            self.setdefault(key, []).append(item)

    def __missing__(self, key: str) -> list[Any]:
        return []
