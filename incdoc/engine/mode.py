"""What a process does with a repository (Mode), and how far its session is (Stage)."""

from __future__ import annotations

from enum import Enum, IntEnum


class Mode(Enum):
    """What a workspace is for. It is given when the workspace is made, and never changes."""

    BUILD = "build"
    """It locks the tree, and writes to the store and the output folder."""
    DRY_RUN = "dry run"
    """It does everything that a build does, but in a snapshot of the store and with a writer that compares."""
    QUERY = "query"
    """It compares the disk with a snapshot of the store, and makes no page."""
    WORKER = "worker"
    """It is in a process that doit forked from a build, and does the tasks that doit gives it: it writes to the store
    and the output folder, but its parent has the lock, links and ends the build."""


class Stage(IntEnum):
    """How far a session is. Only ``Session._enter`` changes it."""

    NEW = 0
    SCANNED = 1
    """What differs between the disk and the link tables is known."""
    LINKED = 2
    """The link tables are up to date, or being brought up to date."""
    SETTLED = 3
    """All problems were reported: when the build ends, it removes orphans."""
    DAMAGED = 4
    """The store was deleted after the scan because of damage: it does not know the unchanged sources."""
