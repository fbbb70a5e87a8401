"""The update of the links after a change, at the cost of the change.

Terms: a **change** is a source that was added or removed, or has another facts key. The **candidates** are the sources
whose resolution may differ: those that changed, those that **look up** a module name or a path that was added or
removed, and those that **refer to** a source whose module-level names changed or that is itself a candidate (it
re-exports a name).

Algorithm, in one transaction: write the changed sources' summaries, folders and module names; find the candidates;
write the keywords, while other processes may resolve; replace the rows of each candidate; put every task whose page
may differ into ``pending``, with the reason. There may be too many candidates and pending tasks, never too few: a
page's key decides what is rendered.
A run that is killed after this transaction finds its work in ``pending``.

**Anew**: rows that another version of incdoc made are deleted in the same transaction, which also notes the version
of those that take their place. Which pages differ cannot be told from the old rows: every task is pending.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from msgspec import Struct

from incdoc.languages.facts import Facts
from incdoc.languages.linker import MODULES
from incdoc.languages.outline import Outline
from incdoc.languages.public import members
from incdoc.languages.registry import load
from incdoc.languages.resolution import BELONGS, CHAIN, IMPORTS, RUNS, SPEAKS, STARTS, Resolution
from incdoc.links.changes import (
    Change,
    ChapterChanged,
    CompanionChanged,
    CounterpartChanged,
    CountsChanged,
    DescriptionChanged,
    FolderChanged,
    ImportersChanged,
    InheritedChanged,
    KeywordsChanged,
    OffersChanged,
    PartsChanged,
    ResolutionChanged,
    SourceChanged,
    StartsChanged,
    SubclassesChanged,
    Touched,
    UsagesChanged,
)
from incdoc.links.index_rows import IndexRows
from incdoc.links.provenance import complete
from incdoc.links.resolve import module_names, shown
from incdoc.links.summary import FileSummary
from incdoc.links.summary import decode as decode_summary
from incdoc.links.summary import encode as encode_summary
from incdoc.links.tables import Tables, encode_used
from incdoc.sources.paths import ancestors, join, parent
from incdoc.thresholds import CHANGES_FOR_WHOLE_TABLES


class SourceChange(Struct, frozen=True):
    """A source as it is now. ``summary`` is None if it was removed; ``outline`` also if no facts are read of it.
    ``why``: a sentence's end; empty if the source did not change and the tables are made anew."""

    path: str
    facts_key: bytes = b""
    summary: FileSummary | None = None
    why: str = "changed"
    outline: Outline | None = None

    @property
    def reason(self) -> str:
        """Why what depends on the source is looked at."""
        return f"{self.path} {self.why}" if self.why else ANEW


Resolved = Callable[[], Iterable[tuple[str, Resolution]]]
"""Waits for the resolutions of other processes."""


def apply(
    tables: Tables,
    changes: list[SourceChange],
    touched: Touched,
    many: int = CHANGES_FOR_WHOLE_TABLES,
    elsewhere: Callable[[list[str]], Resolved] | None = None,
    version: bytes = b"",
    anew: bool = False,
) -> None:
    """Update the link tables for ``changes``, and put the tasks that are ``touched`` into ``pending``.

    ``version``: that of the code that makes the rows. ``anew``: no former row is kept, and ``changes`` are all sources.

    ``elsewhere`` starts to resolve sources in processes that inherit the tables' memory, while this one writes. It is
    called if nothing was known before and there are at least ``many`` changes.
    """
    if not (changes or anew):
        return
    changes = complete(tables, changes)
    try:
        with tables.store.transaction() as db:
            pending = _delete_rows(db) if anew else {}
            update = _Update(db, tables, changes, touched, many, elsewhere, anew)
            if update.first:
                tables.store.put_meta("links", version)
            update.run(pending)
    except BaseException:
        tables.reset()
        raise


LINK_TABLES = (
    "source",
    "folder",
    "language",
    "module",
    "want",
    "use",
    "subclass",
    "usage",
    "entity",
    "part",
    "keyword",
    "prefix",
)
"""All that say something of sources or of what follows from them."""
ANEW = "incdoc itself changed"
_HAS = "declares", "defines"


