"""Updating the link tables for the changes of a build.

In a first build, workers resolve while this process writes rows. They see neither the rows, which are not committed,
nor the store. All that a resolution needs is in the memory that they inherit: whole tables of names, and the outlines
of the changes.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from msgspec import msgpack

from incdoc.engine.changes import ChangeSet
from incdoc.engine.fact_reader import FactReader
from incdoc.engine.workspace import Workspace
from incdoc.executors.inherited import Inherited
from incdoc.executors.prefetch import BatchPrefetcher, LostError
from incdoc.languages.resolution import Resolution
from incdoc.links.changes import Change, IndexChanged
from incdoc.links.tables import Tables
from incdoc.links.update import Resolved, apply
from incdoc.pages.kinds import active, touched_by

_BATCH = 128
"""Sources that are resolved together: about 20 ms."""


def link(workspace: Workspace, changes: ChangeSet, parsing: FactReader) -> None:
    """Hand every change to the link tables; a source without facts fails and is not changed in them."""
    parsing.forget_lost()
    found = []
    for path, entry in sorted(changes.to_link.items()):
        if path in changes.failed:
            continue
        outline = parsing.outline(path) if entry is not None and entry.kind == "file" else None
        if path not in changes.failed and (change := changes.link(path, outline)):
            found.append(change)
    if changes.anew and changes.failed:  # the rows of what failed would be lost
        changes.anew = False
        found = [change for change in found if change.path in changes.entries]
    parsing.forget_outlines()
    elsewhere = parsing.prefetches and workspace.executors.pages.inherits
    number = _tables.add(workspace.tables)
    try:
        apply(
            workspace.tables,
            found,
            partial(_touched, workspace),
            elsewhere=partial(_elsewhere, workspace, number) if elsewhere else None,
            version=workspace.links_version,
            anew=changes.anew,
        )
    finally:
        _tables.remove(number)


def _touched(workspace: Workspace, change: Change) -> Iterator[str]:
    if isinstance(change, IndexChanged):
        workspace.indexed |= change.paths
    return touched_by(active(workspace.config), change)


def _elsewhere(workspace: Workspace, number: int, paths: list[str]) -> Resolved:
    """Start resolving in workers, which inherit the tables of ``number``. The result waits for the resolutions and ends
    the workers."""
    work = partial(_resolve, number)
    every = len(paths)  # all at once: this process is busy and hands out no more
    items = ((path, path, 1) for path in paths)
    prefetched: BatchPrefetcher[str, bytes] = BatchPrefetcher(workspace.fresh_workers(), work, items, _BATCH, every)
    prefetched.advance()

    def resolved() -> Iterator[tuple[str, Resolution]]:
        for path in paths:
            try:
                yield path, _decode(prefetched.collect(path))
            except LostError:
                continue  # it is resolved here, as everything is without workers
        workspace.executors.pages.close()

    return resolved


_tables: Inherited[Tables] = Inherited()
_encode = msgpack.Encoder().encode
_decode = msgpack.Decoder(Resolution).decode


def _resolve(number: int, paths: list[str]) -> list[bytes]:
    """In a worker: resolve each source with the tables of that number; the resolutions, encoded."""
    tables = _tables.get(number)
    assert tables is not None
    return [_encode(tables.resolver.resolve(path)) for path in paths]
