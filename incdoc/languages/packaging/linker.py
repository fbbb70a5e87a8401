"""Which files the older manifests of Python read, and what they require in this repository."""

from __future__ import annotations

from collections.abc import Iterable

from incdoc.sources.paths import join, parent

from ..facts import Import
from ..linker import Linker
from ..outline import Outline
from ..packages import REQUIREMENT
from ..patterns import inside
from ..python.distributions import normalised
from ..python.language import PROJECT_FILES
from ..resolution import IMPORTS, Resolution, Target
from .language import FOLDER


class RequirementsLinker(Linker):
    """Requirements with a place lead to the manifest that is there."""

    refers = "uses"

    def registers(self, path: str) -> Iterable[tuple[str, str]]:
        """The distributions that it requires."""
        outline = self.repository.outline(path)
        for item in outline.imports if outline is not None else ():
            if item.style == REQUIREMENT and not item.place:
                yield "pypi", normalised(item.module)

    def governs(self, path: str) -> str:
        """The folder around a folder of requirements files."""
        folder = parent(path)
        return parent(folder) if folder.rpartition("/")[2] == FOLDER else folder

    def resolve(self, path: str, outline: Outline) -> Resolution:
        """A file that it reads is beside it."""
        wants: set[str] = set()
        targets = tuple(self._target(path, item, wants) for item in outline.imports)
        read = zip(outline.imports, targets, strict=True)
        uses = {(each.path, IMPORTS, "") for item, each in read if not item.style and each.kind == "source"}
        return Resolution(targets, (), frozenset(wants), frozenset(use for use in uses if use[0] != path))

    def _target(self, path: str, item: Import, wants: set[str]) -> Target:
        if item.style and not item.place:
            return Target("distribution")
        place = inside(parent(path), item.place or item.module)
        for each in [] if place is None else [join(place, name) for name in PROJECT_FILES] if item.style else [place]:
            wants.add(f"/{each}")
            if self.repository.exists(each):
                return Target("source", each)
        return Target("missing")
