"""What the cells of a notebook refer to: modules, as Python's, and files, as a document's links."""

from __future__ import annotations

from msgspec.structs import replace

from ..markdown.linker import DocumentLinker
from ..outline import Outline
from ..python.linker import PythonLinker
from ..resolution import Resolution


class NotebookLinker(PythonLinker):
    """It has no name by which Python could import it."""

    def resolve(self, path: str, outline: Outline) -> Resolution:
        """Both."""
        code = self.references(path, outline)
        prose = DocumentLinker(self.repository).resolve(path, outline)
        return replace(code, wants=code.wants | prose.wants, links=prose.links)
