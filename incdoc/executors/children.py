"""Processes that do the work of a Dask worker, so that a source that ends or blocks a parser does not end the worker,
which may work for others, too.

Each thread of the worker that has work uses one, which is kept for the next. A process ends when the other end of its
socket closes, and after IDLE seconds without work. ``python -m incdoc.executors.children FD`` is such a process.
"""

from __future__ import annotations

import os
import pickle
import select
import signal
import socket
import subprocess
import sys
import threading
from concurrent.futures import BrokenExecutor

from incdoc.executors.bounds import begin_worker
from incdoc.executors.forks import receive, send

IDLE = 120.0


class _Child:
    def __init__(self) -> None:
        self._socket, other = socket.socketpair()
        command = [sys.executable, "-P", "-m", __name__, str(other.fileno())]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(each for each in sys.path if each)}
        with other:
            self._process = subprocess.Popen(
                command, pass_fds=(other.fileno(),), stdin=subprocess.DEVNULL, env=environment
            )

    @property
    def ended(self) -> bool:
        """Whether it ended or is about to: one without work has nothing to say."""
        ready = select.poll()
        ready.register(self._socket, select.POLLIN)
        return bool(ready.poll(0))

    def do(self, payload: bytes, seconds: float) -> bytes:
        """The answer to a payload. Raises TimeoutError; OSError or EOFError if the process ended."""
        send(self._socket, payload)
        answer = receive(self._socket, seconds)
        assert isinstance(answer, bytes)
        return answer

    def kill(self) -> None:
        self._socket.close()
        self._process.kill()
        self._process.wait()


_idle: list[_Child] = []
_lock = threading.Lock()


def run(payload: bytes, seconds: float) -> bytes:
    """In a Dask worker: the encoded result of an encoded (work, arguments). Raises TimeoutError where it takes longer,
    BrokenExecutor if the process ends, or what the work raises."""
    child = _take()
    try:
        answer = child.do(payload, seconds)
    except TimeoutError:
        child.kill()
        raise
    except (EOFError, OSError, pickle.UnpicklingError) as error:
        child.kill()
        raise BrokenExecutor("The process ended.") from error
    except BaseException:
        child.kill()
        raise
    with _lock:
        _idle.append(child)
    good, value = pickle.loads(answer)
    if not good:
        raise value
    return answer


def release() -> None:
    """In a Dask worker: end the processes that have no work."""
    with _lock:
        children = list(_idle)
        _idle.clear()
    for child in children:
        child.kill()


def _take() -> _Child:
    while True:
        with _lock:
            child = _idle.pop() if _idle else None
        if child is None:
            return _Child()
        if not child.ended:
            return child
        child.kill()


def _serve(own: socket.socket) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the build decides what an interrupt ends
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    begin_worker()
    while True:
        try:
            payload = receive(own, IDLE)
        except (EOFError, OSError):  # also a timeout
            return
        assert isinstance(payload, bytes)
        work, args = pickle.loads(payload)
        try:
            answer = (True, work(*args))
        except Exception as error:  # noqa: BLE001 - raised where the result is collected
            answer = (False, error)
        send(own, pickle.dumps(answer, pickle.HIGHEST_PROTOCOL))


if __name__ == "__main__":
    _serve(socket.socket(fileno=int(sys.argv[1])))
    os._exit(0)
