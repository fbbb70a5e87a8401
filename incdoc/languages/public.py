"""Which names of a source others are meant to use."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from .facts import Definition, Facts
from .language import Language


def exported(facts: Facts) -> frozenset[str] | None:
    """``__all__``, for ``is_public``."""
    return None if facts.exports is None else frozenset(facts.exports)


def is_public(name: str, exports: frozenset[str] | None) -> bool:
    """Whether a module-level name is public: in ``__all__`` if there is one, else without a leading underscore."""
    if "." in name:
        return False
    return name in exports if exports is not None else not name.startswith("_")


def is_private_name(part: str) -> bool:
    """Whether a part of a name says that it is private: by a sign before it, if it is no special name."""
    return part.startswith(("_", "#")) and not (part.startswith("__") and part.endswith("__"))


def private_names(facts: Facts, language: Language) -> frozenset[tuple[str, str]]:
    """(name, kind) of what is private by its name or by what the source says, or is in such a definition."""
    kinds = {kind.name: kind for kind in language.kinds}
    code = {kind.name for kind in language.kinds if kind.public or kind.shown in ("block", "member")}
    blocks = {each.name for each in facts.definitions if kinds[each.kind].shown == "block"}
    found: set[tuple[str, str]] = set()
    others: set[tuple[str, str]] = set()
    owners: set[str] = set()
    for each in facts.definitions:
        around, _, last = each.name.rpartition(language.separator)
        outermost = kinds[each.kind].public and around not in blocks
        hidden = not language.is_public(each) if outermost else language.hides(each)
        private = each.kind in code and (hidden or is_private_name(last) or around in owners)
        (found if private else others).add((each.name, each.kind))
        if private:
            owners.add(each.name)
    return frozenset(found - others)


def public_definitions(facts: Facts, language: Language) -> Iterator[Definition]:
    """The public classes, functions and values at the top level, each name once, in the order of the source."""
    kinds = {kind.name: kind for kind in language.kinds}
    exports = exported(facts)
    blocks = {each.name for each in facts.definitions if kinds[each.kind].shown == "block"}
    seen: set[str] = set()
    for each in facts.definitions:
        around, _, last = each.name.rpartition(language.separator)
        if (
            each.name not in seen
            and kinds[each.kind].public
            and around not in blocks
            and is_public(last, exports)
            and language.is_public(each)
        ):
            seen.add(each.name)
            yield each


def by_owner(facts: Facts, language: Language) -> dict[str, list[Definition]]:
    """What is directly in each definition, by its name; in an empty name what is in none."""
    found: dict[str, list[Definition]] = {}
    for each in facts.definitions:
        found.setdefault(each.name.rpartition(language.separator)[0], []).append(each)
    return found


def imported_from(facts: Facts) -> dict[str, str]:
    """The module from which each name is imported."""
    return {each.alias or each.name or each.module: each.module for each in facts.imports}


class Member(Struct, frozen=True, array_like=True, order=True):
    """A member of a class, by the last part of its name. ``block``: pages have a block of its own for it."""

    name: str
    block: bool


def members(facts: Facts, language: Language) -> dict[str, tuple[Member, ...]]:
    """By class, its members that users see, sorted: no constructor, and none that is private by a word or a sign."""
    kinds = {kind.name: kind.shown for kind in language.kinds}
    owners = {each.name for each in facts.definitions if kinds[each.kind] == "block"}
    found: dict[str, dict[str, bool]] = {}
    for each in facts.definitions:
        owner, _, name = each.name.rpartition(language.separator)
        shown = kinds[each.kind]
        if owner not in owners or shown not in ("block", "member") or "private" in each.traits:
            continue
        if is_public(name, None) and name[:1] != "#" and name != owner.rpartition(language.separator)[2]:
            of_owner = found.setdefault(owner, {})
            of_owner[name] = of_owner.get(name, False) or shown == "block"
    return {owner: tuple(Member(*each) for each in sorted(names.items())) for owner, names in found.items()}
