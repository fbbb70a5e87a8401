"""The plan and its execution: which tasks must run, and why; the work that runs before doit's tasks collect it.

workspace   what a process keeps between builds: store, link tables, templates, workers
session     one build, from the scan to the last page
changes     what differs between the disk and the link tables
parsing     facts of changed sources
tasks       how tasks are named
keys        what a task's key depends on besides its inputs
plan        tasks, their inputs and keys
making      pages, planned and rendered and recorded
shelf       the pages on disk: changed, missing, orphaned
stamped     the stat cache in the store
work        what workers do
rehearsal   a build that writes nothing, for read-only commands
why         the inputs by which a page differs, and the changes behind them
verify      a sample of the pages made from nothing
history     the facts of a commit
api         what can be imported from a commit
breaking    what changed in it between two commits
affected    what a change since a commit reaches
ahead       batches of work that run before they are collected
statistics  counts of a run
"""
