"""Carts and their lines."""

import os
from collections.abc import Iterator

import requests

from . import errors
from .money import Money
from .rates import Rates


class Line:
    __slots__ = ("name", "price")

    def __init__(self, name: str, price: Money) -> None:
        self.name = name
        self.price = price


class Cart(list[Line]):
    """Lines that are bought together."""

    owner: str | None = None

    def total(self) -> Money:
        """The sum."""
        if not self:
            raise errors.EmptyCart
        return _sum(line.price for line in self)

    @property
    def empty(self) -> bool:
        """Whether there is no line."""
        return not len(self)

    @empty.setter
    def empty(self, value: bool) -> None:
        self.clear()

    async def lines(self) -> "Iterator[Line]":
        for line in self:
            yield line

    def run(self, command):
        os.system(command)
        assert command
        return requests.get(command, verify=False)


class Rebate(errors.ShopError, Cart): ...


def _sum(amounts):
    total = Money(0)
    for amount in amounts:
        total = total + amount
    return total
