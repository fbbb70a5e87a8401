"""The plan and its execution: what must run and why, and the work that runs ahead of doit's tasks.

workspace   what a process keeps between builds: store, link tables, templates, workers
session     one build, from the scan to the last page
changes     what differs between the disk and the link tables
parsing     facts of changed sources
tasks       how tasks are named
keys        what a task's key depends on besides its inputs
plan        tasks, their inputs and keys
making      pages, planned and rendered and recorded
shelf       the pages as they stand on disk
stamped     the stat cache in the store
work        what workers do
rehearsal   a build that leaves no trace, for whoever only asks
why         by which inputs a page differs, and which change they lead to
verify      a sample of the pages made from nothing
history     the facts of a commit
api         what can be imported from a commit
breaking    what changed in it between two commits
affected    what a change since a commit reaches
ahead       work that runs before it is collected
statistics  counts of a run
"""
