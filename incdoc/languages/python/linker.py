"""The text of an import -> a file, and a name -> its definition.

A **target** is what an import leads to, with the path if it is a file of the repository. A name imported from a
module is **followed** through re-exports to the file that defines it. The resolver records every module name that it
looked for (**wants**: found or not, so that a file that is added later is noticed) and every file that it looked into
(**uses**).

An import whose module exists twice on the path is ambiguous: the page lists the candidates, and none is guessed.

A module in a package of the repository that no source of Python is may be an **extension module**, which a source in
another language makes. That source says the last part of its name alone, so it must be the only one that says it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from msgspec.structs import replace

from incdoc.sources.paths import ancestors, join, parent

from ..facts import NAMED, Import
from ..linker import MODULES, Entry, Linker, Repository
from ..outline import Outline
from ..packages import EXTENSION, REQUIREMENT, STARTED, named_file, started
from ..resolution import (
    BELONGS,
    CHAIN,
    IMPORTS,
    MENTIONS,
    NAMED_AFTER,
    SPEAKS,
    THROUGH,
    USES,
    Base,
    Command,
    Place,
    Resolution,
    Target,
    Usage,
)
from .bindings import Binding, Bindings
from .distributions import distributions, required
from .language import has_tests, is_test
from .modules import Layout, companions, is_module, namesakes, stem
from .stdlib import LOADED
from .stdlib import NAMES as STDLIB
from .traits import is_private

_DEEPEST_CHAIN = 64
_SETUP = "setup.py"
_BUILT = "builds it into an extension module"


class PythonLinker(Linker):
    """Resolves imports and bases."""

    refers = "imports"

    def __init__(self, repository: Repository) -> None:
        super().__init__(repository)
        self.layout = Layout(repository.exists)
        self._bindings: dict[str, Bindings] = {}
        self._modules: dict[tuple[str, str, str | bool], Target] = {}
        self._files: dict[str, str] = {}
        self._classes: dict[str, frozenset[str]] = {}
        self._followed: dict[tuple[str, str], tuple[tuple[Place, ...] | None, frozenset[str], frozenset[str]]] = {}

    def names(self, path: str) -> list[str]:
        """Its dotted names, by the roots that the layout of the repository gives."""
        return self.layout.names(path) if is_module(path) else []

    def distributions(self, path: str, item: Import) -> Iterable[tuple[str, str]]:
        """Those that are called as the module is, or are known to have it."""
        if item.style in STARTED or item.style in (REQUIREMENT, EXTENSION):  # what a setup script says
            return ()
        return (("pypi", each) for each in distributions(item.keyword))

    def registers(self, path: str) -> Iterable[tuple[str, str]]:
        """The distributions that a ``setup.py`` requires."""
        return required(self.repository.outline(path)) if path.rpartition("/")[2] == _SETUP else ()

    def sought(self, path: str, entry: Entry) -> Iterable[str]:
        """Its stem, which relative imports look up, and its dotted names below each folder: any of them can be a root,
        as a script's own folder is. A repository that an import means may be named like any of its folders."""
        if entry == "other":
            return path.split("/")
        if entry == "folder":
            return _below_any_root(path)
        return ["/" + stem(path), *_below_any_root(stem(path))] if is_module(path) else ()

    def surface(self, outline: Outline) -> object:
        """The names that it defines, imports and exports."""
        return Bindings.of(outline).surface(), outline.classes and [name for name, _ in outline.classes]

    def command(self, path: str, outline: Outline, wants: set[str], looked: set[str]) -> Command | None:
        """By pytest, which also runs those of unittest."""
        return Command("", "python -m pytest", path) if is_test(path) else None

    def companions(self, path: str) -> Iterable[tuple[str, str]]:
        """The stub of a module, the module of a stub."""
        if is_module(path):
            for each in companions(path):
                yield ("stub" if each.endswith(".pyi") else "implementation"), each

    def declared_in(self, path: str) -> Iterable[str]:
        """The stub of a module."""
        return (each for word, each in self.companions(path) if word == "stub")

    def declares_for(self, path: str) -> Iterable[str]:
        """The module of a stub."""
        return (each for word, each in self.companions(path) if word == "implementation")

    def executed_by(self, path: str) -> Iterable[str]:
        """A package's own module is run by the import of any in it; a conftest by all tests beside and below it."""
        name = path.rpartition("/")[2]
        if name in ("__init__.py", "__init__.pyi"):
            return filter(is_module, self.repository.below(parent(path)))
        return filter(is_test, self.repository.below(parent(path))) if name == "conftest.py" else ()

    @staticmethod
    def hands_on(path: str) -> bool:
        """A package's own module."""
        return _is_package(path)

    def offers(self, path: str, wants: set[str], looked: set[str]) -> Mapping[str, Place]:
        """The names of ``__all__`` that it does not define, its own modules among them; else those that its imports
        hand on. What it defines only where an import fails is that of the import."""
        trail = _Trail(path)
        bindings = self.bindings(path)
        names = bindings.exports or {
            *(name for name, item in bindings.imported.items() if self.reexports(path, name, item)),
            *self.star_names(path, trail),
        }
        found = {}
        for name in sorted(names - bindings.defined | names & bindings.imported.keys()):
            places = self.follow(path, name, trail)
            if places is None and bindings.exports:  # ``from package import *`` imports it
                file = self._submodule(path, name, trail)
                places = (Place(file, ""),) if file else ()
            if places and places[0].path != path:
                found[name] = places[0]
                if not places[0].name:  # ``import a.b`` hands on a, and says what that is
                    looked.add(places[0].path)
        wants |= trail.wants
        looked |= trail.seen
        return found

    def prepares(self, path: str) -> bool:
        """A conftest."""
        return path.rpartition("/")[2] == "conftest.py"

    def folder(self, path: str) -> str:
        """A folder with an ``__init__``."""
        return "Python package" if self.layout.is_package(path) else ""

    def forget_outlines(self) -> None:
        """Drop the names of modules."""
        self._bindings.clear()
        self._classes.clear()
        self._followed.clear()

    def resolve(self, path: str, outline: Outline) -> Resolution:
        """What the imports and bases of the source at ``path``, a module or a script, lead to."""
        found = self.references(path, outline)
        if path.endswith(".pyi"):
            return self._with_extension(path, found)
        return self._with_namesake(path, found) if is_test(path) and has_tests(path, outline) else found

    def _with_extension(self, path: str, found: Resolution) -> Resolution:
        """The resolution of a stub with the sources of the extension module that it describes."""
        places, wants = self._described(path)
        sure = "" if len(places) == 1 else "possible "
        return replace(
            found,
            wants=found.wants | wants,
            uses=found.uses | {(each, BELONGS, f"{sure}stub") for each in places},
            related=tuple((f"{sure}source of the extension module", each) for each in places),
        )

    def _with_namesake(self, path: str, found: Resolution) -> Resolution:
        """The resolution of a test, with the module that it does not import and has the name of: ``filters.py`` of
        ``test_filters.py``, in the folder above that of tests, else in a package there that it imports."""
        used = {each for each, how, _ in found.uses if how != CHAIN}
        wants = set()
        uses: set[tuple[str, int, str]] = set()
        for base in namesakes(path, sorted(used)):
            wants.add(f"/{base}")
            file = self._file(base)
            if file and file != path:
                uses.update([(file, BELONGS, NAMED_AFTER)] if file not in used else ())
                break
        return replace(found, wants=found.wants | wants, uses=found.uses | uses)

    def references(self, path: str, outline: Outline) -> Resolution:
        """The same for any source with imports of Python."""
        trail = _Trail(path)
        targets = tuple(self.target(path, item, trail) for item in outline.imports)
        for item, target in zip(outline.imports, targets, strict=True):
            if item.style in STARTED:
                trail.uses.update(each for each in started(item, target) if each[0] != path)
                continue
            if item.style == EXTENSION:
                trail.uses.update([(target.path, BELONGS, _BUILT)] if target.kind == "source" else ())
                continue
            if target.kind == "source" and target.path != path:
                trail.uses.add((target.path, IMPORTS, ""))
                if target.path.endswith(".pyi"):
                    makers, wants = self._described(target.path)
                    trail.wants |= wants
                    trail.uses.update((each, IMPORTS, "") for each in makers if len(makers) == 1)
            for definer, name in ((target.definer, target.name), *((each.path, each.name) for each in target.others)):
                if definer and definer != path:
                    trail.uses.add((definer, MENTIONS, name))
                    if definer != target.path and is_test(path):
                        trail.uses.add((definer, THROUGH, target.path))
        bases = tuple(self._bases(path, outline, trail))
        usages = frozenset(self._usages(path, outline, trail))
        if self.hands_on(path):
            self.offers(path, trail.wants, trail.seen)
        trail.uses.update((seen, CHAIN, "") for seen in trail.seen if seen != path)
        beside = _Trail(path)
        spoken = tuple((name, self._spoken(path, name, beside)) for name in outline.spoken)
        trail.uses.update((seen, SPEAKS, "") for seen in beside.seen - trail.seen)
        wants = frozenset(trail.wants | beside.wants)
        return Resolution(targets, bases, wants, frozenset(trail.uses), usages=usages, spoken=spoken)

    def _spoken(self, path: str, name: str, trail: _Trail) -> Place:
        """What a name in full means in documentation: a module, or the definition with which it begins."""
        target = self._named(path, name, trail)
        if target.kind != "source" or target.others:
            return Place("", "")
        if target.definer:
            return Place(target.definer, target.name)
        is_module = name in self.names(target.path) or target.path == path
        return Place(target.path, "") if is_module else Place("", "")

    def _usages(self, path: str, outline: Outline, trail: _Trail) -> Iterator[Usage]:
        """What its definitions use of other sources. Of a test, also the modules of which it uses attributes."""
        tests = is_test(path)
        known: dict[tuple[int, str], list[_Reached]] = {}
        for use in outline.uses:
            reached = known.get((use.item, use.rest))
            if reached is None:
                item = outline.imports[use.item]
                reached = known[use.item, use.rest] = list(self._reached(path, item, use.rest, trail))
                if tests:
                    trail.uses.update(_through(path, reached))
            for each in reached:
                if each.path != path and each.name:
                    yield Usage(each.path, each.name, each.rest, use.owner, use.called)

    def _reached(self, path: str, item: Import, rest: str, trail: _Trail) -> Iterator[_Reached]:
        """What ``rest`` after that which an import binds leads to."""
        if item.name:
            places = self._member(path, item.module, item.name, trail, set(), 0) or ()
            return (found for place in places for found in self._along(place.path, place.name, rest, "", trail))
        module = item.module
        if not item.alias:  # it binds the package around all
            parts = f"{module.partition('.')[0]}{'.' if rest else ''}{rest}".split(".")
            counts = range(1, len(parts) + 1)
            first = next((n for n in counts if self._module(path, ".".join(parts[:n]), trail).kind == "source"), 0)
            module, rest = ".".join(parts[:first]), ".".join(parts[first:])
        target = self._module(path, module, trail) if module else None
        return self._along(target.path, "", rest, "", trail) if target and target.kind == "source" else iter(())

    def _along(self, path: str, name: str, rest: str, through: str, trail: _Trail) -> Iterator[_Reached]:
        """What ``rest`` after the definition ``name`` of a module, or after the module, leads to."""
        if name or not rest:
            yield _Reached(path, name, rest, through)
            return
        first, _, more = rest.partition(".")
        places = self.follow(path, first, trail)
        if places is None:
            file = self._submodule(path, first, trail)
            places = (Place(file, ""),) if file else ()
        for place in places:
            yield from self._along(place.path, place.name, more, path, trail)

    def called(self, path: str, item: Import, wants: set[str], uses: set[tuple[str, int, str]]) -> Target:
        """What ``module:function`` is, which the manifest at ``path`` says is called. What that was looked up for is
        added to ``wants`` and ``uses``."""
        found = self.references(path, Outline("python", 0, imports=(_called(item),)))
        wants |= found.wants
        uses |= {each for each in found.uses if each[1] == CHAIN}
        return found.targets[0]

    # modules

    def target(self, path: str, item: Import, trail: _Trail) -> Target:
        """What one import of the source at ``path`` leads to."""
        if item.scope == NAMED:
            return self._named(path, item.module, trail)
        if item.style:
            return self._stated(path, item, trail)
        module = self._module(path, item.module, trail)
        if not item.name or item.name == "*" or module.kind in ("stdlib", "distribution", "repository", "ambiguous"):
            return module
        places = self._member(path, item.module, item.name, trail, set(), 0)
        others = tuple(each for each in places or () if (each.path, each.name) != (path, ""))
        if others and (only := others[0] if len(others) == 1 else None) and not only.name:
            inner = self._module(path, _child(item.module, item.name), trail)
            if inner.path == only.path:
                return inner
        if others:
            first = others[0]
            through = module.path if module.kind == "source" else first.path
            return Target("source", through, first.path, first.name, (), first.condition, others[1:])
        inner = self._module(path, _child(item.module, item.name), trail)
        if module.kind == "source":
            return inner if inner.candidates and not is_module(inner.candidates[0]) else module
        return inner if inner.kind in ("folder", "repository", "ambiguous") else Target("missing")

    def _stated(self, path: str, item: Import, trail: _Trail) -> Target:
        """What a setup script says: a distribution, a source, or ``module:function``."""
        if item.style == REQUIREMENT:
            return Target("distribution")
        if item.style != EXTENSION:
            return self.target(path, _called(item), trail)
        return named_file(self.repository, path, item.module, trail.wants)

    def _named(self, path: str, text: str, trail: _Trail) -> Target:
        """What a dotted name means whose beginning is a module: the longest one, and the name after it."""
        if text.startswith("."):
            return self._module(path, text, trail)
        parts = text.split(".")
        top = self._module(path, parts[0], trail)
        if top.kind not in ("source", "folder"):
            return top
        for length in range(len(parts), 0, -1):
            module = self._module(path, ".".join(parts[:length]), trail)
            if module.kind != "source":
                continue
            places = self.follow(module.path, parts[length], trail) if length < len(parts) else None
            if not places:
                return module
            first, *others = places
            return Target("source", module.path, first.path, first.name, (), first.condition, tuple(others))
        return top

    def _module(self, path: str, text: str, trail: _Trail) -> Target:
        if text.startswith("."):
            return self._relative(path, text, trail)
        trail.wants.add(text)
        special = path if _is_named(path, text) else self.layout.added(path) is not None
        key = (parent(path), text, special)
        found = self._modules.get(key)
        if found is None:
            found = self._modules[key] = self._absolute(path, text)
        if found.kind != "source":
            trail.wants.add(text.partition(".")[0])
        return self._made(path, text, trail) or found if found.kind in ("distribution", "missing") else found

    def _made(self, path: str, text: str, trail: _Trail) -> Target | None:
        """What makes the extension module that ``text`` means, which is no source of Python and no folder."""
        around, _, name = text.rpartition(".")
        if not name:
            return None
        if text.startswith(".") and not around.strip("."):
            around += "."  # the folder
        if around:
            package = self._module(path, around, trail)
            if not (package.kind == "folder" or (package.kind == "source" and _is_package(package.path))):
                return None
        trail.wants.add(f"{MODULES}:{name}")
        places = tuple(each for each in self.repository.named(MODULES, name) if each != path)
        if len(places) == 1:
            return Target("source", places[0])
        return Target("ambiguous", candidates=places) if places else None

    def _described(self, stub: str) -> tuple[tuple[str, ...], frozenset[str]]:
        """The sources of the extension module that a stub describes, and what was looked up for that. None if there is
        a module of Python beside it."""
        base = stem(stub)
        name = base.rpartition("/")[2]
        wants = frozenset(("/" + base, f"{MODULES}:{name}"))
        return tuple(self.repository.named(MODULES, name)) if self._file(base) == stub else (), wants

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
        if base and self.repository.holds(base):
            return Target("folder", base)
        trail.wants.update("/" + folder for folder in ancestors(base) if folder)
        inside = self.repository.repository(base)
        return Target("repository", inside) if inside else self._made(path, text, trail) or Target("missing")

    def _file(self, base: str) -> str:
        """The module at a stem; a package before a module, a source before a stub, as in Python."""
        known = self._files.get(base)
        if known is None:
            candidates = [join(base, "__init__.py"), base + ".py", join(base, "__init__.pyi"), base + ".pyi"]
            known = self._files[base] = next((each for each in candidates if self.repository.exists(each)), "")
        return known

    def _absolute(self, path: str, text: str) -> Target:
        top = text.partition(".")[0]
        if top in LOADED:
            return Target("stdlib")
        places = {stem(each) for each in self.repository.named("python", text)}
        if places:
            visible = self._visible(path, text, places)
            if visible is not None:
                return visible
        if top in STDLIB:
            return Target("stdlib")
        roots = self.layout.roots(path)
        if (added := self.layout.added(path)) is not None:
            roots = (*roots, added)
            file = self._file(join(added, text.replace(".", "/")))
            if file and file != path:
                return Target("source", file)
        bases = [join(root, text.replace(".", "/")) for root in roots]
        within = next((file for base in bases if "." in text and (file := self._file(base))), "")
        if within:  # a namespace package below a root of the importer that is not a root of the imported file
            return Target("source", within)
        if places := {each for each in places if self._file(each) != path}:
            return Target("ambiguous", candidates=tuple(sorted(self._file(each) for each in places)))
        for folder in bases:
            if self.repository.holds(folder):
                return Target("folder", folder)
        inside = next((found for base in bases if (found := self.repository.repository(base))), "")
        if inside:
            return Target("repository", inside)
        if top != text and self._absolute(path, top).kind in ("source", "folder"):
            return Target("missing")
        return Target("distribution")

    def _visible(self, path: str, text: str, places: set[str]) -> Target | None:
        tail = text.replace(".", "/")
        for root in self.layout.roots(path):
            base = join(root, tail)
            if base in places and (self._file(base) != path or self.layout.declared(root) or "." in text):
                return Target("source", self._file(base))
        declared = sorted(base for base in places if self.layout.declared(base[: -len(tail)].rstrip("/")))
        if len(declared) == 1:
            return Target("source", self._file(declared[0]))
        if declared:
            return Target("ambiguous", candidates=tuple(self._file(base) for base in declared))
        return None

    # names

    def member(self, path: str, name: str) -> tuple[str, str] | None:
        """(file, qualified name) of the definition of a module-level name of ``path``, by the first branch that binds
        it; a module has an empty name."""
        places = self.follow(path, name, _Trail(path))
        return (places[0].path, places[0].name) if places else None

    def follow(self, path: str, name: str, trail: _Trail) -> tuple[Place, ...] | None:
        """The definitions that ``name`` of the module at ``path`` may be, in the order of the branches that bind it;
        none of what is defined elsewhere, and None if the module does not bind it."""
        known = self._followed.get((path, name))
        if known is None:
            inner = _Trail(path)
            found = self._walk(path, name, inner, set(), 0)
            known = self._followed[path, name] = (found, frozenset(inner.wants), frozenset(inner.seen))
        trail.wants |= known[1]
        trail.seen |= known[2]
        return known[0]

    def _walk(
        self, path: str, name: str, trail: _Trail, walked: set[tuple[str, str]], depth: int, before: int = 0
    ) -> tuple[Place, ...] | None:
        """As ``follow``, by the statements above the line ``before`` if that is given."""
        if (path, name) in walked or depth > _DEEPEST_CHAIN:
            return None
        walked.add((path, name))
        trail.seen.add(path)
        if (made := self._offered(path)) is not None:
            return (Place(path, made[name]),) if name in made else None
        branches: list[tuple[str, tuple[Place, ...]]] = []
        values = []
        for binding in self.bindings(path).latest(name, before):
            if isinstance(binding, Import):
                places = self._by_star(path, binding, name, trail, walked, depth)
            elif binding.how == "import":
                places = self._through(path, binding, trail, walked, depth) or ()
            elif binding.how == "submodule":
                file = self._submodule(path, name, trail)
                places = (Place(file, ""),) if file else ()
            else:
                places = (Place(path, name),)
            if places is None:
                continue
            if isinstance(binding, Binding) and binding.how == "value":
                values.append((binding.condition, places))
                if not binding.condition and not branches:
                    break
                continue
            branches.append((binding.condition, places))
            if not binding.condition:
                break
        else:
            if branches and all(condition.endswith("TYPE_CHECKING") for condition, _ in branches):
                file = self._submodule(path, name, trail)
                branches += [("", (Place(file, ""),))] if file else []
        branches = branches or values  # a fallback, such as None, is no other definition
        return _alternatives(branches[::-1]) if branches else None

    def _by_star(
        self, path: str, star: Import, name: str, trail: _Trail, walked: set[tuple[str, str]], depth: int
    ) -> tuple[Place, ...] | None:
        module = self._module(path, star.module, trail)
        if module.kind != "source":
            return None
        trail.seen.add(module.path)  # also if it re-exports nothing: its exports may change
        if not self.bindings(module.path).public(name):
            return None
        return self._walk(module.path, name, trail, walked, depth + 1)

    def _through(
        self, path: str, binding: Binding, trail: _Trail, walked: set[tuple[str, str]], depth: int
    ) -> tuple[Place, ...] | None:
        if binding.name:
            return self._member(path, binding.module, binding.name, trail, walked, depth + 1)
        module = self._module(path, binding.module if binding.alias else binding.module.partition(".")[0], trail)
        return (Place(module.path, ""),) if module.kind == "source" else None

    def _member(
        self, path: str, text: str, name: str, trail: _Trail, walked: set[tuple[str, str]], depth: int
    ) -> tuple[Place, ...] | None:
        """What ``from text import name`` gives: what the module binds to the name, else a module below it."""
        module = self._module(path, text, trail)
        if module.kind == "source":
            found = (
                self._walk(module.path, name, trail, walked, depth) if walked else self.follow(module.path, name, trail)
            )
            if found is not None:
                return found
        elif module.kind not in ("folder", "missing"):
            return None
        inner = self._module(path, _child(text, name), trail)
        return (Place(inner.path, ""),) if inner.kind == "source" and inner.path != path else None

    def _submodule(self, path: str, name: str, trail: _Trail) -> str:
        """The file of a module directly in the package whose own file is ``path``; empty if there is none."""
        if not _is_package(path):
            return ""
        base = join(parent(path), name)
        trail.wants.add("/" + base)
        if file := self._file(base):
            return file
        made = self._made(path, f".{name}", trail)
        return made.path if made is not None else ""

    def reexports(self, path: str, name: str, item: Import) -> bool:
        """Whether an import without ``__all__`` hands on what it imports under ``name``."""
        if is_private(name) or not item.name or item.name == "__all__" or item.scope == "type checking":
            return False
        if item.alias == item.name:
            return True
        if not _is_package(path):
            return False
        top = self._top(path)
        if not item.module.startswith(".") and item.module.partition(".")[0] != top:
            return False
        places = self.follow(path, name, _Trail(path)) or (Place(path, ""),)
        return bool(places[0].name)

    def star_names(self, path: str, trail: _Trail | None = None) -> set[str]:
        """The public names that a module has by its star imports from modules of its own package."""
        trail = trail or _Trail(path)
        stars: dict[str, list[str]] = {path: []}
        for at in (waiting := [path]):  # grows
            for item in self.bindings(at).stars:
                source = self._module(at, item.module, trail)
                if source.kind != "source" or self._top(source.path) != self._top(at):
                    continue
                stars[at].append(source.path)
                if source.path not in stars:
                    stars[source.path] = []
                    waiting.append(source.path)
        trail.seen.update(stars)
        found: dict[str, set[str]] = {at: set() for at in stars}
        changed = True
        while changed:  # again only for modules that import from each other
            changed = False
            for at in reversed(waiting):
                before = len(found[at])
                for source_path in stars[at]:
                    bindings = self.bindings(source_path)
                    imported = {name for name, item in bindings.imported.items() if item.name != "__all__"}
                    names = bindings.defined | imported | found[source_path]
                    found[at] |= {name for name in names if bindings.public(name)}
                changed = changed or len(found[at]) > before
        return found[path]

    def _top(self, path: str) -> str:
        """The outermost package of a module."""
        return next(iter(self.names(path)), "").partition(".")[0]

    def bindings(self, path: str) -> Bindings:
        """The module-level names of the source at ``path``."""
        found = self._bindings.get(path)
        if found is None:
            outline = self.repository.outline(path) or Outline("text", 0)
            if outline.modules:  # what an extension module has is known by ``_offered``
                outline = Outline(outline.language, outline.lines)
            package = next(iter(self.layout.names(path)), "") if _is_package(path) else None
            found = self._bindings[path] = Bindings.of(outline, package)
        return found

    def _offered(self, path: str) -> dict[str, str] | None:
        """The qualified names of what the extension modules that a source makes offer; None if it makes none."""
        if is_module(path):
            return None
        outline = self.repository.outline(path)
        if outline is None or not outline.modules:
            return None
        return {name: qualified for _, offered in outline.modules for name, qualified in offered}

    # bases

    def _bases(self, path: str, outline: Outline, trail: _Trail) -> Iterable[Base]:
        for owner, bases in outline.classes:
            for text in bases:
                dotted = _dotted(text)
                for place in self._base(path, owner, dotted, trail) if dotted else ():
                    if (place.path, place.name) != (path, owner):
                        yield Base(owner, text, place.path, place.name, place.condition)

    def _base(self, path: str, owner: str, dotted: str, trail: _Trail) -> tuple[Place, ...]:
        """What a base of the class ``owner`` may mean: classes, or variables that have them."""
        classes = self._classes_of(path)
        around = _enclosing(owner, dotted.partition(".")[0], classes)
        if around:
            name = f"{around}.{dotted}"
            return (Place(path, name),) if name in classes else ()
        return self._expression(path, dotted, trail, owner)

    def _expression(self, path: str, dotted: str, trail: _Trail, owner: str) -> tuple[Place, ...]:
        """What a dotted name means at module level, or where the class of the same name is defined."""
        first, _, rest = dotted.partition(".")
        bindings = self.bindings(path)
        if first == owner:
            places = self._walk(path, first, trail, set(), 0, before=bindings.line(owner)) or ()
        else:
            places = self.follow(path, first, trail) or ()
        if rest and not places:
            return self._attribute(path, dotted, bindings, trail)
        found: list[tuple[str, tuple[Place, ...]]] = []
        for place in places:
            inside = self._inside(place, rest, trail)
            found.append((place.condition, inside))
        return _alternatives(found)

    def _inside(self, place: Place, rest: str, trail: _Trail) -> tuple[Place, ...]:
        """``rest`` as a name of a module or a class: of a module below, or of a class in it."""
        if not rest:
            return (Place(place.path, place.name),)
        first, _, more = rest.partition(".")
        if place.name:
            name = f"{place.name}.{first}"
            inner: tuple[Place, ...] = (Place(place.path, name),) if name in self._classes_of(place.path) else ()
        else:
            found = self.follow(place.path, first, trail)
            file = self._submodule(place.path, first, trail) if found is None else ""
            inner = found or ((Place(file, ""),) if file else ())
        return _alternatives([(each.condition, self._inside(each, more, trail)) for each in inner])

    def _attribute(self, path: str, dotted: str, bindings: Bindings, trail: _Trail) -> tuple[Place, ...]:
        """``a.b.C`` after ``import a.b`` where ``a`` is no more than a folder: the longest module, then the name."""
        item = bindings.imported.get(dotted.partition(".")[0])
        if item is None or item.name or item.alias:
            return ()
        parts = dotted.split(".")
        for length in range(len(parts) - 1, 0, -1):
            target = self._module(path, ".".join(parts[:length]), trail)
            if target.kind == "source":
                return self._inside(Place(target.path, ""), ".".join(parts[length:]), trail)
        return ()

    def _classes_of(self, path: str) -> frozenset[str]:
        known = self._classes.get(path)
        if known is None:
            outline = self.repository.outline(path)
            known = self._classes[path] = frozenset([name for name, _ in outline.classes] if outline else ())
        return known


