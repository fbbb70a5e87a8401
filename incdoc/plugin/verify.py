"""``incdoc run --verify N``: compare pages with a build from nothing."""

from __future__ import annotations

import sys

from incdoc.plugin.active_build import active_build
from incdoc.plugin.query_command import dry_run
from incdoc.plugin.terminal import one_line
from incdoc.plugin.why import describe

_MOST = 8


def verify(percent: int) -> int:
    """Report wrong pages of the current folder; 1 if there are any, else 0."""
    from incdoc.engine.shard import WHOLE
    from incdoc.query.verify import Verification

    options = {"dir": ".", "jobs": active_build.options.jobs, "executor": active_build.options.executor}
    with dry_run(options, blank=True) as found:
        done = Verification(found, percent, active_build.options.shard or WHOLE)
        wrong = list(done.problems)
        for mismatch in done.mismatches():
            wrong.append(
                f"{mismatch.page} differs from a build without the cache. Its inputs in the cache, and in that build:"
            )
            lines = [describe(each) for each in mismatch.differences]
            if not lines:
                lines = ["no input differs: what was read out of the source itself is wrong in the cache"]
                lines += [f"{place}: {value}" for place, value in mismatch.inputs]
            wrong += [f"  {line}" for line in lines[:_MOST]]
        if wrong:
            wrong.append(f"Delete the cache folder {found.config.cache} and build again.")
    print("\n".join(f"incdoc: {one_line(line)}" for line in wrong), end="\n" if wrong else "", file=sys.stderr)
    if not wrong:
        print(f"incdoc: {done.made:,} of {done.tasks:,} pages were made again without the cache, and are the same.")
    return 1 if wrong else 0
