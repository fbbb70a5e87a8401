from .. import late
from ..late import Late

__all__ = ["Core"]


class Core:
    """The core."""


_hidden = 1
