"""Where work runs: anything with ``concurrent.futures``' ``submit``.

Work is bytes and names in, bytes out; never a syntax tree, never a session.
"""

from incdoc.executors.pool import Pool
from incdoc.executors.serial import Serial

__all__ = ["Pool", "Serial"]
