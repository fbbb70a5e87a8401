"""The store keeps what it is given, notices damage, and loses at most what was not committed yet."""

from __future__ import annotations

import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import msgpack

import incdoc
from incdoc.languages import load
from incdoc.languages.facts import Facts
from incdoc.store import CacheFolder, Store, file_name, open_store
from incdoc.store.schema import VERSION

if TYPE_CHECKING:
    from collections.abc import Iterator

KEY = bytes(range(28))
FACTS = msgpack.encode(
    load("python").read(b'"""Doc."""\n\nimport os\n\n\nclass A(B):\n    """In."""\n\n    x: int = 1\n')
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
            store.facts.put(number.to_bytes(20, "big"), FACTS)
    assert again(store).facts.get(bytes(20)) == FACTS


def test_facts_are_returned_before_and_after_they_are_written(store: Store) -> None:
    store.facts.put(KEY, FACTS)
    assert store.facts.get(KEY) == FACTS
    assert store.facts.known([KEY, b"other"]) == {KEY}
    store = again(store)
    assert store.facts.get(KEY) == FACTS
    assert store.facts.known([KEY, b"other"]) == {KEY}
    assert store.facts.get(b"other") is None
    assert msgpack.Decoder(Facts).decode(store.facts.get(KEY) or b"").definitions[0].bases == ("B",)
    store.close()


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.dictionaries(st.binary(min_size=1, max_size=40), st.binary(max_size=300), max_size=20))
def test_any_bytes_are_returned(store: Store, rows: dict[bytes, bytes]) -> None:
    for key, data in rows.items():
        store.facts.put(key, data)
    store.flush()
    assert {key: store.facts.get(key) for key in rows} == rows
    assert store.facts.known(rows) == rows.keys()


def test_more_keys_than_a_statement_takes(store: Store) -> None:
    keys = [number.to_bytes(4, "big") for number in range(2500)]
    for key in keys[::2]:
        store.facts.put(key, FACTS)
    assert store.facts.known(keys) == set(keys[::2])


def test_pages_states_and_singletons(store: Store) -> None:
    store.pages.put("b.md", "docs:x.py", b"key", b"digest")
    store.pages.put("a.md", "docs:x.py", b"key", b"digest")
    store.pages.put("c.md", "kw:x.py", b"key", b"digest")
    store.states.put("docs:x.py", "{}")
    store.put_meta("linked", b"\0\1")
    for each in (store, again(store)):
        assert each.pages.of("docs:x.py") == ["a.md", "b.md"]
        assert each.pages.get("a.md") == ("docs:x.py", b"key", b"digest")
        assert each.states.get("docs:x.py") == "{}"
        assert each.get_meta("linked") == b"\0\1"
        assert each.pages.get("d.md") is None
        assert each.states.get("d") is None
        assert each.get_meta("d") is None
        store = each
    store.pages.drop("a.md")
    store.states.put("docs:x.py", None)
    assert store.states.get("docs:x.py") is None
    store = again(store)
    assert store.pages.all().keys() == {"b.md", "c.md"}
    assert store.states.get("docs:x.py") is None
    store.close()


def test_the_last_value_counts(store: Store) -> None:
    store.pages.put("a.md", "docs:x.py", b"1", b"")
    store.flush()
    store.pages.put("a.md", "docs:y.py", b"2", b"")
    assert store.pages.get("a.md") == ("docs:y.py", b"2", b"")
    store.flush()
    assert store.pages.get("a.md") == ("docs:y.py", b"2", b"")
    assert store.pages.of("docs:x.py") == []


def test_a_page_belongs_to_the_last_task_that_took_it(store: Store) -> None:
    store.pages.put("a.md", "docs:x.py", b"1", b"")
    store.flush()
    store.pages.put("a.md", "docs:y.py", b"2", b"")
    assert store.pages.of("docs:y.py") == ["a.md"]


