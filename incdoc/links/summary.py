"""What other pages may say of a source: a small value made from its outline, name and size."""

from __future__ import annotations

from msgspec import Struct, msgpack

from incdoc.links.outline import Outline


class FileSummary(Struct, frozen=True, array_like=True):
    """A source as its folder's pages list and count it.

    ``kind``: ``file`` (has pages), ``binary``, ``link``, ``special``, ``submodule``, ``repository``, ``unreadable``.
    ``counts``: (kind of definition, how many), sorted. ``detail``: a link's target; a binary file's facts key in hex.
    """

    kind: str
    label: str
    language: str
    size: int
    lines: int = 0
    first_sentence: str = ""
    test: bool = False
    guard: bool = False
    counts: tuple[tuple[str, int], ...] = ()
    detail: str = ""

    @property
    def documented(self) -> bool:
        """Whether a chapter of the book can describe it."""
        return self.kind == "file" and self.language in ("python", "markdown")


REPOSITORIES = frozenset(("submodule", "repository"))
"""Kinds of folders whose files are another repository's."""

encode = msgpack.Encoder().encode
decode = msgpack.Decoder(FileSummary).decode


def make(path: str, label: str, language: str, size: int, outline: Outline) -> FileSummary:
    """The summary of a readable file."""
    return FileSummary(
        kind="binary" if outline.binary else "file",
        label=label,
        language=language,
        size=size,
        lines=outline.lines,
        first_sentence=outline.summary,
        test=is_test(path),
        guard=outline.guard,
        counts=outline.counts,
    )


def is_test(path: str) -> bool:
    """Whether the file's name matches pytest's and unittest's default patterns for tests.

    A folder's name does not count: ``django/test`` is a library, and ``tests/support.py`` has no tests.
    """
    name = path.rpartition("/")[2]
    if not name.endswith(".py"):
        return False
    stem = name[:-3]
    return stem.startswith("test_") or stem.endswith("_test") or stem in ("test", "tests")
