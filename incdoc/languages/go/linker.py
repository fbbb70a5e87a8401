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
from ..resolution import CHAIN, IMPORTS, MENTIONS, Base, Command, Resolution, Target, Usage
from .language import MANIFEST, is_test

_LANGUAGE = "go"
_TYPES = frozenset(("struct", "interface", "type"))
_NOT_USED = frozenset(("module", "package", "field"))
_AS_TYPE = " as a type"
_MOST_VARIANTS = 8
"""Files that define a name, for one system each. Of more, none is taken."""
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

    def defines(self, path: str) -> Iterable[str]:
        """Its names, in the folder and the package."""
        outline = self.repository.outline(path) if path.endswith(".go") else None
        if outline is not None:
            before = join(parent(path), outline.package)
            for name, kind in outline.keywords:
                if kind not in _NOT_USED:
                    yield f"{before}.{name}"
                if kind in _TYPES:
                    yield f"{before}.{name}{_AS_TYPE}"

    def surface(self, outline: Outline) -> object:
        """Its package and types."""
        return outline.package, outline.classes

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
        usages = frozenset(self._usages(path, outline, wants))
        return Resolution(tuple(targets), bases, frozenset(wants), frozenset(uses), usages=usages)

    def _usages(self, path: str, outline: Outline, wants: set[str]) -> Iterator[Usage]:
        """What its definitions use of the other files of its package, and of other packages."""
        own = join(parent(path), outline.package)
        packages = dict(self._packages(outline.imports))
        for use in outline.uses:
            first, _, rest = use.rest.partition(".")
            if (package := packages.get(first, "" if first in packages else own)) == own:
                rest = use.rest
            if not (package and rest):
                continue
            first, _, member = rest.partition(".")
            files = self._files(path, f"{package}.{first}", wants)
            if member and (found := self._files(path, f"{package}.{rest}", wants)):
                files, first, member = found, rest, ""
            elif member and self._files(path, f"{package}.{first}{_AS_TYPE}", wants):
                continue  # a field, or a method that the type has of another one
            for each in files if len(files) <= _MOST_VARIANTS else ():
                if each != path:
                    yield Usage(each, first, member, use.owner, use.called)

    def _packages(self, imports: Iterable[Import]) -> Iterator[tuple[str, str]]:
        """(name in the source, folder and name) of the packages of this repository that are imported; empty where that
        is not known."""
        for item in imports:
            files = [each for each in self.repository.named(_LANGUAGE, item.module) if not is_test(each)]
            outlines = ((parent(each), self.repository.outline(each)) for each in files)
            found = {(folder, each.package) for folder, each in outlines if each is not None}
            found = {each for each in found if each[1] != "main"} or found
            if len(found) == 1:
                folder, package = found.pop()
                yield item.alias or package, join(folder, package)
            else:
                yield item.alias or item.module.rpartition("/")[2], ""

    def _files(self, path: str, name: str, wants: set[str]) -> list[str]:
        """The files that define a name of a package, for one system each if there are several. The source at ``path``
        does not see what tests define, unless it is one of those."""
        wants.add(name)
        tests = parent(path) if is_test(path) else None
        found = self.repository.named(_LANGUAGE, name)
        return [each for each in found if not is_test(each) or parent(each) == tests]

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
