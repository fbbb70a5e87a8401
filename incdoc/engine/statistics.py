"""What a run did: the counts of ``--stats`` and of the line at the end."""

from __future__ import annotations

import time

from msgspec import Struct, json


class Statistics(Struct):
    """Counts of one build; of a watch, of one rebuild.

    ``sources``: the files listed. ``hashed``: those that were read for their blob id. ``parsed``: contents that facts
    were read out of. ``reused``: sources that changed to a content whose facts were known. ``pages``: those on disk at
    the end. ``rendered``: pages rendered; ``written``: those that differed from the disk. ``removed``: pages deleted.
    """

    sources: int = 0
    hashed: int = 0
    parsed: int = 0
    reused: int = 0
    pages: int = 0
    rendered: int = 0
    written: int = 0
    removed: int = 0
    seconds: float = 0.0

    def line(self) -> str:
        """One line for the user."""
        pages = "page" if self.rendered == 1 else "pages"
        return (
            f"{self.sources:,} sources, {self.parsed:,} parsed, {self.rendered:,} {pages} rendered, "
            f"{self.written:,} written, {self.removed:,} removed, {self.seconds:.2f} s"
        )

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