class _Reached(NamedTuple):
    """The definition ``name`` of the source ``path``, or the source if that is empty."""

    path: str
    name: str
    rest: str
    """Attributes after it."""
    through: str
    """The module of which it was asked as an attribute; empty if an import binds it."""


def _through(path: str, reached: Iterable[_Reached]) -> Iterator[tuple[str, int, str]]:
    """The rows of a test that uses attributes of modules."""
    for each in reached:
        if each.through and each.path != path:
            yield each.through, USES, ""
            yield each.path, USES, each.name
            if each.path != each.through:
                yield each.path, THROUGH, each.through


class _Trail:
    """The names that a resolution looked for, and the files that it looked into."""

    __slots__ = ("seen", "uses", "wants")

    def __init__(self, path: str) -> None:
        self.wants: set[str] = set()
        self.seen: set[str] = {path}
        self.uses: set[tuple[str, int, str]] = set()


def _called(item: Import) -> Import:
    """The import of ``module:function[extra]``, which a manifest says is called."""
    module, _, name = item.module.partition("[")[0].partition(":")
    return Import(item.line, module.strip(), name.strip().partition(".")[0])


def _alternatives(branches: list[tuple[str, tuple[Place, ...]]]) -> tuple[Place, ...]:
    """The places of all (condition, places) in their order; conditions only where there are several places."""
    found: dict[tuple[str, str], str] = {}
    for condition, places in branches:
        for place in places:
            inner = "; ".join(filter(None, (condition, place.condition)))
            key = (place.path, place.name)
            found[key] = inner if found.get(key, inner) == inner else ""
    several = len(found) > 1
    return tuple([Place(*key, condition if several else "") for key, condition in found.items()])


