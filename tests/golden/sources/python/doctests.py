"""Examples.

>>> twice(2)
4
"""


def twice(n):
    """Two times.

    Not one: >>> twice(3) in a line.

    Examples:
        >>> twice("a")
        'aa'
    """
    return n * 2


class Lone:
    """No example here: ``>>>``."""

    def method(self):
        '''
        >>> 1
        1
        '''
