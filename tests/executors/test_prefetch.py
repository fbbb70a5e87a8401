"""Work that runs ahead: any order of collecting, and only the item at fault fails."""

from __future__ import annotations

import faulthandler
import multiprocessing
import os
import signal
import sys
import time
from typing import TYPE_CHECKING, ParamSpec, TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from incdoc.executors import Pool, Serial
from incdoc.executors.prefetch import BatchPrefetcher, LostError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from concurrent.futures import Future
    from multiprocessing.synchronize import Barrier

P = ParamSpec("P")
T = TypeVar("T")


def work(batch: list[str]) -> list[str]:
    """Do what each item names; else the item in upper case."""
    for item in batch:
        if item == "exit":
            os._exit(1)
        if item == "segfault":
            faulthandler.disable()  # its report would be printed among the tests'
            os.kill(os.getpid(), signal.SIGSEGV)
            time.sleep(60)
        if item == "hang":
            time.sleep(600)
        if item == "raise":
            raise ValueError(item)
    return [item.upper() for item in batch]


def meet(batch: list[str]) -> list[str]:
    """End when sixteen batches are at work at once."""
    assert _barrier is not None
    _barrier.wait(60)
    return batch


_barrier: Barrier | None = None


def short(batch: list[str]) -> list[str]:
    return batch[1:]


class Counted(Serial):
    """Keep the batches that it is given."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []

    def submit(self, work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        (batch,) = args
        assert isinstance(batch, list)
        self.batches.append(batch)
        return super().submit(work, *args, **kwargs)


def items(*names: str, weight: int = 1) -> Iterator[tuple[str, str, int]]:
    return ((name, name, weight) for name in names)


@pytest.fixture
def pool() -> Iterator[Pool]:
    made = Pool(2)
    yield made
    made.restart()


@settings(deadline=None)
@given(
    weights=st.lists(st.integers(0, 5), min_size=1, max_size=30),
    most=st.integers(1, 8),
    depth=st.integers(1, 4),
    data=st.data(),
)
def test_results_in_any_order(weights: list[int], most: int, depth: int, data: st.DataObject) -> None:
    names = [f"item{number}" for number in range(len(weights))]
    executor = Counted()
    prefetcher = BatchPrefetcher(executor, work, iter(zip(names, names, weights, strict=True)), most, depth)
    for name in data.draw(st.permutations(names)):
        assert prefetcher.collect(name) == name.upper()
    assert [name for batch in executor.batches for name in batch] == names, "each once, in order"
    weight = dict(zip(names, weights, strict=True))
    assert all(sum(weight[name] for name in batch[:-1]) < most for batch in executor.batches)


def test_no_more_is_under_way_than_asked_for() -> None:
    executor = Counted()
    taken: list[str] = []

    def given_out() -> Iterator[tuple[str, str, int]]:
        for name in "abcdefghij":
            taken.append(name)
            yield name, name, 1

    prefetcher = BatchPrefetcher(executor, work, given_out(), 1, 3)
    assert taken == []
    prefetcher.advance()
    assert executor.batches == [["a"], ["b"], ["c"]]
    prefetcher.advance()
    assert len(executor.batches) == 3
    assert prefetcher.collect("a") == "A"
    assert executor.batches[3:] == [["d"]]


@pytest.mark.skipif(sys.platform != "linux", reason="the barrier reaches the workers by fork")
def test_sixteen_workers_are_all_kept_busy() -> None:
    global _barrier  # noqa: PLW0603 - workers inherit it
    _barrier = multiprocessing.get_context("fork").Barrier(16)
    many = Pool(16)
    names = [f"item{number}" for number in range(64)]
    prefetcher = BatchPrefetcher(many, meet, items(*names), 1)
    try:
        assert [prefetcher.collect(name) for name in names] == names, "every batch met fifteen others at work"
    finally:
        many.restart()


def test_what_was_not_given_is_a_key_error_and_the_rest_is_kept() -> None:
    prefetcher = BatchPrefetcher(Serial(), work, items("a", "b"), 1, 1)
    with pytest.raises(KeyError):
        prefetcher.collect("c")
    assert prefetcher.collect("b") == "B"
    assert prefetcher.collect("a") == "A"
    with pytest.raises(KeyError):
        prefetcher.collect("a")


def test_no_items() -> None:
    prefetcher = BatchPrefetcher(Serial(), work, items(), 1, 1)
    prefetcher.advance()
    with pytest.raises(KeyError):
        prefetcher.collect("a")


def test_an_exception_of_the_work_is_not_swallowed() -> None:
    prefetcher = BatchPrefetcher(Serial(), work, items("a", "raise"), 10, 1)
    with pytest.raises(ValueError, match="raise"):
        prefetcher.collect("a")


def test_a_batch_of_the_wrong_length_is_not_taken() -> None:
    prefetcher = BatchPrefetcher(Serial(), short, items("a", "b"), 10, 1)
    with pytest.raises(ValueError, match="zip"):
        prefetcher.collect("b")


@pytest.mark.parametrize("deadly", ["exit", "segfault"])
@pytest.mark.parametrize("most", [1, 4, 100])
def test_only_the_item_that_kills_its_worker_is_lost(pool: Pool, deadly: str, most: int) -> None:
    names = [*"abcdef", deadly, *"ghijklmnopqrstuvwxyz"]
    prefetcher = BatchPrefetcher(pool, work, items(*names), most, 3)
    for name in names:
        if name == deadly:
            with pytest.raises(LostError):
                prefetcher.collect(name)
        else:
            assert prefetcher.collect(name) == name.upper()


def test_several_that_kill_their_workers(pool: Pool) -> None:
    names = ["exit", "a", "segfault", "b"]
    prefetcher = BatchPrefetcher(pool, work, items(*names), 2, 4)
    assert prefetcher.collect("b") == "B"
    assert prefetcher.collect("a") == "A"
    for name in ("exit", "segfault"):
        with pytest.raises(LostError):
            prefetcher.collect(name)


def test_one_that_hangs_is_killed_and_the_others_are_done() -> None:
    pool = Pool(2, seconds=0.5)
    names = [*"abc", "hang", *"def"]
    prefetcher = BatchPrefetcher(pool, work, items(*names), 3, 2)
    started = time.monotonic()
    for name in names:
        if name == "hang":
            with pytest.raises(LostError):
                prefetcher.collect(name)
        else:
            assert prefetcher.collect(name) == name.upper()
    assert time.monotonic() - started < 300  # the hanging item would hang for 600 seconds


def test_a_pool_that_broke_before_is_restarted(pool: Pool) -> None:
    with pytest.raises(LostError):
        BatchPrefetcher(pool, work, items("exit"), 1, 1).collect("exit")
    assert BatchPrefetcher(pool, work, items("a"), 1, 1).collect("a") == "A"
