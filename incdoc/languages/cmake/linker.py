"""The files that CMake reads: included scripts, subfolders, find modules of the project."""

from __future__ import annotations

from collections.abc import Iterator

from incdoc.sources.paths import ancestors, join, parent

from ..facts import Import
from ..file_linker import FileLinker
from ..outline import Outline

_MODULES = ("cmake", "cmake/Modules", "cmake/modules", "CMake", "Modules")
"""Where projects keep their own modules."""


class CMakeLinker(FileLinker):
    """A module without a folder is looked for in the usual folders, here and above: the path is set by statements."""

    def surface(self, outline: Outline) -> object:
        """Its tests."""
        return outline.manifest

    def candidates(self, path: str, item: Import) -> Iterator[str]:
        """By the statement."""
        here = parent(path)
        if item.style == "add_subdirectory":
            yield join(join(here, item.module), "CMakeLists.txt")
            return
        if item.style == "include":
            for folder in (here, *ancestors(here)):
                yield join(folder, item.module)
        name = f"Find{item.module}.cmake" if item.style == "find_package" else f"{item.module}.cmake"
        if "/" not in name:
            for folder in dict.fromkeys((here, *ancestors(here), "")):
                for modules in _MODULES:
                    yield join(join(folder, modules), name)

    def is_inside(self, path: str, item: Import) -> bool:
        """CMake has modules and packages of its own."""
        return item.style == "add_subdirectory" or (item.style == "include" and "/" in item.module)
