"""Some of it cannot be read."""


def good(): ...


def bad(:
    pass


class Half
    x = 1


def later(a):
    """Still seen."""
    return (a
