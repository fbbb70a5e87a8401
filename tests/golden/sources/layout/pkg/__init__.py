from .deep.core import *
from .deep.core import Core as Shared
from . import late
