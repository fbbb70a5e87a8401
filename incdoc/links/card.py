"""What other pages may say of a source: a small value made from its outline, its name and its size."""

from __future__ import annotations

from msgspec import Struct, msgpack

from incdoc.links.outline import Outline


class Card(Struct, frozen=True, array_like=True):
    """A line of a folder's index, and what the folder's pages count.

    ``kind``: ``file`` (has pages), ``binary``, ``link``, ``special``, ``submodule``, ``unreadable``.
    ``counts``: (kind of definition, how many), sorted. ``detail``: what a link says; a binary file's identity in hex.
    """

    kind: str
    label: str
    language: str
    size: int
    lines: int = 0
    summary: str = ""
    test: bool = False
    guard: bool = False
    counts: tuple[tuple[str, int], ...] = ()
    detail: str = ""

    @property
    def documented(self) -> bool:
        """Whether a chapter of the book can speak of it."""
        return self.kind == "file" and self.language in ("python", "markdown")


encode = msgpack.Encoder().encode
decode = msgpack.Decoder(Card).decode


def make(path: str, label: str, language: str, size: int, outline: Outline) -> Card:
    """The card of a readable file."""
    return Card(
        kind="binary" if outline.binary else "file",
        label=label,
        language=language,
        size=size,
        lines=outline.lines,
        summary=outline.summary,
        test=is_test(path),
        guard=outline.guard,
        counts=outline.counts,
    )


def is_test(path: str) -> bool:
    """Whether the file's name says that it holds tests, as pytest's and unittest's default patterns have it.

    A folder's name says nothing: ``django/test`` holds a library, ``tests/support.py`` no test.
    """
    name = path.rpartition("/")[2]
    if not name.endswith(".py"):
        return False
    stem = name[:-3]
    return stem.startswith("test_") or stem.endswith("_test") or stem in ("test", "tests")
