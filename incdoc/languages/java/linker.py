"""What the imports and supertypes of Java lead to.

A source has the names of its types, after the package that it says. An import is the longest of its beginnings that is
a type of this repository; the rest is a type or a member in it.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator

from incdoc.sources.paths import ancestors, join, parent

from ..facts import Import
from ..linker import Linker, Repository
from ..outline import Outline
from ..resolution import CHAIN, IMPORTS, MENTIONS, Base, Command, Resolution, Target, Usage
from .language import is_test

_TYPES = frozenset(("class", "interface", "enum", "record", "annotation"))
_LANGUAGE = "java"
_MOST_ABOVE = 100
"""Classes above one in which a name is looked up."""
_MAVEN, _GRADLE, _WRAPPER = "pom.xml", ("build.gradle", "build.gradle.kts"), "gradlew"
_SOURCES, _TESTS = "src/main/", "src/test/"


class TypeLinker(Linker):
    """Resolves imports and supertypes."""

    refers = "imports"

    def __init__(self, repository: Repository) -> None:
        super().__init__(repository)
        self._above: dict[str, dict[str, list[tuple[str, str]]]] = {}

    def names(self, path: str) -> list[str]:
        """The qualified names of its types outside others, and its package with a star."""
        outline = self.repository.outline(path)
        if outline is None:
            return []
        package = outline.package
        types = sorted(name for name, kind in outline.keywords if kind in _TYPES and "." not in name)
        stem = path.rpartition("/")[2].removesuffix(".java")
        types.sort(key=lambda each: each != stem)
        before = f"{package}." if package else ""
        return [before + each for each in types] + ([f"{package}.*"] if package else [])

    def surface(self, outline: Outline) -> object:
        """Its package, names and supertypes."""
        return outline.package, outline.keywords, outline.classes

    def companions(self, path: str) -> Iterable[tuple[str, str]]:
        """The test of a source, the source of a test, by their names: beside it, or in ``test`` for ``main``."""
        stem = path.removesuffix(".java")
        if stem == path:
            return
        if is_test(path):
            if stem.endswith("Test"):
                source = stem.removesuffix("Test") + ".java"
                yield from (("source", each) for each in dict.fromkeys((source, source.replace(_TESTS, _SOURCES, 1))))
        else:
            test = f"{stem}Test.java"
            yield from (("test", each) for each in dict.fromkeys((test, test.replace(_SOURCES, _TESTS, 1))))

    def command(self, path: str, outline: Outline, wants: set[str], looked: set[str]) -> Command | None:
        """By Maven or Gradle, by the nearest of their build files."""
        if not is_test(path):
            return None
        stem = path.rpartition("/")[2].removesuffix(".java")
        name = f"{outline.package}.{stem}" if outline.package else stem
        for folder in ancestors(parent(path)):
            builds = {each: join(folder, each) for each in (_MAVEN, *_GRADLE)}
            wants.update(f"/{each}" for each in builds.values())
            there = [each for each, place in builds.items() if self.repository.exists(place)]
            if there == [_MAVEN]:
                return Command(folder, f"mvn test {shlex.quote(f'-Dtest={name}')}")
            if there and _MAVEN not in there:
                wants.add(f"/{join(folder, _WRAPPER)}")
                wrapped = self.repository.exists(join(folder, _WRAPPER))
                return Command(folder, f"{'./gradlew' if wrapped else 'gradle'} test --tests {shlex.quote(name)}")
            if there:
                return None
        return None

    def executed_by(self, path: str) -> Iterable[str]:
        """Its test, and all of its package, which need not import it."""
        for word, each in self.companions(path):
            if word == "test" and self.repository.exists(each):
                yield each
        outline = self.repository.outline(path)
        if outline is not None and outline.package:
            yield from self.repository.named(_LANGUAGE, f"{outline.package}.*")

    def resolve(self, path: str, outline: Outline) -> Resolution:
        """What the imports, supertypes and names of the source at ``path`` lead to."""
        wants: set[str] = set()
        looked: set[str] = set()
        root = _root(path, outline.package)
        targets = tuple(self._target(item, root, wants) for item in outline.imports)
        stars = [item.module for item in outline.imports if item.style != "static" and item.module.endswith(".*")]
        around = {each for name in stars for each in self.repository.named(_LANGUAGE, name)}
        bases = tuple(self._bases(path, outline, targets, wants))
        names = _Names(self, path, outline, targets, bases, wants, looked)
        usages = frozenset(names.usages())
        uses = {(each.path, IMPORTS, "") for each in targets if each.kind == "source" and each.path != path}
        uses |= {(each, CHAIN, "") for each in around | looked if each != path}
        uses |= {(each.definer, MENTIONS, each.name) for each in targets if each.definer and each.definer != path}
        uses |= {(each.path, MENTIONS, each.name) for each in bases if each.path != path}
        return Resolution(targets, bases, frozenset(wants), frozenset(uses), usages=usages)

    def _target(self, item: Import, root: str, wants: set[str]) -> Target:
        package = item.module.removesuffix(".*")
        if package != item.module and item.style != "static":
            wants.add(item.module)
            folders = {parent(each) for each in self.repository.named(_LANGUAGE, item.module)}
            if len(folders) == 1:
                return Target("folder", folders.pop())
            if folders:
                return Target("ambiguous", candidates=tuple(sorted(folders)))
        found = self.type(package, root, wants)
        if found is not None:
            return found
        if package.startswith("java."):
            return Target("stdlib")
        around = package.rpartition(".")[0]
        wants.add(f"{around}.*")
        known = any(True for _ in self.repository.named(_LANGUAGE, f"{around}.*"))
        return Target("missing" if known and package != around else "distribution")

    def type(self, name: str, root: str, wants: set[str]) -> Target | None:
        """The type of this repository that a name, or the longest beginning of it, is. Of several, as the variants of a
        library have, the one below the ``root`` of the packages is taken."""
        parts = name.split(".")
        for end in range(len(parts), 0, -1):
            outer = ".".join(parts[:end])
            wants.add(outer)
            paths = sorted(self.repository.named(_LANGUAGE, outer))
            if len(paths) > 1:
                below = [each for each in paths if root and each.startswith(root)]
                if len(below) != 1:
                    return Target("ambiguous", candidates=tuple(paths))
                paths = below
            if paths:
                outline = self.repository.outline(paths[0])
                known = {each for each, _ in outline.keywords} if outline is not None else set()
                inner = ".".join(parts[end - 1 :])
                return Target("source", paths[0], definer=paths[0], name=inner if inner in known else parts[end - 1])
        return None

    def above(self, path: str, name: str) -> list[tuple[str, str]]:
        """(file, class) of what a class of another source derives from."""
        found = self._above.get(path)
        if found is None:
            found = self._above[path] = {}
            outline = self.repository.outline(path)
            if outline is not None:
                wants: set[str] = set()
                root = _root(path, outline.package)
                targets = tuple(self._target(item, root, wants) for item in outline.imports)
                for base in self._bases(path, outline, targets, wants):
                    found.setdefault(base.owner, []).append((base.path, base.name))
        return found.get(name, [])

    def forget_outlines(self) -> None:
        """Drop what classes derive from."""
        self._above.clear()

    def _bases(self, path: str, outline: Outline, targets: tuple[Target, ...], wants: set[str]) -> Iterator[Base]:
        own = {name for name, _ in outline.classes}
        package = outline.package
        root = _root(path, package)
        imported = {
            item.module.rpartition(".")[2]: target
            for item, target in zip(outline.imports, targets, strict=True)
            if target.definer
        }
        for owner, bases in outline.classes:
            for text in bases:
                written = text.partition("<")[0].strip()
                first, _, rest = written.partition(".")
                around = owner
                while around:
                    around = around.rpartition(".")[0]
                    inner = f"{around}.{written}" if around else written
                    if inner in own and inner != owner:
                        yield Base(owner, text, path, inner)
                        break
                else:
                    target = imported.get(first)
                    if target is None and first[:1].isupper():
                        target = self.type(f"{package}.{first}" if package else first, root, wants)
                    if target is not None and target.definer:
                        yield Base(owner, text, target.definer, f"{target.name}.{rest}" if rest else target.name)


def _root(path: str, package: str) -> str:
    """The folder of the packages of a source, with its slash; empty if its folder does not have the name of its
    package."""
    folder, inside = f"{parent(path)}/", f"/{package.replace('.', '/')}/"
    return folder.removesuffix(inside) + "/" if package and folder.endswith(inside) else ""


class _Names:
    """What the free names of one source mean, from the classes around them to the packages that it imports as a
    whole."""

    def __init__(
        self,
        linker: TypeLinker,
        path: str,
        outline: Outline,
        targets: tuple[Target, ...],
        bases: Iterable[Base],
        wants: set[str],
        looked: set[str],
    ) -> None:
        self._linker, self._path, self._outline, self._wants, self._looked = linker, path, outline, wants, looked
        self._root = _root(path, outline.package)
        self._bases: dict[str, list[tuple[str, str]]] = {}
        for base in bases:
            self._bases.setdefault(base.owner, []).append((base.path, base.name))
        self._imported: dict[str, Target] = {}
        self._stars: list[str] = [""]
        """Before the names of packages and classes of which all names are known."""
        for item, target in zip(outline.imports, targets, strict=True):
            before, _, last = item.module.rpartition(".")
            if last == "*":
                self._stars.append(f"{before}.")
            else:
                self._imported.setdefault(last, target)
        self._stars[0] = f"{outline.package}." if outline.package else ""
        self._known: dict[tuple[str, str], Target | None] = {}

    def usages(self) -> Iterator[Usage]:
        """What the definitions of the source use of others."""
        classes = {name for name, _ in self._outline.classes}
        for use in self._outline.uses:
            around = use.owner
            while around and around not in classes:
                around = around.rpartition(".")[0]
            first, _, rest = use.rest.partition(".")
            target = self._meant(around, first) if not first[:1].islower() or not rest else None
            if target is None and rest and first[:1].islower():
                target, rest = self._qualified(use.rest)
            if target is not None and target.definer and target.definer != self._path:
                yield Usage(target.definer, target.name, rest, use.owner, use.called)

    def _meant(self, around: str, name: str) -> Target | None:
        """What a name means in a class."""
        key = around, name
        if key not in self._known:
            self._known[key] = self._inherited(around, name) or self._outer(name)
        return self._known[key]

    def _outer(self, name: str) -> Target | None:
        """What a name means that no class around it has: an imported one, one of the package, one of a package that is
        imported as a whole."""
        if (imported := self._imported.get(name)) is not None:
            return imported if imported.name.rpartition(".")[2] == name else None
        for before in self._stars:
            found = self._linker.type(f"{before}{name}", self._root, self._wants)
            if found is not None and (found.kind != "source" or found.name.rpartition(".")[2] == name):
                return found
        return None

    def _inherited(self, around: str, name: str) -> Target | None:
        """What the classes above those around a place have of a name: the nearest first."""
        unlike = ("constructor", "method") if name[:1].isupper() else ("constructor",)
        while around:
            seen: set[tuple[str, str]] = set()
            waiting = list(self._bases.get(around, ()))
            while waiting and len(seen) < _MOST_ABOVE:
                path, above = waiting.pop(0)
                if (path, above) in seen:
                    continue
                seen.add((path, above))
                self._looked.add(path)
                outline = self._linker.repository.outline(path)
                if outline is None:
                    continue
                inner = f"{above}.{name}"
                if any(known == inner and kind not in unlike for known, kind in outline.keywords):
                    return Target("source", path, definer=path, name=f"{above}.{name}")
                if path != self._path:
                    waiting += self._linker.above(path, above)
                else:
                    waiting += self._bases.get(above, ())
            around = around.rpartition(".")[0]
        return None

    def _qualified(self, name: str) -> tuple[Target | None, str]:
        """The type that a name with its package is, and what is after it."""
        found = self._linker.type(name, self._root, self._wants)
        if found is None or found.kind != "source":
            return None, ""
        parts = name.split(".")
        at = next((each for each, part in enumerate(parts) if part[:1].isupper()), len(parts))
        inside = found.name.count(".")
        return found, ".".join(parts[at + inside + 1 :])
