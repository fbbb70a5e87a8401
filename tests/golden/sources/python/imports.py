"""Imports in every form, wherever they stand."""
from __future__ import annotations

import os, sys as system, os.path
import xml.etree.ElementTree as ET
import classes
import functions as f, exports
import numpy as np
from classes import Plain, Kept as Held, Missing
from classes import *
from exports import (
    public,
    Public as P,  # said
)
from typing import TYPE_CHECKING
from . import constants
from .constants import LIMIT
from .. import outside

if TYPE_CHECKING:
    from generics import Box

try:
    import ujson
except ImportError:
    import json as ujson
else:
    import cgi
finally:
    import gc


class Holder:
    import re
    from exports import more

    def method(self):
        from exports import extended as e

        return e


def function():
    import exports.nothing
    import os


if system: import bz2; import lzma

with f:
    import zlib


class Sub(classes.Plain, Held[int], f.Thing, Public): ...


class Public(P): ...
