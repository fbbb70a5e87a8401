"""The sources, tests and pages that a change reaches, from the link tables.

Terms: a source is **changed** if it differs from the commit's file at its path. A changed source **reaches** the files
that execute it when they are imported: its importers, their importers, and so on. A package's ``__init__`` reaches all
modules below, because importing one imports its packages first; a ``conftest.py`` reaches the tests of its folder. Too
many files may be reached, never too few, except for imports by a computed name, which are not seen.

**Pages** are exact: a copy of the link tables is updated back to the commit, as a build updates them forward, and a
page is affected if its key differs between the two.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from functools import cached_property

from msgspec import Struct

from incdoc.engine.changes import change_to
from incdoc.engine.plan import Planner, tables_of
from incdoc.links.names import Layout, is_module, parent, stem
from incdoc.links.outline import Outline
from incdoc.links.update import SourceChange, apply
from incdoc.pages.render import page_of
from incdoc.query.dry_run import DryRun
from incdoc.query.history import entry_of, facts_at
from incdoc.sources import Entry, algorithm_of, blob_id, escape_non_utf8
from incdoc.sources.conversion import Differing, unchanged
from incdoc.sources.listing import eligible
from incdoc.sources.objects import Item, commit, contents, tree
from incdoc.store.snapshot import Snapshot


class Changed(Struct, frozen=True):
    """A source that differs from the commit. ``state``: ``changed``, ``added``, ``removed``."""

    path: str
    state: str


def _differs(entry: Entry, item: Item) -> bool:
    """Whether the bytes at a path differ from those of the commit."""
    if item.kind == "link" and entry.kind == "link":
        target = entry.target.encode("utf-8", "surrogateescape")
        return blob_id(target, algorithm_of(item.blob)) != item.blob
    if item.kind == "link" and entry.kind == "file":  # git writes files if the file system has no links
        return entry.blob != item.blob
    return entry.kind != item.kind or (item.kind == "file" and entry.blob != item.blob)


class Affected:
    """What differs from the commit ``since`` in a linked ``dry_run``, and what that reaches. Raises SourceError."""

    def __init__(self, dry_run: DryRun, since: str) -> None:
        self._session = dry_run.session
        self._config = dry_run.config
        self._tables = dry_run.session.workspace.tables
        root = self._config.root
        self.commit = commit(root, since)
        """The commit's id in hex."""
        self._then = {  # a name that is not UTF-8 has no pages, as in a listing
            escape_non_utf8(path): item if escape_non_utf8(path) == path else Item("special", b"")
            for path, item in tree(root, self.commit, self._session.workspace.say).items()
        }

    @cached_property
    def changed(self) -> list[Changed]:
        """Sorted by path."""
        now = self._session.changes.listing.entries
        states: dict[str, str] = {}
        for path in eligible(self._config, now.keys() | self._then.keys()):
            entry, item = now.get(path), self._then.get(path)
            if item is None:
                states[path] = "added"
            elif entry is None:
                states[path] = "removed"
            elif _differs(entry, item):
                states[path] = "changed"
        files = [
            Differing(path, self._then[path].blob)
            for path, state in states.items()
            if state == "changed" and now[path].kind == self._then[path].kind == "file"
        ]
        same = unchanged(self._config.root, files)
        return [Changed(path, state) for path, state in states.items() if path not in same]

    @cached_property
    def sources(self) -> list[str]:
        """The changed sources that exist, and those that they reach, sorted."""
        seen = {each.path for each in self.changed}
        queue = list(seen)
        while queue:
            for path in self._reached_by(queue.pop()):
                if path not in seen:
                    seen.add(path)
                    queue.append(path)
        gone = {each.path for each in self.changed if each.state == "removed"}
        return sorted(seen - gone)

    @property
    def tests(self) -> list[str]:
        """Those of ``sources`` that have tests."""
        return [path for path in self.sources if self._tables.is_test(path)]

    def _reached_by(self, path: str) -> Iterator[str]:
        if not is_module(path):
            return
        tables = self._tables
        yield from tables.referrers_of(path)
        name = path.rpartition("/")[2]
        if name in ("__init__.py", "__init__.pyi"):
            yield from filter(is_module, tables.below(parent(path)))
        elif name == "conftest.py":
            yield from filter(tables.is_test, tables.below(parent(path)))
        if not tables.exists(path):  # a file that still looks for it has no other row
            for wanted in ("/" + stem(path), *self._layout.names(path)):
                yield from tables.files_looking_up(wanted)

    @cached_property
    def _layout(self) -> Layout:
        """The roots of the commit's sources."""
        return Layout(lambda path: path in self._then)

    @cached_property
    def pages(self) -> list[str]:
        """The pages that differ between the commit and now, relative to the repository, sorted."""
        found: set[str] = set()
        changes = list(self._back())  # so that their facts are in the store that is copied
        with closing(Snapshot.copy_of(self._session.store)) as store:
            then = tables_of(self._config, store)
            with store.transaction() as db:
                db.execute("DELETE FROM pending")
            apply(then, changes)
            before = Planner(then, self._config, self._session.workspace.digests)
            after = self._session.workspace.planner
            for task in after.expand(before.expand(store.pending())):
                plans = before.page(task), after.page(task)
                if len({plan and plan.key for plan in plans}) > 1:
                    found.update(f"{self._config.output}/{page_of(plan.inputs)}" for plan in plans if plan)
        return sorted(found)

    def _back(self) -> Iterator[SourceChange]:
        """The changes that update the link tables to the commit."""
        items = {each.path: self._then.get(each.path) for each in self.changed}
        files = [(path, item.blob) for path, item in items.items() if item is not None and item.kind == "file"]
        facts = dict(facts_at(self._session.workspace, files))
        stored = [item.blob for item in items.values() if item is not None and item.kind in ("file", "link")]
        data = dict(contents(self._config.root, stored))
        for path, item in items.items():
            if item is None:
                yield change_to(path, None, None, "was removed")
            elif item.kind != "file" or path in facts:
                entry = entry_of(path, item, data.get(item.blob, b""))
                outline = Outline.of(facts[path]) if path in facts else None
                yield change_to(path, entry, outline, "changed")
