"""The store keeps what it is given, notices damage, and loses at most what was not committed yet."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import msgpack

from incdoc.languages import extract
from incdoc.languages.facts import Facts
from incdoc.store import CacheFolder, Store, file_name, open_store
from incdoc.store.schema import VERSION

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KEY = bytes(range(28))
FACTS = msgpack.encode(
    extract("python", b'"""Doc."""\n\nimport os\n\n\nclass A(B):\n    """In."""\n\n    x: int = 1\n')
)


@pytest.fixture
def path(tmp_path: Path) -> str:
    return str(tmp_path / "cache" / file_name())


@pytest.fixture
def store(path: str) -> Iterator[Store]:
    made = Store(path)
    yield made
    made.close()


def again(store: Store) -> Store:
    store.close()
    return Store(store.path)


# --- what is put is got


def test_facts_put_within_a_long_transaction_are_kept(store: Store) -> None:
    """As when linking finds facts lost and reads the source again: they are written when it ends."""
    with store.transaction():
        for number in range(1000):  # so many are written at once
            store.put_facts(number.to_bytes(20, "big"), FACTS)
    assert again(store).get_facts(bytes(20)) == FACTS


def test_facts_are_returned_before_and_after_they_are_written(store: Store) -> None:
    store.put_facts(KEY, FACTS)
    assert store.get_facts(KEY) == FACTS
    assert store.known_facts([KEY, b"other"]) == {KEY}
    store = again(store)
    assert store.get_facts(KEY) == FACTS
    assert store.known_facts([KEY, b"other"]) == {KEY}
    assert store.get_facts(b"other") is None
    assert msgpack.Decoder(Facts).decode(store.get_facts(KEY) or b"").definitions[0].bases == ("B",)
    store.close()


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.dictionaries(st.binary(min_size=1, max_size=40), st.binary(max_size=300), max_size=20))
def test_any_bytes_are_returned(store: Store, rows: dict[bytes, bytes]) -> None:
    for key, data in rows.items():
        store.put_facts(key, data)
    store.flush()
    assert {key: store.get_facts(key) for key in rows} == rows
    assert store.known_facts(rows) == rows.keys()


def test_more_keys_than_a_statement_takes(store: Store) -> None:
    keys = [number.to_bytes(4, "big") for number in range(2500)]
    for key in keys[::2]:
        store.put_facts(key, FACTS)
    assert store.known_facts(keys) == set(keys[::2])


def test_pages_states_and_singletons(store: Store) -> None:
    store.put_page("b.md", "docs:x.py", b"key", b"digest")
    store.put_page("a.md", "docs:x.py", b"key", b"digest")
    store.put_page("c.md", "kw:x.py", b"key", b"digest")
    store.put_state("docs:x.py", "{}")
    store.put_meta("linked", b"\0\1")
    for each in (store, again(store)):
        assert each.task_pages("docs:x.py") == ["a.md", "b.md"]
        assert each.get_page("a.md") == ("docs:x.py", b"key", b"digest")
        assert each.get_state("docs:x.py") == "{}"
        assert each.get_meta("linked") == b"\0\1"
        assert each.get_page("d.md") is None
        assert each.get_state("d") is None
        assert each.get_meta("d") is None
        store = each
    store.drop_page("a.md")
    store.put_state("docs:x.py", None)
    assert store.get_state("docs:x.py") is None
    store = again(store)
    assert store.all_pages().keys() == {"b.md", "c.md"}
    assert store.get_state("docs:x.py") is None
    store.close()


def test_the_last_value_counts(store: Store) -> None:
    store.put_page("a.md", "docs:x.py", b"1", b"")
    store.flush()
    store.put_page("a.md", "docs:y.py", b"2", b"")
    assert store.get_page("a.md") == ("docs:y.py", b"2", b"")
    store.flush()
    assert store.get_page("a.md") == ("docs:y.py", b"2", b"")
    assert store.task_pages("docs:x.py") == []


def test_a_page_belongs_to_the_last_task_that_took_it(store: Store) -> None:
    store.put_page("a.md", "docs:x.py", b"1", b"")
    store.flush()
    store.put_page("a.md", "docs:y.py", b"2", b"")
    assert store.task_pages("docs:y.py") == ["a.md"]


def test_finished_tasks_are_not_pending(store: Store) -> None:
    with store.transaction() as db:
        db.execute("INSERT INTO pending VALUES ('docs:b', 'why'), ('docs:a', 'so')")
    assert list(store.pending().items()) == [("docs:a", "so"), ("docs:b", "why")]
    store.finish("docs:a")
    store = again(store)
    assert store.pending() == {"docs:b": "why"}
    store.close()


def test_forgetting_a_task_and_all(store: Store) -> None:
    store.put_page("x.md", "docs:x.py", b"key", b"d")
    store.put_facts(KEY, FACTS)
    store.put_meta("linked", b"1")
    store.flush()
    with store.transaction() as db:
        db.execute("INSERT INTO source VALUES ('x.py', '', ?, x'')", (KEY,))
    store.forget("docs:x.py")
    assert store.get_page("x.md") == ("docs:x.py", b"", b"d")
    assert store.pending() == {"docs:x.py": "it was forgotten"}
    store.forget("parse:x.py")
    assert store.get_facts(KEY) is None
    assert store.get_meta("linked") is None
    store.put_facts(KEY, FACTS)
    store.forget_all()
    assert store.get_facts(KEY) is None


def test_a_transaction_is_all_or_nothing(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.transaction() as db:
        db.execute("INSERT INTO pending VALUES ('a', 'b')")
        raise ZeroDivisionError
    assert store.pending() == {}
    with store.transaction() as db:
        db.execute("INSERT INTO pending VALUES ('a', 'b')")
    assert store.pending() == {"a": "b"}


def test_waiting_rows_are_written_although_nothing_was_read(path: str) -> None:
    store = Store(path)
    store.put_facts(KEY, FACTS)
    store = again(store)
    assert store.get_facts(KEY) == FACTS
    store.close()


def test_a_process_has_one_store_a_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert open_store("cache/s.db") is open_store(str(tmp_path / "cache" / "s.db"))
    assert open_store("cache/t.db") is not open_store("cache/s.db")


# --- damage


@pytest.mark.parametrize("place", [0, 3, 4, len(FACTS) // 2, len(FACTS) + 3])
def test_a_flipped_bit_is_a_miss(store: Store, place: int) -> None:
    store.put_facts(KEY, FACTS)
    store.flush()
    (row,) = store.db.execute("SELECT data FROM fact").fetchone()
    changed = bytearray(row)
    changed[place] ^= 4
    store.db.execute("UPDATE fact SET data = ?", (bytes(changed),))
    assert store.get_facts(KEY) is None
    store.put_facts(KEY, FACTS)
    store.flush()
    assert store.get_facts(KEY) == FACTS


@pytest.mark.parametrize("data", [b"", b"\0", b"\0\0\0"])
def test_a_row_that_is_too_short_is_a_miss(store: Store, data: bytes) -> None:
    store.db.execute("INSERT INTO fact VALUES (?, ?)", (KEY, data))
    assert store.get_facts(KEY) is None


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"this is no database at all" * 100,
        lambda data: data[:5000],
        lambda data: data[:1],
        lambda data: b"",
        lambda data: b"\0" * len(data),
        lambda data: data[:16] + b"\xff" * 84 + data[100:],
    ],
    ids=["other", "truncated", "one byte", "empty", "zeros", "header"],
)
def test_a_damaged_database_is_made_again(path: str, damage: object) -> None:
    store = Store(path)
    for number in range(200):
        store.put_facts(number.to_bytes(20, "big"), FACTS)
    store.close()
    with open(path, "rb") as stream:
        data = stream.read()
    with open(path, "wb") as stream:
        stream.write(damage(data))  # type: ignore[operator]
    store = Store(path)
    assert store.pending() == {}
    assert store.known_facts([KEY]) == set()
    store.put_facts(KEY, FACTS)
    store = again(store)
    assert store.get_facts(KEY) == FACTS
    assert store.db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    store.close()


def test_a_lost_write_ahead_log_costs_only_its_rows(path: str) -> None:
    code = f"""
