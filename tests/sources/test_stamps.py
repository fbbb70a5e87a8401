from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incdoc.sources import Stamps, blob_id
from incdoc.sources.stamps import FINE, WINDOW

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SECOND = 1_000_000_000
BLOB = blob_id(b"one")


def made(path: Path, data: bytes = b"one") -> os.stat_result:
    path.write_bytes(data)
    return os.lstat(path)


def later(found: os.stat_result, nanoseconds: int = 10 * SECOND) -> int:
    return max(found.st_mtime_ns, found.st_ctime_ns) + nanoseconds


def believed(path: Path) -> tuple[Stamps, os.stat_result]:
    found = made(path)
    stamps = Stamps(clock=later(found))
    stamps.record("f", found, BLOB)
    return stamps, found


def always(found: os.stat_result) -> Callable[[str], os.stat_result]:
    """An ``lstat`` of a disk on which every file has this stat."""
    return lambda _: found


def content(stamps: Stamps, path: str, found: os.stat_result) -> bytes | None:
    """The blob id of ``path`` if its content cannot have changed since it was recorded."""
    row = stamps.at(path)
    return row[1] if row is not None and not stamps.unlike(always(found), [path]) else None


def test_an_untouched_file_is_known(tmp_path: Path) -> None:
    stamps, _ = believed(tmp_path / "f")
    assert content(stamps, "f", os.lstat(tmp_path / "f")) == BLOB
    assert content(stamps, "g", os.lstat(tmp_path / "f")) is None


def test_a_rewrite_of_equal_size_and_mtime_is_noticed(tmp_path: Path) -> None:
    stamps, found = believed(tmp_path / "f")
    made(tmp_path / "f", b"two")
    os.utime(tmp_path / "f", ns=(found.st_mtime_ns, found.st_mtime_ns))
    after = os.lstat(tmp_path / "f")
    assert (after.st_size, after.st_mtime_ns, after.st_ino) == (
        found.st_size,
        found.st_mtime_ns,
        found.st_ino,
    )
    assert content(stamps, "f", after) is None


def test_another_file_with_the_old_one_s_times_is_noticed(tmp_path: Path) -> None:
    stamps, found = believed(tmp_path / "f")
    made(tmp_path / "g", b"two")
    os.utime(tmp_path / "g", ns=(found.st_mtime_ns, found.st_mtime_ns))
    (tmp_path / "g").replace(tmp_path / "f")  # as cp -p to a temporary name, or tar, does
    assert content(stamps, "f", os.lstat(tmp_path / "f")) is None


def test_each_number_of_the_stat_counts(tmp_path: Path) -> None:
    stamps, found = believed(tmp_path / "f")
    assert content(stamps, "f", found) == BLOB
    for index in (stat_field("st_size"), stat_field("st_ino")):
        numbers = list(found)
        numbers[index] += 1
        other = os.stat_result(numbers, {"st_mtime_ns": found.st_mtime_ns, "st_ctime_ns": found.st_ctime_ns})
        assert content(stamps, "f", other) is None
        assert stamps.unlike(always(other)) == {"f": other}
    for name in ("st_mtime_ns", "st_ctime_ns"):
        times = {"st_mtime_ns": found.st_mtime_ns, "st_ctime_ns": found.st_ctime_ns}
        times[name] += 1
        other = os.stat_result(list(found), times)
        assert content(stamps, "f", other) is None
        assert stamps.unlike(always(other)) == {"f": other}
    assert stamps.unlike(always(found)) == {}


def stat_field(name: str) -> int:
    return {"st_ino": 1, "st_size": 6}[name]


def test_a_racy_file_is_not_believed_until_it_was_hashed_again(tmp_path: Path) -> None:
    found = made(tmp_path / "f")
    stamps = Stamps(clock=found.st_ctime_ns)
    stamps.record("f", found, BLOB)
    assert len(stamps) == 1
    assert content(stamps, "f", found) is None
    next_run = Stamps.decode(stamps.encode(), clock=later(found))
    assert content(next_run, "f", found) is None  # waiting alone does not help: the file may have been written since
    next_run.record("f", found, BLOB)
    assert content(next_run, "f", found) == BLOB


@pytest.mark.parametrize("step", [1, 10_000_000, SECOND, 2 * SECOND])
def test_the_window_is_as_wide_as_the_file_system_needs(step: int) -> None:
    moment = 1_700_000_000 * SECOND + (1 if step == 1 else step)
    found = os.stat_result([0o100644, 1, 1, 1, 0, 0, 3, 0, 0, 0], {"st_mtime_ns": moment, "st_ctime_ns": moment})
    window = FINE if step == 1 else WINDOW
    for clock, known in ((moment + window - 1, None), (moment + window, BLOB)):
        stamps = Stamps(clock=clock)
        stamps.record("f", found, BLOB)
        assert content(stamps, "f", found) == known


def test_a_time_in_the_future_is_never_believed(tmp_path: Path) -> None:
    made(tmp_path / "f")
    future = time.time_ns() + 86_400 * SECOND
    os.utime(tmp_path / "f", ns=(future, future))
    found = os.lstat(tmp_path / "f")
    stamps = Stamps()
    stamps.record("f", found, BLOB)
    assert content(stamps, "f", found) is None


def test_a_clock_that_was_set_back_makes_stamps_doubtful(tmp_path: Path) -> None:
    stamps, found = believed(tmp_path / "f")
    earlier = Stamps.decode(stamps.encode(), clock=found.st_mtime_ns - 1)
    assert content(earlier, "f", found) is None
    assert earlier.unlike(always(found)) == {"f": found}
    ahead = later(found, 100 * SECOND)
    os.utime(tmp_path / "f", ns=(ahead, ahead))
    touched = os.lstat(tmp_path / "f")
    stamps = Stamps(clock=later(touched))
    stamps.record("f", touched, BLOB)
    assert content(stamps, "f", touched) == BLOB
    back = Stamps.decode(stamps.encode(), clock=ahead - 1)
    assert content(back, "f", touched) is None
    assert back.unlike(always(touched)) == {"f": touched}


