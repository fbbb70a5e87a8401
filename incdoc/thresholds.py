"""The sizes from which a build changes its method: each is named for what it decides, with the measurement behind it.

Both methods give the same pages; only their time differs. Unless noted otherwise, measured on two cores with Python
3.11, the best of five to seven runs. The exact point at which the two take equal time was not determined: below a
threshold the first method costs too little to matter. A language keeps its own limits beside it, because its facts
depend on them.
"""

from __future__ import annotations

SOURCES_WITHOUT_POOL = 8
"""Up to so many changed sources are read by a forked process or two, more by the pool. A first batch takes 2 ms in a
forked process and 8 ms in a new pool, which then reads in parallel."""

SOURCES_ASKED_FOR = 16
"""Up to so many unknown sources are read without asking a shared cache, if the store has facts of others. Reading one
takes 7 ms of CPU time; asking takes a round trip for each folder above it, of 20 ms or more on another continent."""

PAGES_WITHOUT_WORKERS = 48
"""Up to so many pages are made in the process of the build, more by workers. A thousand pages take a second, so these
take 50 ms; starting workers takes 8 ms and whole tables have to be read for them: 200 ms for 60,000 pages."""

STAMP_BYTES_FOR_FORK = 2_000_000
"""From so many bytes of stamps on, a forked process looks at the pages while this one looks at the sources. A fork
takes 8 ms in a process of 100 MB; in a run of 60,000 pages that has nothing to do, the pages are half of the time."""

MISSES_FOR_INDEX = 200
"""With more files whose stamps are not believed, git's index is read before the files. Reading a file takes 31 us, so
200 take 6 ms; comparing an index of 860 files takes 9 ms, and nearly all of it need not be read then."""

PAGES_ONE_BY_ONE = 500
"""Up to so many pages are looked up one by one, for more, all that are recorded or in the output are listed. 500
look-ups take 2 ms in the store and 0.9 ms on the disk; all 60,000 rows take 197 ms, a walk 0.4 us a file."""

PATHS_COMPARED_ALONE = 500
"""Up to so many touched paths are compared with the link tables one by one, for more, all are. 500 take 2 ms, all rows
of 20,000 sources 50 ms."""

FACTS_CHECKED_EARLY = 1000
"""Fewer facts that are known are read before linking needs them, to see whether their rows are damaged: 1,000 of 6 KB
take 37 ms."""

ENTRIES_ONE_BY_ONE = 500
"""Entries of the global index that begin in more ways are looked up by their first characters alone, which reaches
nearly all of its pages. To find the page of one takes 40 us."""

CHANGES_FOR_WHOLE_TABLES = 400
"""With so many changes or more, whole link tables are read at once instead of row by row. A row takes 4 us by itself
and 2.5 us among all of 20,000 sources; one change needs many rows."""

STAMP_ROWS = 500
"""Up to so many stamps that changed are rows of their own, more are written into the one value of all. 500 rows take
1 ms, a value of 2 MB 20 ms."""

STAMP_SHARE = 50
"""Or up to one in so many stamps, where that is more. Not measured: it bounds the rows that a run has to apply."""

HINTS_FOLLOWED = 500
"""With more changed paths in a watch, everything is listed: git is slow to answer for each path whether it is ignored.
Not measured."""

CHANGES_READ_TWICE = 16
"""Up to so many changed files of a watch are read a second time, to see whether they are still being written: 31 us
each for 4 KB, but files of any size can be among them."""