def test_finished_tasks_are_not_pending(store: Store) -> None:
    with store.transaction() as db:
        db.execute("INSERT INTO pending VALUES ('docs:b', 'why'), ('docs:a', 'so')")
    assert list(store.pages.pending().items()) == [("docs:a", "so"), ("docs:b", "why")]
    store.pages.finish("docs:a")
    store = again(store)
    assert store.pages.pending() == {"docs:b": "why"}
    store.close()


def test_forgetting_a_task_and_all(store: Store) -> None:
    store.pages.put("x.md", "docs:x.py", b"key", b"d")
    store.facts.put(KEY, FACTS)
    store.put_meta("linked", b"1")
    store.flush()
    with store.transaction() as db:
        db.execute("INSERT INTO source VALUES ('x.py', '', ?, x'')", (KEY,))
    store.forget("docs:x.py")
    assert store.pages.get("x.md") == ("docs:x.py", b"", b"d")
    assert store.pages.pending() == {"docs:x.py": "it was forgotten"}
    store.forget("parse:x.py")
    assert store.facts.get(KEY) is None
    assert store.get_meta("linked") is None
    store.facts.put(KEY, FACTS)
    store.forget_all()
    assert store.facts.get(KEY) is None


def test_a_transaction_is_all_or_nothing(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.transaction() as db:
        db.execute("INSERT INTO pending VALUES ('a', 'b')")
        raise ZeroDivisionError
    assert store.pages.pending() == {}
    with store.transaction() as db:
        db.execute("INSERT INTO pending VALUES ('a', 'b')")
    assert store.pages.pending() == {"a": "b"}


def test_waiting_rows_are_written_although_nothing_was_read(path: str) -> None:
    store = Store(path)
    store.facts.put(KEY, FACTS)
    store = again(store)
    assert store.facts.get(KEY) == FACTS
    store.close()


def test_a_process_has_one_store_a_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert open_store("cache/s.db") is open_store(str(tmp_path / "cache" / "s.db"))
    assert open_store("cache/t.db") is not open_store("cache/s.db")


# --- damage


@pytest.mark.parametrize("place", [0, 3, 4, len(FACTS) // 2, len(FACTS) + 3])
def test_a_flipped_bit_is_a_miss(store: Store, place: int) -> None:
    store.facts.put(KEY, FACTS)
    store.flush()
    (row,) = store.db.execute("SELECT data FROM fact").fetchone()
    changed = bytearray(row)
    changed[place] ^= 4
    store.db.execute("UPDATE fact SET data = ?", (bytes(changed),))
    assert store.facts.get(KEY) is None
    store.facts.put(KEY, FACTS)
    store.flush()
    assert store.facts.get(KEY) == FACTS


@pytest.mark.parametrize("data", [b"", b"\0", b"\0\0\0"])
def test_a_row_that_is_too_short_is_a_miss(store: Store, data: bytes) -> None:
    store.db.execute("INSERT INTO fact VALUES (?, ?)", (KEY, data))
    assert store.facts.get(KEY) is None


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
        store.facts.put(number.to_bytes(20, "big"), FACTS)
    store.close()
    with open(path, "rb") as stream:
        data = stream.read()
    with open(path, "wb") as stream:
        stream.write(damage(data))  # type: ignore[operator]
    store = Store(path)
    assert store.pages.pending() == {}
    assert store.facts.known([KEY]) == set()
    store.facts.put(KEY, FACTS)
    store = again(store)
    assert store.facts.get(KEY) == FACTS
    assert store.db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    store.close()


def test_a_lost_write_ahead_log_costs_only_its_rows(path: str) -> None:
    code = f"""
import os
from incdoc.store import Store
store = Store({path!r})
store.facts.put(b"key", b"data")
store.flush()
os._exit(0)
"""
    subprocess.run([sys.executable, "-c", code], check=True)
    assert os.path.exists(path + "-wal")
    with open(path + "-wal", "r+b") as stream:
        stream.truncate(100)
    store = Store(path)
    assert store.facts.get(b"key") is None
    store.facts.put(b"key", b"data")
    store = again(store)
    assert store.facts.get(b"key") == b"data"
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
    store.facts.put(KEY, FACTS)
    store.close()
    assert foreign.read_bytes() == before
    assert file_name() != foreign.name


# --- several processes


def test_a_forked_child_writes_through_its_own_connection(store: Store) -> None:
    store.facts.put(b"before", b"1")
    store.flush()
    store.facts.put(b"waits", b"2")
    inherited = store.db
    child = os.fork()
    if child == 0:
        status = 1
        try:
            own = store.db is not inherited
            store.facts.put(b"child", b"3")
            store.flush()
            read = store.facts.get(b"before") == b"1"
            left = store.facts.get(b"waits") is None  # the parent writes what waits in the parent
            status = 0 if own and read and left else 2
        finally:
            os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert store.facts.get(b"child") == b"3"
    store = again(store)
    assert store.facts.known([b"before", b"waits", b"child"]) == {b"before", b"waits", b"child"}
    store.close()


def test_a_fork_during_a_transaction_does_not_break_the_parent(store: Store) -> None:
    with store.transaction() as db:
        db.execute("INSERT INTO pending VALUES ('a', 'b')")
        child = os.fork()
        if child == 0:
            os._exit(0)
        os.waitpid(child, 0)
        db.execute("INSERT INTO pending VALUES ('c', 'd')")
    assert store.pages.pending() == {"a": "b", "c": "d"}


_WRITE = """
import sys
from incdoc.store import Store
store = Store(sys.argv[1], joins=len(sys.argv) > 4)
for number in range(int(sys.argv[3])):
    store.facts.put(f"{sys.argv[2]}{number}".encode(), b"x" * 100)
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
    assert store.facts.known(keys) == set(keys)
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
    kept = [number for number in range(last) if store.facts.get(f"k{number}".encode()) is not None]
    assert len(kept) >= 2990
    assert kept == list(range(len(kept)))
    assert store.db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    store.close()


def test_batches_are_written_without_being_asked(path: str) -> None:
    now = [0.0]
    store = Store(path, clock=lambda: now[0])
    for number in range(600):
        store.facts.put(number.to_bytes(4, "big"), b"x")
    other = Store(path, joins=True)
    assert len(other.query("SELECT 1 FROM fact")) == 512
    store.facts.put(b"early", b"x")
    assert other.facts.get(b"early") is None
    now[0] = 0.6
    store.facts.put(b"late", b"x")
    assert other.facts.get(b"early") == other.facts.get(b"late") == b"x"
    now[0] = 0.7
    store.facts.put(b"next", b"x")
    assert other.facts.get(b"next") is None
    other.close()
    store.close()


def test_a_reader_does_not_wait_for_a_writer(store: Store, path: str) -> None:
    store.facts.put(KEY, FACTS)
    store.flush()
    other = Store(path, joins=True)
    with store.transaction() as db:
        db.execute("DELETE FROM fact")
        started = time.monotonic()
        assert other.facts.get(KEY) == FACTS
        assert time.monotonic() - started < 20  # a reader that waits would wait for 30 seconds, and fail
    assert other.facts.get(KEY) is None
    other.close()


def test_each_table_has_one_author() -> None:
    """The statements that change rows of the store's own tables are in the module of that table."""
    authors = {
        "fact": {"store/facts.py"},
        "page": {"store/pages.py"},
        "pending": {"store/pages.py"},
        "stamp": {"store/stamps.py"},
        "doit": {"store/doit_state.py"},
        "meta": {"store/database.py", "store/stamps.py"},
    }
    top = Path(incdoc.__file__).parent
    found: dict[str, set[str]] = {}
    for path in top.rglob("*.py"):
        for table in re.findall(r"(?:INTO|DELETE FROM|UPDATE) (\w+)", path.read_text(encoding="utf-8")):
            found.setdefault(table, set()).add(path.relative_to(top).as_posix())
    assert {table: found.get(table) for table in authors} == authors


def test_pending_has_one_writer() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in Path(incdoc.__file__).parent.rglob("*.py"))
    assert len(re.findall(r"INTO pending", text)) == 1
