"""Read-only answers: what a build would do, why, what a change reaches, what it does to the API.

No build imports this room.

dry_run     a build that writes nothing
why         by which inputs a page differs, and which change they lead to
verify      a sample of the pages made from nothing
history     the facts of a commit
api         what can be imported from a commit
breaking    what changed in it between two commits
affected    what a change since a commit reaches
"""
