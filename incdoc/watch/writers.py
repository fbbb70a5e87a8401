"""Whether a file is still open for writing: a save is read when it is complete.

On Linux a read lease is refused while a file is open for writing. The lease is given back at once; a program that opens
the file in between waits until then. Where the file system has no leases, a file counts as complete.
"""

from __future__ import annotations

import os
import signal
import stat
import sys

if sys.platform == "linux":
    import errno
    import fcntl

    def is_being_written(path: str) -> bool:
        """Whether the regular file at ``path`` is open for writing anywhere on this machine."""
        try:
            file = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError:
            return False
        try:
            if not stat.S_ISREG(os.fstat(file).st_mode):
                return False
            # a process that opens the file meanwhile breaks the lease, and the default SIGIO would kill this process
            fcntl.fcntl(file, fcntl.F_SETSIG, signal.SIGURG)
            fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_RDLCK)
            fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_UNLCK)
        except OSError as error:
            return error.errno == errno.EAGAIN
        finally:
            os.close(file)
        return False

else:

    def is_being_written(path: str) -> bool:
        """False: this system does not tell."""
        return False
