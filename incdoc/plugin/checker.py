"""doit's file checker: a ``file_dep``'s state is its blob id.

doit's own checker takes an equal mtime for equal content. This one believes incdoc's stamps of listed sources and reads
every other file.
"""

from __future__ import annotations

import os
from typing import Any

from doit.dependency import FileChangedChecker

from incdoc.plugin.active_build import active_build


class BlobChecker(FileChangedChecker):
    """Compares content, not times, for all tasks of a project."""

    def check_modified(self, file_path: str, file_stat: os.stat_result, state: Any) -> bool:
        """Whether the file's content differs from ``state``, or cannot be told."""
        from incdoc.config import SourceError

        try:
            return bool(self._blob(file_path) != state)
        except SourceError:
            return True  # the task says what is wrong with it

    def get_state(self, dep: str, current_state: Any) -> str | None:
        """The content's blob id in hex; None, which keeps ``current_state``, where it is that or cannot be told."""
        from incdoc.config import SourceError

        try:
            blob = self._blob(dep)
        except SourceError:
            return None
        return None if blob == current_state else blob

    @staticmethod
    def _blob(path: str) -> str:
        session = active_build.session
        if session is not None:
            known = session.blob(path)
            if known is not None:
                return str(known.hex())
        from incdoc.sources import hash_file

        return hash_file(os.path.realpath(path))[0].hex()
