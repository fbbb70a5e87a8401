"""Which names of a source others are meant to use."""

from __future__ import annotations

from collections.abc import Iterator

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
