import os

__all__ = [name for name in dir(os) if name]
__all__ += os.__all__


def shown(): ...


def _not_shown(): ...