def test_forgetting_and_keeping(tmp_path: Path) -> None:
    found = made(tmp_path / "f")
    stamps = Stamps(clock=later(found))
    for name in "abc":
        stamps.record(name, found, BLOB)
    stamps.forget("a")
    stamps.forget("a")
    stamps.keep({"c", "d"})
    assert list(stamps) == ["c"]
    assert "c" in stamps
    assert content(stamps, "a", found) is None


def test_a_copy_does_not_share_its_changes(tmp_path: Path) -> None:
    stamps, found = believed(tmp_path / "f")
    copy = Stamps.decode(stamps.encode()).renewed(20, clock=later(found))
    assert not copy.changed
    copy.forget("f")
    assert copy.changed
    assert content(stamps, "f", found) == BLOB
    other_algorithm = stamps.renewed(32)
    assert (len(other_algorithm), other_algorithm.changed) == (0, True)


names = st.lists(st.binary(min_size=1, max_size=40), unique=True, max_size=20)


@given(
    names,
    st.sampled_from([20, 32]),
    st.integers(0, 2**62),
    st.integers(-(2**62), 2**62),
    st.integers(0, 2**64 - 1),
)
def test_what_is_written_is_read_again(raw: list[bytes], width: int, size: int, mtime: int, ino: int) -> None:
    paths = {name.replace(b"\0", b"0").decode("utf-8", "surrogateescape") for name in raw}
    stat_ = os.stat_result([0o100644, ino, 1, 1, 0, 0, size, 0, 0, 0], {"st_mtime_ns": mtime, "st_ctime_ns": mtime + 1})
    stamps = Stamps(clock=2**63)
    for index, path in enumerate(sorted(paths)):
        stamps.record(path, stat_, bytes([index]) * width)
    again = Stamps.decode(stamps.encode(), clock=2**63)
    assert not again.changed
    assert list(again) == sorted(paths)
    for path in paths:
        assert content(again, path, stat_) == content(stamps, path, stat_) is not None


@given(st.data())
def test_damage_gives_an_empty_one(data: st.DataObject) -> None:
    found = os.stat_result([0o100644, 1, 1, 1, 0, 0, 3, 0, 0, 0], {"st_mtime_ns": 1, "st_ctime_ns": 1})
    stamps = Stamps(clock=2**62)
    for path in ("a", "b/ü", "c"):
        stamps.record(path, found, BLOB)
    good = stamps.encode()
    kind = data.draw(st.sampled_from(["flip", "cut", "more"]))
    at = data.draw(st.integers(0, len(good) - 1))
    bad = {
        "flip": good[:at] + bytes([good[at] ^ (1 << data.draw(st.integers(0, 7)))]) + good[at + 1 :],
        "cut": good[:at],
        "more": good + b"\0" * (at + 1),
    }[kind]
    assert len(Stamps.decode(bad)) == 0


@given(st.binary(max_size=200))
def test_foreign_bytes_give_an_empty_one(data: bytes) -> None:
    assert len(Stamps.decode(data)) == 0
    assert len(Stamps.decode(b"incstamp" + data)) == 0


def test_another_version_is_not_read() -> None:
    stamps = Stamps()
    data = bytearray(stamps.encode())
    data[8] += 1
    assert Stamps.decode(bytes(data)).changed


def test_nothing_encoded_and_nothing_given_are_no_change() -> None:
    assert not Stamps.decode(Stamps().encode()).changed
    assert not Stamps.decode(b"").changed


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.integers(-1, 5)), max_size=30), st.integers(0, 30))
def test_what_changed_since_is_enough(steps: list[tuple[str, int]], kept: int) -> None:
    stamps = Stamps(clock=2**62)
    data = b""
    rows: dict[str, bytes] = {}
    for number, (path, size) in enumerate(steps):
        if number == kept:
            data, rows = stamps.encode(), {}
            stamps.saved()
        if size < 0:
            stamps.forget(path)
        else:
            stamps.record(path, sized(size), BLOB)
        if number % 3 == 0:
            rows.update(stamps.delta())
    rows.update(stamps.delta())
    again = Stamps.decode(data, rows.items(), clock=2**62)
    assert sorted(again) == sorted(stamps)
    for size in range(6):
        assert [content(again, path, sized(size)) for path in "abcdef"] == [
            content(stamps, path, sized(size)) for path in "abcdef"
        ]
    assert not again.changed
    for size in range(6):
        odd = again.unlike(always(sized(size)))
        assert odd.keys() == {path for path in again if again.at(path) != (size, BLOB)}
        assert Stamps.glance(data, rows.items(), always(sized(size))) == (len(again), odd)


def sized(size: int) -> os.stat_result:
    return os.stat_result([0o100644, 1, 1, 1, 0, 0, size, 0, 0, 0], {"st_mtime_ns": 1, "st_ctime_ns": 1})


def test_a_damaged_row_is_a_miss() -> None:
    stamps = Stamps(clock=2**62)
    stamps.record("a", sized(1), BLOB)
    [(path, row)] = stamps.delta()
    for at in range(len(row)):
        bad = row[:at] + bytes([row[at] ^ 1]) + row[at + 1 :]
        assert content(Stamps.decode(b"", [(path, bad)], clock=2**62), "a", sized(1)) is None
    assert content(Stamps.decode(b"", [(path, row)], clock=2**62), "a", sized(1)) == BLOB