import os
from incdoc.store import Store
store = Store({path!r})
store.put_facts(b"key", b"data")
store.flush()
os._exit(0)
"""
    subprocess.run([sys.executable, "-c", code], check=True)
    assert os.path.exists(path + "-wal")
    with open(path + "-wal", "r+b") as stream:
        stream.truncate(100)
    store = Store(path)
    assert store.get_facts(b"key") is None
    store.put_facts(b"key", b"data")
    store = again(store)
    assert store.get_facts(b"key") == b"data"
    store.close()


@pytest.mark.parametrize("other", [VERSION + 1, VERSION - 1, 99])
def test_the_store_of_another_version_is_left_alone(tmp_path: Path, other: int) -> None:
    CacheFolder(str(tmp_path), "cache").make()
    foreign = tmp_path / "cache" / f"store-{other}.db"
    db = sqlite3.connect(foreign)
    db.executescript(f"CREATE TABLE fact (other TEXT); INSERT INTO fact VALUES ('kept'); PRAGMA user_version={other}")
    db.close()
    before = foreign.read_bytes()
    store = Store(str(foreign.with_name(file_name())))
    store.put_facts(KEY, FACTS)
    store.close()
    assert foreign.read_bytes() == before
    assert file_name() != foreign.name


# --- several processes


def test_a_forked_child_writes_through_its_own_connection(store: Store) -> None:
    store.put_facts(b"before", b"1")
    store.flush()
    store.put_facts(b"waits", b"2")
    inherited = store.db
    child = os.fork()
    if child == 0:
        status = 1
        try:
            own = store.db is not inherited
            store.put_facts(b"child", b"3")
            store.flush()
            read = store.get_facts(b"before") == b"1"
            left = store.get_facts(b"waits") is None  # the parent writes what waits in the parent
            status = 0 if own and read and left else 2
        finally:
            os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert store.get_facts(b"child") == b"3"
    store = again(store)
    assert store.known_facts([b"before", b"waits", b"child"]) == {b"before", b"waits", b"child"}
    store.close()


def test_a_fork_during_a_transaction_does_not_break_the_parent(store: Store) -> None:
    with store.transaction() as db:
        db.execute("INSERT INTO pending VALUES ('a', 'b')")
        child = os.fork()
        if child == 0:
            os._exit(0)
        os.waitpid(child, 0)
        db.execute("INSERT INTO pending VALUES ('c', 'd')")
    assert store.pending() == {"a": "b", "c": "d"}


_WRITE = """
import sys
from incdoc.store import Store
store = Store(sys.argv[1], joins=len(sys.argv) > 4)
for number in range(int(sys.argv[3])):
    store.put_facts(f"{sys.argv[2]}{number}".encode(), b"x" * 100)
    if number % 10 == 0:
        store.flush()
    print(number, flush=True)
