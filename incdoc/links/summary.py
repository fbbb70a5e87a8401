"""What other pages may say of a source: a small value made from its outline, name and size."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct, msgpack

from incdoc.languages import Languages
from incdoc.languages.outline import Outline
from incdoc.languages.registry import kinds_of


class Origin(Struct, frozen=True, array_like=True):
    """That a source was not written here but is ``generated``, ``vendored`` or ``minified``, and what shows it."""

    kind: str
    evidence: Literal["attribute", "mark", "path"]
    place: str = ""
    """The ``.gitattributes`` file that has the attribute; the part of the path."""
    pattern: str = ""
    """The pattern of the line there."""


class FileSummary(Struct, frozen=True, array_like=True):
    """A source as its folder's pages list and count it.

    ``kind``: ``file`` (has pages), ``binary``, ``left out`` (by the setting ``generated``), ``link``, ``special``,
    ``submodule``, ``repository``, ``unreadable``.
    ``language``: its title; empty if names are not read of it. ``counts``: (kind of definition, how many), sorted.
    ``detail``: a link's target; the facts key in hex of a file without pages.
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
    documented: bool = False
    """Whether a chapter of the book describes it."""
    program: str = ""
    """The program that its first line names, if that decides its type."""
    marked: tuple[str, ...] = ()
    """The kinds of the marks in its bytes."""
    origins: tuple[Origin, ...] = ()
    """What it is, and what shows it, if it was not written here."""
    public: int = 0
    """How many public names it has at the top level."""
    names: tuple[tuple[str, str, str], ...] = ()
    """(kind, several of the kind, name) of the first of them."""

    def left_out(self, facts_key: bytes) -> FileSummary:
        """The same of a source that has no pages because of its origins."""
        return FileSummary(
            "left out",
            self.label,
            "",
            self.size,
            detail=facts_key.hex(),
            program=self.program,
            marked=self.marked,
            origins=self.origins,
        )

    @property
    def facts_key(self) -> bytes:
        """That of a file without pages, which the link tables do not need: nothing can be imported from it."""
        return bytes.fromhex(self.detail) if self.kind in ("binary", "left out") else b""


REPOSITORIES = frozenset(("submodule", "repository"))
"""Kinds of folders whose files are another repository's."""

encode = msgpack.Encoder().encode
decode = msgpack.Decoder(FileSummary).decode


def make(languages: Languages, path: str, size: int, outline: Outline) -> FileSummary:
    """The summary of a readable file."""
    program = outline.program if languages.is_open(path) else ""
    file_type, language = languages.detect(path, program), languages.language(path, program)
    kinds = kinds_of(outline.language)
    return FileSummary(
        kind="binary" if outline.binary else "file",
        label=file_type.label,
        language=language.title,
        size=size,
        lines=outline.lines,
        first_sentence=outline.summary,
        test=language.is_test(path) and language.has_tests(path, outline),
        guard=outline.guard or bool(program) or language.is_entry(path),
        counts=outline.counts,
        documented=language.documents and not outline.binary,
        program=program,
        marked=outline.marked,
        public=outline.public,
        names=tuple((kind, kinds[kind].words, name) for kind, name in outline.first),
    )
