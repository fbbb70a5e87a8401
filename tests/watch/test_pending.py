"""Which event is handed on when. Time is a number here."""

from __future__ import annotations

import pytest

from incdoc.watch.events import Event, Kind
from incdoc.watch.hints import Hints
from incdoc.watch.pending import Pending, Timing

TIMING = Timing(quiet=2, new=20, back=50, hold=500, many=10, flood=100, limit=1000)
WRITTEN, GONE, OPENED = Kind.WRITTEN, Kind.GONE, Kind.OPENED


def handed_on(*events: tuple[int, Kind, str], until: int = 10_000) -> list[tuple[int, set[str]]]:
    """Add events at their times; (time, paths) of each hand-over."""
    pending, found, todo = Pending(TIMING), [], list(events)
    for now in range(until):
        while todo and todo[0][0] == now:
            _, kind, path = todo.pop(0)
            pending.add(Event(kind, path), now)
        due = pending.due()
        if due is not None and due <= now:
            found.append((now, set(pending.take(now).paths)))
    return found


def test_a_save_in_place_waits_for_nothing_else() -> None:
    assert handed_on((0, WRITTEN, "a")) == [(2, {"a"})]


def test_saves_close_together_are_one() -> None:
    assert handed_on((0, WRITTEN, "a"), (1, WRITTEN, "b"), (2, WRITTEN, "a")) == [(4, {"a", "b"})]


def test_what_vim_does_is_one_save() -> None:
    events = (
        (0, OPENED, "4913"), (1, WRITTEN, "4913"), (1, GONE, "4913"),
        (2, GONE, "a"), (2, WRITTEN, "a~"), (3, OPENED, "a"),
        (40, WRITTEN, "a"), (41, GONE, "a~"),
    )  # fmt: skip
    assert [paths & {"a", "a~"} for _, paths in handed_on(*events)] == [{"a", "a~"}]
    assert handed_on(*events)[0][0] >= 41


def test_a_file_that_is_gone_is_waited_for() -> None:
    assert handed_on((0, GONE, "a")) == [(50, {"a"})]
    assert handed_on((0, GONE, "a"), (30, WRITTEN, "a")) == [(32, {"a"})]


def test_a_temporary_file_holds_nothing_up() -> None:
    assert handed_on((0, OPENED, "t"), (1, WRITTEN, "t"), (2, GONE, "t"), (2, WRITTEN, "a")) == [(4, {"a", "t"})]


def test_a_new_file_that_is_open_is_not_handed_on_with_others() -> None:
    assert handed_on((0, OPENED, "t"), (10, WRITTEN, "a"), (300, WRITTEN, "t")) == [(12, {"a"}), (320, {"t"})]


def test_a_file_that_stays_open_is_handed_on_in_the_end() -> None:
    assert handed_on((0, OPENED, "t")) == [(500, {"t"})]


def test_many_are_one_rebuild() -> None:
    burst = [(number // 10, WRITTEN, f"f{number}") for number in range(60)]
    assert [len(paths) for _, paths in handed_on(*burst)] == [60]


def test_a_tree_that_changes_all_the_time_is_rebuilt() -> None:
    busy = [(number, WRITTEN, f"f{number % 5}") for number in range(3000)]
    assert len(handed_on(*busy)) >= 2


@pytest.mark.parametrize("delay", [0, 500])
def test_everything_is_handed_on_when_it_is_due(delay: int) -> None:
    pending = Pending(TIMING)
    pending.add_everything("why", 0, delay)
    pending.add(Event(WRITTEN, "a"), 0)
    assert pending.due() == min(delay, 2)
    first = pending.take(2)
    assert first == (Hints(frozenset("a"), "why") if not delay else Hints(frozenset("a")))
    assert pending.due() == (500 if delay else None)
    assert pending.take(500).everything == ("why" if delay else "")


def test_the_more_urgent_reason_stays() -> None:
    pending = Pending(TIMING)
    pending.add_everything("lost", 0, 100)
    pending.add_everything("index", 10, 500)
    assert pending.take(600).everything == "lost"


def test_many_open_new_files_do_not_keep_the_watcher_busy() -> None:
    """At the moment that ``due`` names, ``take`` has something."""
    pending = Pending(TIMING)
    for number in range(50):
        pending.add(Event(OPENED, f"f{number}"), number)
    moment = pending.due()
    assert moment == 500
    assert pending.take(moment).paths == {"f0"}
    assert pending.due() == 501
