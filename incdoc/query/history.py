"""The facts of a commit or of the work tree: by content from the store, the others read from git's objects or from
disk."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property

from incdoc.config import SourceError
from incdoc.engine.changes import ChangeSet
from incdoc.engine.fact_reader import collected, item, reading
from incdoc.engine.keys import facts_key
from incdoc.engine.plan import decode_facts, facts_of
from incdoc.engine.worker import Source
from incdoc.engine.workspace import Workspace
from incdoc.languages import outline_of
from incdoc.languages.facts import Facts
from incdoc.languages.outline import Outline
from incdoc.links.resolve import Resolver
from incdoc.sources import Entry
from incdoc.sources.objects import Item, contents
from incdoc.sources.paths import ancestors, parent

Reader = Callable[[Iterable[tuple[str, bytes]]], Iterator[tuple[str, bytes, bytes]]]
"""(path, blob id) of sources -> (path, blob id, bytes) of those that can be read; the blob id is that of the bytes."""


def facts_at(
    workspace: Workspace, files: Iterable[tuple[str, bytes]], read: Reader | None = None
) -> Iterator[tuple[str, Facts]]:
    """(path, facts) of each (path, blob id), the known ones first. ``read``: by default from git's objects. A file that
    cannot be read, or whose worker crashes, is left out and reported.

    Raises SourceError if git does not have a content.
    """
    unknown: dict[str, bytes] = {}
    for path, blob in files:
        known = facts_of(workspace.store, facts_key(workspace.languages, path, blob))
        if known is None:
            unknown[path] = blob
        else:
            yield path, known
    blobs: dict[str, bytes] = {}

    def items() -> Iterator[tuple[str, Source, int]]:
        for path, blob, data in (read or _from_git(workspace.config.root))(unknown.items()):
            blobs[path] = blob
            yield item(workspace.languages, path, data)

    prefetched = reading(workspace.readers(len(unknown)), items())
    for number, path in enumerate(unknown):
        workspace.progress("reading sources", number, len(unknown))
        try:
            found = collected(prefetched, path, workspace.config)
        except KeyError:
            continue  # what reads it has reported it
        if isinstance(found, str):
            workspace.incomplete = True
            workspace.say(f"{path} {found}. It is left out of the answer.")
            continue
        workspace.store.facts.put(facts_key(workspace.languages, path, blobs[path]), found.facts)
        yield path, decode_facts(found.facts)
    workspace.progress("", 0, 0)


def _from_git(root: str) -> Reader:
    def read(files: Iterable[tuple[str, bytes]]) -> Iterator[tuple[str, bytes, bytes]]:
        paths: dict[bytes, list[str]] = {}
        for path, blob in files:
            paths.setdefault(blob, []).append(path)
        for blob, data in contents(root, paths):
            for path in paths[blob]:
                yield path, blob, data

    return read


def from_disk(workspace: Workspace, changes: ChangeSet) -> Reader:
    """Reads the sources of the listing of ``changes``."""

    def read(files: Iterable[tuple[str, bytes]]) -> Iterator[tuple[str, bytes, bytes]]:
        for path, _ in files:
            try:
                data = changes.read(path)
            except SourceError as error:
                workspace.incomplete = True
                workspace.say(str(error))
                continue
            yield path, changes.entry(path).blob, data

    return read


def entry_of(path: str, item: Item, data: bytes) -> Entry:
    """A path of a commit, with its content, as a scan of its checkout lists it."""
    if item.kind == "file":
        return Entry(path, "file", len(data), item.blob)
    return Entry(path, item.kind, target=data.decode("utf-8", "surrogateescape"))


class CommitFiles:
    """The files of a commit, or of the work tree, as a language links and compares them. ``read``: as in
    ``facts_at``."""

    def __init__(self, workspace: Workspace, items: Mapping[str, Item], read: Reader | None = None) -> None:
        self._workspace = workspace
        self._read = read
        self.files = {path: item for path, item in items.items() if item.kind == "file"}
        self._facts: dict[str, Facts | None] = {}
        self.resolver = Resolver(workspace.languages, self)

    def preload(self, paths: Iterable[str]) -> None:
        """Read the facts of many sources at once."""
        wanted = [(path, self.files[path].blob) for path in paths if path in self.files and path not in self._facts]
        self._facts.update((path, None) for path, _ in wanted)
        self._facts.update(facts_at(self._workspace, wanted, self._read))

    def facts(self, path: str) -> Facts | None:
        """The facts of a file; None if it cannot be read."""
        if path not in self._facts:
            self.preload([path])
        return self._facts.get(path)

    def exists(self, path: str) -> bool:
        """Whether the commit has the file."""
        return path in self.files

    def outline(self, path: str) -> Outline | None:
        """The outline of a file; None if it cannot be read."""
        facts = self.facts(path)
        return outline_of(facts) if facts is not None else None

    def named(self, language: str, name: str) -> tuple[str, ...]:
        """The files that have the name, sorted; of the modules for other languages none, for which all files would have
        to be read."""
        return self._by_name.get(f"{language}:{name}", ())

    @cached_property
    def _by_name(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for path in sorted(self.files):
            for name in self.resolver.names(path):
                found[name] = (*found.get(name, ()), path)
        return found

    def holds(self, folder: str) -> bool:
        """Whether there is a file in the folder or below."""
        return folder in self._folders

    @cached_property
    def _folders(self) -> set[str]:
        return {folder for path in self.files for folder in ancestors(parent(path))}

    def below(self, folder: str) -> list[str]:
        """The files in the folder and below, sorted."""
        return sorted(path for path in self.files if not folder or path.startswith(f"{folder}/"))

    def kind(self, path: str) -> str:
        """Not known."""
        return ""

    def repository(self, path: str) -> str:
        """Not known."""
        return ""
