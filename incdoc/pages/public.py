"""What several kinds of pages say of a source's facts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from incdoc.languages.facts import Facts
from incdoc.languages.language import Kind, Language
from incdoc.languages.resolution import Start, Target
from incdoc.languages.view import View
from incdoc.pages.markdown import code


def counted(counts: Mapping[str, int], kinds: Iterable[Kind]) -> str:
    """``2 classes, 3 functions``: how many names of each kind there are."""
    found = ((counts.get(kind.name, 0), kind) for kind in kinds)
    return ", ".join(f"{count} {kind.name if count == 1 else kind.words}" for count, kind in found if count)


def told_apart(targets: tuple[Target, ...], path: str, language: Language) -> tuple[Target, ...]:
    """What the imports of a source lead to, as its pages tell it apart: a module that may be of another distribution,
    but of none that a manifest requires, is one that is not found, if the language has no other word for it."""
    words = language.words()
    if words.outside != View.outside or not (language.refers and words.is_code(path)):
        return targets
    return tuple(Target("missing") if each == _UNKNOWN else each for each in targets)


_UNKNOWN = Target("distribution")


def started_as(start: Start) -> str:
    """What starts a source: ``command `x` ``."""
    return f"{code(start.name)} of {code(start.group)}" if start.group else f"{start.kind} {code(start.name)}"


def unread(facts: Facts) -> str:
    """Why the names of a source are not known, if they could be."""
    return f"Not analysed: {facts.refused}." if facts.refused else ""
