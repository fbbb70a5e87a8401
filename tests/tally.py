"""How often incdoc was tried: counted where tests build, kill and damage, and printed at the end of a run.

    incdoc was tried: 8,320 steps in 320 sequences, 9,145 builds, 1,204 kills, 388 damages

``count`` may be called in any process of pytest-xdist; the process that started them adds up.
"""

from __future__ import annotations

from collections import Counter

KINDS = ("sequences", "steps", "builds", "kills", "damages")

tally: Counter[str] = Counter()


def count(kind: str, times: int = 1) -> None:
    """One more of ``kind``, which is one of KINDS."""
    assert kind in KINDS, kind
    tally[kind] += times


def summary() -> str:
    """The line; empty where nothing was tried."""
    found = {kind: tally[kind] for kind in KINDS if tally[kind]}
    return "incdoc was tried: " + ", ".join(f"{number:,} {kind}" for kind, number in found.items()) if found else ""
