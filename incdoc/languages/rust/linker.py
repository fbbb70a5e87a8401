"""What the paths of Rust lead to: ``mod`` to a file, ``use`` through the modules of a crate to a definition.

A **module** is a file and the modules around a place in it. The file of a crate's root is ``lib.rs`` or ``main.rs``, or
one that Cargo takes for a program or a test of its own. A path that begins with neither ``crate``, ``self``, ``super``
nor the name of a module beside it means another crate: the library of a package, by the name in its ``Cargo.toml``.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Mapping
from posixpath import normpath

from incdoc.sources.paths import ancestors, join, parent

from ..facts import FREE, Import
from ..linker import Entry, Linker
from ..outline import Outline
from ..packages import MEMBER
from ..patterns import is_member
from ..resolution import CHAIN, IMPORTS, MENTIONS, Base, Command, Place, Resolution, Target, Usage
from .extract import MACROS
from .language import MANIFEST

_STANDARD = frozenset(("std", "core", "alloc", "proc_macro", "test"))
_ROOTS = ("lib.rs", "main.rs")
_ALONE = frozenset(("bin", "tests", "examples", "benches"))
"""The folders of a package in which each file is a crate."""
_BESIDE = "/*"
"""The lookup of the files beside one."""
_DEEPEST_CHAIN = 32
_MOST_WITH_MACROS = 64
"""Files in which the macros of one source are searched. Each is a row of the link tables."""
_Module = tuple[str, str]
"""(file, names of the modules around, with ``::``)."""


class PathLinker(Linker):
    """Resolves modules, paths and traits."""

    refers = "imports"

    def sought(self, path: str, entry: Entry) -> Iterable[str]:
        """All files of a folder in which one may declare another as its module."""
        return ("/" + parent(path) + _BESIDE,) if entry == "source" and _is_alone(parent(path)) else ()

    def names(self, path: str) -> list[str]:
        """The name of the crate if it is the root of a library."""
        if not path.endswith("src/lib.rs") or parent(path).rpartition("/")[2] != "src":
            return []
        manifest = self.repository.outline(join(parent(parent(path)), MANIFEST))
        return [manifest.package.replace("-", "_")] if manifest is not None and manifest.package else []

    def distributions(self, path: str, item: Import) -> Iterable[tuple[str, str]]:
        """The crate that a path begins with."""
        return (("crates", item.module.removeprefix("::").partition("::")[0]),)

    def declares(self, path: str, outline: Outline) -> object:
        """The name of the package, and the members of the workspace."""
        return outline.package, [item.module for item in outline.imports if item.style == MEMBER]

    def command(self, path: str, outline: Outline, wants: set[str], looked: set[str]) -> Command | None:
        """By Cargo: those of a crate of tests by its name, others by the path of their module."""
        for folder in ancestors(parent(path)):
            manifest = self.repository.outline(join(folder, MANIFEST))
            if manifest is not None:
                break
        else:
            return None
        root = path if _is_alone(parent(path)) else self.crate(path, wants, looked)
        kind = _target_of(root, folder)
        if kind is None or not manifest.package:
            return None
        module = self._module(path, root, wants, looked)
        if module is None:
            return None
        words = ["cargo", "test", "-p", manifest.package, *kind, *([f"{module}::"] if module else ())]
        return Command(self._workspace(folder), shlex.join(words))

    def _module(self, path: str, root: str, wants: set[str], looked: set[str]) -> str | None:
        """The path of the module that a file is in its crate; empty for the root, None if it is not known."""
        names = frozenset(path.removesuffix(".rs").split("/"))
        found, file = "", root
        for _ in range(_DEEPEST_CHAIN):  # a file may declare itself
            if file == path:
                return found
            looked.add(file)
            outline = self.repository.outline(file)
            walk = _Walk(self, file)
            modules = outline.imports if outline is not None else ()
            below = ""
            for item in modules:
                if item.style == "mod" and not item.within and item.module.removeprefix("r#") in names:
                    below = walk.file((file, ""), item)
                    if below and _holds(below, path):
                        found = f"{found}::{item.module}".removeprefix("::")
                        break
                    below = ""
            wants |= walk.wants
            looked |= walk.looked
            if not below:
                return None
            file = below
        return None

    def _workspace(self, folder: str) -> str:
        """The folder of the workspace that a package is a member of; that of the package if it is in none."""
        for above in ancestors(folder):
            outline = self.repository.outline(join(above, MANIFEST))
            members = [item.module for item in outline.imports if item.style == MEMBER] if outline is not None else []
            patterns = sorted(members, key=lambda each: each.startswith("!"))  # what is excluded is so in any order
            if patterns and (above == folder or is_member(folder, above, patterns)):
                return above
        return folder

    def surface(self, outline: Outline) -> object:
        """Its names, its modules, and what it re-exports."""
        return outline.keywords, [each for each in outline.imports if each.style in ("mod", "path", "pub use")]

    def resolve(self, path: str, outline: Outline) -> Resolution:
        """What the modules, paths and traits of the source at ``path`` lead to."""
        walk = _Walk(self, path)
        targets = tuple(walk.target(item) for item in outline.imports)
        for each in targets:
            if each.kind == "source" and each.path != path:
                walk.uses.add((each.path, IMPORTS, ""))
            if each.definer and each.definer != path:
                walk.uses.add((each.definer, MENTIONS, each.name))
        bases = tuple(_bases(path, outline, targets))
        usages = frozenset(self._usages(path, outline, targets, walk))
        if self.hands_on(path):
            self.offers(path, walk.wants, walk.looked)
        uses = walk.uses | {(each, CHAIN, "") for each in walk.looked if each != path}
        return Resolution(targets, bases, frozenset(walk.wants), frozenset(uses), usages=usages)

    def _usages(self, path: str, outline: Outline, targets: tuple[Target, ...], walk: _Walk) -> Iterator[Usage]:
        """What its definitions use of other sources; after a module, of what is in that."""
        for use in outline.uses:
            if use.item == FREE:
                found = walk.free(use.rest)
                if found is not None and found.definer and found.definer != path:
                    called = use.called and found.name.rpartition("::")[2] == use.rest.rpartition("::")[2]
                    yield Usage(found.definer, found.name, "", use.owner, called)
                continue
            target, rest = targets[use.item], use.rest
            if target.kind == "source" and not target.definer and rest:
                target = walk.inside(target.path, rest.split("::")) or target
                rest = ""
            if target.definer and target.definer != path:
                yield Usage(target.definer, target.name, rest, use.owner, use.called)

    @staticmethod
    def hands_on(path: str) -> bool:
        """The root of a library, and a module with a folder of its own."""
        return path.rpartition("/")[2] in ("lib.rs", "mod.rs")

    def offers(self, path: str, wants: set[str], looked: set[str]) -> Mapping[str, Place]:
        """What its own ``pub use`` bring in; of a star, all names of the module."""
        outline = self.repository.outline(path)
        walk = _Walk(self, path)
        found: dict[str, Place] = {}
        for item in outline.imports if outline is not None else ():
            if item.style != "pub use" or item.scope or item.within:
                continue
            target = walk.target(item)
            name = item.alias or item.module.rpartition("::")[2]
            if target.kind != "source" or target.path == path:
                continue
            if name == "*":
                looked.add(target.path)
                found |= {each: Place(target.path, each) for each in self._outermost(target.path)}
            else:
                found[name] = Place(target.definer or target.path, target.name)
        wants |= walk.wants
        looked |= walk.looked
        return found

    def _outermost(self, path: str) -> Iterator[str]:
        outline = self.repository.outline(path)
        return (name for name, _ in outline.keywords if "::" not in name) if outline is not None else iter(())

    def exports(self, path: str, within: str, name: str) -> bool:
        """Whether a module exports a definition of another one under a name. ``within``: the module in the file."""
        return _Walk(self, path).reexported((path, within), name, [], 0) is not None

    def file_of(self, path: str, item: Import) -> str:
        """The file of a ``mod`` without a body in the source at ``path``; empty if there is none."""
        return _Walk(self, path).file((path, item.within), item)

    def crate(self, path: str, wants: set[str], looked: set[str]) -> str:
        """The root of the crate that a file belongs to; empty if it is not known."""
        folder, _, name = path.rpartition("/")
        if name in _ROOTS:
            return path
        if _is_alone(folder):
            wants.add("/" + folder + _BESIDE)
            stem = name.removesuffix(".rs")
            for each in self.repository.below(folder):
                if each != path and parent(each) == folder and each.endswith(".rs"):
                    looked.add(each)
                    outline = self.repository.outline(each)
                    imports = outline.imports if outline is not None else ()
                    if any(item.style == "mod" and item.module == stem and not item.within for item in imports):
                        return each
            return path
        for above in ancestors(path):
            roots = [join(above, each) for each in _ROOTS]
            wants.update("/" + each for each in roots)
            if found := next(filter(self.repository.exists, roots), ""):
                return found
            if _is_alone(above) and self.repository.exists(main := join(above, "main.rs")):
                return main
        return ""


class _Walk:
    """The resolution of one source."""

    def __init__(self, linker: PathLinker, path: str) -> None:
        self._linker = linker
        self._repository = linker.repository
        self._path = path
        self.wants: set[str] = set()
        self.looked: set[str] = set()
        self.uses: set[tuple[str, int, str]] = set()
        self._bringing: list[str] | None = None

    def target(self, item: Import) -> Target:
        """What one import leads to."""
        here = (self._path, item.within)
        if item.style in ("mod", "path"):
            file = self.file(here, item)
            return Target("source", file) if file else Target("missing")
        parts = item.module.removeprefix("::").split("::")
        outside = item.style == "extern crate" or item.module.startswith("::")
        start = self._crate(parts) if outside else self._start(here, parts)
        if isinstance(start, Target):
            return start
        return self._through(start, parts, 0) or Target("missing")

    def inside(self, path: str, parts: list[str]) -> Target | None:
        """What a path after the module of a file means."""
        return self._through((path, ""), parts, 0)

    def free(self, name: str) -> Target | None:
        """What no import binds: a path from the crate or a module around, or a macro that the text before the module
        may have. Of macros one counts that only one file has."""
        if "::" in name:
            return self.target(Import(0, name))
        if self._bringing is None:
            self._bringing = list(self._with_macros())
        found = [each for each in self._bringing if self._has_macro(each, name)]
        return Target("source", found[0], definer=found[0], name=name) if len(found) == 1 else None

    def _with_macros(self) -> Iterator[str]:
        """The files whose macros the source sees: those of the modules around it, and of what these bring."""
        around: _Module | None = (self._path, "")
        files: list[str] = []
        while around is not None and around[0] not in files and len(files) < _DEEPEST_CHAIN:
            files.append(around[0])
            around = self._above((around[0], ""))
        for each in files:
            self.looked.add(each)
            outline = self._repository.outline(each)
            yield each
            for item in outline.imports if outline is not None else ():
                brings = item.style in ("mod", "path") and item.scope == MACROS and not item.within
                inner = self.file((each, ""), item) if brings else ""
                if inner and inner not in files and len(files) < _MOST_WITH_MACROS:
                    files.append(inner)

    def _has_macro(self, path: str, name: str) -> bool:
        outline = self._repository.outline(path)
        return outline is not None and (name, "macro") in outline.keywords

    def _exported_macro(self, module: _Module, name: str) -> Target | None:
        """A macro that a module of a crate exports, which the root of the crate has by its name."""
        outline = self._repository.outline(module[0])
        if outline is None or module[1] or self._linker.crate(module[0], self.wants, self.looked) != module[0]:
            return None
        for item in outline.imports:
            file = self.file(module, item) if item.style in ("mod", "path") and not item.within else ""
            if file:
                self.looked.add(file)
                if self._has_macro(file, name):
                    return Target("source", module[0], definer=file, name=name)
        return None

    def _start(self, module: _Module, parts: list[str]) -> _Module | Target:
        """The module in which the rest of the parts are searched, which are taken away."""
        if parts[0] == "crate":
            parts.pop(0)
            root = self._linker.crate(self._path, self.wants, self.looked)
            return (root, "") if root else Target("missing")
        if parts[0] in ("self", "super"):
            while parts and parts[0] in ("self", "super"):
                if parts.pop(0) == "super":
                    above = self._above(module)
                    if above is None:
                        return Target("missing")
                    module = above
            return module
        if self._child(module, parts[0]) is not None or self._defines(module, parts[0]):
            return module
        return self._crate(parts)

    def _crate(self, parts: list[str]) -> _Module | Target:
        """The root of another crate, whose name is taken away."""
        if parts[0] in _STANDARD:
            return Target("stdlib")
        name = parts.pop(0)
        self.wants.add(name)
        found = sorted(self._repository.named("rust", name))
        if len(found) > 1:
            return Target("ambiguous", candidates=tuple(found))
        return (found[0], "") if found else Target("distribution")

    def _through(self, module: _Module, parts: list[str], depth: int) -> Target | None:
        """What a path in a module means: a module, or a definition and perhaps a name in it."""
        for position, part in enumerate(parts):
            if part == "*":
                return Target("source", module[0])
            child = self._child(module, part)
            if child is not None:
                module = child
                continue
            name = f"{module[1]}::{part}" if module[1] else part
            if self._defines(module, part):
                rest = "::".join([name, *parts[position + 1 :]])
                outline = self._repository.outline(module[0])
                known = {each for each, _ in outline.keywords} if outline is not None else set()
                return Target("source", module[0], definer=module[0], name=rest if rest in known else name)
            found = self.reexported(module, part, parts[position + 1 :], depth)
            if found is None and position + 1 == len(parts):
                found = self._exported_macro(module, part)
            return found or Target("source", module[0])
        return Target("source", module[0])

    def reexported(self, module: _Module, part: str, rest: list[str], depth: int) -> Target | None:
        """What a name that a module exports of others means."""
        outline = self._repository.outline(module[0])
        if outline is None or depth > _DEEPEST_CHAIN:
            return None
        for item in outline.imports:
            if item.style != "pub use" or item.within != module[1]:
                continue
            name = item.alias or item.module.rpartition("::")[2]
            if name not in (part, "*"):
                continue
            parts = item.module.split("::")
            if name == "*":
                parts[-1:] = [part]
            walk = _Walk(self._linker, module[0])
            start = walk._start(module, parts)
            found = None if isinstance(start, Target) else walk._through(start, [*parts, *rest], depth + 1)
            self.wants |= walk.wants
            self.looked |= walk.looked
            if found is not None and (found.definer or name != "*"):
                return Target("source", module[0], definer=found.definer, name=found.name) if found.definer else found
        return None

    def _defines(self, module: _Module, part: str) -> bool:
        outline = self._repository.outline(module[0])
        self.looked.add(module[0])
        name = f"{module[1]}::{part}" if module[1] else part
        return outline is not None and any(each == name and kind != "module" for each, kind in outline.keywords)

    def _child(self, module: _Module, part: str) -> _Module | None:
        outline = self._repository.outline(module[0])
        self.looked.add(module[0])
        if outline is None:
            return None
        name = f"{module[1]}::{part}" if module[1] else part
        if (name, "module") not in outline.keywords:
            return None
        for item in outline.imports:
            if item.style in ("mod", "path") and item.within == module[1] and (item.alias or item.module) == part:
                file = self.file(module, item)
                return (file, "") if file else None
        return module[0], name

    def _above(self, module: _Module) -> _Module | None:
        file, inner = module
        if inner:
            return file, inner.rpartition("::")[0]
        folder, _, name = file.rpartition("/")
        if name == "mod.rs":
            folder = parent(folder)
        elif name in _ROOTS:
            return None
        if _is_alone(folder) and folder == parent(file):
            root = self._linker.crate(file, self.wants, self.looked)
            return (root, "") if root not in ("", file) else None
        candidates = [join(folder, each) for each in ("mod.rs", *_ROOTS)] + ([folder + ".rs"] if folder else [])
        self.wants.update("/" + each for each in candidates)
        return next(((each, "") for each in candidates if self._repository.exists(each)), None)

    def file(self, module: _Module, item: Import) -> str:
        """The file of a ``mod`` without a body."""
        file, inner = module
        if item.style == "path":
            found = normpath(join(parent(file), item.module))
            self.wants.add("/" + found)
            return found if not found.startswith("../") and self._repository.exists(found) else ""
        name = file.rpartition("/")[2]
        whole = name == "mod.rs" or file == self._linker.crate(file, self.wants, self.looked)
        folder = parent(file) if whole else file.removesuffix(".rs")
        base = join(folder, "/".join([*(inner.split("::") if inner else []), item.module.removeprefix("r#")]))
        candidates = [base + ".rs", base + "/mod.rs"]
        self.wants.update("/" + each for each in candidates)
        return next(filter(self._repository.exists, candidates), "")


def _target_of(root: str, folder: str) -> tuple[str, ...] | None:
    """The options that choose the crate with this root in the package in a folder; None if that is not known."""
    name = root[len(folder) :].strip("/")
    if name in ("src/lib.rs", "src/main.rs"):
        return ()
    for place, option in (("tests/", "--test"), ("src/bin/", "--bin")):
        stem = name.removeprefix(place).removesuffix(".rs").removesuffix("/main")
        if name.startswith(place) and "/" not in stem:
            return option, stem
    return None


def _holds(module: str, path: str) -> bool:
    """Whether a file is that of a module, or may be of one in it."""
    folder = parent(module) if module.endswith("/mod.rs") else module.removesuffix(".rs")
    return path == module or path.startswith(folder + "/")


def _is_alone(folder: str) -> bool:
    return folder.rpartition("/")[2] in _ALONE


def _bases(path: str, outline: Outline, targets: tuple[Target, ...]) -> Iterator[Base]:
    own = {name for name, _ in outline.classes}
    imported = {
        item.alias or item.module.rpartition("::")[2]: target
        for item, target in zip(outline.imports, targets, strict=True)
        if target.definer
    }
    for owner, bases in outline.classes:
        for text in bases:
            name = text.partition("<")[0].strip()
            around = owner.rpartition("::")[0]
            within = f"{around}::{name}" if around else name
            if within in own and within != owner:
                yield Base(owner, text, path, within)
            elif (target := imported.get(name)) is not None:
                yield Base(owner, text, target.definer, target.name)
