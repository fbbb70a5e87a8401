"""Bazel's labels of files: ``//folder:file``, ``:file``; those of another repository (``@name``) are not followed."""

from __future__ import annotations

from collections.abc import Iterator

from incdoc.sources.paths import ancestors, join, parent

from ..facts import Import
from ..file_linker import FileLinker


class StarlarkLinker(FileLinker):
    """Loaded files."""

    refers = "loads"

    def candidates(self, path: str, item: Import) -> Iterator[str]:
        """A label begins at a folder with a WORKSPACE, which may be any above the source."""
        label = item.module
        if label.startswith("@"):
            return
        if label.startswith("//"):
            file = label[2:].replace(":", "/").lstrip("/")
            for folder in dict.fromkeys(("", *reversed([*ancestors(parent(path))]))):
                yield join(folder, file)
        else:
            yield join(parent(path), label.lstrip(":"))

    def is_inside(self, path: str, item: Import) -> bool:
        """All but those of other repositories."""
        return not item.module.startswith("@")
