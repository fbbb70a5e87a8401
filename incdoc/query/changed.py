"""Which sources differ between a commit and the work tree, or between two commits.

Paths are those that the settings choose. Pages that incdoc generated, for whatever output or project, are no sources.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Literal

from msgspec import Struct

from incdoc.config import Config
from incdoc.sources import Entry, algorithm_of, blob_id, escape_non_utf8
from incdoc.sources.candidates import eligible
from incdoc.sources.conversion import Differing, unchanged
from incdoc.sources.mark import is_page, may_be_page
from incdoc.sources.objects import Item, contents, tree

ChangedState = Literal["changed", "added", "removed"]


class Changed(Struct, frozen=True):
    """A source that differs from the commit."""

    path: str
    state: ChangedState


def items_at(root: str, commit: str, say: Callable[[str], None]) -> dict[str, Item]:
    """Every path of a commit; a name that is not UTF-8 has no pages, as in a listing. Raises SourceError."""
    return {
        escape_non_utf8(path): item if escape_non_utf8(path) == path else Item("special", b"")
        for path, item in tree(root, commit, say).items()
    }


def changed_since(config: Config, then: dict[str, Item], now: Mapping[str, Entry]) -> list[Changed]:
    """The sources that differ between a commit and the work tree, sorted by path. Drops the pages among them from
    ``then``. Raises SourceError."""
    states: dict[str, ChangedState] = {}
    for path in eligible(config, now.keys() | then.keys()):
        entry, item = now.get(path), then.get(path)
        if item is None:
            states[path] = "added"
        elif entry is None:
            states[path] = "removed"
        elif _differs(entry, item):
            states[path] = "changed"
    for path in _pages(config, then, (path for path, state in states.items() if state != "added")):
        del then[path]
        if path in now:
            states[path] = "added"
        else:
            del states[path]
    files = [
        Differing(path, then[path].blob)
        for path, state in states.items()
        if state == "changed" and now[path].kind == then[path].kind == "file"
    ]
    same = unchanged(config.root, files)
    return [Changed(path, state) for path, state in states.items() if path not in same]


def changed_between(config: Config, then: dict[str, Item], now: dict[str, Item]) -> list[Changed]:
    """The sources that differ between two commits, sorted by path. Drops the pages among them from both. Raises
    SourceError."""
    differing = [path for path in eligible(config, now.keys() | then.keys()) if then.get(path) != now.get(path)]
    for items in (then, now):
        for path in _pages(config, items, differing):
            del items[path]
    return [
        Changed(path, "added" if path not in then else "removed" if path not in now else "changed")
        for path in differing
        if path in then or path in now
    ]


def _differs(entry: Entry, item: Item) -> bool:
    """Whether the bytes at a path differ from those of the commit."""
    if item.kind == "link" and entry.kind == "link":
        target = entry.target.encode("utf-8", "surrogateescape")
        return blob_id(target, algorithm_of(item.blob)) != item.blob
    if item.kind == "link" and entry.kind == "file":  # git writes files if the file system has no links
        return entry.blob != item.blob
    return entry.kind != item.kind or (item.kind == "file" and entry.blob != item.blob)


def _pages(config: Config, items: Mapping[str, Item], paths: Iterable[str]) -> list[str]:
    """Those of ``paths`` that are pages in the commit: of another output or another project."""
    files = [path for path in paths if may_be_page(path) and path in items and items[path].kind == "file"]
    data = dict(contents(config.root, (items[path].blob for path in files)))
    return [path for path in files if is_page(data[items[path].blob])]
