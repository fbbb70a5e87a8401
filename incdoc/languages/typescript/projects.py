"""Where a project says that its modules are: ``tsconfig.json``, ``package.json``, ``pnpm-workspace.yaml``.

A module that does not begin with a dot is searched as TypeScript does:

1. ``#name`` by the ``imports`` of the nearest ``package.json``;
2. the ``paths``, then the ``baseUrl``, of the nearest ``tsconfig.json`` or ``jsconfig.json``, with what it ``extends``;
3. the package itself, by its name and ``exports``, and the packages of its workspace, by theirs: ``exports``, or
   ``types`` and ``main``. What they name is mostly made by the compiler: a ``tsconfig.json`` of the package says out
   of which folder (``outDir``, ``rootDir``).

What is looked at is noted in a ``Seen``, found or not: whether there is one of the manifests decides for all that is
below (``LAYOUT``), what it says for those that asked it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from incdoc.sources.paths import ancestors, join, parent

from ..linker import Repository
from ..manifests import CONFIGURATIONS, PACKAGE, PNPM, values
from ..patterns import inside, is_member, mapped, matched
from ..resolution import Target

_GUESSED = (".ts", ".tsx", ".d.ts", ".js", ".jsx", ".json")
"""What a module may leave out, the first that fits counts."""
SUFFIXES = (*_GUESSED, ".mts", ".cts", ".mjs", ".cjs", ".d.mts", ".d.cts")
MADE_FROM = {
    ".js": (".ts", ".tsx", ".d.ts", ".jsx"),
    ".jsx": (".tsx", ".d.ts"),
    ".mjs": (".mts", ".d.mts"),
    ".cjs": (".cts", ".d.cts"),
}
_SOURCES = (".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs", ".d.ts", ".json")
_BUILDS = ("tsconfig.json", "tsconfig.build.json", "tsconfig.lib.json", "src/tsconfig.json")
"""The configurations of a package that say what its files are made of."""
_DECLARATIONS = (".d.ts", ".d.mts", ".d.cts")
_DEEPEST_CHAIN = 16
_MOST_PATTERNS = 2_000
_HERE = "${configDir}/"


class Seen(NamedTuple):
    """What a search looked at."""

    wants: set[str]
    """Lookups."""
    looked: set[str]
    """Sources whose content counts."""


class _Configuration(NamedTuple):
    """A configuration with what it extends. Folders are of the repository."""

    base: str | None = None
    """What names without a dot are searched in; None: nothing."""
    paths: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """(pattern, what replaces it)."""
    output: tuple[str, ...] = ()
    root: str | None = None
    """What ``output`` is made of; None if that is not said."""
    conditions: tuple[str, ...] = ()
    node: bool = False
    composite: bool = False
    merged: tuple[str, ...] = ()
    """Folders that are one for modules that begin with a dot: ``rootDirs``."""
    types: tuple[str, ...] = ()
    """Folders with declarations of packages: ``typeRoots``."""


_EMPTY = _Configuration()


def stem(path: str) -> str:
    """A path without its suffix."""
    found = max((each for each in SUFFIXES if path.endswith(each)), key=len, default="")
    return path[: len(path) - len(found)]


class Projects:
    """The projects of one repository. Searches are kept, each with what it looked at."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._kept: dict[tuple[str, ...], tuple[Any, Seen]] = {}

    def forget(self) -> None:
        """Drop what is kept."""
        self._kept.clear()

    def _once(self, key: tuple[str, ...], find: Callable[[Seen], Any], seen: Seen) -> Any:
        """What ``find`` finds, which is never in search of itself."""
        kept = self._kept.get(key)
        if kept is None:
            own = Seen(set(), set())
            kept = self._kept[key] = find(own), own
        seen.wants.update(kept[1].wants)
        seen.looked.update(kept[1].looked)
        return kept[0]

    # --- files

    def file(self, base: str, seen: Seen) -> str:
        """The source that a path means which may lack its suffix, or be a folder; empty if there is none."""
        return str(self._once(("file", base), lambda own: self._file(base, own), seen))

    def _file(self, base: str, seen: Seen, nested: bool = False) -> str:
        """``nested``: a manifest named the path; there it names none again."""
        seen.wants.update(("/" + base, "/" + stem(base)))
        if base:
            if found := self._exact(base):
                return found
            for each in _GUESSED:
                if self._repository.exists(base + each):
                    return base + each
        if not nested and self._repository.exists(manifest := join(base, PACKAGE)):
            package = self._manifest(manifest, seen)
            for entry in [*_versioned(package, next(_entries(package), "index")), *_entries(package)]:
                place = inside(base, entry)
                if place is not None and place != base and (found := self._file(place, seen, nested=True)):
                    return found
        for each in _GUESSED[:-1]:
            if self._repository.exists(join(base, "index" + each)):
                return join(base, "index" + each)
        return ""

    def merged(self, path: str, base: str, seen: Seen) -> str:
        """The source that a path means by the folders that the configuration of the source at ``path`` makes one."""
        folders = self._nearest(parent(path), seen).merged
        around = max((each for each in folders if base.startswith(join(each, ""))), key=len, default=None)
        for each in folders if around is not None else ():
            if each != around and (file := self.file(join(each, base[len(around or "") :].lstrip("/")), seen)):
                return file
        return ""

    def _exact(self, path: str) -> str:
        """The source that a whole path means: the one it is made from, or itself."""
        for suffix, others in MADE_FROM.items():
            if path.endswith(suffix):
                for each in others:
                    if self._repository.exists(path.removesuffix(suffix) + each):
                        return path.removesuffix(suffix) + each
        return path if self._repository.exists(path) else ""

    # --- names

    def named(self, path: str, written: str, required: bool, seen: Seen) -> Target | None:
        """What a module without a dot before it means in the source at ``path``; None if it is not of the repository.
        ``required``: by ``require``."""
        folder = parent(path)
        found: Target | None = self._once(
            ("name", folder, written, str(required)), lambda own: self._named(folder, written, required, own), seen
        )
        return found

    def _named(self, folder: str, written: str, required: bool, seen: Seen) -> Target | None:
        configuration = self._nearest(folder, seen)
        if file := self._by_configuration(configuration, written, seen):
            return Target("source", file)
        ways = ("require", "import") if required else ("import", "require")
        own = self._own(folder, seen)
        if written.startswith("#"):
            return self._private(own, written, configuration, ways, seen) if own is not None else None
        name, rest = split(written)
        if not name:
            return None
        if own is not None:
            package = self._manifest(join(own, PACKAGE), seen)
            if package.get("name") == name and "exports" in package:
                return self._package(own, rest, configuration, ways, seen)
        found = self.members(folder, name, seen)
        if len(found) > 1:
            return Target("ambiguous", candidates=tuple(found))
        if found:
            return self._package(found[0], rest, configuration, ways, seen)
        for root in configuration.types:
            file = self.file(join(root, written), seen)
            if file.endswith(_DECLARATIONS):
                return Target("source", file)
        return None

    def _by_configuration(self, configuration: _Configuration, written: str, seen: Seen) -> str:
        for place in mapped(configuration.paths, written):
            if file := self.file(place, seen):
                return file
        if configuration.base is not None and not written.startswith("#"):
            below = inside(configuration.base, written)
            if below and (file := self.file(below, seen)):
                return file
        return ""

    def _private(
        self, own: str, written: str, configuration: _Configuration, ways: tuple[str, ...], seen: Seen
    ) -> Target:
        """What the ``imports`` of a package say."""
        imports = self._manifest(join(own, PACKAGE), seen).get("imports")
        for way in ways:
            for place in matched(imports, written, _conditions(configuration, way)):
                if place.startswith("./"):
                    if file := self.made(own, place, seen):
                        return Target("source", file)
                elif not place.startswith((".", "#", "/")):
                    found = self._named(own, place, way == "require", seen)
                    return found or Target("distribution")
        return Target("missing")

    def _package(
        self, folder: str, rest: str, configuration: _Configuration, ways: tuple[str, ...], seen: Seen
    ) -> Target:
        """What a package offers under a path in it."""
        package = self._manifest(join(folder, PACKAGE), seen)
        exports = package.get("exports")
        if exports is not None:
            if not (isinstance(exports, dict) and any(key.startswith(".") for key in exports)):
                exports = {".": exports}
            # last all conditions: some name the source of what only a release has
            for conditions in (*(_conditions(configuration, way) for way in ways), None):
                for place in matched(exports, f"./{rest}" if rest else ".", conditions):
                    if place.startswith("./") and (file := self.made(folder, place, seen)):
                        return Target("source", file)
        elif rest:
            for each in (*_versioned(package, rest), rest):
                path = inside(folder, each)
                if path and (file := self.file(path, seen) or self.made(folder, each, seen)):
                    return Target("source", file)
        else:
            for entry in (*_versioned(package, next(_entries(package), "index")), *_entries(package)):
                main = inside(folder, entry)
                if main and (file := self.file(main, seen) or self.made(folder, entry, seen)):
                    return Target("source", file)
            if file := self.file(folder, seen):
                return Target("source", file)
        return Target("folder", folder) if folder else Target("missing")

    def made(self, folder: str, written: str, seen: Seen) -> str:
        """The source that a file of a package is, or is made from."""
        path = inside(folder, written)
        if not path:
            return ""
        seen.wants.update(("/" + path, "/" + stem(path)))
        if found := self._exact(path):
            return found
        for output, root in self._outputs(folder, seen):
            if path.startswith(output + "/"):
                place = stem(join(root, path[len(output) + 1 :]))
                seen.wants.add("/" + place)
                for suffix in _SOURCES:
                    if self._repository.exists(place + suffix):
                        return place + suffix
                for suffix in _SOURCES:
                    if self._repository.exists(join(place, "index" + suffix)):
                        return join(place, "index" + suffix)
        return ""

    # --- manifests

    def _manifest(self, path: str, seen: Seen) -> dict[str, Any]:
        seen.wants.add("/" + path)
        if not self._repository.exists(path):
            return {}
        seen.looked.add(path)
        found: dict[str, Any] = self._once(
            ("manifest", path), lambda _: values(self._repository.outline(path)), Seen(set(), set())
        )
        return found or {}

    def _own(self, folder: str, seen: Seen) -> str | None:
        """The folder of the nearest package."""
        for each in ancestors(folder):
            if self._repository.exists(join(each, PACKAGE)):
                return each
        return None

    def members(self, folder: str, name: str, seen: Seen) -> list[str]:
        """The folders of the packages of the workspace with this name."""
        for each in ancestors(folder):
            for manifest in (PNPM, PACKAGE):
                if not self._repository.exists(join(each, manifest)):
                    continue
                written = self._manifest(join(each, manifest), seen).get("workspaces")
                patterns = written.get("packages") if isinstance(written, dict) else written
                if isinstance(patterns, list):
                    seen.wants.add(name)
                    own = [""] if manifest == PNPM else []
                    return [
                        parent(found)
                        for found in self._repository.named("typescript", name)
                        if is_member(parent(found), each, [*own, *patterns[:_MOST_PATTERNS]])
                    ]
        return []

    def _nearest(self, folder: str, seen: Seen) -> _Configuration:
        """The configuration of the sources in a folder."""
        found: _Configuration | None = self._once(("nearest", folder), lambda own: self._above(folder, own), seen)
        return found or _EMPTY

    def _above(self, folder: str, seen: Seen) -> _Configuration:
        for each in ancestors(folder):
            for name in CONFIGURATIONS:
                if self._repository.exists(path := join(each, name)):
                    found = self._configuration(path, seen)
                    return found if found.paths or found.base is not None else self._referred(path, found, seen)
        return _EMPTY

    def _referred(self, path: str, found: _Configuration, seen: Seen) -> _Configuration:
        """A configuration of no sources of its own, with the ``paths`` on which those beside it agree which it refers
        to."""
        if self._manifest(path, seen).get("files") != []:
            return found
        others = {
            self._configuration(each, seen) for each in self._references(path, seen) if parent(each) == parent(path)
        }
        said = {(each.base, each.paths) for each in others if each.paths or each.base is not None}
        if len(said) != 1:
            return found
        base, paths = said.pop()
        return found._replace(base=base, paths=paths)

    def _references(self, path: str, seen: Seen) -> Iterator[str]:
        references = self._manifest(path, seen).get("references")
        for each in references if isinstance(references, list) else ():
            written = each.get("path") if isinstance(each, dict) else None
            place = inside(parent(path), written) if isinstance(written, str) else None
            if place is not None:
                yield place if place.endswith(".json") else join(place, CONFIGURATIONS[0])

    def _configuration(self, path: str, seen: Seen) -> _Configuration:
        """What the configuration at a path says, and what it extends."""
        found: _Configuration = self._once(("configuration", path), lambda own: self._composed(path, own), seen)
        return found

    def _composed(self, path: str, seen: Seen) -> _Configuration:
        options = self._options(path, {}, seen, 0)

        def text(name: str) -> str | None:
            written, folder = options.get(name, (None, ""))
            if not isinstance(written, str):
                return None
            return inside(parent(path) if written.startswith(_HERE) else folder, written.removeprefix(_HERE))

        def folders(name: str) -> tuple[str, ...]:
            written, folder = options.get(name, ((), ""))
            found = (
                (inside(folder, each) for each in written if isinstance(each, str)) if isinstance(written, list) else ()
            )
            return tuple(each for each in found if each is not None)

        base = text("baseUrl")
        paths, folder = options.get("paths", (None, ""))
        patterns = []
        for pattern, places in paths.items() if isinstance(paths, dict) else ():
            listed = places if isinstance(places, list) else []
            found = [inside(folder if base is None else base, each) for each in listed if isinstance(each, str)]
            patterns.append((pattern, tuple(each for each in found if each is not None)))
        conditions, _ = options.get("customConditions", ((), ""))
        modes = [str(options.get(each, ("", ""))[0]).lower() for each in ("moduleResolution", "module")]
        return _Configuration(
            base,
            tuple(patterns[:_MOST_PATTERNS]),
            tuple(each for name in ("outDir", "declarationDir") if (each := text(name)) is not None),
            text("rootDir"),
            tuple(str(each) for each in conditions) if isinstance(conditions, list) else (),
            any(mode.startswith("node") and mode not in ("node", "node10") for mode in modes),
            options.get("composite", (False, ""))[0] is True,
            folders("rootDirs"),
            folders("typeRoots"),
        )

    def _options(
        self, path: str, known: dict[str, dict[str, tuple[Any, str]]], seen: Seen, depth: int
    ) -> dict[str, tuple[Any, str]]:
        """The options of a configuration and of those that it extends, each with the folder it is relative to."""
        if path in known or depth > _DEEPEST_CHAIN:
            return known.get(path, {})
        known[path] = {}
        options: dict[str, tuple[Any, str]] = {}
        said = self._manifest(path, seen)
        written = said.get("extends")
        for each in written if isinstance(written, list) else [written]:
            if isinstance(each, str) and (other := self._extended(path, each, seen)):
                options |= self._options(other, known, seen, depth + 1)
        own = said.get("compilerOptions")
        for name, value in own.items() if isinstance(own, dict) else ():
            options[name] = value, parent(path)
        known[path] = options
        return options

    def _extended(self, path: str, written: str, seen: Seen) -> str:
        """The configuration that another one extends; empty if it is not of the repository."""
        if written.startswith("."):
            place = inside(parent(path), written)
        else:
            name, rest = split(written)
            found = self.members(parent(path), name, seen) if name else []
            place = join(found[0], rest or CONFIGURATIONS[0]) if len(found) == 1 else None
        if not place:
            return ""
        for each in (place, place + ".json"):
            seen.wants.add("/" + each)
            if self._repository.exists(each):
                return each
        return ""

    def _outputs(self, folder: str, seen: Seen) -> tuple[tuple[str, str], ...]:
        """(folder of what the compiler makes, folder it makes it of) of a package."""
        found: tuple[tuple[str, str], ...] | None = self._once(
            ("outputs", folder), lambda own: tuple(self._found_outputs(folder, own)), seen
        )
        return found or ()

    def _found_outputs(self, folder: str, seen: Seen) -> Iterator[tuple[str, str]]:
        waiting = [join(folder, each) for each in _BUILDS]
        done: set[str] = set()
        while waiting:
            path = waiting.pop(0)
            seen.wants.add("/" + path)
            if path in done or not self._repository.exists(path):
                continue
            done.add(path)
            configuration = self._configuration(path, seen)
            root = configuration.root
            if root is None:
                root = parent(path) if configuration.composite else self._common(path, seen)
            for output in configuration.output:
                if output != root:
                    yield output, root
            waiting += [each for each in self._references(path, seen) if each.startswith(join(folder, ""))]

    def _common(self, path: str, seen: Seen) -> str:
        """The folder that holds all sources of a configuration, as far as it says so."""
        include = self._manifest(path, seen).get("include")
        tops = {
            each.removeprefix("./").partition("*")[0].rstrip("/")
            for each in (include if isinstance(include, list) else ())
            if isinstance(each, str)
        }
        if len(tops) != 1 or (top := tops.pop()).endswith(SUFFIXES):
            return parent(path)
        return inside(parent(path), top) or parent(path)


