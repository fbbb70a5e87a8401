"""The documents, files and modules that a reStructuredText source names."""

from __future__ import annotations

from collections.abc import Iterator

from incdoc.sources.paths import ancestors, join, parent

from ..facts import Import
from ..file_linker import FileLinker

_DOCUMENTS = ("", ".rst", ".md", ".txt", "/index.rst")
_SOURCE_ROOTS = ("", "src", "lib", "python")


class RstLinker(FileLinker):
    """Entries of a ``toctree`` and ``:doc:`` are documents; the arguments of ``automodule`` are names of Python."""

    refers = "names"

    def candidates(self, path: str, item: Import) -> Iterator[str]:
        """By the directive. A document that begins with a slash is below the folder of Sphinx's settings, which may be
        any above the source."""
        here = parent(path)
        if item.style.startswith("auto"):
            yield from self._modules(item)
            return
        folders = [here] if not item.module.startswith("/") else list(dict.fromkeys((here, *ancestors(here), "")))
        name = item.module.lstrip("/")
        for folder in folders:
            for ending in _DOCUMENTS if item.style in ("toctree", "doc") else ("",):
                yield join(folder, name) + ending

    def is_inside(self, path: str, item: Import) -> bool:
        """All but the modules, which may be of a distribution."""
        return not item.style.startswith("auto")

    @staticmethod
    def _modules(item: Import) -> Iterator[str]:
        parts = item.module.split(".")
        for length in range(len(parts), 0, -1):
            stem = "/".join(parts[:length])
            for root in _SOURCE_ROOTS:
                yield join(root, f"{stem}.py")
                yield join(root, f"{stem}/__init__.py")
            if item.style == "automodule":
                return
