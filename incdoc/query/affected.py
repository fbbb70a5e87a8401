"""The sources, tests and pages that a change reaches, from the link tables.

Terms: a source is **changed** if it differs from the commit's file at its path. A changed source **reaches** the files
that execute it when they are imported: its importers, their importers, and so on. A package's ``__init__`` reaches all
modules below, because importing one imports its packages first; a ``conftest.py`` reaches the tests of its folder. Too
many files may be reached, never too few, except for imports by a computed name, which are not seen. A changed file that
is **not followed** may matter to any test: no references are read of it, or none that lead to all tests.

**Pages** are exact: a copy of the link tables is updated back to the commit, as a build updates them forward, and a
page is affected if its key differs between the two.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from functools import cached_property, partial

from incdoc.engine.changes import change_to
from incdoc.engine.plan import Planner, tables_of
from incdoc.languages import outline_of
from incdoc.links.update import SourceChange, apply
from incdoc.pages.kinds import active, joined, path_of, touched_by
from incdoc.query.changed import Changed, changed_since, items_at
from incdoc.query.dry_run import DryRun
from incdoc.query.history import CommitFiles, entry_of, facts_at
from incdoc.sources.objects import commit, contents
from incdoc.store.snapshot import Snapshot


class Affected:
    """What differs from the commit ``since`` in a linked ``dry_run``, and what that reaches. Raises SourceError."""

    def __init__(self, dry_run: DryRun, since: str) -> None:
        self._session = dry_run.session
        self._config = dry_run.config
        self._tables = dry_run.session.workspace.tables
        root = self._config.root
        self.commit = commit(root, since)
        """The commit's id in hex."""
        self._then = items_at(root, self.commit, self._session.workspace.say)

    @cached_property
    def changed(self) -> list[Changed]:
        """Sorted by path."""
        return changed_since(self._config, self._then, self._session.changes.listing.entries)

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
        """Those of ``sources`` that are tests."""
        return [path for path in self.sources if self._tables.is_test(path)]

    @cached_property
    def every_test(self) -> list[str]:
        """All tests of the repository, sorted."""
        self._tables.preload_sources()
        return [path for path in self._tables.below("") if self._tables.is_test(path)]

    @cached_property
    def not_followed(self) -> list[str]:
        """The changed files that are no code, or code that the references of this repository's tests do not lead to."""
        languages = self._session.workspace.languages
        tested = {self._tables.language(path) for path in self.every_test} if self.changed else set()
        families = {language.family or language.name for language in tested}
        compiled = all(language.native for language in tested)
        found = []
        for path in (each.path for each in self.changed):
            language = self._tables.language(path)
            follows = language.refers and (compiled or not language.native)
            tested_too = (language.family or language.name) in families
            if path.rpartition("/")[2] in languages.manifests or not (follows and tested_too):
                found.append(path)
        return found

    def _reached_by(self, path: str) -> Iterator[str]:
        tables = self._tables
        yield from tables.executing(path)
        yield from tables.resolver.linker(path).executed_by(path)
        if not tables.exists(path):  # a file that still looks for it has no other row
            executed = self._commit_files.resolver.linker(path).executed_by(path)
            yield from filter(tables.exists, executed)
            for wanted in self._commit_files.resolver.lookups(path):
                yield from tables.files_looking_up(wanted)

    @cached_property
    def _commit_files(self) -> CommitFiles:
        """The commit's sources, which their names depend on."""
        return CommitFiles(self._session.workspace, self._then)

    @cached_property
    def pages(self) -> list[str]:
        """The pages that differ between the commit and now, relative to the repository, sorted."""
        found: set[str] = set()
        changes = list(self._back())  # so that their facts are in the store that is copied
        with closing(Snapshot.copy_of(self._session.store)) as store:
            then = tables_of(self._config, store)
            store.pages.finish_all()
            apply(then, changes, partial(touched_by, active(self._config)))
            for name in joined(self._config):
                store.fragments.settle(name)
            before = Planner(then, self._config, self._session.workspace.digests)
            after = self._session.workspace.planner
            for task in after.expand(before.expand(store.pages.pending())):
                plans = before.page(task), after.page(task)
                if len({plan and plan.key for plan in plans}) > 1:
                    found.update(self._config.place(path_of(plan.task)) for plan in plans if plan)
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
                yield change_to(self._session.workspace.languages, path, None, None, "was removed")
            elif item.kind != "file" or path in facts:
                entry = entry_of(path, item, data.get(item.blob, b""))
                outline = outline_of(facts[path]) if path in facts else None
                yield change_to(self._session.workspace.languages, path, entry, outline, "changed")
