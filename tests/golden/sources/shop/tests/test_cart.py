from shop.cart import Cart
from shop import Money


class TestCart:
    def test_empty(self):
        assert Cart().empty


def test_money():
    assert Money(1) < Money(2)
