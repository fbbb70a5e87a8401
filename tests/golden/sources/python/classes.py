"""Classes in every form."""

import abc
import enum
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, Protocol, TypedDict, TypeVar

T = TypeVar("T")


class Plain:
    pass


class Old(object):
    "One line."


class Meta(type):
    def __new__(mcs, name, bases, namespace, **keywords):
        return super().__new__(mcs, name, bases, namespace)


class Kept(Plain, Generic[T], metaclass=Meta, registry={"a": 1}, tag="x, y"):
    """Bases and keywords.

        Indented further.

    Last paragraph.
    """

    plain = 1
    annotated: int
    both: dict[str, "list[int]"] = {}
    first, *rest = 1, 2, 3
    chained = other = None
    plain += 1

    def __init__(self):
        self.made: int = 0

    class Inner(Plain):
        """Inside."""

        def method(self):
            """Deep."""

            class Local:
                x = 1

            def helper():
                return Local

            return helper


@dataclass(
    frozen=True,
    slots=True,
)
class Point:
    x: int
    y: int = 0
    tags: list[str] = field(default_factory=list)


class Color(enum.Enum):
    """Three."""

    RED = 1
    GREEN = RED + 1
    BLUE = enum.auto()

    def mix(self, other): ...


class Flags(enum.IntFlag):
    A = 1


class Slotted:
    __slots__ = ["a", "b"]


class Mapping(TypedDict, total=False):
    key: str


class Pair(NamedTuple):
    left: int
    right: int = 2


class Reads(Protocol):
    def read(self) -> bytes: ...


class Base(abc.ABC):
    @abc.abstractmethod
    def must(self): ...

    @property
    @abc.abstractmethod
    def value(self) -> int: ...


class Failure(ValueError):
    pass


if T:

    class Plain:  # again
        """The second of its name."""
