"""Workers can be killed, can die alone, and end with the process that started them."""

from __future__ import annotations

import faulthandler
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import BrokenExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from incdoc.executors import Pool, Serial

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def double(number: int) -> int:
    return 2 * number


def where() -> int:
    return os.getpid()


def fail() -> None:
    raise ValueError("as asked")


def die(how: str) -> None:
    if how == "exit":
        os._exit(3)
    faulthandler.disable()  # its report would be printed among the tests'
    os.kill(os.getpid(), getattr(signal, how))
    time.sleep(60)


def hang(begun: Path) -> None:
    begun.touch()
    time.sleep(600)


def started(*files: Path) -> bool:
    return within(60, lambda: all(file.exists() for file in files))


def alive(pid: int) -> bool:
    """Whether a process runs; a zombie does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in "ZX"


def within(seconds: float, holds: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def ends(*pids: int) -> bool:
    return within(10, lambda: not any(alive(pid) for pid in pids))


needs_proc = pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="no list of processes here")


@pytest.fixture
def pool() -> Iterator[Pool]:
    made = Pool(2)
    yield made
    made.restart()


def test_work_is_done_in_another_process(pool: Pool) -> None:
    futures = [pool.submit(double, number) for number in range(50)]
    assert [future.result(30) for future in futures] == [2 * number for number in range(50)]
    assert pool.submit(where).result(30) != os.getpid()


def test_an_exception_is_the_future_s_and_the_pool_lives_on(pool: Pool) -> None:
    with pytest.raises(ValueError, match="as asked"):
        pool.submit(fail).result(30)
    assert pool.submit(double, 2).result(30) == 4


@pytest.mark.parametrize("how", ["exit", "SIGSEGV", "SIGKILL", "SIGABRT"])
def test_a_dead_worker_breaks_the_pool_until_it_is_restarted(pool: Pool, how: str) -> None:
    with pytest.raises(BrokenExecutor):
        pool.submit(die, how).result(30)
    with pytest.raises(BrokenExecutor):
        for _ in range(20):
            pool.submit(double, 1).result(30)
    pool.restart()
    assert pool.submit(double, 3).result(30) == 6


@needs_proc
def test_a_worker_that_hangs_is_killed_by_a_restart(pool: Pool, tmp_path: Path) -> None:
    first = pool.submit(where).result(30)
    futures = [pool.submit(hang, tmp_path / name) for name in "ab"]
    assert started(tmp_path / "a", tmp_path / "b")
    before = time.monotonic()
    pool.restart()
    assert time.monotonic() - before < 300  # the hanging worker would hang for 600 seconds
    assert ends(first)
    assert all(future.done() for future in futures)
    assert pool.submit(double, 3).result(30) == 6


@needs_proc
def test_closing_ends_the_workers_and_drops_waiting_work(pool: Pool) -> None:
    pid = pool.submit(where).result(30)
    for _ in range(200):
        pool.submit(time.sleep, 2)
    before = time.monotonic()
    pool.close()
    assert time.monotonic() - before < 100  # two workers would need 200 seconds for what waits
    assert ends(pid)
    pool.close()
    pool.restart()
    assert pool.submit(double, 3).result(30) == 6


def test_an_unused_pool_starts_nothing() -> None:
    Pool(2).close()
    Pool(2).restart()


_PARENT = """
import sys, time
from pathlib import Path
from incdoc.executors import Pool
from tests.executors.test_pool import hang, where
pool = Pool(2)
pids = set()
while len(pids) < 2:
    pids.update(f.result() for f in [pool.submit(where), pool.submit(where)])
for name in "ab":
    pool.submit(hang, Path(sys.argv[1], name))
print(*pids, flush=True)
time.sleep(600)
"""


@needs_proc
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_workers_end_when_their_parent_is_killed(how: signal.Signals, tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", _PARENT, str(tmp_path)], stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]
    )
    assert process.stdout is not None
    pids = [int(word) for word in process.stdout.readline().split()]
    assert len(pids) == 2
    assert started(tmp_path / "a", tmp_path / "b")
    assert all(alive(pid) for pid in pids)
    process.send_signal(how)
    process.wait(10)
    assert ends(*pids), "workers outlive their parent"
    process.stdout.close()


@needs_proc
def test_an_interrupt_is_the_parent_s_to_handle(pool: Pool) -> None:
    pid = pool.submit(where).result(30)
    os.kill(pid, signal.SIGINT)
    assert not within(0.5, lambda: not alive(pid))
    assert pool.submit(double, 3).result(30) == 6


# --- the executor of one


def test_serial_has_done_the_work_when_it_returns() -> None:
    serial = Serial()
    done: list[int] = []
    future = serial.submit(done.append, 1)
    assert done == [1]
    assert future.done()
    assert serial.submit(where).result() == os.getpid()
    with pytest.raises(ValueError, match="as asked"):
        serial.submit(fail).result()
    serial.restart()
    serial.close()
