"""What a run did: the counts of ``--stats`` and of the line at the end."""

from __future__ import annotations

import time
from collections.abc import Mapping

from msgspec import Struct, json

_WORK = ("parsed", "fetched", "rendered", "written", "removed")


class Statistics(Struct):
    """Counts of one build; of a watch, of one rebuild.

    ``sources``: the files listed. ``hashed``: those that were read for their blob id. ``parsed``: contents that facts
    were read out of. ``fetched``: those whose facts a shared cache had. ``reused``: sources that changed to a content
    whose facts were known. ``pages``: those on disk at the end. ``rendered``: pages rendered; ``written``: those that
    differed from the disk. ``removed``: pages deleted.
    """

    sources: int = 0
    hashed: int = 0
    parsed: int = 0
    fetched: int = 0
    reused: int = 0
    pages: int = 0
    rendered: int = 0
    written: int = 0
    removed: int = 0
    seconds: float = 0.0

    def line(self) -> str:
        """One line for the user."""
        pages = "page" if self.rendered == 1 else "pages"
        sources = "source" if self.sources == 1 else "sources"
        fetched = f"{self.fetched:,} fetched, " if self.fetched else ""
        return (
            f"{self.sources:,} {sources}, {self.parsed:,} parsed, {fetched}{self.rendered:,} {pages} rendered, "
            f"{self.written:,} written, {self.removed:,} removed, {self.seconds:.2f} s"
        )

    def take(self) -> dict[str, int]:
        """Return the counts of work, and reset them to 0."""
        counts = {name: int(getattr(self, name)) for name in _WORK}
        for name in _WORK:
            setattr(self, name, 0)
        return counts

    def add(self, counts: Mapping[str, int]) -> None:
        """Add counts of work that another process took."""
        for name in _WORK:
            setattr(self, name, getattr(self, name) + counts.get(name, 0))

    def json(self) -> bytes:
        """One JSON object and a line end."""
        return json.encode(self) + b"\n"


class Clock:
    """Seconds since it was made."""

    def __init__(self) -> None:
        self._start = time.perf_counter()

    def seconds(self) -> float:
        """Elapsed, to milliseconds."""
        return round(time.perf_counter() - self._start, 3)
