"""Repositories as a dict path -> text, and link tables updated to them as a build does it."""

from __future__ import annotations

from functools import lru_cache, partial
from typing import TYPE_CHECKING, Self

from incdoc import languages
from incdoc.config import EXPORTS, Config
from incdoc.engine.keys import digests, facts_key
from incdoc.engine.plan import Planner
from incdoc.links import summary as summaries
from incdoc.links.summary import FileSummary
from incdoc.links.tables import Tables
from incdoc.links.update import LINK_TABLES, SourceChange, apply
from incdoc.pages.kind import encode
from incdoc.pages.kinds import NAMES, active, joined, path_of, touched_by
from incdoc.sources import blob_id
from incdoc.store import Store
from incdoc.thresholds import CHANGES_FOR_WHOLE_TABLES
from tests.support import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path
    from random import Random

    from incdoc.languages.facts import Facts
    from incdoc.languages.resolution import Resolution, Target

LINK = "symbolic link to "
"""A file with this text represents a symbolic link: it is listed and has no pages."""

_FACTS: dict[bytes, Facts] = {}


@lru_cache(maxsize=1 << 12)
def change_of(path: str, text: str, why: str) -> SourceChange:
    """The change that a build hands to the link tables for a source with this text."""
    if text.startswith(LINK):
        label = LANGUAGES.detect(path).label
        return SourceChange(path, b"", FileSummary("link", label, "", 0, detail=text.removeprefix(LINK)), why)
    data = text.encode()
    language = LANGUAGES.of_content(path, data)
    key = facts_key(LANGUAGES, path, blob_id(data))
    facts = _FACTS.get(key)
    if facts is None:
        facts = _FACTS[key] = language.read(data)
    outline = languages.outline_of(facts)
    summary = summaries.make(LANGUAGES, path, len(data), outline)
    return SourceChange(path, b"" if facts.binary else key, summary, why, None if facts.binary else outline)


class Repository:
    """Link tables in their own store, and the files that they describe."""

    def __init__(
        self,
        store: Path,
        files: dict[str, str] | None = None,
        page_kb: int = 512,
        many: int = CHANGES_FOR_WHOLE_TABLES,
        exports: tuple[str, ...] = (),
    ) -> None:
        self.store = Store(str(store))
        self.tables = Tables(self.store, _FACTS.get, lambda path, facts_key: None, LANGUAGES)
        self.config = Config("/nowhere", max_page_kb=page_kb, exports=exports)
        self.files: dict[str, str] = {}
        self._many = many
        if files:
            self.become(files)

    def empty(self) -> None:
        """Forget everything: the next ``become`` builds from nothing."""
        with self.store.transaction() as db:
            for table in (*LINK_TABLES, "pending", "page", "fragment"):
                db.execute(f"DELETE FROM {table}")
        self.tables.reset()
        self.files = {}

    def become(self, files: dict[str, str]) -> None:
        """Have exactly ``files``; the tables get the changes in one update, as after a scan."""
        changes = [SourceChange(path, why="was removed") for path in sorted(self.files.keys() - files.keys())]
        for path, text in sorted(files.items()):
            if self.files.get(path) != text:
                changes.append(change_of(path, text, "changed" if path in self.files else "was added"))
        apply(self.tables, changes, partial(touched_by, active(self.config)), self._many)
        for name in joined(self.config):
            self.store.fragments.settle(name)
        self.files = dict(files)

    def edit(self, **files: str | None) -> dict[str, str]:
        """``become`` with some files changed (``a__b_py`` will not do: pass ``**{"a/b.py": ...}``); what is pending."""
        after = self.files | {path: text for path, text in files.items() if text is not None}
        for path, text in files.items():
            if text is None:
                del after[path]
        self.settle()
        self.become(after)
        return self.pending()

    def settle(self) -> None:
        """As after a build: nothing is pending."""
        self.store.db.execute("DELETE FROM pending")

    def pending(self) -> dict[str, str]:
        """The tasks to look at, as the build asks for them."""
        return self.planner().expand(self.store.pages.pending())

    def rows(self) -> dict[str, list[tuple[object, ...]]]:
        """The link tables, sorted."""
        return {table: sorted(self.store.query(f"SELECT * FROM {table}"), key=repr) for table in LINK_TABLES}

    def planner(self) -> Planner:
        return Planner(self.tables, self.config, digests(self.config))

    def inputs(self) -> dict[str, bytes]:
        """The inputs of every page: its key without the code and the templates."""
        planner = self.planner()
        found = {}
        for kind in NAMES:
            for task in planner.every(kind):
                planned = planner.page(task)
                assert planned is not None, task
                found[task] = encode(planned.inputs)
        return found

    def record(self, inputs: dict[str, bytes]) -> None:
        """Record the pages as written."""
        planner = self.planner()
        self.store.db.execute("DELETE FROM page")
        rows = []
        for task, encoded in inputs.items():
            planned = planner.page(task)
            assert planned is not None
            rows.append((path_of(task), task, encoded, b""))
        with self.store.transaction() as db:
            db.executemany("INSERT INTO page VALUES (?, ?, ?, ?)", rows)

    # shortcuts

    def resolve(self, path: str) -> Resolution:
        return self.tables.resolver.resolve(path)

    def target(self, path: str, number: int = 0) -> Target:
        """What one import of a source leads to."""
        return self.resolve(path).targets[number]

    def reads(self, path: str) -> list[str]:
        """What the imports of a source lead to, each in one word: a path, ``path -> definer:name``, or the kind."""
        said = []
        for target in self.resolve(path).targets:
            word = target.path if target.kind in ("source", "folder") else target.kind
            if target.candidates:
                word += ": " + " ".join(target.candidates)
            if target.definer:
                word += f" -> {target.definer}:{target.name}" if target.definer != target.path else f":{target.name}"
            if target.others:
                word += f" ({target.condition})"
                word += "".join(f" or {each.path}:{each.name} ({each.condition})" for each in target.others)
            said.append(word)
        return said


