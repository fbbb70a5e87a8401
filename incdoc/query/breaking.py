"""What changed in the API between two commits, and which changes break its users.

The rules are those of griffe's ``check``: a public name removed or of another kind, a base removed; a
parameter removed (unless ``*args`` or ``**kwargs`` takes it), moved, made required, of another kind or default, or a
required one added; a return annotation dropped.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from incdoc.engine.keys import facts_key
from incdoc.engine.workspace import Workspace
from incdoc.links.names import is_module, stem
from incdoc.query.api import Api, Parameter, Symbol
from incdoc.sources.objects import Item, tree

_POSITIONAL = ("positional", "either")


class ApiChange(Struct, frozen=True, order=True):
    """One change. ``name``: the full dotted name; ``kind``: in words; ``detail``: what it was and is; ``path``,
    ``line``: where it is in the later commit, else in the earlier one."""

    name: str
    kind: str
    breaking: bool
    detail: str = ""
    path: str = ""
    line: int = 0


def changes(workspace: Workspace, base: str, head: str) -> list[ApiChange]:
    """Between two commits, by their ids in hex, sorted by name. Raises SourceError."""
    root = workspace.config.root
    old, new = (Api(workspace, tree(root, commit, workspace.say)) for commit in (base, head))
    differing = {path for path in old.files.keys() | new.files.keys() if _blob(old, path) != _blob(new, path)}
    paths = _scope(workspace, old, new, differing)
    old.preload(path for path in paths if is_module(path))
    new.preload(path for path in paths if is_module(path))
    comparison = _Comparison(old, new)
    found = set(comparison.modules(paths))
    return sorted(_moved(found, comparison.fresh, old, new))


def _blob(api: Api, path: str) -> bytes:
    item = api.files.get(path)
    return item.blob if item is not None else b""


def _scope(workspace: Workspace, old: Api, new: Api, differing: Iterable[str]) -> set[str]:
    """The modules whose members may differ: those that changed and those that use them, if the link tables are of one
    of the two commits; else all modules."""
    tables = workspace.tables
    known = {path: found for path, (found, _) in workspace.store.sources().items()}
    if not any(_is_linked(known, api.files) for api in (old, new)):
        return {path for path in old.files.keys() | new.files.keys() if is_module(path)}
    scope = set(filter(is_module, differing))
    queue = list(scope)
    while queue:
        path = queue.pop()
        users = tables.referrers_of(path)
        for wanted in ("/" + stem(path), *old.layout.names(path), *new.layout.names(path)):
            users += tables.files_looking_up(wanted)
        for user in users:
            if user not in scope:
                scope.add(user)
                queue.append(user)
    return scope


def _is_linked(known: Mapping[str, bytes], files: Mapping[str, Item]) -> bool:
    return all(known.get(path) == facts_key(path, item.blob) for path, item in files.items() if is_module(path))


class _Comparison:
    def __init__(self, old: Api, new: Api) -> None:
        self._old = old
        self._new = new
        self._seen: set[Symbol] = set()
        self.fresh: set[ApiChange] = set()
        """The definitions of added modules, to which others may have moved."""

    def modules(self, paths: Iterable[str]) -> Iterator[ApiChange]:
        """The changes in the public modules among ``paths``."""
        wanted = set(paths)
        old, new = self._old.modules, self._new.modules
        for name, path in old.items():
            if path not in wanted and new.get(name) not in wanted:
                continue
            if name in new:
                yield from self._members(Symbol(path, ""), Symbol(new[name], ""))
            elif name.rpartition(".")[0] not in old.keys() - new.keys():
                yield self._change(name, "removed", True, self._old, Symbol(path, ""))
        for name, path in new.items():
            if name not in old and path in wanted:
                for own, member in self._new.members(Symbol(path, "")).items():
                    if member.public and member.target is not None and not member.imported:
                        self.fresh.add(self._change(f"{name}.{own}", "added", False, self._new, member.target))
                if name.rpartition(".")[0] not in new.keys() - old.keys():
                    yield self._change(name, "added", False, self._new, Symbol(path, ""))

    def _change(self, name: str, kind: str, breaking: bool, api: Api, symbol: Symbol, detail: str = "") -> ApiChange:
        definition = api.definition(symbol)
        return ApiChange(name, kind, breaking, detail, symbol.path, definition.line if definition else 0)

    def _members(self, before: Symbol, after: Symbol) -> Iterator[ApiChange]:
        old, new = self._old.members(before), self._new.members(after)
        top = self._old.full_name(before)
        for name, member in old.items():
            if not member.public:
                continue
            there = new.get(name)
            if there is None:
                if self._is_submodule(after, name):
                    continue
                place = before if member.target is None else member.target
                yield self._change(f"{top}.{name}", "removed", True, self._old, place)
            elif member.target is not None and there.target is not None:
                yield from self._symbol(member.target, there.target)
        for name, member in new.items():
            if member.public and name not in old and not (member.imported and self._new.kind(after) == "class"):
                place = member.target or after
                yield self._change(f"{self._new.full_name(after)}.{name}", "added", False, self._new, place)

    def _is_submodule(self, module: Symbol, name: str) -> bool:
        """Whether a name that was removed from a package is a module in it now."""
        return not module.name and f"{self._new.dotted(module.path)}.{name}" in self._new.modules

    def _symbol(self, before: Symbol, after: Symbol) -> Iterator[ApiChange]:
        if before in self._seen:
            return
        self._seen.add(before)
        old, new = self._old.kind(before), self._new.kind(after)
        name = self._new.full_name(after)
        if old != new:
            yield self._change(name, "kind changed", True, self._new, after, f"{old} → {new}")
        elif old == "class":
            bases, left = self._old.bases(before), self._new.bases(after)
            if len(left) < len(bases):
                detail = ", ".join(base for base in bases if base not in left)
                yield self._change(name, "base removed", True, self._new, after, detail)
            yield from self._members(before, after)
        elif old == "function":
            yield from self._function(name, before, after)
        if self._deprecated(self._new, after) and not self._deprecated(self._old, before):
            yield self._change(name, "deprecated", False, self._new, after)

    @staticmethod
    def _deprecated(api: Api, symbol: Symbol) -> bool:
        definition = api.definition(symbol)
        if definition is None:
            return False
        names = (decorator.partition("(")[0].rpartition(".")[2] for decorator in definition.decorators)
        return "deprecated" in names or ".. deprecated::" in definition.doc

    def _function(self, name: str, before: Symbol, after: Symbol) -> Iterator[ApiChange]:
        old, new = self._old.signature(before), self._new.signature(after)
        found = list(_parameters(old.parameters, new.parameters))
        if old.returns is not None and new.returns is None:
            found.append(("return annotation dropped", old.returns))
        for kind, detail in found:
            yield self._change(name, kind, True, self._new, after, detail)
        one, other = self._old.definition(before), self._new.definition(after)
        if not found and one and other and one.signature != other.signature:
            detail = f"{one.signature} → {other.signature}"
            yield self._change(name, "signature changed", False, self._new, after, detail)


def _parameters(old: tuple[Parameter, ...], new: tuple[Parameter, ...]) -> Iterator[tuple[str, str]]:
    """(kind, detail) of each change that breaks callers."""
    places: dict[str, tuple[int, Parameter]] = {}
    for position, each in enumerate(new):
        places.setdefault(each.name, (position, each))
    kinds = {each.kind for each in new}
    for position, was in enumerate(old):
        if was.name not in places:
            taken = {"keyword": {"**"}, "positional": {"*"}, "either": {"*", "**"}}.get(was.kind)
            if taken is None or not taken <= kinds:
                yield "parameter removed", was.name
            continue
        now_at, now = places[was.name]
        if now.required and not was.required:
            yield "parameter became required", was.name
        if was.kind in _POSITIONAL and now.kind in _POSITIONAL and position != now_at:
            yield "parameter moved", f"{was.name}: {position} → {now_at}"
        if was.kind != now.kind and _refuses(was.kind, now.kind, kinds):
            yield "parameter kind changed", f"{was.name}: {was.kind} → {now.kind}"
        if was.default is not None and now.default is not None and was.default != now.default:
            yield "default changed", f"{was.name}: {was.default} → {now.default}"
    names = {each.name for each in old}
    for each in new:
        if each.name not in names and each.required:
            yield "required parameter added", each.name


def _refuses(was: str, now: str, kinds: set[str]) -> bool:
    """Whether a call that passes a parameter as ``was`` allowed fails with ``now``."""
    return (
        (was, now) in (("positional", "keyword"), ("keyword", "positional"))
        or (was == "either" and now in ("positional", "keyword"))
        or (now == "**" and was != "keyword" and "*" not in kinds)
        or (now == "*" and was != "positional" and "**" not in kinds)
    )


def _moved(found: set[ApiChange], fresh: set[ApiChange], old: Api, new: Api) -> Iterator[ApiChange]:
    """Merge the removal of a name and its unchanged addition in another module into one change, which still breaks."""
    added: dict[tuple[str, str], list[ApiChange]] = {}
    for each in found | fresh:
        if each.kind == "added" and each.line:
            added.setdefault((each.name.rpartition(".")[2], _signature_at(new, each)), []).append(each)
    used: set[ApiChange] = set()
    for each in sorted(found):
        places = added.get((each.name.rpartition(".")[2], _signature_at(old, each)), [])
        if each.kind == "removed" and each.line and len(places) == 1 and places[0] not in used:
            used.add(places[0])
            yield ApiChange(each.name, "moved", True, f"now {places[0].name}", places[0].path, places[0].line)
        elif each.kind != "added":
            yield each
    yield from (each for each in found if each.kind == "added" and each not in used)


def _signature_at(api: Api, change: ApiChange) -> str:
    facts = api.facts(change.path)
    here = [each for each in facts.definitions if each.line == change.line] if facts else []
    return f"{here[0].kind} {here[0].signature}" if here else ""
