"""Processes for a few batches: forked when they are needed, in two milliseconds, and kept for the next ones.

Work and results are sent through a socket each. A process is a copy of the one that needed it first: what that had
imported need not be imported again, and nothing else of it is used. It ends when the other end of its socket closes.
"""

from __future__ import annotations

import os
import pickle
import select
import signal
import socket
import time
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Future
from contextlib import suppress
from typing import Any, NoReturn, ParamSpec, TypeVar, cast

from incdoc.executors.bounds import begin_worker
from incdoc.executors.pool import undisturbed

P = ParamSpec("P")
T = TypeVar("T")

_DEPTH = 2
_LENGTH = 8
_MOST = 1 << 20


class Forks:
    """An executor; ``restart`` kills all its processes, and results that were not collected are lost."""

    depth = _DEPTH
    lost = (BrokenExecutor,)

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._pid = os.getpid()
        self._idle: list[_Process] = []
        self._all: list[_Process] = []

    def submit(self, work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """The future of ``work``, which only its ``result`` waits for. It raises BrokenExecutor if the process ends."""
        self._leave_parent()
        if self._idle:
            process = self._idle.pop()
        else:
            process = _Process()
            self._all.append(process)
        future = _Reply(process, self._idle)
        try:
            process.send((work, args, kwargs))
        except OSError as error:
            future.set_exception(BrokenExecutor(str(error)))
        return cast("Future[T]", future)

    def restart(self) -> None:
        """Kill every process."""
        self._leave_parent()
        processes, self._all = self._all, []
        self._idle.clear()
        for process in processes:
            process.kill()

    def _leave_parent(self) -> None:
        """In a process that doit forked: the processes are its parent's."""
        if self._pid != os.getpid():
            self._pid = os.getpid()
            for process in self._all:
                process.socket.close()
            self._all, self._idle = [], []


class _Reply(Future[Any]):
    """The result that a process sends."""

    def __init__(self, process: _Process, idle: list[_Process]) -> None:
        super().__init__()
        self._process = process
        self._idle = idle

    def result(self, timeout: float | None = None) -> Any:
        """Wait for it. Raises TimeoutError, BrokenExecutor, or what the work raised."""
        if not self.done():
            try:
                good, value = self._process.receive(timeout)
            except (EOFError, OSError, pickle.UnpicklingError) as error:
                if isinstance(error, TimeoutError):
                    raise
                self.set_exception(BrokenExecutor("The process ended."))
            else:
                self._idle.append(self._process)
                if good:
                    self.set_result(value)
                else:
                    self.set_exception(value)
        return super().result(0)


class _Process:
    """A forked process that works for one batch after the other."""

    def __init__(self) -> None:
        self.socket, other = socket.socketpair()
        with undisturbed():
            self._pid = os.fork()
            if self._pid == 0:
                _serve(self.socket, other)
        other.close()

    def send(self, value: object) -> None:
        send(self.socket, value)

    def receive(self, timeout: float | None) -> tuple[bool, Any]:
        return cast("tuple[bool, Any]", receive(self.socket, timeout))

    def kill(self) -> None:
        self.socket.close()
        with suppress(ProcessLookupError):
            os.kill(self._pid, signal.SIGKILL)
        with suppress(ChildProcessError):
            os.waitpid(self._pid, 0)


def _serve(parent: socket.socket, own: socket.socket) -> NoReturn:
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what an interrupt ends
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_SETMASK, ())
        parent.close()
        _close_all_but(own.fileno())
        begin_worker()
        while True:
            work, args, kwargs = cast("tuple[Any, Any, Any]", receive(own, None))
            try:
                answer = (True, work(*args, **kwargs))
            except Exception as error:  # noqa: BLE001 - raised where the result is collected
                answer = (False, error)
            send(own, answer)
    finally:
        os._exit(1)  # nothing of the parent's may be closed or written here


def _close_all_but(handle: int) -> None:
    """Close what was open in the parent: a program that another of its threads is starting waits until the pipe to it
    is closed everywhere."""
    os.closerange(3, handle)
    os.closerange(handle + 1, os.sysconf("SC_OPEN_MAX"))


def send(to: socket.socket, value: object) -> None:
    data = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
    to.sendall(len(data).to_bytes(_LENGTH, "big"))
    to.sendall(data)


def receive(connection: socket.socket, timeout: float | None) -> object:
    deadline = None if timeout is None else time.monotonic() + timeout
    length = int.from_bytes(_read(connection, _LENGTH, deadline), "big")
    return pickle.loads(_read(connection, length, deadline))


def _read(connection: socket.socket, length: int, deadline: float | None) -> bytearray:
    data = bytearray()
    ready = select.poll()
    ready.register(connection, select.POLLIN)
    while len(data) < length:
        left = None if deadline is None else max(0.0, deadline - time.monotonic()) * 1000
        if not ready.poll(left):
            raise TimeoutError
        piece = connection.recv(min(_MOST, length - len(data)))
        if not piece:
            raise EOFError
        data += piece
    return data