class Pair:
    """A repository that is updated, and one that is built from nothing after each change."""

    def __init__(
        self,
        folder: Path,
        files: dict[str, str] | None = None,
        page_kb: int = 512,
        many: int = CHANGES_FOR_WHOLE_TABLES,
    ) -> None:
        self.live = Repository(folder / "live" / "store.db", files, page_kb, many, EXPORTS)
        self._clean = Repository(folder / "clean" / "store.db", page_kb=page_kb, exports=EXPORTS)

    def become(self, files: dict[str, str]) -> set[str]:
        """Have ``files`` in both, and compare their tables, resolutions and inputs of pages. Each page whose inputs
        differ from those before, which are returned, must be pending."""
        before = self.live.inputs()
        self.live.record(before)
        self.live.settle()
        self.live.become(files)
        self._clean.empty()
        self._clean.become(files)
        live, clean = self.live.rows(), self._clean.rows()
        for table in LINK_TABLES:
            assert live[table] == clean[table], table
        for path in files:
            assert self.live.resolve(path) == self._clean.resolve(path), path
        after = self.live.inputs()
        assert after == self._clean.inputs()
        touched = {task for task in before | after if before.get(task) != after.get(task)}
        pending = self.live.pending().keys()
        assert touched <= pending, sorted(touched - pending)
        return touched

    def edit_at_random(self, chance: Random, texts: Mapping[str, Sequence[str]], steps: int = 60) -> Self:
        """Steps in each of which some of the files with ``texts`` appear, change, lose a line or go."""
        paths = sorted(texts)
        for _ in range(steps):
            files = dict(self.live.files)
            for path in chance.sample(paths, chance.randint(1, min(3, len(paths)))):
                lines = files.get(path, "").splitlines(keepends=True)
                if lines and chance.random() < 0.4:
                    files[path] = "".join(chance.sample(lines, len(lines) - 1))
                elif path in files and chance.random() < 0.5:
                    del files[path]
                else:
                    files[path] = chance.choice(texts[path])
            self.become(files)
        return self
