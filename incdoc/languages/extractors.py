"""A language's bytes -> facts, by the name of what extracts them (``Language.extractor``).

Apart from ``detect``, because facts do not depend on the names of files: another table there reads no source again.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from .facts import Facts

MODULES = {
    "python": ("python", "extract"),
    "markdown": ("markdown", "extract"),
    "text": ("text", "extract"),
    "binary": ("text", "extract_binary"),
}
"""By extractor: the module or package of this folder, and its function."""
EXTRACTORS = tuple(MODULES)


@cache
def _extractor(extractor: str) -> Callable[[bytes], Facts]:
    module, function = MODULES.get(extractor, MODULES["text"])
    found: Callable[[bytes], Facts] = getattr(import_module(f"{__package__}.{module}"), function)
    return found


def extract(extractor: str, data: bytes) -> Facts:
    """Facts of ``data``; the module of a language (and its grammar) is imported at its first source."""
    return _extractor(extractor)(data)
