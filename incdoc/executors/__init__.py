"""Executors: classes with the ``submit`` of ``concurrent.futures``, which say where work runs; work in batches.

Work takes bytes and names, and returns bytes; never a syntax tree or a session.
"""

from incdoc.executors.pool import Pool
from incdoc.executors.protocol import Executors
from incdoc.executors.serial import Serial

__all__ = ["Executors", "Pool", "Serial"]
