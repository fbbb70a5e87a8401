"""Which one?"""

import common
import space.inner.deep
import space.inner
import twice
from common import shared
from pkg import Shared, deep, late
from pkg.deep import *
from space import inner
from space.inner import deep as d
from space.inner.deep import Deep, nothing


class Derived(Deep, Shared): ...