store.close()
"""


def test_two_writers_lose_nothing(store: Store, path: str) -> None:
    store.open()
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", _WRITE, path, name, "400", "joins"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        for name in "ab"
    ]
    for process in processes:
        _, error = process.communicate(timeout=60)
        assert process.returncode == 0, error.decode()
    store = again(store)
    keys = [f"{name}{number}".encode() for name in "ab" for number in range(400)]
    assert store.known_facts(keys) == set(keys)
    store.close()


def test_a_killed_writer_keeps_its_batches(path: str) -> None:
    process = subprocess.Popen([sys.executable, "-c", _WRITE, path, "k", "100000"], stdout=subprocess.PIPE)
    assert process.stdout is not None
    last = -1
    for line in process.stdout:
        last = int(line)
        if last >= 3000:
            break
    process.send_signal(signal.SIGKILL)
    process.communicate()
    store = Store(path)
    kept = [number for number in range(last) if store.get_facts(f"k{number}".encode()) is not None]
    assert len(kept) >= 2990
    assert kept == list(range(len(kept)))
    assert store.db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    store.close()


def test_batches_are_written_without_being_asked(path: str) -> None:
    now = [0.0]
    store = Store(path, clock=lambda: now[0])
    for number in range(600):
        store.put_facts(number.to_bytes(4, "big"), b"x")
    other = Store(path, joins=True)
    assert len(other.query("SELECT 1 FROM fact")) == 512
    store.put_facts(b"early", b"x")
    assert other.get_facts(b"early") is None
    now[0] = 0.6
    store.put_facts(b"late", b"x")
    assert other.get_facts(b"early") == other.get_facts(b"late") == b"x"
    now[0] = 0.7
    store.put_facts(b"next", b"x")
    assert other.get_facts(b"next") is None
    other.close()
    store.close()


def test_a_reader_does_not_wait_for_a_writer(store: Store, path: str) -> None:
    store.put_facts(KEY, FACTS)
    store.flush()
    other = Store(path, joins=True)
    with store.transaction() as db:
        db.execute("DELETE FROM fact")
        started = time.monotonic()
        assert other.get_facts(KEY) == FACTS
        assert time.monotonic() - started < 20  # a reader that waits would wait for 30 seconds, and fail
    assert other.get_facts(KEY) is None
    other.close()
