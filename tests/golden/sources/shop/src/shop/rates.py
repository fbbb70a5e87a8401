try:
    from _rates import Rates
except ImportError:

    class Rates:
        def of(self, one, other):
            return 1
