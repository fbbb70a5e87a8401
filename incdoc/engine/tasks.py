"""The names of the tasks that make pages. Imports nothing, so that loading doit's plugins costs a project no time."""

from __future__ import annotations

KINDS = ("docs", "kw", "index", "doc", "sub", "book", "keywords")
"""The kinds of tasks, in the order in which they are listed."""


def split(task: str) -> tuple[str, str]:
    """(kind, subject) of a task's name; the repository's folder is the empty subject."""
    kind, _, subject = task.partition(":")
    if kind in ("index", "doc", "sub", "book") and subject == ".":
        subject = ""
    return kind, subject


def folder_task(kind: str, folder: str) -> str:
    """The name of a folder's task."""
    return f"{kind}:{folder or '.'}"
