"""Paths of a repository, as text: relative to its root, with slashes. The root itself is ``""``."""

from __future__ import annotations


def parent(path: str) -> str:
    """The folder that holds ``path``; the repository is ``""``."""
    return path.rpartition("/")[0]


def join(folder: str, name: str) -> str:
    """``name`` in ``folder``."""
    return f"{folder}/{name}" if folder else name


def ancestors(folder: str) -> list[str]:
    """``folder`` and all above it, the repository last."""
    chain = [folder]
    while folder:
        folder = parent(folder)
        chain.append(folder)
    return chain
