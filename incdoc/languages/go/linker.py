"""What the imports and embedded types of Go lead to.

A package is a folder; its name for imports is that of the module, which the nearest ``go.mod`` above says, and the path
of the folder in the module. An import uses all files of the package but its tests.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from incdoc.sources.paths import ancestors, join, parent

from ..facts import Import
from ..linker import Linker, Repository
from ..outline import Outline
from ..patterns import inside
from ..resolution import CHAIN, IMPORTS, MENTIONS, Base, Command, Resolution, Target
from .language import MANIFEST, is_test

_LANGUAGE = "go"
_MOST_LOOKED_INTO = 50
"""Files of a package in which an embedded type is searched."""


class PackageLinker(Linker):
    """Resolves imports and embedded types."""

    refers = "imports"

    def __init__(self, repository: Repository) -> None:
        super().__init__(repository)
        self._modules: dict[str, tuple[str, str]] = {}

    def names(self, path: str) -> list[str]:
        """The import path of its package."""
        if not path.endswith(".go"):
            return []
        folder = parent(path)
        top, module = self._module(folder)
        inside = folder[len(top) :].strip("/")
        return [join(module, inside) if inside else module] if module else []

    def declares(self, path: str, outline: Outline) -> object:
        """The name of the module."""
        return outline.package

    def surface(self, outline: Outline) -> object:
        """Its types."""
        return outline.classes

    def registers(self, path: str) -> Iterable[tuple[str, str]]:
        """The modules that a manifest requires, and its own."""
        if path.rpartition("/")[2] == MANIFEST and (outline := self.repository.outline(path)) is not None:
            yield from (("go", item.module) for item in outline.imports)
            if outline.package:
                yield "go here", outline.package

    def distributions(self, path: str, item: Import) -> Iterable[tuple[str, str]]:
        """The module of a package has the beginning of its name."""
        return (("go", each) for each in ancestors(item.module) if each)

    def command(self, path: str, outline: Outline, wants: set[str], looked: set[str]) -> Command | None:
        """Those of the package, in the folder of the module."""
        top, module = self._module(parent(path))
        if not (module and is_test(path)):
            return None
        inside = parent(path)[len(top) :].strip("/")
        return Command(top, "go test", f"./{inside}" if inside else ".")

    def companions(self, path: str) -> Iterable[tuple[str, str]]:
        """The test of a source, the source of a test, by their names."""
        if is_test(path):
            yield "source", path.removesuffix("_test.go") + ".go"
        elif path.endswith(".go"):
            yield "test", path.removesuffix(".go") + "_test.go"

    @staticmethod
    def shares(path: str) -> bool:
        """What is compiled together."""
        return path.endswith(".go")

    def executed_by(self, path: str) -> Iterable[str]:
        """The tests of its package, which are compiled with it."""
        folder = parent(path)
        return (each for each in self.repository.below(folder) if parent(each) == folder and is_test(each))

    def resolve(self, path: str, outline: Outline) -> Resolution:
        """What the imports and embedded types of the source at ``path`` lead to; what a manifest requires."""
        wants: set[str] = set()
        if path.rpartition("/")[2] == MANIFEST:
            required = tuple(self._module_at(path, item, wants) for item in outline.imports)
            return Resolution(required, (), frozenset(wants), frozenset())
        uses: set[tuple[str, int, str]] = set()
        targets = []
        packages: dict[str, list[str]] = {}
        for item in outline.imports:
            wants.add(item.module)
            files = [each for each in self.repository.named(_LANGUAGE, item.module) if not is_test(each)]
            targets.append(self._target(path, item.module, files))
            if files:
                packages[item.alias or item.module.rpartition("/")[2]] = files
                uses.update((each, IMPORTS, "") for each in files if each != path)
        bases = tuple(self._bases(path, outline, packages, wants, uses))
        return Resolution(tuple(targets), bases, frozenset(wants), frozenset(uses))

    def _module_at(self, path: str, item: Import, wants: set[str]) -> Target:
        """The manifest of a module that is in this repository: at the place that is said, or by its name."""
        if item.place:
            place = inside(parent(path), item.place)
            found = [] if place is None else [join(place, MANIFEST)]
            wants.update(f"/{each}" for each in found)
        else:
            wants.add(f"/go here:{item.module}")
            found = list(self.repository.named("/go here", item.module))
        there = tuple(each for each in found if self.repository.exists(each))
        if len(there) > 1:
            return Target("ambiguous", candidates=there)
        return Target("source", there[0]) if there else Target("missing" if item.place else "distribution")

    def _target(self, path: str, name: str, files: list[str]) -> Target:
        folders = sorted({parent(each) for each in files})
        if len(folders) > 1:
            return Target("ambiguous", candidates=tuple(folders))
        if len(files) == 1:
            return Target("source", files[0])
        if files:
            return Target("folder", folders[0])
        _, module = self._module(parent(path))
        if module and (name == module or name.startswith(module + "/")):
            return Target("missing")
        return Target("distribution" if "." in name.partition("/")[0] else "stdlib")

    def _module(self, folder: str) -> tuple[str, str]:
        """(folder, name) of the module that a folder is in; the name is empty if there is none."""
        found = self._modules.get(folder)
        if found is None:
            found = "", ""
            for above in (folder, *ancestors(folder)) if folder else ("",):
                outline = self.repository.outline(join(above, MANIFEST))
                if outline is not None:
                    found = above, outline.package
                    break
            self._modules[folder] = found
        return found

    def _bases(
        self,
        path: str,
        outline: Outline,
        packages: dict[str, list[str]],
        wants: set[str],
        uses: set[tuple[str, int, str]],
    ) -> Iterator[Base]:
        own = {name for name, _ in outline.classes}
        beside: list[str] | None = None
        for owner, bases in outline.classes:
            for text in bases:
                package, _, name = text.lstrip("*").partition("[")[0].rpartition(".")
                if not package and name in own:
                    if name != owner:
                        yield Base(owner, text, path, name)
                    continue
                if package:
                    files = packages.get(package, [])
                else:
                    if beside is None:
                        names = self.names(path)
                        wants.update(names)
                        beside = list(self.repository.named(_LANGUAGE, names[0])) if names else []
                    files = beside
                for each in files[:_MOST_LOOKED_INTO]:
                    if each == path:
                        continue
                    uses.add((each, CHAIN, ""))
                    found = self.repository.outline(each)
                    if found is not None and any(known == name for known, _ in found.classes):
                        uses.add((each, MENTIONS, name))
                        yield Base(owner, text, each, name)
                        break
