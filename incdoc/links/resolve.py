"""The text of an import -> a file, and a name -> its definition.

A **target** is what an import leads to, with the path if it is a file of the repository. A name imported from a
module is **followed** through re-exports to the file that defines it. The resolver records every module name that it
looked for (**wants**: found or not, so that a file that is added later is noticed) and every file that it looked into
(**uses**).

An import whose module exists twice on the path is ambiguous: the page lists the candidates, and none is guessed.
A document's relative links are resolved to the files at their paths, and want those paths.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from msgspec import Struct

from incdoc.languages.facts import Import
from incdoc.links.address import address
from incdoc.links.names import Layout, ancestors, is_module, join, parent, stem
from incdoc.links.outline import Outline
from incdoc.links.stdlib import NAMES as STDLIB

CHAIN, IMPORTS, MENTIONS = 0, 1, 2
_DEEPEST_CHAIN = 64


class Target(Struct, frozen=True, array_like=True, order=True):
    """What one import, or one link of a document, leads to.

    ``kind``: ``source`` (the file ``path``), ``folder`` (a namespace package), ``stdlib``, ``distribution``,
    ``repository`` (the folder ``path`` is a submodule or another repository, whose files are not known),
    ``ambiguous`` (one of ``candidates``), ``missing`` (it would be in this repository); for links also ``plain`` (a
    file without pages) and ``elsewhere`` (not a relative link to a path of this repository).
    ``definer`` and ``name``: the file and the qualified name of an imported name's definition, if it was found.
    """

    kind: str
    path: str = ""
    definer: str = ""
    name: str = ""
    candidates: tuple[str, ...] = ()


class Base(Struct, frozen=True, array_like=True):
    """Class ``owner`` derives from ``text``, which is the class ``name`` of the file ``path``."""

    owner: str
    text: str
    path: str
    name: str


class Resolution(Struct, frozen=True, array_like=True):
    """What all imports and bases of one source lead to; ``targets`` is parallel to ``Facts.imports``."""

    targets: tuple[Target, ...]
    bases: tuple[Base, ...]
    wants: frozenset[str]
    uses: frozenset[tuple[str, int, str]]
    """(path, CHAIN | IMPORTS | MENTIONS, name)."""
    links: tuple[Target, ...] = ()
    """Parallel to a document's marks of kind ``link``."""


class Bindings(Struct):
    """The module-level names of one source."""

    defined: set[str]
    imported: dict[str, Import]
    stars: list[Import]
    exports: frozenset[str] | None

    @staticmethod
    def of(outline: Outline) -> Bindings:
        """A class or function takes precedence over an import, and an import over a variable of the same name."""
        firm: set[str] = set()
        loose: set[str] = set()
        for name, kind in outline.keywords:
            if "." not in name:
                if kind in ("class", "function", "type alias"):
                    firm.add(name)
                elif kind in ("constant", "variable"):
                    loose.add(name)
        imported: dict[str, Import] = {}
        stars = []
        for item in outline.imports:
            if item.scope in ("function", "class"):
                continue
            if item.name == "*":
                stars.append(item)
            else:
                imported[item.alias or item.name or item.module.partition(".")[0]] = item
        exports = None if outline.exports is None else frozenset(outline.exports)
        return Bindings(firm | (loose - imported.keys()), imported, stars, exports)

    def public(self, name: str) -> bool:
        """Whether ``from m import *`` binds the name."""
        return name in self.exports if self.exports is not None else not name.startswith("_")


