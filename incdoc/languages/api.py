"""What a comparison of two commits says of the API of a language, and what it may ask of each."""

from __future__ import annotations

from typing import Protocol

from msgspec import Struct

from .facts import Facts
from .linker import Repository


class Commit(Repository, Protocol):
    """The files of one commit. Nothing is checked out: facts come from the store by content, so that mostly nothing is
    parsed."""

    def facts(self, path: str) -> Facts | None:
        """The facts of a file; None if it cannot be read."""


class ApiChange(Struct, frozen=True, order=True):
    """One change. ``name``: the full dotted name; ``kind``: in words; ``detail``: what it was and is; ``path``,
    ``line``: where it is in the later commit, else in the earlier one."""

    name: str
    kind: str
    breaking: bool
    detail: str = ""
    path: str = ""
    line: int = 0
