from decimal import Decimal

class Rates:
    def of(self, one: str, other: str) -> Decimal: ...