def _delete_rows(db: sqlite3.Connection) -> dict[str, str]:
    """Delete every row of the link tables; the tasks that made the pages there are, with the reason."""
    for table in LINK_TABLES:
        db.execute(f"DELETE FROM {table}")
    db.execute("DELETE FROM fragment")  # which were made from them
    return {str(task): ANEW for (task,) in db.execute("SELECT DISTINCT task FROM page")}


class _Update:
    def __init__(
        self,
        db: sqlite3.Connection,
        tables: Tables,
        changes: list[SourceChange],
        touched: Touched,
        many: int,
        elsewhere: Callable[[list[str]], Resolved] | None,
        anew: bool,
    ) -> None:
        self.db = db
        self.tables = tables
        self.touched = touched
        self.elsewhere = elsewhere
        self.changes = {change.path: change for change in changes}
        self.anew = anew
        self.own_reasons = {change.reason for change in changes}
        self.noted: dict[Change, str] = {}
        """What changed, and why."""
        self.translated: set[str] = set()
        """The sources whose first line selects another language than before."""
        self.names: set[str] = set()
        self.index = IndexRows(db)
        self.first = not db.execute("SELECT 1 FROM source LIMIT 1").fetchone()
        self.many = len(changes) > many

    def run(self, pending: Mapping[str, str]) -> None:
        """Write the rows, and note what they reach with the tasks that are ``pending`` whatever they say."""
        before = self._before()
        self._sources(before)
        self.tables.reset()
        self.tables.lend({path: change.outline for path, change in self.changes.items() if change.outline})
        if self.many:
            self.tables.preload_sources()
        self._module_names(before)
        if self.many:
            self.tables.preload()
        candidates = self._relink_candidates(before)
        resolved = self._begin_elsewhere(candidates)
        for change in self.index.write():
            self.note(change, "names were added or removed")
        for path, resolution in resolved() if resolved else ():
            self.tables.resolver.know(path, resolution)
        self._resolve(candidates)
        self.tables.lend({})
        self.tables.store.pages.mark({**pending, **self._tasks()}.items(), replace=True)

    def _begin_elsewhere(self, candidates: Iterable[str]) -> Resolved | None:
        if not (self.elsewhere and self.many and self.first):
            return None
        found = [
            path
            for path in candidates
            if (outline := self.changes[path].outline) and (outline.imports or outline.classes or outline.links)
        ]
        return self.elsewhere(found) if found else None

    # sources, folders, keywords

    def _before(self) -> dict[str, tuple[bytes, FileSummary]]:
        if self.first:
            return {}
        found = {}
        for path in self.changes:
            row = self.db.execute("SELECT facts_key, summary FROM source WHERE path = ?", (path,)).fetchone()
            if row:
                found[path] = (bytes(row[0]), decode_summary(row[1]))
        return found

    def _sources(self, before: Mapping[str, tuple[bytes, FileSummary]]) -> None:
        rows, gone = [], []
        sources: Counter[str] = Counter()
        names: Counter[str] = Counter()
        documented: Counter[str] = Counter()
        languages: Counter[str] = Counter()
        for path, change in self.changes.items():
            folder = parent(path)
            old = before[path][1] if path in before else None
            if change.summary is None:
                gone.append((path,))
            else:
                rows.append((path, folder, change.facts_key, encode_summary(change.summary)))
            sources[folder] += (change.summary is not None) - (old is not None)
            documented[folder] += bool(change.summary and change.summary.documented) - bool(old and old.documented)
            languages.update(_counted_as(change.summary))
            languages.subtract(_counted_as(old))
            self._look_at(path, change, old)
        self.db.executemany("DELETE FROM source WHERE path = ?", gone)
        self.db.executemany("INSERT OR REPLACE INTO source VALUES (?, ?, ?, ?)", rows)
        self._languages(languages)
        if any(sources.values()) or any(languages.values()):
            self.note(CountsChanged(), "sources were added or removed")
        self._keywords(before, names)
        self._entities(before)
        self._reaching(before)
        self._folders(sources, names, documented)

    def _languages(self, counts: Mapping[str, int]) -> None:
        self.db.executemany(
            "INSERT INTO language VALUES (?, ?) ON CONFLICT (title) DO UPDATE SET sources = sources + excluded.sources",
            sorted((title, count) for title, count in counts.items() if count),
        )
        self.db.execute("DELETE FROM language WHERE sources <= 0")

    def _look_at(self, path: str, change: SourceChange, old: FileSummary | None) -> None:
        """Note what depends on the source's name or its summary."""
        reason = change.reason
        if change.summary and old and self._language(path, old) != self._language(path, change.summary):
            self.translated.add(path)
        kinds = (change.summary.kind if change.summary else "", old.kind if old else "")
        shown = (self.anew and change.summary is None) or "file" in kinds
        documented = bool((change.summary and change.summary.documented) or (old and old.documented))
        self.note(SourceChanged(path, shown, documented), reason)
        if change.summary is None or old is None or change.summary.kind != old.kind:
            self.names.add("/" + path)
            if "file" not in kinds:
                self.names.update(self.tables.resolver.sought(path, "other"))
            for _, companion in self.tables.resolver.linker(path).companions(path):
                if companion in self.changes or self._is_source(companion):
                    self.note(CompanionChanged(companion), reason)
        else:
            for companion in self.tables.resolver.linker(path).declares_for(path):
                if companion in self.changes or self._is_source(companion):
                    self.note(CompanionChanged(companion), reason)
        if change.summary is not None and old is not None and change.summary.test != old.test:
            for target in self.tables.references_of(path):
                self.note(ImportersChanged(target), f"{path} is {'a' if change.summary.test else 'no longer a'} test")
        # a file that describes its folder also with this summary: its text may differ
        if path.rpartition("/")[2] in self.tables.languages.describing or _named(old) != _named(change.summary):
            folder = parent(path)
            self.note(DescriptionChanged(folder, tuple(sorted(self._chapters({parent(folder), folder})))), reason)

    def _is_source(self, path: str) -> bool:
        return not self.first and bool(self.db.execute("SELECT 1 FROM source WHERE path = ?", (path,)).fetchone())

    def _keywords(self, before: Mapping[str, tuple[bytes, FileSummary]], counts: Counter[str]) -> None:
        """Note what is to be written, and count it by folder."""
        for path, change in self.changes.items():
            test = bool(change.summary and change.summary.test)
            old, new = self.index.names(path, change.outline, test, known=path in before)
            if old != new:
                counts[parent(path)] += len(new) - len(old)
                self.note(KeywordsChanged(path), f"{path} defines other names")
            elif new and path in self.translated:
                self.note(KeywordsChanged(path), f"{path} is of another language")

    def _language(self, path: str, summary: FileSummary) -> str:
        return self.tables.languages.detect(path, summary.program).language

    def _entities(self, before: Mapping[str, tuple[bytes, FileSummary]]) -> None:
        """Write what the changed sources declare and define, and note where the other side is."""
        added: list[tuple[str, int, str]] = []
        removed: list[tuple[str, int, str]] = []
        for path, change in self.changes.items():
            old = (
                {
                    (str(identity), int(defined))
                    for identity, defined in self.db.execute(
                        "SELECT identity, defined FROM entity WHERE path = ?", (path,)
                    )
                }
                if path in before
                else set()
            )
            new: set[tuple[str, int]] = set()
            if change.outline:
                new = {(each, 0) for each in change.outline.declared} | {(each, 1) for each in change.outline.defined}
            added += [(*each, path) for each in new - old]
            removed += [(*each, path) for each in old - new]
        self.db.executemany("DELETE FROM entity WHERE identity = ? AND defined = ? AND path = ?", removed)
        self.db.executemany("INSERT OR REPLACE INTO entity VALUES (?, ?, ?)", sorted(added))
        if self.first:
            return
        query = "SELECT path FROM entity WHERE identity = ? AND defined = ?"
        for identity, defined, path in (*added, *removed):
            for (other,) in self.db.execute(query, (identity, 1 - defined)):
                self.note(CounterpartChanged(other), f"{path} {_HAS[defined]} other things")

    def _reaching(self, before: Mapping[str, tuple[bytes, FileSummary]]) -> None:
        """Note the sources that say something of what changed ones define: those that hand it on, and those with
        classes below."""
        for path, change in self.changes.items() if not self.first else ():
            old = new = None
            if path in before and change.summary and not self.many:
                old, new = self.tables.facts_of(before[path][0]), self.tables.facts_of(change.facts_key)
            if old is None or new is None or _said(old) != _said(new):
                for user in self.tables.referrers_of(path):
                    if self.tables.resolver.linker(user).hands_on(user):
                        self.note(OffersChanged(user), change.reason)
                if old is None or new is None or _members(old) != _members(new):
                    for heir in self._heirs(path):
                        self.note(InheritedChanged(heir), change.reason)

    def _heirs(self, path: str) -> set[str]:
        """The sources with classes that derive from those of ``path``, directly or not."""
        found: set[str] = set()
        waiting = [path]
        while waiting:
            rows = self.db.execute("SELECT DISTINCT path FROM subclass WHERE base = ?", (waiting.pop(),))
            new = {str(heir) for (heir,) in rows} - found
            found |= new
            waiting += new
        return found - {path}

    def _folders(self, sources: Counter[str], names: Counter[str], documented: Counter[str]) -> None:
        total: dict[str, list[int]] = {}
        for folder in {*sources, *names, *documented}:
            own = total.setdefault(folder, [0, 0, 0])
            own[2] += documented[folder]
            for above in ancestors(folder):
                row = total.setdefault(above, [0, 0, 0])
                row[0] += sources[folder]
                row[1] += names[folder]
        known = (
            {path for (path,) in self.db.execute("SELECT path FROM folder")}
            if self.many
            else {path for path in total if self.db.execute("SELECT 1 FROM folder WHERE path = ?", (path,)).fetchone()}
        )
        chapters = self._chapters(total)
        self.db.executemany(
            "INSERT INTO folder VALUES (?, ?, ?, ?, ?) ON CONFLICT (path) DO UPDATE SET sources = sources +"
            " excluded.sources, keywords = keywords + excluded.keywords, documented = documented + excluded.documented",
            [(path, parent(path) if path else None, *row) for path, row in total.items()],
        )
        self.db.execute("DELETE FROM folder WHERE sources <= 0")
        for path in total:
            there = self.db.execute("SELECT 1 FROM folder WHERE path = ?", (path,)).fetchone() is not None
            if there != (path in known):
                self._folder_set(path, there)
        for path in chapters ^ self._chapters(total):
            self._chapter_set(path)

    def _chapters(self, paths: Iterable[str]) -> set[str]:
        query = "SELECT 1 FROM folder WHERE path = ? AND documented > 0"
        return {path for path in paths if self.db.execute(query, (path,)).fetchone()}

    def _folder_set(self, path: str, there: bool) -> None:
        """A folder was added or removed: its parent lists it, and it may be a namespace package."""
        reason = f"the folder {path or 'of all sources'} appeared or went"
        self.note(FolderChanged(path, tuple(sorted(self._chapters({parent(path), path})))), reason)
        self.names.add("/" + path)
        self.names.update(self.tables.resolver.sought(path, "folder"))
        if path:
            self.index.folder(path, there)

    def _chapter_set(self, path: str) -> None:
        """A chapter was added or removed: the contents and its neighbours link to it."""
        reason = f"the chapter of {path or 'the repository'} appeared or went"
        neighbours = tuple(each for each in self.tables.neighbours(path) if each is not None)
        self.note(ChapterChanged(path, neighbours), reason)

    # modules

    def _module_names(self, before: Mapping[str, tuple[bytes, FileSummary]]) -> None:
        moved = self._relayout(before)
        tables, resolver = self.tables, self.tables.resolver
        rows, gone = [], []
        for path in sorted(moved | self.changes.keys()):
            change = self.changes.get(path)
            there = bool(change.facts_key) if change else tables.exists(path)
            was = bool(path in before and before[path][0]) if change else there
            old = (
                set()
                if self.first
                else {name for (name,) in self.db.execute("SELECT name FROM module WHERE path = ?", (path,))}
            )
            # what it makes for other languages depends on its content alone
            made = module_names(change.outline) if change else {each for each in old if each.startswith(f"{MODULES}:")}
            new = resolver.names(path) | made if there else set()
            rows += [(name, path) for name in new - old]
            gone += [(name, path) for name in old - new]
            self.names |= new ^ old
            if there != was or path in moved:  # not by its names: below ``a-b`` it has none, but is imported as ``.x``
                self.names |= new | old
                self.names.update(resolver.sought(path, "source"))
            summary = change.summary if change else tables.summaries(parent(path)).get(path)
            hands_on = resolver.linker(path).hands_on(path)
            listed = summary is not None and summary.kind == "file"
            self.index.source(
                path,
                resolver.entry(path) if listed else None,
                hands_on,
                test=bool(summary and summary.test),
                known=change is None or path in before,
            )
        self.db.executemany("DELETE FROM module WHERE name = ? AND path = ?", gone)
        self.db.executemany("INSERT OR REPLACE INTO module VALUES (?, ?)", rows)
        self.moved = moved

    def _relayout(self, before: Mapping[str, tuple[bytes, FileSummary]]) -> set[str]:
        """Sources below a folder in which another file decides how they are found, or the same says something else."""
        moved: set[str] = set()
        if self.first:
            return moved
        languages = self.tables.languages
        for path, change in self.changes.items():
            name = path.rpartition("/")[2]
            was = path in before and bool(before[path][0])
            by_being = name in languages.layout and was != bool(change.facts_key)
            if by_being or self._declared(path, before, languages.manifests.get(name, ())):
                moved.update(self.tables.below(parent(path)))
        return moved

    def _declared(self, path: str, before: Mapping[str, tuple[bytes, FileSummary]], languages: Iterable[str]) -> bool:
        """Whether a manifest says something else to one of these languages."""
        if not languages:
            return False
        old = self.tables.outline_of(before[path][0]) if path in before else None
        new = self.changes[path].outline
        if old is None or new is None:
            return old is not new
        linkers = [self.tables.resolver.linker_of(language) for language in languages]
        return any(linker.declares(path, old) != linker.declares(path, new) for linker in linkers)

    # candidates

    def _relink_candidates(self, before: Mapping[str, tuple[bytes, FileSummary]]) -> dict[str, str]:
        candidates = {path: change.reason for path, change in self.changes.items()}
        for path in self.moved:
            candidates.setdefault(path, "a package or project around it appeared or went")
        if self.first:
            return candidates
        reached = set()
        for name in sorted(self.names):
            for path in self.tables.files_looking_up(name):
                reached.add(path)
                verb = self.tables.resolver.linker(path).refers
                candidates.setdefault(path, f"{verb} {shown(name)}, which appeared or went")
        for path in sorted(candidates):
            if path in self.changes and path not in reached and not self._rebound(path, before):
                continue
            for user in self.tables.referrers_of(path):
                candidates.setdefault(user, f"reads {path}, whose names changed")
        return candidates

    def _rebound(self, path: str, before: Mapping[str, tuple[bytes, FileSummary]]) -> bool:
        """Whether the module-level names of a changed source, or their meanings, differ."""
        if path not in before or self.changes[path].summary is None:
            return True
        old, new = self.tables.outline_of(before[path][0]), self.changes[path].outline
        if old is None or new is None:
            return True
        linker = self.tables.resolver.linker(path)
        return linker.surface(old) != linker.surface(new)

    # resolution

    def _resolve(self, candidates: Mapping[str, str]) -> None:
        wants: list[tuple[str, str]] = []
        uses: list[tuple[str, str, int, str]] = []
        classes: list[tuple[str, str, str, str]] = []
        usages: list[tuple[str, str, bytes]] = []
        parts: Counter[tuple[str, str, str]] = Counter()
        stale = []
        for path, reason in candidates.items():
            resolution = self.tables.resolver.resolve(path)
            new_uses = {(target, how, name) for target, how, name in resolution.uses}
            new_bases = {(base.path, base.name, base.owner) for base in resolution.bases}
            new_used = _used(resolution)
            for target, how, _ in new_uses if path in self.translated else ():
                if how not in (CHAIN, SPEAKS):
                    self.note(ImportersChanged(target), f"{path} is of another language")
            if not self.first:
                old_uses, old_bases, old_wants, old_used = self._rows(path)
                for target, _ in old_used ^ new_used:
                    self.note(UsagesChanged(target), f"{path} uses other definitions")
                former = old_uses, old_bases, old_wants, old_used
                if (new_uses, new_bases, set(resolution.wants), new_used) == former:
                    self._relinked(path, reason, resolution)
                    continue
                stale.append((path,))
                if old_used != new_used:
                    self.note(ResolutionChanged(path, False), reason)
                if old_bases != new_bases:
                    for heir in self._heirs(path):
                        self.note(InheritedChanged(heir), f"a class of {path} derives from other classes")
                belonged = any(how == BELONGS for _, how, _ in old_uses - new_uses)
                if belonged or old_bases - new_bases:  # perhaps to nothing any more
                    self.note(ResolutionChanged(path, bool(old_bases - new_bases)), reason)
                self._gone(path, old_uses, old_bases, new_uses, new_bases, parts)
            else:
                self._gone(path, set(), set(), new_uses, new_bases, parts)
            self._relinked(path, reason, resolution)
            wants += [(name, path) for name in resolution.wants]
            uses += [(target, path, how, name) for target, how, name in new_uses]
            classes += [(base, base_name, path, owner) for base, base_name, owner in new_bases]
            usages += [(target, path, used) for target, used in new_used]
        for table in ("want", "use", "subclass", "usage"):
            self.db.executemany(f"DELETE FROM {table} WHERE path = ?", stale)
        self.db.executemany("INSERT OR REPLACE INTO want VALUES (?, ?)", sorted(wants))
        self.db.executemany("INSERT OR REPLACE INTO use VALUES (?, ?, ?, ?)", sorted(uses))
        self.db.executemany("INSERT OR REPLACE INTO subclass VALUES (?, ?, ?, ?)", sorted(classes))
        self.db.executemany("INSERT OR REPLACE INTO usage VALUES (?, ?, ?)", sorted(usages))
        self._part_counts(parts)

    def _relinked(self, path: str, reason: str, resolution: Resolution) -> None:
        names = bool(resolution.targets or resolution.bases or path in self.moved)
        if names or resolution.links or resolution.related or resolution.spoken:
            self.note(ResolutionChanged(path, names), reason)
        linker = self.tables.resolver.linker(path)
        if linker.hands_on(path) or linker.shares(path):
            self.note(OffersChanged(path), reason)

    def _rows(
        self, path: str
    ) -> tuple[set[tuple[str, int, str]], set[tuple[str, str, str]], set[str], set[tuple[str, bytes]]]:
        uses = {
            (str(target), int(how), str(name))
            for target, how, name in self.db.execute("SELECT target, how, name FROM use WHERE path = ?", (path,))
        }
        bases = {
            (str(base), str(base_name), str(name))
            for base, base_name, name in self.db.execute(
                "SELECT base, base_name, name FROM subclass WHERE path = ?", (path,)
            )
        }
        wants = {str(name) for (name,) in self.db.execute("SELECT name FROM want WHERE path = ?", (path,))}
        used = {
            (str(target), bytes(each))
            for target, each in self.db.execute("SELECT target, used FROM usage WHERE path = ?", (path,))
        }
        return uses, bases, wants, used

    def _gone(
        self,
        path: str,
        old_uses: set[tuple[str, int, str]],
        old_bases: set[tuple[str, str, str]],
        new_uses: set[tuple[str, int, str]],
        new_bases: set[tuple[str, str, str]],
        parts: Counter[tuple[str, str, str]],
    ) -> None:
        """The pages of the sources that ``path`` no longer uses, or uses now, or whose tests it has in another way."""
        if any(how == RUNS for _, how, _ in old_uses ^ new_uses):
            for target, how, _ in old_uses | new_uses:
                if how not in (CHAIN, SPEAKS):
                    self.note(ImportersChanged(target), f"the tests of {path} are run in another way")
        if any(how == STARTS for _, how, _ in old_uses ^ new_uses):
            self.note(StartsChanged(path), f"{path} starts other things")
        for target, how, _ in old_uses ^ new_uses:
            if how in (CHAIN, SPEAKS):
                continue
            self.note(ImportersChanged(target), f"{path} imports other things")
        for base, _, _ in old_bases ^ new_bases:
            self.note(SubclassesChanged(base), f"{path} derives from other classes")
        for sign, uses in ((-1, old_uses - new_uses), (1, new_uses - old_uses)):
            for target, how, _ in uses:
                if how == IMPORTS:
                    parts[_parts(path, target)] += sign

    def _part_counts(self, parts: Counter[tuple[str, str, str]]) -> None:
        rows = [(*key, count) for key, count in sorted(parts.items()) if count]
        query = "SELECT 1 FROM part WHERE folder = ? AND importer = ? AND imported = ?"
        former = set() if self.first else {row[:3] for row in rows if self.db.execute(query, row[:3]).fetchone()}
        self.db.executemany(
            "INSERT INTO part VALUES (?, ?, ?, ?) ON CONFLICT (folder, importer, imported)"
            " DO UPDATE SET count = count + excluded.count",
            rows,
        )
        self.db.execute("DELETE FROM part WHERE count <= 0")
        if self.first:
            return
        for key in [row[:3] for row in rows]:
            if (key in former) != bool(self.db.execute(query, key).fetchone()):
                folder, *names = key
                chapters = tuple(self._chapters((folder,)))
                folders = all(self.tables.holds(join(folder, name)) for name in names)
                self.note(PartsChanged(folder, folders, chapters), "imports between its parts changed")

    def note(self, change: Change, reason: str) -> None:
        """Note what changed; the first reason counts that says more than ANEW."""
        if self.anew and reason not in self.own_reasons:  # a name that "was added" was not: its row was
            reason = ANEW
        if self.noted.get(change, ANEW) == ANEW:
            self.noted.pop(change, None)
            self.noted[change] = reason

    def _tasks(self) -> dict[str, str]:
        """The tasks whose pages may differ, and why."""
        found: dict[str, str] = {}
        for change, reason in self.noted.items():
            for task in self.touched(change):
                if found.setdefault(task, reason) == ANEW:
                    found[task] = reason
        return found


