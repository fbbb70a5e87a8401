"""The API of a language by its declarations: public names and their heads, as the source has them.

place       where a name is declared, for its users: a package, a module, a header. The same name in two places is two
remains     a name that is not declared at its place any more, but can still be had there: it is re-exported, or in a
            header that the header includes
obliges     a new member without which those who implement or match its owner do not compile any more

A removed name, another kind, a removed base, and a member that obliges break users. So does a head that does not accept
every call that the former one did; one of several heads (overloads) that does is enough. A type that is written in
another way is another type: which types accept which is not known. What a subclass of
``Declarations`` does not say otherwise is true of any language with public kinds.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import ClassVar, NamedTuple

from msgspec import Struct

from .api import ApiChange, Commit
from .facts import Definition, Facts
from .heads import Head, Parameter, Syntax, accepts, head
from .language import Language

CALLABLE = frozenset(("function", "method", "constructor", "macro"))
_MEMBERS_OF_MANY = frozenset(("package", "module", "namespace"))
"""Kinds that several files declare: their coming and going is that of what is in them."""
_SYNTAX = Syntax()


class Place(NamedTuple):
    """``key``: what tells it from others; ``title``: its name as a whole; ``prefix``: what is before names in it."""

    key: str
    title: str
    prefix: str


class Declarations:
    """The declarations of one commit that are the API of a language. This one is of any language."""

    same: ClassVar[Mapping[str, str]] = {}
    """Kinds that are another one to their users."""
    inferred: ClassVar[bool] = False
    """Whether what says no type may have any."""

    def __init__(self, commit: Commit, language: Language) -> None:
        self.commit = commit
        self.language = language
        self._kinds = {kind.name: kind for kind in language.kinds}

    def scope(self, paths: Iterable[str]) -> set[str]:
        """The sources to be compared if those at ``paths`` may differ: not tests, examples, benchmarks and
        scripts of the build."""
        exists = self.commit.exists
        return {path for path in paths if exists(path) and self.language.offers(path, exists)}

    def place(self, path: str, facts: Facts, name: str) -> Place | None:
        """The place of a name at the top level of a source, and of what is in it; None if others do not see it."""
        return Place(path, path, path)

    def is_visible(self, definition: Definition, owner: Definition | None) -> bool:
        """Whether a definition is public, of an owner that is; None at the top level."""
        if definition.name.rpartition(self.language.separator)[2].startswith("_"):
            return False
        kind = self._kinds[definition.kind]
        shown = kind.public if owner is None else kind.shown in ("block", "member", "row")
        return shown and self.language.is_public(definition)

    def head(self, definition: Definition) -> Head | str:
        """What users rely on: parameters and results, or the type of a value, which itself may differ."""
        if definition.kind in CALLABLE:
            before, after = _SYNTAX.cut(definition.signature, "(")
            inner, after = _SYNTAX.bracketed("(" + after, "(") if after else ("", "")
            return head(before, (), map(Parameter, _SYNTAX.parts(inner)), after)
        if definition.bases:
            return ""
        return _SYNTAX.cut(definition.signature, "=")[0]

    def shown(self, definition: Definition) -> str:
        """A head as it was written."""
        return definition.signature

    def bases(self, definition: Definition) -> Iterable[str]:
        """The bases that users see."""
        return definition.bases

    def accepts(self, now: Head, was: Head) -> bool:
        """Whether each call that ``was`` allows has the same meaning by ``now``."""
        return accepts(now, was, self.inferred)

    def obliges(self, definition: Definition, owner: Definition) -> bool:
        """Whether a new member of an owner that others implement or match breaks them."""
        return False

    def remains(self, place: Place, path: str, definition: Definition) -> bool:
        """Whether a name that its place does not declare can be had there. ``path``: the source that declares it in the
        other commit."""
        return False


class _Name(Struct):
    """All declarations of one public name, and where the first is."""

    place: Place
    definition: Definition
    owner: Definition | None
    kind: str
    path: str
    heads: dict[Head | str, str]
    bases: dict[str, None]
    deprecated: bool = False


_Names = dict[tuple[str, str], _Name]
"""By the key of the place, and the name in full."""


def compare(old: Declarations, new: Declarations, paths: Iterable[str]) -> Iterator[ApiChange]:
    """The changes of the API between two commits in the sources among ``paths``."""
    wanted = sorted(old.scope(paths) | new.scope(paths))
    before, after = _names(old, wanted), _names(new, wanted)
    removed = dict(_only(before, after, old.language.separator, new))
    added = dict(_only(after, before, old.language.separator, old))
    moved = dict(_moved(removed, added))
    for key, was in removed.items():
        if key in moved:
            now = added[moved[key]]
            detail = f"now {moved[key][1] if moved[key][1] != key[1] else f'in {now.place.title}'}"
            yield ApiChange(key[1], "moved", True, detail, now.path, now.definition.line)
        else:
            yield ApiChange(key[1], "removed", True, "", was.path, was.definition.line)
    moves = set(moved.values())
    for key, now in added.items():
        if key not in moves:
            obliges = now.owner is not None and new.obliges(now.definition, now.owner)
            yield ApiChange(key[1], "added", obliges, "", now.path, now.definition.line)
    for key, was in before.items():
        if key in after:
            yield from _changes(key[1], was, after[key], new)
    yield from _places(before, after, "removed")
    yield from _places(after, before, "added")


def _only(
    names: _Names, others: _Names, separator: str, there: Declarations
) -> Iterator[tuple[tuple[str, str], _Name]]:
    """The names of one commit that the other does not have, without those in what it does not have as a whole."""
    places = {key for key, _ in others}
    for (key, name), each in names.items():
        if (key, name) in others or key not in places or each.kind in _MEMBERS_OF_MANY:
            continue
        around = key, name.rpartition(separator)[0]
        if around in names and around not in others and names[around].kind not in _MEMBERS_OF_MANY:
            continue
        if not there.remains(each.place, each.path, each.definition):
            yield (key, name), each


def _places(names: _Names, others: _Names, kind: str) -> Iterator[ApiChange]:
    """The places of one commit that the other does not have."""
    known = {key for key, _ in others}
    for each in {each.place.key: each for each in reversed(names.values()) if each.place.key not in known}.values():
        yield ApiChange(each.place.title, kind, kind == "removed", "", each.path, 0)


def _moved(
    removed: Mapping[tuple[str, str], _Name], added: Mapping[tuple[str, str], _Name]
) -> Iterator[tuple[tuple[str, str], tuple[str, str]]]:
    """(removed, added) of each name that is now declared at another place as it was."""
    fresh: defaultdict[tuple[object, ...], list[tuple[str, str]]] = defaultdict(list)
    for key, each in added.items():
        fresh[each.definition.name, each.kind, frozenset(each.heads)].append(key)
    for key, each in removed.items():
        found = fresh.pop((each.definition.name, each.kind, frozenset(each.heads)), [])
        if len(found) == 1:
            yield key, found[0]


def _changes(name: str, was: _Name, now: _Name, api: Declarations) -> Iterator[ApiChange]:
    def change(kind: str, breaking: bool, detail: str = "") -> ApiChange:
        return ApiChange(name, kind, breaking, detail, now.path, now.definition.line)

    if was.kind != now.kind:
        yield change("kind changed", True, f"{was.definition.kind} → {now.definition.kind}")
        return
    gone = [each for each in was.heads if each not in now.heads]
    fresh = [each for each in now.heads if each not in was.heads]
    called = was.kind in CALLABLE
    if gone:
        refused = [each for each in gone if not _accepted(each, now.heads, api)]
        first = (refused or gone)[0]
        if refused or fresh:
            shown = now.heads[(fresh or list(now.heads))[0]]
            kind = "signature changed" if called else "declaration changed"
            yield change(kind, bool(refused), f"{was.heads[first] or 'none'} → {shown or 'none'}")
    elif fresh:
        yield change("overload added" if called else "declaration added", False, now.heads[fresh[0]])
    left = {_plain(base): base for base in now.bases}
    for base in was.bases:
        if base not in now.bases:
            other = left.get(_plain(base))
            yield change("base changed", True, f"{base} → {other}") if other else change("base removed", True, base)
    if now.deprecated and not was.deprecated:
        yield change("deprecated", False)


def _plain(base: str) -> str:
    """A base without the arguments of its type."""
    return base.partition("<")[0].partition("[")[0].strip()


def _accepted(was: Head | str, heads: Iterable[Head | str], api: Declarations) -> bool:
    if isinstance(was, str):
        return api.inferred and (not was or "" in heads)
    return any(isinstance(each, Head) and api.accepts(each, was) for each in heads)


def _names(api: Declarations, paths: Iterable[str]) -> _Names:
    found: _Names = {}
    separator = api.language.separator
    for path in paths:
        facts = api.commit.facts(path) if api.commit.exists(path) else None
        if facts is None:
            continue
        places: dict[str, Place | None] = {}
        every = {each.name for each in facts.definitions}
        visible: dict[str, Definition] = {}
        for each in facts.definitions:
            around = each.name.rpartition(separator)[0]
            owner = visible.get(around)
            if (around in every and owner is None) or not api.is_visible(each, owner):
                continue
            visible.setdefault(each.name, each)
            top = each.name.partition(separator)[0]
            if top not in places:
                places[top] = api.place(path, facts, top)
            if (place := places[top]) is None:
                continue
            full = f"{place.prefix}{separator}{each.name}" if place.prefix else each.name
            kind = api.same.get(each.kind, each.kind)
            known = found.setdefault((place.key, full), _Name(place, each, owner, kind, path, {}, {}))
            known.heads.setdefault(api.head(each), api.shown(each))
            known.bases |= dict.fromkeys(api.bases(each))
            known.deprecated = known.deprecated or "deprecated" in each.traits
    return found
