"""What goes wrong."""


class ShopError(Exception):
    """Something that the customer can correct."""


class EmptyCart(ShopError):
    """There is nothing to pay."""

    code = 17


class _Internal(ShopError):
    pass