def split(written: str) -> tuple[str, str]:
    """(name of the package, path in it); the name is empty if it is none."""
    parts = written.split("/")
    size = 2 if written.startswith("@") else 1
    if len(parts) < size or not all(parts[:size]) or written.startswith((".", "#", "/")) or ":" in parts[0]:
        return "", ""
    return "/".join(parts[:size]), "/".join(parts[size:])


def _entries(package: dict[str, Any]) -> Iterator[str]:
    """The files of a package that its manifest calls the first, without ``exports``."""
    for name in ("typings", "types", "main", "module", "source"):
        written = package.get(name)
        if isinstance(written, str) and written:
            yield written


def _versioned(package: dict[str, Any], written: str) -> Iterator[str]:
    """The places of a path in a package by its ``typesVersions``, for the newest version of the compiler."""
    versions = package.get("typesVersions")
    for wanted, paths in versions.items() if isinstance(versions, dict) else ():
        if _is_newest(wanted):
            said = paths.items() if isinstance(paths, dict) else ()
            patterns = ((key, tuple(filter(_is_text, places))) for key, places in said if isinstance(places, list))
            yield from mapped(tuple(patterns), written.removeprefix("./"))
            return


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_newest(wanted: str) -> bool:
    """Whether a range of versions has those that are not known yet: it has no upper end."""
    return any(
        all(each == "*" or each.startswith(">") for each in alternative.split())
        for alternative in wanted.split("||")
        if alternative.strip()
    )


def _conditions(configuration: _Configuration, way: str) -> frozenset[str]:
    return frozenset((way, "types", "default", *configuration.conditions, *(("node",) if configuration.node else ())))
