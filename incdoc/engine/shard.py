"""One part of the pages of a build that is divided among several machines.

A **shard** is one of so many parts: number I of N. A page belongs to the part of its folder: that of its source, or
the one that it is about. Pages about the whole repository, as each part of the keyword index, are assigned one by one.
The part is a digest of the name alone, so that it is the same on every machine and needs no list of what there is, and
a folder that is added moves no other one.
"""

from __future__ import annotations

import re
from hashlib import blake2b

from msgspec import Struct

from incdoc.config import SITE
from incdoc.pages.kinds import NAMES, kind_of, split

_SPELLED = re.compile(r"([0-9]{1,6})/([0-9]{1,6})", re.ASCII)


class Shard(Struct, frozen=True):
    """Part ``number`` of ``count``; the first is 1."""

    number: int = 1
    count: int = 1

    @classmethod
    def parse(cls, text: str) -> Shard | None:
        """The part that is written ``I/N``; None of another text."""
        match = _SPELLED.fullmatch(text)
        found = cls(int(match[1]), int(match[2])) if match else None
        return found if found is not None and 1 <= found.number <= found.count else None

    @property
    def is_whole(self) -> bool:
        """Whether there is no other part."""
        return self.count == 1

    def has(self, task: str) -> bool:
        """Whether the page of a task is in this part."""
        return self.is_whole or self._is_in(_place(task))

    def has_orphan(self, page: str) -> bool:
        """Whether a page that no task makes is in a folder of this part."""
        if self.is_whole:
            return True
        folder = page.removeprefix(SITE).rpartition("/")[0]
        return self._is_in(f"{folder}/" if folder else "")

    def _is_in(self, place: str) -> bool:
        digest = blake2b(place.encode("utf-8", "surrogateescape"), digest_size=8).digest()
        return int.from_bytes(digest, "big") % self.count == self.number - 1


WHOLE = Shard()
"""All pages."""


def _place(task: str) -> str:
    """The folder in the output that decides about a task; its own name if it is about the whole repository."""
    from incdoc.pages import paths  # which a run with nothing to do does not need

    name, subject = split(task)
    folder = kind_of(name).folder(subject) if name in NAMES else None
    return paths.folder_path(folder) if folder is not None else f":{task}"
