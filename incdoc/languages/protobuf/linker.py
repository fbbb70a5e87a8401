"""The schemas that a schema imports."""

from __future__ import annotations

from collections.abc import Iterator

from incdoc.sources.paths import ancestors, join, parent

from ..facts import Import
from ..file_linker import FileLinker


class ProtobufLinker(FileLinker):
    """A path is relative to an import folder that the compiler is told; it may be any above the source."""

    refers = "imports"

    def candidates(self, path: str, item: Import) -> Iterator[str]:
        """From the top of the repository down to the source's own folder."""
        here = parent(path)
        for folder in dict.fromkeys(("", *reversed([*ancestors(here)]), here)):
            yield join(folder, item.module)

    def is_inside(self, path: str, item: Import) -> bool:
        """Others may be of an installed package."""
        return False
