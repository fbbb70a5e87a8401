"""How many pages are recorded: kept between runs, and never when anything was written since."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from incdoc.store.database import Store, file_name
from incdoc.store.snapshot import Snapshot


@pytest.fixture
def path(tmp_path: Path) -> str:
    return str(tmp_path / "cache" / file_name())


def opened(path: str) -> Store:
    store = Store(path)
    store.open()
    return store


def add(store: Store, *pages: str) -> None:
    for page in pages:
        store.pages.put(page, f"docs:{page}", b"key", b"digest")
    store.flush()


def test_it_is_kept_when_the_store_is_closed(path: str) -> None:
    store = opened(path)
    add(store, "a.md", "b.md")
    store.close()
    again = opened(path)
    assert again.get_meta("page count") == b"2"
    assert again.pages.count() == 2
    again.close()


def test_a_page_that_is_recorded_or_dropped_counts_at_once(path: str) -> None:
    store = opened(path)
    add(store, "a.md", "b.md")
    store.close()
    again = opened(path)
    add(again, "c.md")
    assert again.pages.count() == 3
    again.pages.drop("a.md")
    assert again.pages.count() == 2
    again.close()
    assert opened(path).pages.count() == 2


def test_a_process_that_is_killed_leaves_no_count(path: str) -> None:
    store = opened(path)
    add(store, "a.md")
    store.close()
    if (child := os.fork()) == 0:
        try:
            add(opened(path), "b.md")
        finally:
            os._exit(0)  # the store is not closed
    os.waitpid(child, 0)
    after = opened(path)
    assert after.get_meta("page count") is None
    assert after.pages.count() == 2
    after.close()


def test_a_snapshot_counts_what_is_written_to_it(path: str) -> None:
    store = opened(path)
    add(store, "a.md")
    store.close()
    snapshot = Snapshot(path)
    assert snapshot.pages.count() == 1
    add(snapshot, "b.md")
    assert snapshot.pages.count() == 2
    snapshot.close()
