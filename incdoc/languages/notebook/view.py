"""What pages of notebooks say beside their facts."""

from __future__ import annotations

from typing import ClassVar

from ..python.view import PythonView


class NotebookView(PythonView):
    """The words of Python, for its definitions in cells."""

    fence: ClassVar[str] = "python"
