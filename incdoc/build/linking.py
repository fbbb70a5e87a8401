"""The link tables brought up to a build's changes; where nothing was known before, workers resolve while this process
writes."""

from __future__ import annotations

import gc
from collections.abc import Iterator

from incdoc.build import work
from incdoc.build.ahead import Ahead, LostError
from incdoc.build.changes import Changes
from incdoc.build.parsing import Parsing
from incdoc.build.workspace import Workspace
from incdoc.links.resolve import Resolution
from incdoc.links.update import Resolved, apply

_BATCH = 128
"""Sources that are resolved together: about 20 ms."""


def link(workspace: Workspace, changes: Changes, parsing: Parsing) -> None:
    """Hand every change to the link tables; a source whose facts cannot be had fails and is left as it was."""
    found = []
    for path, entry in sorted(changes.entries.items()):
        if path in changes.failed:
            continue
        outline = parsing.outline(path) if entry is not None and entry.kind == "file" else None
        if path not in changes.failed and (change := changes.link(path, outline)):
            found.append(change)
    apply(workspace.tables, found, elsewhere=lambda paths: _resolve_elsewhere(workspace, paths))


def _resolve_elsewhere(workspace: Workspace, paths: list[str]) -> Resolved | None:
    """By workers, who inherit the tables as they are in this process's memory: nothing of it is committed yet."""
    pool = workspace.pool
    if not pool.inherits or workspace.forked:
        return None
    pool.close()  # these workers are older than the tables
    work.prepare(workspace.maker)
    gc.freeze()  # what forked workers share must not be touched by their collections
    ahead: Ahead[str, bytes] = Ahead(pool, work.resolve, ((path, path, 1) for path in paths), _BATCH, len(paths))
    ahead.advance()

    def resolved() -> Iterator[tuple[str, Resolution]]:
        for path in paths:
            try:
                yield path, work.decode_resolution(ahead.collect(path))
            except LostError:
                continue  # it is resolved here

    return resolved