class Resolver:
    """Resolves imports and bases; the callables answer questions about the repository.

    ``exists(path)``: whether it is a source. ``named(dotted)``: the paths with that module name. ``read(path)``: the
    outline of a source. ``holds(folder)``: whether there is a source below. ``kind(path)``: the kind of the summary of
    the entry at that path, else empty. ``repository(path)``: the submodule or other repository that it is or is in,
    else empty.
    """

    def __init__(
        self,
        exists: Callable[[str], bool],
        named: Callable[[str], Iterable[str]],
        read: Callable[[str], Outline | None],
        holds: Callable[[str], bool],
        kind: Callable[[str], str],
        repository: Callable[[str], str],
    ) -> None:
        self.layout = Layout(exists)
        self._exists = exists
        self._named = named
        self._read = read
        self._holds = holds
        self._kind = kind
        self._repository = repository
        self._bindings: dict[str, Bindings] = {}
        self._modules: dict[tuple[str, str], Target] = {}
        self._resolved: dict[str, Resolution] = {}
        self._files: dict[str, str] = {}
        self._followed: dict[tuple[str, str], tuple[tuple[str, str] | None, frozenset[str], frozenset[str]]] = {}

    def resolve(self, path: str) -> Resolution:
        """What the imports, bases and links of the source at ``path`` lead to."""
        found = self._resolved.get(path)
        if found is None:
            found = self._resolved[path] = self._resolve(path)
        return found

    def know(self, path: str, resolution: Resolution) -> None:
        """Take the resolution that another process made."""
        self._resolved[path] = resolution

    def forget_outlines(self) -> None:
        """Keep the resolutions, and drop the values that they were made from."""
        self._bindings.clear()
        self._followed.clear()

    def _resolve(self, path: str) -> Resolution:
        outline = self._read(path)
        if outline is not None and outline.language == "markdown":
            return self._document(path, outline)
        if outline is None or not is_module(path):
            return Resolution((), (), frozenset(), frozenset())
        trail = _Trail(path)
        targets = tuple(self.target(path, item, trail) for item in outline.imports)
        for target in targets:
            if target.kind == "source" and target.path != path:
                trail.uses.add((target.path, IMPORTS, ""))
            if target.definer and target.definer != path:
                trail.uses.add((target.definer, MENTIONS, target.name))
        bases = tuple(self._bases(path, outline, trail))
        trail.uses.update((seen, CHAIN, "") for seen in trail.seen if seen != path)
        return Resolution(targets, bases, frozenset(trail.wants), frozenset(trail.uses))

    # documents

    def _document(self, path: str, outline: Outline) -> Resolution:
        places = [address(path, written) for written in outline.links]
        wants = {"/" + place for place in places if place is not None}
        links = tuple(map(self._place, places))
        for place, link in zip(places, links, strict=True):
            if place is not None and link.kind in ("missing", "plain"):  # a repository may appear or go above it
                wants.update("/" + folder for folder in ancestors(place) if folder)
        return Resolution((), (), frozenset(wants), frozenset(), links)

    def _place(self, path: str | None) -> Target:
        if path is None:
            return Target("elsewhere")
        kind = self._kind(path)
        if kind == "file":
            return Target("source", path)
        if kind in ("binary", "link") or self._repository(path):
            return Target("plain", path)
        return Target("folder", path) if self._holds(path) else Target("missing")

    # modules

    def target(self, path: str, item: Import, trail: _Trail) -> Target:
        """What one import of the source at ``path`` leads to."""
        module = self._module(path, item.module, trail)
        if not item.name or item.name == "*" or module.kind in ("stdlib", "distribution", "repository", "ambiguous"):
            return module
        inner = self._module(path, _child(item.module, item.name), trail)
        if inner.kind == "source" and inner.path != path:
            return inner
        if module.kind != "source":
            return inner if inner.kind in ("folder", "repository", "ambiguous") else Target("missing")
        found = self.follow(module.path, item.name, trail)
        if found is None:
            return module
        return Target("source", module.path, definer=found[0], name=found[1])

    def _module(self, path: str, text: str, trail: _Trail) -> Target:
        if text.startswith("."):
            return self._relative(path, text, trail)
        trail.wants.add(text)
        key = (parent(path), text)
        found = self._modules.get(key)
        if found is None:
            found = self._modules[key] = self._absolute(path, text)
        if found.kind != "source":
            trail.wants.add(text.partition(".")[0])
        return found

    def _relative(self, path: str, text: str, trail: _Trail) -> Target:
        name = text.lstrip(".")
        folder = parent(path)
        for _ in range(len(text) - len(name) - 1):
            if not folder:
                return Target("missing")
            folder = parent(folder)
        base = join(folder, name.replace(".", "/")) if name else folder
        trail.wants.add("/" + base)
        file = self._file(base)
        if file:
            return Target("source", file)
        if base and self._holds(base):
            return Target("folder", base)
        trail.wants.update("/" + folder for folder in ancestors(base) if folder)
        inside = self._repository(base)
        return Target("repository", inside) if inside else Target("missing")

    def _file(self, base: str) -> str:
        """The module at a stem; a package before a module, a source before a stub, as in Python."""
        known = self._files.get(base)
        if known is None:
            candidates = [join(base, "__init__.py"), base + ".py", join(base, "__init__.pyi"), base + ".pyi"]
            known = self._files[base] = next((each for each in candidates if self._exists(each)), "")
        return known

    def _absolute(self, path: str, text: str) -> Target:
        places = {stem(each) for each in self._named(text)}
        if places:
            visible = self._visible(path, text, places)
            if visible is not None:
                return visible
        top = text.partition(".")[0]
        if top in STDLIB:
            return Target("stdlib")
        bases = [join(root, text.replace(".", "/")) for root in self.layout.roots(path)]
        within = next((file for base in bases if "." in text and (file := self._file(base))), "")
        if within:  # a namespace package below a root of the importer that is not a root of the imported file
            return Target("source", within)
        if places:
            return Target("ambiguous", candidates=tuple(sorted(self._file(each) for each in places)))
        for folder in bases:
            if self._holds(folder):
                return Target("folder", folder)
        inside = next((found for base in bases if (found := self._repository(base))), "")
        if inside:
            return Target("repository", inside)
        if top != text and self._absolute(path, top).kind in ("source", "folder"):
            return Target("missing")
        return Target("distribution")

    def _visible(self, path: str, text: str, places: set[str]) -> Target | None:
        tail = text.replace(".", "/")
        for root in self.layout.roots(path):
            base = join(root, tail)
            if base in places:
                return Target("source", self._file(base))
        declared = sorted(base for base in places if self.layout.declared(base[: -len(tail)].rstrip("/")))
        if len(declared) == 1:
            return Target("source", self._file(declared[0]))
        if declared:
            return Target("ambiguous", candidates=tuple(self._file(base) for base in declared))
        return None

    # names

    def member(self, path: str, name: str) -> tuple[str, str] | None:
        """(file, qualified name) of the definition of a module-level name of ``path``; a module has an empty name."""
        trail = _Trail(path)
        found = self.follow(path, name, trail)
        item = self.bindings(path).imported.get(name)
        if found is not None or item is None:
            return found
        target = self.target(path, item, trail)
        return (target.path, "") if target.kind == "source" and not target.definer else None

    def follow(self, path: str, name: str, trail: _Trail) -> tuple[str, str] | None:
        """(file, qualified name) of the definition that ``name`` of the module at ``path`` is."""
        known = self._followed.get((path, name))
        if known is None:
            inner = _Trail(path)
            found = self._walk(path, name, inner, set(), 0)
            known = self._followed[path, name] = (found, frozenset(inner.wants), frozenset(inner.seen))
        trail.wants |= known[1]
        trail.seen |= known[2]
        return known[0]

    def _walk(
        self, path: str, name: str, trail: _Trail, walked: set[tuple[str, str]], depth: int
    ) -> tuple[str, str] | None:
        if (path, name) in walked or depth > _DEEPEST_CHAIN:
            return None
        walked.add((path, name))
        trail.seen.add(path)
        bindings = self.bindings(path)
        if name in bindings.defined:
            return path, name
        item = bindings.imported.get(name)
        if item is not None:
            return self._through(path, item, trail, walked, depth)
        for star in bindings.stars:
            module = self._module(path, star.module, trail)
            if module.kind != "source":
                continue
            trail.seen.add(module.path)  # also if it re-exports nothing: its exports may change
            if self.bindings(module.path).public(name):
                found = self._walk(module.path, name, trail, walked, depth + 1)
                if found is not None:
                    return found
        return None

    def _through(
        self, path: str, item: Import, trail: _Trail, walked: set[tuple[str, str]], depth: int
    ) -> tuple[str, str] | None:
        if not item.name:
            return None
        inner = self._module(path, _child(item.module, item.name), trail)
        if inner.kind == "source" and inner.path != path:
            return None
        module = self._module(path, item.module, trail)
        if module.kind != "source":
            return None
        return self._walk(module.path, item.name, trail, walked, depth + 1)

    def bindings(self, path: str) -> Bindings:
        """The module-level names of the source at ``path``."""
        found = self._bindings.get(path)
        if found is None:
            found = self._bindings[path] = Bindings.of(self._read(path) or Outline("text", 0))
        return found

    # bases

    def _bases(self, path: str, outline: Outline, trail: _Trail) -> Iterable[Base]:
        classes = {name for name, _ in outline.classes}
        for owner, bases in outline.classes:
            for text in bases:
                dotted = _dotted(text)
                if not dotted:
                    continue
                found = (path, dotted) if dotted in classes else self._expression(path, dotted, trail)
                if found is not None and found != (path, owner):
                    yield Base(owner, text, *found)

    def _expression(self, path: str, dotted: str, trail: _Trail) -> tuple[str, str] | None:
        first, _, rest = dotted.partition(".")
        bindings = self.bindings(path)
        item = bindings.imported.get(first)
        if item is None:
            return None if rest else self._by_star(path, first, bindings, trail)
        if not item.name and not item.alias:
            return self._attribute(path, dotted, trail)
        module = self._module(path, _child(item.module, item.name) if item.name else item.module, trail)
        if module.kind == "source" and module.path != path:
            return self._inside(module.path, rest, trail)
        if rest or not item.name:
            return None
        outer = self._module(path, item.module, trail)
        return self.follow(outer.path, item.name, trail) if outer.kind == "source" else None

    def _by_star(self, path: str, name: str, bindings: Bindings, trail: _Trail) -> tuple[str, str] | None:
        return self.follow(path, name, trail) if bindings.stars else None

    def _inside(self, path: str, rest: str, trail: _Trail) -> tuple[str, str] | None:
        """``rest`` as a name of the module at ``path``, or of a module below it."""
        while rest:
            first, _, more = rest.partition(".")
            if not more:
                return self.follow(path, first, trail)
            below = self._file(join(stem(path), first)) if path.endswith(("__init__.py", "__init__.pyi")) else ""
            trail.wants.add("/" + join(stem(path), first))
            if not below:
                return None
            path, rest = below, more
        return None

    def _attribute(self, path: str, dotted: str, trail: _Trail) -> tuple[str, str] | None:
        """``a.b.C`` after ``import a.b``: the longest module, then the name in it."""
        module, _, name = dotted.rpartition(".")
        if not module:
            return None
        target = self._module(path, module, trail)
        return self.follow(target.path, name, trail) if target.kind == "source" else None


class _Trail:
    """The names that a resolution looked for, and the files that it looked into."""

    __slots__ = ("seen", "uses", "wants")

    def __init__(self, path: str) -> None:
        self.wants: set[str] = set()
        self.seen: set[str] = {path}
        self.uses: set[tuple[str, int, str]] = set()


def _child(module: str, name: str) -> str:
    return module + name if module.endswith(".") else f"{module}.{name}"


def _dotted(text: str) -> str:
    """The name in a base: ``a.B`` of ``a.B[int]``; empty for a keyword or anything computed."""
    name = text.partition("[")[0].strip()
    return name if name and all(part.isidentifier() for part in name.split(".")) else ""
