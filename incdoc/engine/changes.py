"""What differs between the disk and the link tables in one build.

Terms: a source's **facts key** is its blob id and the extractor that reads it: equal key, equal facts. A source
that **failed** keeps its page. The bytes that were read are the bytes that are recorded: a source that is read after it
was listed, and has other bytes by then, counts as changed to those.

The link tables are also a function of the code that makes them. Rows that another version of it made are all made
again, from the facts in the store: the changes are then **anew**. That is put off while a source cannot be read,
whose rows nothing could replace.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from hashlib import blake2b
from typing import TYPE_CHECKING

from msgspec import DecodeError
from msgspec.structs import replace

from incdoc.engine.keys import facts_key, version_of
from incdoc.engine.workspace import Workspace
from incdoc.sources import Entry, Listing, algorithm_of, escape_non_utf8, read_file
from incdoc.sources.blob import printable
from incdoc.sources.entries import ABSENT
from incdoc.store.facts import unpack_key
from incdoc.thresholds import PATHS_COMPARED_ALONE

if TYPE_CHECKING:
    from incdoc.languages import Languages
    from incdoc.languages.outline import Outline
    from incdoc.links.summary import FileSummary
    from incdoc.links.update import SourceChange

_UNSEEN = "Not every folder could be listed: pages of sources that were not found are kept."


class ChangeSet:
    """The sources that were added, removed or changed since the link tables of ``workspace`` were updated.

    ``entries``: those sources as they are now, None for a removed one. ``anew``: whether the tables are those of
    another version of incdoc, so that every row is made again. ``state``: a digest of all that the link tables depend
    on, empty once a source was read that had moved on. ``problems``: sentences for people.
    """

    def __init__(self, workspace: Workspace, listing: Listing) -> None:
        self.listing = listing
        self.entries: dict[str, Entry | None] = {}
        self.anew = False
        self.failed: set[str] = set()
        self.absent: list[str] = []
        """The sources that the checkout leaves out and of which git does not have the content either."""
        self.problems = [sentence for _, sentence in listing.problems]
        self.state = b""
        self._workspace = workspace

    def in_worker(self, workspace: Workspace) -> ChangeSet:
        """The same changes for a process that doit forked."""
        copy = ChangeSet(workspace, self.listing)
        copy.entries, copy.anew, copy.state = dict(self.entries), self.anew, self.state
        copy.failed, copy.problems = set(self.failed), list(self.problems)
        return copy

    def find(self) -> None:
        """Find what differs, and report the contents that git does not have."""
        self._find()
        if self.absent:
            shown = ", ".join(map(printable, self.absent[:3])) + (", ..." if len(self.absent) > 3 else "")
            self.problems.append(
                f"Git does not have the content of {len(self.absent):,} sources that the sparse checkout leaves out "
                f"({shown}): their pages are kept as they are. Fetch them: git fetch --refetch --no-filter."
            )

    def _find(self) -> None:
        """Compare the listing with the link tables: only paths whose stamps differ or are missing, if the stamps of the
        last scan belong to the state of the tables; else all of it."""
        store = self._workspace.store
        linked = store.get_meta("linked")
        versions = _versions(self._workspace)
        touched = self.listing.stamps.touched
        links = self._workspace.links_version
        self.anew = self.listing.complete and store.get_meta("links") != links and store.sources.any()
        followed = linked == self._workspace.stamps_state and len(touched) <= PATHS_COMPARED_ALONE
        if linked and followed and linked.startswith(versions) and self.listing.complete:
            listed = self.listing.entries
            opaque = (path for path in store.sources.opaque() if path not in listed or listed[path].kind != "file")
            others = (path for path, entry in self.listing.entries.items() if entry.kind != "file")
            self.find_among({*(path for path in touched if escape_non_utf8(path) == path), *opaque, *others})
            unchanged = not touched and not self.entries
            self.state = linked if unchanged else versions + _digest(self.listing)
            return
        self.state = versions + _digest(self.listing)
        if linked != self.state or self.anew:
            self._find_everywhere()

    def _find_everywhere(self) -> None:
        linked = self._workspace.store.sources.all()
        for path, entry in self.listing.entries.items():
            self._compare(path, entry, linked.get(path))
        gone = linked.keys() - self.listing.entries.keys()
        if self.listing.complete:
            self.entries.update((path, None) for path in gone)
        elif gone:
            self.problems.append(_UNSEEN)

    def find_among(self, paths: Iterable[str]) -> None:
        """Compare these paths, and no other."""
        for path in sorted(paths):
            known = self._workspace.store.sources.get(path)
            entry = self.listing.entries.get(path)
            if entry is not None:
                self._compare(path, entry, known)
            elif known is not None:
                self.entries[path] = None

    def _compare(self, path: str, entry: Entry, old: tuple[bytes, bytes] | None) -> None:
        if entry.kind == "unreadable" and old is not None:
            self.anew = False
            return  # its page is kept as it is
        if entry.kind == "file":
            if old is not None and (old[0] or _hidden_facts_key(old[1])) == facts_key(
                self._workspace.languages, entry.path, entry.blob
            ):
                if not (self.anew and entry.size == ABSENT):
                    return
                if (summary := _decoded(old[1])) is not None:  # the one place that has its size
                    self.listing.entries[path] = replace(entry, size=summary.size)
                    return
            if entry.size == ABSENT:
                self.absent.append(path)
                self.failed.add(path)
            else:
                self.entries[path] = entry
        elif old is None or not _is_summary(self._workspace.languages, old[1], entry):
            self.entries[path] = entry

    @property
    def linked(self) -> bool:
        """Whether the link tables must be updated."""
        return self.anew or bool(self.entries)

    @property
    def to_link(self) -> Mapping[str, Entry | None]:
        """The entries to update them with: the changes; all that are listed if the tables are made anew."""
        return self.listing.entries | self.entries if self.anew else self.entries

    def entry(self, path: str) -> Entry:
        """A source as it was listed, or as it was read since then."""
        return self.entries.get(path) or self.listing.entries[path]

    def read(self, path: str) -> bytes:
        """A source's bytes; they are recorded, whatever the scan saw. Raises SourceError."""
        entry = self.entry(path)
        if entry.stored:
            return self._workspace.content(path, entry.blob)
        place = os.path.join(self._workspace.config.root, path)
        data, blob, _ = read_file(place, algorithm_of(entry.blob), path)
        if blob != entry.blob:
            self.entries[path] = Entry(path, "file", len(data), blob)
            self.state = b""
            self.listing.stamps.forget(path)
        return data

    def leave(self, paths: Iterable[str]) -> None:
        """Leave these for the next build: they are still being written."""
        for path in paths:
            del self.entries[path]
            self.anew = False
            self.state = b""
            self.listing.stamps.forget(path)

    def fail(self, path: str, sentence: str) -> None:
        """The source cannot be read or parsed: its page is kept as it is."""
        self.failed.add(path)
        self.problems.append(sentence)

    def link(self, path: str, outline: Outline | None) -> SourceChange | None:
        """The change for the link tables; None if there is none."""
        entry = self.entries[path] if path in self.entries else self.listing.entries[path]
        old = self._workspace.store.sources.get(path)
        if entry is None and old is None:
            return None
        languages = self._workspace.languages
        if path not in self.entries:
            return change_to(languages, path, entry, outline, "")
        if entry is None:
            why = "was removed"
        elif old is None:
            why = "was added"
        else:  # equal bytes: another release, or a setting, reads something else of them
            known = unpack_key(old[0] or _hidden_facts_key(old[1]))[0]
            same = entry.kind == "file" and known == entry.blob
            why = "is read anew: settings or incdoc itself changed" if same else "changed"
        return change_to(languages, path, entry, outline, why)


