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

from incdoc import languages
from incdoc.engine.keys import facts_key, version_of
from incdoc.engine.versions import links_version
from incdoc.engine.workspace import Workspace
from incdoc.sources import Entry, Listing, algorithm_of, escape_non_utf8, read_file
from incdoc.sources.blob import printable
from incdoc.sources.listing import ABSENT

if TYPE_CHECKING:
    from incdoc.links.outline import Outline
    from incdoc.links.summary import FileSummary
    from incdoc.links.update import SourceChange

_UNSEEN = "Not every folder could be listed: pages of sources that were not found are kept."


_FEW = 500
"""Up to so many touched paths are compared one by one; for more, a digest of all is cheaper."""


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

    def find(self) -> None:
        """Find what differs, and say which contents cannot be had."""
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
        versions = _versions()
        touched = self.listing.stamps.touched
        self.anew = self.listing.complete and store.get_meta("links") != links_version() and store.has_sources()
        followed = linked == self._workspace.stamped and len(touched) <= _FEW
        if linked and followed and linked.startswith(versions) and self.listing.complete:
            odd = store.opaque_sources()
            others = (path for path, entry in self.listing.entries.items() if entry.kind != "file")
            self.find_among({*(path for path in touched if escape_non_utf8(path) == path), *odd, *others})
            unchanged = not touched and not self.entries
            self.state = linked if unchanged else versions + _digest(self.listing)
            return
        self.state = versions + _digest(self.listing)
        if linked != self.state or self.anew:
            self._find_everywhere()

    def _find_everywhere(self) -> None:
        linked = self._workspace.store.sources()
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
            known = self._workspace.store.source(path)
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
            if old is not None and (old[0] or _binary_facts_key(old[1])) == facts_key(entry.path, entry.blob):
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
        elif old is None or not _is_summary(old[1], entry):
            self.entries[path] = entry

    @property
    def linked(self) -> bool:
        """Whether the link tables have anything to take up."""
        return self.anew or bool(self.entries)

    @property
    def to_link(self) -> Mapping[str, Entry | None]:
        """What they take up: the changes, and where the tables are made anew everything that is listed."""
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
        old = self._workspace.store.source(path)
        if entry is None and old is None:
            return None
        if path not in self.entries:
            return change_to(path, entry, outline, "")
        return change_to(path, entry, outline, "was removed" if entry is None else "changed" if old else "was added")


def change_to(path: str, entry: Entry | None, outline: Outline | None, why: str) -> SourceChange:
    """The change for the link tables if a source becomes ``entry``, or is removed."""
    from incdoc.links import summary as summaries
    from incdoc.links.update import SourceChange

    if entry is None:
        return SourceChange(path, why=why)
    if entry.kind != "file":
        return SourceChange(path, b"", _opaque_summary(entry), why)
    assert outline is not None
    language = languages.detect(path)
    summary = summaries.make(path, language.label, language.extractor, entry.size, outline)
    if outline.binary:
        return SourceChange(path, b"", replace(summary, detail=facts_key(entry.path, entry.blob).hex()), why)
    return SourceChange(path, facts_key(entry.path, entry.blob), summary, why, outline)


def is_parsed(entry: Entry) -> bool:
    """Whether a source is read for facts."""
    return entry.kind == "file" and languages.detect(entry.path).extractor != "binary"


def _binary_facts_key(summary: bytes) -> bytes:
    """The facts key of a binary file, which the link tables do not need: nothing can be imported from it."""
    found = _decoded(summary)
    return bytes.fromhex(found.detail) if found is not None and found.kind == "binary" else b""


def _decoded(summary: bytes) -> FileSummary | None:
    """None where another version of incdoc wrote a summary of another shape."""
    from incdoc.links.summary import decode

    try:
        return decode(summary)
    except DecodeError:
        return None


def _opaque_summary(entry: Entry) -> FileSummary:
    """The summary of an entry without pages: a link, a device, a submodule, a file that cannot be read."""
    from incdoc.links.summary import FileSummary

    return FileSummary(entry.kind, languages.detect(entry.path).label, "", 0, detail=entry.target)


def _is_summary(summary: bytes, entry: Entry) -> bool:
    return _decoded(summary) == _opaque_summary(entry)


def _versions() -> bytes:
    digest = blake2b(digest_size=12)
    for extractor in languages.EXTRACTORS:
        digest.update(version_of(extractor))
    digest.update(links_version())
    return digest.digest()


def _digest(listing: Listing) -> bytes:
    digest = blake2b(digest_size=20)
    digest.update(b"complete" if listing.complete else b"partial")
    for path, entry in listing.entries.items():
        digest.update(f"{path}\0{entry.kind}\0{entry.target}\0".encode("utf-8", "surrogateescape"))
        digest.update(entry.blob)
    return digest.digest()
