"""Which files there are, and the content of each one.

Terms:

source      a file of the repository, named by its path relative to the root, POSIX style
blob id     git's object id of a content: the only content hash used here
stamp       a file's stat and blob id at the moment when it was read
listing     all paths of one moment, each with its kind, and the files with their blob ids

The algorithm: git lists the paths (without git, the walk does). A path whose stamp is believed has the
stamp's blob id. If many are left, they take their blob ids from git's index where that is safe. The rest is
read. Each step answers only if it is sure, and leaves the rest to the next, slower step.

listing     the scan, from the paths to the entries
candidates  which paths there are, and which of them the settings choose
entries     what is at a path: its kind, size and blob id
stamps      the stat cache, and when it is believed
index       git's index file, and when it is believed
blob        blob ids, and how a file is read
conversion  whether git would store the bytes on disk as a given blob
paths       folders and joins of names
names       which names that git lists can be files
mark        how a generated page is recognised
root        the project that a folder belongs to
git         git's commands, with all settings disabled that could run a program
objects     the paths and contents of a commit
walk        the files of a tree without git
globs       gitignore-style globs of bounded cost
"""

from incdoc.sources.blob import algorithm_of, blob_id, escape_non_utf8, hash_file, read_file
from incdoc.sources.entries import Entry, lstat_below
from incdoc.sources.listing import Listing, rescan, scan, start_listing
from incdoc.sources.stamps import Amendment, Stamps, settled

__all__ = [
    "Amendment",
    "Entry",
    "Listing",
    "Stamps",
    "algorithm_of",
    "blob_id",
    "escape_non_utf8",
    "hash_file",
    "lstat_below",
    "read_file",
    "rescan",
    "scan",
    "settled",
    "start_listing",
]
