"""Functions in every form."""

import asyncio
import contextlib
import functools
from typing import overload


def bare(): ...


def full(
    a,
    b: int,
    /,
    c: "str" = "x",  # a comment
    *args: int,
    d: dict[str, int] = {"a": 1, "b|c": 2},
    e=lambda x, y=1: (x, y),
    **kwargs: object,
) -> tuple[int, ...]:
    """All kinds of parameters."""
    return ()


def keyword_only(*, a=None): return a


async def coroutine(n: int = -1) -> None:
    async with contextlib.AsyncExitStack():
        await asyncio.sleep(n)


def generator():
    yield from range(3)


async def stream():
    yield 1


def not_a_generator():
    def inner():
        yield 1

    return (x for x in inner())


@overload
def twice(a: int) -> int: ...
@overload
def twice(a: str) -> str: ...
def twice(a):
    return a * 2


@functools.lru_cache(maxsize=None)
@contextlib.contextmanager
def decorated(path: str = r"a\b"):
    """A pattern: ``\\d``."""
    yield path


class Thing:
    @staticmethod
    def static(a): ...

    @classmethod
    def build(cls, **options) -> "Thing":
        raise NotImplementedError("build")

    @property
    def size(self) -> int:
        """How large."""
        return 1

    @size.setter
    def size(self, value): ...

    @size.deleter
    def size(self): ...

    @functools.cached_property
    def slow(self): ...

    async def wait(self):
        await coroutine()
        self.static(1)
        Thing.build()

    if True:
        def conditional(self): ...


def raises(x):
    if x:
        raise ValueError
    if x == 2:
        raise asyncio.TimeoutError("late") from None
    try:
        bare()
    except KeyError as error:
        raise error
    raise


def mutable(a=[], b=set()):
    global counter
    counter = 1