def change_to(languages: Languages, path: str, entry: Entry | None, outline: Outline | None, why: str) -> SourceChange:
    """The change for the link tables if a source becomes ``entry``, or is removed."""
    from incdoc.links import summary as summaries
    from incdoc.links.update import SourceChange

    if entry is None:
        return SourceChange(path, why=why)
    if entry.kind != "file":
        return SourceChange(path, b"", _opaque_summary(languages, entry), why)
    assert outline is not None
    summary = summaries.make(languages, path, entry.size, outline)
    key = facts_key(languages, entry.path, entry.blob)
    if outline.binary:
        return SourceChange(path, b"", replace(summary, detail=key.hex()), why)
    return SourceChange(path, key, summary, why, outline)


def is_parsed(languages: Languages, entry: Entry) -> bool:
    """Whether a source is read for facts."""
    return entry.kind == "file" and languages.detect(entry.path).language != "binary"


def _hidden_facts_key(summary: bytes) -> bytes:
    """The facts key of a file without pages."""
    found = _decoded(summary)
    return found.facts_key if found is not None else b""


def _decoded(summary: bytes) -> FileSummary | None:
    """None where another version of incdoc wrote a summary of another shape."""
    from incdoc.links.summary import decode

    try:
        return decode(summary)
    except DecodeError:
        return None


def _opaque_summary(languages: Languages, entry: Entry) -> FileSummary:
    """The summary of an entry without pages: a link, a device, a submodule, a file that cannot be read."""
    from incdoc.links.summary import FileSummary

    return FileSummary(entry.kind, languages.detect(entry.path).label, "", 0, detail=entry.target)


def _is_summary(languages: Languages, summary: bytes, entry: Entry) -> bool:
    return _decoded(summary) == _opaque_summary(languages, entry)


def _versions(workspace: Workspace) -> bytes:
    digest = blake2b(digest_size=12)
    for name in workspace.languages.every:
        digest.update(version_of(name))
    digest.update(workspace.links_version)
    return digest.digest()


def _digest(listing: Listing) -> bytes:
    digest = blake2b(digest_size=20)
    digest.update(b"complete" if listing.complete else b"partial")
    for path, entry in listing.entries.items():
        digest.update(f"{path}\0{entry.kind}\0{entry.target}\0".encode("utf-8", "surrogateescape"))
        digest.update(entry.blob)
    return digest.digest()
