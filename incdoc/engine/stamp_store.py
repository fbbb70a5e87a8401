"""Stamps in the store: all of them as one value, and later changes as rows, until there are many rows."""

from __future__ import annotations

from collections.abc import Mapping

from incdoc.sources import Amendment, Stamps
from incdoc.store import Store
from incdoc.thresholds import STAMP_ROWS, STAMP_SHARE


def load_stamps(store: Store, kind: str) -> Stamps:
    """The stamps of ``sources`` or ``pages``."""
    return Stamps.decode(*store.stamps.get(kind))


def amend_stamps(store: Store, kind: str, changes: Mapping[str, Amendment | None]) -> list[tuple[str, bytes]]:
    """Store a few changes without decoding the rest; returns their rows, or none if there are too many."""
    if len(changes) + store.stamps.count(kind) > STAMP_ROWS:
        return []
    stamps = Stamps()
    stamps.amend(changes)
    rows = list(stamps.delta())
    store.stamps.add(kind, rows, b"")
    return rows


def save_stamps(store: Store, kind: str, stamps: Stamps, state: bytes = b"") -> None:
    """Store the changes. ``state``: the state of the link tables if the stamps are of the same state; else empty."""
    if not stamps.changed and store.get_meta(f"{kind}:state") == state:
        return
    most = max(STAMP_ROWS, len(stamps) // STAMP_SHARE)
    if stamps.whole or len(stamps.touched) + store.stamps.count(kind) > most:
        store.stamps.put(kind, stamps.encode(), state)
    else:
        store.stamps.add(kind, stamps.delta(), state)
    stamps.saved()
