"""What classes have besides methods, and where it is documented."""

from dataclasses import dataclass, field
from enum import Enum
from typing import Annotated, NamedTuple, Optional, TypedDict

import attrs
from pydantic import BaseModel, Field
from typing_extensions import Doc

from classes import Point

#: How many times a request is tried,
#: the first time included.
ATTEMPTS = 3
DELAY: float = 0.5  #: Seconds between two of them.
default_name = "shop"
"""The `name` of a shop without one.

See :class:`Shop`.
"""


class Level(Enum):
    """How much is said."""

    QUIET = 0
    """Nothing but errors."""
    LOUD = 1  #: Everything.


@dataclass
class Options:
    """Options of a shop.

    Args:
        name: How it is called.
        tags: What it is searched by.
    """

    name: str
    tags: list[str] = field(default_factory=list)
    secret: str = field(default="", repr=False)


@attrs.define
class Shelf:
    """A shelf.

    Attributes:
        width: In metres.
        unknown: What no statement makes.
    """

    width: float = 1.0
    depth: float = attrs.field(default=0.5, kw_only=True)


class Order(BaseModel):
    """An order."""

    id: int = Field(description="Its number, from 1 on.")
    total: Annotated[float, Doc("What is to be paid, in `EUR`.")] = Field(0, ge=0)
    where: Annotated[Point, Field(description="Where it is delivered.")]


class Row(TypedDict, total=False):
    """A row of a table."""

    key: str
    """What it is found by."""


class Pair(NamedTuple):
    """Two."""

    left: int
    #: The other one.
    right: Optional["Pair"] = None


class Shop:
    """A shop."""

    def __init__(self, name: str, options: Options | None = None, *, level: Level = Level.QUIET) -> None:
        self.name = name
        self.options: Options = options or Options(name)
        #: The rows that were read.
        self.rows: dict[str, Row] = {}
        self.open = self.closed = False
        self._cache = {}
        self._level = level
        """How much it says."""

    @property
    def level(self) -> Level:
        """How much it says."""
        return self._level

    @level.setter
    def level(self, value: Level) -> None:
        self._level = value

    def order(
        self,
        point: Annotated[Point, Doc("Where it is delivered.")],
        count: Annotated[
            int,
            Doc(
                """
                How many; at most **100**.

                Read more in the "manual (1)".
                """
            ),
        ] = 1,
        note: Annotated[Optional[str], Field(max_length=9), Doc("What is written on it.")] = None,
    ) -> list[Order]:
        """Order something."""
        self.last = point
        return []
