"""Read-only answers: what a build would do, why, what a change reaches, what it does to the API.

No build imports this room.

dry_run     a build that writes nothing
why         by which inputs a page differs, and which change they lead to
verify      a sample of the pages made from nothing
history     the facts of a commit
changed     the sources that differ from a commit
breaking    what changed in the API between two commits, and what could not be compared
affected    what a change since a commit reaches
"""
