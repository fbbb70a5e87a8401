"""What the imports and supertypes of Java lead to.

A source has the names of its types, after the package that it says. An import is the longest of its beginnings that is
a type of this repository; the rest is a type or a member in it.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator

from incdoc.sources.paths import ancestors, join, parent

from ..facts import Import
from ..linker import Linker
from ..outline import Outline
from ..resolution import CHAIN, IMPORTS, MENTIONS, Base, Command, Resolution, Target
from .language import is_test

_TYPES = frozenset(("class", "interface", "enum", "record", "annotation"))
_LANGUAGE = "java"
_MAVEN, _GRADLE, _WRAPPER = "pom.xml", ("build.gradle", "build.gradle.kts"), "gradlew"
_SOURCES, _TESTS = "src/main/", "src/test/"


class TypeLinker(Linker):
    """Resolves imports and supertypes."""

    refers = "imports"

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
        """Its package and types."""
        return outline.package, [each for each in outline.keywords if each[1] in _TYPES]

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
        """What the imports and supertypes of the source at ``path`` lead to."""
        wants: set[str] = set()
        targets = tuple(self._target(item, wants) for item in outline.imports)
        stars = [item.module for item in outline.imports if item.style != "static" and item.module.endswith(".*")]
        around = {each for name in stars for each in self.repository.named(_LANGUAGE, name)}
        bases = tuple(self._bases(path, outline, targets, wants))
        uses = {(each.path, IMPORTS, "") for each in targets if each.kind == "source" and each.path != path}
        uses |= {(each, CHAIN, "") for each in around if each != path}
        uses |= {(each.definer, MENTIONS, each.name) for each in targets if each.definer and each.definer != path}
        uses |= {(each.path, MENTIONS, each.name) for each in bases if each.path != path}
        return Resolution(targets, bases, frozenset(wants), frozenset(uses))

    def _target(self, item: Import, wants: set[str]) -> Target:
        package = item.module.removesuffix(".*")
        if package != item.module and item.style != "static":
            wants.add(item.module)
            folders = {parent(each) for each in self.repository.named(_LANGUAGE, item.module)}
            if len(folders) == 1:
                return Target("folder", folders.pop())
            if folders:
                return Target("ambiguous", candidates=tuple(sorted(folders)))
        found = self._type(package, wants)
        if found is not None:
            return found
        if package.startswith("java."):
            return Target("stdlib")
        around = package.rpartition(".")[0]
        wants.add(f"{around}.*")
        known = any(True for _ in self.repository.named(_LANGUAGE, f"{around}.*"))
        return Target("missing" if known and package != around else "distribution")

    def _type(self, name: str, wants: set[str]) -> Target | None:
        """The type of this repository that a name, or the longest beginning of it, is."""
        parts = name.split(".")
        for end in range(len(parts), 0, -1):
            outer = ".".join(parts[:end])
            wants.add(outer)
            paths = sorted(self.repository.named(_LANGUAGE, outer))
            if len(paths) > 1:
                return Target("ambiguous", candidates=tuple(paths))
            if paths:
                outline = self.repository.outline(paths[0])
                known = {each for each, _ in outline.keywords} if outline is not None else set()
                inner = ".".join(parts[end - 1 :])
                return Target("source", paths[0], definer=paths[0], name=inner if inner in known else parts[end - 1])
        return None

    def _bases(self, path: str, outline: Outline, targets: tuple[Target, ...], wants: set[str]) -> Iterator[Base]:
        own = {name for name, _ in outline.classes}
        package = outline.package
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
                        target = self._type(f"{package}.{first}" if package else first, wants)
                    if target is not None and target.definer:
                        yield Base(owner, text, target.definer, f"{target.name}.{rest}" if rest else target.name)
