"""The plan and its execution: which tasks must run, and why.

workspace     what a process keeps between builds: store, link tables, templates, workers
mode          what a process does with a repository, and how far it is
session       a query, from the scan to the last page, and what all sessions share
build         the sessions that make pages
shard         the part of the pages that one of several machines makes
garbage       Python's garbage collector, which is off during a build
changes       what differs between the disk and the link tables
fact_reader   facts of changed sources
link_step     the links of changed sources, resolved by workers
merge         the caches of other builds, joined into this one's
keys          what a task's key depends on besides its inputs
versions      digests of the code that a stage depends on
plan          tasks, their inputs and keys
page_builder  pages, planned and rendered and recorded
output        the pages on disk: changed, missing, orphaned
output_check  whether a folder may be the output
former        pages of an output folder that was moved
stamp_store   the stat cache in the store
worker        what workers do
statistics    counts of a run
"""
