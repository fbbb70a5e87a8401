"""``incdoc run --verify N``: compare pages with a build from nothing."""

from __future__ import annotations

import sys

from incdoc.plugin.asking import rehearsal
from incdoc.plugin.why import describe

_MOST = 8


def verify(percent: int, jobs: int | None) -> int:
    """Report wrong pages of the current folder; 1 if there are any, else 0."""
    from incdoc.engine.verify import Verification

    with rehearsal({"dir": ".", "jobs": jobs}, blank=True) as found:
        done = Verification(found, percent)
        wrong = list(done.problems)
        for lie in done.lies():
            wrong.append(f"{lie.page} is not what its sources say. Its key's inputs, in the cache and as they are:")
            lines = [describe(each) for each in lie.differences]
            if not lines:
                lines = ["they agree; what the cache knows of the source itself is wrong"]
                lines += [f"{place}: {value}" for place, value in lie.inputs]
            wrong += [f"  {line}" for line in lines[:_MOST]]
        if wrong:
            wrong.append(f"Delete {found.config.cache} and build again.")
    print("\n".join(f"incdoc: {line}" for line in wrong), end="\n" if wrong else "", file=sys.stderr)
    if not wrong:
        print(f"incdoc: {done.made:,} of {done.tasks:,} pages made again from nothing: they are as they should be.")
    return 1 if wrong else 0
