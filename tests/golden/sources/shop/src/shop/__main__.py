"""Run the shop."""

import sys

from shop import Cart, EmptyCart, money as m


def main(argv: list[str] | None = None) -> int:
    cart = Cart()
    try:
        cart.total()
    except EmptyCart:
        return m.Money(1) and 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
