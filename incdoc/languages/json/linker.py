"""What a ``package.json`` requires, starts and is made of in this repository, and the name of its package, by which
modules refer to it; what a ``Pipfile.lock`` locks."""

from __future__ import annotations

from collections.abc import Iterable

from incdoc.sources.paths import ancestors, join, parent

from ..facts import Import
from ..linker import Entry, Linker, Repository
from ..manifests import PACKAGE, values
from ..outline import Outline
from ..packages import LOCKED, MEMBER, REQUIREMENT, RUN, STARTED, beside, members, named_file, started
from ..patterns import inside
from ..python.distributions import required
from ..resolution import CHAIN, IMPORTS, Resolution, Target
from ..typescript.projects import Projects, Seen
from ..typescript.runners import runner
from .language import PIPFILE_LOCK


class ManifestLinker(Linker):
    """Commands and scripts lead to files, requirements to packages of the workspace. What sources ask a manifest is
    compared as a whole."""

    refers = "uses"

    def __init__(self, repository: Repository) -> None:
        super().__init__(repository)
        self._projects = Projects(repository)

    def names(self, path: str) -> list[str]:
        """The name of the package."""
        if path.rpartition("/")[2] != PACKAGE or (outline := self.repository.outline(path)) is None:
            return []
        name = values(outline).get("name")
        return [name] if isinstance(name, str) and name else []

    def registers(self, path: str) -> Iterable[tuple[str, str]]:
        """The packages that it requires, or locks."""
        if path.rpartition("/")[2] == PIPFILE_LOCK:
            yield from required(self.repository.outline(path), LOCKED)
        if path.rpartition("/")[2] == PACKAGE and (outline := self.repository.outline(path)) is not None:
            yield from (("npm", item.module) for item in outline.imports if item.style == REQUIREMENT)

    def locks(self, path: str) -> bool:
        """A lock file."""
        return path.rpartition("/")[2] == PIPFILE_LOCK

    def sought(self, path: str, entry: Entry) -> Iterable[str]:
        """Its folder, which a module may name, and the manifests below each folder above it."""
        if path.rpartition("/")[2] == PACKAGE:
            yield "/" + parent(path)
            if entry == "source":
                yield from (beside(each, PACKAGE) for each in ancestors(parent(path)))

    def surface(self, outline: Outline) -> object:
        """What sources that it decides about ask it."""
        return outline.manifest, runner(outline)

    def resolve(self, path: str, outline: Outline) -> Resolution:
        """By the name of the file; others are no manifests."""
        if path.rpartition("/")[2] == PIPFILE_LOCK:
            return Resolution(tuple(Target("distribution") for _ in outline.imports), (), frozenset(), frozenset())
        if path.rpartition("/")[2] != PACKAGE:
            return super().resolve(path, outline)
        seen = Seen(set(), set())
        uses: set[tuple[str, int, str]] = set()
        folders = members(self.repository, parent(path), PACKAGE, outline.imports, seen.wants)
        targets = []
        for item in outline.imports:
            if item.style == MEMBER:
                targets.append(folders[item.module])
            elif item.style in STARTED:
                file = self._projects.made(parent(path), item.module, seen)
                targets.append(Target("source", file) if file else Target("missing"))
                uses.update(started(item, targets[-1]))
            elif item.style == RUN:
                targets.append(named_file(self.repository, path, item.module, seen.wants))
                if targets[-1].kind == "source":
                    uses.add((targets[-1].path, IMPORTS, ""))
            else:
                targets.append(self._requirement(path, item, seen))
        uses |= {(each, CHAIN, "") for each in seen.looked}
        return Resolution(
            tuple(targets), (), frozenset(seen.wants), frozenset(each for each in uses if each[0] != path)
        )

    def forget_outlines(self) -> None:
        """Drop what the manifests say."""
        self._projects.forget()

    def _requirement(self, path: str, item: Import, seen: Seen) -> Target:
        """The manifest of a package of this repository: at the place that is said, or a member of the workspace."""
        if item.place:
            place = inside(parent(path), item.place)
            found = [] if place is None else [place]
        else:
            found = self._projects.members(parent(path), item.module, seen)
        manifests = tuple(join(each, PACKAGE) for each in found)
        seen.wants.update(f"/{each}" for each in manifests)
        there = tuple(each for each in manifests if each != path and self.repository.exists(each))
        if len(there) > 1:
            return Target("ambiguous", candidates=there)
        return Target("source", there[0]) if there else Target("missing" if item.place else "distribution")
