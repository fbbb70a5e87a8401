"""The tables of the store.

Constraints: one writer, many readers (SQLite's WAL); all of it can be made again from the sources; no pickle anywhere,
so that a store from elsewhere can at worst be wrong, and a row that is wrong is a miss.

Rejected: one row a page with its inputs (they are larger than the pages; the key is enough to compare, and ``why``
makes them again); facts by path (a branch that was built before would be parsed again); a migration between versions (a
store is made again in seconds: each version has its own file, so an older incdoc leaves a newer one's store alone).

A file with any other table, index, view or trigger than these is no store of incdoc's.

Raise VERSION when this changes, or what a row of a source that did not change would be, or the sums beside the file.
"""

from __future__ import annotations

VERSION = 10

TABLES = """
-- database.py: singletons
-- stamps of sources and pages (which have a check sum of their own), digests of settings (value = crc32 of
-- key and rest + rest). With a rowid: else a search for any key reads the
-- megabytes of those that it compares with
CREATE TABLE meta (key TEXT PRIMARY KEY, value BLOB NOT NULL);
-- stamps.py: rows that differ from the stamps in meta: a build of one page does not write all of them
CREATE TABLE stamp (kind TEXT, path BLOB, row BLOB NOT NULL, PRIMARY KEY (kind, path)) WITHOUT ROWID;

-- facts (facts.py) by content: key = blob id + extractor version; data = crc32 of key and rest + MessagePack of Facts
CREATE TABLE fact (key BLOB PRIMARY KEY, data BLOB NOT NULL);

-- links/update.py, from here to prefix
-- the sources that the link tables below speak of; summary = MessagePack of links.FileSummary
CREATE TABLE source (path TEXT PRIMARY KEY, folder TEXT NOT NULL, facts_key BLOB NOT NULL,
                                   summary BLOB NOT NULL) WITHOUT ROWID;
CREATE INDEX source_folder ON source (folder);
-- those that are read for no facts: links, devices, binary files
CREATE INDEX source_odd ON source (path) WHERE facts_key = x'';

-- folders that hold a source, directly or below; sources and keywords = how many the subtree has; documented = how
-- many of its own sources a chapter of the book can speak of
CREATE TABLE folder (path TEXT PRIMARY KEY, parent TEXT, sources INTEGER NOT NULL,
                                   keywords INTEGER NOT NULL, documented INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX folder_parent ON folder (parent);

-- how many sources there are of each language, or of each type of files where names are not read of them
CREATE TABLE language (title TEXT PRIMARY KEY, sources INTEGER NOT NULL) WITHOUT ROWID;

-- module names under which a path can be imported, and the modules that it makes for other languages, `/module:_C`
CREATE TABLE module (name TEXT, path TEXT, PRIMARY KEY (name, path)) WITHOUT ROWID;
CREATE INDEX module_path ON module (path);

-- module names, and paths after a slash, that a path looked for, found or not: the negative dependency
CREATE TABLE want (name TEXT, path TEXT, PRIMARY KEY (name, path)) WITHOUT ROWID;
CREATE INDEX want_path ON want (path);

-- path read target: how 0 = on the way of a re-export, 1 = imports it, 2 = imports `name`, which target defines,
-- 3 = says that it is started, as `name` has it, 4 = belongs to target, as its `name` (a stub), 5 = is target, and its
-- tests are run as `name` has it; of tests also 6 = has `name` as an attribute of what it imports, 7 = gets definitions
-- of target through the source `name`; 8 = read target for what its documentation names
CREATE TABLE use (target TEXT, path TEXT, how INTEGER, name TEXT,
                                PRIMARY KEY (target, how, path, name)) WITHOUT ROWID;
CREATE INDEX use_path ON use (path);

-- class `name` of path derives from class `base_name` of base
CREATE TABLE subclass (base TEXT, base_name TEXT, path TEXT, name TEXT,
                                     PRIMARY KEY (base, base_name, path, name)) WITHOUT ROWID;
CREATE INDEX subclass_path ON subclass (path);

-- which of its definitions use which of target's; used = MessagePack of [name, attributes after it, owner, called]
CREATE TABLE usage (target TEXT, path TEXT, used BLOB NOT NULL, PRIMARY KEY (target, path)) WITHOUT ROWID;
CREATE INDEX usage_path ON usage (path);

-- what a source declares (0) or defines (1), and another may have too; identity = Definition.entity
CREATE TABLE entity (identity TEXT, defined INTEGER, path TEXT,
                                   PRIMARY KEY (identity, defined, path)) WITHOUT ROWID;
CREATE INDEX entity_path ON entity (path);

-- imports between two parts (files or subfolders) of a folder, counted
CREATE TABLE part (folder TEXT, importer TEXT, imported TEXT, count INTEGER NOT NULL,
                                 PRIMARY KEY (folder, importer, imported)) WITHOUT ROWID;

-- the global index; sort = the key by which it is filed (links/index_ranges.py); place = '' if path defines the name,
-- 'source' or 'folder' if path is what the name is of; section = 1 of tests, 2 private, 0 others; size = bytes its line
-- takes at the most
CREATE TABLE keyword (sort TEXT, name TEXT, path TEXT, kind TEXT, place TEXT, section INTEGER NOT NULL,
                                    size INTEGER NOT NULL,
                                    PRIMARY KEY (sort, name, path, kind, place)) WITHOUT ROWID;
CREATE INDEX keyword_path ON keyword (path);
-- bytes of the index below a prefix of sort
CREATE TABLE prefix (prefix TEXT PRIMARY KEY, size INTEGER NOT NULL) WITHOUT ROWID;

-- pages (pages.py) as they were written
CREATE TABLE page (path TEXT PRIMARY KEY, task TEXT NOT NULL, key BLOB NOT NULL,
                                 digest BLOB NOT NULL) WITHOUT ROWID;
CREATE INDEX page_task ON page (task);

-- pages.py: tasks whose pages a link update may have changed and that have not been looked at since
CREATE TABLE pending (task TEXT PRIMARY KEY, reason TEXT NOT NULL) WITHOUT ROWID;

-- fragments.py: what a file that is joined of a part for each source has of one; digest = blake2b of data, or empty
CREATE TABLE fragment (kind TEXT, path TEXT, digest BLOB NOT NULL, data BLOB NOT NULL,
                                 PRIMARY KEY (kind, path));
CREATE INDEX fragment_digest ON fragment (kind, path, digest);

-- doit's own state (doit_state.py)
CREATE TABLE doit (task TEXT PRIMARY KEY, data TEXT NOT NULL) WITHOUT ROWID;
"""

STATEMENTS = frozenset(
    "\n".join(line for line in statement.strip().split("\n") if not line.startswith("--"))
    for statement in TABLES.split(";\n")
    if statement.strip()
)
"""What SQLite says of the tables and indexes of a store."""
