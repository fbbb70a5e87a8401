"""Which files the older manifests of Python read, and what they require in this repository."""

from __future__ import annotations

from collections.abc import Iterable

from incdoc.sources.paths import join, parent

from ..facts import Import
from ..linker import Linker, Repository
from ..outline import Outline
from ..packages import STARTED, started
from ..patterns import inside
from ..python.distributions import required
from ..python.language import PROJECT_FILES
from ..python.linker import PythonLinker
from ..resolution import IMPORTS, Resolution, Target
from .language import FOLDER


class RequirementsLinker(Linker):
    """Requirements with a place lead to the manifest that is there, commands to functions of Python."""

    refers = "uses"

    def __init__(self, repository: Repository) -> None:
        super().__init__(repository)
        self._python = PythonLinker(repository)

    def registers(self, path: str) -> Iterable[tuple[str, str]]:
        """The distributions that it requires."""
        return required(self.repository.outline(path))

    def governs(self, path: str) -> str:
        """The folder around a folder of requirements files."""
        folder = parent(path)
        return parent(folder) if folder.rpartition("/")[2] == FOLDER else folder

    def resolve(self, path: str, outline: Outline) -> Resolution:
        """A file that it reads is beside it."""
        wants: set[str] = set()
        uses: set[tuple[str, int, str]] = set()
        targets = []
        for item in outline.imports:
            if item.style in STARTED:
                target = self._python.called(path, item, wants, uses)
                uses.update(started(item, target))
            else:
                target = self._target(path, item, wants)
                uses.update([(target.path, IMPORTS, "")] if not item.style and target.kind == "source" else ())
            targets.append(target)
        return Resolution(tuple(targets), (), frozenset(wants), frozenset(use for use in uses if use[0] != path))

    def _target(self, path: str, item: Import, wants: set[str]) -> Target:
        if item.style and not item.place:
            return Target("distribution")
        place = inside(parent(path), item.place or item.module)
        for each in [] if place is None else [join(place, name) for name in PROJECT_FILES] if item.style else [place]:
            wants.add(f"/{each}")
            if self.repository.exists(each):
                return Target("source", each)
        return Target("missing")
