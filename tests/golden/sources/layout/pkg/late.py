from . import Shared
from .deep import Core
from .deep.core import _hidden, Core as C
from .nothing import x
from ... import beyond


class Late(Shared): ...
