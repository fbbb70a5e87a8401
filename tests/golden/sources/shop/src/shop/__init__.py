"""A small shop.

It has carts and money.
"""

from shop.errors import *
from .cart import Cart, Line as CartLine
from . import money
from .money import Money

__all__ = ["Cart", "CartLine", "Money", "money"]
__all__ += ["EmptyCart"]
