"""The facts of a commit: by content from the store, the others read from git's objects."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from incdoc.engine.fact_reader import collected, item, reading
from incdoc.engine.keys import facts_key
from incdoc.engine.plan import decode_facts, facts_of
from incdoc.engine.workspace import Workspace
from incdoc.languages.facts import Facts
from incdoc.sources import Entry
from incdoc.sources.objects import Item, contents


def facts_at(workspace: Workspace, files: Iterable[tuple[str, bytes]]) -> Iterator[tuple[str, Facts]]:
    """(path, facts) of each (path, blob id), the known ones first. A file whose worker crashes is left out and named.

    Raises SourceError if git does not have a content.
    """
    unknown: list[tuple[str, bytes]] = []
    for path, blob in files:
        known = facts_of(workspace.store, facts_key(path, blob))
        if known is None:
            unknown.append((path, blob))
        else:
            yield path, known
    paths: dict[bytes, list[str]] = {}
    for path, blob in unknown:
        paths.setdefault(blob, []).append(path)
    items = (item(path, data) for blob, data in contents(workspace.config.root, paths) for path in paths[blob])
    prefetched = reading(workspace.readers(len(unknown)), items)
    for path, blob in unknown:
        found = collected(prefetched, path)
        if isinstance(found, str):
            workspace.incomplete = True
            workspace.say(f"{path} {found}. It is left out of the answer.")
            continue
        data, _ = found
        workspace.store.put_facts(facts_key(path, blob), data)
        yield path, decode_facts(data)


def entry_of(path: str, item: Item, data: bytes) -> Entry:
    """A path of a commit, with its content, as a scan of its checkout lists it."""
    if item.kind == "file":
        return Entry(path, "file", len(data), item.blob)
    return Entry(path, item.kind, target=data.decode("utf-8", "surrogateescape"))
