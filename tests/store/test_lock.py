"""One process builds a tree at a time: a second one waits, says for which process, and gives up in time."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from incdoc.config import BusyError, SettingError
from incdoc.store import CacheFolder, Lock

if TYPE_CHECKING:
    from collections.abc import Iterator

_HOLD = """
import sys
from incdoc.store import Lock
sys.argv[0] = "/usr/bin/builder"
lock = Lock(sys.argv[1])
lock.acquire(print, 5)
print("held", flush=True)
sys.stdin.readline()
lock.release()
print("released", flush=True)
sys.stdin.readline()
"""


@pytest.fixture
def path(tmp_path: Path) -> str:
    return str(tmp_path / "cache" / "lock")


@contextmanager
def holder(path: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-c", _HOLD, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.communicate()


def test_a_free_tree_is_locked_without_a_message(path: str) -> None:
    said: list[str] = []
    lock = Lock(path)
    assert not lock.held
    lock.acquire(said.append, 0)
    assert lock.held
    assert said == []
    with open(path) as stream:
        assert stream.read().endswith(f"(process {os.getpid()})\n")
    lock.release()
    assert not lock.held
    lock.release()


def test_the_second_gives_up_in_time_and_names_the_holder(path: str) -> None:
    said: list[str] = []
    with holder(path) as process:
        started = time.monotonic()
        with pytest.raises(BusyError) as caught:
            Lock(path).acquire(said.append, 0.3)
        assert time.monotonic() - started >= 0.3
    name = f"builder (process {process.pid})"
    assert said == [f"Waiting for {name}, which builds this tree (up to 0 s)."]
    assert str(caught.value).startswith(f"{name} has been building this tree for more than 0 s. Wait until it ends")


def test_giving_up_leaves_no_descriptor_open(path: str) -> None:
    if not os.path.isdir("/proc/self/fd"):
        pytest.skip("no list of descriptors here")
    with holder(path):
        before = os.listdir("/proc/self/fd")
        for _ in range(5):
            with pytest.raises(BusyError):
                Lock(path).acquire(lambda line: None, 0)
        assert len(os.listdir("/proc/self/fd")) == len(before)


def test_the_second_continues_when_the_first_is_done(path: str) -> None:
    said: list[str] = []
    with holder(path) as process:
        assert process.stdin is not None
        lock, stdin = Lock(path), process.stdin

        def release() -> None:
            stdin.write("\n")
            stdin.flush()

        timer = threading.Timer(0.3, release)
        timer.start()
        lock.acquire(said.append, 20)
        assert lock.held
        assert len(said) == 1
        timer.join()
        lock.release()


def test_the_lock_dies_with_its_process(path: str) -> None:
    with holder(path) as process:
        process.send_signal(signal.SIGKILL)
        process.wait()
        with open(path) as stream:
            assert f"(process {process.pid})" in stream.read(), "the file is stale"
        said: list[str] = []
        lock = Lock(path)
        lock.acquire(said.append, 0)
        assert said == []
        with open(path) as stream:
            assert stream.read().endswith(f"(process {os.getpid()})\n")
        lock.release()


@pytest.mark.parametrize("left", ["", "builder (process 1)\n", "x" * 10_000, "\0\xff"])
def test_a_file_that_no_process_locks_is_not_in_the_way(path: str, left: str) -> None:
    CacheFolder.at(os.path.dirname(path)).make()
    with open(path, "w") as stream:
        stream.write(left)
    lock = Lock(path)
    lock.acquire(pytest.fail, 0)
    with open(path) as stream:
        assert stream.read().endswith(f"(process {os.getpid()})\n")
    lock.release()


def test_a_holder_without_a_name_is_called_another_process(path: str) -> None:
    said: list[str] = []
    with holder(path):
        os.truncate(path, 0)
        with pytest.raises(BusyError, match="another process has been building"):
            Lock(path).acquire(said.append, 0.1)
    assert said[0].startswith("Waiting for another process, ")


def test_workers_of_the_holder_do_not_keep_the_lock(path: str) -> None:
    code = """
import os, subprocess, sys
from incdoc.store import Lock
lock = Lock(sys.argv[1])
lock.acquire(print, 5)
subprocess.Popen(["sleep", "30"])
print("held", flush=True)
"""
    subprocess.run([sys.executable, "-c", code, path], check=True, stdout=subprocess.DEVNULL)
    lock = Lock(path)
    lock.acquire(lambda line: None, 2)
    lock.release()


def test_a_lock_file_that_is_deleted_while_a_process_waits_for_it(path: str) -> None:
    """A lock on a deleted file keeps no one out, so the waiting process locks the file that exists now."""
    with holder(path) as process:
        assert process.stdin is not None
        stdin = process.stdin

        def release() -> None:
            os.unlink(path)
            stdin.write("\n")
            stdin.flush()

        timer = threading.Timer(0.3, release)
        timer.start()
        first = Lock(path)
        first.acquire(lambda line: None, 20)
        timer.join()
        with pytest.raises(BusyError):
            Lock(path).acquire(lambda line: None, 0)
        first.release()


def test_a_cache_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file")
    with pytest.raises(SettingError, match=r"cache folder cache: 'cache' is not a folder"):
        Lock(str(tmp_path / "cache/lock")).acquire(pytest.fail, 0)
    assert (tmp_path / "cache").read_text() == "a file"


def test_the_cache_keeps_itself_out_of_git(path: str) -> None:
    lock = Lock(path)
    lock.acquire(pytest.fail, 0)
    lock.release()
    assert Path(path).with_name(".gitignore").read_text() == "*\n"
