"""What changed in the API of Python modules, and which changes break a caller that was right before.

Names, parameters and return annotations follow the rules of griffe's ``check``: a public name removed or of another
kind; a parameter removed (unless ``*args`` or ``**kwargs`` takes it), moved, made required, of another kind or default,
or a required one added; a return annotation dropped. Others that break: what was awaited is not awaitable, or the other
way; a class is no longer derived from what ``except`` or ``isinstance`` may name; a constructor does not take former
calls, also one that is made of fields; instances became frozen or lost their dictionary; an overload, a setter or a
deleter was removed; a parameter's type is known to take less, or a result's to be more; an exception is neither
documented nor raised any more. Equal types that are written differently are equal.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

from ..api import ApiChange, Commit
from ..facts import Definition
from .annotations import NONE, Type, accepts, builtin
from .api import CONSTRUCTORS, NO_PARAMETERS, Api, Symbol
from .contract import deprecated_by, deprecation, documented_raises
from .signature import Parameter, Signature, parse_signature
from .traits import INSTANCE

_POSITIONAL = ("positional", "either")
_AWAITABLE = ("Awaitable", "Coroutine", "Future", "Task", "Deferred")
_PLAIN = frozenset(
    ("abstractmethod", "classmethod", "deprecated", "final", "overload", "override", "property", "staticmethod")
)
"""Decorators after which a function is called as it is written."""
_ACCESSORS = ("setter", "deleter")

Said = tuple[str, bool, str]
"""(kind, whether it breaks users, detail)."""


def compare(old: Commit, new: Commit, paths: Iterable[str]) -> Iterator[ApiChange]:
    """The changes of the API between two commits in the modules among ``paths``."""
    comparison = _Comparison(Api(old), Api(new))
    found = set(comparison.modules(paths))
    return _moved(found, comparison.fresh, comparison.old, comparison.new)


class _Comparison:
    def __init__(self, old: Api, new: Api) -> None:
        self.old = old
        self.new = new
        self._seen: set[tuple[Symbol, Symbol]] = set()
        self.fresh: set[ApiChange] = set()
        """The definitions of added modules, to which others may have moved."""

    def modules(self, paths: Iterable[str]) -> Iterator[ApiChange]:
        """The changes in the public modules among ``paths``."""
        wanted = set(paths)
        old, new = self.old.modules, self.new.modules
        for name, path in old.items():
            if path not in wanted and new.get(name) not in wanted:
                continue
            if name in new:
                yield from self._module(Symbol(path, ""), Symbol(new[name], ""))
            elif name.rpartition(".")[0] not in old.keys() - new.keys():
                yield self._without(name, Symbol(path, ""))
        for name, path in new.items():
            if name not in old and path in wanted:
                for own, member in self.new.members(Symbol(path, "")).items():
                    if member.public and member.target is not None and not member.imported:
                        self.fresh.add(self._change(f"{name}.{own}", "added", False, self.new, member.target))
                if name.rpartition(".")[0] not in new.keys() - old.keys():
                    yield self._change(name, "added", False, self.new, Symbol(path, ""))

    def _change(self, name: str, kind: str, breaking: bool, api: Api, symbol: Symbol, detail: str = "") -> ApiChange:
        definition = api.definition(symbol)
        return ApiChange(name, kind, breaking, detail, symbol.path, definition.line if definition else 0)

    def _without(self, name: str, module: Symbol) -> ApiChange:
        """A module is not there any more; its package may have something else of its name."""
        package, _, last = name.rpartition(".")
        member = (
            self.new.members(Symbol(self.new.modules[package], "")).get(last) if package in self.new.modules else None
        )
        if member is None or member.target is None or not member.public:
            return self._change(name, "removed", True, self.old, module)
        detail = f"module → {self.new.kind(member.target)}"
        return self._change(name, "kind changed", True, self.new, member.target, detail)

    def _module(self, before: Symbol, after: Symbol) -> Iterator[ApiChange]:
        yield from self._members(before, after)
        was, now = (api.facts(symbol.path) for api, symbol in ((self.old, before), (self.new, after)))
        said = deprecated_by(now.doc) if now else None
        if said is not None and was and deprecated_by(was.doc) is None:
            yield self._change(self.new.full_name(after), "deprecated", False, self.new, after, said)

    # ------------------------------------------------------------------ members

    def _members(self, before: Symbol, after: Symbol) -> Iterator[ApiChange]:
        old, new = self.old.members(before), self.new.members(after)
        top = self.old.full_name(before)
        classes = self.new.kind(after) == "class"
        for name, member in old.items():
            if not member.public:
                continue
            there = new.get(name)
            if there is None:
                if self._is_submodule(after, name) or (classes and name in CONSTRUCTORS):
                    continue
                place = before if member.target is None or (member.imported and not classes) else member.target
                yield self._change(f"{top}.{name}", "removed", True, self.old, place, self._still(after, place))
            elif member.target is not None:
                target = there.target or (self.new.imported(after.path, name) if not after.name else None)
                if target is not None:
                    yield from self._symbol(member.target, target)
        for name, member in new.items():
            if not member.public or name in old or (classes and (member.imported or name in CONSTRUCTORS)):
                continue
            place = member.target if member.target is not None and not member.imported else after
            yield self._change(f"{self.new.full_name(after)}.{name}", "added", False, self.new, place)

    def _is_submodule(self, module: Symbol, name: str) -> bool:
        """Whether a name that was removed from a package is a module in it now."""
        return not module.name and f"{self.new.dotted(module.path)}.{name}" in self.new.modules

    def _still(self, after: Symbol, removed: Symbol) -> str:
        """What else is known of a name that was removed."""
        facts = self.new.facts(after.path) if not after.name else None
        if facts is not None and facts.open:
            return f"unless line {facts.open[0]} of the module gives it"
        definition = self.old.definition(removed)
        said = deprecation(definition) if definition is not None else None
        return "it was deprecated" if said is not None else ""

    # ------------------------------------------------------------------ symbols

    def _symbol(self, before: Symbol, after: Symbol) -> Iterator[ApiChange]:
        if (before, after) in self._seen:
            return
        self._seen.add((before, after))
        name = self.new.full_name(after)
        old, new = self.old.kind(before), self.new.kind(after)
        if old != new:
            yield from self._other_kind(name, before, after)
            return
        said: Iterable[Said] = ()
        if old == "class":
            yield from self._members(before, after)
            yield from self._construction(name, before, after)
            said = self._class(before, after)
        elif old == "function":
            said = self._function(before, after)
        elif old == "attribute":
            said = self._attribute(before, after)
        for kind, breaking, detail in said:
            yield self._change(name, kind, breaking, self.new, after, detail)
        for kind, breaking, detail in _about_deprecation(self._all(self.old, before), self._all(self.new, after)):
            yield self._change(name, kind, breaking, self.new, after, detail)

    def _other_kind(self, name: str, before: Symbol, after: Symbol) -> Iterator[ApiChange]:
        was, now = self.old.alias(before), self.new.alias(after)
        if (was, now) != (before, after) and self.old.kind(was) == self.new.kind(now):
            yield from self._symbol(was, now)
            return
        if self._may_be_anything(before, after):
            return
        detail = f"{self.old.kind(before)} → {self.new.kind(after)}"
        functions = (api.definition(symbol) for api, symbol in ((self.old, before), (self.new, after)))
        known = not any(each is not None and _unknown(each) for each in functions if each and each.kind != "class")
        yield self._change(name, "kind changed", known, self.new, after, detail)

    def _may_be_anything(self, before: Symbol, after: Symbol) -> bool:
        """Whether a method set the old attribute, or an import may bind the new name too."""
        definition = self.old.definition(before)
        if definition is not None and INSTANCE in definition.traits:
            return True
        return "." not in after.name and after.name in self.new.linker.bindings(after.path).imported

    @staticmethod
    def _all(api: Api, symbol: Symbol) -> list[Definition]:
        return api.all_definitions(symbol) if symbol.name else []

    # ------------------------------------------------------------------ attributes

    def _attribute(self, before: Symbol, after: Symbol) -> Iterator[Said]:
        was, now = self._all(self.old, before), self._all(self.new, after)
        for accessor in _ACCESSORS:
            if _has(was, accessor) and not _has(now, accessor):
                yield f"{accessor} removed", True, ""
        if _can_be_set(self.old.definition(before)) and _has(now, "property") and not _has(now, "setter"):
            yield "became read-only", True, "attribute → property without a setter"
        one, other = (_annotation(found) for found in (was, now))
        if one and other:
            types = self.old.type_of(before, one), self.new.type_of(after, other)
            if types[0] != types[1]:
                yield "type changed", accepts(types[0], types[1]) is False, f"{one} → {other}"

    # ------------------------------------------------------------------ classes

    def _class(self, before: Symbol, after: Symbol) -> Iterator[Said]:
        yield from self._bases(before, after)
        yield from self._instances(before, after)

    def _bases(self, before: Symbol, after: Symbol) -> Iterator[Said]:
        was, now = self.old.bases(before), self.new.bases(after)
        if was.keys() == now.keys():
            return
        kept = self.new.ancestors(after)
        endings = {name.rpartition(".")[2] for name in kept}

        def remains(name: str) -> bool:
            last = name.rpartition(".")[2]
            if name in kept or last.startswith("_"):
                return True
            there = self.old.class_called(name)  # it may have moved; of a class of others only its last name is known
            return last in endings and (there is None or self.new.class_called(name) is None)

        lost = [base for name, base in was.items() if not remains(name)]
        if not lost:
            gone = [name for name in was if name not in kept]
            lost = _lowest(name for name in self.old.above(before, gone) if not remains(name))
        fresh = [base for name, base in now.items() if name not in was]
        if lost:
            kind = "base replaced" if fresh else "base removed"
            yield kind, True, f"{', '.join(lost)} → {', '.join(fresh)}" if fresh else ", ".join(lost)
        elif fresh and not self.old.ancestors(before) - kept:
            yield "base added", False, ", ".join(fresh)

    def _construction(self, name: str, before: Symbol, after: Symbol) -> Iterator[ApiChange]:
        """Compare constructors where one of the two is not written as such, or not at all."""
        old, new = self.old.members(before), self.new.members(after)
        if any(each in old and each in new for each in CONSTRUCTORS):
            return  # compared as members
        was, now = self.old.constructor(before), self.new.constructor(after)
        written = next((each for each in CONSTRUCTORS if each in new and not new[each].imported), "")
        lost = next((each for each in CONSTRUCTORS if each in old), "")
        found: list[Said] = []
        if was is not None and now is not None:
            mine, theirs = ((NO_PARAMETERS.parameters[0], *each.parameters[1:]) for each in (was, now))
            found += self._parameters(mine, theirs, before, after)
        if lost and (now is None or now == NO_PARAMETERS):
            found = [("removed", bool(found) or now is None, "")]
        elif not found and written:
            found = [("added", False, "")]
        for kind, breaking, detail in found:
            yield self._change(f"{name}.{written or lost or '__init__'}", kind, breaking, self.new, after, detail)

    def _instances(self, before: Symbol, after: Symbol) -> Iterator[Said]:
        was, now = self.old.maker(before), self.new.maker(after)
        if was is not None and now is not None:
            if was.flag("frozen") != now.flag("frozen"):
                yield ("became frozen", True, "") if now.flag("frozen") else ("no longer frozen", True, "")
            if was.flag("order") and not now.flag("order"):
                yield "no longer ordered", True, ""
        if not self._has_slots(self.old, before) and self._has_slots(self.new, after):
            yield "slots added", True, ""

    def _has_slots(self, api: Api, symbol: Symbol, depth: int = 0) -> bool:
        """Whether instances have no dictionary, as far as it is known."""
        made = api.maker(symbol)
        own = (made is not None and made.flag("slots")) or api.definition(
            Symbol(symbol.path, f"{symbol.name}.__slots__")
        ) is not None
        return (
            own
            and depth < 32
            and all(self._has_slots(api, base, depth + 1) for base in api.bases_here(symbol))
            and (api.is_closed(symbol))
        )

    # ------------------------------------------------------------------ functions

    def _function(self, before: Symbol, after: Symbol) -> Iterator[Said]:
        one, other = self.old.definition(before), self.new.definition(after)
        assert one is not None and other is not None
        old, new = self.old.signature(before), self.new.signature(after)
        found = [*self._awaited(one, other, old, new), *self._bound(one, other)]
        mine, theirs = _alike(one, other, old.parameters, new.parameters)
        found += self._parameters(mine, theirs, before, after)
        found += self._result(one, other, old, new, before, after)
        found += self._overloads(before, after)
        found += _exceptions(one, other)
        yield from found
        if not found and not self._same(before, after, old, new):
            yield "signature changed", False, f"{one.signature} → {other.signature}"

    @staticmethod
    def _awaited(one: Definition, other: Definition, old: Signature, new: Signature) -> Iterator[Said]:
        kinds = [_flavour(each) for each in (one, other)]
        if kinds[0] == kinds[1]:
            return
        plain = new if kinds[0] == "async" else old
        returned = (plain.returns or "").partition("[")[0].strip("\"'").rpartition(".")[2]
        if "async" in kinds and "sync" in kinds and returned in _AWAITABLE:
            return
        if {"async generator"} < set(kinds) and returned.startswith("Async"):
            return
        known = set(one.decorators) == set(other.decorators) or not {*_unknown(one), *_unknown(other)}
        yield "async changed", known, f"{kinds[0]} → {kinds[1]}"

    @staticmethod
    def _bound(one: Definition, other: Definition) -> Iterator[Said]:
        was, now = _binding(one), _binding(other)
        if was in ("staticmethod", "classmethod") and now == "method":
            yield "no longer called on the class", True, f"{was} → {now}"

    def _result(
        self, one: Definition, other: Definition, old: Signature, new: Signature, before: Symbol, after: Symbol
    ) -> Iterator[Said]:
        if old.returns is None:
            return
        if new.returns is None:
            yield "return annotation dropped", True, old.returns
        elif _flavour(one) == _flavour(other) and not {*_unknown(one), *_unknown(other)}:
            was, now = self.old.type_of(before, old.returns), self.new.type_of(after, new.returns)
            if was not in (now, NONE) and accepts(was, now) is False:
                yield "return type changed", True, f"{old.returns} → {new.returns}"

    def _overloads(self, before: Symbol, after: Symbol) -> Iterator[Said]:
        was, now = (
            [each.signature for each in self._all(api, symbol) if "overload" in each.traits]
            for api, symbol in ((self.old, before), (self.new, after))
        )
        left = now or [each.signature for each in self._all(self.new, after)]
        for each in was:
            one = parse_signature(each)
            if not any(self._takes(one, parse_signature(other), before, after) for other in left):
                yield "overload removed", True, each
        if was and now:
            for each in now:
                other = parse_signature(each)
                if not any(self._takes(parse_signature(one), other, before, after) for one in was):
                    yield "overload added", False, each

    def _takes(self, old: Signature, new: Signature, before: Symbol, after: Symbol) -> bool:
        """Whether a signature takes the calls of another one, as far as it is known."""
        found = self._parameters(old.parameters, new.parameters, before, after)
        return not any(breaking and not kind.startswith("default") for kind, breaking, _ in found)

    def _parameters(
        self, old: tuple[Parameter, ...], new: tuple[Parameter, ...], before: Symbol, after: Symbol
    ) -> Iterator[Said]:
        """The changes that break callers."""
        places: dict[str, tuple[int, Parameter]] = {}
        for position, each in enumerate(new):
            places.setdefault(each.name, (position, each))
        kinds = {each.kind for each in new}
        met: set[str] = set()
        for position, was in enumerate(old):
            now_at, now = places.get(was.name, (position, None))
            if _is_positional(was) and (now is None or now_at != position) and position < len(new):
                there = new[position]
                if there.kind in _POSITIONAL and (there.name not in {each.name for each in old} or now is None):
                    now_at, now = position, there  # its name does not matter to callers
            if now is None:
                taken = {"keyword": {"**"}, "positional": {"*"}, "either": {"*", "**"}}.get(was.kind)
                if taken is None or not taken <= kinds:
                    yield "parameter removed", True, was.name
                continue
            met.add(now.name)
            if now.required and not was.required:
                yield "parameter became required", True, was.name
            if was.kind in _POSITIONAL and now.kind in _POSITIONAL and position != now_at:
                yield "parameter moved", True, f"{was.name}: {position} → {now_at}"
            kind = "positional" if _is_positional(was) else was.kind
            if kind != now.kind and _refuses(kind, now.kind, kinds):
                yield "parameter kind changed", True, f"{was.name}: {was.kind} → {now.kind}"
            if was.default is not None and now.default is not None and not _same_value(was.default, now.default):
                yield "default changed", True, f"{was.name}: {was.default} → {now.default}"
            if was.annotation and now.annotation:
                types = self.old.type_of(before, was.annotation), self.new.type_of(after, now.annotation)
                if types[0] != types[1] and accepts(types[1], types[0]) is False:
                    yield "parameter type changed", True, f"{was.name}: {was.annotation} → {now.annotation}"
        names = {each.name for each in old}
        for each in new:
            if each.name not in names and each.name not in met and each.required:
                yield "required parameter added", True, each.name

    def _same(self, before: Symbol, after: Symbol, old: Signature, new: Signature) -> bool:
        """Whether two signatures differ in how they are written at most."""

        def form(api: Api, symbol: Symbol, signature: Signature) -> object:
            return [
                (each.name, each.kind, _value(each.default), self._typed(api, symbol, each.annotation))
                for each in signature.parameters
            ], self._typed(api, symbol, signature.returns or "")

        return form(self.old, before, old) == form(self.new, after, new)

    @staticmethod
    def _typed(api: Api, symbol: Symbol, annotation: str) -> Type | None:
        return api.type_of(symbol, annotation) if annotation else None


def _lowest(names: Iterable[str]) -> list[str]:
    """Those of the names of classes that are no bases of others, sorted."""
    found = set(names)
    for name in list(found):
        known = builtin(name)
        found -= {each.__name__ for each in known.__mro__[1:]} if known is not None else set()
    return sorted(found)


def _has(found: Iterable[Definition], trait: str) -> bool:
    return any(trait in each.traits for each in found)


def _can_be_set(definition: Definition | None) -> bool:
    """Whether an attribute is no descriptor, such as what ``property(...)`` makes."""
    if definition is None or definition.kind != "attribute":
        return False
    return INSTANCE in definition.traits or definition.signature.startswith(":")


def _annotation(found: list[Definition]) -> str:
    """The type of an attribute, or of a property."""
    for each in found:
        if "property" in each.traits:
            return parse_signature(each.signature).returns or ""
        if each.kind in ("attribute", "variable", "constant") and each.signature.startswith(":"):
            return each.signature[1:].partition(" = ")[0].strip()
    return ""


def _unknown(definition: Definition) -> list[str]:
    """Its decorators that may make anything of it."""
    names = (each.partition("(")[0].rpartition(".")[2] for each in definition.decorators)
    return [name for name in names if name not in _PLAIN]


def _flavour(definition: Definition) -> str:
    if "async" not in definition.traits:
        return "sync"
    return "async generator" if "generator" in definition.traits else "async"


def _binding(definition: Definition) -> str:
    for trait in ("staticmethod", "classmethod"):
        if trait in definition.traits:
            return trait
    return "method" if definition.kind == "method" else ""


def _alike(
    one: Definition, other: Definition, old: tuple[Parameter, ...], new: tuple[Parameter, ...]
) -> tuple[tuple[Parameter, ...], tuple[Parameter, ...]]:
    """Both signatures with ``self`` or without, under one name."""
    kinds = [_binding(each) for each in (one, other)]
    if kinds[0] == kinds[1] and (kinds[0] in ("", "staticmethod") or not (old and new)):
        return old, new
    if kinds[0] == kinds[1]:
        first = new[0]
        if old[0].kind in _POSITIONAL and first.kind in _POSITIONAL and old[0].default is first.default is None:
            return old, (Parameter(old[0].name, old[0].kind, None, old[0].annotation), *new[1:])
        return old, new
    was, now = (kind in ("", "staticmethod") for kind in kinds)
    return (old if was else old[1:]), (new if now else new[1:])


def _is_positional(parameter: Parameter) -> bool:
    private = parameter.name.startswith("__") and not parameter.name.endswith("__")
    return parameter.kind == "positional" or (private and parameter.kind == "either")


def _refuses(was: str, now: str, kinds: set[str]) -> bool:
    """Whether a call that passes a parameter as ``was`` allowed fails with ``now``."""
    return (
        (was, now) in (("positional", "keyword"), ("keyword", "positional"))
        or (was == "either" and now in ("positional", "keyword"))
        or (now == "**" and was != "keyword" and "*" not in kinds)
        or (now == "*" and was != "positional" and "**" not in kinds)
    )


def _same_value(one: str, other: str) -> bool:
    return one == other or _value(one) == _value(other)


def _value(text: str | None) -> str | None:
    """An expression, however it is written."""
    if text is None:
        return None
    try:
        return ast.dump(ast.parse(text, mode="eval"))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return text


def _exceptions(one: Definition, other: Definition) -> Iterator[Said]:
    if not other.doc:
        return
    raised = {name.rpartition(".")[2] for name, _ in other.raises}
    for name in sorted(documented_raises(one.doc) - raised):
        if not re.search(rf"\b{re.escape(name)}\b", other.doc):
            yield "exception no longer raised", True, name


def _about_deprecation(was: list[Definition], now: list[Definition]) -> Iterator[Said]:
    before = [said for each in was if (said := deprecation(each)) is not None]
    after = [said for each in now if (said := deprecation(each)) is not None]
    if after and not before:
        yield "deprecated", False, after[0]
    elif before and not after and now:
        yield "no longer deprecated", False, ""


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
