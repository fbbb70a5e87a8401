"""What workflows, pipelines, hooks and services are made of in this repository."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from incdoc.sources.paths import join, parent

from ..facts import Import
from ..file_linker import FileLinker
from ..outline import Outline
from ..packages import REQUIREMENT
from ..python.distributions import required

_ENVIRONMENT = re.compile(r"(?:[\w.-]*[_.-])?environment(?:[_.-][\w.-]*)?\.ya?ml", re.ASCII)


class WorkflowLinker(FileLinker):
    """Actions that begin with ``./``, scripts and included files are searched from the top of the repository; what a
    service is built of, from the file."""

    refers = "uses"

    def registers(self, path: str) -> Iterable[tuple[str, str]]:
        """The distributions of an environment of conda, most of which have the same names as those of pip."""
        return required(self.repository.outline(path)) if _ENVIRONMENT.fullmatch(path.rpartition("/")[2]) else ()

    def surface(self, outline: Outline) -> object:
        """The packages of a workspace."""
        return outline.manifest

    def candidates(self, path: str, item: Import) -> Iterator[str]:
        """An action may be a workflow, or the file of a folder."""
        if item.style == REQUIREMENT:
            return
        if item.style == "build":
            yield join(parent(path), item.module)
        elif item.style:
            yield join(item.place, item.module)
        elif item.module.startswith("./"):
            for ending in ("", "/action.yml", "/action.yaml"):
                yield item.module[2:].rstrip("/") + ending

    def is_inside(self, path: str, item: Import) -> bool:
        """Other actions are another repository's, or images."""
        return (bool(item.style) and item.style != REQUIREMENT) or item.module.startswith("./")
