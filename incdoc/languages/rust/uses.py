"""Where a source of Rust uses what it imports: calls, types, values, macros, names in the arguments of macros; and what
it calls of itself.

A name means what its module has, or what ``use super::*`` shows it of one around. Paths from ``crate`` and macros that
the source does not have are uses that no import binds (``FREE``), as written: ``crate::a::b``, ``message``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..facts import FREE, OWN, Import, Use
from ..uses import MOST_USES, Hidden, bind, occurrences, scope_of
from . import grammar as g

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tree_sitter import Node

    from ..searching import Owners

_PATH = re.compile(rb"(?:::[A-Za-z_]\w*){1,4}")
_CALL = re.compile(rb"\b(?<![.:])(self\.|Self::)?+([a-z_]\w*+)\(")
_MACRO = re.compile(rb"(?<![\w.:$])([a-z_]\w*+)!\s*+[(\[{]")
_CALLS_MACRO = re.compile(rb"!(?!=)")
_ABSOLUTE = re.compile(rb"(?<![\w.:$])(crate|super|self)((?:::[A-Za-z_]\w*+)++)(?!::[{*])(\s?[(!])?")
_CALLABLE = frozenset(("function", "method"))
_CALLED = (b"(", b"!", b"::<")
_NAMELESS = ("", "*", "_")
_STANDARD = frozenset(
    (
        b"addr_of addr_of_mut asm assert assert_eq assert_matches assert_ne cfg column compile_error concat dbg"
        b" debug_assert debug_assert_eq debug_assert_ne env eprint eprintln file format format_args global_asm include"
        b" include_bytes include_str is_x86_feature_detected line macro_rules matches module_path option_env panic pin"
        b" print println ready stringify thread_local todo try unimplemented unreachable vec write writeln"
    ).split()
)
"""The macros that every source has."""


def find(data: bytes, root: Node, imports: Sequence[Import], owners: Owners) -> Iterator[Use]:
    """The uses of a source."""
    return _Uses(data, root, imports, owners).find()


def of_own(data: bytes, root: Node, imports: Sequence[Import], owners: Owners, item: Import) -> Iterator[Use]:
    """The uses of what the source itself defines: by ``item``, which says in which module it is."""
    number = len(imports)
    for each in _Uses(data, root, (*imports, item), owners, number).find():
        if each.item == number:
            yield Use(each.owner, OWN, each.rest, each.called)


class _Modules:
    """The modules in a source, and whose names each of them sees."""

    def __init__(self, imports: Sequence[Import], owners: Owners) -> None:
        self._names = {each.name for each in owners.every() if each.kind == "module"}
        self._stars: dict[str, list[str]] = {}
        self._seen: dict[str, list[str]] = {}
        for item in imports:
            path, _, last = item.module.rpartition("::")
            if last == "*" and (module := self.within(item.within, path.split("::"))) is not None:
                self._stars.setdefault(item.within, []).append(module)

    def within(self, module: str, path: Sequence[str]) -> str | None:
        """The module that a path in one means; None if it leaves the source, or may."""
        for number, part in enumerate(path):
            if part == "super" and module in self._names:
                module = module.rpartition("::")[0]
            elif part == "super":
                return None
            elif part != "self" or number:
                module = _join(module, part)
            if module and module not in self._names:
                return None
        return module

    def seen(self, module: str) -> list[str]:
        """The module itself, and those whose names it sees by stars, the nearest first."""
        if module not in self._seen:
            found = self._seen[module] = [module]
            for each in found:
                found += [one for one in self._stars.get(each, ()) if one not in found]
        return self._seen[module]


class _Uses:
    def __init__(
        self, data: bytes, root: Node, imports: Sequence[Import], owners: Owners, own: int | None = None
    ) -> None:  # fmt: skip
        """``own``: the number of an import that is one of a definition of the source."""
        self._data = data
        self._root = root
        self._imports = imports
        self._owners = owners
        self._own = own
        self._sought = _join(imports[own].within, imports[own].module) if own is not None else ""
        self._modules = _Modules(imports, owners)
        self._functions = {each.name for each in owners.every() if each.kind in _CALLABLE}
        self._bound = self._names()
        self._macros = self._free_macros()
        self._hidden, self._inner = Hidden(), Hidden()
        """What hides an import; what hides a function of the source."""

    def find(self) -> Iterator[Use]:
        """All of them."""
        for start, word in self._reads():
            yield from self._used(start, word)
        yield from self._of_self()
        yield from self._by_path()

    def _names(self) -> dict[bytes, list[int]]:
        """The numbers of the imports that bind a name; ``FREE`` of what the source may call of itself."""
        bound: dict[bytes, list[int]] = {}
        for number, item in enumerate(self._imports):
            local = (item.alias or item.module.rpartition("::")[2]).removeprefix("r#")
            if local not in _NAMELESS and item.style != "path":
                bind(bound, local, number)
        for word in {found[2] for found in _CALL.finditer(self._data) if found[1] is None} & self._last():
            bound.setdefault(word, []).append(FREE)
        return bound

    def _last(self) -> set[bytes]:
        return {each.rpartition("::")[2].encode() for each in self._functions}

    def _free_macros(self) -> dict[bytes, str]:
        """By word that is called as a macro, the name of that: of the one that the source has, or of one of others."""
        own: dict[bytes, list[str]] = {}
        for each in self._owners.every():
            if each.kind == "macro":
                own.setdefault(each.name.rpartition("::")[2].encode(), []).append(each.name)
        words = {found[1] for found in _MACRO.finditer(self._data)}
        names = {word: own.get(word, [word.decode()]) for word in words if word in own or word not in _STANDARD}
        return {word: found[0] for word, found in names.items() if len(set(found)) == 1}

    def _reads(self) -> list[tuple[int, bytes]]:
        """Where what may be used is read, after all is known that hides it."""
        reads: list[tuple[int, bytes]] = []
        data = self._data
        for start, word in occurrences(data, self._bound.keys() | self._macros.keys()):
            if data.startswith(b"::", start - 2):
                continue
            leaf = self._root.descendant_for_byte_range(start, start + len(word))
            if leaf is None or leaf.kind_id not in g.NAMES or (around := leaf.parent) is None:
                continue
            if _binds(leaf, around):
                self._hide(start, word, around)
            elif _is_read(leaf, around) and len(reads) < MOST_USES:
                reads.append((start, word))
        return reads

    def _hide(self, start: int, word: bytes, around: Node) -> None:
        if around.kind_id in g.NAMED and self._is_own(start, word, around):
            return
        if (scope := scope_of(around, g.NAMED, g.SCOPES)) is not None:
            self._hidden.add(word, scope)
            among_items = around.parent is not None and around.parent.kind_id in g.ITEMS
            if around.kind_id not in g.FUNCTION or not among_items or self._owners.name(start) not in self._functions:
                self._inner.add(word, scope)

    def _is_own(self, start: int, word: bytes, around: Node) -> bool:
        """Whether an item is the definition whose own uses are sought."""
        directly = around.parent is not None and around.parent.kind_id in g.ITEMS
        if self._own is None or not directly or self._own not in self._bound.get(word, ()):
            return False
        return self._imports[self._own].within == self._owners.around(start, "module")

    def _used(self, start: int, word: bytes) -> Iterator[Use]:
        path = _PATH.match(self._data, start + len(word))
        rest = path[0] if path else b""
        called = self._data.startswith(_CALLED, start + len(word) + len(rest))
        is_macro = not rest and _CALLS_MACRO.match(self._data, start + len(word)) is not None
        owner = self._owners.name(start)
        numbers = self._bound.get(word, ())
        seen = [
            each for each in numbers if not (self._inner if each == FREE else self._hidden).covers(word, start)
        ]  # fmt: skip
        for module in self._modules.seen(self._owners.around(start, "module")):
            found = list(self._in_module(module, word, seen))
            if not found:
                continue
            for number, name in found:
                if number != FREE:
                    yield Use(owner, number, rest.decode()[2:], called)
                elif called and not rest and not is_macro:
                    yield Use(owner, FREE, name, True)
            return
        macro = self._macros.get(word, "")
        if macro and is_macro and owner.startswith(macro.rpartition("::")[0]):
            yield Use(owner, FREE, macro, True)

    def _in_module(self, module: str, word: bytes, numbers: Sequence[int]) -> Iterator[tuple[int, str]]:
        """What a word means in a module: the number of an import, or a function of the source."""
        for number in numbers:
            if number == FREE:
                name = _join(module, word.decode())
                if name in self._functions:
                    yield FREE, name
            elif self._imports[number].within == module:
                yield self._of_source(number)

    def _of_source(self, number: int) -> tuple[int, str]:
        """What an import means where it leads to a function of the source, or to the definition that is sought."""
        item = self._imports[number]
        path, _, last = item.module.rpartition("::")
        module = self._modules.within(item.within, path.split("::")) if path else None
        if module is None or number == self._own:
            return number, ""
        name = _join(module, last)
        if self._own is not None and name == self._sought:
            return self._own, ""
        return (FREE, name) if name in self._functions else (number, "")

    def _of_self(self) -> Iterator[Use]:
        """The calls of methods of the type whose method calls them."""
        seen = set()
        last = self._last()
        for found in _CALL.finditer(self._data):
            if found[1] is None or found[2] not in last:
                continue
            key = self._owners.innermost(found.start()), found[2]
            if key in seen:
                continue
            seen.add(key)
            name = next((each.name for each in self._owners.chain(key[0])), "")
            method = f"{name.rpartition('::')[0]}::{found[2].decode()}"
            leaf = self._root.descendant_for_byte_range(*found.span(2))
            called = leaf is not None and leaf.kind_id in g.CALLED
            if name in self._functions and method in self._functions and called:
                yield Use(self._owners.named(key[0]), FREE, method, True)

    def _by_path(self) -> Iterator[Use]:
        """Paths from the crate or from a module around, as written where the source begins."""
        seen: set[tuple[int, str]] = set()
        for found in _ABSOLUTE.finditer(self._data):
            first, rest, called = found.groups()
            leaf = self._root.descendant_for_byte_range(*found.span(1))
            if leaf is None or leaf.type.encode() != first or leaf.parent is None or not _is_read(leaf, leaf.parent):
                continue
            path = self._absolute(found[1].decode(), rest.decode()[2:], self._owners.around(found.start(), "module"))
            key = self._owners.innermost(found.start()), path
            if path and key not in seen and len(seen) < MOST_USES:
                seen.add(key)
                yield self._of_path(self._owners.named(key[0]), path, bool(called))

    def _of_path(self, owner: str, path: str, called: bool) -> Use:
        """The use of a path, which may lead to what the source has."""
        name = path.removeprefix("self::")
        if path == name:
            return Use(owner, FREE, path, called)
        if self._own is not None and (name == self._sought or name.startswith(f"{self._sought}::")):
            return Use(owner, self._own, name[len(self._sought) + 2 :], called)
        return Use(owner, FREE, name if name in self._functions else path, called)

    def _absolute(self, first: str, rest: str, module: str) -> str:
        """A path relative to a module in the source, relative to the source itself."""
        parts = [first, *rest.split("::")]
        while parts and parts[0] in ("self", "super") and module:
            if parts.pop(0) == "super":
                module = module.rpartition("::")[0]
        if parts and parts[0] in ("crate", "super"):
            return "::".join(parts)
        if parts[:1] == ["self"]:
            parts.pop(0)
        return "::".join(["self", *([module] if module else ()), *parts]) if parts else ""


def _join(module: str, name: str) -> str:
    return f"{module}::{name}" if module else name


def _binds(leaf: Node, around: Node) -> bool:
    """Whether a name is bound by what is directly around it. A pattern may also have the name of a constant."""
    if around.kind_id in g.PATTERNS:
        return around.child_by_field_name("type") != leaf
    field = g.BINDING.get(around.kind_id)
    return field is not None and around.child_by_field_name(field) == leaf


def _is_read(leaf: Node, around: Node) -> bool:
    """Not what an import names, nor the trait of an ``impl``, which is a base."""
    at: Node | None = around
    while at is not None and at.kind_id in g.IN_USE:
        at = at.parent
    if at is None or at.kind_id in g.USE or at.kind_id in g.MODULE or at.kind_id in g.EXTERN_CRATE:
        return False
    return not (around.kind_id in g.IMPL and around.child_by_field_name("trait") == leaf)
