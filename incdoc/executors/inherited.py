"""Objects that forked workers inherit: each has a number, which can be sent to a worker."""

from __future__ import annotations

from typing import Generic, TypeVar

T = TypeVar("T")


class Inherited(Generic[T]):
    """The objects of one type that this process has, or had when this worker was forked from it."""

    def __init__(self) -> None:
        self._objects: dict[int, T] = {}
        self._last = 0

    def add(self, value: T) -> int:
        """The number of ``value`` from now on. Workers that are running do not know it."""
        self._last += 1
        self._objects[self._last] = value
        return self._last

    def get(self, number: int) -> T | None:
        """None in a worker that was not forked, or was forked before the object was added."""
        return self._objects.get(number)

    def remove(self, number: int) -> None:
        """Forget an object."""
        self._objects.pop(number, None)
