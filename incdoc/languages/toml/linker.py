"""What a ``pyproject.toml`` or a ``Cargo.toml`` requires, starts and is made of in this repository."""

from __future__ import annotations

from collections.abc import Iterable

from incdoc.sources.paths import ancestors, join, parent

from ..facts import Import
from ..linker import Entry, Linker, Repository
from ..outline import Outline
from ..packages import LOCKED, MEMBER, REQUIREMENT, STARTED, beside, members, started
from ..patterns import inside
from ..python.distributions import normalised, required
from ..python.linker import PythonLinker
from ..resolution import CHAIN, Resolution, Target
from .language import CRATE, CRATE_LOCK, LOCKS, PIPFILE, PROJECT
from .manifest import HERE

_WORKSPACE = "workspace.dependencies"
_MANIFESTS = PROJECT, CRATE, PIPFILE


class ManifestLinker(Linker):
    """Commands lead to functions of Python, or to the roots of crates; requirements to manifests that say that they are
    in the repository."""

    refers = "uses"

    def __init__(self, repository: Repository) -> None:
        super().__init__(repository)
        self._python = PythonLinker(repository)

    def registers(self, path: str) -> Iterable[tuple[str, str]]:
        """The distributions that it requires, and the one that it makes."""
        name = path.rpartition("/")[2]
        if name in LOCKS:
            yield from required(self.repository.outline(path), LOCKED)
        if name not in _MANIFESTS or (outline := self.repository.outline(path)) is None:
            return
        same, registry = (crate, "crates") if name == CRATE else (normalised, "pypi")
        for item in outline.imports:
            if item.style == REQUIREMENT:
                yield registry, same(item.module)
        if outline.package:
            yield f"{registry} here", same(outline.package)

    def locks(self, path: str) -> bool:
        """A lock file."""
        return path.rpartition("/")[2] in LOCKS

    def sought(self, path: str, entry: Entry) -> Iterable[str]:
        """The manifests below each folder above it."""
        name = path.rpartition("/")[2]
        if entry == "source" and name in _MANIFESTS:
            yield from (beside(each, name) for each in ancestors(parent(path)))

    def surface(self, outline: Outline) -> object:
        """Where a workspace has what its members require."""
        return [(item.module, item.place) for item in outline.imports if item.scope == _WORKSPACE]

    def resolve(self, path: str, outline: Outline) -> Resolution:
        """By the name of the file; others are no manifests."""
        name = path.rpartition("/")[2]
        if name in LOCKS or name == CRATE_LOCK:
            return Resolution(tuple(Target("distribution") for _ in outline.imports), (), frozenset(), frozenset())
        if name not in _MANIFESTS:
            return super().resolve(path, outline)
        wants: set[str] = set()
        uses: set[tuple[str, int, str]] = set()
        folders = members(self.repository, parent(path), name, outline.imports, wants)
        targets = []
        for item in outline.imports:
            if item.style == MEMBER:
                targets.append(folders[item.module])
            elif item.style in STARTED:
                if name == CRATE:
                    target = self._program(path, item, outline.package, wants)
                else:
                    target = self._python.called(path, item, wants, uses)
                uses.update(started(item, target))
                targets.append(target)
            else:
                targets.append(self._requirement(path, name, item, wants, uses))
        uses = {each for each in uses if each[0] != path}
        return Resolution(tuple(targets), (), frozenset(wants), frozenset(uses))

    def _program(self, path: str, item: Import, package: str, wants: set[str]) -> Target:
        """The root of a crate: at its path, or where Cargo looks for it."""
        folder = "examples" if item.style != "command" else "src/bin"
        usual = [f"{folder}/{item.alias}.rs", f"{folder}/{item.alias}/main.rs"]
        if item.style == "command" and item.alias == package:
            usual.insert(0, "src/main.rs")
        for each in [item.module] if item.module else usual:
            place = inside(parent(path), each)
            if place:
                wants.add(f"/{place}")
                if self.repository.exists(place):
                    return Target("source", place)
        return Target("missing")

    def _requirement(
        self, path: str, name: str, item: Import, wants: set[str], uses: set[tuple[str, int, str]]
    ) -> Target:
        """The manifest of what a requirement is in this repository, if a manifest says so."""
        place = item.place
        if place == HERE and name == PROJECT:
            return self._here(path, item, wants)
        if name == PIPFILE:
            name, place = PROJECT, "./" if place == HERE else place
        top = parent(path)
        if place == HERE:
            top, place = self._by_workspace(path, item, wants, uses)
        folder = inside(top, place) if place else None
        if folder is None:
            return Target("distribution")
        manifest = join(folder, name)
        wants.add(f"/{manifest}")
        return Target("source", manifest) if self.repository.exists(manifest) else Target("missing")

    def _here(self, path: str, item: Import, wants: set[str]) -> Target:
        """The project of this repository that has a name."""
        wanted = normalised(item.module)
        wants.add(f"/pypi here:{wanted}")
        found = sorted(each for each in self.repository.named("/pypi here", wanted) if each != path)
        if len(found) > 1:
            return Target("ambiguous", candidates=tuple(found))
        return Target("source", found[0]) if found else Target("missing")

    def _by_workspace(
        self, path: str, item: Import, wants: set[str], uses: set[tuple[str, int, str]]
    ) -> tuple[str, str]:
        """(folder, place in it) where the workspace around a crate has a requirement."""
        for folder in ancestors(parent(path)):
            manifest = join(folder, CRATE)
            wants.add(f"/{manifest}")
            outline = self.repository.outline(manifest)
            if outline is None:
                continue
            uses.add((manifest, CHAIN, ""))
            for each in outline.imports:
                if each.scope == _WORKSPACE and each.module == item.module:
                    return folder, each.place
        return "", ""


def crate(name: str) -> str:
    """The name of a crate as paths have it."""
    return name.replace("-", "_")
