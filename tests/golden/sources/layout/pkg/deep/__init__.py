"""Deep down."""

from .core import *
