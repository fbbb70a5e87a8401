"""What several kinds of pages say of a source's facts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from incdoc.languages import load
from incdoc.languages.facts import Definition, Facts
from incdoc.languages.language import Kind, Language


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


def counted(counts: Mapping[str, int], kinds: Iterable[Kind]) -> str:
    """``2 classes, 3 functions``: how many names of each kind there are."""
    found = ((counts.get(kind.name, 0), kind) for kind in kinds)
    return ", ".join(f"{count} {kind.name if count == 1 else kind.words}" for count, kind in found if count)


def unread(facts: Facts) -> str:
    """Why the names of a source are not known; empty if they are."""
    if facts.refused:
        return f"Not analysed: {facts.refused}."
    return "" if load(facts.language).title else "Names are not read out of files of this type."
