"""Jupyter notebooks as a language: the kinds of their definitions are those of Markdown and Python."""

from __future__ import annotations

from ..language import FileType, Language
from ..markdown.language import LANGUAGE as MARKDOWN
from ..python.language import LANGUAGE as PYTHON

LANGUAGE = Language(
    name="notebook",
    title="Jupyter",
    files=(FileType("Jupyter notebook", "json", suffixes=("ipynb",)),),
    kinds=(*MARKDOWN.kinds, *PYTHON.kinds),
    depends=("tree_sitter", "tree_sitter_json", "tree_sitter_markdown", "tree_sitter_python"),
    extract="incdoc.languages.notebook.extract:extract",
    view="incdoc.languages.notebook.view:NotebookView",
    linker="incdoc.languages.notebook.linker:NotebookLinker",
    family="python",
)
