"""What the imports and bases of TypeScript and JavaScript lead to.

A relative module is searched as TypeScript does: the source that a ``.js`` is made from, the file itself, the file with
a suffix, what the ``package.json`` of the folder names, its ``index``. Any other module is of the project if its
manifests say so (``projects``); else of the runtime or of another package.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from incdoc.sources.paths import ancestors, join, parent

from ..facts import Import
from ..linker import Entry, Linker, Repository
from ..manifests import PACKAGE
from ..outline import Outline
from ..patterns import inside
from ..resolution import CHAIN, IMPORTS, MENTIONS, Base, Command, Place, Resolution, Target, Usage
from .language import is_test
from .projects import Projects, Seen, split, stem
from .runners import runner

_RUNTIME = frozenset((
    "assert", "async_hooks", "buffer", "child_process", "cluster", "console", "constants", "crypto", "dgram",
    "diagnostics_channel", "dns", "domain", "events", "fs", "http", "http2", "https", "inspector", "module", "net",
    "os", "path", "perf_hooks", "process", "punycode", "querystring", "readline", "repl", "stream", "string_decoder",
    "sys", "timers", "tls", "trace_events", "tty", "url", "util", "v8", "vm", "wasi", "worker_threads", "zlib",
))  # fmt: skip
"""The modules of Node.js that may be imported without ``node:``."""
_TESTS, _TEST_FOLDER = ("test", "spec"), "__tests__"
_REQUIRING = (".cjs", ".cts")
_DEEPEST_CHAIN = 32


class ModuleLinker(Linker):
    """Resolves imports and bases."""

    refers = "imports"

    def __init__(self, repository: Repository) -> None:
        super().__init__(repository)
        self._projects = Projects(repository)
        self._names: dict[str, frozenset[str]] = {}
        self._runners: dict[str, str] = {}
        """By manifest."""

    def sought(self, path: str, entry: Entry) -> Iterable[str]:
        """Its path without suffix, and its folder's if it is an index."""
        if entry != "source":
            return ()
        base = stem(path)
        return ("/" + base, "/" + parent(path)) if base.rpartition("/")[2] == "index" else ("/" + base,)

    def surface(self, outline: Outline) -> object:
        """Its names and what it exports of others."""
        return outline.keywords, [each for each in outline.imports if each.style.startswith("export")]

    def distributions(self, path: str, item: Import) -> Iterable[tuple[str, str]]:
        """The package that the module begins with; of types alone, also the one that has those of another."""
        name, _ = split(item.module)
        if name:
            yield "npm", name
            if item.style.endswith(" type"):
                yield "npm", "@types/" + name.removeprefix("@").replace("/", "__")

    def command(self, path: str, outline: Outline, wants: set[str], looked: set[str]) -> Command | None:
        """By the program that the nearest manifest names which names one."""
        for folder in ancestors(parent(path)) if is_test(path) else ():
            manifest = join(folder, PACKAGE)
            found = self.repository.outline(manifest)
            if found is not None:
                looked.add(manifest)
                if manifest not in self._runners:
                    self._runners[manifest] = runner(found)
                if words := self._runners[manifest]:
                    return Command(folder, words, path[len(folder) :].lstrip("/"))
        return None

    def companions(self, path: str) -> Iterable[tuple[str, str]]:
        """The declarations of a source, the source of declarations; the test of a source, the source of a test."""
        for own, other, word in ((".d.ts", ".js", "implementation"), (".js", ".d.ts", "declarations")):
            if path.endswith(own):
                yield word, path.removesuffix(own) + other
        folder, _, name = path.rpartition("/")
        parts = name.split(".")
        if len(parts) > 2 and parts[-2] in _TESTS:
            source = ".".join([*parts[:-2], parts[-1]])
            yield "source", join(folder, source)
            if folder.rpartition("/")[2] == _TEST_FOLDER:
                yield "source", join(parent(folder), source)
        elif len(parts) == 2:
            for word in _TESTS:
                test = f"{parts[0]}.{word}.{parts[1]}"
                yield "test", join(folder, test)
                yield "test", join(join(folder, _TEST_FOLDER), test)

    def resolve(self, path: str, outline: Outline) -> Resolution:
        """What the imports and bases of the source at ``path`` lead to."""
        wants: set[str] = set()
        looked: set[str] = set()
        targets = tuple(self._target(path, item, Seen(wants, looked)) for item in outline.imports)
        uses = set()
        for each in targets:
            if each.kind == "source" and each.path != path:
                uses.add((each.path, IMPORTS, ""))
            if each.definer and each.definer != path:
                uses.add((each.definer, MENTIONS, each.name))
        bases = tuple(self._bases(path, outline, targets))
        usages = frozenset(self._usages(path, outline, targets, Seen(wants, looked)))
        if self.hands_on(path):
            self.offers(path, wants, looked)
        uses |= {(each, CHAIN, "") for each in looked if each != path}
        return Resolution(targets, bases, frozenset(wants), frozenset(uses), usages=usages)

    def _usages(self, path: str, outline: Outline, targets: tuple[Target, ...], seen: Seen) -> Iterator[Usage]:
        """What its definitions use of other sources."""
        for use in outline.uses:
            target, rest = targets[use.item], use.rest
            file, name = target.definer, target.name
            if not file and target.kind == "source":
                imported = outline.imports[use.item].name
                written = rest if imported == "*" else ".".join(filter(None, (imported, rest)))
                file, name, rest = self._member(target.path, written, seen)
            if name and file != path:
                yield Usage(file, name, rest, use.owner, use.called)

    def _member(self, path: str, written: str, seen: Seen) -> tuple[str, str, str]:
        """(file, name, what is after it) of the definition that a dotted name in the module at ``path`` means, through
        what it exports as namespaces; an empty file if it means none."""
        module: str | None = path
        for _ in range(_DEEPEST_CHAIN):
            name, _, written = written.partition(".")
            if not name or module is None:
                break
            if found := self._follow(module, name, seen, set(), 0):
                return *found, written
            module = self._namespace(module, name, seen, set())
        return "", "", ""

    def _namespace(self, path: str, name: str, seen: Seen, passed: set[str]) -> str | None:
        """The module that the one at ``path`` exports as a namespace: ``export * as name from 'module'``."""
        if path in passed or len(passed) > _DEEPEST_CHAIN or (outline := self.repository.outline(path)) is None:
            return None
        passed.add(path)
        seen.looked.add(path)
        exports = [each for each in outline.imports if each.style.startswith("export")]
        for item in exports:
            if (item.alias or item.name) == name:
                module = self._module(path, item, seen)
                if module.kind != "source":
                    return None
                return module.path if item.name == "*" else self._namespace(module.path, item.name, seen, passed)
        for item in exports:
            if item.name == "*" and not item.alias:
                module = self._module(path, item, seen)
                if module.kind == "source" and (found := self._namespace(module.path, name, seen, passed)):
                    return found
        return None

    @staticmethod
    def hands_on(path: str) -> bool:
        """An index."""
        return path.rpartition("/")[2].partition(".")[0] == "index"

    def offers(self, path: str, wants: set[str], looked: set[str]) -> Mapping[str, Place]:
        """What it exports of other modules; of a star, all that the module has or exports itself."""
        seen = Seen(wants, looked)
        found: dict[str, Place] = {}
        for name in sorted(self._exported(path, seen, set())):
            place = self._follow(path, name, seen, set(), 0)
            if place is not None and place[0] != path:
                found[name] = Place(*place)
        return found

    def _exported(self, path: str, seen: Seen, passed: set[str]) -> set[str]:
        """The names that a module exports of others."""
        passed.add(path)
        outline = self.repository.outline(path)
        found: set[str] = set()
        for item in outline.imports if outline is not None else ():
            if not item.style.startswith("export"):
                continue
            if item.name != "*":
                found.add(item.alias or item.name)
                continue
            module = self._module(path, item, seen)
            if item.alias or module.kind != "source" or module.path in passed:
                continue
            seen.looked.add(module.path)
            inner = self.repository.outline(module.path)
            found |= {name for name, _ in inner.keywords if "." not in name} if inner is not None else set()
            found |= self._exported(module.path, seen, passed)
        return found - {"default", ""}

    def exports(self, path: str, name: str) -> bool:
        """Whether the module at a path has a name for others, its own or one of another module."""
        return self._follow(path, name, Seen(set(), set()), set(), 0) is not None

    def forget_outlines(self) -> None:
        """Drop what the manifests say."""
        self._projects.forget()
        self._names.clear()
        self._runners.clear()

    def _target(self, path: str, item: Import, seen: Seen) -> Target:
        module = self._module(path, item, seen)
        if module.kind != "source" or item.name in ("", "*"):
            return module
        found = self._follow(module.path, item.name, seen, set(), 0)
        return Target("source", module.path, definer=found[0], name=found[1]) if found else module

    def _module(self, path: str, item: Import, seen: Seen) -> Target:
        written = item.module
        if not written.startswith(("./", "../")) and written not in (".", ".."):
            found = self._projects.named(path, written, item.style == "require" or path.endswith(_REQUIRING), seen)
            if found is not None:
                return found
            top = written.partition("/")[0]
            return Target("stdlib" if written.startswith("node:") or top in _RUNTIME else "distribution")
        base = inside(parent(path), written.partition("?")[0])
        if base is None:
            return Target("missing")
        if file := self._projects.file(base, seen) or self._projects.merged(path, base, seen):
            return Target("source", file)
        return Target("folder", base) if base and self.repository.holds(base) else Target("missing")

    def _follow(self, path: str, name: str, seen: Seen, passed: set[str], depth: int) -> tuple[str, str] | None:
        """(file, name) of the definition that the module at ``path`` exports under a name. ``passed``: the modules in
        which it is not."""
        if path in passed or depth > _DEEPEST_CHAIN or (outline := self.repository.outline(path)) is None:
            return None
        passed.add(path)
        seen.looked.add(path)
        names = self._names.get(path)
        if names is None:
            names = self._names[path] = frozenset(each for each, _ in outline.keywords)
        if name in names:
            return path, name
        exports = [each for each in outline.imports if each.style.startswith("export")]
        for item in exports:
            if item.name != "*" and (item.alias or item.name) == name:
                module = self._module(path, item, seen)
                found = module.kind == "source"
                return self._follow(module.path, item.name, seen, passed, depth + 1) if found else None
        for item in exports:
            if item.name == "*" and not item.alias:
                module = self._module(path, item, seen)
                if module.kind == "source" and (found_ := self._follow(module.path, name, seen, passed, depth + 1)):
                    return found_
        return None

    def _bases(self, path: str, outline: Outline, targets: tuple[Target, ...]) -> Iterator[Base]:
        own = {name for name, _ in outline.classes}
        imported = {
            item.alias or item.name: target
            for item, target in zip(outline.imports, targets, strict=True)
            if target.definer and not item.style.startswith("export")
        }
        for owner, bases in outline.classes:
            for text in bases:
                name = text.partition("<")[0].strip()
                if name in own and name != owner:
                    yield Base(owner, text, path, name)
                elif (target := imported.get(name)) is not None:
                    yield Base(owner, text, target.definer, target.name)
