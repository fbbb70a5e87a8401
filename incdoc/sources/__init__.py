"""Which files there are, and what each one holds.

Terms:

source      a file of the repository, named by its path relative to the root, POSIX style
blob id     git's name for a content, and here the only one
stamp       a file's stat and blob id, as they were when it was read
listing     all paths of one moment, each with its kind, and the files with their blob ids

The algorithm: git lists the paths (or the walk, without git); a path whose stamp is believed has the
stamp's blob id; many without one take theirs from git's index, where that is safe; the rest is read. Each
step answers only where it can be sure, and leaves to the next, dearer one what it cannot.

listing     the scan, from the paths to the entries
stamps      the stat cache, and when it is believed
index       git's index file, and when it is believed
blob        blob ids, and how a file is read
conversion  whether other bytes are what git stores all the same
names       which names that git lists can be files
git         git's commands, with everything taken out that could run a program
objects     what a commit holds
walk        the files of a tree without git
globs       gitignore-style globs of bounded cost
"""

from incdoc.sources.blob import algorithm_of, blob_id, hash_file, read_file, spelled
from incdoc.sources.listing import Entry, Listing, lstat_below, rescan, scan
from incdoc.sources.stamps import Amendment, Stamps, settled

__all__ = [
    "Amendment",
    "Entry",
    "Listing",
    "Stamps",
    "algorithm_of",
    "blob_id",
    "hash_file",
    "lstat_below",
    "read_file",
    "rescan",
    "scan",
    "settled",
    "spelled",
]
