"""Deliberate faults of incdoc, each with the test that must notice it.

A fault is a replacement in one file. Its text must be in the file exactly once, so that a fault whose code has changed
is an error, and not a fault that is never made.
"""

from __future__ import annotations

from typing import NamedTuple


class Fault(NamedTuple):
    """``file``: below ``incdoc/``. ``test``: a scenario's name, or a test's id below ``tests/``."""

    name: str
    file: str
    old: str
    new: str
    test: str


_UPDATE, _KEYS, _VERSIONS = "links/update.py", "engine/keys.py", "engine/versions.py"

FAULTS = (
    # what a repository brings along
    Fault(
        "a template may lead out of its folder",
        "config.py",
        "    if not os.path.realpath(path).startswith(os.path.realpath(folder) + os.sep):\n",
        "    if False:\n",
        "plugin/test_mistakes.py::test_a_template_that_leads_out_of_its_folder_is_refused",
    ),
    Fault(
        "a fence grows with any run of backticks",
        "pages/markdown.py",
        "    if len(ticks) > LONGEST_FENCE:\n",
        "    if False:\n",
        "pages/test_markdown.py::test_a_run_too_long_for_a_fence_is_indented",
    ),
    Fault(
        "an error under doit may control the terminal",
        "plugin/terminal.py",
        "    except Exception:\n        protect()\n",
        "    except Exception:\n",
        "plugin/test_controls.py::test_nor_under_doit",
    ),
    Fault(
        "the name of a task may control the terminal",
        "plugin/tasks.py",
        "    if subject.isprintable() and not (",
        "    if not (",
        "plugin/test_controls.py::test_tasks_can_be_named_as_they_are_listed",
    ),
    Fault(
        "a control file may be a link to anywhere",
        "config.py",
        '    if inside[0] == ".." or any(part.casefold() == ".git" for part in inside):\n',
        "    if False:\n",
        "plugin/test_mistakes.py::test_init_completes_no_file_of_another_s",
    ),
    Fault(
        "a source that is read alone is read in the build's own process",
        "engine/fact_reader.py",
        "pool.few if len(mine) <= FEW else pool",
        "self._workspace.serial if len(mine) <= FEW else pool",
        "engine/test_deadline.py::test_check[memory]",
    ),
    Fault(
        "a grammar may take all memory",
        "executors/bounds.py",
        "resource.setrlimit(resource.RLIMIT_DATA, (limit, hard))",
        "pass",
        "engine/test_deadline.py::test_check[memory]",
    ),
    Fault(
        "qualified names have no bound",
        "languages/python/scope.py",
        "        if self.left < 0:\n",
        "        if False:\n",
        "languages/test_growth.py::test_names_that_repeat_a_long_one_are_refused",
    ),
    # the edges of the graph
    Fault(
        "the negative dependency is dropped",
        _UPDATE,
        "        for name in sorted(self.names):\n",
        "        for name in ():\n",
        "new_module",
    ),
    Fault(
        "a document does not hear of what it links to",
        _UPDATE,
        "if change.summary is None or old is None or change.summary.kind != old.kind:\n",
        "if False:\n",
        "link_of_a_document",
    ),
    Fault(
        "a link between two parts of a page stays on its part",
        "pages/divide.py",
        "'' if place == number else _target(page, place)",
        "''",
        "pages/test_divide.py::test_every_link_between_parts_leads_to_its_anchor",
    ),
    Fault(
        "a file that uses a re-export is no candidate",
        _UPDATE,
        "in self.tables.referrers_of(path):",
        "in ():",
        "re_export",
    ),
    Fault(
        "what a changed source hands on counts as unchanged",
        _UPDATE,
        "path not in reached and not self._rebound(path, before)",
        "path not in reached",
        "star_re_export",
    ),
    Fault(
        "a file does not hear of its importers",
        _UPDATE,
        'self.note(f"docs:{target}", f"{path} imports other things")',
        "pass",
        "test_file",
    ),
    Fault(
        "a folder does not hear of its key concepts",
        _UPDATE,
        'self.note(f"doc:{parent(target) or \'.\'}", f"{path} imports other things")',
        "pass",
        "import_of_a_name_elsewhere",
    ),
    Fault(
        "a base does not hear of its subclasses",
        _UPDATE,
        'self.note(f"docs:{base}", f"{path} derives from other classes")',
        "pass",
        "base_class",
    ),
    Fault(
        "a folder does not hear of imports between its parts",
        _UPDATE,
        'self.note(f"doc:{folder or \'.\'}", "imports between its parts changed")',
        "pass",
        "import_between_folders",
    ),
    Fault(
        "folders do not hear of names below",
        _UPDATE,
        'self.note(f"sub:{above or \'.\'}", f"{path} defines other names")',
        "pass",
        "new_name",
    ),
    Fault(
        "the index does not hear of names",
        _UPDATE,
        'self.note(f"keywords:{prefix}", "names that begin so were added or removed")',
        "pass",
        "new_name",
    ),
    Fault(
        "the folder above does not hear of a package's docstring",
        _UPDATE,
        'self._note_folder(parent(folder), ("index", "doc"), reason)',
        "pass",
        "package_docstring",
    ),
    Fault(
        "chapters do not hear of a new neighbour",
        _UPDATE,
        "                self.note(f\"book:{each or '.'}\", reason)",
        "                pass",
        "chapter_between",
    ),
    Fault(
        "a module does not hear of its stub",
        _UPDATE,
        '                    self.note(f"docs:{companion}", reason)',
        "                    pass",
        "stub",
    ),
    # the fields of the keys
    Fault(
        "a key without settings, template and code",
        "engine/plan.py",
        "blake2b(self._digests[kind] + inputs.encode(value), digest_size=16)",
        "blake2b(inputs.encode(value), digest_size=16)",
        "own_template",
    ),
    Fault(
        "a key without the base of links",
        _KEYS,
        'reach += (config.source_url, "" if config.source_url else config.output)',
        'reach += ("" if config.source_url else config.output,)',
        "source_url",
    ),
    Fault("a key without the setting source", _KEYS, "reach += (config.source,)", "pass", "source_setting"),
    Fault(
        "a key without the template",
        _KEYS,
        '        digest.update(_template(config, f"{name}.md.jinja"))\n',
        '        _template(config, f"{name}.md.jinja")\n',
        "user_template",
    ),
    Fault("a key without incdoc's code", _KEYS, "    digest.update(pages_version())\n", "", "own_code"),
    Fault("a key without the rules that pages quote", _VERSIONS, "_data(_PAGE_ROOMS), ", "(), ", "rule_text"),
    Fault(
        "only the template that is asked for counts, and not those that it includes",
        _KEYS,
        "            queue += [name for name in _own_templates() if",
        "            queue += [name for name in () if",
        "engine/test_versions.py::test_every_template_reaches_a_kind",
    ),
    Fault(
        "link tables of another version are kept",
        "engine/changes.py",
        'store.get_meta("links") != links_version()',
        "False",
        "linking_code",
    ),
    Fault(
        "a module does not count in the version of the links",
        _VERSIONS,
        "        reached.add(name)\n",
        '        if name != "links/summary.py":\n            reached.add(name)\n',
        "linking_code",
    ),
    Fault(
        "the table of file types does not count in the version of the links",
        _VERSIONS,
        "        reached.add(name)\n",
        '        if name != "languages/detect.py":\n            reached.add(name)\n',
        "file_types",
    ),
    Fault(
        "the version of the links is noted before the rows are made",
        _UPDATE,
        "        with tables.store.transaction() as db:\n",
        '        if anew:\n            tables.store.put_meta("links", version)\n'
        "        with tables.store.transaction() as db:\n",
        "engine/test_upgrade.py::test_an_upgrade_that_is_killed_is_made_up_for",
    ),
    Fault(
        "links are made anew without the rows of what cannot be read",
        "engine/changes.py",
        "            self.anew = False\n            return  # its page is kept as it is\n",
        "            return  # its page is kept as it is\n",
        "engine/test_upgrade.py::test_what_cannot_be_read_in_an_upgrade_keeps_its_pages",
    ),
    Fault(
        "pages of a source that is gone at an upgrade are forgotten",
        _UPDATE,
        "{**pending, **self.pending}.items()",
        "self.pending.items()",
        "engine/test_upgrade.py::test_pages_that_no_table_names_any_more_go_with_an_upgrade",
    ),
    Fault(
        "facts without the version of their extractor",
        _KEYS,
        "extractor.encode() + facts_version(extractor)",
        "extractor.encode()",
        "extractor_version",
    ),
    Fault(
        "an extractor's version without its grammar's",
        _VERSIONS,
        "[(name, release(name)) for name in sorted(distributions)]",
        "[]",
        "grammar_version",
    ),
    # content before time
    Fault(
        "equal mtime and size are equal content",
        "sources/stamps.py",
        "            ctime == found.st_ctime_ns <= clock\n            and mtime",
        "            mtime",
        "equal_mtime",
    ),
    Fault(
        "an older mtime is no change",
        "sources/stamps.py",
        "            ctime == found.st_ctime_ns <= clock\n            and mtime == found.st_mtime_ns <= clock\n"
        "            and size == found.st_size\n            and inode == found.st_ino & _INODE\n",
        "            mtime >= found.st_mtime_ns\n",
        "older_mtime",
    ),
    Fault(
        "a racy file is believed",
        "sources/stamps.py",
        "    return max(found.st_mtime_ns, found.st_ctime_ns) + window <= began and",
        "    return",
        "sources/test_stamps.py::test_a_racy_file_is_not_believed_until_it_was_hashed_again",
    ),
    Fault(
        "what was read is not what is recorded",
        "engine/changes.py",
        "        if blob != entry.blob:\n",
        "        if False:\n",
        "engine/test_during.py",
    ),
    Fault(
        "a page shows other bytes than its facts have",
        "engine/worker.py",
        "        return data if found == blob else None\n",
        "        return data\n",
        "engine/test_during.py",
    ),
    Fault(
        "facts are known by path and not by content",
        "engine/fact_reader.py",
        "known = set() if always else self._known(set(wanted.values()))",
        "known: set[bytes] = set()",
        "content_seen_before",
    ),
    # pages on disk
    Fault(
        "a page that is as it should be is written",
        "pages/write.py",
        "            if old is not None and old[0] == data:\n",
        "            if False:\n",
        "cache_deleted",
    ),
    Fault(
        "beside a source that failed, the others count as compared",
        "engine/session.py",
        '            self.store.put_meta("linked", b"")  # until the tables are up to date with all of it\n',
        "",
        "engine/test_failing.py",
    ),
    Fault(
        "pages are not looked at",
        "engine/output.py",
        "        known, odd, vouched, stats, folders, names = self._collect()\n",
        "        known, odd, vouched, stats, folders, names = self._collect()\n        odd = []\n",
        "page_edited",
    ),
    Fault(
        "a file that incdoc did not write is overwritten",
        "pages/write.py",
        "        if old is not None and old[0] and not is_page(old[0]):\n",
        "        if False:\n",
        "page_replaced",
    ),
    Fault(
        "pages of removed sources stay",
        "engine/output.py",
        "            removed += self._remove(writer, page, task, recorded=True)\n",
        "",
        "deleted_module",
    ),
    Fault(
        "orphans of a lost store stay",
        "engine/output.py",
        'sum(self._remove(writer, page, "", recorded=False) for page in orphans)',
        "0",
        "orphans_after_a_lost_cache",
    ),
    Fault(
        "pages of a former output folder stay",
        "engine/output.py",
        "return self._removable(former, self._store.all_pages(), recorded=True) if former else []",
        "return []",
        "engine/test_own_pages.py::test_the_pages_of_a_former_output_that_git_ignores_go",
    ),
    Fault(
        "orphans are looked for only once",
        "engine/output.py",
        "        self._strangers = list(self._unrecorded(names))\n",
        "        self._strangers = []\n",
        "engine/test_own_pages.py::test_an_orphan_is_found_and_removed",
    ),
    Fault(
        "an orphan is forgotten by a build that does not remove it",
        "engine/output.py",
        "            seen = 0 if folder in holding else self._began\n",
        "            seen = self._began\n",
        "engine/test_own_pages.py::test_an_orphan_is_not_forgotten_by_a_build_that_does_not_remove_it",
    ),
    Fault(
        "an empty file of the user is deleted",
        "pages/write.py",
        "(recorded and not old[0])",
        "not old[0]",
        "engine/test_own_pages.py::test_the_pages_of_a_former_output_go",
    ),
    Fault(
        "a generated page is a source",
        "sources/listing.py",
        '        if may_be_page(path) and is_page_file(f"{root}/{path}"):\n',
        "        if False:\n",
        "engine/test_own_pages.py::test_a_generated_page_is_no_source_wherever_it_is",
    ),
    Fault(
        "a source that cannot be read counts as changed",
        "engine/worker.py",
        '            raise SourceError(f"{error} Its page did not change.") from error\n',
        "            return None\n",
        "engine/test_during.py::test_a_source_that_cannot_be_read_when_its_page_is_made",
    ),
    # the run
    Fault(
        "no lock",
        "store/lock.py",
        "            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)\n",
        "            pass\n",
        "engine/test_rebuild.py::test_the_second_of_two_builds_waits",
    ),
    Fault(
        "state is written at the end of a run alone",
        "store/database.py",
        "        if waiting >= _BATCH or self._clock() - self._flushed > _SECONDS:\n",
        "        if waiting < 0:\n",
        "engine/test_kill.py",
    ),
    Fault(
        "rows wait until there are many, however long that takes",
        "store/database.py",
        "        if waiting >= _BATCH or self._clock() - self._flushed > _SECONDS:\n",
        "        if waiting >= _BATCH:\n",
        "store/test_database.py::test_batches_are_written_without_being_asked",
    ),
    Fault(
        "the wait of rows is measured from the first one ever written",
        "store/database.py",
        "        self._flushed = self._clock()\n        if not (self",
        "        if not (self",
        "store/test_database.py::test_batches_are_written_without_being_asked",
    ),
    # git, and the listing
    Fault(
        "names of git's index lead anywhere",
        "sources/listing.py",
        'if unsafe := set(names.refused(text.replace("/\\0", "\\0"))):',
        "if unsafe := set():",
        "sources/test_names.py::test_a_crafted_index_puts_nothing_on_a_page",
    ),
    Fault(
        "names of a commit lead anywhere",
        "sources/objects.py",
        'if unsafe := names.refused("".join(f"{path}\\0" for path in found)):',
        "if unsafe := []:",
        "sources/test_names.py::test_names_of_a_crafted_commit_are_not_read",
    ),
    Fault(
        "a filter's file is taken for its blob",
        "sources/conversion.py",
        'if rules.get("filter", "unset") not in _OFF:\n        return False',
        'if rules.get("filter", "unset") not in _OFF:\n        return True',
        "sources/test_conversion.py::test_a_filter_s_file_differs_unless_the_index_is_sure",
    ),
    Fault(
        "what a sparse checkout leaves out is deleted",
        "sources/index.py",
        "raw[end + 2] & _SKIPPED:",
        "raw[end + 2] & 0:",
        "engine/test_sparse.py::test_pages_stay_as_they_are[warm-cone]",
    ),
    Fault(
        "left out pages are written",
        "pages/write.py",
        "            return Written(page, blob_id(data, self._algorithm), False, _NO_STAT)\n",
        "            pass\n",
        "engine/test_sparse.py::test_pages_that_are_left_out_are_neither_written_nor_missing",
    ),
    Fault(
        "the other name of a hard link is not looked at",
        "sources/listing.py",
        "paths = paths | _other_names(known, paths, lstat)",
        "paths = set(paths)",
        "engine/test_nested.py::test_a_watch_follows_both_names_of_a_file",
    ),
    Fault(
        "a repository inside is another distribution",
        "links/resolve.py",
        'inside = next((found for base in bases if (found := self._repository(base))), "")',
        'inside = ""',
        "engine/test_nested.py::test_a_repository_inside_is_said",
    ),
    Fault(
        "git looks at the pages",
        "sources/listing.py",
        'return [*_LISTING, *(f"--exclude=/{_WILD.sub(_ESCAPED, folder)}/" for folder in own)]',
        "return [*_LISTING]",
        "sources/test_listing.py::test_git_does_not_look_into_the_output",
    ),
    Fault(
        "six batches are under way, however many workers there are",
        "executors/pool.py",
        "self.depth = _SPARE * workers + _SPARE",
        "self.depth = 6",
        "executors/test_prefetch.py::test_sixteen_workers_are_all_kept_busy",
    ),
    # the cache
    Fault(
        "the store is not verified",
        "store/sums.py",
        "                or _sums(memoryview(data), self.size) != self.pages[4 * start : 4 * end]\n",
        "",
        "store/test_damage.py",
    ),
    Fault(
        "a link in the cache is opened",
        "store/cache.py",
        "            self._check_type(folder, name)\n        if SCRATCH",
        "            pass\n        if SCRATCH",
        "store/test_cache.py",
    ),
    Fault(
        "names prove that a folder is incdoc's",
        "store/cache.py",
        "if tag != _SIGNED and not self._is_free(names, tag)",
        "if False and not self._is_free(names, tag)",
        "store/test_cache.py",
    ),
    Fault(
        "a store that a clone brought is trusted",
        "engine/workspace.py",
        "    if store.is_written_here():\n        return\n",
        "    return\n",
        "store/test_cache.py::test_a_store_that_a_clone_brought_is_not_used",
    ),
    # the output
    Fault(
        "a refused build deletes a former output",
        "engine/session.py",
        "        if self.left and refuses:\n            self.check_output()\n",
        "",
        "engine/test_own_pages.py::test_a_refused_build_deletes_no_page_of_a_former_output",
    ),
    Fault(
        "a page of a former output permits any file at its path in the new one",
        "engine/output.py",
        "if self.is_moved or self._store",
        "if self._store",
        "engine/test_own_pages.py::test_a_refused_build_deletes_no_page_of_a_former_output",
    ),
    Fault(
        "a run with nothing to do loads what makes pages",
        "engine/session.py",
        'failed = self.page_builder.failed if "page_builder" in vars(self) else {}',
        "failed = self.page_builder.failed",
        "plugin/test_doit.py::test_a_run_with_nothing_to_do_loads_nothing_that_makes_pages",
    ),
)