def _used(resolution: Resolution) -> set[tuple[str, bytes]]:
    """(path, which of its definitions are used by which, as a row has it)."""
    found: dict[str, dict[tuple[str, str, str], bool]] = {}
    for each in resolution.usages:
        used = found.setdefault(each.path, {})
        key = each.name, each.rest, each.owner
        used[key] = used.get(key, False) or each.called
    return {(path, encode_used(sorted((*key, called) for key, called in used.items()))) for path, used in found.items()}


def _said(facts: Facts) -> object:
    """What pages of other sources say of the definitions of one."""
    return facts.language, facts.doc, facts.title, [
        (each.kind, each.name, each.signature, each.declaration, each.doc, each.traits, each.decorators, each.bases)
        for each in facts.definitions
    ]  # fmt: skip


def _members(facts: Facts) -> object:
    """What pages list of the classes of a source where another inherits from them, and what decides of which first."""
    derived = [(each.name, each.bases) for each in facts.definitions if each.bases]
    return facts.language, members(facts, load(facts.language)), derived


def _named(summary: FileSummary | None) -> object:
    """What is said of a folder without description because of a source in it."""
    return (summary.public, summary.names) if summary is not None and summary.public and not summary.test else None


def _counted_as(summary: FileSummary | None) -> list[str]:
    """What a source is counted as."""
    return [summary.language or summary.label] if summary is not None and summary.kind == "file" else []


def _parts(path: str, target: str) -> tuple[str, str, str]:
    """(folder, importer, imported): the innermost folder that holds both, and its parts on either side."""
    mine, yours = path.split("/"), target.split("/")
    depth = 0
    while depth < len(mine) - 1 and depth < len(yours) - 1 and mine[depth] == yours[depth]:
        depth += 1
    return "/".join(mine[:depth]), mine[depth], yours[depth]
