"""Amounts of money, never floats! They are exact."""

from __future__ import annotations

import dataclasses
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from shop.rates import Rates

CENT = Decimal("0.01")


@dataclasses.dataclass(frozen=True, order=True)
class Money:
    """An amount.

    >>> Money(3) + Money(4)
    Money(amount=7)
    """

    amount: Decimal
    currency: str = "EUR"
    zero: ClassVar[Money]

    def __add__(self, other: Money) -> Money:
        if other.currency != self.currency:
            raise ValueError("other currency")
        return Money(self.amount + other.amount, self.currency)

    def exchange(self, rates: Rates, to: str, /, *, rounding: str = "half|even") -> Money:
        """In another currency.

        :param rates: what a day's money is worth
        """
        return Money(self.amount * rates.of(self.currency, to), to)
