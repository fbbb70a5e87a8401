"""The links of languages whose statements name files: ``include``, ``source``, ``load``."""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import normpath

from incdoc.sources.paths import join, parent

from .facts import Import
from .linker import Linker
from .outline import Outline
from .resolution import IMPORTS, Resolution, Target


class FileLinker(Linker):
    """A statement leads to the first of its candidates that is a source."""

    refers = "reads"

    def candidates(self, path: str, item: Import) -> Iterator[str]:
        """The paths at which a statement of the source at ``path`` looks, the most usual first. This one: beside the
        source, then from the top of the repository."""
        yield join(parent(path), item.module)
        yield item.module

    def is_inside(self, path: str, item: Import) -> bool:
        """Whether what a statement names must be in the repository, so that it is missing if it is not there."""
        return item.module.startswith((".", "/")) or "/" in item.module

    def resolve(self, path: str, outline: Outline) -> Resolution:
        """The files that its statements name."""
        wants: set[str] = set()
        targets = tuple(self._target(path, item, wants) for item in outline.imports)
        uses = frozenset((each.path, IMPORTS, "") for each in targets if each.kind == "source" and each.path != path)
        return Resolution(targets, (), frozenset(wants), uses)

    def _target(self, path: str, item: Import, wants: set[str]) -> Target:
        for written in self.candidates(path, item):
            place = normpath(written.lstrip("/"))
            if place == "." or place.startswith("../") or place == "..":
                continue
            wants.add("/" + place)
            if self.repository.exists(place):
                return Target("source", place)
        return Target("missing" if self.is_inside(path, item) else "distribution")
