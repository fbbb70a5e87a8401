"""What several kinds of pages say of a source's facts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from incdoc.languages import load
from incdoc.languages.facts import Facts
from incdoc.languages.language import Kind


def counted(counts: Mapping[str, int], kinds: Iterable[Kind]) -> str:
    """``2 classes, 3 functions``: how many names of each kind there are."""
    found = ((counts.get(kind.name, 0), kind) for kind in kinds)
    return ", ".join(f"{count} {kind.name if count == 1 else kind.words}" for count, kind in found if count)


def unread(facts: Facts) -> str:
    """Why the names of a source are not known; empty if they are."""
    if facts.refused:
        return f"Not analysed: {facts.refused}."
    return "" if load(facts.language).title else "Names are not read out of files of this type."