def _is_named(path: str, text: str) -> bool:
    """Whether a dotted name, or its first part, may mean the source itself, which it does not import."""
    folder, _, file = path.rpartition("/")
    name = file.partition(".")[0]
    own = "/" + (folder if name == "__init__" else join(folder, name))
    return own.endswith(("/" + text.replace(".", "/"), "/" + text.partition(".")[0]))


def _is_package(path: str) -> bool:
    return path.endswith(("/__init__.py", "/__init__.pyi")) or path in ("__init__.py", "__init__.pyi")


def _enclosing(owner: str, name: str, classes: frozenset[str]) -> str:
    """The definition around the class ``owner`` in which the class ``name`` is visible to its bases; empty if that is
    the module. Functions see the names of classes around them nowhere."""
    around = owner.rpartition(".")[0]
    innermost = True
    while around:
        if (innermost or around not in classes) and f"{around}.{name}" in classes:
            return around
        around, innermost = around.rpartition(".")[0], False
    return ""


def _child(module: str, name: str) -> str:
    return module + name if module.endswith(".") else f"{module}.{name}"


def _dotted(text: str) -> str:
    """The name in a base: ``a.B`` of ``a.B[int]``; empty for a keyword or anything computed."""
    name = text.partition("[")[0].strip()
    return name if name and all(part.isidentifier() for part in name.split(".")) else ""


def _below_any_root(base: str) -> Iterator[str]:
    """The dotted names of a stem below each folder above it."""
    parts = base.split("/") if base else []
    return (".".join(parts[start:]) for start in range(len(parts)))
